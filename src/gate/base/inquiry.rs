//! What is wanted of a base that is far away, and what to show it.

use crate::client::{Authorization, Limits};
use crate::compat::CompatibilityLevel;
use crate::gate::config::{Configuration, Credentials, History};
use std::fmt;

/// Which level is in force for a subject, given the one that the registry has.
type LevelInForce = dyn Fn(&str, Option<CompatibilityLevel>) -> CompatibilityLevel + Send + Sync;

/// How a registry is asked.
pub struct Inquiry {
    /// What to show a registry whose address holds no credentials; `Err` says why that is not known.
    pub credentials: Result<Option<Authorization>, String>,
    /// The level in force, which decides how much history is fetched.
    pub level: Box<LevelInForce>,
    /// How many of the newest versions are fetched whatever the level asks for.
    pub newest: u32,
    /// How long and how much.
    pub limits: Limits,
}

impl Inquiry {
    /// What a configuration asks for.
    pub fn of(configuration: &Configuration) -> Self {
        let credentials = configuration.registry.credentials().map(|credentials| {
            credentials.map(|credentials| match credentials {
                Credentials::Basic { username, password } => Authorization::basic(username.reveal(), password.reveal()),
                Credentials::Bearer(token) => Authorization::bearer(token.reveal()),
            })
        });
        let newest = match configuration.history.value {
            History::Latest => 1,
            History::All => u32::MAX,
            History::Last(newest) => newest,
        };
        let configuration = configuration.clone();
        let level = move |subject: &str, there: Option<CompatibilityLevel>| {
            let entry = configuration.subjects.iter().find(|entry| entry.name == subject);
            configuration.level(entry.map(|entry| &entry.declaration), there).value
        };
        Self {
            credentials: credentials.map_err(|error| error.message),
            level: Box::new(level),
            newest,
            limits: Limits::default(),
        }
    }
}

impl Default for Inquiry {
    /// No credentials, and the level of the registry.
    fn default() -> Self {
        Self {
            credentials: Ok(None),
            level: Box::new(|_, there| there.unwrap_or(CompatibilityLevel::Backward)),
            newest: 1,
            limits: Limits::default(),
        }
    }
}

impl fmt::Debug for Inquiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inquiry").field("newest", &self.newest).field("limits", &self.limits).finish_non_exhaustive()
    }
}
