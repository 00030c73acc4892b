//! Values of versions: the schema text, or its place.

use super::json::{ObjectWriter, Reader, push_array};
use super::{Beside, Unreadable, contract};
use crate::registry::contract::{Metadata, Reference, RuleSet};
use crate::registry::record::{Event, Guid, ReferenceParts, SchemaRecord, TextHash};
use crate::schema::SchemaType;
use crate::schema::names::{SchemaId, SubjectName, Version};
use std::sync::Arc;

/// Property by which the reference marks metadata whose sensitive values are encrypted.
const ENCRYPTED: &str = "__enc__";

/// Where a version's text is while its record is read.
pub(super) enum SchemaText<'t> {
    /// In the record; it is handed out here.
    Inside(&'t mut Option<String>),
    /// It was cut out, and this was kept instead.
    Beside(Option<Beside>),
}

/// Whether sensitive metadata is encrypted: the fingerprint is then that of the plain form, which only the key's holders
/// can compute.
pub fn is_encrypted(record: &SchemaRecord) -> bool {
    record.metadata.as_ref().is_some_and(|metadata| metadata.property(ENCRYPTED) == Some("true"))
}

/// Appends a version's value; without `text` the member `schema` is left out.
pub(super) fn write_schema(record: &SchemaRecord, text: Option<&str>, out: &mut Vec<u8>) {
    let mut object = ObjectWriter::begin(out);
    object.text_unless_empty("subject", record.subject.as_str());
    object.int("version", record.version.get().into());
    object.int("id", record.id.0.into());
    if is_encrypted(record) {
        object.text("md5", &base64(&record.guid.0));
    }
    object.text("schemaType", record.schema_type.as_str());
    if !record.references.is_empty() {
        push_array(object.member("references"), record.references.iter(), |out, reference| {
            let mut object = ObjectWriter::begin(out);
            object.text("name", &reference.name);
            object.text("subject", &reference.subject);
            object.int("version", reference.version.into());
            object.end();
        });
    }
    if let Some(metadata) = &record.metadata {
        contract::write_metadata(metadata, object.member("metadata"));
    }
    if let Some(rules) = &record.rule_set {
        contract::write_rule_set(rules, object.member("ruleSet"));
    }
    object.text_if_some("schema", text);
    object.flag("deleted", record.deleted);
    object.end();
}

/// Reads a version's value. Subject and version are the key's.
pub(super) fn read_schema(
    subject: SubjectName,
    version: Version,
    reader: &mut Reader<'_>,
    text: SchemaText<'_>,
) -> Result<Event, Unreadable> {
    let members = Members::read(reader)?;
    let schema_type = match members.schema_type.as_deref() {
        None => SchemaType::Avro,
        Some(word) => SchemaType::read(word).ok_or_else(|| Unreadable::SchemaType(word.to_owned()))?,
    };
    let beside = match text {
        SchemaText::Inside(place) => {
            let beside = members.beside();
            *place = members.text;
            beside
        }
        SchemaText::Beside(beside) => beside.ok_or(Unreadable::Value("what was kept beside it is missing"))?,
    };
    Ok(Event::SchemaRegistered(
        SchemaRecord {
            subject,
            version,
            id: SchemaId(members.id.ok_or(Unreadable::Value("it has no id within range"))?),
            guid: beside.guid,
            text: beside.text,
            schema_type,
            // An empty slice is shared, not allocated: most versions refer to nothing.
            references: if members.references.is_empty() { Arc::default() } else { members.references.into() },
            metadata: members.metadata.map(Into::into),
            rule_set: members.rule_set.map(Into::into),
            deleted: members.deleted,
            ordinal: beside.ordinal,
        }
        .into(),
    ))
}

#[derive(Default)]
struct Members {
    id: Option<i32>,
    md5: Option<Guid>,
    schema_type: Option<String>,
    references: Vec<Reference>,
    metadata: Option<Metadata>,
    rule_set: Option<RuleSet>,
    text: Option<String>,
    deleted: bool,
}

impl Members {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Unreadable> {
        let mut members = Self::default();
        reader.object(|name, value| {
            match name {
                "id" => members.id = value.int()?.and_then(|id| i32::try_from(id).ok()),
                "md5" => members.md5 = value.text()?.and_then(|md5| from_base64(&md5)).map(Guid),
                "schemaType" => members.schema_type = value.text()?.filter(|word| word != "AVRO").map(Into::into),
                "references" => members.references = contract::read_references(value)?,
                "metadata" => members.metadata = contract::read_metadata(value)?,
                "ruleSet" => members.rule_set = contract::read_rule_set(value)?,
                "schema" => members.text = value.text()?.map(Into::into),
                "deleted" => members.deleted = value.flag()?.unwrap_or_default(),
                // `subject` and `version` are the key's; `offset` and `ts` are those of an earlier record.
                _ => drop(value.skip()?),
            }
            Ok(())
        })?;
        Ok(members)
    }

    /// What the record tells of its text. An import may bring a version that has none.
    fn beside(&self) -> Beside {
        let computed = || {
            let references = self.references.iter().map(ReferenceParts::from);
            let text = self.text.as_deref().unwrap_or_default();
            Guid::of(text, references, self.metadata.as_ref(), self.rule_set.as_ref())
        };
        Beside {
            text: self.text.as_deref().map_or(TextHash::NONE, TextHash::of),
            guid: self.md5.unwrap_or_else(computed),
            ordinal: 0,
        }
    }
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Sixteen bytes in base64, padded.
fn base64(bytes: &[u8; 16]) -> String {
    let mut text = String::with_capacity(24);
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for digit in 0..4 {
            let value = usize::try_from(bits >> (18 - 6 * digit) & 0x3F).expect("six bits");
            text.push(if digit <= group.len() { char::from(BASE64[value]) } else { '=' });
        }
    }
    text
}

/// Sixteen bytes from base64, padded or not; `None` for anything else.
fn from_base64(text: &str) -> Option<[u8; 16]> {
    let digits = text.trim_end_matches('=').as_bytes();
    if digits.len() != 22 {
        return None;
    }
    let mut bits: u128 = 0;
    for digit in &digits[..21] {
        bits = bits << 6 | value_of(*digit)?;
    }
    bits = bits << 2 | value_of(digits[21])? >> 4;
    Some(bits.to_be_bytes())
}

fn value_of(digit: u8) -> Option<u128> {
    BASE64.iter().position(|known| *known == digit).and_then(|at| u128::try_from(at).ok())
}

#[cfg(test)]
mod tests {
    use super::{base64, from_base64};

    #[test]
    fn fingerprints_travel_in_base64() {
        let bytes = [0x9b, 0x6d, 0x4b, 0xf8, 0x06, 0x16, 0x7b, 0x15, 0xc9, 0xb7, 0xf7, 0x74, 0x3e, 0x06, 0xa7, 0xbf];
        assert_eq!(base64(&bytes), "m21L+AYWexXJt/d0Pganvw==");
        assert_eq!(from_base64("m21L+AYWexXJt/d0Pganvw=="), Some(bytes));
        assert_eq!(from_base64("m21L+AYWexXJt/d0Pganvw"), Some(bytes));
        for text in ["", "m21L", "m21L+AYWexXJt/d0Pgan!w==", "m21L+AYWexXJt/d0PganvwAA"] {
            assert_eq!(from_base64(text), None, "{text}");
        }
    }
}
