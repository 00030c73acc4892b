//! What a schema may refer to, and how far.

use super::{ask, fresh, name_of, record, register, register_text, set_mode, subject};
use sluicegate::registry::error::{RefusalCause, SchemaProblem};
use sluicegate::registry::{AskedReference, Deletion, Mode, Registry, RegistryError, Submission};

fn reference(name: &str, target: &str, version: i32) -> AskedReference {
    AskedReference { name: Some(name.into()), subject: Some(target.into()), version: Some(version) }
}

/// A record called `name` with one field of each of the types.
fn holder(at: &str, name: &str, types: &[&str]) -> Submission {
    let fields: Vec<_> =
        types.iter().enumerate().map(|(n, held)| format!(r#"{{"name":"f{n}","type":"{held}"}}"#)).collect();
    let text = format!(r#"{{"type":"record","name":"{name}","fields":[{}]}}"#, fields.join(","));
    let references = types.iter().map(|held| reference(held, &held.to_lowercase(), 1)).collect();
    Submission { references, ..Submission::avro(subject(at), text) }
}

fn cause(error: &RegistryError) -> Option<&RefusalCause> {
    match error {
        RegistryError::InvalidSchema(problem) => match &**problem {
            SchemaProblem::Refused { cause, .. } => Some(cause),
            _ => None,
        },
        _ => None,
    }
}

#[test]
fn references_are_followed_through_others() {
    let (_store, registry) = fresh();
    register(&registry, holder("a", "A", &[])).expect("registered");
    register(&registry, holder("b", "B", &["A"])).expect("registered");
    register(&registry, holder("c", "C", &["B"])).expect("registered");
    let top = register(&registry, holder("d", "D", &["C", "B", "A"])).expect("registered");
    assert_eq!(top.references.len(), 3);
    let resolved = registry.resolved_text(&top).expect("texts that can be read");
    assert_eq!(resolved.matches(r#""type":"record""#).count(), 4, "{resolved}");
}

/// The chain `t0 <- t1 <- …`, each with the types below it; answers the last registration.
fn chain(registry: &Registry, length: usize) -> Result<(), RegistryError> {
    for at in 0..length {
        let below = at.checked_sub(1).map(|below| format!("T{below}"));
        let types: Vec<&str> = below.iter().map(String::as_str).collect();
        register(registry, holder(&format!("t{at}"), &format!("T{at}"), &types))?;
    }
    Ok(())
}

#[test]
fn at_most_a_thousand_schemas_are_followed() {
    let (_store, registry) = fresh();
    chain(&registry, 1_001).expect("a thousand below the last");
    let error = register(&registry, holder("t1001", "T1001", &["T1000"])).expect_err("one too many");
    assert!(matches!(cause(&error), Some(RefusalCause::ReferencesTooLarge { .. })), "{error:?}");
}

#[test]
fn a_list_of_more_than_a_thousand_is_refused_unread() {
    let (_store, registry) = fresh();
    register_text(&registry, "r", &record(1)).expect("registered");
    let references = vec![reference("R", "r", 1); 1_001];
    let asked = Submission { references, ..Submission::avro(subject("s"), "\"R\"") };
    let error = register(&registry, asked).expect_err("too many");
    assert!(matches!(cause(&error), Some(RefusalCause::ReferencesTooLarge { .. })), "{error:?}");
}

#[test]
fn a_circle_that_import_has_made_is_refused_and_spoils_nothing_else() {
    let (_store, registry) = fresh();
    set_mode(&registry, "", Mode::Import);
    let import = |id, submission: Submission| Submission { id: Some(id), version: Some(1), ..submission };
    register(&registry, import(1, holder("a", "A", &[]))).expect("imported");
    register(&registry, import(2, holder("b", "B", &["A"]))).expect("imported");
    // Overwrites what `b` refers to with something that refers to `b`.
    let mut circle = holder("a", "A2", &["B"]);
    circle.references[0].name = Some("again".into());
    register(&registry, import(3, circle)).expect("imported");
    set_mode(&registry, "", Mode::ReadWrite);
    let error = register(&registry, holder("c", "C", &["B"])).expect_err("a circle");
    assert_eq!(cause(&error), Some(&RefusalCause::ReferenceCycle));
    register(&registry, holder("d", "D", &[])).expect("nothing else is spoiled");
}

#[test]
fn references_that_lead_nowhere_say_so() {
    let (_store, registry) = fresh();
    register_text(&registry, "r", &record(1)).expect("registered");
    let with =
        |asked: AskedReference| Submission { references: vec![asked], ..Submission::avro(subject("s"), "\"R\"") };
    let refused = |asked: AskedReference| {
        let error = register(&registry, with(asked)).expect_err("refused");
        cause(&error).cloned().expect("a reference is at fault")
    };
    assert!(matches!(refused(reference("R", "x", 1)), RefusalCause::ReferenceNotFound { .. }));
    assert!(matches!(refused(reference("R", "r", 2)), RefusalCause::ReferenceNotFound { .. }));
    assert!(matches!(refused(reference("R", "r", 0)), RefusalCause::InvalidReferenceVersion(0)));
    assert!(matches!(refused(reference("R", "r", -2)), RefusalCause::InvalidReferenceVersion(-2)));
    assert!(matches!(refused(reference("", "r", 1)), RefusalCause::IncompleteReference(_)));
    let unversioned = AskedReference { version: None, ..reference("R", "r", 1) };
    assert!(matches!(refused(unversioned), RefusalCause::IncompleteReference(_)));
}

#[test]
fn soft_deleted_referrers_block_only_the_permanent_delete() {
    let (_store, registry) = fresh();
    register(&registry, holder("a", "A", &[])).expect("registered");
    register(&registry, holder("b", "B", &["A"])).expect("registered");
    let delete = |name: &str, deletion| {
        let answer = ask(|reply| registry.delete_subject(subject(name), deletion, reply)).wait();
        answer.map(|versions| versions.len()).map_err(|error| name_of(&error))
    };
    assert_eq!(delete("a", Deletion::Soft), Err("Referenced".into()));
    assert_eq!(delete("b", Deletion::Soft), Ok(1));
    assert_eq!(delete("a", Deletion::Soft), Ok(1));
    assert_eq!(delete("a", Deletion::Permanent), Err("Referenced".into()));
    assert_eq!(delete("b", Deletion::Permanent), Ok(1));
    assert_eq!(delete("a", Deletion::Permanent), Ok(1));
}
