//! Bodies: a batch of records, each as JSON, as Avro's binary encoding or as a message of Confluent's wire format.

use crate::http::errors::ApiError;
use crate::http::extensions::governance::Members;
use crate::http::json::{Malformed, Reader, ValueReader};
use crate::policy::nearest;
use crate::records::JsonForm;
use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Most records of a batch.
const RECORDS_MAX: usize = 10_000;

/// Padding is not demanded, and what stands in the bits behind the last byte does not matter.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// How JSON records are written; Avro's own encoding where nobody says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form(pub(super) JsonForm);

/// A batch as it was sent.
#[derive(Debug)]
pub(super) struct Batch<'b> {
    form: Option<Form>,
    pub(super) records: Vec<Record<'b>>,
}

/// One record as it was sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Record<'b> {
    /// A JSON value, as it is written.
    Json(&'b str),
    /// A value in Avro's binary encoding, and no more.
    Avro(Vec<u8>),
    /// A message of the wire format; with a header of its own the payload has no prefix.
    Wire { payload: Vec<u8>, header: Option<Vec<u8>> },
    /// A message without a value, which deletes its key in a compacted topic.
    Tombstone,
}

/// A record before its bytes are decoded.
#[derive(Default)]
struct Sent<'b> {
    members: Members,
    json: Option<&'b [u8]>,
    avro: Option<String>,
    wire: Option<String>,
    /// Whether `wire` is there as `null`.
    is_tombstone: bool,
    header: Option<String>,
}

type Read<T> = Result<T, Malformed>;

impl Default for Form {
    fn default() -> Self {
        Self(JsonForm::Avro)
    }
}

impl Form {
    /// Reads the word of the parameter and of the member `form`.
    pub(super) fn read(word: &str) -> Result<Self, ApiError> {
        match word {
            "avro" => Ok(Self(JsonForm::Avro)),
            "plain" => Ok(Self(JsonForm::Plain)),
            other => {
                let nearest = nearest(other, ["avro", "plain"]);
                Err(ApiError::InvalidRecords(format!("`form` is `avro` or `plain`: did you mean `{nearest}`?")))
            }
        }
    }
}

impl<'b> Batch<'b> {
    /// Reads a body, in UTF-8, as `{"form": …, "records": […]}`.
    pub(super) fn read(body: &'b [u8]) -> Result<Self, ApiError> {
        Self::read_with(body, &["form", "records"], &["json", "avro", "wire", "header"])
    }

    /// The same of messages alone.
    pub(super) fn read_messages(body: &'b [u8]) -> Result<Self, ApiError> {
        Self::read_with(body, &["records"], &["wire", "header"])
    }

    /// The form of JSON records: that of the body, else that of the query.
    pub(super) fn form(&self, queried: Option<Form>) -> Result<Form, ApiError> {
        match (self.form, queried) {
            (Some(form), Some(other)) if form != other => {
                Err(ApiError::InvalidRecords("`form` is one thing in the body and another in the query".to_owned()))
            }
            (form, queried) => Ok(form.or(queried).unwrap_or_default()),
        }
    }

    fn read_with(body: &'b [u8], of_batch: &[&str], of_record: &[&str]) -> Result<Self, ApiError> {
        let (mut members, mut form, mut sent) = (Members::default(), None, None);
        let is_given = Reader::new(body).document("Batch", |value| {
            let is_given = value.object("Batch", |name, value| {
                match name {
                    "form" if of_batch.contains(&name) => form = value.text()?,
                    "records" => sent = value.list_up_to(RECORDS_MAX, "Record", Sent::read)?,
                    name => return Ok(members.is_unknown(name)),
                }
                members.note(name);
                Ok(true)
            })?;
            Ok(is_given.then_some(()))
        })?;
        is_given.ok_or(ApiError::NoBody { argument: "body" })?;
        members.check(of_batch).map_err(ApiError::InvalidRecords)?;
        let sent: Vec<Option<Sent<'b>>> =
            sent.ok_or_else(|| ApiError::InvalidRecords("`records` is missing: a list of records".to_owned()))?;
        if sent.len() > RECORDS_MAX {
            let problem = format!("a batch has at most {RECORDS_MAX} records: send the rest in another");
            return Err(ApiError::InvalidRecords(problem));
        }
        let record = |(at, sent): (usize, Option<Sent<'b>>)| {
            let sent = sent.ok_or_else(|| "is null".to_owned());
            sent.and_then(|sent| sent.into_record(of_record)).map_err(|problem| in_record(at, &problem))
        };
        let records = sent.into_iter().enumerate().map(record).collect::<Result<_, _>>()?;
        Ok(Self { form: form.map(|word| Form::read(&word)).transpose()?, records })
    }
}

fn in_record(at: usize, problem: &str) -> ApiError {
    ApiError::InvalidRecords(format!("records[{at}] {problem}"))
}

impl<'b> Sent<'b> {
    fn read(value: &mut ValueReader<'_, 'b>) -> Read<Option<Self>> {
        let mut sent = Self::default();
        let is_given = value.object("Record", |name, value| {
            match name {
                "json" => sent.json = Some(value.raw()?),
                "avro" => sent.avro = value.text()?,
                "wire" => {
                    sent.wire = value.text()?;
                    sent.is_tombstone = sent.wire.is_none();
                }
                "header" => sent.header = value.text()?,
                name => return Ok(sent.members.is_unknown(name)),
            }
            sent.members.note(name);
            Ok(true)
        })?;
        Ok(is_given.then_some(sent))
    }

    fn into_record(self, allowed: &[&str]) -> Result<Record<'b>, String> {
        let Self { members, json, avro, wire, is_tombstone, header } = self;
        members.check(allowed).map_err(|problem| format!("cannot be read: {problem}"))?;
        let foreign = [("json", json.is_some()), ("avro", avro.is_some())];
        if let Some((name, _)) = foreign.iter().find(|(name, is_there)| *is_there && !allowed.contains(name)) {
            return Err(format!("has `{name}`, but here only messages are read: `wire`, perhaps with `header`"));
        }
        let wire_there = wire.is_some() || is_tombstone;
        let is_header_alone = header.is_some() && !wire_there;
        match (json, avro, wire) {
            _ if is_header_alone => Err("has a `header`, which belongs to a message in `wire`".to_owned()),
            (Some(json), None, None) if !wire_there => match std::str::from_utf8(json) {
                Ok(json) => Ok(Record::Json(json)),
                Err(error) => Err(format!("is not UTF-8 from byte {} of `json` on", error.valid_up_to())),
            },
            (None, Some(avro), None) if !wire_there => Ok(Record::Avro(decoded("avro", &avro)?)),
            (None, None, Some(wire)) => {
                let header = header.map(|header| decoded("header", &header)).transpose()?;
                Ok(Record::Wire { payload: decoded("wire", &wire)?, header })
            }
            (None, None, None) if is_tombstone => Ok(Record::Tombstone),
            (None, None, None) => Err(format!("has none of {}", listed(allowed))),
            _ => Err(format!("has more than one of {}", listed(allowed))),
        }
    }
}

/// The members that hold a record, to be read by people.
fn listed(allowed: &[&str]) -> String {
    let names = allowed.iter().filter(|name| **name != "header").map(|name| format!("`{name}`"));
    names.collect::<Vec<_>>().join(", ")
}

impl Record<'_> {
    /// The message that a body is by itself, with its header in base64.
    pub(super) fn message(body: &[u8], header: Option<&str>) -> Result<Self, ApiError> {
        let header = header.map(|header| decoded("header", header)).transpose();
        let header = header.map_err(|problem| ApiError::InvalidRecords(format!("the message {problem}")))?;
        Ok(Self::Wire { payload: body.to_vec(), header })
    }
}

/// Bytes of base64 in either alphabet, padded or not.
fn decoded(member: &str, text: &str) -> Result<Vec<u8>, String> {
    let engine = if text.contains(['-', '_']) { URL_SAFE } else { STANDARD };
    engine.decode(text).map_err(|error| {
        use base64::DecodeError as E;
        let why = match error {
            E::InvalidByte(at, _) => format!("at byte {at} of it stands something else"),
            E::InvalidLength(_) | E::InvalidLastSymbol { .. } => "it breaks off".to_owned(),
            E::InvalidPadding => "its padding is wrong".to_owned(),
        };
        format!("has a `{member}` that is no base64: {why}")
    })
}
