//! What the configuration file says: the keys under `[serve]`, each with its place.

use super::{SETTINGS, SettingsError, nearest, start_error};
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// Top-level keys of the configuration file; all but `version` and `serve` are kept free for commands to come.
const SECTIONS: [&str; 5] = ["version", "check", "policy", "subject", "serve"];

/// A value of the configuration file: the setting's name, the value's parts, and where they stand.
pub(super) type FileValue = (String, Vec<String>, String);

/// What stands under `[serve]`.
pub(super) fn values_of_file(path: &Path, text: &str) -> Result<Vec<FileValue>, SettingsError> {
    let place = |at: usize| format!("{} line {}", path.display(), text[..at.min(text.len())].matches('\n').count() + 1);
    let document = DeTable::parse(text).map_err(|error| {
        start_error(format!("{}: {}", place(error.span().map_or(0, |span| span.start)), error.message()))
    })?;
    for (key, value) in document.get_ref() {
        let place = place(key.span().start);
        if !SECTIONS.contains(&key.get_ref().as_ref()) {
            return Err(unknown_key(&place, key.get_ref(), SECTIONS));
        }
        if key.get_ref() == "version" && scalar(value.get_ref()).as_deref() != Some("1") {
            return Err(start_error(format!("{place}: this program reads files of `version = 1`")));
        }
    }
    let Some((_, section)) = document.get_ref().iter().find(|(key, _)| key.get_ref() == "serve") else {
        return Ok(Vec::new());
    };
    let DeValue::Table(section_table) = section.get_ref() else {
        return Err(start_error(format!("{}: `serve` is a table: write [serve]", place(section.span().start))));
    };
    let mut values = Vec::new();
    for (key, value) in section_table {
        let place = place(key.span().start);
        let Some(setting) = SETTINGS.iter().find(|setting| setting.name == key.get_ref()) else {
            return Err(unknown_key(&place, key.get_ref(), SETTINGS.iter().map(|setting| setting.name)));
        };
        let parts = match value.get_ref() {
            DeValue::Array(items) if setting.is_list => items.iter().map(|item| scalar(item.get_ref())).collect(),
            DeValue::Boolean(_) if setting.value != "true|false" => None,
            other => scalar(other).map(|part| vec![part]),
        };
        let origin = format!("{place}, `{}`", setting.name);
        let Some(parts) = parts.filter(|parts: &Vec<String>| !parts.is_empty()) else {
            return Err(start_error(format!("{origin}: takes {}", setting.value)));
        };
        values.push((setting.name.to_owned(), parts, origin));
    }
    Ok(values)
}

/// A single value as a flag would spell it.
fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Boolean(truth) => Some(truth.to_string()),
        _ => None,
    }
}

fn unknown_key<'a>(place: &str, key: &str, known: impl IntoIterator<Item = &'a str>) -> SettingsError {
    start_error(format!("{place}: unknown key `{key}`: did you mean `{}`?", nearest(key, known)))
}
