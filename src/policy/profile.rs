//! Profiles and overrides: how the classes of a pair are relabelled (`change-classification` 10).
//!
//! Nothing here sees a level verdict in order to change it: relabelling takes changes and gives changes.

use super::words::{Unknown, known};
use crate::evolution::{Bump, Change, ChangeClass, ChangeKind, catalogue};
use std::collections::BTreeMap;
use std::fmt;

/// A point of view on the classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Profile {
    /// The specification's own classes.
    Seed,
    /// As `seed`, but what old readers cannot read needs a major version.
    Strict,
    /// What the level accepts is allowed, the rest needs a major version, and nothing is forbidden.
    Avro,
}

impl Profile {
    /// All three, the default first.
    pub const ALL: [Self; 3] = [Self::Seed, Self::Strict, Self::Avro];

    /// Reads the word of configurations; the spelling is case-sensitive.
    ///
    /// # Errors
    /// Any other word, with the one it was probably meant to be.
    pub fn read(text: &str) -> Result<Self, Unknown> {
        known("profile", text, Self::ALL, Self::as_str)
    }

    /// The word of configurations and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Seed => "seed",
            Self::Strict => "strict",
            Self::Avro => "avro",
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Overrides: the class that single kinds of change have here, whatever the profile says.
///
/// * `none` takes the change out of class, bump and warnings; it stays listed.
/// * `allowed` keeps the bump of the kind, but at most `minor`: what is allowed needs no new line.
/// * `major-bump-required` and `forbidden` bring the bump that goes with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules(BTreeMap<&'static str, ChangeClass>);

impl Rules {
    /// Reads pairs of a change id and the word of a class. Of an id that is given twice the later one holds.
    ///
    /// # Errors
    /// The first id or class that does not exist, with the nearest one that does.
    pub fn parse<'a>(words: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Unknown> {
        let mut rules = Self::default();
        for (id, class) in words {
            let class = known("class", class, ChangeClass::ALL, ChangeClass::as_str)?;
            rules.set(id, class)?;
        }
        Ok(rules)
    }

    /// Gives one kind of change its class.
    ///
    /// # Errors
    /// An id that does not exist, with the nearest one that does.
    pub fn set(&mut self, id: &str, class: ChangeClass) -> Result<(), Unknown> {
        let kind = known("change id", id, catalogue::ALL.iter().copied(), |kind| kind.id)?;
        self.0.insert(kind.id, class);
        Ok(())
    }

    /// These rules with everything they do not say taken from `outer`: the subject's over the global ones.
    #[must_use]
    pub fn over(&self, outer: &Self) -> Self {
        let mut merged = outer.0.clone();
        merged.extend(&self.0);
        Self(merged)
    }

    /// The class of `kind`, if it is overridden.
    pub fn class_of(&self, kind: &ChangeKind) -> Option<ChangeClass> {
        self.0.get(kind.id).copied()
    }

    /// Every override, by id.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, ChangeClass)> + '_ {
        self.0.iter().map(|(id, class)| (*id, *class))
    }
}

/// What relabelling may know of a pair besides its changes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Readability {
    /// Whether everything the level asks of this pair and its history holds.
    pub(super) at_level: bool,
    /// Whether the old schema reads what the new one writes.
    pub(super) forward: bool,
}

/// What a change counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Grade {
    pub(super) class: ChangeClass,
    pub(super) bump: Bump,
}

/// Grades every change under a profile with overrides; the n-th grade is that of the n-th change.
///
/// An override is the last word about its kind, also under `strict`: whoever writes `enum-symbol-added = "allowed"`
/// there has decided about old readers.
pub(super) fn grades(changes: &[Change], profile: Profile, rules: &Rules, readable: Readability) -> Vec<Grade> {
    let mut grades: Vec<Grade> = changes
        .iter()
        .map(|change| match (rules.class_of(change.kind), profile) {
            (Some(class), _) => overridden(change, class),
            (None, Profile::Seed | Profile::Strict) => Grade { class: change.class, bump: change.bump },
            (None, Profile::Avro) => allowed(change),
        })
        .collect();
    match profile {
        Profile::Strict if !readable.forward && worst(&grades).class == ChangeClass::Allowed => {
            raise(changes, &mut grades, rules, |kind| kind.forward != SURELY);
        }
        Profile::Avro if !readable.at_level => {
            raise(changes, &mut grades, rules, |kind| kind.backward != SURELY || kind.forward != SURELY);
        }
        Profile::Seed | Profile::Strict | Profile::Avro => {}
    }
    grades
}

/// The grade of a pair: the worst class and the largest bump (`change-classification` 7).
pub(super) fn worst(grades: &[Grade]) -> Grade {
    let class = grades.iter().map(|grade| grade.class).max().unwrap_or(ChangeClass::None);
    let bump = grades.iter().map(|grade| grade.bump).max().unwrap_or(Bump::None);
    Grade { class, bump }
}

fn overridden(change: &Change, class: ChangeClass) -> Grade {
    let bump = match class {
        ChangeClass::None => Bump::None,
        ChangeClass::Allowed => change.kind.bump.min(Bump::Minor),
        ChangeClass::MajorBumpRequired => Bump::Major,
        ChangeClass::Forbidden => Bump::NotReleasable,
    };
    Grade { class, bump }
}

/// Profile `avro`, while nothing is wrong: only the kinds of 5.1 ask for a patch.
fn allowed(change: &Change) -> Grade {
    Grade { class: ChangeClass::Allowed, bump: change.kind.bump.clamp(Bump::Patch, Bump::Minor) }
}

/// Makes a pair need a major version, because of the changes that may have made it unreadable.
///
/// Which those are the pair does not say, so it is every kind that can be, and where there is none of these (a level
/// that fails in older history) every change at all. Overridden ones stay as they were told.
fn raise(changes: &[Change], grades: &mut [Grade], rules: &Rules, can_break: impl Fn(&ChangeKind) -> bool) {
    let someone_can_break = changes.iter().any(|change| can_break(change.kind));
    for (change, grade) in changes.iter().zip(grades) {
        let is_suspect = !someone_can_break || can_break(change.kind);
        if is_suspect && rules.class_of(change.kind).is_none() {
            *grade = MAJOR;
        }
    }
}

/// How a kind says that a direction stays readable in any case.
const SURELY: &str = "yes";

/// Needs a major version.
pub(super) const MAJOR: Grade = Grade { class: ChangeClass::MajorBumpRequired, bump: Bump::Major };
