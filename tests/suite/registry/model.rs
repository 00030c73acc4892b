//! A naive registry: plain maps, no caches, no threads, no journal. What the real one is compared with.
//!
//! Knows records with required fields only, so that one reads another exactly when it has no field more.

use super::model_associations::{Use, Wanted};
use super::model_governance::{Governance, Governing};
use std::collections::{BTreeMap, BTreeSet};

/// What a schema says, as far as the model cares.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Content {
    /// A record `R` with these fields.
    Plain(u32),
    /// A record `U` that holds the `R` of a version.
    Referring(String, u32),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) content: Content,
    pub(super) id: i32,
    pub(super) deleted: bool,
    pub(super) born: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    None,
    Backward,
    ForwardTransitive,
    Full,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    ReadWrite,
    ReadOnly,
    Import,
}

#[derive(Clone, Debug)]
pub(super) enum Command {
    Register { subject: String, content: Content, id: Option<i32>, version: Option<u32> },
    DeleteVersion { subject: String, version: Option<u32>, permanent: bool },
    DeleteSubject { subject: String, permanent: bool },
    SetLevel { scope: String, level: Level },
    RemoveConfig { scope: String },
    SetMode { scope: String, mode: Mode, force: bool },
    RemoveMode { scope: String },
    DeleteContext { context: String },
    Put(Wanted),
    Govern(Governing),
    TakeAway { resource: String, kind: Option<String>, cascade: bool },
}

/// What a command is answered with, or the name of the error.
pub(super) type Answer = Result<String, &'static str>;

#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    pub(super) subjects: BTreeMap<String, BTreeMap<u32, Row>>,
    pub(super) levels: BTreeMap<String, Level>,
    pub(super) modes: BTreeMap<String, Mode>,
    pub(super) contexts: BTreeSet<String>,
    /// By resource and kind.
    pub(super) uses: BTreeMap<(String, String), Use>,
    pub(super) governance: Governance,
    highest: BTreeMap<String, i32>,
    births: u64,
}

/// `.` or `.ctx`.
pub(super) fn context_of(subject: &str) -> &str {
    subject.strip_prefix(':').and_then(|rest| rest.split_once(':')).map_or(".", |(context, _)| context)
}

fn context_scope(subject: &str) -> String {
    match context_of(subject) {
        "." => String::new(),
        context => format!(":{context}:"),
    }
}

impl Model {
    pub(super) fn command(&mut self, command: &Command) -> Answer {
        match command {
            Command::Register { subject, content, id, version } => self.register(subject, content, *id, *version),
            Command::DeleteVersion { subject, version, permanent } => {
                self.delete_version(subject, *version, *permanent)
            }
            Command::DeleteSubject { subject, permanent } => self.delete_subject(subject, *permanent),
            Command::SetLevel { scope, level } => {
                self.require_writable(scope)?;
                self.levels.insert(scope.clone(), *level);
                Ok(String::new())
            }
            Command::RemoveConfig { scope } => {
                if !self.levels.contains_key(scope) && !scope.is_empty() {
                    return Err("SubjectNotFound");
                }
                self.require_writable(scope)?;
                self.levels.remove(scope);
                Ok(String::new())
            }
            Command::SetMode { scope, mode, force } => self.set_mode(scope, *mode, *force),
            Command::RemoveMode { scope } => match self.modes.remove(scope) {
                None if !scope.is_empty() => Err("SubjectNotFound"),
                _ => Ok(String::new()),
            },
            Command::DeleteContext { context } => {
                if self.subjects.keys().any(|subject| context_of(subject) == context) {
                    return Err("ContextNotEmpty");
                }
                self.contexts.remove(context);
                Ok(String::new())
            }
            Command::Govern(governing) => self.governance.command(governing),
            Command::Put(wanted) => self.clone().put(wanted).inspect(|_| drop(self.put(wanted))),
            Command::TakeAway { resource, kind, cascade } => self.take_away(resource, kind.as_deref(), *cascade),
        }
    }

    pub(super) fn register(
        &mut self,
        subject: &str,
        content: &Content,
        asked: Option<i32>,
        version: Option<u32>,
    ) -> Answer {
        let fits = |row: &Row| asked.is_none_or(|id| id == row.id);
        if !self.resolves(subject, content, false) {
            return Err("InvalidSchema");
        }
        if let Some((number, row)) = self.find(subject, content, &|_| true)
            && fits(&row)
            && version.is_none_or(|wanted| self.settles(subject, wanted, asked, &row))
        {
            let number = version.unwrap_or(number);
            return Ok(format!("{} {number}", row.id));
        }
        let mode = self.mode(subject);
        match (mode, asked) {
            (Mode::ReadOnly, _) => return Err("ReadOnly"),
            (Mode::ReadWrite, Some(_)) => return Err("NotInImportMode"),
            (Mode::Import, None) => return Err("NotInReadWriteMode"),
            (Mode::ReadWrite, None) | (Mode::Import, Some(_)) => {}
        }
        if !self.resolves(subject, content, asked.is_none()) {
            return Err("InvalidSchema");
        }
        if version.is_none()
            && let Some((number, row)) = self.find(subject, content, &fits)
        {
            return Ok(format!("{} {number}", row.id));
        }
        if mode != Mode::Import && !self.is_compatible(subject, content) {
            return Err("Incompatible");
        }
        let next = self.subjects.get(subject).and_then(|rows| rows.keys().next_back()).map_or(1, |last| last + 1);
        let number = version.unwrap_or(next);
        if mode != Mode::Import && number != next {
            return Err("InvalidSchema");
        }
        let context = context_of(subject).to_owned();
        let holder = asked.and_then(|id| self.rows_of(&context).find(|(_, _, row)| row.id == id));
        if holder.is_some_and(|(_, _, row)| row.content != *content) {
            return Err("IdTaken");
        }
        let id = asked.or_else(|| self.id_of(&context, content)).unwrap_or_else(|| self.highest(&context) + 1);
        self.accept(subject, content, number, id);
        Ok(format!("{id} {number}"))
    }

    fn accept(&mut self, subject: &str, content: &Content, number: u32, id: i32) {
        let context = context_of(subject).to_owned();
        if context != "." {
            self.contexts.insert(context.clone());
        }
        let rows = self.subjects.get(subject).cloned().unwrap_or_default();
        let is_stale = |(version, row): &(&u32, &Row)| {
            row.deleted && row.id == id && **version < number && self.referrers(subject, **version, true).is_empty()
        };
        let stale: Vec<u32> = rows.iter().filter(is_stale).map(|(version, _)| *version).collect();
        for version in stale {
            self.subjects.get_mut(subject).expect("has rows").remove(&version);
        }
        let highest = self.highest(&context).max(id);
        self.highest.insert(context, highest);
        self.births += 1;
        let same = rows.get(&number).filter(|row| row.id == id);
        let born = same.map_or(self.births, |row| row.born);
        let row = Row { content: content.clone(), id, deleted: false, born };
        self.subjects.entry(subject.to_owned()).or_default().insert(number, row);
    }

    fn settles(&self, subject: &str, wanted: u32, asked: Option<i32>, found: &Row) -> bool {
        let row = self.subjects.get(subject).and_then(|rows| rows.get(&wanted));
        asked == Some(found.id) && row.is_some_and(|row| !row.deleted && row.id == found.id)
    }

    /// The live version of a subject with a content: by the content's id first, then whichever is newest.
    fn find(&self, subject: &str, content: &Content, fits: &dyn Fn(&Row) -> bool) -> Option<(u32, Row)> {
        let rows = self.subjects.get(subject)?;
        let id = self.id_of(context_of(subject), content);
        let exact = rows.iter().filter(|(_, row)| Some(row.id) == id).max_by_key(|(_, row)| row.born);
        let exact = exact.filter(|(_, row)| !row.deleted && fits(row));
        let equal = rows.iter().rev().find(|(_, row)| !row.deleted && row.content == *content && fits(row));
        exact.or(equal).map(|(number, row)| (*number, row.clone()))
    }

    fn resolves(&self, subject: &str, content: &Content, live_only: bool) -> bool {
        match content {
            Content::Plain(_) => true,
            Content::Referring(target, version) => {
                self.target(subject, target, *version).is_some_and(|row| !(live_only && row.deleted))
            }
        }
    }

    fn target(&self, subject: &str, target: &str, version: u32) -> Option<&Row> {
        self.subjects.get(&qualified(subject, target))?.get(&version)
    }

    pub(super) fn is_compatible(&self, subject: &str, content: &Content) -> bool {
        let level = self.level(subject);
        let Some(rows) = self.subjects.get(subject) else { return true };
        let mut live = rows.values().rev().filter(|row| !row.deleted);
        let reads = |reader: &Content, writer: &Content| self.reads(subject, reader, writer);
        match level {
            Level::None => true,
            Level::Backward => live.next().is_none_or(|old| reads(content, &old.content)),
            Level::ForwardTransitive => live.all(|old| reads(&old.content, content)),
            Level::Full => live.next().is_none_or(|old| reads(content, &old.content) && reads(&old.content, content)),
        }
    }

    fn reads(&self, subject: &str, reader: &Content, writer: &Content) -> bool {
        let mask = |content: &Content| match content {
            Content::Plain(mask) => (false, *mask),
            Content::Referring(target, version) => match self.target(subject, target, *version) {
                Some(Row { content: Content::Plain(mask), .. }) => (true, *mask),
                other => panic!("only plain versions are referred to: {other:?}"),
            },
        };
        let ((one, reader), (other, writer)) = (mask(reader), mask(writer));
        one == other && reader & !writer == 0
    }

    fn delete_version(&mut self, subject: &str, version: Option<u32>, permanent: bool) -> Answer {
        let rows = self.subjects.get(subject).ok_or("SubjectNotFound")?;
        let latest = rows.iter().rev().find(|(_, row)| !row.deleted).map(|(number, _)| *number);
        let number = version.or(latest).ok_or("VersionNotFound")?;
        let deleted = rows.get(&number).ok_or("VersionNotFound")?.deleted;
        if deleted && !permanent {
            return Err("VersionSoftDeleted");
        }
        self.require_writable(subject)?;
        match permanent {
            true => self.require_unused(subject)?,
            false => self.require_not_last(subject, number)?,
        }
        if !self.referrers(subject, number, permanent).is_empty() {
            return Err("Referenced");
        }
        if permanent && !deleted {
            return Err("VersionNotSoftDeleted");
        }
        let rows = self.subjects.get_mut(subject).expect("has rows");
        if permanent {
            rows.remove(&number);
            self.forget_if_empty(subject);
        } else {
            rows.get_mut(&number).expect("there").deleted = true;
        }
        Ok(number.to_string())
    }

    fn delete_subject(&mut self, subject: &str, permanent: bool) -> Answer {
        let rows = self.subjects.get(subject).ok_or("SubjectNotFound")?.clone();
        if !permanent && rows.values().all(|row| row.deleted) {
            return Err("SubjectSoftDeleted");
        }
        self.require_writable(subject)?;
        self.require_unused(subject)?;
        let mut versions = Vec::new();
        for (number, row) in rows.iter().filter(|(_, row)| permanent || !row.deleted) {
            if self.referrers(subject, *number, permanent).iter().any(|referrer| referrer != subject) {
                return Err("Referenced");
            }
            if permanent && !row.deleted {
                return Err("SubjectNotSoftDeleted");
            }
            versions.push(number.to_string());
        }
        if permanent {
            self.subjects.insert(subject.to_owned(), BTreeMap::new());
            self.forget_if_empty(subject);
        } else {
            self.subjects.get_mut(subject).expect("has rows").values_mut().for_each(|row| row.deleted = true);
        }
        Ok(versions.join(","))
    }

    pub(super) fn forget_if_empty(&mut self, subject: &str) {
        if self.subjects[subject].is_empty() {
            self.subjects.remove(subject);
            self.levels.remove(subject);
            self.modes.remove(subject);
        }
    }

    fn set_mode(&mut self, scope: &str, mode: Mode, force: bool) -> Answer {
        if mode == Mode::Import && !force && self.mode(scope) != Mode::Import {
            let within = |subject: &&String| {
                scope.is_empty() || **subject == scope || scope.ends_with(':') && context_scope(subject) == scope
            };
            let names: Vec<_> = self.subjects.keys().filter(within).cloned().collect();
            let rows = |name: &String| self.subjects[name].clone();
            if names.iter().any(|name| rows(name).values().any(|row| !row.deleted)) {
                return Err("SubjectsExist");
            }
            let mut versions = names.iter().flat_map(|name| rows(name).into_keys().map(move |number| (name, number)));
            if versions.any(|(name, number)| !self.referrers(name, number, true).is_empty()) {
                return Err("Referenced");
            }
            // Unlike a delete this leaves configurations and modes alone.
            names.iter().for_each(|name| drop(self.subjects.remove(name)));
        }
        self.modes.insert(scope.to_owned(), mode);
        Ok(String::new())
    }

    pub(super) fn level(&self, subject: &str) -> Level {
        let levels = &self.levels;
        *levels.get(subject).or_else(|| levels.get(&context_scope(subject))).unwrap_or(&Level::Backward)
    }

    pub(super) fn mode(&self, subject: &str) -> Mode {
        let modes = &self.modes;
        *modes.get(subject).or_else(|| modes.get(&context_scope(subject))).unwrap_or(&Mode::ReadWrite)
    }

    fn require_writable(&self, scope: &str) -> Result<(), &'static str> {
        if self.mode(scope) == Mode::ReadOnly { Err("ReadOnly") } else { Ok(()) }
    }

    pub(super) fn highest(&self, context: &str) -> i32 {
        self.highest.get(context).copied().unwrap_or(0)
    }

    /// The id of a content: that of its youngest version.
    pub(super) fn id_of(&self, context: &str, content: &Content) -> Option<i32> {
        let rows = self.rows_of(context).filter(|(_, _, row)| row.content == *content);
        rows.max_by_key(|(_, _, row)| row.born).map(|(_, _, row)| row.id)
    }

    pub(super) fn rows_of(&self, context: &str) -> impl Iterator<Item = (&String, u32, &Row)> {
        let subjects = self.subjects.iter().filter(move |(subject, _)| context_of(subject) == context);
        subjects.flat_map(|(subject, rows)| rows.iter().map(move |(number, row)| (subject, *number, row)))
    }

    /// Subjects of versions that refer to a version.
    pub(super) fn referrers(&self, subject: &str, version: u32, with_deleted: bool) -> Vec<String> {
        let rows = self.rows_of(context_of(subject)).filter(|(_, _, row)| with_deleted || !row.deleted);
        let refers = |(referrer, _, row): &(&String, u32, &Row)| match &row.content {
            Content::Referring(target, number) => *number == version && qualified(referrer, target) == subject,
            Content::Plain(_) => false,
        };
        rows.filter(refers).map(|(referrer, _, _)| referrer.clone()).collect()
    }

    /// Ids that refer to a version, sorted.
    pub(super) fn referring_ids(&self, subject: &str, version: u32, with_deleted: bool) -> Vec<i32> {
        let rows = self.rows_of(context_of(subject)).filter(|(_, _, row)| with_deleted || !row.deleted);
        let refers = |(referrer, _, row): &(&String, u32, &Row)| match &row.content {
            Content::Referring(target, number) => *number == version && qualified(referrer, target) == subject,
            Content::Plain(_) => false,
        };
        let ids: BTreeSet<i32> = rows.filter(refers).map(|(_, _, row)| row.id).collect();
        ids.into_iter().collect()
    }
}

/// A reference's subject seen from the referrer's context.
fn qualified(referrer: &str, target: &str) -> String {
    format!("{}{target}", context_scope(referrer))
}
