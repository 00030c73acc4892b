//! Words for people: who can no longer read what, why a level refuses, and what a warning means.

use crate::compat::Direction;
use crate::gate::report::SubjectReport;
use crate::policy::answer::{Answer, FilePosition, LevelAnswer};

/// `file:line:column`, as editors and terminals follow it.
pub(crate) fn place(at: &FilePosition) -> String {
    format!("{}:{}:{}", at.file, at.line, at.column)
}

/// What the subject was compared with, for a sentence.
pub(super) fn before(subject: &SubjectReport) -> &str {
    subject.compared_with.as_deref().unwrap_or("the version before")
}

/// What the level demands and does not get: one sentence. `None` where it is satisfied.
pub(super) fn level_sentence(subject: &SubjectReport, answer: &Answer) -> Option<String> {
    let level = &answer.level;
    if level.compatible {
        return None;
    }
    if level.refuses_for_reserved_alone() {
        return Some(
            "Reserved fields fail: the registry looks at them, and the new schema does not keep them".to_owned(),
        );
    }
    let failing: Vec<String> = level
        .name
        .directions()
        .iter()
        .filter_map(|direction| match direction {
            Direction::Backward => (!answer.backward_compatible).then(|| cannot_read_old(before(subject))),
            Direction::Forward => (!answer.forward_compatible).then(|| cannot_read_new(before(subject))),
        })
        .collect();
    if failing.is_empty() {
        let version =
            old_version(level).map_or_else(|| "an older version".to_owned(), |number| format!("version {number}"));
        return Some(format!("Level {} fails: {version} and the new schema do not go together", level.name));
    }
    Some(format!("Level {} fails: {}", level.name, failing.join(", and ")))
}

/// Who is cut off, or why nobody notices at once; nothing where `level_sentence` has said it or there is nothing to say.
pub(super) fn readers(subject: &SubjectReport, answer: &Answer) -> Vec<String> {
    let level_says = |direction| !answer.level.compatible && answer.level.name.directions().contains(&direction);
    let mut sentences = Vec::new();
    if !answer.backward_compatible && !level_says(Direction::Backward) {
        sentences.push(sentence(&cannot_read_old(before(subject))));
    }
    let warning_says = answer.warnings.contains(&"upgrade-consumers-first");
    if !answer.forward_compatible && !warning_says && !level_says(Direction::Forward) {
        sentences.push(sentence(&cannot_read_new(before(subject))));
    }
    let is_serious = answer.class > crate::evolution::ChangeClass::Allowed;
    if is_serious && answer.backward_compatible && answer.forward_compatible && answer.level.compatible {
        sentences.push(
            "Data can be decoded both ways, so no client fails at once; what it reads is no longer the same."
                .to_owned(),
        );
    }
    sentences
}

fn cannot_read_old(before: &str) -> String {
    format!("readers with the new schema cannot read data written with {before}")
}

fn cannot_read_new(before: &str) -> String {
    format!("readers that still use {before} cannot read data written with the new schema")
}

fn sentence(clause: &str) -> String {
    let mut letters = clause.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

/// The findings of a level in few words: Confluent's sentence with the kind of the finding behind it, without the old
/// schema's text and what the caller knows.
pub(super) fn condensed(level: &LevelAnswer) -> Vec<String> {
    const KNOWN: [&str; 3] = ["{oldSchemaVersion:", "{oldSchema:", "{validateFields:"];
    level
        .messages
        .iter()
        .filter(|message| !KNOWN.iter().any(|beginning| message.starts_with(beginning)))
        .map(|message| finding(message).unwrap_or_else(|| message.clone()))
        .collect()
}

/// `{errorType:'T', description:'D', additionalInfo:'I'}` as `D (T)`.
fn finding(message: &str) -> Option<String> {
    let (kind, rest) = message.strip_prefix("{errorType:'")?.split_once("', description:'")?;
    let (description, _) = rest.rsplit_once("', additionalInfo:'")?;
    Some(format!("{description} ({kind})"))
}

fn old_version(level: &LevelAnswer) -> Option<u32> {
    level.messages.iter().find_map(|message| {
        message.strip_prefix("{oldSchemaVersion: ")?.strip_suffix('}')?.trim_matches('\'').parse().ok()
    })
}

/// What a warning means and asks for (`change-classification` 7).
pub(super) fn warning(word: &str, subject: &SubjectReport) -> String {
    let before = before(subject);
    let meaning = match word {
        "upgrade-consumers-first" => {
            return format!("{word}: {}. Let them take the new schema before producers do.", cannot_read_new(before));
        }
        "precision-loss" => "large values are rounded when they are read with the wider type.",
        "avro-spec-mismatch" => {
            "by Avro's specification decimals of different precision do not match, although the checkers in use accept \
             them: try your own readers."
        }
        "tag-removed" => "a tag is gone; see that the field is not left unprotected.",
        "alias-collision" => {
            "one new field matches two old ones by its name and aliases, and Avro refuses to read such data."
        }
        "needless-major-bump" => "the declared major version goes up although no change asks for it.",
        "needless-version-bump" => "the declared version goes up further than the changes ask for.",
        "declared-version-unreadable" => "the registry's configuration lays down a declared version that is none.",
        _ => return word.to_owned(),
    };
    format!("{word}: {meaning}")
}

/// `1 subject`, `2 subjects`.
pub(in crate::gate) fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
