//! Pairs: does the reader read the writer, why not, and are the two one schema for lookup?

use crate::answers::{FEWEST_DIGITS, differ_in_double_digits, text};
use crate::java::Java;
use crate::settings::Settings;
use crate::tally::Tally;
use crate::tangles::Tangles;
use serde_json::{Value, json};
use sluicegate::compat::{self, Findings, IncompatibilityKind, Reading, Scratch};
use sluicegate::schema::{self, InvalidSchema, ParsedSchema, SchemaSource, Strictness};

/// Compares the pairs of `settings`; how many answers differ.
pub(crate) fn compare(java: &Java, settings: &Settings) -> std::io::Result<usize> {
    let mut tally = Tally::new(settings.shown);
    let mut scratch = Scratch::default();
    let questions = (0..settings.pairs).map(|number| question(settings, number));
    java.ask(questions, |number, answer| {
        let (reader, writer) = pair(settings, number);
        Pair { number, reader: &reader, writer: &writer, answer: &answer }.compare(&mut tally, &mut scratch);
    })?;
    tally.require_common(KINDS.map(IncompatibilityKind::as_str).into_iter().chain(["compatible", "throws"]));
    Ok(tally.report("pairs"))
}

/// Pair `number` of a run, as Java is asked.
pub(crate) fn question(settings: &Settings, number: u64) -> Value {
    let (reader, writer) = pair(settings, number);
    json!({"reader": reader, "writer": writer})
}

/// Reader and writer of pair `number`: one in eight is a tangle, where the reference's memo goes wrong most.
fn pair(settings: &Settings, number: u64) -> (String, String) {
    match number % 8 {
        7 => Tangles::new(settings.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(number)).pair(),
        _ => settings.generator(number).pair(),
    }
}

/// What an answer shows: the kinds of findings in it, and whether one is repeated.
pub(crate) fn kind_of(answer: &Value) -> String {
    let Some(found) = answer.get("incompatibilities").and_then(Value::as_array) else {
        return if answer.get("throws").is_some() { "throws".to_owned() } else { "not a schema".to_owned() };
    };
    let kinds: Vec<&str> = KINDS.iter().map(|kind| kind.as_str()).collect();
    let shown = kinds.into_iter().filter(|kind| found.iter().any(|it| it["type"] == **kind));
    let repeats = found.iter().enumerate().any(|(at, it)| found[..at].contains(it));
    format!("{} {repeats} {}", shown.collect::<Vec<_>>().join(" "), answer["same"])
}

struct Pair<'a> {
    number: u64,
    reader: &'a str,
    writer: &'a str,
    answer: &'a Value,
}

impl Pair<'_> {
    fn compare(&self, tally: &mut Tally, scratch: &mut Scratch) {
        tally.asked();
        let parsed = parse(self.reader).and_then(|reader| Ok((reader, parse(self.writer)?)));
        match (parsed, text(self.answer, "invalid")) {
            (Err(_), Some(_)) => tally.hit("not a schema"),
            (Err(ours), None) => self.differs(tally, "we refuse a schema of the pair", &ours.reason),
            (Ok(_), Some(_)) => self.differs(tally, "we accept both schemas of the pair", ""),
            (Ok((reader, writer)), None) => self.compare_checks(&reader, &writer, tally, scratch),
        }
    }

    fn compare_checks(&self, reader: &ParsedSchema, writer: &ParsedSchema, tally: &mut Tally, scratch: &mut Scratch) {
        let reading = Reading { reader, writer };
        let can_read = compat::can_read(reading, scratch);
        let findings = compat::incompatibilities(reading, scratch);
        if can_read != findings.list.is_empty() {
            self.differs(tally, "our two walks disagree", &format!("{can_read} {findings:?}"));
        }
        let ours = described(&findings);
        let theirs = self.answer.get("incompatibilities").and_then(Value::as_array);
        match (theirs, text(self.answer, "throws")) {
            (Some(theirs), None) => {
                self.count_hits(theirs, tally);
                let is_unsound = findings.list.iter().any(|it| it.kind == IncompatibilityKind::UnsoundAssumption);
                if theirs.is_empty() && is_unsound {
                    tally.departure("the memo lets a pair pass that a plain check refuses (D5)");
                } else if theirs.is_empty() != ours.is_empty() {
                    self.differs(tally, "verdict", &format!("{ours:?}"));
                } else if *theirs != ours {
                    self.differs(tally, "findings", &Value::Array(ours).to_string());
                }
            }
            (_, Some(threw)) => {
                tally.hit("throws");
                let expected = format!("Unexpected exception during compatibility check: {threw}");
                let threw = match &*findings.list {
                    [only] if only.kind == IncompatibilityKind::CheckThrew => Some(&*only.message),
                    _ => None,
                };
                if threw.is_some_and(|ours| ours != expected && differ_in_double_digits(ours, &expected)) {
                    tally.departure(FEWEST_DIGITS);
                } else if threw != Some(&*expected) {
                    self.differs(tally, "throws", &Value::Array(ours).to_string());
                }
            }
            (None, None) => self.differs(tally, "an answer without content", ""),
        }
        if self.answer["same"].as_bool() != Some(reader.is_equivalent_to(writer)) {
            self.differs(tally, "same schema for lookup", "");
        }
    }

    fn count_hits(&self, theirs: &[Value], tally: &mut Tally) {
        if theirs.is_empty() {
            tally.hit("compatible");
        }
        for kind in KINDS {
            if theirs.iter().any(|found| found["type"] == kind.as_str()) {
                tally.hit(kind.as_str());
            }
        }
        if self.answer["same"] == true {
            tally.hit("same schema for lookup");
        }
    }

    fn differs(&self, tally: &mut Tally, kind: &'static str, ours: &str) {
        let Self { number, reader, writer, answer } = self;
        let example = format!(
            "    pair {number}\n    reader {reader}\n    writer {writer}\n    Java   {answer}\n    ours   {ours}"
        );
        tally.difference(kind, example);
    }
}

const KINDS: [IncompatibilityKind; 6] = [
    IncompatibilityKind::NameMismatch,
    IncompatibilityKind::FixedSizeMismatch,
    IncompatibilityKind::MissingEnumSymbols,
    IncompatibilityKind::ReaderFieldMissingDefaultValue,
    IncompatibilityKind::TypeMismatch,
    IncompatibilityKind::MissingUnionBranch,
];

fn parse(text: &str) -> Result<ParsedSchema, InvalidSchema> {
    schema::parse(&SchemaSource::avro(text), Strictness::Stored)
}

/// Findings as Java's answer has them.
fn described(findings: &Findings) -> Vec<Value> {
    let list = findings.list.iter();
    list.map(|it| json!({"type": it.kind.as_str(), "location": it.location, "message": it.message})).collect()
}
