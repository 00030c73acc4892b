//! Answer bodies: which keys, in which order, and which are left out (`rest-api` 6).
//!
//! Rule of the original: null, empty text, empty list and empty map are left out; `false`, `0` and an object that was
//! given empty are not.

use crate::http::json::Writer;
use crate::registry::{
    Association, Config, Guid, ListedSchema, Metadata, Mode, Reference, RegisteredSchema, Rule, RuleSet, Word,
};
use crate::schema::TaggedEntity;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// How the level is called: one way in updates, another in answers to GET and DELETE.
#[derive(Clone, Copy)]
pub(super) enum LevelKey {
    Compatibility,
    CompatibilityLevel,
}

/// `Schema` (6.1).
pub(super) fn schema(json: &mut Writer, schema: &RegisteredSchema, text: &str, tagged: &[TaggedEntity]) {
    json.object(|json| {
        schema_members(json, schema, text, tagged);
        rule_set(json, "ruleSet", schema.rule_set.as_deref());
    });
}

/// `ExtendedSchema` (6.1): an item of `GET /schemas`.
pub(super) fn listed_schema(json: &mut Writer, listed: &ListedSchema) {
    let ListedSchema { schema, aliases, associations: used_by } = listed;
    json.object(|json| {
        schema_members(json, schema, &schema.text, &[]);
        if !aliases.is_empty() {
            json.key("aliases").array(|json| aliases.iter().for_each(|alias| json.text(alias.as_str())));
        }
        if !used_by.is_empty() {
            associations(json.key("associations"), used_by);
        }
        rule_set(json, "ruleSet", schema.rule_set.as_deref());
    });
}

/// All members but the rules, which come last.
fn schema_members(json: &mut Writer, schema: &RegisteredSchema, text: &str, tagged: &[TaggedEntity]) {
    json.key("subject").text(schema.subject.as_str());
    json.key("version").number(schema.version.get().into());
    json.key("id").number(schema.id.0.into());
    guid(json, schema.guid);
    json.key("schemaType").text(schema.schema_type.as_str());
    references(json, &schema.references);
    metadata(json, "metadata", schema.metadata.as_deref());
    text_unless_empty(json, "schema", Some(text));
    schema_tags(json, tagged);
    stored(json, schema);
}

/// A list of `Association` (13.1).
pub(super) fn associations(json: &mut Writer, associations: &[Arc<Association>]) {
    json.array(|json| {
        for association in associations {
            let Association { key, value, created_ms, updated_ms } = &**association;
            json.object(|json| {
                json.key("subject").text(key.subject.as_str());
                json.key("guid").text(&value.guid);
                json.key("resourceName").text(&key.resource_name);
                json.key("resourceNamespace").text(&key.resource_namespace);
                text_unless_empty(json, "resourceId", Some(&value.resource_id));
                json.key("resourceType").text(&key.resource_type);
                json.key("associationType").text(&key.association_type);
                json.key("lifecycle").text(value.lifecycle.as_str());
                json.key("frozen").boolean(association.is_frozen());
                json.key("createTs").number(*created_ms);
                json.key("updateTs").number(*updated_ms);
            });
        }
    });
}

/// `SchemaString` (6.2): by id with subject and version, by guid without.
pub(super) fn schema_string(
    json: &mut Writer,
    schema: &RegisteredSchema,
    text: &str,
    is_placed: bool,
    found: Found<'_>,
) {
    json.object(|json| {
        if is_placed {
            json.key("subject").text(schema.subject.as_str());
            json.key("version").number(schema.version.get().into());
        }
        guid(json, schema.guid);
        json.key("schemaType").text(schema.schema_type.as_str());
        text_unless_empty(json, "schema", Some(text));
        references(json, &schema.references);
        metadata(json, "metadata", schema.metadata.as_deref());
        rule_set(json, "ruleSet", schema.rule_set.as_deref());
        schema_tags(json, found.tagged);
        if let Some(id) = found.highest_id {
            json.key("maxId").number(id.into());
        }
        stored(json, schema);
    });
}

/// What a request for a schema asked for besides.
#[derive(Clone, Copy, Default)]
pub(super) struct Found<'a> {
    pub(super) tagged: &'a [TaggedEntity],
    pub(super) highest_id: Option<i32>,
}

fn schema_tags(json: &mut Writer, tagged: &[TaggedEntity]) {
    if tagged.is_empty() {
        return;
    }
    json.key("schemaTags").array(|json| {
        for TaggedEntity { entity, tags } in tagged {
            json.object(|json| {
                json.key("schemaEntity").object(|json| {
                    text_unless_empty(json, "entityPath", Some(&entity.path));
                    json.key("entityType").text(entity.entity_type.as_str());
                });
                json.key("tags").array(|json| tags.iter().for_each(|tag| json.text(tag)));
            });
        }
    });
}

/// `RegisterSchemaResponse` (6.3).
pub(super) fn registered(json: &mut Writer, schema: &RegisteredSchema, text: &str) {
    json.object(|json| {
        json.key("id").number(schema.id.0.into());
        json.key("version").number(schema.version.get().into());
        guid(json, schema.guid);
        json.key("schemaType").text(schema.schema_type.as_str());
        references(json, &schema.references);
        metadata(json, "metadata", schema.metadata.as_deref());
        rule_set(json, "ruleSet", schema.rule_set.as_deref());
        text_unless_empty(json, "schema", Some(text));
        stored(json, schema);
    });
}

/// Spelled out here because the usual way of formatting costs more than all the rest of a small answer.
fn guid(json: &mut Writer, guid: Guid) {
    let mut text = [b'-'; 36];
    let mut at = 0;
    for (number, byte) in guid.0.iter().enumerate() {
        at += usize::from(matches!(number, 4 | 6 | 8 | 10));
        text[at] = HEX[usize::from(byte >> 4)];
        text[at + 1] = HEX[usize::from(byte & 15)];
        at += 2;
    }
    json.key("guid").text(std::str::from_utf8(&text).expect("hexadecimal digits"));
}

fn stored(json: &mut Writer, schema: &RegisteredSchema) {
    if let Some(stored) = schema.stored {
        json.key("ts").number(stored.timestamp_ms);
        json.key("deleted").boolean(stored.deleted);
    }
}

fn references(json: &mut Writer, references: &[Reference]) {
    if references.is_empty() {
        return;
    }
    json.key("references").array(|json| {
        for reference in references {
            json.object(|json| {
                text_unless_empty(json, "name", Some(&reference.name));
                text_unless_empty(json, "subject", Some(&reference.subject));
                json.key("version").number(reference.version.into());
            });
        }
    });
}

fn metadata(json: &mut Writer, key: &str, metadata: Option<&Metadata>) {
    let Some(metadata) = metadata else { return };
    json.key(key).object(|json| {
        if !metadata.tags.is_empty() {
            json.key("tags").object(|json| {
                for (path, tags) in &metadata.tags {
                    words(json.key(path.as_str()), tags);
                }
            });
        }
        texts(json, "properties", &metadata.properties);
        if !metadata.sensitive.is_empty() {
            words(json.key("sensitive"), &metadata.sensitive);
        }
    });
}

fn rule_set(json: &mut Writer, key: &str, rules: Option<&RuleSet>) {
    let Some(rules) = rules else { return };
    json.key(key).object(|json| {
        rule_list(json, "migrationRules", &rules.migration_rules);
        rule_list(json, "domainRules", &rules.domain_rules);
        rule_list(json, "encodingRules", &rules.encoding_rules);
        if let Some(environment) = rules.enable_at {
            json.key("enableAt").text(environment.as_str());
        }
    });
}

fn rule_list(json: &mut Writer, key: &str, rules: &[Rule]) {
    if !rules.is_empty() {
        json.key(key).array(|json| rules.iter().for_each(|each| rule(json, each)));
    }
}

fn rule(json: &mut Writer, rule: &Rule) {
    json.object(|json| {
        text_unless_empty(json, "name", rule.name.as_deref());
        text_unless_empty(json, "doc", rule.doc.as_deref());
        json.key("kind").text(rule.kind.as_str());
        json.key("mode").text(rule.mode.as_str());
        text_unless_empty(json, "type", rule.rule_type.as_deref());
        if !rule.tags.is_empty() {
            words(json.key("tags"), &rule.tags);
        }
        texts(json, "params", &rule.params);
        text_unless_empty(json, "expr", rule.expr.as_deref());
        text_unless_empty(json, "onSuccess", rule.on_success.as_deref());
        text_unless_empty(json, "onFailure", rule.on_failure.as_deref());
        json.key("disabled").boolean(rule.disabled);
    });
}

fn words(json: &mut Writer, words: &BTreeSet<Word>) {
    json.array(|json| words.iter().for_each(|word| json.text(word.as_str())));
}

fn texts(json: &mut Writer, key: &str, texts: &BTreeMap<Word, String>) {
    if !texts.is_empty() {
        json.key(key).object(|json| {
            for (name, value) in texts {
                json.key(name.as_str()).text(value);
            }
        });
    }
}

fn text_unless_empty(json: &mut Writer, key: &str, text: Option<&str>) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        json.key(key).text(text);
    }
}

/// `Config` and the echo of an update (6.5); only the echo shows texts that are empty.
pub(super) fn config(json: &mut Writer, config: &Config, level_key: LevelKey) {
    let text = |json: &mut Writer, key: &str, text: Option<&str>| match level_key {
        LevelKey::Compatibility => text.map_or((), |text| json.key(key).text(text)),
        LevelKey::CompatibilityLevel => text_unless_empty(json, key, text),
    };
    let boolean = |json: &mut Writer, key: &str, value: Option<bool>| {
        if let Some(value) = value {
            json.key(key).boolean(value);
        }
    };
    json.object(|json| {
        text(json, "alias", config.alias.as_deref());
        text(json, "aliasForDeks", config.alias_for_deks.as_deref());
        boolean(json, "normalize", config.normalize);
        boolean(json, "validateFields", config.validate_fields);
        boolean(json, "validateNewSchemas", config.validate_new_schemas);
        boolean(json, "validateRules", config.validate_rules);
        if let Some(level) = config.level {
            let key = match level_key {
                LevelKey::Compatibility => "compatibility",
                LevelKey::CompatibilityLevel => "compatibilityLevel",
            };
            json.key(key).text(level.as_str());
        }
        if let Some(policy) = config.policy {
            json.key("compatibilityPolicy").text(policy.as_str());
        }
        text(json, "compatibilityGroup", config.group.as_deref());
        metadata(json, "defaultMetadata", config.default_metadata.as_ref());
        metadata(json, "overrideMetadata", config.override_metadata.as_ref());
        rule_set(json, "defaultRuleSet", config.default_rule_set.as_ref());
        rule_set(json, "overrideRuleSet", config.override_rule_set.as_ref());
    });
}

/// `{"mode":…}`.
pub(super) fn mode(json: &mut Writer, mode: Mode) {
    json.object(|json| json.key("mode").text(mode.as_str()));
}
