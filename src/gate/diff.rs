//! `diff`: every change between two schema files, each with its class.

use super::args::DiffArgs;
use super::config::{Configuration, History};
use super::estate::{Before, Candidate, Declared, PreviousVersion, Text};
use super::output;
use super::plain::plain;
use super::render::Colour;
use super::run::resolved;
use super::schema_file;
use super::subject::{self, InForce};
use super::world::{Failure, World};
use crate::compat;
use crate::policy::{Enforcement, Policy, Rules};
use crate::schema::{self, SchemaSource, SchemaType, Strictness};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Writes what changed; that it could be compared is all that counts.
///
/// # Errors
/// A file that cannot be read or is no schema.
pub(super) fn diff(args: &DiffArgs, colour: Colour, world: &mut World<'_>) -> Result<(), Failure> {
    let check = super::args::CheckArgs {
        config: args.config.clone(),
        level: args.level,
        profile: args.profile,
        witness: args.witness,
        ..super::args::CheckArgs::default()
    };
    let configuration = resolved(&check, world)?;
    let (old_file, old) = schema_file::read(&args.old, &configuration)?;
    let (file, new) = schema_file::read(&args.new, &configuration)?;
    require_schema(&old_file, &old)?;
    let before = Before {
        versions: vec![PreviousVersion {
            version: 1,
            id: None,
            text: old,
            file: Some(old_file.clone()),
            declared: Declared::default(),
            properties: BTreeMap::new(),
            rules: None,
        }],
        ..Before::default()
    };
    let candidate = Candidate {
        subject: file.clone(),
        text: Ok(new),
        file,
        number: None,
        declared: Declared::default(),
        reserved: None,
    };
    let mut judged = subject::judge(
        &candidate,
        &before,
        &in_force(&configuration, args.witness, world),
        &mut compat::Scratch::default(),
    );
    if let Some(error) = &judged.report.error {
        let at = error.at.as_ref().map_or(String::new(), |at| format!("{}:{}:{}: ", at.file, at.line, at.column));
        return Err(Failure::incomplete(format!("{at}{}", error.message)));
    }
    if let Some(answer) = &mut judged.report.answer {
        answer.predecessor = None; // two files have no history
    }
    judged.report.compared_with = Some(old_file);
    output::difference(&judged.report, &args.outputs, colour, world)
}

/// What is wrong with the old file is told of it by its name, as of the new one.
fn require_schema(file: &str, text: &Text) -> Result<(), Failure> {
    let source = SchemaSource { schema_type: SchemaType::Avro, text: &text.text, references: &text.references };
    let Err(invalid) = schema::parse(&source, Strictness::Stored) else { return Ok(()) };
    let at = invalid.at.map_or_else(String::new, |at| format!(":{at}"));
    Err(Failure::incomplete(format!("{file}{at}: {}", plain(&invalid.reason))))
}

fn in_force<'a>(configuration: &Configuration, is_shown: bool, world: &World<'_>) -> InForce<'a> {
    InForce {
        level: configuration.level(None, None).value,
        policy: Policy {
            profile: configuration.profile(None).value,
            enforcement: Enforcement::Report,
            rules: configuration.rules(&Rules::default()),
        },
        history: History::All,
        fail_on: None,
        baseline: None,
        exemptions: Cow::Borrowed(&[]),
        today: world.today,
        base: "the old file",
        has_witnesses: is_shown,
    }
}
