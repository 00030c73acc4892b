//! Findings in Confluent's sentences (`avro-compatibility` 3.6, `rest-api` 9.2).

use super::{CompatibilityLevel, Direction, Incompatibility, IncompatibilityKind, Refusal, ReservedBreach};

/// How much of the old schema's text is quoted, in UTF-16 units.
const QUOTED_MAX: usize = 10_240;

/// The message list where a level or reserved names are broken: those of the names, then of the level.
///
/// `reserved` is `None` where fields are not validated, which is quoted in the last entry.
pub fn refused(reserved: Option<&ReservedBreach>, refusal: Option<&Refusal>, level: CompatibilityLevel) -> Vec<String> {
    let validate_fields = reserved.is_some();
    let mut messages: Vec<String> = reserved.into_iter().flat_map(breach).collect();
    match refusal {
        Some(refusal) => messages.extend(self::messages(refusal, validate_fields)),
        None => messages.push(trailer(level, validate_fields)),
    }
    messages
}

fn breach(breach: &ReservedBreach) -> impl Iterator<Item = String> {
    let removed = breach.removed.iter().map(|field| {
        format!(
            "The new schema has reserved field {field} removed from its metadata which is present in the old schema's \
             metadata."
        )
    });
    let conflicting = breach
        .conflicting
        .iter()
        .map(|field| format!("The new schema has field that conflicts with the reserved field {field}."));
    removed.chain(conflicting)
}

fn trailer(level: CompatibilityLevel, validate_fields: bool) -> String {
    format!("{{validateFields: '{validate_fields}', compatibility: '{level}'}}")
}

/// The message list of a refusal: one sentence per finding, then the old version, its text, and the level.
///
/// `validate_fields` is the setting in force, quoted in the last entry.
pub fn messages(refusal: &Refusal, validate_fields: bool) -> Vec<String> {
    let mut messages = Vec::new();
    for (direction, findings) in &refusal.findings {
        messages.extend(findings.list.iter().map(|finding| sentence(finding, *direction)));
        if findings.is_cut {
            messages.push(format!("{{findings: <truncated> 'only the first {} are listed'}}", findings.list.len()));
        }
    }
    if refusal.findings.is_empty() {
        messages.push("Incompatible because of different schema type".to_owned());
    } else if quotes_old_schema(refusal) {
        messages.push(format!("{{oldSchemaVersion: {}}}", refusal.version));
        messages.push(match cut(&refusal.text) {
            Some(beginning) => format!("{{oldSchema: <truncated> '{beginning}...'}}"),
            None => format!("{{oldSchema: '{}'}}", refusal.text),
        });
    }
    messages.push(trailer(refusal.level, validate_fields));
    messages
}

/// Under FULL the reference adds these lines in its backward half, so a failure of the forward half alone lacks them.
fn quotes_old_schema(refusal: &Refusal) -> bool {
    match refusal.level {
        CompatibilityLevel::Full | CompatibilityLevel::FullTransitive => {
            refusal.findings.iter().any(|(direction, _)| *direction == Direction::Backward)
        }
        CompatibilityLevel::None
        | CompatibilityLevel::Backward
        | CompatibilityLevel::BackwardTransitive
        | CompatibilityLevel::Forward
        | CompatibilityLevel::ForwardTransitive => true,
    }
}

/// The part of `text` that is quoted, if not all of it. A character outside the BMP is not cut in two.
fn cut(text: &str) -> Option<&str> {
    let mut units = 0;
    for (at, character) in text.char_indices() {
        units += character.len_utf16();
        if units > QUOTED_MAX {
            return Some(&text[..at]);
        }
    }
    None
}

/// One finding as one sentence. Inner quotes are not escaped, and `%` has no meaning (the reference's formatter fails
/// on it).
fn sentence(finding: &Incompatibility, direction: Direction) -> String {
    let Incompatibility { kind, location, message } = finding;
    let (reader, writer) = match direction {
        Direction::Backward => ("new", "old"),
        Direction::Forward => ("old", "new"),
    };
    let description = match kind {
        IncompatibilityKind::FixedSizeMismatch => format!(
            "The size of FIXED type field at path '{location}' in the {reader} schema does not match with the {writer} schema"
        ),
        IncompatibilityKind::TypeMismatch => format!(
            "The type (path '{location}') of a field in the {reader} schema does not match with the {writer} schema"
        ),
        IncompatibilityKind::NameMismatch => format!("The name of the schema has changed (path '{location}')"),
        IncompatibilityKind::MissingEnumSymbols => format!(
            "The {reader} schema is missing enum symbols '{message}' at path '{location}' in the {writer} schema"
        ),
        IncompatibilityKind::MissingUnionBranch => format!(
            "The {reader} schema is missing a type inside a union field at path '{location}' in the {writer} schema"
        ),
        IncompatibilityKind::ReaderFieldMissingDefaultValue => format!(
            "The field '{message}' at path '{location}' in the {reader} schema has no default value and is missing in the {writer} schema"
        ),
        // The reference puts the exception's words in place of the whole sentence.
        IncompatibilityKind::CheckThrew => return message.clone(),
        IncompatibilityKind::UnsoundAssumption => format!(
            "The {reader} schema cannot read the {writer} schema at path '{location}', although Avro's own check assumes that it can"
        ),
        IncompatibilityKind::ComparisonTooLarge => {
            format!("The {reader} schema was not compared with the {writer} schema to the end")
        }
    };
    format!("{{errorType:'{}', description:'{description}', additionalInfo:'{message}'}}", kind.as_str())
}
