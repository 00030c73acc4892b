//! Request bodies: which fields the original knows, under which types, and what they become.

use crate::compat::CompatibilityLevel;
use crate::http::errors::ApiError;
use crate::http::json::{Malformed, ValueReader};
use crate::registry::contract::{CompatibilityPolicy, ExecutionEnvironment, RuleKind, RuleMode};
use crate::registry::{
    AskedReference, AskedTags, Change, ConfigUpdate, Metadata, Rule, RuleSet, Submission, TagSubmission, Word,
};
use crate::schema::names::{SubjectName, VersionSelector};
use crate::schema::{Entity, EntityType, TaggedEntity};
use std::collections::{BTreeMap, BTreeSet};

type Read<T> = Result<T, Malformed>;
type Value<'r, 't, 'b> = &'r mut ValueReader<'t, 'b>;

/// The name of a registration's body in the original's complaints.
pub(in crate::http) const REGISTER_REQUEST: &str = "RegisterSchemaRequest";
pub(super) const TAG_REQUEST: &str = "TagSchemaRequest";
pub(super) const CONFIG_REQUEST: &str = "ConfigUpdateRequest";
pub(super) const MODE_REQUEST: &str = "ModeUpdateRequest";

/// The body of registration, lookup and compatibility.
#[derive(Default)]
pub(in crate::http) struct SchemaRequest {
    version: Option<i32>,
    id: Option<i32>,
    schema_type: Option<String>,
    references: Vec<AskedReference>,
    metadata: Option<Metadata>,
    rule_set: Option<RuleSet>,
    schema: Option<String>,
    tags: AskedTags,
    propagate_tags: bool,
}

impl SchemaRequest {
    pub(in crate::http) fn read(value: Value<'_, '_, '_>) -> Read<Option<Self>> {
        let mut request = Self::default();
        let given = value.object(REGISTER_REQUEST, |name, value| {
            match name {
                "version" => request.version = value.int()?,
                "id" => request.id = value.int()?,
                "schemaType" => request.schema_type = value.text()?,
                "references" => request.references = references(value)?,
                "metadata" => request.metadata = metadata(value)?,
                "ruleSet" => request.rule_set = rule_set(value)?,
                "schema" => request.schema = value.text()?,
                "schemaTagsToAdd" => request.tags.add = schema_tags(value)?.unwrap_or_default(),
                "schemaTagsToRemove" => request.tags.remove = schema_tags(value)?.unwrap_or_default(),
                "propagateSchemaTags" => request.propagate_tags = value.boolean()?.unwrap_or_default(),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(given.then_some(request))
    }

    pub(in crate::http) fn into_submission(self, subject: SubjectName, normalize: bool) -> Submission {
        Submission {
            subject,
            version: self.version,
            id: self.id,
            schema_type: self.schema_type,
            references: self.references,
            metadata: self.metadata,
            rule_set: self.rule_set,
            text: self.schema,
            normalize,
            tags: self.tags,
            propagate_tags: self.propagate_tags,
        }
    }
}

/// The body of a change of inline tags.
#[derive(Default)]
pub(super) struct TagRequest {
    new_version: Option<i32>,
    tags: AskedTags,
    metadata: Option<Metadata>,
    rule_set: Option<RuleSet>,
    rules_to_merge: Option<RuleSet>,
    rules_to_remove: Option<Vec<String>>,
}

impl TagRequest {
    pub(super) fn read(value: Value<'_, '_, '_>) -> Read<Option<Self>> {
        let mut request = Self::default();
        let given = value.object(TAG_REQUEST, |name, value| {
            match name {
                "newVersion" => request.new_version = value.int()?,
                "tagsToAdd" => request.tags.add = schema_tags(value)?.unwrap_or_default(),
                "tagsToRemove" => request.tags.remove = schema_tags(value)?.unwrap_or_default(),
                "metadata" => request.metadata = metadata(value)?,
                "ruleSet" => request.rule_set = rule_set(value)?,
                "rulesToMerge" => request.rules_to_merge = rule_set(value)?,
                "rulesToRemove" => {
                    let names = value.texts("ArrayList")?;
                    request.rules_to_remove = names.map(|names| names.into_iter().flatten().collect());
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(given.then_some(request))
    }

    pub(super) fn into_submission(self, subject: SubjectName, version: VersionSelector) -> TagSubmission {
        TagSubmission {
            subject,
            version,
            new_version: self.new_version,
            tags: self.tags,
            metadata: self.metadata,
            rule_set: self.rule_set,
            rules_to_merge: self.rules_to_merge,
            rules_to_remove: self.rules_to_remove,
        }
    }
}

fn references(value: Value<'_, '_, '_>) -> Read<Vec<AskedReference>> {
    let list = value.list("SchemaReference", |value| {
        let mut asked = AskedReference { name: None, subject: None, version: None };
        // `null` counts as a reference without anything, which is refused later (the original: 500).
        value.object("SchemaReference", |name, value| {
            match name {
                "name" => asked.name = value.text()?,
                "subject" => asked.subject = value.text()?,
                "version" => asked.version = value.int()?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(asked)
    })?;
    Ok(list.unwrap_or_default())
}

/// A list of inline tags; `None` stands for an entry without its entity or its tags.
fn schema_tags(value: Value<'_, '_, '_>) -> Read<Option<Vec<Option<TaggedEntity>>>> {
    value.list("SchemaTags", |value| {
        let (mut entity, mut tags) = (None, None);
        value.object("SchemaTags", |name, value| {
            match name {
                "schemaEntity" => entity = schema_entity(value)?,
                "tags" => tags = value.texts("ArrayList")?.and_then(|tags| tags.into_iter().collect()),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(entity.zip(tags).map(|(entity, tags)| TaggedEntity { entity, tags }))
    })
}

/// Without a type it is taken for a field, as by the original.
fn schema_entity(value: Value<'_, '_, '_>) -> Read<Option<Entity>> {
    let (mut path, mut entity_type) = (None, EntityType::Field);
    let given = value.object("SchemaEntity", |name, value| {
        match name {
            "entityPath" => path = value.text()?,
            "entityType" => {
                let words = [EntityType::Record.as_str(), EntityType::Field.as_str()];
                let word = value.one_of("EntityType", &words, &words)?;
                let is_record = word == Some(EntityType::Record.as_str());
                entity_type = if is_record { EntityType::Record } else { EntityType::Field };
            }
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    if !given {
        return Ok(None);
    }
    let path = path.ok_or_else(|| {
        Malformed(
            "Cannot construct instance of `SchemaEntity`, problem: Cannot invoke \"String.startsWith(String)\" because \
             \"this.entityPath\" is null"
                .to_owned(),
        )
    })?;
    Ok(Some(Entity { path, entity_type }))
}

fn metadata(value: Value<'_, '_, '_>) -> Read<Option<Metadata>> {
    let mut metadata = Metadata::default();
    let given = value.object("Metadata", |name, value| {
        match name {
            "tags" => {
                let tags = value.map("String>>", |value| value.texts("HashSet"))?.unwrap_or_default();
                metadata.tags = tags
                    .into_iter()
                    .map(|(path, words)| Ok((Word::from(path), set(words.ok_or_else(null_tags)?)?)))
                    .collect::<Read<_>>()?;
            }
            "properties" => metadata.properties = properties(value)?,
            "sensitive" => metadata.sensitive = set(value.texts("HashSet")?.unwrap_or_default())?,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    Ok(given.then_some(metadata))
}

/// A property without a value is no property (the original keeps a null in some places and fails in others).
fn properties(value: Value<'_, '_, '_>) -> Read<BTreeMap<Word, String>> {
    let entries = value.map("String>", |value| value.text())?.unwrap_or_default();
    Ok(entries.into_iter().filter_map(|(name, value)| Some((Word::from(name), value?))).collect())
}

fn set(words: Vec<Option<String>>) -> Read<BTreeSet<Word>> {
    let words = words.into_iter().map(|word| word.map(Word::from));
    words.collect::<Option<_>>().ok_or_else(|| {
        Malformed("Cannot construct instance of `Metadata`, problem: `java.lang.NullPointerException`".to_owned())
    })
}

fn null_tags() -> Malformed {
    Malformed(
        "Cannot construct instance of `Metadata`, problem: Cannot invoke \"java.util.Set.stream()\" because the return \
         value of \"java.util.Map$Entry.getValue()\" is null"
            .to_owned(),
    )
}

fn rule_set(value: Value<'_, '_, '_>) -> Read<Option<RuleSet>> {
    let mut rules = RuleSet::default();
    let given = value.object("RuleSet", |name, value| {
        match name {
            "migrationRules" => rules.migration_rules = rule_list(value)?,
            "domainRules" => rules.domain_rules = rule_list(value)?,
            "encodingRules" => rules.encoding_rules = rule_list(value)?,
            "enableAt" => {
                let listed = ["NONE", "ALL", "SERVER", "GATEWAY", "CLIENT"];
                let numbered = ["ALL", "CLIENT", "GATEWAY", "SERVER", "NONE"];
                let word = value.one_of("ExecutionEnvironment", &listed, &numbered)?;
                rules.enable_at = word.and_then(ExecutionEnvironment::read_exact);
            }
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    Ok(given.then_some(rules))
}

/// A `null` among rules is left out.
fn rule_list(value: Value<'_, '_, '_>) -> Read<Vec<Rule>> {
    Ok(value.list("Rule", rule)?.unwrap_or_default().into_iter().flatten().collect())
}

fn rule(value: Value<'_, '_, '_>) -> Read<Option<Rule>> {
    let mut rule = Rule::default();
    let given = value.object("Rule", |name, value| {
        match name {
            "name" => rule.name = value.text()?,
            "doc" => rule.doc = value.text()?,
            "kind" => {
                let word = value.one_of("RuleKind", &["CONDITION", "TRANSFORM"], &["TRANSFORM", "CONDITION"])?;
                rule.kind = word.and_then(RuleKind::read_exact).unwrap_or_default();
            }
            "mode" => {
                let listed = ["DOWNGRADE", "READ", "UPGRADE", "UPDOWN", "WRITE", "WRITEREAD"];
                let numbered = ["UPGRADE", "DOWNGRADE", "UPDOWN", "WRITE", "READ", "WRITEREAD"];
                rule.mode =
                    value.one_of("RuleMode", &listed, &numbered)?.and_then(RuleMode::read_exact).unwrap_or_default();
            }
            "type" => rule.rule_type = value.text()?,
            "tags" => {
                let words = value.texts("TreeSet")?.unwrap_or_default();
                rule.tags = words.into_iter().flatten().map(Word::from).collect();
            }
            "params" => rule.params = properties(value)?,
            "expr" => rule.expr = value.text()?,
            "onSuccess" => rule.on_success = value.text()?,
            "onFailure" => rule.on_failure = value.text()?,
            "disabled" => rule.disabled = value.flag()?,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    Ok(given.then_some(rule))
}

/// The body of `PUT /config`: an update whose level is still a text.
#[derive(Default)]
pub(super) struct ConfigRequest {
    update: ConfigUpdate,
    compatibility: Change<String>,
}

impl ConfigRequest {
    pub(super) fn read(value: Value<'_, '_, '_>) -> Read<Option<Self>> {
        let mut request = Self::default();
        let given = value.object(CONFIG_REQUEST, |name, value| {
            let update = &mut request.update;
            match name {
                "alias" => update.alias = change(value.text()?),
                "aliasForDeks" => update.alias_for_deks = change(value.text()?),
                "normalize" => update.normalize = change(value.boolean()?),
                "validateFields" => update.validate_fields = change(value.boolean()?),
                "validateNewSchemas" => update.validate_new_schemas = change(value.boolean()?),
                "validateRules" => update.validate_rules = change(value.boolean()?),
                "compatibility" => request.compatibility = change(value.text()?),
                "compatibilityPolicy" => {
                    // An unknown policy clears the field without a word.
                    update.policy = change(value.text()?.and_then(|word| CompatibilityPolicy::read(&word)));
                }
                "compatibilityGroup" => update.group = change(value.text()?),
                "defaultMetadata" => update.default_metadata = change(metadata(value)?),
                "overrideMetadata" => update.override_metadata = change(metadata(value)?),
                "defaultRuleSet" => update.default_rule_set = change(rule_set(value)?),
                "overrideRuleSet" => update.override_rule_set = change(rule_set(value)?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(given.then_some(request))
    }

    /// The update, its level read in any letter case.
    pub(super) fn into_update(mut self) -> Result<ConfigUpdate, ApiError> {
        self.update.level = match self.compatibility {
            Change::Keep => Change::Keep,
            Change::Clear => Change::Clear,
            Change::Set(word) => Change::Set(CompatibilityLevel::read(&word).ok_or(ApiError::InvalidLevel)?),
        };
        Ok(self.update)
    }
}

fn change<T>(value: Option<T>) -> Change<T> {
    value.map_or(Change::Clear, Change::Set)
}

/// The body of `PUT /mode`; a bare string is the mode.
#[derive(Default)]
pub(super) struct ModeRequest {
    /// `Keep` where the body does not name a mode.
    pub(super) mode: Change<String>,
}

impl ModeRequest {
    pub(super) fn read(value: Value<'_, '_, '_>) -> Read<Option<Self>> {
        if let Some(mode) = value.if_text()? {
            return Ok(Some(Self { mode: Change::Set(mode) }));
        }
        let mut request = Self::default();
        let given = value.object(MODE_REQUEST, |name, value| {
            if name == "mode" {
                request.mode = change(value.text()?);
            }
            Ok(name == "mode")
        })?;
        Ok(given.then_some(request))
    }
}

/// The body of `POST /`: any map of texts, read for its complaints only.
pub(super) fn any_texts(value: Value<'_, '_, '_>) -> Read<Option<()>> {
    Ok(value.map("String>", |value| value.text())?.map(drop))
}
