//! Documentation, tags and properties: what people and tools read about a schema, and no decoder does.

use crate::evolution::avro::changes::case;
use crate::evolution::avro::found::{Found, Spot, Words};
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};
use crate::schema::avro::json::Json;
use crate::schema::avro::same_json;
use std::collections::{BTreeMap, BTreeSet};

pub(in crate::evolution) static DOC: ChangeKind = ChangeKind {
    id: "doc-changed",
    summary: "the documentation of a record, enum, fixed or field changed",
    class: ClassOf::Always(ChangeClass::Allowed),
    bump: Bump::Patch,
    backward: "yes",
    forward: "yes",
    why: "Documentation reaches no byte of any record, so no program can be hurt by it. It does reach people: catalogues and generated classes show the new words, and a patch version tells them to look.",
    fix: "nothing needs fixing; check that the new words still describe the data that is already stored",
    example: Some(case!("descriptions/field_doc_reworded")),
};

pub(in crate::evolution) static PROPERTY: ChangeKind = ChangeKind {
    id: "property-changed",
    summary: "a property that Avro does not define was added, changed or removed",
    class: ClassOf::Always(ChangeClass::Allowed),
    bump: Bump::Patch,
    backward: "yes",
    forward: "yes",
    why: "Avro keeps properties it does not know and ignores them when it reads and writes, an unknown `logicalType` among them. A tool that gives the property a meaning (a code generator, a connector, a masking job) may act differently from now on, so tell whoever runs it.",
    fix: "nothing needs fixing for Avro; tell the owners of the tools that read the property",
    example: Some(case!("descriptions/custom_property_added")),
};

pub(in crate::evolution) static TAG_ADDED: ChangeKind = ChangeKind {
    id: "tag-added",
    summary: "an entry of `confluent:tags` appeared",
    class: ClassOf::Always(ChangeClass::Allowed),
    bump: Bump::Patch,
    backward: "yes",
    forward: "yes",
    why: "A tag classifies data and changes none. Rules that select fields by tag, such as encryption or masking, start to apply to the field.",
    fix: "nothing needs fixing; check which rules select the new tag",
    example: Some(case!("descriptions/tag_added")),
};

pub(in crate::evolution) static TAG_REMOVED: ChangeKind = ChangeKind {
    id: "tag-removed",
    summary: "an entry of `confluent:tags` disappeared",
    class: ClassOf::Always(ChangeClass::Allowed),
    bump: Bump::Patch,
    backward: "yes",
    forward: "yes",
    why: "A tag classifies data and changes none, but rules that select fields by tag stop to apply: a field that was encrypted or masked because of its tag may travel in the clear. That is why the answer carries a warning of its own; whether the tag may go is for the check of personal data to decide.",
    fix: "put the tag back, unless the field really holds nothing of that kind any more",
    example: Some(case!("descriptions/tag_removed")),
};

/// Attributes of a type or field.
type Attributes<'a> = &'a [(Box<str>, Json)];

/// Where Confluent keeps its tags.
const TAGS: &str = "confluent:tags";

/// Documentation of a type or field that messages call `name`.
pub(in crate::evolution::avro) fn doc(
    found: &mut Found<'_>,
    spot: Spot,
    name: impl FnOnce(&Found<'_>) -> String,
    old: Option<&str>,
    new: Option<&str>,
) {
    if old == new {
        return;
    }
    let what = match (old, new) {
        (None, _) => "was added",
        (_, None) => "was removed",
        (Some(_), Some(_)) => "changed",
    };
    let message = format!("the documentation of {} {what}", name(found));
    found.push(&DOC, spot, Words { message, ..Words::default() });
}

/// Whether two sides have the same attributes in the same order, told without a closer look.
pub(in crate::evolution::avro) fn are_alike(old: Attributes<'_>, new: Attributes<'_>) -> bool {
    let mut pairs = old.iter().zip(new);
    old.len() == new.len() && pairs.all(|((key, old), (other, new))| key == other && same_json(old, new))
}

/// Tags and properties. `is_told_elsewhere` says of a key that another family reports its difference.
pub(in crate::evolution::avro) fn properties(
    found: &mut Found<'_>,
    spot: Spot,
    old: Attributes<'_>,
    new: Attributes<'_>,
    is_told_elsewhere: impl Fn(&str) -> bool,
) {
    if are_alike(old, new) {
        return;
    }
    let by_key = |attributes| -> BTreeMap<&str, &Json> {
        let attributes: Attributes<'_> = attributes;
        attributes.iter().map(|(key, value)| (&**key, value)).collect()
    };
    let (by_old, by_new) = (by_key(old), by_key(new));
    // By key, because the order of keys in a text means nothing and must not show in the answer.
    let keys: BTreeSet<&str> = by_old.keys().chain(by_new.keys()).copied().collect();
    for key in keys {
        let (old, new) = (by_old.get(key).copied(), by_new.get(key).copied());
        let what = match (old, new) {
            (Some(old), Some(new)) if same_json(old, new) => continue,
            (Some(_), Some(_)) => "changed",
            (Some(_), None) => "was removed",
            (None, _) => "was added",
        };
        if is_told_elsewhere(key) || key == TAGS && tags(found, spot, old, new) {
            continue;
        }
        let message = format!("the property {key} of {} {what}", found.called(spot));
        found.push(&PROPERTY, spot, Words { detail: Some(key.to_string()), message, ..Words::default() });
    }
}

/// `record` and `error` are one thing to every encoder and no id is its own: what tells them apart is a word that
/// only remote calls give a meaning, so it counts as a property.
pub(in crate::evolution::avro) fn error_word(found: &mut Found<'_>, spot: Spot, name: &str, old: bool, new: bool) {
    if old != new {
        let word = |is_error| if is_error { "error" } else { "record" };
        let (old, new) = (word(old), word(new));
        let message = format!("{name} was declared as {old} and is declared as {new} now");
        found.push(&PROPERTY, spot, Words { detail: Some(format!("{old} -> {new}")), message, ..Words::default() });
    }
}

/// Reports tags one by one. False where there is none to report: the list is none of words, or has the same ones.
fn tags(found: &mut Found<'_>, spot: Spot, old: Option<&Json>, new: Option<&Json>) -> bool {
    let (Some(old), Some(new)) = (words(old), words(new)) else { return false };
    let missing = |from: &[&str], other: &[&str]| -> Vec<String> {
        let mut seen: BTreeSet<&str> = other.iter().copied().collect();
        from.iter().filter(|tag| seen.insert(tag)).map(|tag| (*tag).to_owned()).collect()
    };
    let (removed, added) = (missing(&old, &new), missing(&new, &old));
    for (kind, verb, tags) in [(&TAG_REMOVED, "lost", &removed), (&TAG_ADDED, "gained", &added)] {
        for tag in tags {
            let message = format!("{} {verb} the tag {tag}", found.called(spot));
            found.push(kind, spot, Words { detail: Some(tag.clone()), message, ..Words::default() });
        }
    }
    !removed.is_empty() || !added.is_empty()
}

/// The entries of a list of words; none at all where it is something else.
fn words(list: Option<&Json>) -> Option<Vec<&str>> {
    match list {
        None => Some(Vec::new()),
        Some(Json::Array(entries)) => entries
            .iter()
            .map(|entry| match entry {
                Json::String(tag) => Some(&**tag),
                _ => None,
            })
            .collect(),
        Some(_) => None,
    }
}
