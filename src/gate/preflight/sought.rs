//! What does a registry look for when a schema is registered, and which version would it find?

use crate::client::ToldRules;
use crate::gate::estate::{Before, Candidate, PreviousVersion};
use crate::gate::subject::{brought, properties_of};
use std::collections::BTreeMap;

/// What a registry looks for when a schema is registered: text, metadata and rules together. The same text under another
/// declaration is another schema to it, and so it is under other rules: a configuration that lays some under or over what
/// is registered makes the next registration of an old text a new version. No file brings rules of its own.
pub(super) struct Sought {
    /// The metadata properties as they are sent, where nothing is laid under or over them.
    as_sent: Option<BTreeMap<String, String>>,
    /// With all that is filled in.
    filled_in: BTreeMap<String, String>,
    /// The rules with which they are filled in.
    rules: Option<ToldRules>,
}

impl Sought {
    /// For the registration of `candidate`.
    pub(super) fn of(candidate: &Candidate, before: &Before) -> Self {
        let treatment = &before.treatment;
        let adds_properties = !treatment.default_properties.is_empty() || !treatment.override_properties.is_empty();
        let is_altered = adds_properties || before.rules.are_added;
        Self {
            as_sent: (!is_altered).then(|| brought(candidate)),
            filled_in: properties_of(candidate, before),
            rules: before.rules.filled_in.clone(),
        }
    }

    /// Whether a version has the metadata that is sent, and no rules, as none are: it is found whatever the mode.
    pub(super) fn is_sent_as(&self, version: &PreviousVersion) -> bool {
        let is_same = |sent: &_| is_same_metadata(sent, &version.properties);
        version.rules.is_none() && self.as_sent.as_ref().is_some_and(is_same)
    }

    /// Whether it has what is filled in: it is found where something new would be taken, too.
    pub(super) fn is_filled_in_as(&self, version: &PreviousVersion) -> bool {
        version.rules == self.rules && is_same_metadata(&self.filled_in, &version.properties)
    }
}

/// Whether two are the same but for the number that a registry may write there.
fn is_same_metadata(left: &BTreeMap<String, String>, right: &BTreeMap<String, String>) -> bool {
    let tells = |(name, _): &(&String, &String)| *name != "confluent:version";
    left.iter().filter(tells).eq(right.iter().filter(tells))
}
