//! `explain` and `rules`: what the rules say, and one finding with its rule.

use super::args::{CheckArgs, RulesArgs};
use super::output::{each, screen};
use super::render::rule::{InForce, document, unknown, write_finding, write_page, write_table};
use super::render::{Colour, Format, json};
use super::run::resolved;
use super::world::{Failure, World};
use crate::evolution::catalogue;
use crate::policy::Rules;
use crate::policy::answer::AnsweredChange;

/// Writes the page of a rule: laid out on a terminal, as Markdown into a pipe.
///
/// # Errors
/// No rule has this id: wrong usage, with the nearest ones.
pub(super) fn rule(id: &str, colour: Colour, world: &mut World<'_>) -> Result<(), Failure> {
    let kind = catalogue::find(id).ok_or_else(|| Failure::usage(unknown(id)))?;
    let screen = screen(colour, world);
    let laid_out = (world.is_terminal || screen.is_coloured).then_some(screen);
    Ok(write_page(world.out, kind, laid_out)?)
}

/// Writes one finding of a check, with what its rule says.
///
/// # Errors
/// Standard output cannot be written.
pub(super) fn finding(
    subject: &str,
    change: &AnsweredChange,
    colour: Colour,
    world: &mut World<'_>,
) -> Result<(), Failure> {
    let screen = screen(colour, world);
    Ok(write_finding(world.out, subject, change, screen)?)
}

/// Writes all rules as they are in force.
///
/// # Errors
/// A configuration that cannot be used, or what cannot be written.
pub(super) fn rules(args: &RulesArgs, colour: Colour, world: &mut World<'_>) -> Result<(), Failure> {
    let check = CheckArgs { config: args.config.clone(), profile: args.profile, ..CheckArgs::default() };
    let configuration = resolved(&check, world)?;
    let rules = configuration.rules(&Rules::default());
    let in_force = InForce { profile: configuration.profile(None).value, rules: &rules };
    each(&args.outputs, colour, world, |out, format, screen| match format {
        Format::Json => json::write_document(out, &document(in_force)),
        _ => write_table(out, in_force, screen),
    })
}
