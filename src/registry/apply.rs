//! What a fact changes. Cannot fail: replay never stops, and what was decided always takes effect.

use super::record::{Event, Fact, SchemaRecord};
use super::view::{
    Below as _, Content, ContextState, IdEntry, Known, Row, RowName, SubjectView, Uses, View, shared_name,
};
use crate::schema::names::{SchemaId, SubjectName, Version};
use std::sync::Arc;

impl View<'_> {
    /// Takes a fact into account.
    pub(super) fn apply(&mut self, fact: &Fact) {
        match &fact.event {
            Event::SchemaRegistered(record) => self.put_version(record, fact.timestamp_ms),
            Event::VersionRemoved { subject, version } => self.remove_version(subject, *version),
            Event::SubjectDeleted { subject, up_to } => self.change_subject(subject, |view| {
                view.rows.iter_mut().take_while(|row| row.version <= *up_to).for_each(|row| row.deleted = true);
            }),
            Event::SubjectCleared { scope } => self.clear(scope),
            Event::ConfigSet { scope, config } => {
                self.change_subject(scope, |view| view.config = Some(config.clone()));
            }
            Event::ConfigRemoved { scope } => self.change_subject(scope, |view| view.config = None),
            Event::ModeSet { scope, mode } => self.change_subject(scope, |view| view.mode = Some(*mode)),
            Event::ModeRemoved { scope } => self.change_subject(scope, |view| view.mode = None),
            Event::ContextCreated { context } => self.change_context(context, |state| state.created = true),
            Event::ContextRemoved { context } => self.change_context(context, |state| state.created = false),
            Event::IdsIssued { highest } => {
                for (context, id) in highest {
                    self.change_context(context, |state| {
                        state.highest = state.highest.max(id.0);
                        state.issued = state.issued.max(id.0);
                    });
                }
            }
            Event::AssociationSet { key, value } => self.set_association(key, value, fact.timestamp_ms),
            Event::AssociationRemoved { key } => self.remove_association(key),
            Event::PolicySet { scope, policy } => self.set_policy(scope, Some(policy)),
            Event::PolicyRemoved { scope } => self.set_policy(scope, None),
            Event::ExemptionSet { exemption } => self.set_exemption(exemption),
            Event::ExemptionRemoved { fingerprint } => self.remove_exemption(fingerprint),
        }
    }

    fn put_version(&mut self, record: &SchemaRecord, timestamp_ms: i64) {
        let context = record.subject.context();
        // Each look-up is a place in memory of its own, and a start makes them for every version there is.
        let mut known = self.id(context, record.id);
        // An id once bound keeps its content; a foreign writer's other opinion is not taken over.
        if known.as_ref().is_some_and(|entry| !entry.content.is_same_as(record) && !is_sole_use(entry, record)) {
            return;
        }
        if self.removes_unless_same(record) {
            known = self.id(context, record.id);
        }
        let ordinal = if record.ordinal == 0 { self.changes.ordinal } else { record.ordinal };
        self.changes.ordinal = self.changes.ordinal.max(ordinal + 1);
        self.change_context(context, |state| state.highest = state.highest.max(record.id.0));

        let content = known.as_ref().map_or_else(|| Arc::new(Content::of(record)), |entry| entry.content.clone());
        let row = Row { version: record.version, deleted: record.deleted, timestamp_ms, ordinal, content };
        let (content, mut is_new, mut name) = (row.content.clone(), true, None);
        self.change_subject(&record.subject, |view| {
            name = Some(view.name.clone());
            match view.rows.binary_search_by_key(&record.version, |row| row.version) {
                Ok(at) => {
                    is_new = false;
                    view.rows[at] = row;
                }
                Err(at) => view.rows.insert(at, row),
            }
        });
        if let Some(name) = name.filter(|_| is_new) {
            self.add_use(known, &content, name, record.version, ordinal);
            self.index_references(&content, &record.subject, record.version);
        }
    }

    /// Takes away the version that a record replaces with another content, and says whether there was one.
    fn removes_unless_same(&mut self, record: &SchemaRecord) -> bool {
        let Some(view) = self.subject(&record.subject) else { return false };
        let Some(old) = view.row(record.version) else { return false };
        let differs = old.content.id != record.id || !old.content.is_same_as(record);
        if differs {
            drop(view);
            self.remove_version(&record.subject, record.version);
        }
        differs
    }

    fn remove_version(&mut self, subject: &SubjectName, version: Version) {
        let Some(view) = self.subject(subject) else { return };
        let Some(row) = view.row(version) else { return };
        let content = row.content.clone();
        drop(view);
        self.change_subject(subject, |view| view.rows.retain(|row| row.version != version));
        self.drop_use(&content, subject, version);
        let name: RowName = (subject.clone(), version);
        for target in targets(&content, subject) {
            let list = self.changes.referrers.entry(&target, || Some(self.base.referrers(&target.0, target.1)));
            Arc::make_mut(list.get_or_insert_default()).retain(|referrer| *referrer != name);
        }
    }

    fn clear(&mut self, scope: &SubjectName) {
        // The default scope stands for everything here, as in the reference's record.
        let everything = scope.is_default_scope() || scope.is_all_contexts_scope();
        let all = SubjectName::read(":.__GLOBAL:");
        for name in self.names_within(if everything { &all } else { scope }) {
            let Some(view) = self.subject(&name) else { continue };
            let gone: Vec<_> = view.rows.iter().filter(|row| row.deleted).map(|row| row.version).collect();
            drop(view);
            gone.into_iter().for_each(|version| self.remove_version(&name, version));
        }
    }

    /// Adds a version to those that have the content's id, of which `known` is what is known.
    fn add_use(
        &mut self,
        known: Option<IdEntry>,
        content: &Arc<Content>,
        subject: Arc<SubjectName>,
        version: Version,
        ordinal: u64,
    ) {
        let key = (shared_name(subject.context()), content.id);
        // The copy in the overlay is let go first: a list of its own then grows in place.
        if known.is_some() && self.changes.ids.get(&key).is_some() {
            self.changes.ids.put(key.clone(), None);
        }
        let mut entry = known.unwrap_or_else(|| IdEntry { content: content.clone(), uses: Uses::Many(Arc::default()) });
        entry.uses.insert(subject, version, |other, number| self.ordinal_of(other, number) > ordinal);
        self.changes.ids.put(key.clone(), Some(entry));
        self.choose_id(&key.0, content, Some(content.id));
    }

    fn drop_use(&mut self, content: &Arc<Content>, subject: &SubjectName, version: Version) {
        let key = (shared_name(subject.context()), content.id);
        let Some(mut entry) = self.id(&key.0, content.id) else { return };
        entry.uses.remove(subject, version);
        let entry = Some(entry).filter(|entry| !entry.uses.is_empty());
        self.changes.ids.put(key.clone(), entry);
        self.choose_id(&key.0, content, None);
    }

    /// Settles which id the content has now: of all its ids, the one whose newest use is the newest.
    fn choose_id(&mut self, context: &Arc<str>, content: &Content, added: Option<SchemaId>) {
        let key = (context.clone(), content.guid);
        let before = self.id_of(context, content.guid);
        // A content that has an id has the one it is found by.
        let ids = before.and_then(|_| self.twins(context, content.guid));
        let mut ids = ids.unwrap_or_else(|| before.into_iter().collect());
        let had_several = ids.len() > 1;
        ids.retain(|id| self.id(context, *id).is_some());
        ids.extend(added.filter(|id| !ids.contains(id)));
        let newest = match ids[..] {
            [] => None,
            [only] => Some(only),
            _ => ids.iter().copied().max_by_key(|id| self.newest_ordinal(context, *id)),
        };
        if before != newest {
            self.changes.contents.put(key.clone(), newest);
        }
        if had_several || ids.len() > 1 {
            self.changes.twins.put(key, Some(ids).filter(|ids| ids.len() > 1));
        }
    }

    fn newest_ordinal(&self, context: &str, id: SchemaId) -> u64 {
        let entry = self.id(context, id);
        let newest = entry.as_ref().and_then(|entry| entry.uses.last());
        newest.map_or(0, |(subject, version)| self.ordinal_of(subject, version))
    }

    fn ordinal_of(&self, subject: &SubjectName, version: Version) -> u64 {
        self.subject(subject).and_then(|view| view.row(version).map(|row| row.ordinal)).unwrap_or(0)
    }

    fn index_references(&mut self, content: &Content, subject: &SubjectName, version: Version) {
        let name: RowName = (subject.clone(), version);
        for target in targets(content, subject) {
            let list = self.changes.referrers.entry(&target, || Some(self.base.referrers(&target.0, target.1)));
            let list = Arc::make_mut(list.get_or_insert_default());
            if let Err(at) = list.binary_search(&name) {
                list.insert(at, name.clone());
            }
        }
    }

    pub(super) fn change_subject(&mut self, name: &SubjectName, change: impl FnOnce(&mut SubjectView)) {
        let base = self.base;
        let view = self.changes.subjects.entry(name, || base.subject(name));
        let changed = view.get_or_insert_with(|| Arc::new(SubjectView::new(name.clone())));
        change(Arc::make_mut(changed));
        if changed.is_empty() {
            *view = None;
        }
    }

    fn change_context(&mut self, name: &str, change: impl FnOnce(&mut ContextState)) {
        let base = self.base;
        let state = self.changes.contexts.entry(&shared_name(name), || Some(base.context(name)));
        change(state.get_or_insert_default());
    }
}

/// Whether the version that a record replaces is the only one that has the record's id.
fn is_sole_use(entry: &IdEntry, record: &SchemaRecord) -> bool {
    match &entry.uses {
        Uses::One(subject, version) => **subject == record.subject && *version == record.version,
        Uses::Many(_) => false,
    }
}

/// The versions that a version of `subject` with this content refers to, each once.
fn targets(content: &Content, subject: &SubjectName) -> Vec<RowName> {
    let mut targets: Vec<RowName> = Vec::new();
    for reference in content.references() {
        let Some(version) = Version::new(i64::from(reference.version)) else { continue };
        let target = (SubjectName::referenced(&reference.subject, subject.context()), version);
        if !targets.contains(&target) {
            targets.push(target);
        }
    }
    targets
}
