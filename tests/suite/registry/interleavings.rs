//! What changes between the check of a submission and its decision is taken into account.
//!
//! What is asked while the writer is held is checked against the old state and decided after the new one.

use super::held::hold;
use super::{
    ask, delete_subject, delete_version, fresh, level_update, name_of, number, record, register_text, set_level,
    subject,
};
use sluicegate::compat::CompatibilityLevel;
use sluicegate::registry::{
    AskedReference, AskedTags, Change, ConfigUpdate, Deletion, Mode, Submission, TagSubmission,
};
use sluicegate::schema::names::VersionSelector;
use sluicegate::schema::{Entity, EntityType, TaggedEntity};

#[test]
fn a_level_that_is_raised_meanwhile_counts() {
    let (store, registry) = fresh();
    set_level(&registry, "s", CompatibilityLevel::None);
    register_text(&registry, "s", &record(0b01)).expect("registered");
    let held = hold(&store, &registry);
    let raised = ask(|reply| {
        registry.update_config(subject("s"), level_update(CompatibilityLevel::Backward), reply);
    });
    let asked = ask(|reply| registry.register(Submission::avro(subject("s"), record(0b10)), reply));
    drop(held);
    raised.wait().expect("raised");
    assert_eq!(name_of(&asked.wait().expect_err("no longer allowed")), "Incompatible");
}

#[test]
fn a_level_that_appears_in_the_global_scope_meanwhile_counts() {
    let (store, registry) = fresh();
    set_level(&registry, "", CompatibilityLevel::None);
    register_text(&registry, "s", &record(0b01)).expect("registered");
    let held = hold(&store, &registry);
    let removed = ask(|reply| registry.remove_config(subject(""), reply));
    let asked = ask(|reply| registry.register(Submission::avro(subject("s"), record(0b10)), reply));
    drop(held);
    removed.wait().expect("removed");
    assert_eq!(name_of(&asked.wait().expect_err("the server's level counts again")), "Incompatible");
}

#[test]
fn a_mode_that_is_set_meanwhile_counts() {
    let (store, registry) = fresh();
    let held = hold(&store, &registry);
    let set = ask(|reply| registry.set_mode(subject(""), Some(Mode::ReadOnly), false, reply));
    let asked = ask(|reply| registry.register(Submission::avro(subject("s"), record(1)), reply));
    drop(held);
    set.wait().expect("set");
    assert_eq!(name_of(&asked.wait().expect_err("read-only")), "ReadOnly");
    assert_eq!(registry.size(), (0, 0));
}

#[test]
fn a_version_that_is_deleted_meanwhile_is_no_longer_in_the_way() {
    let (store, registry) = fresh();
    register_text(&registry, "s", &record(0b01)).expect("registered");
    register_text(&registry, "t", &record(0b01)).expect("registered");
    let held = hold(&store, &registry);
    let deleted = ask(|reply| registry.delete_version(subject("s"), number(1), Deletion::Soft, reply));
    // Known when it was asked, gone when it is decided: it comes back under the next number and its old id.
    let asked = ask(|reply| registry.register(Submission::avro(subject("s"), record(0b01)), reply));
    // Was settled before the writer was asked at all: the version was still there.
    assert_eq!(asked.wait().expect("known").version.get(), 1);
    let new = ask(|reply| registry.register(Submission::avro(subject("s"), record(0b00)), reply));
    drop(held);
    deleted.wait().expect("deleted");
    assert_eq!(new.wait().expect("nothing to be compatible with").version.get(), 2);
}

#[test]
fn a_version_to_be_tagged_that_is_deleted_meanwhile_is_not_found() {
    let (store, registry) = fresh();
    register_text(&registry, "s", &record(1)).expect("registered");
    let held = hold(&store, &registry);
    let deleted = ask(|reply| registry.delete_subject(subject("s"), Deletion::Soft, reply));
    let asked = ask(|reply| registry.register_tags(tagging_latest("s", "PII"), reply));
    drop(held);
    deleted.wait().expect("deleted");
    assert_eq!(name_of(&asked.wait().expect_err("nothing to tag")), "SubjectNotFound");
}

#[test]
fn the_latest_version_is_tagged_that_is_there_when_it_is_decided() {
    let (store, registry) = fresh();
    register_text(&registry, "s", &record(0b11)).expect("registered");
    let held = hold(&store, &registry);
    let first = ask(|reply| registry.register_tags(tagging_latest("s", "A"), reply));
    let newer = ask(|reply| registry.register(Submission::avro(subject("s"), record(0b01)), reply));
    let second = ask(|reply| registry.register_tags(tagging_latest("s", "B"), reply));
    drop(held);
    assert_eq!(first.wait().expect("tagged").version.get(), 2);
    assert_eq!(newer.wait().expect("registered").version.get(), 3);
    let second = second.wait().expect("tagged");
    let text = record(0b01).replace("]}", "],\"confluent:tags\":[\"B\"]}");
    assert_eq!((second.version.get(), &*second.text), (4, &*text));
}

#[test]
fn a_referenced_version_that_is_deleted_meanwhile_is_missed() {
    let (store, registry) = fresh();
    register_text(&registry, "r", &record(1)).expect("registered");
    let held = hold(&store, &registry);
    let deleted = ask(|reply| registry.delete_version(subject("r"), number(1), Deletion::Soft, reply));
    let asked = ask(|reply| registry.register(referring("s", "r", 1), reply));
    drop(held);
    deleted.wait().expect("deleted");
    assert_eq!(name_of(&asked.wait().expect_err("nothing to refer to")), "InvalidSchema");
}

#[test]
fn a_version_that_is_referred_to_meanwhile_is_not_deleted() {
    let (store, registry) = fresh();
    register_text(&registry, "r", &record(1)).expect("registered");
    let held = hold(&store, &registry);
    let asked = ask(|reply| registry.register(referring("s", "r", 1), reply));
    let deleted = ask(|reply| registry.delete_version(subject("r"), number(1), Deletion::Soft, reply));
    drop(held);
    asked.wait().expect("registered");
    assert_eq!(name_of(&deleted.wait().expect_err("in use")), "Referenced");
}

#[test]
fn the_latest_referenced_version_is_the_latest_at_the_decision() {
    let (store, registry) = fresh();
    set_level(&registry, "r", CompatibilityLevel::None);
    register_text(&registry, "r", &record(1)).expect("registered");
    let held = hold(&store, &registry);
    let newer = ask(|reply| registry.register(Submission::avro(subject("r"), record(2)), reply));
    let mut latest = referring("s", "r", 1);
    latest.references[0].version = Some(-1);
    let asked = ask(|reply| registry.register(latest, reply));
    drop(held);
    newer.wait().expect("registered");
    assert_eq!(asked.wait().expect("registered").references[0].version, 2);
}

#[test]
fn the_same_new_schema_asked_many_times_at_once_becomes_one_version() {
    let (store, registry) = fresh();
    let held = hold(&store, &registry);
    let asked: Vec<_> =
        (0..20).map(|_| ask(|reply| registry.register(Submission::avro(subject("s"), record(1)), reply))).collect();
    drop(held);
    for asked in asked {
        let answer = asked.wait().expect("registered");
        assert_eq!((answer.version.get(), answer.id.0), (1, 1));
    }
    assert_eq!(registry.size(), (1, 1));
}

#[test]
fn a_new_content_asked_in_many_subjects_at_once_has_one_id() {
    let (store, registry) = fresh();
    let held = hold(&store, &registry);
    let asked: Vec<_> = (0..20)
        .map(|n| ask(|reply| registry.register(Submission::avro(subject(&format!("s{n}")), record(1)), reply)))
        .collect();
    drop(held);
    for asked in asked {
        assert_eq!(asked.wait().expect("registered").id.0, 1);
    }
}

#[test]
fn normalizing_that_is_switched_on_meanwhile_counts() {
    let (store, registry) = fresh();
    let held = hold(&store, &registry);
    let update = ConfigUpdate { normalize: Change::Set(true), ..ConfigUpdate::default() };
    let set = ask(|reply| registry.update_config(subject("s"), update, reply));
    let text = r#"{"type":"record","name":"R","doc":"","fields":[]}"#;
    let asked = ask(|reply| registry.register(Submission::avro(subject("s"), text), reply));
    drop(held);
    set.wait().expect("set");
    assert_eq!(&*asked.wait().expect("registered").text, r#"{"type":"record","name":"R","fields":[]}"#);
}

#[test]
fn an_id_is_never_given_twice_however_deletes_and_registrations_meet() {
    let (store, registry) = fresh();
    register_text(&registry, "s", &record(1)).expect("registered");
    delete_version(&registry, "s", 1, Deletion::Soft).expect("deleted");
    let held = hold(&store, &registry);
    let gone = ask(|reply| registry.delete_version(subject("s"), number(1), Deletion::Permanent, reply));
    let asked = ask(|reply| registry.register(Submission::avro(subject("t"), record(2)), reply));
    drop(held);
    gone.wait().expect("gone");
    assert_eq!(asked.wait().expect("registered").id.0, 2);
    delete_subject(&registry, "t", Deletion::Soft).expect("deleted");
    delete_subject(&registry, "t", Deletion::Permanent).expect("gone");
    assert_eq!(register_text(&registry, "t", &record(2)).expect("registered").id.0, 3);
}

fn referring(name: &str, target: &str, version: i32) -> Submission {
    let text = r#"{"type":"record","name":"U","fields":[{"name":"r","type":"R"}]}"#;
    let reference = AskedReference { name: Some("R".into()), subject: Some(target.into()), version: Some(version) };
    Submission { references: vec![reference], ..Submission::avro(subject(name), text) }
}

fn tagging_latest(name: &str, tag: &str) -> TagSubmission {
    let entity = Entity { path: "R".to_owned(), entity_type: EntityType::Record };
    let add = vec![Some(TaggedEntity { entity, tags: vec![tag.to_owned()] })];
    TagSubmission {
        subject: subject(name),
        version: VersionSelector::Latest,
        new_version: None,
        tags: AskedTags { add, remove: Vec::new() },
        metadata: None,
        rule_set: None,
        rules_to_merge: None,
        rules_to_remove: None,
    }
}
