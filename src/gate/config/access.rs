//! How a registry is reached: its address and the credentials, from the environment and from the address itself.

use super::ConfigError;
use super::origin::{Origin, Sourced};
use super::values::Secret;
use crate::gate::base::BaseSpec;

const URL: &str = "SLUICEGATE_REGISTRY_URL";
const URL_OF_OTHERS: &str = "SCHEMA_REGISTRY_URL";
const USERNAME: &str = "SLUICEGATE_USERNAME";
const PASSWORD: &str = "SLUICEGATE_PASSWORD";
const TOKEN: &str = "SLUICEGATE_TOKEN";

/// What to show a registry. Never printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// Basic authentication.
    Basic {
        /// The user.
        username: Secret,
        /// The password.
        password: Secret,
    },
    /// A bearer token.
    Bearer(Secret),
}

/// What the environment says about a registry. Nothing is checked before it is used: the variables of other tools must
/// not spoil a check against a git revision.
#[derive(Clone, Debug, Default)]
pub struct RegistryAccess {
    url: Option<Sourced<Secret>>,
    username: Option<Secret>,
    password: Option<Secret>,
    token: Option<Secret>,
}

impl RegistryAccess {
    /// Reads the environment; a variable that is empty counts as not set.
    pub fn of_environment(variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        let url = |name: &'static str| set(name).map(|url| Sourced::new(Secret::new(url), Origin::Variable(name)));
        Self {
            url: url(URL).or_else(|| url(URL_OF_OTHERS)),
            username: set(USERNAME).map(Secret::new),
            password: set(PASSWORD).map(Secret::new),
            token: set(TOKEN).map(|token| Secret::new(token.trim())),
        }
    }

    /// Whether the environment names a registry.
    pub fn is_named(&self) -> bool {
        self.url.is_some()
    }

    /// The registry that the environment names: of several, separated by commas as Confluent's clients take them, the
    /// first.
    ///
    /// # Errors
    /// No variable is set, or what it holds is no address.
    pub fn registry(&self) -> Result<Sourced<BaseSpec>, ConfigError> {
        let Some(url) = &self.url else {
            return Err(ConfigError::new(format!("base `registry`: set {URL} to the address of a registry")));
        };
        let first = url.value.reveal().split(',').next().unwrap_or_default().trim();
        match BaseSpec::read(first) {
            Ok(registry @ BaseSpec::Registry(_)) => Ok(Sourced::new(registry, url.origin.clone())),
            _ => Err(ConfigError::new(format!("{}: a registry's address begins with http:// or https://", url.origin))),
        }
    }

    /// The credentials of the environment, for a registry whose address holds none.
    ///
    /// # Errors
    /// Half of a pair is set, or a token beside a user name.
    pub fn credentials(&self) -> Result<Option<Credentials>, ConfigError> {
        let wrong = |problem: String| Err(ConfigError::new(problem));
        match (&self.username, &self.password, &self.token) {
            (None, None, None) => Ok(None),
            (None, None, Some(token))
                if !token.reveal().bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') =>
            {
                wrong(format!("{TOKEN} holds a line break or another character that no token has"))
            }
            (None, None, Some(token)) => Ok(Some(Credentials::Bearer(token.clone()))),
            (Some(username), Some(password), None) => {
                Ok(Some(Credentials::Basic { username: username.clone(), password: password.clone() }))
            }
            (_, _, Some(_)) => wrong(format!("{TOKEN} is set beside {USERNAME} or {PASSWORD}; unset one of them")),
            (Some(_), None, None) => wrong(format!("{USERNAME} is set without {PASSWORD}")),
            (None, Some(_), None) => wrong(format!("{PASSWORD} is set without {USERNAME}")),
        }
    }

    /// Which variables are set, for people: name and, where it is no secret, value.
    pub(super) fn described(&self) -> Vec<(&'static str, String)> {
        let hidden = || "(set, not shown)".to_owned();
        let mut described = Vec::new();
        if let Some(Sourced { value, origin: Origin::Variable(name) }) = &self.url {
            let shown = BaseSpec::read(value.reveal()).map_or_else(|_| hidden(), |url| url.shown());
            described.push((*name, shown));
        }
        described.extend(self.username.as_ref().map(|_| (USERNAME, hidden())));
        described.extend(self.password.as_ref().map(|_| (PASSWORD, hidden())));
        described.extend(self.token.as_ref().map(|_| (TOKEN, hidden())));
        described
    }
}
