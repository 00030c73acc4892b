//! What is known about a kind of change before any schema is looked at: its meaning, grade, reason and fix.

use super::{Bump, ChangeClass};
use std::fmt;

/// One kind of change. Stands as a `static` above the lines that detect it; `catalogue` lists all of them.
pub struct ChangeKind {
    /// A promise to users: kebab-case, `<object>-<what-happened>[-<condition>]`, never renumbered or reused.
    pub id: &'static str,
    /// What changed, as a clause: `a field without a default was added`.
    pub summary: &'static str,
    /// How far it may go.
    pub class: ClassOf,
    /// Which version number it asks for where its class is not forbidden.
    pub bump: Bump,
    /// Whether a reader with the new schema reads old data, this change alone: `yes`, `no`, or a condition.
    pub backward: &'static str,
    /// Whether a reader with the old schema reads new data, this change alone: `yes`, `no`, or a condition.
    pub forward: &'static str,
    /// Who is hurt by it and how, or why nobody is; one to four sentences.
    pub why: &'static str,
    /// What to do instead, in general; a [`super::Change`] names the field, type and symbol at hand.
    pub fix: &'static str,
    /// A case of `compat-cases/` that shows it: its whole JSON text. None where two texts of one language cannot.
    pub example: Option<&'static str>,
}

/// The class of a kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClassOf {
    /// The same everywhere.
    Always(ChangeClass),
    /// It depends on whether the enclosing field is required: its type in the old schema does not admit null.
    Field {
        /// On a required field, an item or a value of one, or at the root.
        required: ChangeClass,
        /// On an optional field.
        optional: ChangeClass,
    },
}

/// By id: a kind is one `static`, and ids are unique.
impl PartialEq for ChangeKind {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for ChangeKind {}

impl fmt::Debug for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}
