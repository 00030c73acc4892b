//! What stands on either side of a check: the schema files at hand, and what was there before, as plain data.

use crate::client::ToldRules;
use crate::compat::CompatibilityLevel;
pub use crate::policy::Declared;
use crate::policy::{Exemption, PolicyLayer, Treatment};
use crate::schema::ReferencedText;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A schema file that asks to become the next version of its subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The subject it belongs to.
    pub subject: String,
    /// Its text and references; `Err` where the file could not be read (say why, without the file's name).
    pub text: Result<Text, String>,
    /// The file, as the user would name it from where they stand.
    pub file: String,
    /// The number in `…_v<N>` of its file name.
    pub number: Option<u32>,
    /// What the configuration, manifest or command line declares for it.
    pub declared: Declared,
    /// The names of fields that it reserves, separated by commas; `None` where nothing is said about them.
    pub reserved: Option<String>,
}

impl Candidate {
    /// Whether it comes with metadata of its own. What is registered without any gets that of the latest version.
    pub fn brings_metadata(&self) -> bool {
        self.declared != Declared::default() || self.reserved.is_some()
    }
}

/// A schema text with the texts it refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The schema itself.
    pub text: Arc<str>,
    /// Each after what it refers to itself.
    pub references: Vec<ReferencedText>,
}

/// What a base knows of one subject. Everything empty: the subject is new there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Before {
    /// Live versions, newest first.
    pub versions: Vec<PreviousVersion>,
    /// Major lines that versions have which are not among these: see `Base::lines_above`.
    pub lines_above: Vec<u32>,
    /// The level in force there, where the base has one of its own (a registry).
    pub level: Option<CompatibilityLevel>,
    /// The policy in force there, likewise.
    pub policy: PolicyLayer,
    /// Exemptions that the base knows, of this subject.
    pub exemptions: Vec<Exemption>,
    /// The property by which the base groups versions for its level check (a registry's `compatibilityGroup`).
    pub compatibility_group: Option<String>,
    /// What the base calls the subject, where that is not what it was asked for: see [`Before::subject`].
    pub kept_as: Option<String>,
    /// What the base makes of whatever is registered there.
    pub treatment: Treatment,
    /// What it does with rules.
    pub rules: RuleTreatment,
}

impl Before {
    /// The name of a subject at the base, over which its fingerprints go. A registry that is asked through the address
    /// of a context (`…/contexts/.c`) calls `orders` what it keeps as `:.c:orders`, and one with an alias calls the
    /// alias what it keeps under the name behind it.
    pub fn subject<'a>(&'a self, asked: &'a str) -> &'a str {
        self.kept_as.as_deref().unwrap_or(asked)
    }
}

/// A version that is there already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviousVersion {
    /// Its number: of the registry, or of the file name; files without a number count as 1.
    pub version: u32,
    /// Its id in a registry.
    pub id: Option<u32>,
    /// Its text and references.
    pub text: Text,
    /// The file it stood in, as the user would name it; `None` in a registry.
    pub file: Option<String>,
    /// What it declared.
    pub declared: Declared,
    /// Its metadata properties, in a registry.
    pub properties: BTreeMap<String, String>,
    /// Its rules, in a registry.
    pub rules: Option<ToldRules>,
}

/// What a registry makes of the rules of a registration that brings none, as no file does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleTreatment {
    /// Whether some are laid under or over those that are inherited: then nothing is looked for as it was sent.
    pub are_added: bool,
    /// Those that it has in the end.
    pub filled_in: Option<ToldRules>,
}
