//! What does a registry look for when a schema is registered, and which version would it find?

use crate::gate::estate::{Before, Candidate, PreviousVersion};
use crate::gate::subject::{brought, properties_of};
use std::collections::BTreeMap;

/// What a registry looks for when a schema is registered: text and metadata together. The same text under another
/// declaration is another schema to it.
pub(super) struct Sought {
    /// The metadata properties as they are sent, where nothing is laid under or over them.
    as_sent: Option<BTreeMap<String, String>>,
    /// With all that is filled in.
    filled_in: BTreeMap<String, String>,
}

impl Sought {
    /// For the registration of `candidate`.
    pub(super) fn of(candidate: &Candidate, before: &Before) -> Self {
        let treatment = &before.treatment;
        let is_altered = !treatment.default_properties.is_empty() || !treatment.override_properties.is_empty();
        Self { as_sent: (!is_altered).then(|| brought(candidate)), filled_in: properties_of(candidate, before) }
    }

    /// Whether a version has the metadata that is sent: it is found whatever the mode.
    pub(super) fn is_sent_as(&self, version: &PreviousVersion) -> bool {
        self.as_sent.as_ref().is_some_and(|sent| is_same_metadata(sent, &version.properties))
    }

    /// Whether it has what is filled in: it is found where something new would be taken, too.
    pub(super) fn is_filled_in_as(&self, version: &PreviousVersion) -> bool {
        is_same_metadata(&self.filled_in, &version.properties)
    }
}

/// Whether two are the same but for the number that a registry may write there.
fn is_same_metadata(left: &BTreeMap<String, String>, right: &BTreeMap<String, String>) -> bool {
    let tells = |(name, _): &(&String, &String)| *name != "confluent:version";
    left.iter().filter(tells).eq(right.iter().filter(tells))
}
