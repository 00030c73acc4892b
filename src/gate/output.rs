//! Where a report goes: each form asked for, to standard output or a file, and the one that the surroundings read.

use super::config::Output;
use super::discover::repository_root;
use super::preflight::PreflightReport;
use super::records::RecordsReport;
use super::render::ground::Ground;
use super::render::{
    Colour, Format, Screen, github, gitlab, json, junit, markdown, native_format, preflight, records, sarif, text,
};
use super::report::{Report, SubjectReport};
use super::world::{Failure, World};
use clap::ArgMatches;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Columns where nobody knows how wide the reader's screen is.
const COLUMNS: usize = 80;

/// What `--color` says; `auto` where the command stands alone without it.
pub(super) fn colour(chosen: &ArgMatches) -> Colour {
    match chosen.try_get_one::<String>("color").ok().flatten().map(String::as_str) {
        Some("always") => Colour::Always,
        Some("never") => Colour::Never,
        _ => Colour::Auto,
    }
}

/// The screen that standard output is.
pub(super) fn screen(colour: Colour, world: &World<'_>) -> Screen {
    Screen {
        is_coloured: colour.applies(world.is_terminal, world.variable),
        columns: world.width.filter(|_| world.is_terminal).unwrap_or(COLUMNS),
    }
}

/// Writes a report in every form asked for; text where none is. On a known continuous integration its own form comes
/// on top, and where a program reads standard output, on standard error.
///
/// # Errors
/// A file that cannot be written, or standard output.
pub(super) fn report(
    report: &Report,
    outputs: &[Output],
    colour: Colour,
    world: &mut World<'_>,
) -> Result<(), Failure> {
    let ground = ground(world);
    let write = |out: &mut dyn Write, format, screen| write(out, format, report, screen, &ground);
    deliver(outputs, colour, world, &write, &|room| markdown::table(report, room))
}

/// Writes what checking records found, likewise.
///
/// # Errors
/// As [`report`].
pub(super) fn records(
    report: &RecordsReport,
    outputs: &[Output],
    colour: Colour,
    world: &mut World<'_>,
) -> Result<(), Failure> {
    let ground = ground(world);
    let write = |out: &mut dyn Write, format, screen| records::write(out, format, report, screen, &ground);
    deliver(outputs, colour, world, &write, &|room| records::table(report, room))
}

/// Writes what a preflight found; text where no form is asked for.
///
/// # Errors
/// As [`report`].
pub(super) fn preflight(
    report: &PreflightReport,
    outputs: &[Output],
    colour: Colour,
    world: &mut World<'_>,
) -> Result<(), Failure> {
    each(outputs, colour, world, |out, format, screen| preflight::write(out, format, report, screen))
}

/// Writes one form.
type WriteForm<'a> = &'a dyn Fn(&mut dyn Write, Format, Screen) -> io::Result<()>;

/// Writes every form asked for and the one that the surroundings read; `table` makes the summary in so many bytes.
fn deliver(
    outputs: &[Output],
    colour: Colour,
    world: &mut World<'_>,
    write: WriteForm<'_>,
    table: &dyn Fn(usize) -> String,
) -> Result<(), Failure> {
    each(outputs, colour, world, write)?;
    let native = native_format(world.variable);
    let is_asked_for = |format| outputs.iter().any(|output| output.format == format);
    if let Some(format) = native.filter(|format| !is_asked_for(*format)) {
        let is_read_by_program = outputs.iter().any(|o| o.file.is_none() && o.format.is_for_programs());
        let out: &mut dyn Write = if is_read_by_program { world.err } else { world.out };
        write(out, format, Screen { is_coloured: false, columns: COLUMNS })?;
    }
    if (native == Some(Format::Github) || is_asked_for(Format::Github))
        && let Some(file) = (world.variable)("GITHUB_STEP_SUMMARY").filter(|file| !file.is_empty())
    {
        github::append_table(Path::new(&file), table)
            .map_err(|error| Failure::incomplete(format!("{file}: the step summary cannot be written: {error}")))?;
    }
    Ok(())
}

/// Hands every form asked for (text where none is) to `write`, with the screen it is for, and puts what comes out onto
/// standard output or into its file.
///
/// # Errors
/// A file that cannot be written, or standard output.
pub(super) fn each(
    outputs: &[Output],
    colour: Colour,
    world: &mut World<'_>,
    write: impl Fn(&mut dyn Write, Format, Screen) -> io::Result<()>,
) -> Result<(), Failure> {
    let only_text = [Output { format: Format::Text, file: None }];
    let outputs = if outputs.is_empty() { &only_text } else { outputs };
    for output in outputs {
        match &output.file {
            None => {
                let screen = screen(colour, world);
                write(world.out, output.format, screen)?;
            }
            Some(file) => {
                let mut bytes = Vec::new();
                let screen = Screen { is_coloured: colour == Colour::Always, columns: COLUMNS };
                write(&mut bytes, output.format, screen)?;
                put(&world.current_folder.join(file), file, &bytes)?;
            }
        }
    }
    Ok(())
}

fn write(out: &mut dyn Write, format: Format, report: &Report, screen: Screen, ground: &Ground) -> io::Result<()> {
    match format {
        Format::Text => text::write(out, report, screen),
        Format::Json => json::write(out, report),
        Format::Ndjson => json::write_lines(out, report),
        Format::Sarif => sarif::write(out, report, ground),
        Format::Junit => junit::write(out, report, ground),
        Format::Github => github::write(out, report, ground),
        Format::Gitlab => gitlab::write(out, report, ground),
        Format::Markdown => out.write_all(markdown::comment(report).as_bytes()),
    }
}

/// Writes what `diff` found; text where no form is asked for.
///
/// # Errors
/// As [`report`].
pub(super) fn difference(
    subject: &SubjectReport,
    outputs: &[Output],
    colour: Colour,
    world: &mut World<'_>,
) -> Result<(), Failure> {
    each(outputs, colour, world, |out, format, screen| match (format, subject.answer_document()) {
        (Format::Json, Some(document)) => json::write_document(out, &document),
        _ => text::difference(out, subject, screen),
    })
}

/// Writes a file of the user's, called `name` in messages.
///
/// # Errors
/// It cannot be written.
pub(super) fn put(path: &Path, name: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes)
        .map_err(|error| Failure::incomplete(format!("{}: cannot be written: {error}", name.display())))
}

/// The root of the checkout as a continuous integration names it, else that of the repository around the user.
fn ground(world: &World<'_>) -> Ground {
    let named = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"].into_iter().filter_map(world.variable);
    let root = named.map(PathBuf::from).find(|root| world.current_folder.starts_with(root));
    let root = root.or_else(|| repository_root(&world.current_folder).map(Path::to_path_buf));
    Ground { current_folder: world.current_folder.clone(), root }
}
