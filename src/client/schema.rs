//! A schema as it is asked about, and one as a registry has it.

use super::answers::VersionReference;
use super::path::segment;
use crate::records::Checker;
use crate::schema::{InvalidSchema, ParsedSchema, ReferencedText, SchemaSource, SchemaType, Strictness, parse};
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::schema::ResolvedSchema;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// An Avro schema that a program brings with it, with all that belongs to it: what a registration sends.
///
/// ```
/// use sluicegate::client::Schema;
///
/// let schema = Schema::avro(r#"{"type": "record", "name": "Order", "fields": [{"name": "total", "type": "Money"}]}"#)
///     .referring_to("Money", "money-value", 3)
///     .with_property("application.major.version", "2");
/// assert_eq!(schema.references().len(), 1);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Schema {
    text: Arc<str>,
    references: Vec<VersionReference>,
    properties: BTreeMap<String, String>,
    is_normalized: bool,
}

impl Schema {
    /// With this text alone.
    pub fn avro(text: impl Into<Arc<str>>) -> Self {
        Self { text: text.into(), references: Vec::new(), properties: BTreeMap::new(), is_normalized: false }
    }

    /// With a reference: the type that the text calls `name` is defined by this version of `subject`.
    #[must_use]
    pub fn referring_to(mut self, name: &str, subject: &str, version: u32) -> Self {
        self.references.push(VersionReference { name: name.to_owned(), subject: subject.to_owned(), version });
        self
    }

    /// With a property in its metadata.
    #[must_use]
    pub fn with_property(mut self, name: &str, value: &str) -> Self {
        self.properties.insert(name.to_owned(), value.to_owned());
        self
    }

    /// With these properties in its metadata, and no others.
    #[must_use]
    pub(super) fn with_properties(&self, properties: &BTreeMap<String, String>) -> Self {
        Self { properties: properties.clone(), ..self.clone() }
    }

    /// Looked up and registered in its normal form (`normalize=true`): found again when only the spelling differs.
    #[must_use]
    pub fn normalized(mut self) -> Self {
        self.is_normalized = true;
        self
    }

    /// Its text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// What it refers to directly.
    pub fn references(&self) -> &[VersionReference] {
        &self.references
    }

    /// The properties in its metadata.
    pub fn properties(&self) -> &BTreeMap<String, String> {
        &self.properties
    }

    /// Whether it is looked up and registered in its normal form.
    pub fn is_normalized(&self) -> bool {
        self.is_normalized
    }

    /// The path of a question about it.
    pub(super) fn path(&self, before: &str, subject: &str, after: &str, query: &str) -> String {
        let normalize = if self.is_normalized { "normalize=true" } else { "" };
        let query: Vec<&str> = [normalize, query].into_iter().filter(|part| !part.is_empty()).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{before}/subjects/{}{after}{mark}{}", segment(subject), query.join("&"))
    }

    /// The body of a question about it.
    pub(super) fn body(&self) -> String {
        let mut body = json!({ "schema": &*self.text });
        if !self.references.is_empty() {
            let reference =
                |to: &VersionReference| json!({"name": to.name, "subject": to.subject, "version": to.version});
            body["references"] = self.references.iter().map(reference).collect();
        }
        if !self.properties.is_empty() {
            let properties = self.properties.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())));
            body["metadata"] = json!({ "properties": properties.collect::<Map<_, _>>() });
        }
        body.to_string()
    }

    pub(super) fn bytes(&self) -> u64 {
        u64::try_from(self.text.len() + besides(&self.references, &self.properties)).unwrap_or(u64::MAX)
    }
}

/// A guid: what names the same schema in every registry, in the order in which it is written out.
///
/// ```
/// use sluicegate::client::Guid;
///
/// let guid = Guid::read("095d71cf12556b9d5e330ad575b3df5d").expect("32 digits");
/// assert_eq!(guid.to_string(), "095d71cf-1255-6b9d-5e33-0ad575b3df5d");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Guid(pub [u8; 16]);

impl Guid {
    /// Reads 32 hexadecimal digits, with or without dashes.
    pub fn read(text: &str) -> Option<Self> {
        let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b'-').collect();
        let (pairs, []) = digits.as_chunks::<2>() else { return None };
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let bytes: Option<Vec<u8>> = pairs.iter().map(|[high, low]| Some(digit(*high)? * 16 + digit(*low)?)).collect();
        bytes?.try_into().ok().map(Self)
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().enumerate().try_for_each(|(at, byte)| match at {
            4 | 6 | 8 | 10 => write!(f, "-{byte:02x}"),
            _ => write!(f, "{byte:02x}"),
        })
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A schema as a registry has it, with every text that it refers to.
#[derive(Debug)]
pub struct RegisteredSchema {
    /// Its id in the context it was asked for; a question by guid is not told.
    pub id: Option<u32>,
    /// Its guid; registries before 8.0 have none.
    pub guid: Option<Guid>,
    /// A subject that has it, where the registry tells.
    pub subject: Option<String>,
    /// Its version there.
    pub version: Option<u32>,
    /// `AVRO`, or another language's word.
    pub schema_type: String,
    /// Its text.
    pub text: Arc<str>,
    /// What it refers to directly.
    pub references: Vec<VersionReference>,
    /// Its metadata properties.
    pub properties: BTreeMap<String, String>,
    /// What it refers to, transitively, each after what it refers to itself.
    pub referenced: Vec<ReferencedText>,
    parsed: OnceLock<Result<Arc<ParsedSchema>, Unreadable>>,
    values: OnceLock<Result<Values, Unreadable>>,
    pub(super) checker: OnceLock<Checker>,
}

/// Why the schema of a registry is of no use here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// It is written in another language.
    #[error("its schema is written in {0}, and only Avro is understood")]
    Language(String),
    /// It is no valid Avro schema.
    #[error("its schema is not valid: {0}")]
    Invalid(InvalidSchema),
    /// It is valid, and the `apache-avro` crate refuses it: values cannot be decoded with it, while encoded
    /// records can be checked.
    #[error("its schema is valid, but the apache-avro crate does not take it: {0}")]
    Values(String),
}

/// What a registry says of a schema, before its references are fetched.
#[derive(Clone, Debug)]
pub(super) struct Document {
    pub(super) id: Option<u32>,
    pub(super) guid: Option<Guid>,
    pub(super) subject: Option<String>,
    pub(super) version: Option<u32>,
    pub(super) schema_type: String,
    pub(super) text: Arc<str>,
    pub(super) references: Vec<VersionReference>,
    pub(super) properties: BTreeMap<String, String>,
}

impl RegisteredSchema {
    pub(super) fn new(document: Document, referenced: Vec<ReferencedText>) -> Self {
        let Document { id, guid, subject, version, schema_type, text, references, properties } = document;
        Self {
            id,
            guid,
            subject,
            version,
            schema_type,
            text,
            references,
            properties,
            referenced,
            parsed: OnceLock::new(),
            values: OnceLock::new(),
            checker: OnceLock::new(),
        }
    }

    /// Its parsed form, made once.
    ///
    /// # Errors
    /// [`Unreadable`]
    pub fn parsed(&self) -> Result<&Arc<ParsedSchema>, Unreadable> {
        let read = || {
            let Some(schema_type) = SchemaType::read(&self.schema_type) else {
                return Err(Unreadable::Language(self.schema_type.clone()));
            };
            let source = SchemaSource { schema_type, text: &self.text, references: &self.referenced };
            parse(&source, Strictness::Stored).map(Arc::new).map_err(Unreadable::Invalid)
        };
        self.parsed.get_or_init(read).as_ref().map_err(Clone::clone)
    }

    /// Its form in the `apache-avro` crate, made once, with every type that it refers to written out in it.
    ///
    /// # Errors
    /// [`Unreadable`]; [`Unreadable::Values`] for some schemas that are valid.
    pub fn values(&self) -> Result<&apache_avro::Schema, Unreadable> {
        self.decodable().map(|values| &values.schema)
    }

    pub(super) fn decodable(&self) -> Result<&Values, Unreadable> {
        let parsed = self.parsed()?;
        self.values.get_or_init(|| Values::of(parsed)).as_ref().map_err(Clone::clone)
    }

    /// What it takes of [`super::Keep::bytes`]: texts, and their parsed forms at three times that.
    pub(super) fn bytes(&self) -> u64 {
        let texts = self.text.len() + self.referenced.iter().map(|to| to.text.len() + to.name.len()).sum::<usize>();
        let besides = besides(&self.references, &self.properties);
        u64::try_from(texts * 4 + besides + 512).unwrap_or(u64::MAX)
    }
}

/// About how many bytes references and properties take.
pub(super) fn besides(references: &[VersionReference], properties: &BTreeMap<String, String>) -> usize {
    let references = references.iter().map(|to| 128 + to.name.len() + to.subject.len());
    let properties = properties.iter().map(|(name, value)| 128 + name.len() + value.len());
    references.chain(properties).sum()
}

/// A schema for `apache-avro`: with every referenced type written out, so that the crate need not find any. The crate follows
/// nesting with the stack, and takes none beyond 127 levels.
#[derive(Debug)]
pub(super) struct Values {
    schema: apache_avro::Schema,
    /// Whether a type is named again after it was defined. Only then has a reader a use for the names of all types, which
    /// the crate gathers anew for each.
    names_types_again: bool,
}

impl Values {
    pub(super) fn of(parsed: &ParsedSchema) -> Result<Self, Unreadable> {
        let text = parsed.resolved_text();
        let text = serde_json::from_str(&text).map_or(text, |mut schema| {
            leave_out_defaults_of_bytes(&mut schema);
            schema.to_string()
        });
        let unreadable = |error: apache_avro::Error| Unreadable::Values(super::query::in_passing(&error.to_string()));
        let schema = apache_avro::Schema::parse_str(&text).map_err(unreadable)?;
        Ok(Self { names_types_again: names_types_again(&schema), schema })
    }

    /// What decodes a value.
    pub(super) fn reader(&self) -> Result<GenericDatumReader<'_>, apache_avro::Error> {
        let reader = GenericDatumReader::builder(&self.schema);
        match self.names_types_again {
            true => reader.build(),
            false => reader.resolved_writer_schemata(ResolvedSchema::new_with_schemata(Vec::new())?).build(),
        }
    }
}

fn names_types_again(schema: &apache_avro::Schema) -> bool {
    use apache_avro::Schema as S;
    let mut open = vec![schema];
    while let Some(schema) = open.pop() {
        match schema {
            S::Ref { .. } => return true,
            S::Array(array) => open.push(&array.items),
            S::Map(map) => open.push(&map.types),
            S::Union(union) => open.extend(union.variants()),
            S::Record(record) => open.extend(record.fields.iter().map(|field| &field.schema)),
            _ => {}
        }
    }
    false
}

/// The crate writes a default of bytes in UTF-8, where each character up to U+00FF stands for one byte: beyond ASCII it would
/// publish other bytes than the schema says. Without the default it asks for the field instead. Follows the depth of
/// what was read from JSON, which is bounded.
fn leave_out_defaults_of_bytes(schema: &mut Value) {
    let is_text = |of: &Value| match of {
        Value::String(word) => word == "string",
        Value::Array(branches) => branches.iter().all(|branch| branch == "string" || branch == "null"),
        _ => false,
    };
    let fields = schema.get_mut("fields").and_then(Value::as_array_mut).into_iter().flatten();
    for field in fields.filter_map(Value::as_object_mut) {
        let is_ascii = field.get("default").is_none_or(|default| default.to_string().is_ascii());
        if !is_ascii && !field.get("type").is_some_and(is_text) {
            field.remove("default");
        }
    }
    match schema {
        Value::Object(members) => members.values_mut().for_each(leave_out_defaults_of_bytes),
        Value::Array(items) => items.iter_mut().for_each(leave_out_defaults_of_bytes),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{Guid, Schema};

    #[test]
    fn a_guid_is_read_as_it_is_written() {
        let guid = Guid::read("095d71cf-1255-6b9d-5e33-0ad575b3df5d").expect("a guid");
        assert_eq!(guid.to_string(), "095d71cf-1255-6b9d-5e33-0ad575b3df5d");
        assert_eq!(Guid::read("095D71CF12556B9D5E330AD575B3DF5D"), Some(guid));
        for text in ["", "0", "095d71cf", "g95d71cf-1255-6b9d-5e33-0ad575b3df5d", "095d71cf12556b9d5e330ad575b3df5dff"]
        {
            assert_eq!(Guid::read(text), None, "{text}");
        }
    }

    #[test]
    fn a_question_about_a_schema_carries_all_that_belongs_to_it() {
        let schema = Schema::avro("\"int\"").referring_to("a.A", "a", 2).with_property("k", "v").normalized();
        assert_eq!(
            schema.body(),
            r#"{"schema":"\"int\"","references":[{"name":"a.A","subject":"a","version":2}],"metadata":{"properties":{"k":"v"}}}"#
        );
        assert_eq!(
            schema.path("/compatibility", "a/b", "/versions", "verbose=true"),
            "/compatibility/subjects/a%2Fb/versions?normalize=true&verbose=true"
        );
        assert_eq!(Schema::avro("").path("", "a", "", ""), "/subjects/a");
    }
}
