//! What a client knows of its subjects, and what each operation makes of that.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use serde_json::Value;

use super::http::Connection;

/// One row of a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) text: String,
    pub(super) deleted: bool,
}

/// A subject's rows by version, and its level where one was set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Subject {
    pub(super) rows: BTreeMap<i64, Row>,
    pub(super) level: Option<String>,
}

/// A write.
#[derive(Clone, Debug)]
pub(super) enum Operation {
    Register { text: String },
    RegisterAgain { version: i64 },
    SoftDelete { version: i64 },
    HardDelete { version: i64 },
    DeleteSubject,
    SetLevel { level: &'static str },
}

impl Operation {
    /// Method, path and body of the request that asks `name` for it.
    pub(super) fn request(&self, name: &str, subject: &Subject) -> (&'static str, String, String) {
        let schema = |text: &str| serde_json::json!({ "schema": text }).to_string();
        match self {
            Self::Register { text } => ("POST", format!("/subjects/{name}/versions"), schema(text)),
            Self::RegisterAgain { version } => {
                ("POST", format!("/subjects/{name}/versions"), schema(&subject.rows[version].text))
            }
            Self::SoftDelete { version } => ("DELETE", format!("/subjects/{name}/versions/{version}"), String::new()),
            Self::HardDelete { version } => {
                ("DELETE", format!("/subjects/{name}/versions/{version}?permanent=true"), String::new())
            }
            Self::DeleteSubject => ("DELETE", format!("/subjects/{name}"), String::new()),
            Self::SetLevel { level } => {
                ("PUT", format!("/config/{name}"), serde_json::json!({ "compatibility": level }).to_string())
            }
        }
    }

    /// Whether asking leaves something in the store.
    pub(super) fn writes(&self) -> bool {
        !matches!(self, Self::RegisterAgain { .. })
    }

    /// What `subject` is after the operation was answered.
    pub(super) fn apply(&self, subject: &mut Subject, answer: &Value, ids: &Ids) {
        match self {
            Self::Register { text } => {
                let (id, version) =
                    (answer["id"].as_i64().expect("an id"), answer["version"].as_i64().expect("a version"));
                assert_eq!(version, subject.next_version(), "the version of {text}");
                ids.note(id, text);
                subject.rows.insert(version, Row { id, text: text.clone(), deleted: false });
            }
            Self::RegisterAgain { version } => {
                assert_eq!(
                    (answer["id"].as_i64(), answer["version"].as_i64()),
                    (Some(subject.rows[version].id), Some(*version))
                );
            }
            Self::SoftDelete { .. } | Self::HardDelete { .. } | Self::DeleteSubject | Self::SetLevel { .. } => {
                self.apply_unanswered(subject, ids);
            }
        }
    }

    /// What `subject` is if the operation took place; of a registration everything but the id is known.
    fn apply_unanswered(&self, subject: &mut Subject, ids: &Ids) {
        match self {
            Self::Register { text } => {
                subject.rows.insert(subject.next_version(), Row { id: 0, text: text.clone(), deleted: false });
            }
            Self::RegisterAgain { .. } => {}
            Self::SoftDelete { version } => subject.rows.get_mut(version).expect("chosen from the rows").deleted = true,
            Self::HardDelete { version } => {
                let row = subject.rows.remove(version).expect("chosen from the rows");
                ids.may_be_gone(row.id);
                if subject.rows.is_empty() {
                    // Nothing is left to configure: the level goes with the last row.
                    subject.level = None;
                }
            }
            Self::DeleteSubject => subject.rows.values_mut().for_each(|row| row.deleted = true),
            Self::SetLevel { level } => subject.level = Some((*level).to_owned()),
        }
    }
}

impl Subject {
    /// Reads the subject `name` from the server.
    pub(super) fn read(name: &str, connection: &mut Connection) -> Self {
        let mut get = |path: String| connection.send("GET", &path, "").expect("the server runs");
        let mut numbers = |query: &str| -> Vec<i64> {
            let reply = get(format!("/subjects/{name}/versions{query}"));
            match reply.status {
                200 => reply.json().as_array().expect("a list").iter().filter_map(Value::as_i64).collect(),
                404 => Vec::new(),
                _ => panic!("{name}: {} {}", reply.status, reply.body),
            }
        };
        let live = numbers("");
        let all = numbers("?deleted=true");
        let mut subject = Self::default();
        for version in all {
            let reply = get(format!("/subjects/{name}/versions/{version}?deleted=true"));
            assert_eq!(reply.status, 200, "{name} version {version}: {}", reply.body);
            let answer = reply.json();
            let text = answer["schema"].as_str().expect("a text").to_owned();
            let row = Row { id: answer["id"].as_i64().expect("an id"), text, deleted: !live.contains(&version) };
            subject.rows.insert(version, row);
        }
        let reply = get(format!("/config/{name}"));
        subject.level = reply.json()["compatibilityLevel"].as_str().map(str::to_owned);
        subject
    }

    /// Whether `found` is what this subject must be, given an operation that was sent and not answered.
    pub(super) fn allows(&self, found: &Self, unanswered: Option<&Operation>, ids: &Ids) -> bool {
        if self == found {
            return true;
        }
        let Some(operation) = unanswered else { return false };
        let mut after = self.clone();
        operation.apply_unanswered(&mut after, ids);
        if let (Operation::Register { text }, Some(mut last)) = (operation, after.rows.last_entry())
            && let Some(row) = found.rows.get(last.key())
        {
            last.get_mut().id = row.id;
            ids.note(row.id, text);
        }
        after == *found
    }

    fn next_version(&self) -> i64 {
        self.rows.last_key_value().map_or(1, |(version, _)| version + 1)
    }
}

/// Every id that was ever given out, with its text.
#[derive(Default)]
pub(super) struct Ids(Mutex<(BTreeMap<i64, String>, BTreeSet<i64>)>);

impl Ids {
    /// Remembers that `id` was given to `text`.
    pub(super) fn note(&self, id: i64, text: &str) {
        let mut known = self.0.lock().expect("no client panicked here");
        let earlier = known.0.entry(id).or_insert_with(|| text.to_owned());
        assert_eq!(earlier, text, "id {id} was given twice");
    }

    /// The row that `id` was given to is no longer there.
    fn may_be_gone(&self, id: i64) {
        self.0.lock().expect("no client panicked here").1.insert(id);
    }

    /// Every id still gives its text, unless its rows were deleted for good.
    pub(super) fn compare(&self, connection: &mut Connection) {
        let known = self.0.lock().expect("no client panicked here");
        for (id, text) in &known.0 {
            let reply = connection.send("GET", &format!("/schemas/ids/{id}"), "").expect("the server runs");
            match reply.status {
                404 => assert!(known.1.contains(id), "id {id} is gone"),
                200 => assert_eq!(reply.json()["schema"].as_str(), Some(text.as_str()), "id {id}"),
                _ => panic!("id {id}: {} {}", reply.status, reply.body),
            }
        }
    }
}
