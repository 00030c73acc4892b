//! What holds for every Avro schema text, over random ones: printing is stable, what must not matter does not, and no
//! text whatever brings the parser down.

use crate::generator::Generator;
use serde_json::Value;
use sluicegate::schema::avro::parsing_form;
use sluicegate::schema::{ParsedSchema, SchemaSource, Strictness, parse, parse_normalized};

/// Texts per law.
const ROUNDS: usize = 3000;

/// Calls `law` with random texts that are schemas as stored; says which text broke it.
fn for_random_schemas(seed: u64, law: impl Fn(&str, &ParsedSchema) -> Result<(), String>) {
    let mut generator = Generator::new(seed);
    let mut tried = 0;
    for round in 0..ROUNDS {
        let text = if round % 3 == 0 { generator.odd_text() } else { generator.schema_text() };
        let Ok(schema) = parse(&SchemaSource::avro(&text), Strictness::Stored) else { continue };
        tried += 1;
        if let Err(complaint) = law(&text, &schema) {
            panic!("seed {seed}, round {round}: {complaint}\n{text}");
        }
    }
    assert!(tried > ROUNDS / 2, "seed {seed}: only {tried} of {ROUNDS} texts were schemas");
}

fn stored(text: &str) -> Result<ParsedSchema, String> {
    parse(&SchemaSource::avro(text), Strictness::Stored).map_err(|invalid| format!("refused: {invalid} of {text}"))
}

fn same(what: &str, left: &str, right: &str) -> Result<(), String> {
    if left == right { Ok(()) } else { Err(format!("{what}:\n  {left}\n  {right}")) }
}

#[test]
fn a_stored_text_read_back_prints_the_same() {
    for_random_schemas(11, |_, schema| {
        let text = schema.stored_text();
        match has_alias_that_moves(schema) {
            true => Ok(()),
            false => same("printed twice", &text, &stored(&text)?.stored_text()),
        }
    });
}

#[test]
fn normalising_a_normal_form_changes_nothing() {
    for_random_schemas(12, |text, _| {
        let Ok(once) = parse_normalized(&SchemaSource::avro(text), Strictness::Stored) else { return Ok(()) };
        let moves = has_alias_that_moves(&once);
        let once = once.stored_text();
        // A number beyond all doubles is stored as a text, which is none again where a record's default holds it.
        if moves || once.contains("Infinity\"") {
            return Ok(());
        }
        let twice = parse_normalized(&SchemaSource::avro(&once), Strictness::Stored)
            .map_err(|invalid| format!("its normal form cannot be normalised: {invalid}"))?;
        same("normalised twice", &once, &twice.stored_text())
    });
}

#[test]
fn what_is_accepted_as_new_is_accepted_as_stored_and_prints_the_same() {
    for_random_schemas(13, |text, schema| match parse(&SchemaSource::avro(text), Strictness::New) {
        Ok(new) => same("as new and as stored", &new.stored_text(), &schema.stored_text()),
        Err(_) => Ok(()),
    });
}

#[test]
fn blanks_and_comments_between_tokens_do_not_matter() {
    for_random_schemas(14, |_, schema| {
        let text = schema.stored_text();
        if has_alias_that_moves(schema) {
            return Ok(());
        }
        let spaced = spaced_out(&text);
        let read = stored(&spaced)?;
        same("spaced out", &text, &read.stored_text())?;
        if read.is_equivalent_to(schema) || !stored(&text)?.is_equivalent_to(schema) {
            return Ok(());
        }
        Err("no longer equivalent".to_owned())
    });
}

#[test]
fn the_order_of_keys_does_not_make_another_schema() {
    for_random_schemas(15, |_, schema| {
        let text = schema.stored_text();
        // Texts that serde_json does not keep as they are, for their depth or their numbers, are left out.
        let Ok(value) = serde_json::from_str::<Value>(&text) else { return Ok(()) };
        let printed = value.to_string();
        if printed != text {
            return Ok(());
        }
        let (forwards, backwards) = (stored(&text)?, stored(&reversed(value).to_string())?);
        match forwards.is_equivalent_to(&backwards) && backwards.is_equivalent_to(&forwards) {
            true => Ok(()),
            false => Err(format!("not equivalent once reversed: {}", backwards.stored_text())),
        }
    });
}

#[test]
fn documentation_matters_to_equivalence_and_not_to_the_parsing_form() {
    for_random_schemas(16, |_, schema| {
        let text = schema.stored_text();
        let Some(at) = text.find(",\"fields\":[") else { return Ok(()) };
        if text[..at].contains("\"doc\":") {
            return Ok(());
        }
        let with_doc = stored(&format!("{},\"doc\":\"added\"{}", &text[..at], &text[at..]))?;
        let without = stored(&text)?;
        if with_doc.is_equivalent_to(&without) {
            return Err("documentation does not count".to_owned());
        }
        let (ParsedSchema::Avro(with_doc), ParsedSchema::Avro(without)) = (&with_doc, &without);
        same("parsing forms", &parsing_form(with_doc), &parsing_form(without))
    });
}

#[test]
fn equivalence_is_the_same_from_both_sides_and_implies_one_parsing_form() {
    let mut generator = Generator::new(17);
    let mut equivalent = 0;
    for round in 0..ROUNDS {
        let (left, right) = generator.pair();
        let (Ok(left), Ok(right)) = (stored(&left), stored(&right)) else { continue };
        let forwards = left.is_equivalent_to(&right);
        assert_eq!(forwards, right.is_equivalent_to(&left), "seed 17, round {round}: one-sided");
        assert!(left.is_equivalent_to(&left), "seed 17, round {round}: not equivalent to itself");
        if forwards {
            equivalent += 1;
            let (ParsedSchema::Avro(left), ParsedSchema::Avro(right)) = (&left, &right);
            assert_eq!(parsing_form(left), parsing_form(right), "seed 17, round {round}");
        }
    }
    assert!(equivalent > ROUNDS / 50, "only {equivalent} of {ROUNDS} pairs were equivalent");
}

#[test]
fn a_complaint_points_into_its_text() {
    let mut generator = Generator::new(18);
    let mut placed = 0;
    for round in 0..ROUNDS {
        let text = generator.odd_text();
        let Err(invalid) = parse(&SchemaSource::avro(&text), Strictness::New) else { continue };
        let Some(at) = invalid.at else { continue };
        placed += 1;
        let line = text.split('\n').nth(at.line as usize - 1);
        let fits = line.is_some_and(|line| (at.column as usize) <= line.chars().count() + 1);
        assert!(fits && at.column > 0, "seed 18, round {round}: {invalid} at {at} of\n{text}");
    }
    assert!(placed > ROUNDS / 4, "only {placed} complaints had a place");
}

#[test]
fn every_prefix_and_every_damaged_byte_is_answered() {
    let mut generator = Generator::new(19);
    let mut accepted = 0;
    for _ in 0..12 {
        let text = generator.schema_text();
        for (at, _) in text.char_indices() {
            accepted += usize::from(is_accepted(&text[..at]));
            let rest = text[at..].chars().next().map_or("", |char| &text[at + char.len_utf8()..]);
            for other in ["", "\"", "\\", "{", "}", "[", "]", ",", ":", "0", "e", "\u{0}", "é", "n", "-"] {
                accepted += usize::from(is_accepted(&format!("{}{other}{rest}", &text[..at])));
            }
        }
    }
    assert!(accepted > 0, "nothing survives a damaged byte, not even a changed name");
}

/// Whether anything takes the text; what counts is that all answer.
fn is_accepted(text: &str) -> bool {
    let source = SchemaSource::avro(text);
    let answers = [
        parse(&source, Strictness::New).is_ok(),
        parse(&source, Strictness::Stored).is_ok(),
        parse_normalized(&source, Strictness::New).is_ok(),
    ];
    answers.contains(&true)
}

/// Whether a type of a namespace has an alias without one. It prints without a dot, like an alias of the namespace, and
/// is one when read back. The reference does the same.
fn has_alias_that_moves(schema: &ParsedSchema) -> bool {
    let ParsedSchema::Avro(schema) = schema;
    schema
        .node_ids()
        .filter_map(|node| schema.names_of(node))
        .any(|(name, aliases)| !name.namespace().is_empty() && aliases.iter().any(|alias| alias.namespace().is_empty()))
}

/// The same tokens with blanks and comments around every mark.
fn spaced_out(text: &str) -> String {
    let mut out = String::from("\n/* first */ ");
    let mut in_string = false;
    let mut escaped = false;
    for (at, char) in text.char_indices() {
        let is_mark = !in_string && matches!(char, '{' | '}' | '[' | ']' | ',' | ':');
        if is_mark {
            out.push_str([" ", "\t", "\r\n", "/**/", "// \"\n"][at % 5]);
        }
        out.push(char);
        // A comment behind the end would be dangling content.
        if is_mark && at + 1 < text.len() {
            out.push_str(["\n", "/* ] */", " ", "//\r", ""][at % 5]);
        }
        in_string ^= char == '"' && !escaped;
        escaped = in_string && char == '\\' && !escaped;
    }
    out.push_str(" \n\t");
    out
}

/// The same value with the members of every object in reverse.
fn reversed(value: Value) -> Value {
    match value {
        Value::Array(elements) => elements.into_iter().map(reversed).collect(),
        Value::Object(members) => {
            let members: Vec<_> = members.into_iter().map(|(key, value)| (key, reversed(value))).collect();
            Value::Object(members.into_iter().rev().collect())
        }
        other => other,
    }
}
