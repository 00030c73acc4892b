//! Where associations are found: each hangs on its subject, with which it changes at once; two lists lead there, by the
//! resource's id and by its name.

use super::record::{Association, AssociationKey, AssociationValue};
use crate::registry::names_index::NameIndex;
use crate::registry::overlay::Overlay;
use crate::registry::view::{Known, View};
use arc_swap::ArcSwap;
use dashmap::DashMap;
use std::sync::Arc;

/// The lists of the catalog. They may lead to what is no longer there, never past what is.
#[derive(Debug, Default)]
pub(in crate::registry) struct AssociationIndex {
    of_resources: DashMap<Box<str>, Arc<Vec<Arc<AssociationKey>>>>,
    names: ArcSwap<NameIndex<Arc<AssociationKey>>>,
}

/// What a round changes in them.
#[derive(Debug, Default)]
pub(in crate::registry) struct AssociationChanges {
    /// By the resource's id.
    pub(in crate::registry) of_resources: Overlay<Box<str>, Arc<Vec<Arc<AssociationKey>>>>,
    /// Those that are there now, and with `None` those that no longer are.
    pub(in crate::registry) listed: Overlay<Arc<AssociationKey>, ()>,
}

impl AssociationIndex {
    /// The associations of a resource, by its id, sorted.
    pub(in crate::registry) fn of_resource(&self, id: &str) -> Arc<Vec<Arc<AssociationKey>>> {
        self.of_resources.get(id).map(|keys| keys.clone()).unwrap_or_default()
    }

    /// Every association, sorted by the resource's name.
    pub(in crate::registry) fn names(&self) -> Arc<NameIndex<Arc<AssociationKey>>> {
        self.names.load_full()
    }

    /// How many associations are listed by name, how many resources there are, and how many associations are listed
    /// with these. For comparing.
    pub(in crate::registry) fn sizes(&self) -> (usize, usize, usize) {
        let of_resources = self.of_resources.iter().map(|keys| keys.len()).sum();
        (self.names().len(), self.of_resources.len(), of_resources)
    }

    pub(in crate::registry) fn publish_resources(&self, changed: Overlay<Box<str>, Arc<Vec<Arc<AssociationKey>>>>) {
        for (id, keys) in changed.items {
            match keys.filter(|keys| !keys.is_empty()) {
                Some(keys) => drop(self.of_resources.insert(id, keys)),
                None => drop(self.of_resources.remove(&id)),
            }
        }
    }

    pub(in crate::registry) fn publish_listed(&self, listed: Overlay<Arc<AssociationKey>, ()>) {
        if listed.items.is_empty() {
            return;
        }
        let mut names = (**self.names.load()).clone();
        for (key, is_there) in listed.items {
            if is_there.is_some() { names.insert(key) } else { names.remove(&key) }
        }
        self.names.store(Arc::new(names));
    }

    /// Lists every association anew.
    pub(in crate::registry) fn list(&self, keys: impl Iterator<Item = Arc<AssociationKey>>) {
        let mut keys: Vec<_> = keys.collect();
        keys.sort_unstable();
        self.names.store(Arc::new(keys.into_iter().collect()));
    }
}

impl View<'_> {
    /// Takes an association into account. A key that has one gives it up, to another resource perhaps: the key tells
    /// resources apart by name, not by id.
    pub(in crate::registry) fn set_association(
        &mut self,
        key: &AssociationKey,
        value: &AssociationValue,
        timestamp_ms: i64,
    ) {
        let known = known(self, key);
        let created_ms = value.created_ms.or_else(|| Some(known.as_ref()?.created_ms)).unwrap_or(timestamp_ms);
        let key = known.as_ref().map_or_else(|| Arc::new(key.clone()), |known| known.key.clone());
        if let Some(known) = known.filter(|known| known.value.resource_id != value.resource_id) {
            self.unlist(&known);
        }
        let association = Arc::new(Association { key, value: value.clone(), created_ms, updated_ms: timestamp_ms });
        self.list(&association);
        self.change_subject(&association.key.subject, |view| {
            let list = Arc::make_mut(view.associations.get_or_insert_default());
            match list.binary_search_by(|other| other.key.cmp(&association.key)) {
                Ok(at) => list[at] = association.clone(),
                Err(at) => list.insert(at, association.clone()),
            }
        });
    }

    pub(in crate::registry) fn remove_association(&mut self, key: &AssociationKey) {
        let Some(known) = known(self, key) else { return };
        self.unlist(&known);
        self.change_subject(&key.subject, |view| {
            if let Some(list) = &mut view.associations {
                Arc::make_mut(list).retain(|other| *other.key != *key);
            }
            view.associations = view.associations.take().filter(|list| !list.is_empty());
        });
    }

    fn list(&mut self, association: &Association) {
        let keys = self.keys_of(&association.value.resource_id);
        if let Err(at) = keys.binary_search(&association.key) {
            keys.insert(at, association.key.clone());
        }
        self.changes.associations.listed.put(association.key.clone(), Some(()));
    }

    fn unlist(&mut self, association: &Association) {
        self.keys_of(&association.value.resource_id).retain(|key| *key != association.key);
        self.changes.associations.listed.put(association.key.clone(), None);
    }

    fn keys_of(&mut self, resource_id: &str) -> &mut Vec<Arc<AssociationKey>> {
        let base = self.base;
        let keys = self
            .changes
            .associations
            .of_resources
            .entry(&resource_id.into(), || Some(base.associations_of(resource_id)));
        Arc::make_mut(keys.get_or_insert_default())
    }
}

/// The association with this key.
pub(super) fn known(known: &dyn Known, key: &AssociationKey) -> Option<Arc<Association>> {
    let view = known.subject(&key.subject)?;
    let at = view.associations().binary_search_by(|other| (*other.key).cmp(key)).ok()?;
    Some(view.associations()[at].clone())
}
