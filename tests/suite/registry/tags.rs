//! Inline tags through the registry: changed, propagated, found, and what becomes of rules and metadata on the way.
//!
//! Where no recording shows it, expected values are what the reference's public source does (release 8.3.1).

use super::{ask, fresh, name_of, number, register, register_text, set_level, set_mode, start_with, subject};
use sluicegate::compat::CompatibilityLevel;
use sluicegate::registry::error::{RuleSetProblem, SchemaProblem};
use sluicegate::registry::{
    AskedReference, AskedTags, Change, ConfigUpdate, Metadata, Mode, RegisteredSchema, Registry, RegistryError, Rule,
    RuleSet, RuleSets, Settings, Submission, TagSubmission, Word,
};
use sluicegate::schema::names::VersionSelector;
use sluicegate::schema::{Entity, EntityType, TagProblem, TaggedEntity};
use sluicegate::storage::memory::MemoryStore;

const PLAIN: &str = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"string"}]}"#;
const TAGGED: &str = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"string","confluent:tags":["PII"]}]}"#;

fn tagged(path: &str, tags: &[&str]) -> TaggedEntity {
    let entity_type = if path.contains('.') { EntityType::Field } else { EntityType::Record };
    let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
    TaggedEntity { entity: Entity { path: path.to_owned(), entity_type }, tags }
}

fn adding(tags: &[TaggedEntity]) -> AskedTags {
    AskedTags { add: tags.iter().cloned().map(Some).collect(), remove: Vec::new() }
}

fn removing(tags: &[TaggedEntity]) -> AskedTags {
    AskedTags { remove: tags.iter().cloned().map(Some).collect(), add: Vec::new() }
}

fn of_latest(name: &str, tags: AskedTags) -> TagSubmission {
    TagSubmission {
        subject: subject(name),
        version: VersionSelector::Latest,
        new_version: None,
        tags,
        metadata: None,
        rule_set: None,
        rules_to_merge: None,
        rules_to_remove: None,
    }
}

fn change(registry: &Registry, asked: TagSubmission) -> Result<RegisteredSchema, RegistryError> {
    ask(|reply| registry.register_tags(asked, reply)).wait()
}

fn version(registry: &Registry, name: &str, version: u32) -> RegisteredSchema {
    registry.version(&subject(name), number(version), false).expect("a version")
}

fn found(registry: &Registry, schema: &RegisteredSchema, wanted: &[&str]) -> Vec<TaggedEntity> {
    let wanted: Vec<String> = wanted.iter().map(|tag| (*tag).to_owned()).collect();
    registry.tagged_entities(schema, &wanted).expect("tags")
}

fn property<'a>(schema: &'a RegisteredSchema, name: &str) -> Option<&'a str> {
    schema.metadata.as_ref()?.property(name)
}

fn metadata(pairs: &[(&str, &str)]) -> Metadata {
    let properties = pairs.iter().map(|(name, value)| (Word::from(*name), (*value).to_owned())).collect();
    Metadata { properties, ..Metadata::default() }
}

fn rules(names: &[&str]) -> RuleSet {
    let rule =
        |name: &&str| Rule { name: Some((*name).to_owned()), rule_type: Some("CEL".to_owned()), ..Rule::default() };
    RuleSet { domain_rules: names.iter().map(rule).collect(), ..RuleSet::default() }
}

fn rule_names(schema: &RegisteredSchema) -> Option<Vec<&str>> {
    let rules = &schema.rule_set.as_ref()?.domain_rules;
    Some(rules.iter().filter_map(|rule| rule.name.as_deref()).collect())
}

fn problem(outcome: Result<RegisteredSchema, RegistryError>) -> SchemaProblem {
    match outcome {
        Err(RegistryError::InvalidSchema(problem)) => *problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_change_of_tags_takes_text_and_metadata_of_its_version_and_the_number_of_the_next() {
    let (_store, registry) = fresh();
    let first = Submission { metadata: Some(metadata(&[("owner", "bob")])), ..Submission::avro(subject("s"), PLAIN) };
    register(&registry, first).expect("version 1");
    let other = PLAIN.replace("\"a\"", "\"b\"").replace("\"string\"", "[\"null\",\"string\"],\"default\":null");
    set_level(&registry, "s", CompatibilityLevel::None);
    let second = Submission { metadata: Some(metadata(&[("owner", "eve")])), ..Submission::avro(subject("s"), other) };
    register(&registry, second).expect("version 2");

    let asked = TagSubmission { version: number(1), ..of_latest("s", adding(&[tagged("R.a", &["PII"])])) };
    let third = change(&registry, asked).expect("version 3");
    assert_eq!((third.version.get(), &*third.text), (3, TAGGED));
    assert_eq!((property(&third, "owner"), property(&third, "confluent:version")), (Some("bob"), Some("3")));
    let stored = version(&registry, "s", 3);
    assert_eq!((stored.guid, &stored.metadata, &stored.text), (third.guid, &third.metadata, &third.text));
    let entities = vec![tagged("R.a", &["PII"])];
    assert_eq!(found(&registry, &stored, &["*"]), entities);
    assert_eq!(found(&registry, &stored, &["X", "PII"]), entities);
    assert_eq!(found(&registry, &stored, &["", "X"]), []);

    let own = TagSubmission { metadata: Some(metadata(&[("k", "v")])), ..of_latest("s", AskedTags::default()) };
    let fourth = change(&registry, own).expect("version 4");
    assert_eq!(
        (property(&fourth, "owner"), property(&fourth, "k"), property(&fourth, "confluent:version")),
        (None, Some("v"), Some("4"))
    );
    assert_eq!(&*fourth.text, TAGGED);
}

#[test]
fn a_new_version_is_the_next_one_or_none() {
    let (_store, registry) = fresh();
    register_text(&registry, "s", PLAIN).expect("version 1");
    let change_to =
        |new_version| change(&registry, TagSubmission { new_version, ..of_latest("s", AskedTags::default()) });
    for (new_version, version) in [(None, 2), (Some(0), 3), (Some(-1), 4), (Some(-7), 5), (Some(6), 6)] {
        assert_eq!(change_to(new_version).expect("the next").version.get(), version);
    }
    for new_version in [1, 6, 8, i32::MAX] {
        assert_eq!(problem(change_to(Some(new_version))), SchemaProblem::VersionNotNext);
    }
}

#[test]
fn tags_are_changed_before_the_mode_is_asked_and_the_level_after() {
    let (_store, registry) = fresh();
    register_text(&registry, "s", PLAIN).expect("version 1");
    let wrong = || of_latest("s", adding(&[tagged("R.zzz", &["X"])]));
    let no_match = || SchemaProblem::Tags(TagProblem::NoMatch { path: "R.zzz".into() });
    set_mode(&registry, "s", Mode::ReadOnly);
    assert_eq!(problem(change(&registry, wrong())), no_match());
    let right = || of_latest("s", adding(&[tagged("R", &["X"])]));
    assert_eq!(name_of(&change(&registry, right()).unwrap_err()), "ReadOnly");
    set_mode(&registry, "s", Mode::Import);
    assert_eq!(name_of(&change(&registry, right()).unwrap_err()), "NotInReadWriteMode");
    set_mode(&registry, "s", Mode::ReadWrite);

    // Version 1 cannot be read with version 2 any more: to tag it again is to go back.
    set_level(&registry, "s", CompatibilityLevel::None);
    register_text(&registry, "s", &PLAIN.replace("\"a\"", "\"b\"")).expect("version 2");
    set_level(&registry, "s", CompatibilityLevel::Backward);
    let back = TagSubmission { version: number(1), ..right() };
    assert_eq!(name_of(&change(&registry, back).unwrap_err()), "Incompatible");
    change(&registry, right()).expect("tags change no verdict");
}

#[test]
fn a_version_of_another_context_is_the_base_of_a_new_subject() {
    let (_store, registry) = fresh();
    register_text(&registry, ":.c:s", PLAIN).expect("elsewhere");
    let answer = change(&registry, of_latest("s", adding(&[tagged("R.a", &["PII"])]))).expect("here");
    assert_eq!((answer.subject.as_str(), answer.version.get(), &*answer.text), ("s", 1, TAGGED));
    let missing = TagSubmission { version: number(2), ..of_latest("s", AskedTags::default()) };
    assert_eq!(name_of(&change(&registry, missing).unwrap_err()), "VersionNotFound");
    assert_eq!(name_of(&change(&registry, of_latest("t", AskedTags::default())).unwrap_err()), "SubjectNotFound");
}

#[test]
fn a_request_for_tags_ignores_that_normalising_is_configured() {
    let (_store, registry) = fresh();
    let odd = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"string"}],"z":1,"doc":"d"}"#;
    let stored = register_text(&registry, "s", odd).expect("version 1").text;
    let update = ConfigUpdate { normalize: Change::Set(true), ..ConfigUpdate::default() };
    ask(|reply| registry.update_config(subject("s"), update, reply)).wait().expect("configured");
    let answer = change(&registry, of_latest("s", AskedTags::default())).expect("version 2");
    assert_eq!(answer.text, stored);
}

#[test]
fn a_registration_changes_tags_before_it_looks_whether_the_schema_is_there() {
    let (_store, registry) = fresh();
    let with = |version, tags| Submission { version, tags, ..Submission::avro(subject("s"), PLAIN) };
    let pii = [tagged("R.a", &["PII"])];
    let first = register(&registry, with(None, adding(&pii))).expect("version 1");
    assert_eq!((&*first.text, property(&first, "confluent:version")), (TAGGED, Some("1")));
    // Recorded: without a number each is a version of its own.
    let second = register(&registry, with(None, adding(&pii))).expect("version 2");
    assert_eq!((second.version.get(), property(&second, "confluent:version")), (2, Some("2")));
    let removed = Submission { tags: removing(&pii), ..Submission::avro(subject("t"), TAGGED) };
    assert_eq!(&*register(&registry, removed).expect("version 1").text, PLAIN);
    // A number that is 0 asks for a version that is there, if there is one.
    register_text(&registry, "u", TAGGED).expect("version 1");
    let again = Submission { subject: subject("u"), ..with(Some(0), adding(&pii)) };
    assert_eq!(register(&registry, again).expect("known").version.get(), 1);
}

#[test]
fn what_is_asked_of_tags_must_be_whole_and_have_a_text() {
    let (_store, registry) = fresh();
    register_text(&registry, "s", PLAIN).expect("version 1");
    let half = AskedTags { add: vec![Some(tagged("R", &["X"])), None], remove: Vec::new() };
    let sent = |text: Option<&str>, tags: &AskedTags| Submission {
        text: text.map(str::to_owned),
        tags: tags.clone(),
        ..Submission::avro(subject("s"), "")
    };
    assert_eq!(problem(register(&registry, sent(Some(PLAIN), &half))), SchemaProblem::IncompleteTags);
    assert_eq!(problem(change(&registry, of_latest("s", half.clone()))), SchemaProblem::IncompleteTags);
    let whole = adding(&[tagged("R", &["X"])]);
    // Whether there is an earlier version makes no difference: an empty text is one, an absent one is none.
    assert_eq!(problem(register(&registry, sent(None, &whole))), SchemaProblem::NoTextToTag);
    assert!(matches!(problem(register(&registry, sent(Some(""), &whole))), SchemaProblem::Refused { .. }));
    assert!(matches!(problem(register(&registry, sent(Some("bad"), &half))), SchemaProblem::Refused { .. }));
}

#[test]
fn tags_of_the_latest_version_are_propagated_to_entities_that_are_still_there() {
    let (_store, registry) = fresh();
    set_level(&registry, "", CompatibilityLevel::None);
    let propagated =
        |text: &str| register(&registry, Submission { propagate_tags: true, ..Submission::avro(subject("s"), text) });
    assert_eq!(&*propagated(TAGGED).expect("a first version has none before it").text, TAGGED);
    let wider = r#"{"type":"record","name":"R","fields":[{"name":"b","type":"int"},{"name":"a","type":"string"}]}"#;
    let second = propagated(wider).expect("version 2");
    assert_eq!(&*second.text, &*wider.replace("\"string\"", "\"string\",\"confluent:tags\":[\"PII\"]"));
    assert_eq!((second.version.get(), property(&second, "confluent:version")), (2, None));
    // The tagged text is there already.
    assert_eq!(propagated(wider).expect("version 2").version.get(), 2);
    let own = wider.replace("\"string\"", "\"string\",\"confluent:tags\":[\"OWN\"]");
    let third = propagated(&own).expect("version 3");
    assert_eq!(found(&registry, &third, &["*"]), [tagged("R.a", &["OWN", "PII"])]);
    let without = r#"{"type":"record","name":"R","fields":[{"name":"b","type":"int"}]}"#;
    let no_match = SchemaProblem::Tags(TagProblem::NoMatch { path: "R.a".into() });
    assert_eq!(problem(propagated(without)), no_match);
    // Without a text the latest version's is taken, which has its tags.
    let blank = Submission { text: None, propagate_tags: true, ..Submission::avro(subject("s"), "") };
    assert_eq!(register(&registry, blank).expect("version 3").version.get(), 3);
}

#[test]
fn tags_of_referenced_types_are_found_and_cannot_be_changed_from_outside() {
    let (_store, registry) = fresh();
    register_text(&registry, ":.c:n", r#"{"type":"record","name":"N","fields":[],"confluent:tags":["T"]}"#).expect("N");
    let reference = AskedReference { name: Some("N".into()), subject: Some("n".into()), version: Some(1) };
    let text = r#"{"type":"record","name":"R","fields":[{"name":"n","type":"N"}]}"#;
    let asked = Submission { references: vec![reference], ..Submission::avro(subject(":.c:s"), text) };
    register(&registry, asked).expect("version 1");
    let entities = vec![tagged("N", &["T"])];
    assert_eq!(found(&registry, &version(&registry, ":.c:s", 1), &["*"]), entities);
    let no_match = SchemaProblem::Tags(TagProblem::NoMatch { path: "N".into() });
    assert_eq!(problem(change(&registry, of_latest(":.c:s", adding(&entities)))), no_match);
    let answer = change(&registry, of_latest(":.c:s", adding(&[tagged("R.n", &["F"])]))).expect("version 2");
    assert_eq!(answer.references.len(), 1);
    assert_eq!(&*answer.text, &*text.replace("\"N\"", "\"N\",\"confluent:tags\":[\"F\"]"));
    assert_eq!(found(&registry, &answer, &["*"]), [tagged("R.n", &["F"]), tagged("N", &["T"])]);
}

#[test]
fn rules_are_merged_into_those_of_the_version_before_and_stored() {
    let (_store, registry) = fresh();
    let first = Submission { rule_set: Some(rules(&["a", "b"])), ..Submission::avro(subject("s"), PLAIN) };
    register(&registry, first).expect("version 1");
    let base = || of_latest("s", AskedTags::default());
    let inherited = change(&registry, base()).expect("version 2");
    assert_eq!(rule_names(&inherited), Some(vec!["a", "b"]));
    let merged = TagSubmission { rules_to_merge: Some(rules(&["a", "c"])), ..base() };
    let merged = change(&registry, merged).expect("version 3");
    assert_eq!(rule_names(&merged), Some(vec!["b", "a", "c"]));
    let stored = version(&registry, "s", 3);
    assert_eq!((&stored.rule_set, stored.guid), (&merged.rule_set, merged.guid));
    let both = TagSubmission {
        new_version: Some(4),
        rules_to_merge: Some(rules(&["d"])),
        rules_to_remove: Some(vec!["b".into(), "d".into(), "none".into()]),
        ..base()
    };
    assert_eq!(rule_names(&change(&registry, both).expect("version 4")), Some(vec!["a", "c"]));
    let replaced = TagSubmission { rule_set: Some(rules(&["z"])), ..base() };
    assert_eq!(rule_names(&change(&registry, replaced).expect("version 5")), Some(vec!["z"]));
    let emptied = TagSubmission { rules_to_remove: Some(vec!["z".into()]), ..base() };
    assert_eq!(change(&registry, emptied).expect("version 6").rule_set.as_deref(), Some(&RuleSet::default()));
    // Numbers below 1 are no version to look at (the reference: 500).
    let negative = TagSubmission { new_version: Some(-1), rules_to_merge: Some(rules(&["n"])), ..base() };
    assert_eq!(rule_names(&change(&registry, negative).expect("version 7")), Some(vec!["n"]));
    let first = TagSubmission { new_version: Some(1), rules_to_merge: Some(rules(&["n"])), ..base() };
    assert_eq!(problem(change(&registry, first)), SchemaProblem::VersionNotNext);
}

#[test]
fn rules_that_contradict_or_are_not_valid_are_refused() {
    let (_store, registry) = fresh();
    register_text(&registry, "s", PLAIN).expect("version 1");
    let wrong = of_latest("s", adding(&[tagged("R.zzz", &["X"])]));
    let refused = |asked| match change(&registry, asked) {
        Err(RegistryError::InvalidRuleSet(problem)) => problem,
        other => panic!("{other:?}"),
    };
    let beside = TagSubmission { rule_set: Some(rules(&[])), rules_to_remove: Some(Vec::new()), ..wrong.clone() };
    assert_eq!(refused(beside), RuleSetProblem::GivenBesideChanges);
    let unnamed = || Some(RuleSet { domain_rules: vec![Rule::default()], ..RuleSet::default() });
    for invalid in [
        TagSubmission { rule_set: unnamed(), ..wrong.clone() },
        TagSubmission { rules_to_merge: unnamed(), ..wrong.clone() },
    ] {
        assert_eq!(refused(invalid), RuleSetProblem::MissingName);
    }
    let missing = TagSubmission { subject: subject("t"), rules_to_merge: unnamed(), ..wrong };
    assert_eq!(name_of(&change(&registry, missing).unwrap_err()), "SubjectNotFound");
}

#[test]
fn where_rule_sets_are_dropped_the_answer_shows_none() {
    let store = MemoryStore::new();
    let registry = start_with(store.journal(), Settings { rule_sets: RuleSets::Drop, ..Settings::default() });
    register_text(&registry, "s", PLAIN).expect("version 1");
    let asked = TagSubmission {
        rule_set: Some(RuleSet { domain_rules: vec![Rule::default()], ..RuleSet::default() }),
        rules_to_merge: Some(rules(&["a"])),
        ..of_latest("s", AskedTags::default())
    };
    let answer = change(&registry, asked).expect("the rule set is dropped unread");
    let stored = version(&registry, "s", 2);
    assert_eq!((answer.rule_set.as_deref(), answer.guid), (None, stored.guid));
    let invalid = RuleSet { domain_rules: vec![Rule::default()], ..RuleSet::default() };
    let asked = TagSubmission { rules_to_merge: Some(invalid), ..of_latest("s", AskedTags::default()) };
    assert_eq!(name_of(&change(&registry, asked).unwrap_err()), "InvalidRuleSet");
}
