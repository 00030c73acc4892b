//! Reads `compat-cases/`: what a change means, one file per case (its `README.md` is the format).
//!
//! Names nothing of the suite and nothing of the engine, so that benches can include it by path.

use serde_json::{Map, Value};
use std::fs;
use std::path::{Path, PathBuf};

/// An old and a new schema.
pub(crate) struct Pair {
    /// Below `compat-cases/`.
    pub(crate) file: String,
    pub(crate) id: String,
    pub(crate) near_miss_of: Vec<String>,
    pub(crate) old: String,
    pub(crate) new: String,
    pub(crate) expect: Expectation,
}

/// The answer to a pair.
pub(crate) struct Expectation {
    pub(crate) backward: bool,
    pub(crate) forward: bool,
    pub(crate) backward_incompatibilities: Vec<Incompatibility>,
    pub(crate) forward_incompatibilities: Vec<Incompatibility>,
    pub(crate) class: String,
    pub(crate) bump: String,
    pub(crate) warnings: Vec<String>,
    pub(crate) changes: Vec<ExpectedChange>,
}

/// One finding of Avro Java.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Incompatibility {
    pub(crate) kind: String,
    pub(crate) location: String,
    pub(crate) message: String,
}

/// One change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ExpectedChange {
    pub(crate) id: String,
    pub(crate) path: String,
    pub(crate) detail: Option<String>,
    pub(crate) class: String,
    pub(crate) bump: String,
}

/// More than two versions of a schema.
pub(crate) struct History {
    /// Below `compat-cases/`.
    pub(crate) file: String,
    pub(crate) id: String,
    /// Oldest first.
    pub(crate) versions: Vec<String>,
    /// Levels, and whether each accepts the last version after the others.
    pub(crate) registering_last_version: Vec<(String, bool)>,
    pub(crate) last_change: Vec<String>,
    pub(crate) last_class: String,
}

/// The folder of cases.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("compat-cases")
}

/// Every pair, by file name.
pub(crate) fn pairs() -> Vec<Pair> {
    all(pair, |file| !file.starts_with("avro/histories/"))
}

/// Every history, by file name.
pub(crate) fn histories() -> Vec<History> {
    all(history, |file| file.starts_with("avro/histories/"))
}

fn all<T>(read: fn(&mut Members) -> Result<T, String>, wanted: fn(&str) -> bool) -> Vec<T> {
    let mut wrong = Vec::new();
    let mut found = Vec::new();
    for file in files().iter().filter(|file| wanted(file)) {
        match case(file, read) {
            Ok(case) => found.push(case),
            Err(reason) => wrong.push(format!("{file}: {reason}")),
        }
    }
    assert!(wrong.is_empty(), "{} cases cannot be read:\n{}", wrong.len(), wrong.join("\n"));
    assert!(!found.is_empty(), "no cases in {}", folder().display());
    found
}

/// Names of the files of Avro cases below `compat-cases/`, sorted.
fn files() -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![folder().join("avro")];
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(&at).expect("a folder of cases").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|extension| extension == "json") {
                let name = entry.strip_prefix(folder()).expect("below the folder of cases");
                files.push(name.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    files.sort();
    files
}

fn case<T>(file: &str, read: fn(&mut Members) -> Result<T, String>) -> Result<T, String> {
    let text = fs::read_to_string(folder().join(file)).map_err(|error| error.to_string())?;
    read_case(file, &text, read)
}

fn read_case<T>(file: &str, text: &str, read: fn(&mut Members) -> Result<T, String>) -> Result<T, String> {
    let members = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut members = Members { file: file.to_owned(), members };
    let case = read(&mut members)?;
    members.end()?;
    Ok(case)
}

fn pair(members: &mut Members) -> Result<Pair, String> {
    members.sentences()?;
    let near_miss_of =
        if members.members.contains_key("near_miss_of") { members.texts("near_miss_of")? } else { Vec::new() };
    Ok(Pair {
        file: members.file.clone(),
        id: members.text("id")?,
        near_miss_of,
        old: members.schema("old")?,
        new: members.schema("new")?,
        expect: members.object("expect", expectation)?,
    })
}

fn history(members: &mut Members) -> Result<History, String> {
    members.sentences()?;
    let (file, id) = (members.file.clone(), members.text("id")?);
    let versions = members.list("versions", |value| Ok(value.to_string()))?;
    let expect = |members: &mut Members| {
        let levels = members.object("registering_last_version", |levels| {
            let flag = |(level, value): (String, Value)| Some((level, value.as_bool()?));
            std::mem::take(&mut levels.members).into_iter().map(flag).collect::<Option<_>>().ok_or("no flag".to_owned())
        })?;
        Ok((levels, members.texts("last_change")?, members.text("last_class")?))
    };
    let (registering_last_version, last_change, last_class) = members.object("expect", expect)?;
    Ok(History { file, id, versions, registering_last_version, last_change, last_class })
}

fn expectation(members: &mut Members) -> Result<Expectation, String> {
    Ok(Expectation {
        backward: members.flag("backward")?,
        forward: members.flag("forward")?,
        backward_incompatibilities: members.objects("backward_incompatibilities", incompatibility)?,
        forward_incompatibilities: members.objects("forward_incompatibilities", incompatibility)?,
        class: members.text("class")?,
        bump: members.text("bump")?,
        warnings: members.texts("warnings")?,
        changes: members.objects("changes", change)?,
    })
}

fn incompatibility(members: &mut Members) -> Result<Incompatibility, String> {
    let (kind, location, message) = (members.text("type")?, members.text("location")?, members.text("message")?);
    Ok(Incompatibility { kind, location, message })
}

fn change(members: &mut Members) -> Result<ExpectedChange, String> {
    let detail = members.members.contains_key("detail").then(|| members.text("detail")).transpose()?;
    let (id, path) = (members.text("id")?, members.text("path")?);
    Ok(ExpectedChange { id, path, detail, class: members.text("class")?, bump: members.text("bump")? })
}

/// The members of an object that nobody has asked for yet.
struct Members {
    file: String,
    members: Map<String, Value>,
}

impl Members {
    fn take(&mut self, key: &str) -> Result<Value, String> {
        self.members.shift_remove(key).ok_or_else(|| format!("`{key}` is missing"))
    }

    fn end(&self) -> Result<(), String> {
        match self.members.keys().next() {
            Some(key) => Err(format!("`{key}` is no field of this")),
            None => Ok(()),
        }
    }

    fn text(&mut self, key: &str) -> Result<String, String> {
        self.take(key)?.as_str().map(str::to_owned).ok_or_else(|| format!("`{key}` is no text"))
    }

    fn flag(&mut self, key: &str) -> Result<bool, String> {
        self.take(key)?.as_bool().ok_or_else(|| format!("`{key}` is neither true nor false"))
    }

    fn texts(&mut self, key: &str) -> Result<Vec<String>, String> {
        self.list(key, |value| value.as_str().map(str::to_owned).ok_or_else(|| format!("`{key}` has no text")))
    }

    fn list<T>(&mut self, key: &str, item: impl Fn(&Value) -> Result<T, String>) -> Result<Vec<T>, String> {
        self.take(key)?.as_array().ok_or_else(|| format!("`{key}` is no list"))?.iter().map(item).collect()
    }

    fn object<T>(&mut self, key: &str, read: impl FnOnce(&mut Members) -> Result<T, String>) -> Result<T, String> {
        let value = self.take(key)?;
        read_object(&self.file, key, value, read)
    }

    fn objects<T>(&mut self, key: &str, read: fn(&mut Members) -> Result<T, String>) -> Result<Vec<T>, String> {
        let file = self.file.clone();
        self.list(key, |value| read_object(&file, key, value.clone(), read))
    }

    /// Both are shown to users, so they are there and are sentences or at least words.
    fn sentences(&mut self) -> Result<(), String> {
        let (title, why) = (self.text("title")?, self.text("why")?);
        let is_sentence = why.ends_with('.') && why.starts_with(|first: char| first.is_uppercase());
        if title.is_empty() || title.ends_with('.') {
            Err("`title` is a phrase without a full stop".to_owned())
        } else if !is_sentence {
            Err("`why` is a sentence".to_owned())
        } else {
            Ok(())
        }
    }

    /// A schema, or `{"file": …}` beside the case.
    fn schema(&mut self, key: &str) -> Result<String, String> {
        let value = self.take(key)?;
        match value.as_object().and_then(|members| members.get("file")).filter(|_| value.get("type").is_none()) {
            Some(name) => {
                let name = name.as_str().ok_or_else(|| format!("`{key}` names no file"))?;
                let file = folder().join(&self.file).with_file_name(name);
                fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))
            }
            None => Ok(value.to_string()),
        }
    }
}

fn read_object<T>(
    file: &str,
    key: &str,
    value: Value,
    read: impl FnOnce(&mut Members) -> Result<T, String>,
) -> Result<T, String> {
    let Value::Object(members) = value else { return Err(format!("`{key}` is no object")) };
    let mut members = Members { file: file.to_owned(), members };
    let found = read(&mut members)?;
    members.end().map_err(|reason| format!("in `{key}`: {reason}"))?;
    Ok(found)
}

#[test]
fn a_case_with_a_field_too_many_or_too_few_is_no_case() {
    let file = "avro/field_added/nullable_without_default.json";
    let text = fs::read_to_string(folder().join(file)).expect("a case");
    let reason = |from: &str, to: &str| {
        let text = text.replacen(from, to, 1);
        read_case(file, &text, pair).err().unwrap_or_else(|| "read".to_owned())
    };
    assert_eq!(reason("", ""), "read");
    assert_eq!(reason("\"why\"", "\"reason\""), "`why` is missing");
    assert_eq!(reason("\"why\"", "\"note\": 1, \"why\""), "`note` is no field of this");
    assert_eq!(reason("\"backward\"", "\"full\": true, \"backward\""), "in `expect`: `full` is no field of this");
    assert_eq!(reason("\"path\"", "\"place\""), "`path` is missing");
    assert_eq!(reason("\"backward\": false", "\"backward\": \"no\""), "`backward` is neither true nor false");
}
