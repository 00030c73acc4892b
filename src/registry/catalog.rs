//! Everything known now: one writer, many readers who never wait for it.
//!
//! Changes arrive as a whole round ([`Catalog::publish`]), in an order that keeps this true for every reader at every
//! moment: a version that can be seen has an id that can be read.

use super::associations::{AssociationIndex, AssociationKey};
use super::governance::ExemptionIndex;
use super::names_index::Names;
use super::record::{Guid, TextHash};
use super::view::{Below, Changes, ContextState, IdEntry, Known, RowName, SubjectView, is_within};
use crate::schema::names::{Context, SchemaId, SubjectName, Version, utf16_order};
use arc_swap::ArcSwap;
use dashmap::DashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};

/// Contexts that are searched by callers that may not block, at most.
const HOT_CONTEXTS_MAX: usize = 1_000;

/// Everything known now. Only the writer thread publishes.
#[derive(Debug)]
pub(super) struct Catalog {
    subjects: DashMap<SubjectName, Arc<SubjectView>>,
    ids: DashMap<(ContextNumber, SchemaId), IdEntry>,
    contents: DashMap<(ContextNumber, Guid), SchemaId>,
    twins: DashMap<(ContextNumber, Guid), Vec<SchemaId>>,
    referrers: DashMap<RowName, Arc<Vec<RowName>>>,
    contexts: ArcSwap<Vec<ContextEntry>>,
    /// Names with at least one version.
    names: ArcSwap<Names>,
    pub(super) associations: AssociationIndex,
    pub(super) exemptions: ExemptionIndex,
    versions: AtomicUsize,
    live_versions: AtomicUsize,
    ordinal: AtomicU64,
    /// Rounds that have been published.
    rounds: AtomicU64,
}

/// Stands for a context's name in the large maps; the default context is 0.
type ContextNumber = u32;

#[derive(Clone, Debug)]
struct ContextEntry {
    name: Arc<str>,
    number: ContextNumber,
    state: ContextState,
}

impl Default for Catalog {
    fn default() -> Self {
        let default = ContextEntry { name: Context::DEFAULT.into(), number: 0, state: ContextState::default() };
        Self {
            subjects: DashMap::new(),
            ids: DashMap::new(),
            contents: DashMap::new(),
            twins: DashMap::new(),
            referrers: DashMap::new(),
            contexts: ArcSwap::from_pointee(vec![default]),
            names: ArcSwap::default(),
            associations: AssociationIndex::default(),
            exemptions: ExemptionIndex::default(),
            versions: AtomicUsize::new(0),
            live_versions: AtomicUsize::new(0),
            ordinal: AtomicU64::new(1),
            rounds: AtomicU64::new(0),
        }
    }
}

impl Catalog {
    /// Makes a round's changes visible.
    pub(super) fn publish(&self, mut changes: Changes) {
        let listed = std::mem::take(&mut changes.associations.listed);
        self.publish_with(changes, true);
        self.associations.publish_listed(listed);
        // Last: who reads this number sees at least what it counts.
        self.rounds.fetch_add(1, Release);
    }

    /// How many rounds have been published to readers.
    pub(super) fn rounds(&self) -> u64 {
        self.rounds.load(Acquire)
    }

    /// The same for a catalog that nobody reads yet; [`Self::list_names`] makes up for it.
    pub(super) fn publish_unlisted(&self, changes: Changes) {
        self.publish_with(changes, false);
    }

    /// Whether a subject may be looked for in more contexts than a caller that may not block can wait for: an unqualified
    /// one that has not what is asked for is sought in all.
    pub(super) fn is_sought_widely(&self, subject: &SubjectName) -> bool {
        subject.is_in_default_context() && self.contexts.load().len() > HOT_CONTEXTS_MAX
    }

    /// Lists every name anew.
    pub(super) fn list_names(&self) {
        let views = self.all_subjects();
        let of = |is_listed: fn(&SubjectView) -> bool| {
            let listed = views.iter().filter(|view| is_listed(view));
            listed.map(|view| (*view.name).clone()).collect()
        };
        let all = of(|view| view.has_versions(true));
        let dormant = of(|view| view.has_versions(true) && !view.has_versions(false));
        self.names.store(Arc::new(Names { all, dormant }));
        self.associations.list(views.iter().flat_map(|view| view.associations()).map(|known| known.key.clone()));
    }

    fn publish_with(&self, changes: Changes, is_listed: bool) {
        self.ordinal.store(changes.ordinal, Relaxed);
        self.publish_contexts(&changes);
        for ((context, id), entry) in &changes.ids.items {
            if let Some(entry) = entry {
                self.ids.insert((self.number_of(context), *id), entry.clone());
            }
        }
        for ((context, guid), id) in &changes.contents.items {
            put(&self.contents, (self.number_of(context), *guid), *id);
        }
        for ((context, guid), ids) in changes.twins.items {
            put(&self.twins, (self.number_of(&context), guid), ids);
        }
        for (row, referrers) in changes.referrers.items {
            put(&self.referrers, row, referrers.filter(|list| !list.is_empty()));
        }
        self.publish_subjects(changes.subjects.items, is_listed);
        self.associations.publish_resources(changes.associations.of_resources);
        self.exemptions.publish(changes.exemptions);
        for ((context, id), entry) in &changes.ids.items {
            if entry.is_none() {
                self.ids.remove(&(self.number_of(context), *id));
            }
        }
    }

    fn publish_contexts(&self, changes: &Changes) {
        if changes.contexts.items.is_empty() {
            return;
        }
        let mut contexts = (**self.contexts.load()).clone();
        for (name, state) in &changes.contexts.items {
            let state = state.unwrap_or_default();
            match contexts.binary_search_by(|entry| utf16_order(&entry.name, name)) {
                Ok(at) => contexts[at].state = state,
                Err(at) => {
                    let number = ContextNumber::try_from(contexts.len()).expect("a context takes more than one byte");
                    contexts.insert(at, ContextEntry { name: name.clone(), number, state });
                }
            }
        }
        self.contexts.store(Arc::new(contexts));
    }

    fn publish_subjects(&self, subjects: Vec<(SubjectName, Option<Arc<SubjectView>>)>, is_listed: bool) {
        let mut names: Option<Names> = None;
        for (name, view) in subjects {
            let rows = view.as_ref().map_or(0, |view| view.rows.len());
            let live = view.as_ref().map_or(0, |view| view.live().count());
            let before = match view {
                Some(mut view) => {
                    if view.rows.capacity() > rows {
                        Arc::make_mut(&mut view).rows.shrink_to_fit();
                    }
                    self.subjects.insert(name.clone(), view)
                }
                None => self.subjects.remove(&name).map(|(_, view)| view),
            };
            let live_before = before.as_ref().map_or(0, |view| view.live().count());
            let rows_before = before.map_or(0, |view| view.rows.len());
            self.versions.fetch_add(rows, Relaxed);
            self.versions.fetch_sub(rows_before, Relaxed);
            self.live_versions.fetch_add(live, Relaxed);
            self.live_versions.fetch_sub(live_before, Relaxed);
            let (is_there, was_there) = (rows > 0, rows_before > 0);
            let (is_dormant, was_dormant) = (is_there && live == 0, was_there && live_before == 0);
            if is_listed && (is_there, is_dormant) != (was_there, was_dormant) {
                let names = names.get_or_insert_with(|| (**self.names.load()).clone());
                names.all.set(name.clone(), is_there);
                names.dormant.set(name, is_dormant);
            }
        }
        if let Some(names) = names {
            self.names.store(Arc::new(names));
        }
    }

    /// Names with at least one version, live or not.
    pub(super) fn names(&self) -> Arc<Names> {
        self.names.load_full()
    }

    /// How many versions there are, live or not.
    pub(super) fn version_count(&self) -> usize {
        self.versions.load(Relaxed)
    }

    /// How many of them are live.
    pub(super) fn live_version_count(&self) -> usize {
        self.live_versions.load(Relaxed)
    }

    /// How many ids are in use, over all contexts.
    pub(super) fn id_count(&self) -> usize {
        self.ids.len()
    }

    /// Every scope whose configuration names an alias target, by context and then by name, with that target.
    pub(super) fn aliases(&self) -> Vec<(SubjectName, SubjectName)> {
        let target = |view: &SubjectView| view.alias_target().map(|target| ((*view.name).clone(), target));
        let mut aliases: Vec<_> = self.subjects.iter().filter_map(|entry| target(entry.value())).collect();
        aliases.sort_unstable_by(|(left, _), (right, _)| {
            utf16_order(left.context(), right.context()).then_with(|| utf16_order(left.name(), right.name()))
        });
        aliases
    }

    /// Every name of which anything is known, with what is known, sorted. For comparing.
    pub(super) fn all_subjects(&self) -> Vec<Arc<SubjectView>> {
        let mut views: Vec<_> = self.subjects.iter().map(|entry| entry.value().clone()).collect();
        views.sort_unstable_by(|left, right| left.name.cmp(&right.name));
        views
    }

    /// Every context with its state, sorted. For comparing.
    pub(super) fn all_contexts(&self) -> Vec<(Arc<str>, ContextState)> {
        self.contexts.load().iter().map(|entry| (entry.name.clone(), entry.state)).collect()
    }

    fn number_of(&self, context: &str) -> ContextNumber {
        self.find_number(context).expect("a context is published before what lies in it")
    }

    fn find_number(&self, context: &str) -> Option<ContextNumber> {
        if context == Context::DEFAULT {
            return Some(0);
        }
        self.find_context(context, |entry| entry.number)
    }

    fn find_context<T>(&self, name: &str, of: impl Fn(&ContextEntry) -> T) -> Option<T> {
        let contexts = self.contexts.load();
        let at = contexts.binary_search_by(|entry| utf16_order(&entry.name, name)).ok()?;
        Some(of(&contexts[at]))
    }
}

fn put<K: Eq + std::hash::Hash, V>(map: &DashMap<K, V>, key: K, value: Option<V>) {
    match value {
        Some(value) => drop(map.insert(key, value)),
        None => drop(map.remove(&key)),
    }
}

impl Known for Catalog {
    fn subject(&self, name: &SubjectName) -> Option<Arc<SubjectView>> {
        self.subjects.get(name).map(|view| view.clone())
    }

    fn context(&self, name: &str) -> ContextState {
        self.find_context(name, |entry| entry.state).unwrap_or_default()
    }

    fn id(&self, context: &str, id: SchemaId) -> Option<IdEntry> {
        self.ids.get(&(self.find_number(context)?, id)).map(|entry| entry.clone())
    }

    fn id_of(&self, context: &str, guid: Guid) -> Option<SchemaId> {
        self.contents.get(&(self.find_number(context)?, guid)).map(|id| *id)
    }

    fn referrers(&self, subject: &SubjectName, version: Version) -> Arc<Vec<RowName>> {
        let found = self.referrers.get(&(subject.clone(), version));
        found.map(|list| list.clone()).unwrap_or_default()
    }

    fn contexts(&self) -> Vec<Arc<str>> {
        let contexts = self.contexts.load();
        contexts.iter().filter(|entry| entry.state.created).map(|entry| entry.name.clone()).collect()
    }

    fn names_within(&self, scope: &SubjectName) -> Vec<SubjectName> {
        if !scope.is_context_scope() {
            return self.subjects.get(scope).map(|view| (*view.name).clone()).into_iter().collect();
        }
        let mut names: Vec<_> =
            self.subjects.iter().map(|entry| entry.key().clone()).filter(|name| is_within(name, scope)).collect();
        names.sort_unstable();
        names
    }

    fn has_versions_within(&self, scope: &SubjectName, with_deleted: bool) -> bool {
        self.any_name_within(scope, &mut |name| self.subject(name).is_some_and(|view| view.has_versions(with_deleted)))
    }

    fn associations_of(&self, resource_id: &str) -> Arc<Vec<Arc<AssociationKey>>> {
        self.associations.of_resource(resource_id)
    }

    fn pending_text(&self, _hash: TextHash) -> Option<Arc<str>> {
        None
    }
}

impl Below for Catalog {
    fn any_name_within(&self, scope: &SubjectName, test: &mut dyn FnMut(&SubjectName) -> bool) -> bool {
        let names = self.names();
        let in_context = |name: &&SubjectName| name.context() == scope.context();
        if scope.is_all_contexts_scope() {
            names.all.iter().any(test)
        } else if scope.is_default_scope() {
            names.all.iter().filter(in_context).any(test)
        } else {
            // The names of a named context stand together.
            names.all.from(scope).take_while(in_context).any(test)
        }
    }

    fn twins(&self, context: &str, guid: Guid) -> Option<Vec<SchemaId>> {
        self.twins.get(&(self.find_number(context)?, guid)).map(|ids| ids.clone())
    }

    fn next_ordinal(&self) -> u64 {
        self.ordinal.load(Relaxed)
    }

    fn exempted_subject(&self, fingerprint: &str) -> Option<Arc<SubjectName>> {
        self.exemptions.subject(fingerprint)
    }

    fn exemption_count(&self) -> usize {
        self.exemptions.len()
    }
}
