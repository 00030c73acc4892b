//! What has been found so far, in schema order, and how it becomes the list that callers see.

use super::Schemas;
use super::changes::names;
use super::path::{PathId, Paths, Side};
use super::words;
use crate::evolution::{Bump, Change, ChangeClass, ChangeKind, ClassOf, Place, TooLarge};
use crate::schema::avro::model::{NodeId, TypeName};
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// Steps one comparison may take: a pair of types, a field, a symbol, an attribute or a value of a default each. About
/// 0.1 s; real schemas take one per part.
const STEPS_MAX: u32 = 3_000_000;

/// Pairs of named types one comparison may remember: some 30 MiB.
const PAIRS_MAX: usize = 1 << 18;

/// Findings of one comparison, and bytes of their texts. A record of 20,000 fields, rewritten from end to end, stays
/// below. An answer as JSON takes some 7 KiB of memory for each while it is written.
const FINDINGS_MAX: usize = 50_000;
const TEXT_BYTES_MAX: usize = 1 << 26;

/// Which named pair a finding belongs to; see [`NamedPair`].
pub(super) type Owner = u32;

/// No named pair is around.
pub(super) const NO_OWNER: Owner = u32::MAX;

/// A position at which two types, fields or other parts meet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    /// Where that is.
    pub(super) path: PathId,
    /// The innermost pair of named types around it; the pair itself where the spot is one.
    pub(super) owner: Owner,
    /// Whether it is about the named pair itself and not about a part of it.
    pub(super) is_named_pair: bool,
    /// Whether the enclosing field is required.
    pub(super) is_required: bool,
    /// Whether it is the root or a branch of a union there.
    pub(super) is_event: bool,
    /// The part of the old schema.
    pub(super) old: Option<Place>,
    /// The part of the new schema.
    pub(super) new: Option<Place>,
}

impl Spot {
    /// The same position with other parts to point at.
    pub(super) fn pointing_at(self, old: impl Into<Option<Place>>, new: impl Into<Option<Place>>) -> Self {
        Self { old: old.into(), new: new.into(), ..self }
    }
}

/// Two named types that have been compared. They are compared where they first meet, and only there: their other
/// positions may make a finding worse, which is why the findings remember whose they are.
#[derive(Debug)]
pub(super) struct NamedPair {
    pub(super) old: NodeId,
    pub(super) new: NodeId,
    pub(super) path: PathId,
    /// The named pair around it, or [`NO_OWNER`].
    pub(super) parent: Owner,
    /// Whether any of its positions is required.
    pub(super) is_required: bool,
    /// Whether it was first met at the root or as a branch of a union there.
    pub(super) is_event: bool,
}

/// What is said about a finding beyond its kind and place.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub(super) detail: Option<String>,
    pub(super) message: String,
    /// Empty where the kind is always allowed.
    pub(super) remedy: String,
}

/// One finding before it is rendered.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) kind: &'static ChangeKind,
    pub(super) spot: Spot,
    pub(super) side: Side,
    pub(super) words: Words,
}

/// The findings of one comparison and what they stand on.
pub(super) struct Found<'a> {
    pub(super) schemas: Schemas<'a>,
    pub(super) paths: Paths,
    pub(super) pairs: Vec<NamedPair>,
    pub(super) findings: Vec<Finding>,
    steps_left: u32,
    /// Bytes of the texts so far.
    text_bytes: usize,
    /// Hashes of the full names of the new schema's types, sorted; made when first asked for.
    new_names: OnceCell<Vec<u64>>,
}

impl<'a> Found<'a> {
    pub(super) fn new(schemas: Schemas<'a>) -> Self {
        let (paths, pairs, findings) = (Paths::default(), Vec::new(), Vec::new());
        let new_names = OnceCell::new();
        Self { schemas, paths, pairs, findings, steps_left: STEPS_MAX, text_bytes: 0, new_names }
    }

    /// Pays for `steps` more.
    pub(super) fn spend(&mut self, steps: usize) -> Result<(), TooLarge> {
        let left = u32::try_from(steps).ok().and_then(|steps| self.steps_left.checked_sub(steps));
        self.steps_left = left.ok_or(TooLarge)?;
        if self.is_full() || self.pairs.len() > PAIRS_MAX { Err(TooLarge) } else { Ok(()) }
    }

    fn is_full(&self) -> bool {
        self.findings.len() > FINDINGS_MAX || self.text_bytes > TEXT_BYTES_MAX
    }

    /// An empty list that may spend what is left of the steps, or `steps_max` of them; see [`Self::pay_for`].
    pub(super) fn fork(&self, steps_max: u32) -> Self {
        Self { steps_left: self.steps_left.min(steps_max), ..Self::new(self.schemas) }
    }

    /// Pays for what a fork has spent that was made with the same `steps_max`.
    pub(super) fn pay_for(&mut self, fork: &Self, steps_max: u32) {
        let spent = self.steps_left.min(steps_max).saturating_sub(fork.steps_left);
        self.steps_left -= spent;
    }

    /// Reports a change at its new path.
    pub(super) fn push(&mut self, kind: &'static ChangeKind, spot: Spot, words: Words) {
        self.add(Finding { kind, spot, side: Side::New, words });
    }

    /// Reports a change at its old path.
    pub(super) fn push_at_old_path(&mut self, kind: &'static ChangeKind, spot: Spot, words: Words) {
        self.add(Finding { kind, spot, side: Side::Old, words });
    }

    fn add(&mut self, finding: Finding) {
        let Words { detail, message, remedy } = &finding.words;
        self.text_bytes += detail.as_ref().map_or(0, String::len) + message.len() + remedy.len();
        // What does not fit is let go: the next step that is paid for says so.
        if !self.is_full() {
            self.findings.push(finding);
        }
    }

    /// What a message calls the position: its path, or `the schema`.
    pub(super) fn called(&self, spot: Spot) -> String {
        if spot.path == Paths::ROOT {
            return "the schema".to_owned();
        }
        self.paths.text(self.schemas, spot.path, Side::New)
    }

    /// The same by the old schema's names.
    pub(super) fn called_before(&self, spot: Spot) -> String {
        if spot.path == Paths::ROOT {
            return "the schema".to_owned();
        }
        self.paths.text(self.schemas, spot.path, Side::Old)
    }

    /// Whether the new schema has a type of this name.
    pub(super) fn is_name_in_new(&self, name: &TypeName) -> bool {
        let names = self.new_names.get_or_init(|| {
            let schema = self.schemas.new;
            let mut names: Vec<u64> =
                schema.node_ids().filter_map(|node| schema.names_of(node)).map(|(name, _)| name.full_hash()).collect();
            names.sort_unstable();
            names
        });
        names.binary_search(&name.full_hash()).is_ok()
    }

    /// The shorthand of a type of either side.
    pub(super) fn notations(&self, old: NodeId, new: NodeId) -> (String, String) {
        (words::notation(self.schemas.old, old), words::notation(self.schemas.new, new))
    }

    /// Whether the class of a finding depends on a required position.
    fn is_required(&self, finding: &Finding) -> bool {
        let by_pair = finding.spot.is_named_pair && self.pairs[finding.spot.owner as usize].is_required;
        by_pair || finding.spot.is_required
    }

    /// The class of a finding as far as its positions are known.
    pub(super) fn class_of(&self, finding: &Finding) -> ChangeClass {
        match finding.kind.class {
            ClassOf::Always(class) => class,
            ClassOf::Field { required, .. } if self.is_required(finding) => required,
            ClassOf::Field { optional, .. } => optional,
        }
    }

    /// The list that callers see.
    pub(super) fn into_changes(mut self) -> Result<Vec<Change>, TooLarge> {
        self.spend(0)?;
        self.drop_repeats();
        let mut changes = Vec::with_capacity(self.findings.len());
        for mut finding in std::mem::take(&mut self.findings) {
            let class = self.class_of(&finding);
            let words = std::mem::take(&mut finding.words);
            let change = Change {
                kind: finding.kind,
                path: self.paths.text(self.schemas, finding.spot.path, finding.side),
                detail: words.detail,
                class,
                bump: if class == ChangeClass::Forbidden { Bump::NotReleasable } else { finding.kind.bump },
                message: words.message,
                remedy: if class <= ChangeClass::Allowed { String::new() } else { words.remedy },
                old: finding.spot.old,
                new: finding.spot.new,
            };
            self.text_bytes += change.path.len();
            if self.text_bytes > TEXT_BYTES_MAX {
                return Err(TooLarge);
            }
            changes.push(change);
        }
        Ok(changes)
    }

    /// Drops what was found twice because a text spells a type out twice.
    ///
    /// Each definition is compared, since documentation, aliases and enum defaults may differ between them. What is
    /// the same in both is one finding, or spelling a type out at another use would change the answer. It stands where
    /// it is about an event, if one of the two is, as it does for a type that is written out once.
    fn drop_repeats(&mut self) {
        let Schemas { old, new } = self.schemas;
        let first = |pair: &NamedPair| (old.first_of(pair.old), new.first_of(pair.new));
        let is_first = |pair: &NamedPair| first(pair) == (Some(pair.old), Some(pair.new));
        if self.pairs.iter().all(is_first) {
            return;
        }
        let mut seen = BTreeMap::new();
        let mut kept: Vec<Option<Finding>> = Vec::with_capacity(self.findings.len());
        for mut finding in std::mem::take(&mut self.findings) {
            let Some(pair) = self.pairs.get(finding.spot.owner as usize) else {
                kept.push(Some(finding));
                continue;
            };
            let below = self.paths.text_below(self.schemas, finding.spot.path, pair.path, finding.side);
            let id = names::anywhere(finding.kind).id;
            let key = (first(pair), below, id, finding.words.detail.clone());
            let is_required = self.is_required(&finding);
            let earlier: Option<&mut Option<Finding>> = seen.get(&key).map(|at: &usize| &mut kept[*at]);
            if let Some(Some(earlier)) = earlier {
                let is_of_event = self.pairs.get(earlier.spot.owner as usize).is_some_and(|pair| pair.is_event);
                earlier.spot.is_required |= is_required;
                if is_of_event || !pair.is_event {
                    continue;
                }
                finding.spot.is_required = earlier.spot.is_required || self.is_required(earlier);
                kept[seen[&key]] = None;
            }
            seen.insert(key, kept.len());
            kept.push(Some(finding));
        }
        self.findings = kept.into_iter().flatten().collect();
    }
}
