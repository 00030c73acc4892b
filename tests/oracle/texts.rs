//! Texts: accepted as new and as stored, with which words refused, and how printed.

use crate::answers::{FEWEST_DIGITS, differ_in_double_digits, text};
use crate::java::Java;
use crate::settings::Settings;
use crate::tally::Tally;
use serde_json::{Value, json};
use sluicegate::schema::{
    self, InvalidSchema, ParsedSchema, ReferencedText, SchemaSource, SchemaType, Strictness, avro,
};

/// Compares the texts of `settings`; how many answers differ.
pub(crate) fn compare(java: &Java, settings: &Settings) -> std::io::Result<usize> {
    let mut tally = Tally::new(settings.shown);
    let questions = (0..settings.texts).map(|number| question(settings, number));
    java.ask(questions, |number, answer| {
        let (asked, references) = texts_of(settings, number);
        Text { number, asked: &asked, references: &references, answer: &answer }.compare(&mut tally);
    })?;
    Ok(tally.report("texts"))
}

/// Text `number` of a run, as Java is asked.
pub(crate) fn question(settings: &Settings, number: u64) -> Value {
    let (asked, references) = texts_of(settings, number);
    match &*references {
        [] => json!({"text": asked}),
        references => json!({
            "text": asked,
            "references": references.iter().map(|reference| &*reference.text).collect::<Vec<_>>(),
        }),
    }
}

/// What an answer shows: the kinds of its refusals.
pub(crate) fn kind_of_answer(answer: &Value) -> String {
    let [new, stored] = ["newError", "storedError"].map(|key| text(answer, key).map_or("accepted", kind_of));
    format!("{new}, {stored}")
}

/// A text and what it refers to: three in ten are schemas, one refers to others, the rest are damaged.
fn texts_of(settings: &Settings, number: u64) -> (String, Vec<ReferencedText>) {
    let mut generator = settings.generator(!number);
    match number % 10 {
        0..=2 => (generator.schema_text(), Vec::new()),
        3 => {
            let mut texts = generator.referring_texts();
            let asked = texts.pop().unwrap_or_default();
            let named = |(at, text): (usize, String)| ReferencedText { name: format!("r{at}"), text: text.into() };
            (asked, texts.into_iter().enumerate().map(named).collect())
        }
        _ => (generator.odd_text(), Vec::new()),
    }
}

/// Whether an escape in `text` may stand for half a surrogate pair, or a pair.
pub(crate) fn has_lone_surrogate(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    upper.contains("\\UD8") || upper.contains("\\UDC")
}

struct Text<'a> {
    number: u64,
    asked: &'a str,
    references: &'a [ReferencedText],
    answer: &'a Value,
}

impl Text<'_> {
    fn compare(&self, tally: &mut Tally) {
        tally.asked();
        let stored = self.parse(Strictness::Stored);
        let new = self.parse(Strictness::New);
        let [java_new, java_stored] = ["newError", "storedError"].map(|key| text(self.answer, key));
        tally.hit(match (java_new, java_stored) {
            (None, None) => "accepted",
            (Some(_), None) => "accepted as stored only",
            (None, Some(_)) => "accepted as new only",
            (Some(_), Some(_)) => "refused",
        });
        for refused in [java_new, java_stored].into_iter().flatten() {
            tally.hit(kind_of(refused));
        }
        // A text that fails in both ways is answered with the second failure.
        let expected_new = if java_new.is_some() { java_stored.or(java_new) } else { None };
        self.compare_outcome(tally, "as new", &new, expected_new, "newText");
        self.compare_outcome(tally, "as stored", &stored, java_stored, "storedText");
        if let (Ok(schema), None) = (&stored, java_stored) {
            self.compare_prints(tally, schema);
        }
    }

    fn parse(&self, strictness: Strictness) -> Result<ParsedSchema, InvalidSchema> {
        let source = SchemaSource { schema_type: SchemaType::Avro, text: self.asked, references: self.references };
        schema::parse(&source, strictness)
    }

    fn compare_outcome(
        &self,
        tally: &mut Tally,
        mode: &'static str,
        ours: &Result<ParsedSchema, InvalidSchema>,
        refused: Option<&str>,
        printed: &str,
    ) {
        match (ours, refused) {
            (Ok(schema), None) => {
                let ours = schema.stored_text();
                if text(self.answer, printed) != Some(&*ours) {
                    self.prints_differ(tally, "stored text", &ours, text(self.answer, printed).unwrap_or_default());
                }
            }
            (Ok(schema), Some(_)) => self.differs(tally, "we accept", mode, &schema.stored_text()),
            (Err(_), None) if has_lone_surrogate(self.asked) => {
                tally.departure("lone surrogates are refused (decision 12)");
            }
            (Err(ours), None) => self.differs(tally, "we refuse", mode, &ours.reason),
            (Err(ours), Some(theirs)) => self.compare_words(tally, mode, &ours.reason, theirs),
        }
    }

    fn compare_words(&self, tally: &mut Tally, mode: &'static str, ours: &str, theirs: &str) {
        let ours = mask(ours);
        if ours == theirs {
            return;
        }
        let is_top_level_name = theirs.starts_with("Unknown schema: org.apache.avro.compiler.UnresolvedSchema");
        if is_top_level_name && ours.starts_with("Undefined schema: ") {
            tally.departure("an unknown name at the top is named (decision 8)");
        } else if has_lone_surrogate(self.asked) {
            tally.departure("lone surrogates are refused (decision 12)");
        } else if differ_in_double_digits(&ours, theirs) {
            tally.departure(FEWEST_DIGITS);
        } else if theirs.starts_with("com.fasterxml.jackson") && ours.starts_with("com.fasterxml.jackson") {
            self.differs(tally, "words for broken JSON", mode, &ours);
        } else {
            self.differs(tally, "words", mode, &ours);
        }
    }

    fn compare_prints(&self, tally: &mut Tally, schema: &ParsedSchema) {
        let ParsedSchema::Avro(avro_schema) = schema;
        let form = avro::parsing_form(avro_schema);
        let prints = [
            ("resolved text", "resolved", schema.resolved_text()),
            ("CRC-64", "crc64", format!("{:016x}", avro::crc64(&form))),
            ("MD5", "md5", hex(&avro::md5(&form))),
            ("SHA-256", "sha256", hex(&avro::sha256(&form))),
            ("parsing form", "parsingForm", form),
        ];
        for (what, key, ours) in prints {
            let theirs = text(self.answer, key).unwrap_or_default();
            if ours != theirs {
                self.prints_differ(tally, what, &ours, theirs);
            }
        }
    }

    fn prints_differ(&self, tally: &mut Tally, what: &'static str, ours: &str, theirs: &str) {
        if differ_in_double_digits(ours, theirs) {
            tally.departure(FEWEST_DIGITS);
        } else {
            self.differs(tally, what, "", ours);
        }
    }

    fn differs(&self, tally: &mut Tally, kind: &'static str, mode: &str, ours: &str) {
        let Self { number, asked, references, answer } = self;
        let references: String =
            references.iter().map(|reference| format!("\n    refers to {:?}", reference.text)).collect();
        tally.difference(
            kind,
            format!(
                "    text {number} {mode}{references}\n    text   {asked:?}\n    Java   {answer}\n    ours   {ours:?}"
            ),
        );
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The counter in the name of an unresolved type.
fn mask(words: &str) -> String {
    let mut masked = String::new();
    let mut rest = words;
    while let Some(at) = rest.find("UnresolvedSchema_") {
        let (before, after) = rest.split_at(at + "UnresolvedSchema_".len());
        masked.push_str(before);
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
        if rest.len() < after.len() {
            masked.push_str("<n>");
        }
    }
    masked + rest
}

/// What a refusal is about: its first words.
fn kind_of(refusal: &str) -> &'static str {
    KINDS.iter().find(|(start, _)| refusal.starts_with(start)).map_or("refused: other words", |(_, kind)| kind)
}

const KINDS: &[(&str, &str)] = &[
    ("com.fasterxml.jackson.core.JsonParseException", "refused: broken JSON"),
    ("com.fasterxml.jackson.core.io.JsonEOFException", "refused: unfinished JSON"),
    ("com.fasterxml.jackson.core.exc.StreamConstraintsException", "refused: a limit of the JSON reader"),
    ("dangling content", "refused: dangling content"),
    ("Cannot parse <null>", "refused: nothing there"),
    ("Schema not yet supported", "refused: schema not yet supported"),
    ("No type", "refused: no type"),
    ("No name in schema", "refused: no name in schema"),
    ("Record has no fields", "refused: record has no fields"),
    ("No field name", "refused: no field name"),
    ("No field type", "refused: no field type"),
    ("Enum has no symbols", "refused: enum has no symbols"),
    ("Array has no items", "refused: array has no items"),
    ("Map has no values", "refused: map has no values"),
    ("Invalid or no size", "refused: invalid or no size"),
    ("alias", "refused: aliases"),
    ("Null name", "refused: null name"),
    ("Empty name", "refused: empty name"),
    ("Illegal initial", "refused: illegal initial character"),
    ("Illegal character", "refused: illegal character"),
    ("Namespace part", "refused: namespace part"),
    ("Schemas may not be named", "refused: named after a primitive"),
    ("Can't redefine", "refused: redefined"),
    ("Duplicate field", "refused: duplicate field"),
    ("Duplicate enum", "refused: duplicate symbol"),
    ("Duplicate in union", "refused: duplicate in union"),
    ("Nested union", "refused: nested union"),
    ("The Enum Default", "refused: enum default"),
    ("Invalid default", "refused: invalid default"),
    ("For input string", "refused: text default of a number"),
    ("empty String", "refused: text default of a number"),
    ("Malformed data", "refused: negative size"),
    ("Cannot read arrays", "refused: size too large"),
    ("No enum constant", "refused: order"),
    ("Undefined schema", "refused: undefined"),
    ("Unknown schema", "refused: undefined at the top"),
    ("Schema fields not set", "refused: default of an open record"),
];
