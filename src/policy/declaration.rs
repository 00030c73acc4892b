//! What a candidate will declare, once a registry has filled in its metadata (`change-classification` 8.1).

use super::lines::{Declared, MAJOR_PROPERTY, UnreadableDeclaration, VERSION_PROPERTY};
use crate::compat::RESERVED_PROPERTY;
use std::collections::{BTreeMap, BTreeSet};

/// What a registry makes of a registration before it looks at it. Everything empty: nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Treatment {
    /// Whether schemas are normalised.
    pub normalizes: bool,
    /// Whether names of fields that were reserved have to be kept (`validateFields`).
    pub validates_fields: bool,
    /// Metadata properties laid under what a registration brings or inherits.
    pub default_properties: BTreeMap<String, String>,
    /// Metadata properties laid over it.
    pub override_properties: BTreeMap<String, String>,
}

impl Treatment {
    /// What becomes of metadata properties that are brought or inherited.
    pub fn applied_to(&self, properties: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let layers = [&self.default_properties, properties, &self.override_properties];
        layers.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}

/// What a candidate will declare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// What can be read of it.
    pub declared: Declared,
    /// What its metadata will hold.
    pub properties: BTreeMap<String, String>,
    /// What is brought, or laid over it, and is no version.
    pub unreadable: Option<UnreadableDeclaration>,
    /// The properties that the registry lays under or over all that is registered, or that it looks at besides.
    compared: BTreeSet<String>,
}

impl Declaration {
    /// Of a candidate that brings these properties.
    pub fn brought(properties: &BTreeMap<String, String>, treatment: &Treatment) -> Self {
        let properties = treatment.applied_to(properties);
        let property = |name: &str| properties.get(name).map(String::as_str);
        let (declared, unreadable) = (Declared::readable(property), Declared::read(property).err());
        let laid_down = treatment.default_properties.keys().chain(treatment.override_properties.keys());
        let reserved = treatment.validates_fields.then(|| RESERVED_PROPERTY.to_owned());
        Self { declared, unreadable, compared: laid_down.cloned().chain(reserved).collect(), properties }
    }

    /// Of a candidate that brings none, and so has those of the `latest` version, if there is one. It says nothing about the
    /// semantic version: a registry does not hold one that was inherited against whoever registers without knowing of it.
    pub fn inherited(latest: Option<&BTreeMap<String, String>>, treatment: &Treatment) -> Self {
        let brought = Self::brought(latest.unwrap_or(&BTreeMap::new()), treatment);
        Self { declared: Declared { version: None, ..brought.declared }, unreadable: None, ..brought }
    }

    /// Whether a version with these properties declares the same, letter by letter. Of other properties only those are
    /// known that the registry itself lays down or looks at; what else a producer sends, no file says.
    pub fn is_that_of(&self, properties: &BTreeMap<String, String>) -> bool {
        let known = [MAJOR_PROPERTY, VERSION_PROPERTY].into_iter().chain(self.compared.iter().map(String::as_str));
        known.into_iter().all(|name| properties.get(name) == self.properties.get(name))
    }
}

#[cfg(test)]
mod tests {
    use super::{Declaration, MAJOR_PROPERTY, Treatment, VERSION_PROPERTY};
    use std::collections::BTreeMap;

    fn properties(given: &[(&str, &str)]) -> BTreeMap<String, String> {
        given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_is_laid_over_wins_over_what_is_brought_and_that_over_what_is_laid_under() {
        let treatment = Treatment {
            default_properties: properties(&[("a", "under"), ("b", "under"), ("c", "under")]),
            override_properties: properties(&[("c", "over")]),
            ..Treatment::default()
        };
        let brought = properties(&[("b", "brought"), ("c", "brought")]);
        let declaration = Declaration::brought(&brought, &treatment);
        assert_eq!(declaration.properties, properties(&[("a", "under"), ("b", "brought"), ("c", "over")]));
    }

    #[test]
    fn a_line_is_inherited_and_a_semantic_version_is_not() {
        let latest = properties(&[(MAJOR_PROPERTY, "2"), (VERSION_PROPERTY, "2.1.0")]);
        let declaration = Declaration::inherited(Some(&latest), &Treatment::default());
        assert_eq!((declaration.declared.line(), declaration.declared.version), (2, None));
        assert!(declaration.is_that_of(&latest));
        let none = Declaration::inherited(None, &Treatment::default());
        assert_eq!((none.declared.major, none.properties.len()), (None, 0));
    }

    #[test]
    fn what_cannot_be_read_is_held_against_whoever_brings_it_alone() {
        let odd = properties(&[(MAJOR_PROPERTY, "two")]);
        assert!(Declaration::brought(&odd, &Treatment::default()).unreadable.is_some());
        assert_eq!(Declaration::inherited(Some(&odd), &Treatment::default()).unreadable, None);
    }
}
