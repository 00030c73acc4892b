//! The manifest of a data product: which version it declares and which evolution it promises.
//!
//! `schema_version` and `schema_evolution_policy` stand under `spec.interface` or under `spec`
//! (`change-classification` 8.4 and 11.2). The rest of the file is not ours and is not looked at.

use super::ConfigError;
use super::origin::{Origin, Place, Sourced};
use crate::compat::CompatibilityLevel;
use crate::policy::SchemaVersion;
use yaml_rust2::parser::{Event, Parser};
use yaml_rust2::scanner::TScalarStyle;

/// Largest manifest.
const BYTES_MAX: usize = 1 << 20;

/// Deepest nesting of a manifest.
const DEPTH_MAX: usize = 100;

const VERSION: &str = "schema_version";
const POLICY: &str = "schema_evolution_policy";

/// What a manifest says about its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// `schema_version`
    pub version: Sourced<SchemaVersion>,
    /// `schema_evolution_policy`, where there is one.
    pub level: Option<Sourced<CompatibilityLevel>>,
}

impl Manifest {
    /// Reads the text of the file `name`.
    ///
    /// # Errors
    /// With file and line: a text that is no YAML, too large or too deep; no `schema_version`; a value in both places
    /// that differs, or of another form.
    pub fn read(name: &str, text: &str) -> Result<Self, ConfigError> {
        let found = Finder::new(name).walk(text)?;
        let version = agreed(&found, VERSION)?.ok_or_else(|| {
            ConfigError::new(format!(
                "{name}: declares no version: write `schema_version: \"1.0.0\"` under `spec.interface` or `spec` \
                 (aliases and merge keys are not followed)"
            ))
        })?;
        let read = SchemaVersion::read(&version.value).ok_or_else(|| {
            version.place.error(format!("`{VERSION}: {}` is no version; write it as \"2.1.0\"", version.value))
        })?;
        let level = match agreed(&found, POLICY)? {
            Some(policy) => Some(Sourced::new(level(policy)?, Origin::Manifest(policy.place.clone()))),
            None => None,
        };
        Ok(Self { version: Sourced::of_manifest(read, version.place.clone()), level })
    }
}

/// The level behind a word of `schema_evolution_policy` (`change-classification` 11.2).
fn level(policy: &Found) -> Result<CompatibilityLevel, ConfigError> {
    use CompatibilityLevel as L;
    const WORDS: [(&str, CompatibilityLevel); 7] = [
        ("backward_compatible", L::Backward),
        ("backward_compatible_transitive", L::BackwardTransitive),
        ("forward_compatible", L::Forward),
        ("forward_compatible_transitive", L::ForwardTransitive),
        ("full_compatible", L::Full),
        ("full_compatible_transitive", L::FullTransitive),
        ("none", L::None),
    ];
    let word = &policy.value;
    WORDS.iter().find(|(known, _)| known == word).map(|(_, level)| *level).ok_or_else(|| {
        let nearest = super::nearest(word, WORDS.iter().map(|(known, _)| *known));
        let listed = WORDS.map(|(known, _)| known).join(", ");
        policy.place.error(format!("`{POLICY}: {word}`: did you mean `{nearest}`? It takes {listed}"))
    })
}

/// A value at one of the two places.
struct Found {
    key: &'static str,
    value: String,
    place: Place,
}

/// The value of `key`, if any; the same in both places counts once.
fn agreed<'a>(found: &'a [Found], key: &str) -> Result<Option<&'a Found>, ConfigError> {
    let mut values = found.iter().filter(|found| found.key == key);
    let Some(first) = values.next() else { return Ok(None) };
    match values.find(|other| other.value != first.value) {
        None => Ok(Some(first)),
        Some(other) => Err(other.place.error(format!(
            "`{key}: {}` contradicts `{}` at line {}; leave one of them out",
            other.value, first.value, first.place.line
        ))),
    }
}

/// Walks the events of a text without building a tree: an alias costs nothing because nothing is expanded.
struct Finder<'n> {
    name: &'n str,
    /// What we are inside of, outermost first.
    open: Vec<Open>,
    documents: usize,
    found: Vec<Found>,
}

/// A collection that has begun.
struct Open {
    is_mapping: bool,
    /// Whether it is itself the key of the mapping around it.
    is_key: bool,
    /// In a mapping: the key whose value comes next.
    key: Option<String>,
    /// The line of that key.
    key_line: u32,
}

impl<'n> Finder<'n> {
    fn new(name: &'n str) -> Self {
        Self { name, open: Vec::new(), documents: 0, found: Vec::new() }
    }

    fn walk(mut self, text: &str) -> Result<Vec<Found>, ConfigError> {
        if text.len() > BYTES_MAX {
            return Err(ConfigError::new(format!("{}: a manifest has at most {BYTES_MAX} bytes", self.name)));
        }
        let mut events = Parser::new_from_str(text.strip_prefix('\u{feff}').unwrap_or(text));
        loop {
            let (event, at) = events
                .next_token()
                .map_err(|error| self.place(error.marker().line()).error(format!("is no YAML: {}", error.info())))?;
            let place = self.place(at.line());
            match event {
                Event::StreamEnd => return Ok(self.found),
                Event::DocumentStart => self.documents += 1,
                Event::Scalar(text, style, ..) => self.scalar(text, style, place)?,
                Event::Alias(_) => self.alias(&place)?,
                Event::SequenceStart(..) => self.begin(false, &place)?,
                Event::MappingStart(..) => self.begin(true, &place)?,
                Event::SequenceEnd | Event::MappingEnd => self.end(),
                Event::Nothing | Event::StreamStart | Event::DocumentEnd => {}
            }
            if self.documents > 1 {
                return Err(self
                    .place(at.line())
                    .error("a manifest is one YAML document; a second begins here".to_owned()));
            }
        }
    }

    fn begin(&mut self, is_mapping: bool, place: &Place) -> Result<(), ConfigError> {
        if self.open.len() >= DEPTH_MAX {
            return Err(place.error(format!("is nested deeper than {DEPTH_MAX} levels")));
        }
        if let Some(key) = self.wanted() {
            return Err(place.error(format!("`{key}` is a string")));
        }
        let is_key = self.open.last().is_some_and(|open| open.is_mapping && open.key.is_none());
        self.open.push(Open { is_mapping, is_key, key: None, key_line: 0 });
        Ok(())
    }

    fn end(&mut self) {
        let ended = self.open.pop();
        if ended.is_some_and(|ended| ended.is_key) {
            // A collection as a key is none of ours, but its value comes next.
            self.open.last_mut().expect("a key is in a mapping").key = Some(String::new());
        } else {
            self.value_ends();
        }
    }

    fn scalar(&mut self, text: String, style: TScalarStyle, place: Place) -> Result<(), ConfigError> {
        if let Some(key) = self.wanted() {
            if text.is_empty() || (style == TScalarStyle::Plain && matches!(text.as_str(), "~" | "null")) {
                // Where nothing is written, the parser is already on the next line.
                let line = self.open.last().map_or(place.line, |open| open.key_line);
                return Err(Place { line, ..place }.error(format!("`{key}` has no value")));
            }
            self.found.push(Found { key, value: text, place });
            self.value_ends();
            return Ok(());
        }
        match self.open.last_mut() {
            Some(open) if open.is_mapping && open.key.is_none() => {
                open.key = Some(text);
                open.key_line = place.line;
            }
            _ => self.value_ends(),
        }
        Ok(())
    }

    fn alias(&mut self, place: &Place) -> Result<(), ConfigError> {
        if let Some(key) = self.wanted() {
            return Err(place.error(format!("`{key}` is an alias; write the value here")));
        }
        self.scalar(String::new(), TScalarStyle::Plain, place.clone())
    }

    /// A value is complete: its mapping waits for the next key.
    fn value_ends(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.key = None;
        }
    }

    /// The key of ours whose value comes next.
    fn wanted(&self) -> Option<&'static str> {
        if !(2..=3).contains(&self.open.len()) {
            return None;
        }
        let path: Option<Vec<&str>> = self.open.iter().map(|open| open.key.as_deref()).collect();
        match path?.as_slice() {
            ["spec", key] | ["spec", "interface", key] => [VERSION, POLICY].into_iter().find(|ours| ours == key),
            _ => None,
        }
    }

    fn place(&self, line: usize) -> Place {
        Place { file: self.name.to_owned(), line: u32::try_from(line).unwrap_or(u32::MAX) }
    }
}
