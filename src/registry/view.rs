//! What a decision may look at: the catalog plus what this round has already decided.

use super::associations::{Association, AssociationChanges, AssociationKey};
use super::contract::{Config, Metadata, Mode, Reference, RuleSet};
use super::governance::{ExemptionChanges, Governance};
use super::overlay::Overlay;
use super::record::{Guid, SchemaRecord, TextHash};
use crate::schema::SchemaType;
use crate::schema::names::{Context, SchemaId, SubjectName, Version};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// What is known at one moment. Implemented by the catalog for readers and by [`View`] for the writer.
pub(super) trait Known {
    /// A subject or scope of which anything is known.
    fn subject(&self, name: &SubjectName) -> Option<Arc<SubjectView>>;
    /// A context; contexts never heard of are as new.
    fn context(&self, name: &str) -> ContextState;
    /// What an id of a context means.
    fn id(&self, context: &str, id: SchemaId) -> Option<IdEntry>;
    /// The id of the content with this guid; the newest where it was imported under several.
    fn id_of(&self, context: &str, guid: Guid) -> Option<SchemaId>;
    /// Versions, soft-deleted ones included, that refer to this one.
    fn referrers(&self, subject: &SubjectName, version: Version) -> Arc<Vec<RowName>>;
    /// Names of all contexts that are listed, beside the default one, sorted.
    fn contexts(&self) -> Vec<Arc<str>>;
    /// Names of everything known below a scope, sorted: one subject, a context, or all of them.
    fn names_within(&self, scope: &SubjectName) -> Vec<SubjectName>;
    /// Whether a subject in a scope has versions, live ones or with `with_deleted` any.
    fn has_versions_within(&self, scope: &SubjectName, with_deleted: bool) -> bool;
    /// The associations of a resource, by its id, sorted.
    fn associations_of(&self, resource_id: &str) -> Arc<Vec<Arc<AssociationKey>>>;
    /// A text that is not in the journal yet.
    fn pending_text(&self, hash: TextHash) -> Option<Arc<str>>;
}

/// What changes can be laid over: the catalog, or changes that are not published either.
pub(super) trait Below: Known + std::fmt::Debug {
    /// Every id of a content, the newest included; `None` where it has at most one.
    fn twins(&self, context: &str, guid: Guid) -> Option<Vec<SchemaId>>;
    /// The ordinal that the next registration gets.
    fn next_ordinal(&self) -> u64;
    /// Whose exemption has this fingerprint.
    fn exempted_subject(&self, fingerprint: &str) -> Option<Arc<SubjectName>>;
    /// How many exemptions there are.
    fn exemption_count(&self) -> usize;
    /// Whether any name with versions in a context, or for `:.__GLOBAL:` any at all, passes a test; stops at the first.
    /// Names that have lost their versions may be asked about, too.
    fn any_name_within(&self, scope: &SubjectName, test: &mut dyn FnMut(&SubjectName) -> bool) -> bool;
}

/// Everything known under one name: the unit that changes at once. Readers hold it as long as they like.
#[derive(Clone, Debug)]
pub(super) struct SubjectView {
    pub(super) name: Arc<SubjectName>,
    /// By version.
    pub(super) rows: Vec<Row>,
    pub(super) config: Option<Arc<Config>>,
    pub(super) mode: Option<Mode>,
    /// What uses the subject, by key. Few subjects have any.
    pub(super) associations: Option<Arc<Vec<Arc<Association>>>>,
    /// Its policy and its exemptions. Few subjects have any.
    pub(super) governance: Option<Arc<Governance>>,
}

/// A version of a subject.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) version: Version,
    pub(super) deleted: bool,
    pub(super) timestamp_ms: i64,
    pub(super) ordinal: u64,
    pub(super) content: Arc<Content>,
}

/// What an id stands for; shared by every version that has it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) id: SchemaId,
    pub(super) schema_type: SchemaType,
    pub(super) guid: Guid,
    pub(super) text: TextHash,
    /// Few schemas have any.
    contract: Option<Box<Contract>>,
}

#[derive(Debug, PartialEq, Eq)]
struct Contract {
    references: Arc<[Reference]>,
    metadata: Option<Arc<Metadata>>,
    rule_set: Option<Arc<RuleSet>>,
}

/// Names one version.
pub(super) type RowName = (SubjectName, Version);

/// A content and who uses it.
#[derive(Clone, Debug)]
pub(super) struct IdEntry {
    pub(super) content: Arc<Content>,
    pub(super) uses: Uses,
}

/// Versions that have an id, by the ordinal of their registration. Never empty in an entry that is kept.
#[derive(Clone, Debug)]
pub(super) enum Uses {
    /// The usual case, without an allocation.
    One(Arc<SubjectName>, Version),
    /// None (for a moment) or several.
    Many(Arc<Vec<(Arc<SubjectName>, Version)>>),
}

/// What is known of a context.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ContextState {
    /// Whether it is listed.
    pub(super) created: bool,
    /// The highest id ever issued.
    pub(super) highest: SchemaId0,
    /// The part of it that has been written down as issued.
    pub(super) issued: SchemaId0,
}

/// An id, or 0 for none.
pub(super) type SchemaId0 = i32;

impl Content {
    pub(super) fn of(record: &SchemaRecord) -> Self {
        let plain = record.references.is_empty() && record.metadata.is_none() && record.rule_set.is_none();
        let contract = (!plain).then(|| {
            Box::new(Contract {
                references: record.references.clone(),
                metadata: record.metadata.clone(),
                rule_set: record.rule_set.clone(),
            })
        });
        let SchemaRecord { id, guid, text, schema_type, .. } = *record;
        Self { id, schema_type, guid, text, contract }
    }

    pub(super) fn references(&self) -> &[Reference] {
        self.contract.as_ref().map_or(&[], |contract| &contract.references)
    }

    pub(super) fn shared_references(&self) -> Arc<[Reference]> {
        self.contract.as_ref().map_or_else(Arc::default, |contract| contract.references.clone())
    }

    pub(super) fn metadata(&self) -> Option<&Arc<Metadata>> {
        self.contract.as_ref()?.metadata.as_ref()
    }

    pub(super) fn rule_set(&self) -> Option<&Arc<RuleSet>> {
        self.contract.as_ref()?.rule_set.as_ref()
    }

    /// Whether both would be the same content under one id.
    pub(super) fn is_same_as(&self, record: &SchemaRecord) -> bool {
        let contract = (record.metadata.as_ref(), record.rule_set.as_ref());
        self.is(record.text, record.schema_type, &record.references, contract)
    }

    /// Whether it is this text with all that belongs to it.
    pub(super) fn is(
        &self,
        text: TextHash,
        schema_type: SchemaType,
        references: &[Reference],
        (metadata, rule_set): (Option<&Arc<Metadata>>, Option<&Arc<RuleSet>>),
    ) -> bool {
        self.text == text
            && self.schema_type == schema_type
            && self.references() == references
            && self.metadata() == metadata
            && self.rule_set() == rule_set
    }
}

impl SubjectView {
    pub(super) fn new(name: SubjectName) -> Self {
        Self { name: Arc::new(name), rows: Vec::new(), config: None, mode: None, associations: None, governance: None }
    }

    pub(super) fn row(&self, version: Version) -> Option<&Row> {
        let at = self.rows.binary_search_by_key(&version, |row| row.version).ok()?;
        Some(&self.rows[at])
    }

    pub(super) fn live(&self) -> impl DoubleEndedIterator<Item = &Row> {
        self.rows.iter().filter(|row| !row.deleted)
    }

    pub(super) fn latest(&self) -> Option<&Row> {
        self.live().next_back()
    }

    /// Whether there are versions, live ones or with `with_deleted` any.
    pub(super) fn has_versions(&self, with_deleted: bool) -> bool {
        self.rows.iter().any(|row| with_deleted || !row.deleted)
    }

    /// What its own configuration says it stands for; an unqualified target lies in its own context. The global
    /// configuration is no subject's.
    pub(super) fn alias_target(&self) -> Option<SubjectName> {
        let config = self.config.as_ref().filter(|_| !self.name.is_default_scope())?;
        let alias = config.alias.as_deref().filter(|alias| !alias.is_empty())?;
        Some(SubjectName::referenced(alias, self.name.context()))
    }

    /// The number a new version gets: soft-deleted versions keep theirs. `None` after the last.
    pub(super) fn next_version(&self) -> Option<Version> {
        self.rows.last().map_or(Some(Version::FIRST), |row| row.version.next())
    }

    pub(super) fn is_empty(&self) -> bool {
        let is_plain = self.config.is_none() && self.mode.is_none();
        self.rows.is_empty() && is_plain && self.associations.is_none() && self.governance.is_none()
    }

    /// What uses the subject, by key.
    pub(super) fn associations(&self) -> &[Arc<Association>] {
        self.associations.as_ref().map_or(&[], |list| list.as_slice())
    }

    /// Writes `row` down as a record, for saying it once more with a change.
    pub(super) fn record(&self, row: &Row) -> SchemaRecord {
        SchemaRecord {
            subject: (*self.name).clone(),
            version: row.version,
            id: row.content.id,
            guid: row.content.guid,
            text: row.content.text,
            schema_type: row.content.schema_type,
            references: row.content.shared_references(),
            metadata: row.content.metadata().cloned(),
            rule_set: row.content.rule_set().cloned(),
            deleted: row.deleted,
            ordinal: row.ordinal,
        }
    }
}

impl Uses {
    pub(super) fn list(&self) -> Vec<(Arc<SubjectName>, Version)> {
        match self {
            Self::One(subject, version) => vec![(subject.clone(), *version)],
            Self::Many(list) => list.to_vec(),
        }
    }

    pub(super) fn first(&self) -> Option<(&Arc<SubjectName>, Version)> {
        match self {
            Self::One(subject, version) => Some((subject, *version)),
            Self::Many(list) => list.first().map(|(subject, version)| (subject, *version)),
        }
    }

    pub(super) fn last(&self) -> Option<(&Arc<SubjectName>, Version)> {
        match self {
            Self::One(subject, version) => Some((subject, *version)),
            Self::Many(list) => list.last().map(|(subject, version)| (subject, *version)),
        }
    }

    /// The newest version of `subject` among them.
    pub(super) fn newest_of(&self, subject: &SubjectName) -> Option<Version> {
        match self {
            Self::One(name, version) => (**name == *subject).then_some(*version),
            Self::Many(list) => list.iter().rev().find(|(name, _)| **name == *subject).map(|(_, version)| *version),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Many(list) if list.is_empty())
    }

    pub(super) fn remove(&mut self, subject: &SubjectName, version: Version) {
        let keep = |(name, number): &(Arc<SubjectName>, Version)| **name != *subject || *number != version;
        match self {
            Self::One(name, number) => {
                if **name == *subject && *number == version {
                    *self = Self::Many(Arc::new(Vec::new()));
                }
            }
            Self::Many(list) => {
                Arc::make_mut(list).retain(keep);
                if let [(name, number)] = &list[..] {
                    *self = Self::One(name.clone(), *number);
                }
            }
        }
    }

    /// Inserts a use before the first one for which `is_newer` holds.
    pub(super) fn insert(
        &mut self,
        subject: Arc<SubjectName>,
        version: Version,
        is_newer: impl Fn(&SubjectName, Version) -> bool,
    ) {
        if self.is_empty() {
            *self = Self::One(subject, version);
            return;
        }
        let mut list = match self {
            Self::One(name, number) => Arc::new(vec![(name.clone(), *number)]),
            Self::Many(list) => std::mem::take(list),
        };
        let uses = Arc::make_mut(&mut list);
        let after = uses.iter().rev().take_while(|(name, number)| is_newer(name, *number)).count();
        uses.insert(uses.len() - after, (subject, version));
        *self = Self::Many(list);
    }
}

/// The catalog with changes that are not published.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub(super) base: &'a dyn Below,
    pub(super) changes: Changes,
}

/// What a round changes. Published by `Catalog::publish`.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) subjects: Overlay<SubjectName, Arc<SubjectView>>,
    pub(super) ids: Overlay<(Arc<str>, SchemaId), IdEntry>,
    pub(super) contents: Overlay<(Arc<str>, Guid), SchemaId>,
    /// Ids of contents that have several.
    pub(super) twins: Overlay<(Arc<str>, Guid), Vec<SchemaId>>,
    pub(super) referrers: Overlay<RowName, Arc<Vec<RowName>>>,
    pub(super) contexts: Overlay<Arc<str>, ContextState>,
    pub(super) associations: AssociationChanges,
    /// From fingerprints to subjects.
    pub(super) exemptions: ExemptionChanges,
    pub(super) texts: HashMap<TextHash, Arc<str>>,
    /// The next ordinal.
    pub(super) ordinal: u64,
}

impl<'a> View<'a> {
    pub(super) fn new(base: &'a dyn Below) -> Self {
        Self { base, changes: Changes { ordinal: base.next_ordinal(), ..Changes::default() } }
    }
}

impl Known for View<'_> {
    fn subject(&self, name: &SubjectName) -> Option<Arc<SubjectView>> {
        match self.changes.subjects.get(name) {
            Some(changed) => changed.cloned(),
            None => self.base.subject(name),
        }
    }

    fn context(&self, name: &str) -> ContextState {
        match self.changes.contexts.get(name) {
            Some(changed) => changed.copied().unwrap_or_default(),
            None => self.base.context(name),
        }
    }

    fn id(&self, context: &str, id: SchemaId) -> Option<IdEntry> {
        match self.changes.ids.get(&(shared_name(context), id)) {
            Some(changed) => changed.cloned(),
            None => self.base.id(context, id),
        }
    }

    fn id_of(&self, context: &str, guid: Guid) -> Option<SchemaId> {
        match self.changes.contents.get(&(shared_name(context), guid)) {
            Some(changed) => changed.copied(),
            None => self.base.id_of(context, guid),
        }
    }

    fn referrers(&self, subject: &SubjectName, version: Version) -> Arc<Vec<RowName>> {
        match self.changes.referrers.get(&(subject.clone(), version)) {
            Some(changed) => changed.cloned().unwrap_or_default(),
            None => self.base.referrers(subject, version),
        }
    }

    fn contexts(&self) -> Vec<Arc<str>> {
        let mut names = self.base.contexts();
        for (name, state) in &self.changes.contexts.items {
            let created = state.is_some_and(|state| state.created);
            match names.iter().position(|other| other == name) {
                Some(at) if !created => drop(names.remove(at)),
                None if created => names.push(name.clone()),
                Some(_) | None => {}
            }
        }
        names.sort_by(|left, right| crate::schema::names::utf16_order(left, right));
        names
    }

    fn names_within(&self, scope: &SubjectName) -> Vec<SubjectName> {
        let mut names = self.base.names_within(scope);
        let changed = self.changes.subjects.items.iter().map(|(name, _)| name);
        names.extend(changed.filter(|name| is_within(name, scope)).cloned());
        names.sort_unstable();
        names.dedup();
        names.retain(|name| self.subject(name).is_some());
        names
    }

    fn has_versions_within(&self, scope: &SubjectName, with_deleted: bool) -> bool {
        self.any_name_within(scope, &mut |name| self.subject(name).is_some_and(|view| view.has_versions(with_deleted)))
    }

    fn associations_of(&self, resource_id: &str) -> Arc<Vec<Arc<AssociationKey>>> {
        match self.changes.associations.of_resources.get(resource_id) {
            Some(changed) => changed.cloned().unwrap_or_default(),
            None => self.base.associations_of(resource_id),
        }
    }

    fn pending_text(&self, hash: TextHash) -> Option<Arc<str>> {
        self.changes.texts.get(&hash).cloned().or_else(|| self.base.pending_text(hash))
    }
}

impl Below for View<'_> {
    fn any_name_within(&self, scope: &SubjectName, test: &mut dyn FnMut(&SubjectName) -> bool) -> bool {
        let mut changed = self.changes.subjects.items.iter().map(|(name, _)| name);
        changed.any(|name| is_within(name, scope) && test(name)) || self.base.any_name_within(scope, test)
    }

    fn twins(&self, context: &str, guid: Guid) -> Option<Vec<SchemaId>> {
        match self.changes.twins.get(&(shared_name(context), guid)) {
            Some(changed) => changed.cloned(),
            None => self.base.twins(context, guid),
        }
    }

    fn next_ordinal(&self) -> u64 {
        self.changes.ordinal
    }

    fn exempted_subject(&self, fingerprint: &str) -> Option<Arc<SubjectName>> {
        match self.changes.exemptions.get(fingerprint) {
            Some(changed) => changed.cloned(),
            None => self.base.exempted_subject(fingerprint),
        }
    }

    fn exemption_count(&self) -> usize {
        View::exemption_count(self)
    }
}

/// A context's name for keys; the default one is not copied each time.
pub(super) fn shared_name(context: &str) -> Arc<str> {
    static DEFAULT: LazyLock<Arc<str>> = LazyLock::new(|| Context::DEFAULT.into());
    if context == Context::DEFAULT { DEFAULT.clone() } else { context.into() }
}

/// Whether a name lies in a scope: a subject holds itself, a context its subjects, the default scope the subjects of
/// the default context, `:.__GLOBAL:` everything.
pub(super) fn is_within(name: &SubjectName, scope: &SubjectName) -> bool {
    if scope.is_all_contexts_scope() {
        return true;
    }
    if scope.is_context_scope() {
        return name.context() == scope.context();
    }
    name == scope
}
