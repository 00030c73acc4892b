//! Metadata, the version property, import, contexts: what later clients need of the same core.

use super::{ask, delete_version, fresh, name_of, record, register, register_text, set_level, set_mode, subject};
use sluicegate::compat::CompatibilityLevel;
use sluicegate::registry::{
    Change, ConfigUpdate, Deletion, Metadata, Mode, Page, Registry, RegistryError, Submission, Word,
};
use sluicegate::schema::names::{SchemaId, VersionSelector};

fn metadata(pairs: &[(&str, &str)]) -> Metadata {
    let properties = pairs.iter().map(|(name, value)| (Word::from(*name), (*value).to_owned())).collect();
    Metadata { properties, ..Metadata::default() }
}

fn submission(version: i32, pairs: Option<&[(&str, &str)]>) -> Submission {
    let version = Some(version).filter(|version| *version != 0);
    Submission { version, metadata: pairs.map(metadata), ..Submission::avro(subject("test"), "\"string\"") }
}

fn registered(registry: &Registry, version: i32, pairs: Option<&[(&str, &str)]>) -> Result<(i32, u32), String> {
    let answer = register(registry, submission(version, pairs)).map_err(|error| name_of(&error))?;
    Ok((answer.id.0, answer.version.get()))
}

fn looked_up(registry: &Registry, pairs: Option<&[(&str, &str)]>) -> u32 {
    registry.lookup(&submission(0, pairs), false).expect("found").version.get()
}

/// The walk of `registry-semantics` 2.4, observed on the reference.
#[test]
fn the_version_property_behaves_as_in_the_reference() {
    let (_store, registry) = fresh();
    assert_eq!(registered(&registry, 0, None), Ok((1, 1)));
    assert_eq!(registered(&registry, -1, None), Ok((1, 1)));
    assert_eq!(registered(&registry, 2, None), Ok((2, 2)));
    assert_eq!(registered(&registry, -1, None), Ok((2, 2)));
    assert_eq!(looked_up(&registry, None), 1);
    assert_eq!(looked_up(&registry, Some(&[("confluent:version", "1")])), 1);
    assert_eq!(looked_up(&registry, Some(&[("confluent:version", "2")])), 2);
    delete_version(&registry, "test", 1, Deletion::Soft).expect("deleted");
    assert_eq!(looked_up(&registry, None), 2);
    assert_eq!(registered(&registry, 0, None), Ok((2, 2)));
    assert_eq!(registered(&registry, 3, None), Ok((3, 3)));
    assert_eq!(registered(&registry, 3, None), Err("InvalidSchema".into()));
    assert_eq!(registered(&registry, 4, None), Ok((4, 4)));
    assert_eq!(registered(&registry, 0, Some(&[("confluent:version", "-1")])), Ok((5, 5)));
    assert_eq!(registered(&registry, 0, Some(&[("confluent:version", "2")])), Ok((2, 2)));
    assert_eq!(registered(&registry, 0, Some(&[("confluent:version", "3")])), Ok((3, 3)));
    assert_eq!(registered(&registry, 0, Some(&[("confluent:version", "0")])), Ok((6, 6)));
    assert_eq!(registered(&registry, 0, Some(&[])), Ok((6, 6)));
    assert_eq!(registered(&registry, 0, Some(&[("mykey", "myvalue")])), Ok((7, 7)));
    assert_eq!(registered(&registry, -1, None), Ok((8, 8)));
    delete_version(&registry, "test", 7, Deletion::Soft).expect("deleted");
    assert_eq!(looked_up(&registry, Some(&[("mykey", "myvalue")])), 8);
}

#[test]
fn metadata_is_inherited_and_laid_over_with_what_is_configured() {
    let (_store, registry) = fresh();
    assert_eq!(registered(&registry, 0, Some(&[("owner", "bob")])), Ok((1, 1)));
    assert_eq!(registered(&registry, 0, None), Ok((1, 1)));
    let update = ConfigUpdate {
        default_metadata: Change::Set(metadata(&[("team", "a"), ("owner", "nobody")])),
        override_metadata: Change::Set(metadata(&[("tier", "1")])),
        ..ConfigUpdate::default()
    };
    ask(|reply| registry.update_config(subject("test"), update, reply)).wait().expect("set");
    assert_eq!(registered(&registry, 0, None), Ok((2, 2)));
    let latest = registry.version(&subject("test"), VersionSelector::Latest, false).expect("there");
    assert_eq!(latest.metadata.as_deref(), Some(&metadata(&[("owner", "bob"), ("team", "a"), ("tier", "1")])));
}

#[test]
fn a_blank_text_stands_for_the_latest_one() {
    let (_store, registry) = fresh();
    let blank = |text: Option<&str>| Submission { text: text.map(str::to_owned), ..Submission::avro(subject("s"), "") };
    for text in [None, Some(""), Some(" \n")] {
        assert_eq!(name_of(&register(&registry, blank(text)).expect_err("nothing to stand in")), "InvalidSchema");
    }
    register_text(&registry, "s", &record(1)).expect("registered");
    assert_eq!(register(&registry, blank(None)).expect("the latest").version.get(), 1);
}

#[test]
fn import_takes_ids_and_versions_as_given() {
    let (_store, registry) = fresh();
    let import = |id: i32, version: Option<i32>, mask| Submission {
        id: Some(id),
        version,
        ..Submission::avro(subject("s"), record(mask))
    };
    assert_eq!(name_of(&register(&registry, import(5, None, 1)).expect_err("not importing")), "NotInImportMode");
    set_mode(&registry, "", Mode::Import);
    assert_eq!(name_of(&register_text(&registry, "s", &record(1)).expect_err("no id")), "NotInReadWriteMode");
    let taken = |outcome: Result<sluicegate::registry::RegisteredSchema, RegistryError>| {
        outcome.map(|schema| (schema.id.0, schema.version.get())).map_err(|error| name_of(&error))
    };
    assert_eq!(taken(register(&registry, import(100, None, 1))), Ok((100, 1)));
    assert_eq!(taken(register(&registry, import(200, None, 1))), Ok((200, 2)));
    assert_eq!(taken(register(&registry, import(100, None, 2))), Err("IdTaken".into()));
    assert_eq!(taken(register(&registry, import(300, Some(7), 2))), Ok((300, 7)));
    assert_eq!(taken(register(&registry, import(301, Some(7), 4))), Ok((301, 7)));
    assert_eq!(name_of(&registry.schema_by_id(SchemaId(300), None).expect_err("replaced")), "IdNotFound");
    set_mode(&registry, "", Mode::ReadWrite);
    assert_eq!(register_text(&registry, "t", &record(1)).expect("registered").id.0, 200);
    assert_eq!(
        register_text(&registry, "t", &record(8)).map(|schema| schema.id.0).map_err(|e| name_of(&e)),
        Err("Incompatible".into())
    );
    set_level(&registry, "t", CompatibilityLevel::None);
    assert_eq!(register_text(&registry, "t", &record(8)).expect("registered").id.0, 302);
}

#[test]
fn the_last_id_is_given_and_then_no_more() {
    let (_store, registry) = fresh();
    set_mode(&registry, "", Mode::Import);
    let last = Submission { id: Some(i32::MAX), ..Submission::avro(subject("s"), record(1)) };
    register(&registry, last).expect("imported");
    set_mode(&registry, "", Mode::ReadWrite);
    assert_eq!(name_of(&register_text(&registry, "t", &record(2)).expect_err("none left")), "IdsExhausted");
    assert_eq!(register_text(&registry, "t", &record(1)).expect("known").id.0, i32::MAX);
}

#[test]
fn contexts_have_ids_of_their_own_and_are_searched_for_unqualified_names() {
    let (_store, registry) = fresh();
    register_text(&registry, "a", &record(1)).expect("registered");
    register_text(&registry, "b", &record(2)).expect("registered");
    let inside = register_text(&registry, ":.c:only", &record(2)).expect("registered");
    assert_eq!(inside.id.0, 1);
    assert_eq!(registry.contexts("", Page::ALL), [Box::from("."), Box::from(".c")]);
    let found = registry.version(&subject("only"), VersionSelector::Latest, false).expect("found elsewhere");
    assert_eq!(found.subject.as_str(), ":.c:only");
    let hint = registry.schema_by_id(SchemaId(1), Some(&subject("only"))).expect("found elsewhere");
    assert_eq!(hint.subject.as_str(), ":.c:only");
    assert_eq!(registry.schema_by_id(SchemaId(1), None).expect("default").subject.as_str(), "a");
    let ids = registry.ids_of_guid(&inside.guid.to_string());
    assert_eq!(ids, [(Box::from("."), SchemaId(2)), (Box::from(".c"), SchemaId(1))]);
    let refused = ask(|reply| registry.delete_context(".c".into(), reply)).wait();
    assert_eq!(name_of(&refused.expect_err("in use")), "ContextNotEmpty");
}

#[test]
fn a_named_context_does_not_look_at_the_global_scope() {
    let (_store, registry) = fresh();
    set_level(&registry, "", CompatibilityLevel::None);
    assert_eq!(registry.effective_config(&subject(":.c:s")).level, Some(CompatibilityLevel::Backward));
    set_level(&registry, ":.__GLOBAL:", CompatibilityLevel::Full);
    assert_eq!(registry.effective_config(&subject(":.c:s")).level, Some(CompatibilityLevel::Full));
    set_level(&registry, ":.c:", CompatibilityLevel::Forward);
    assert_eq!(registry.effective_config(&subject(":.c:s")).level, Some(CompatibilityLevel::Forward));
    assert_eq!(registry.effective_config(&subject("s")).level, Some(CompatibilityLevel::None));
}
