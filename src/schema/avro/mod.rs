//! Avro schemas: parsed, printed and compared for sameness, as Avro Java 1.12.1 does it under Confluent 8.3.1.
//!
//! Our own from the first byte: the `apache-avro` crate refuses schemas that Java accepts and loses attributes.

mod builder;
mod canonical;
mod defaults;
mod equality;
mod failure;
mod field;
mod fingerprint;
pub mod json;
mod kind;
pub(crate) mod letters;
mod logical;
mod lookup;
mod mentions;
pub mod model;
mod names;
mod normal_values;
mod normalize;
mod parse;
mod resolve;
mod spans;
mod stored_names;
mod symbols;
mod tag_places;
mod tags;
mod type_name;
mod unions;

pub use canonical::{resolved_text, stored_text, text_of};
pub use equality::{equivalent, same_json};
pub use fingerprint::{crc64, md5, parsing_form, sha256};
pub use mentions::{Definition, Mentions, Need, definition_text, mentions};
pub use model::AvroSchema;
pub use spans::SourceSpans;
pub use tags::{retagged, tagged_entities};

use super::{InvalidSchema, SchemaSource, Strictness};
use builder::Builder;
use failure::{Failure, Parsed};
use model::NodeId;
use spans::Places;

/// Parses an Avro schema; see [`super::parse`].
pub(super) fn parse(source: &SchemaSource<'_>, strictness: Strictness) -> Result<AvroSchema, InvalidSchema> {
    parse_either(source, strictness, false).map(|(schema, _)| schema).map_err(|failure| failure.in_text(source.text))
}

/// Steps that judging defaults and binding names may take in an easy parse: about 0.1 ms.
const EASY_STEPS_MAX: u32 = 3_000;

/// Parses an Avro schema unless that takes long; see [`super::parse_easily`].
pub(super) fn parse_easily(source: &SchemaSource<'_>, strictness: Strictness) -> Option<AvroSchema> {
    let mut build = Builder::new(strictness);
    build.steps_left = Some(EASY_STEPS_MAX.into());
    parse_into(build, source, false).ok().map(|(schema, _)| schema)
}

/// Parses an Avro schema and says where in the text its parts stand; see [`super::parse`].
///
/// # Errors
/// As [`super::parse`].
pub fn parse_with_spans(
    source: &SchemaSource<'_>,
    strictness: Strictness,
) -> Result<(AvroSchema, SourceSpans), InvalidSchema> {
    let (schema, places) = parse_either(source, strictness, true).map_err(|failure| failure.in_text(source.text))?;
    Ok((schema, places.unwrap_or_default().in_text(source.text)))
}

/// Parses and normalises; see [`super::parse_normalized`].
pub(super) fn parse_normalized(source: &SchemaSource<'_>, strictness: Strictness) -> Result<AvroSchema, InvalidSchema> {
    let invalid = |failure: Box<Failure>| failure.in_text(source.text);
    match (parse_as(source, strictness, false), strictness) {
        (Ok((schema, _)), _) => normalized(source, &schema, strictness),
        (Err(failure), Strictness::Stored) => Err(invalid(failure)),
        // A text that is no new schema is tried as a stored one, whose failure is shown before the first.
        (Err(failure), Strictness::New) => {
            let (schema, _) = parse_as(source, Strictness::Stored, false).map_err(invalid)?;
            normalized(source, &schema, Strictness::Stored)?;
            Err(invalid(failure))
        }
    }
}

fn normalized(
    source: &SchemaSource<'_>,
    schema: &AvroSchema,
    strictness: Strictness,
) -> Result<AvroSchema, InvalidSchema> {
    let invalid = |reason| InvalidSchema { reason, at: None, in_normal_form: true };
    let text = normalize::text(schema).map_err(invalid)?;
    let built = SchemaSource { text: &text, ..*source };
    parse_as(&built, strictness, false).map(|(schema, _)| schema).map_err(|failure| invalid(failure.reason))
}

/// Under [`Strictness::New`] the failure shown is that of a second attempt as a stored text, if that fails too.
fn parse_either(
    source: &SchemaSource<'_>,
    strictness: Strictness,
    with_places: bool,
) -> Parsed<(AvroSchema, Option<Places>)> {
    parse_as(source, strictness, with_places).map_err(|first| match strictness {
        Strictness::Stored => first,
        Strictness::New => match parse_as(source, Strictness::Stored, false) {
            // The same complaint may know its place only the first time.
            Err(second) if second.reason != first.reason => second,
            _ => first,
        },
    })
}

fn parse_as(
    source: &SchemaSource<'_>,
    strictness: Strictness,
    with_places: bool,
) -> Parsed<(AvroSchema, Option<Places>)> {
    parse_into(Builder::new(strictness), source, with_places)
}

fn parse_into(
    mut build: Builder,
    source: &SchemaSource<'_>,
    with_places: bool,
) -> Parsed<(AvroSchema, Option<Places>)> {
    let mut known = Vec::new();
    for reference in source.references {
        // The place is in another text than the one the caller sees.
        let root = read_text(&mut build, &reference.text).map_err(|failure| Failure::nowhere(failure.reason))?;
        known.push(root);
    }
    build.places = with_places.then(Box::default);
    let root = read_text(&mut build, source.text)?;
    if build.strictness == Strictness::Stored {
        stored_names::check(&build, root)?;
    }
    build.model.root = root;
    // What an unnamed referenced type is called may be the name of a type.
    let known = known
        .into_iter()
        .filter_map(|root| build.model.first_of(root).or_else(|| build.definition(build.branch_name(root))));
    build.model.known = known.collect();
    build.model.index();
    build.may_print_deeper |= !source.references.is_empty();
    if build.may_print_deeper {
        check_printed_depth(&build.model)?;
    }
    Ok((build.model, build.places.map(|places| *places)))
}

/// Reads one text with nothing but blanks behind it, and binds its names.
fn read_text(build: &mut Builder, text: &str) -> Parsed<NodeId> {
    let (tape, end) = json::read(text)?;
    let Some(root) = tape.root() else { return Err(Failure::nowhere("Cannot parse <null> schema".to_owned())) };
    build.defined_before = build.defined.len();
    let root = parse::Parser { tape: &tape, build }.type_at(root, "")?;
    let root = resolve::bind(build, root)?;
    let rest = text[end..].trim_matches(|char: char| char <= ' ');
    if rest.is_empty() {
        return Ok(root);
    }
    let at = text.len() - text[end..].trim_start_matches(|char: char| char <= ' ').len();
    Err(Failure::at(at, format!("dangling content after end of schema: {rest}")))
}

/// Refuses a schema whose stored text could not be read back. The reference's stack overflows there.
fn check_printed_depth(schema: &AvroSchema) -> Parsed<()> {
    let depth = canonical::stored_depth(schema);
    if depth <= json::NESTING_MAX {
        return Ok(());
    }
    Err(Failure::nowhere(format!(
        "Schema nests {depth} levels deep when each type is written out where it is first used; the maximum is {}",
        json::NESTING_MAX
    )))
}
