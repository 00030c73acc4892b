//! The parts of values that a data contract is made of: references, metadata, rule sets, configurations.
//!
//! Members that are null are left out, empty collections too; an empty object is not the same as none and is kept.

use std::borrow::Cow;

use super::json::{Malformed, ObjectWriter, Reader, push_array, push_string};
use crate::compat::CompatibilityLevel;
use crate::registry::contract::{
    CompatibilityPolicy, Config, ExecutionEnvironment, Metadata, Reference, Rule, RuleKind, RuleMode, RuleSet, Word,
};

pub(super) fn write_metadata(metadata: &Metadata, out: &mut Vec<u8>) {
    let mut object = ObjectWriter::begin(out);
    if !metadata.tags.is_empty() {
        let mut tags = ObjectWriter::begin(object.member("tags"));
        for (path, words) in &metadata.tags {
            write_words(words, tags.member(path.as_str()));
        }
        tags.end();
    }
    write_texts("properties", &metadata.properties, &mut object);
    if !metadata.sensitive.is_empty() {
        write_words(&metadata.sensitive, object.member("sensitive"));
    }
    object.end();
}

pub(super) fn write_rule_set(rules: &RuleSet, out: &mut Vec<u8>) {
    let mut object = ObjectWriter::begin(out);
    let lists = [
        ("migrationRules", &rules.migration_rules),
        ("domainRules", &rules.domain_rules),
        ("encodingRules", &rules.encoding_rules),
    ];
    for (name, list) in lists {
        if !list.is_empty() {
            push_array(object.member(name), list, |out, rule| write_rule(rule, out));
        }
    }
    object.text_if_some("enableAt", rules.enable_at.map(ExecutionEnvironment::as_str));
    object.end();
}

/// `kind` and `mode` are always written: without them the reference cannot read the schema back.
fn write_rule(rule: &Rule, out: &mut Vec<u8>) {
    let mut object = ObjectWriter::begin(out);
    object.text_if_some("name", rule.name.as_deref());
    object.text_if_some("doc", rule.doc.as_deref());
    object.text("kind", rule.kind.as_str());
    object.text("mode", rule.mode.as_str());
    object.text_if_some("type", rule.rule_type.as_deref());
    if !rule.tags.is_empty() {
        write_words(&rule.tags, object.member("tags"));
    }
    write_texts("params", &rule.params, &mut object);
    object.text_if_some("expr", rule.expr.as_deref());
    object.text_if_some("onSuccess", rule.on_success.as_deref());
    object.text_if_some("onFailure", rule.on_failure.as_deref());
    object.flag("disabled", rule.disabled);
    object.end();
}

pub(super) fn write_config(config: &Config, object: &mut ObjectWriter<'_>) {
    object.text_if_some("alias", config.alias.as_deref());
    object.text_if_some("aliasForDeks", config.alias_for_deks.as_deref());
    object.flag_if_some("normalize", config.normalize);
    object.flag_if_some("validateFields", config.validate_fields);
    object.flag_if_some("validateNewSchemas", config.validate_new_schemas);
    object.flag_if_some("validateRules", config.validate_rules);
    object.text_if_some("compatibilityLevel", config.level.map(CompatibilityLevel::as_str));
    object.text_if_some("compatibilityPolicy", config.policy.map(CompatibilityPolicy::as_str));
    object.text_if_some("compatibilityGroup", config.group.as_deref());
    for (name, metadata) in
        [("defaultMetadata", &config.default_metadata), ("overrideMetadata", &config.override_metadata)]
    {
        if let Some(metadata) = metadata {
            write_metadata(metadata, object.member(name));
        }
    }
    for (name, rules) in [("defaultRuleSet", &config.default_rule_set), ("overrideRuleSet", &config.override_rule_set)]
    {
        if let Some(rules) = rules {
            write_rule_set(rules, object.member(name));
        }
    }
}

fn write_words<'w>(words: impl IntoIterator<Item = &'w Word>, out: &mut Vec<u8>) {
    push_array(out, words, |out, word| push_string(out, word.as_str()));
}

fn write_texts<'w>(name: &str, texts: impl IntoIterator<Item = (&'w Word, &'w String)>, object: &mut ObjectWriter<'_>) {
    let mut texts = texts.into_iter().peekable();
    if texts.peek().is_none() {
        return;
    }
    let mut members = ObjectWriter::begin(object.member(name));
    for (name, text) in texts {
        members.text(name.as_str(), text);
    }
    members.end();
}

pub(super) fn read_references(reader: &mut Reader<'_>) -> Result<Vec<Reference>, Malformed> {
    let mut references = Vec::new();
    reader.array(|reader| {
        let (mut name, mut subject, mut version) = (Cow::default(), Cow::default(), None);
        reader.object(|member, value| {
            match member {
                "name" => name = value.text()?.unwrap_or_default(),
                "subject" => subject = value.text()?.unwrap_or_default(),
                "version" => version = value.int()?,
                _ => drop(value.skip()?),
            }
            Ok(())
        })?;
        let version = version.and_then(|version| u32::try_from(version).ok());
        let version = version.ok_or(Malformed("a reference has no version"))?;
        references.push(Reference { name: name.into(), subject: subject.into(), version });
        Ok(())
    })?;
    Ok(references)
}

pub(super) fn read_metadata(reader: &mut Reader<'_>) -> Result<Option<Metadata>, Malformed> {
    if reader.takes_null()? {
        return Ok(None);
    }
    let mut metadata = Metadata::default();
    reader.object(|member, value| match member {
        "tags" => value.object(|path, words| {
            metadata.tags.insert(Word::from(path), read_words(words)?.into_iter().collect());
            Ok(())
        }),
        "properties" => read_texts(value, |name, text| drop(metadata.properties.insert(name, text))),
        "sensitive" => {
            metadata.sensitive = read_words(value)?.into_iter().collect();
            Ok(())
        }
        _ => value.skip().map(drop),
    })?;
    Ok(Some(metadata))
}

pub(super) fn read_rule_set(reader: &mut Reader<'_>) -> Result<Option<RuleSet>, Malformed> {
    if reader.takes_null()? {
        return Ok(None);
    }
    let mut rules = RuleSet::default();
    reader.object(|member, value| {
        match member {
            "migrationRules" => rules.migration_rules = read_rules(value)?,
            "domainRules" => rules.domain_rules = read_rules(value)?,
            "encodingRules" => rules.encoding_rules = read_rules(value)?,
            "enableAt" => rules.enable_at = read_word(value, ExecutionEnvironment::read_exact)?,
            _ => drop(value.skip()?),
        }
        Ok(())
    })?;
    Ok(Some(rules))
}

fn read_rules(reader: &mut Reader<'_>) -> Result<Vec<Rule>, Malformed> {
    let mut rules = Vec::new();
    reader.array(|reader| {
        let mut rule = Rule::default();
        reader.object(|member, value| {
            match member {
                "name" => rule.name = read_string(value)?,
                "doc" => rule.doc = read_string(value)?,
                "kind" => rule.kind = read_word(value, RuleKind::read_exact)?.unwrap_or_default(),
                "mode" => rule.mode = read_word(value, RuleMode::read_exact)?.unwrap_or_default(),
                "type" => rule.rule_type = read_string(value)?,
                "tags" => rule.tags = read_words(value)?.into_iter().collect(),
                "params" => read_texts(value, |name, text| drop(rule.params.insert(name, text)))?,
                "expr" => rule.expr = read_string(value)?,
                "onSuccess" => rule.on_success = read_string(value)?,
                "onFailure" => rule.on_failure = read_string(value)?,
                "disabled" => rule.disabled = value.flag()?.unwrap_or_default(),
                _ => drop(value.skip()?),
            }
            Ok(())
        })?;
        rules.push(rule);
        Ok(())
    })?;
    Ok(rules)
}

pub(super) fn read_config(reader: &mut Reader<'_>) -> Result<Config, Malformed> {
    let mut config = Config::default();
    reader.object(|member, value| {
        match member {
            "alias" => config.alias = read_string(value)?,
            "aliasForDeks" => config.alias_for_deks = read_string(value)?,
            "normalize" => config.normalize = value.flag()?,
            "validateFields" => config.validate_fields = value.flag()?,
            "validateNewSchemas" => config.validate_new_schemas = value.flag()?,
            "validateRules" => config.validate_rules = value.flag()?,
            "compatibilityLevel" => config.level = read_word(value, read_level)?,
            "compatibilityPolicy" => config.policy = read_word(value, CompatibilityPolicy::read_exact)?,
            "compatibilityGroup" => config.group = read_string(value)?,
            "defaultMetadata" => config.default_metadata = read_metadata(value)?,
            "overrideMetadata" => config.override_metadata = read_metadata(value)?,
            "defaultRuleSet" => config.default_rule_set = read_rule_set(value)?,
            "overrideRuleSet" => config.override_rule_set = read_rule_set(value)?,
            _ => drop(value.skip()?),
        }
        Ok(())
    })?;
    Ok(config)
}

fn read_level(word: &str) -> Option<CompatibilityLevel> {
    CompatibilityLevel::read(word).filter(|level| level.as_str() == word)
}

/// A word of a closed list. The reference skips the whole record for a word it does not know.
fn read_word<T>(reader: &mut Reader<'_>, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Malformed> {
    match reader.text()? {
        None => Ok(None),
        Some(word) => read(&word).map(Some).ok_or(Malformed("a word is not one of its list")),
    }
}

fn read_string(reader: &mut Reader<'_>) -> Result<Option<String>, Malformed> {
    Ok(reader.text()?.map(Cow::into_owned))
}

fn read_words(reader: &mut Reader<'_>) -> Result<Vec<Word>, Malformed> {
    let mut words = Vec::new();
    reader.array(|reader| {
        words.extend(reader.text()?.map(|word| Word::from(&*word)));
        Ok(())
    })?;
    Ok(words)
}

fn read_texts(reader: &mut Reader<'_>, mut each: impl FnMut(Word, String)) -> Result<(), Malformed> {
    reader.object(|name, value| {
        if let Some(text) = value.text()? {
            each(Word::from(name), text.into_owned());
        }
        Ok(())
    })
}
