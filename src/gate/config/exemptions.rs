//! The exemption file (`change-classification` 8.3, `command-line` 6): reading it, and adding to it.

use super::origin::Place;
use super::reader::{Entry, Reader};
use super::{ConfigError, FILE_BYTES_MAX, nearest, read_text, subject_name};
use crate::evolution::catalogue;
use crate::policy::Exemption;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

/// An `[[exemption]]` with the place where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenExemption {
    /// What it says.
    pub exemption: Exemption,
    /// Where.
    pub place: Place,
}

const KEYS: [&str; 7] = ["fingerprint", "subject", "change", "path", "reason", "approved-by", "expires"];

/// Opens a file that did not exist before.
const OPENING: &str = "\
# Exemptions from the rules of `sluicegate check`. Each holds for one change between two schemas, until its day.
";

/// Reads the exemption file at `path`, which is called `name` in messages; a file that does not exist has none.
///
/// # Errors
/// With file and line: an unknown or missing key, a value of another form, the same fingerprint twice.
pub fn read_exemptions(path: &Path, name: &str) -> Result<Vec<WrittenExemption>, ConfigError> {
    match text_of(path, name)? {
        Some(text) => read(name, &text),
        None => Ok(Vec::new()),
    }
}

/// Adds an exemption to the file at `path` and leaves what stands there as it is; makes the file where there is none.
///
/// # Errors
/// The file is not right as it is, exempts this fingerprint already, or cannot be written.
pub fn add_exemption(path: &Path, name: &str, added: &Exemption) -> Result<(), ConfigError> {
    let text = text_of(path, name)?.unwrap_or_else(|| OPENING.to_owned());
    let there = read(name, &text)?;
    if let Some(there) = there.iter().find(|there| there.exemption.fingerprint == added.fingerprint) {
        let Exemption { fingerprint, expires, .. } = &there.exemption;
        return Err(there
            .place
            .error(format!("{fingerprint} is exempted here already, until {expires}; change that entry")));
    }
    let longer = with(&text, added);
    if read(name, &longer).is_err() {
        return Err(ConfigError::new(format!("{name}: write its entries as [[exemption]], or nothing can be added")));
    }
    replace(path, &longer).map_err(|error| ConfigError::new(format!("{name}: cannot be written: {error}")))
}

/// The text of an exemption file.
pub(super) fn read(name: &str, text: &str) -> Result<Vec<WrittenExemption>, ConfigError> {
    let reader = Reader::new(name, text, false);
    let document = reader.parse()?;
    let mut exemptions: Vec<WrittenExemption> = Vec::new();
    for list in reader.entries(&document, &["exemption"])? {
        for item in reader.items(&list, "a list of tables: write [[exemption]]")? {
            exemptions.push(exemption(&reader, &item)?);
        }
    }
    let mut first_lines = HashMap::new();
    for WrittenExemption { exemption, place } in &exemptions {
        if let Some(first) = first_lines.insert(&exemption.fingerprint, place.line) {
            return Err(place.error(format!("{} is exempted at line {first} already", exemption.fingerprint)));
        }
    }
    Ok(exemptions)
}

fn exemption<'t>(reader: &Reader<'t>, item: &Entry<'_, 't>) -> Result<WrittenExemption, ConfigError> {
    let entries = reader.entries(item.table()?, &KEYS)?;
    let entry = |key: &str| {
        let found = entries.iter().find(|entry| entry.key == key);
        found.ok_or_else(|| item.place.error(format!("this exemption has no `{key}`")))
    };
    let text = |key: &str| entry(key).and_then(Entry::string).map(str::to_owned);
    let fingerprint = text("fingerprint")?.to_ascii_lowercase();
    if fingerprint.len() != 16 || !fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(entry("fingerprint")?.place.error("`fingerprint` is 16 hex digits".to_owned()));
    }
    let subject = subject_name(&text("subject")?).map_err(|problem| item.place.error(problem))?;
    let change = text("change")?;
    if catalogue::find(&change).is_none() {
        let nearest = nearest(&change, catalogue::ALL.iter().map(|kind| kind.id));
        let problem = format!("unknown change id `{change}`: did you mean `{nearest}`?");
        return Err(entry("change")?.place.error(problem));
    }
    let exemption = Exemption {
        fingerprint,
        subject,
        change,
        path: text("path")?,
        reason: text("reason")?,
        approved_by: text("approved-by")?,
        expires: entry("expires")?.day()?,
    };
    Ok(WrittenExemption { exemption, place: item.place.clone() })
}

/// The text with one entry more, in the line ends the text has.
fn with(text: &str, added: &Exemption) -> String {
    let mut entry = String::from("\n[[exemption]]\n");
    let expires = added.expires.to_string();
    for (key, value) in KEYS.iter().zip([
        &added.fingerprint,
        &added.subject,
        &added.change,
        &added.path,
        &added.reason,
        &added.approved_by,
        &expires,
    ]) {
        writeln!(entry, "{key} = {}", toml_string(value)).expect("a String takes everything");
    }
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let gap = if text.is_empty() || text.ends_with('\n') { "" } else { line_end };
    format!("{text}{gap}{}", entry.replace('\n', line_end))
}

/// A string as TOML writes it, on one line.
pub(in crate::gate) fn toml_string(text: &str) -> String {
    let mut written = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            control if control.is_control() => {
                write!(written, "\\u{:04X}", u32::from(control)).expect("a String takes everything");
            }
            other => written.push(other),
        }
    }
    written.push('"');
    written
}

fn text_of(path: &Path, name: &str) -> Result<Option<String>, ConfigError> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        _ => {}
    }
    read_text(path).map(Some).map_err(|problem| ConfigError::new(format!("{name}: {problem}")))
}

/// Puts the text in place of the file at once: a reader sees the old one or the new one.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    if text.len() as u64 > FILE_BYTES_MAX {
        return Err(io::Error::other(format!("it would be larger than {FILE_BYTES_MAX} bytes")));
    }
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()); // a link stays a link
    let mut beside = target.clone().into_os_string();
    beside.push(format!(".{}.new", std::process::id()));
    fs::write(&beside, text)?;
    fs::rename(&beside, &target).inspect_err(|_| drop(fs::remove_file(&beside)))
}
