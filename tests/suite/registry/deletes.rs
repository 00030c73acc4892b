//! Numbers and ids across deletes and restarts (`registry-semantics` 2.4, 7).

use super::{
    delete_subject, delete_version, fresh, name_of, number, record, register, register_text, set_level, set_mode,
    start, subject,
};
use sluicegate::compat::CompatibilityLevel;
use sluicegate::registry::{Deletion, Listing, Mode, Page, Registry, Submission, VersionListing};
use sluicegate::schema::names::SchemaId;
use sluicegate::storage::memory::MemoryStore;

fn two_versions() -> (MemoryStore, Registry) {
    let (store, registry) = fresh();
    set_level(&registry, "", CompatibilityLevel::None);
    register_text(&registry, "s", &record(1)).expect("registered");
    register_text(&registry, "s", &record(2)).expect("registered");
    (store, registry)
}

fn all_versions(registry: &Registry) -> Vec<(u32, bool)> {
    let listing = VersionListing { deleted: true, ..VersionListing::default() };
    let versions = registry.versions(&subject("s"), listing, Page::ALL).unwrap_or_default();
    versions.into_iter().map(|(version, deleted)| (version.get(), deleted)).collect()
}

#[test]
fn a_soft_deleted_content_comes_back_with_its_id_and_a_new_number() {
    let (_store, registry) = two_versions();
    delete_version(&registry, "s", 2, Deletion::Soft).expect("deleted");
    delete_version(&registry, "s", 1, Deletion::Soft).expect("deleted");
    for _ in 0..3 {
        let again = register_text(&registry, "s", &record(1)).expect("registered");
        assert_eq!((again.id.0, again.version.get()), (1, 3));
    }
    assert_eq!(all_versions(&registry), [(2, true), (3, false)]);
}

#[test]
fn a_number_is_free_again_after_a_permanent_delete_of_the_highest() {
    let (_store, registry) = two_versions();
    delete_version(&registry, "s", 2, Deletion::Soft).expect("deleted");
    delete_version(&registry, "s", 2, Deletion::Permanent).expect("gone");
    delete_version(&registry, "s", 1, Deletion::Soft).expect("deleted");
    let again = register_text(&registry, "s", &record(1)).expect("registered");
    assert_eq!((again.id.0, again.version.get()), (1, 2));
}

#[test]
fn a_soft_deleted_subject_goes_on_counting() {
    let (_store, registry) = two_versions();
    assert_eq!(delete_subject(&registry, "s", Deletion::Soft), Ok(vec![1, 2]));
    let one = register_text(&registry, "s", &record(1)).expect("registered");
    let two = register_text(&registry, "s", &record(2)).expect("registered");
    assert_eq!((one.id.0, one.version.get(), two.id.0, two.version.get()), (1, 3, 2, 4));
}

#[test]
fn ids_go_on_after_permanent_deletes_and_restarts() {
    let (store, registry) = two_versions();
    delete_subject(&registry, "s", Deletion::Soft).expect("deleted");
    assert_eq!(delete_subject(&registry, "s", Deletion::Permanent), Ok(vec![1, 2]));
    assert_eq!(registry.size(), (0, 0));
    registry.stop();
    let registry = start(store.journal());
    let next = register_text(&registry, "s", &record(1)).expect("registered");
    assert_eq!((next.id.0, next.version.get()), (3, 1));
    delete_subject(&registry, "s", Deletion::Soft).expect("deleted");
    delete_subject(&registry, "s", Deletion::Permanent).expect("gone");
    registry.stop();
    let registry = start(store.journal());
    assert_eq!(registry.highest_id("."), SchemaId(3));
    assert_eq!(register_text(&registry, "t", &record(1)).expect("registered").id.0, 4);
}

#[test]
fn deletes_are_refused_in_the_order_of_the_reference() {
    let (_store, registry) = two_versions();
    let refused = |outcome: Result<_, sluicegate::registry::RegistryError>| name_of(&outcome.expect_err("refused"));
    assert_eq!(refused(delete_version(&registry, "x", 1, Deletion::Soft)), "SubjectNotFound");
    assert_eq!(refused(delete_version(&registry, "s", 9, Deletion::Soft)), "VersionNotFound");
    assert_eq!(refused(delete_version(&registry, "s", 1, Deletion::Permanent)), "VersionNotSoftDeleted");
    delete_version(&registry, "s", 1, Deletion::Soft).expect("deleted");
    assert_eq!(refused(delete_version(&registry, "s", 1, Deletion::Soft)), "VersionSoftDeleted");
    set_mode(&registry, "s", Mode::ReadOnly);
    assert_eq!(refused(delete_version(&registry, "s", 1, Deletion::Soft)), "VersionSoftDeleted");
    assert_eq!(refused(delete_version(&registry, "s", 2, Deletion::Soft)), "ReadOnly");
    assert_eq!(name_of(&delete_subject(&registry, "s", Deletion::Permanent).expect_err("refused")), "ReadOnly");
    set_mode(&registry, "s", Mode::ReadWrite);
    assert_eq!(
        name_of(&delete_subject(&registry, "s", Deletion::Permanent).expect_err("refused")),
        "SubjectNotSoftDeleted"
    );
    delete_subject(&registry, "s", Deletion::Soft).expect("deleted");
    assert_eq!(name_of(&delete_subject(&registry, "s", Deletion::Soft).expect_err("refused")), "SubjectSoftDeleted");
}

#[test]
fn mode_and_configuration_go_with_the_last_version() {
    let (_store, registry) = two_versions();
    set_level(&registry, "s", CompatibilityLevel::Full);
    set_mode(&registry, "s", Mode::ReadWrite);
    delete_subject(&registry, "s", Deletion::Soft).expect("deleted");
    assert_eq!(registry.config(&subject("s")).expect("kept").level, Some(CompatibilityLevel::Full));
    delete_version(&registry, "s", 1, Deletion::Permanent).expect("gone");
    assert!(registry.config(&subject("s")).is_ok());
    delete_version(&registry, "s", 2, Deletion::Permanent).expect("gone");
    assert_eq!(name_of(&registry.config(&subject("s")).expect_err("gone")), "ConfigNotFound");
    assert_eq!(name_of(&registry.mode(&subject("s")).expect_err("gone")), "ModeNotFound");
}

#[test]
fn versions_hidden_by_an_older_subject_delete_stay_hidden_after_a_newer_one() {
    // Import can bring an older number back to life; the next delete of the subject then replaces the fact that hid the
    // higher ones.
    let (store, registry) = two_versions();
    delete_subject(&registry, "s", Deletion::Soft).expect("deleted");
    set_mode(&registry, "s", Mode::Import);
    let import = Submission { id: Some(1), version: Some(1), ..Submission::avro(subject("s"), record(1)) };
    register(&registry, import).expect("imported");
    assert_eq!(all_versions(&registry), [(1, false), (2, true)]);
    delete_subject(&registry, "s", Deletion::Soft).expect("deleted");
    assert_eq!(all_versions(&registry), [(1, true), (2, true)]);
    registry.stop();
    assert_eq!(all_versions(&start(store.journal())), [(1, true), (2, true)]);
}

#[test]
fn listings_show_what_is_live_deleted_or_all() {
    let (_store, registry) = two_versions();
    register_text(&registry, "t", &record(1)).expect("registered");
    delete_subject(&registry, "t", Deletion::Soft).expect("deleted");
    let list = |deleted, deleted_only| -> Vec<String> {
        let listing = Listing { prefix: ":*:".into(), deleted, deleted_only };
        registry.subjects(&listing, Page::ALL).iter().map(ToString::to_string).collect()
    };
    assert_eq!(list(false, false), ["s"]);
    assert_eq!(list(true, false), ["s", "t"]);
    assert_eq!(list(true, true), ["t"]);
    assert_eq!(list(false, true), ["t"]);
    assert!(registry.version(&subject("t"), number(1), true).is_ok());
    assert_eq!(name_of(&registry.version(&subject("t"), number(1), false).expect_err("hidden")), "SubjectNotFound");
}
