//! What one place says about policy, in words or by what is left out: a scope of a registry, a configuration.

use super::{Enforcement, Policy, Profile, Rules, Unknown};

/// What one scope says about how changes are looked at; what it leaves out comes from further outside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyLayer {
    /// The point of view.
    pub profile: Option<Profile>,
    /// Whether policy may refuse.
    pub enforcement: Option<Enforcement>,
    /// What is seen otherwise, by change id.
    pub rules: Rules,
}

impl PolicyLayer {
    /// Reads a layer from the words of requests and records.
    ///
    /// # Errors
    /// The first word that means nothing, with the nearest one that does.
    pub fn read<'a>(
        profile: Option<&str>,
        enforcement: Option<&str>,
        rules: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, Unknown> {
        Ok(Self {
            profile: profile.map(Profile::read).transpose()?,
            enforcement: enforcement.map(Enforcement::read).transpose()?,
            rules: Rules::parse(rules)?,
        })
    }

    /// The policy that is in force where nothing else is said: the server's own defaults fill what is left out.
    pub fn completed(self) -> Policy {
        Policy {
            profile: self.profile.unwrap_or(Profile::Seed),
            enforcement: self.enforcement.unwrap_or(Enforcement::Off),
            rules: self.rules,
        }
    }
}

impl From<Policy> for PolicyLayer {
    fn from(policy: Policy) -> Self {
        Self { profile: Some(policy.profile), enforcement: Some(policy.enforcement), rules: policy.rules }
    }
}
