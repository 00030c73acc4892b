//! One schema file that the user names by itself, with the texts it refers to.
//!
//! Those are looked for among the files beside it and, where they are not all there, among every schema file at hand, as
//! a check finds them; what the configuration lists for the file as `references` comes first.

use super::config::Configuration;
use super::config::paths::tidied;
use super::discover::{everything_at_hand, read_schema_file};
use super::estate::Text;
use super::references::{Definitions, SchemaFile, needs_references};
use super::report::Problem;
use super::world::Failure;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Reads the schema file at `path`: its name, as the user would give it, and its text.
///
/// # Errors
/// It cannot be read, or refers to something that is not found.
pub(super) fn read(path: &Path, configuration: &Configuration) -> Result<(String, Text), Failure> {
    let name = path.display().to_string();
    let at = configuration.current_folder.join(path);
    let text = read_schema_file(&at).map_err(|problem| Failure::incomplete(format!("{name}: {problem}")))?;
    if !needs_references(&text) {
        return Ok((name, Text { text, references: Vec::new() }));
    }
    let file = SchemaFile { file: name.clone(), text: Arc::clone(&text), references: listed(&at, configuration) };
    let beside = neighbours(&at, configuration);
    let references = Definitions::new(beside.clone()).references_of(&file).or_else(|problem| {
        let known: Vec<PathBuf> = beside.iter().map(|file| place(&file.file, configuration)).collect();
        let Ok(at_hand) = everything_at_hand(configuration) else { return Err(problem) };
        let others = at_hand.into_iter().filter(|(name, _)| !known.contains(&place(name, configuration)));
        let others = others.filter(|(name, _)| place(name, configuration) != tidied(&at));
        let others = others.map(|(file, text)| SchemaFile { file, text, references: Vec::new() });
        Definitions::new(beside.into_iter().chain(others).collect()).references_of(&file)
    });
    let references = references.map_err(|problem| Failure::incomplete(placed(&name, &problem)))?;
    Ok((name, Text { text, references }))
}

/// `FILE:LINE:COLUMN: what is wrong`, as far as the place is known.
fn placed(name: &str, problem: &Problem) -> String {
    match &problem.at {
        Some(at) => format!("{}:{}:{}: {}", at.file, at.line, at.column, problem.message),
        None => format!("{name}: {}", problem.message),
    }
}

fn place(name: &str, configuration: &Configuration) -> PathBuf {
    tidied(&configuration.current_folder.join(name))
}

/// The files that the configuration lists as references of the file at `path`, as the user would name them.
fn listed(path: &Path, configuration: &Configuration) -> Vec<String> {
    use super::config::paths::{relative, shown};
    let is_meant = |file: &String| tidied(&configuration.folder.join(file)) == tidied(path);
    let entry = configuration.subjects.iter().find(|entry| entry.file.as_ref().is_some_and(is_meant));
    let references = entry.into_iter().flat_map(|entry| &entry.references);
    let from_here = |file: &str| shown(&relative(&configuration.folder.join(file), &configuration.current_folder));
    references.map(|reference| from_here(&reference.value)).collect()
}

/// The schema files in the folder of the one at `path`, those that are its references included.
fn neighbours(path: &Path, configuration: &Configuration) -> Vec<SchemaFile> {
    use super::config::paths::{relative, shown};
    let entries = path.parent().map(std::fs::read_dir).and_then(Result::ok).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|other| {
        tidied(other) != tidied(path) && other.extension().is_some_and(|extension| extension == "avsc")
    });
    paths.sort();
    let file = |path: &PathBuf| {
        let text = read_schema_file(path).ok()?;
        let file = shown(&relative(&tidied(path), &configuration.current_folder));
        Some(SchemaFile { file, text, references: Vec::new() })
    };
    let of_folder = paths.iter().filter_map(file);
    let of_list = listed(path, configuration);
    let of_list = of_list.iter().filter_map(|name| {
        let text = read_schema_file(&configuration.current_folder.join(name)).ok()?;
        Some(SchemaFile { file: name.clone(), text, references: Vec::new() })
    });
    of_list.chain(of_folder).collect()
}
