//! Every sequence of three deletes of a subject with two versions, held against a model of `rest-api` 5.5, 5.6 and 8.3.
//!
//! Each sequence has a context of its own, so that ids begin at 1 in each.

use super::super::conversation::{Conversation, R, R_AND_OPTIONAL, Reply};
use serde_json::json;

/// A version: its number, id, and whether it is softly deleted.
#[derive(Clone, Copy)]
struct Row {
    version: i64,
    id: i64,
    deleted: bool,
}

/// What the reference says of one subject.
struct Model {
    name: String,
    rows: Vec<Row>,
    highest_id: i64,
    is_configured: bool,
}

/// What is answered: a body, or a code with its message.
enum Expected {
    Body(String),
    Error(u32, String),
}

#[derive(Clone, Copy, Debug)]
enum Target {
    Subject,
    Version(i64),
    Latest,
}

const TARGETS: [Target; 4] = [Target::Subject, Target::Version(1), Target::Version(2), Target::Latest];

impl Model {
    fn not_found(&self) -> Expected {
        Expected::Error(40401, format!("Subject '{}' not found.", self.name))
    }

    fn delete(&mut self, target: Target, permanent: bool) -> Expected {
        if self.rows.is_empty() {
            return self.not_found();
        }
        let answer = match target {
            Target::Subject => self.delete_subject(permanent),
            Target::Latest => match self.rows.iter().rev().find(|row| !row.deleted).map(|row| row.version) {
                Some(latest) => self.delete_version(latest, permanent),
                None => Expected::Error(40402, "Version -1 not found.".to_owned()),
            },
            Target::Version(version) => self.delete_version(version, permanent),
        };
        self.is_configured &= !self.rows.is_empty();
        answer
    }

    fn delete_subject(&mut self, permanent: bool) -> Expected {
        let name = &self.name;
        let live: Vec<i64> = self.rows.iter().filter(|row| !row.deleted).map(|row| row.version).collect();
        match (permanent, live.is_empty()) {
            (false, true) => Expected::Error(
                40404,
                format!("Subject '{name}' was soft deleted.Set permanent=true to delete permanently"),
            ),
            (true, false) => Expected::Error(
                40405,
                format!("Subject '{name}' was not deleted first before being permanently deleted"),
            ),
            (false, false) => {
                self.rows.iter_mut().for_each(|row| row.deleted = true);
                Expected::Body(json!(live).to_string())
            }
            (true, true) => {
                let all: Vec<i64> = std::mem::take(&mut self.rows).iter().map(|row| row.version).collect();
                Expected::Body(json!(all).to_string())
            }
        }
    }

    fn delete_version(&mut self, version: i64, permanent: bool) -> Expected {
        let name = &self.name;
        let Some(place) = self.rows.iter().position(|row| row.version == version) else {
            return Expected::Error(40402, format!("Version {version} not found."));
        };
        match (permanent, self.rows[place].deleted) {
            (false, true) => Expected::Error(
                40406,
                format!("Subject '{name}' Version {version} was soft deleted.Set permanent=true to delete permanently"),
            ),
            (true, false) => Expected::Error(
                40407,
                format!("Subject '{name}' Version {version} was not deleted first before being permanently deleted"),
            ),
            (false, false) => {
                self.rows[place].deleted = true;
                Expected::Body(version.to_string())
            }
            (true, true) => {
                self.rows.remove(place);
                Expected::Body(version.to_string())
            }
        }
    }

    /// The list of versions: which rows make the subject be there, which are shown, and how.
    fn versions(&self, there: fn(&Row) -> bool, shown: fn(&Row) -> bool, sign: i64) -> Expected {
        if !self.rows.iter().any(there) {
            return self.not_found();
        }
        let number = |row: &Row| if row.deleted { sign * row.version } else { row.version };
        Expected::Body(json!(self.rows.iter().filter(|row| shown(row)).map(number).collect::<Vec<_>>()).to_string())
    }

    /// Registers the content whose first id was `id`: what it answers as id and version.
    fn register(&mut self, id: i64) -> (i64, i64) {
        if let Some(row) = self.rows.iter().find(|row| row.id == id && !row.deleted) {
            return (row.id, row.version);
        }
        let version = self.rows.last().map_or(0, |row| row.version) + 1;
        let id = if self.rows.iter().any(|row| row.id == id) { id } else { self.highest_id + 1 };
        self.highest_id = self.highest_id.max(id);
        self.rows.retain(|row| row.id != id);
        self.rows.push(Row { version, id, deleted: false });
        (id, version)
    }
}

#[track_caller]
fn holds(reply: &Reply, expected: &Expected) {
    match expected {
        Expected::Body(body) => reply.ok(body),
        Expected::Error(code, message) => reply.fails(*code, message),
    };
}

/// Asks for everything that a delete may change.
fn look(registry: &mut Conversation, model: &Model) {
    let versions = format!("/subjects/{}/versions", model.name);
    holds(&registry.get(&versions), &model.versions(|row| !row.deleted, |row| !row.deleted, 1));
    holds(&registry.get(&format!("{versions}?deleted=true")), &model.versions(|_| true, |_| true, 1));
    holds(&registry.get(&format!("{versions}?deletedOnly=true")), &model.versions(|_| true, |row| row.deleted, 1));
    let negative = model.versions(|row| !row.deleted, |_| true, -1);
    holds(&registry.get(&format!("{versions}?deletedAsNegative=true")), &negative);
    let only_deleted = !model.rows.is_empty() && model.rows.iter().all(|row| row.deleted);
    let listed = if only_deleted { format!(r#"["{}"]"#, model.name) } else { "[]".to_owned() };
    registry.get(&format!("/subjects?deletedOnly=true&subjectPrefix={}", model.name)).ok(&listed);
    for version in [1, 2] {
        for (flag, deleted) in [("", false), ("?deleted=true", true)] {
            let found = registry.get(&format!("{versions}/{version}{flag}"));
            let is_visible = |row: &&Row| deleted || !row.deleted;
            match model.rows.iter().filter(is_visible).find(|row| row.version == version) {
                Some(row) => {
                    assert_eq!((&found.json()["id"], &found.json()["deleted"]), (&json!(row.id), &json!(row.deleted)))
                }
                None if model.rows.iter().any(|row| is_visible(&row)) => {
                    holds(&found, &Expected::Error(40402, format!("Version {version} not found.")));
                }
                None => holds(&found, &model.not_found()),
            }
        }
    }
    let name = &model.name;
    for id in [1, 2] {
        let mut uses = model.rows.iter().filter(|row| row.id == id).peekable();
        let target = format!("/schemas/ids/{id}/versions?subject={name}");
        if uses.peek().is_none() {
            registry.get(&target).fails(40403, "Schema not found");
            registry.get(&format!("/schemas/ids/{id}?subject={name}")).fails(40403, &format!("Schema {id} not found"));
            continue;
        }
        let (live, all): (Vec<_>, Vec<_>) = uses
            .map(|row| (!row.deleted, format!(r#"{{"subject":"{name}","version":{}}}"#, row.version)))
            .partition(|(is_live, _)| *is_live);
        let text = |items: &[(bool, String)]| items.iter().map(|(_, item)| item.clone()).collect::<Vec<_>>();
        registry.get(&target).lists(&text(&live));
        registry.get(&format!("{target}&deleted=true")).lists(&text(&[live, all].concat()));
    }
    match model.is_configured {
        true => registry.get(&format!("/config/{name}")).ok(r#"{"compatibilityLevel":"FULL"}"#),
        false => registry
            .get(&format!("/config/{name}"))
            .fails(40408, &format!("Subject '{name}' does not have subject-level compatibility configured")),
    };
}

#[test]
fn every_sequence_of_three_deletes_is_answered_as_the_reference_says() {
    let mut registry = Conversation::new();
    let steps: Vec<(Target, bool)> = TARGETS.iter().flat_map(|target| [(*target, false), (*target, true)]).collect();
    let mut number = 0;
    for first in &steps {
        for second in &steps {
            for third in &steps {
                number += 1;
                play(&mut registry, &format!(":.c{number}:s"), &[*first, *second, *third]);
            }
        }
    }
    assert_eq!(number, 512);
}

fn play(registry: &mut Conversation, name: &str, steps: &[(Target, bool)]) {
    let rows = [1, 2].map(|number| Row { version: number, id: number, deleted: false });
    let mut model = Model { name: name.to_owned(), rows: rows.to_vec(), highest_id: 2, is_configured: true };
    registry.register(name, R);
    registry.register(name, R_AND_OPTIONAL);
    registry.put(&format!("/config/{name}"), r#"{"compatibility":"FULL"}"#).ok(r#"{"compatibility":"FULL"}"#);
    for (target, permanent) in steps {
        let path = match target {
            Target::Subject => String::new(),
            Target::Version(version) => format!("/versions/{version}"),
            Target::Latest => "/versions/latest".to_owned(),
        };
        let flag = if *permanent { "?permanent=true" } else { "" };
        let reply = registry.delete(&format!("/subjects/{name}{path}{flag}"));
        holds(&reply, &model.delete(*target, *permanent));
        look(registry, &model);
    }
    for (schema, id) in [(R, 1), (R_AND_OPTIONAL, 2)] {
        let registered = registry.register(name, schema);
        assert_eq!((registered.id, registered.version), model.register(id), "{name} {steps:?}: registering again");
    }
}
