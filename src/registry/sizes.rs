//! How much there is at the moment and how it stands, for whoever watches the registry. Asks neither the writer nor the journal, but for
//! [`Registry::store_condition`].

use super::Registry;
use super::cache::CacheSize;
use super::face::Health;
use super::figures::Figures;
use super::journal::Condition;
use super::view::Known as _;

/// How much there is.
#[derive(Clone, Debug)]
pub struct Sizes {
    /// Names with at least one version.
    pub subjects: usize,
    /// Versions that are not soft-deleted.
    pub live_versions: usize,
    /// Versions that are.
    pub deleted_versions: usize,
    /// Ids in use, over all contexts.
    pub schemas: usize,
    /// Contexts that are listed, the default one included.
    pub contexts: usize,
    /// Commands that wait for the writer.
    pub queued_commands: usize,
    /// Whether commands can take effect.
    pub is_writable: bool,
    /// What is kept at hand, by what it is.
    pub caches: [(&'static str, CacheSize); 5],
}

impl Registry {
    /// Whether commands can take effect, and why not.
    pub fn health(&self) -> Health {
        (**self.shared.health.load()).clone()
    }

    /// How many subjects and versions there are, soft-deleted ones included.
    pub fn size(&self) -> (usize, usize) {
        (self.shared.catalog.names().all.len(), self.shared.catalog.version_count())
    }

    /// What is counted.
    pub fn figures(&self) -> &Figures {
        &self.shared.figures
    }

    /// How much there is now. Costs microseconds.
    pub fn sizes(&self) -> Sizes {
        let catalog = &self.shared.catalog;
        let live_versions = catalog.live_version_count();
        Sizes {
            subjects: catalog.names().all.len(),
            live_versions,
            deleted_versions: catalog.version_count().saturating_sub(live_versions),
            schemas: catalog.id_count(),
            contexts: 1 + catalog.contexts().len(),
            queued_commands: self.shared.queue.len(),
            is_writable: matches!(**self.shared.health.load(), Health::Writable),
            caches: self.shared.shelf.sizes(),
        }
    }

    /// How the place is where everything is kept. Asks the disk: not for the event loop.
    pub fn store_condition(&self) -> Condition {
        self.shared.shelf.store_condition()
    }
}
