//! Reads TOML strictly: every key is known, every value has its type, and whatever is wrong names file and line.

use super::origin::Place;
use super::{ConfigError, nearest};
use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A file that is being read.
pub(in crate::gate) struct Reader<'t> {
    /// The file, as the user would name it.
    name: String,
    text: &'t str,
    /// Where each line begins.
    line_starts: Vec<usize>,
    /// Whether unknown keys are passed over: in the past of a repository they are nobody's mistake any more.
    is_lenient: bool,
    /// The keys of every table, to say of a misplaced one where it belongs.
    tables: &'static [(&'static str, &'static [&'static str])],
}

/// A value with its key and place.
pub(in crate::gate) struct Entry<'a, 't> {
    pub(in crate::gate) key: &'a str,
    pub(in crate::gate) value: &'a DeValue<'t>,
    pub(in crate::gate) place: Place,
}

impl<'t> Reader<'t> {
    pub(in crate::gate) fn new(name: &str, text: &'t str, is_lenient: bool) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let line_starts = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1).collect();
        Self { name: name.to_owned(), text, line_starts, is_lenient, tables: &[] }
    }

    /// Tells of a misplaced key which of these tables it belongs to.
    pub(in crate::gate) fn with_tables(self, tables: &'static [(&'static str, &'static [&'static str])]) -> Self {
        Self { tables, ..self }
    }

    pub(in crate::gate) fn name(&self) -> &str {
        &self.name
    }

    pub(in crate::gate) fn parse(&self) -> Result<DeTable<'t>, ConfigError> {
        let document = DeTable::parse(self.text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            ConfigError::new(format!("{}: {}", self.place(at), error.message().trim().replace('\n', ", ")))
        })?;
        Ok(document.into_inner())
    }

    pub(in crate::gate) fn place(&self, at: usize) -> Place {
        let line = self.line_starts.partition_point(|start| *start <= at) + 1;
        Place { file: self.name.clone(), line: u32::try_from(line).unwrap_or(u32::MAX) }
    }

    /// The known entries of a table, in the order of the file.
    ///
    /// # Errors
    /// An unknown key, with the nearest known one.
    pub(in crate::gate) fn entries<'a>(
        &self,
        table: &'a DeTable<'t>,
        known: &[&'static str],
    ) -> Result<Vec<Entry<'a, 't>>, ConfigError> {
        let mut entries = self.all_entries(table);
        if let Some(unknown) = entries.iter().find(|entry| !known.contains(&entry.key))
            && !self.is_lenient
        {
            let key = unknown.key;
            let meant = match self.tables.iter().find(|(_, keys)| keys.contains(&key)) {
                Some((table, _)) => format!("`{key}` under {table}"),
                None => format!("`{}`", nearest(key, known.iter().copied())),
            };
            return Err(unknown.place.error(format!("unknown key `{key}`: did you mean {meant}?")));
        }
        entries.retain(|entry| known.contains(&entry.key));
        Ok(entries)
    }

    /// Every entry of a table, in the order of the file.
    pub(in crate::gate) fn all_entries<'a>(&self, table: &'a DeTable<'t>) -> Vec<Entry<'a, 't>> {
        let mut by_place: Vec<_> = table.iter().collect();
        by_place.sort_by_key(|(key, _)| key.span().start);
        let entry = |(key, value): (&'a Spanned<_>, &'a Spanned<DeValue<'t>>)| Entry {
            key: AsRef::<str>::as_ref(key.get_ref()),
            value: value.get_ref(),
            place: self.place(key.span().start),
        };
        by_place.into_iter().map(entry).collect()
    }

    /// The items of an array, each with its place.
    pub(in crate::gate) fn items<'a>(
        &self,
        entry: &Entry<'a, 't>,
        wanted: &str,
    ) -> Result<Vec<Entry<'a, 't>>, ConfigError> {
        let DeValue::Array(items) = entry.value else { return Err(entry.mistyped(wanted)) };
        let item = |item: &'a Spanned<DeValue<'t>>| Entry {
            key: entry.key,
            value: item.get_ref(),
            place: self.place(item.span().start),
        };
        Ok(items.iter().map(item).collect())
    }
}

impl<'a, 't> Entry<'a, 't> {
    pub(in crate::gate) fn table(&self) -> Result<&'a DeTable<'t>, ConfigError> {
        match self.value {
            DeValue::Table(table) => Ok(table),
            _ => Err(self.mistyped("a table")),
        }
    }

    pub(in crate::gate) fn string(&self) -> Result<&'a str, ConfigError> {
        match self.value {
            DeValue::String(text) if text.trim().is_empty() => {
                Err(self.place.error(format!("`{}` is empty", self.key)))
            }
            DeValue::String(text) => Ok(text),
            _ => Err(self.mistyped("a string")),
        }
    }

    /// A whole number from 0 to 2^31 - 1.
    pub(in crate::gate) fn number(&self) -> Result<u32, ConfigError> {
        let DeValue::Integer(number) = self.value else { return Err(self.mistyped("a whole number")) };
        let read = i64::from_str_radix(number.as_str(), number.radix()).ok();
        let read = read.and_then(|number| u32::try_from(number).ok()).filter(|number| *number <= i32::MAX as u32);
        read.ok_or_else(|| self.place.error(format!("`{}` is a whole number from 0 to {}", self.key, i32::MAX)))
    }

    /// One of several words.
    pub(in crate::gate) fn word<T: Copy>(
        &self,
        known: &[T],
        spelling: fn(T) -> &'static str,
    ) -> Result<T, ConfigError> {
        let text = self.string()?;
        let found = known.iter().find(|word| spelling(**word) == text).copied();
        found.ok_or_else(|| {
            let listed: Vec<&str> = known.iter().map(|word| spelling(*word)).collect();
            let nearest = nearest(text, listed.iter().copied());
            let listed = listed.join(", ");
            self.place.error(format!("`{} = \"{text}\"`: did you mean `{nearest}`? It takes {listed}", self.key))
        })
    }

    /// A calendar day, as a string or as TOML's own date.
    pub(in crate::gate) fn day(&self) -> Result<Date, ConfigError> {
        let text = match self.value {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(date) => date.to_string(),
            _ => return Err(self.mistyped("a date such as \"2030-06-30\"")),
        };
        calendar_day(&text).map_err(|problem| self.place.error(format!("`{}`: {problem}", self.key)))
    }

    pub(in crate::gate) fn mistyped(&self, wanted: &str) -> ConfigError {
        self.place.error(format!("`{}` is {wanted}, not {}", self.key, described(self.value)))
    }
}

/// Reads `YYYY-MM-DD` and nothing else.
///
/// # Errors
/// A sentence that shows the form.
pub fn calendar_day(text: &str) -> Result<Date, String> {
    let has_form = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let date = if has_form { text.parse().ok() } else { None };
    date.ok_or_else(|| format!("`{text}` is no day; write it as YYYY-MM-DD, for instance 2030-06-30"))
}

fn described(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
