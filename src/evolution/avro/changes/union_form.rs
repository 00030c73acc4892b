//! How a union is written: the order of its branches, and a union of one.

use crate::evolution::avro::changes::case;
use crate::evolution::avro::found::{Found, Spot, Words};
use crate::evolution::avro::pairing::{Branches, NONE, Pairing};
use crate::evolution::avro::words;
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};

pub(in crate::evolution) static REORDERED: ChangeKind = ChangeKind {
    id: "union-reordered",
    summary: "surviving union branches stand in another order",
    class: ClassOf::Always(ChangeClass::Allowed),
    bump: Bump::Patch,
    backward: "yes",
    forward: "yes",
    why: "A reader finds the branch by its type, not by its number, so every value survives. Tools that take the first branch for the main one, as some converters do with `null`, may treat the field differently.",
    fix: "keep the branches in their old order and add new ones at the end",
    example: Some(case!("union_form/branches_swapped")),
};

pub(in crate::evolution) static OF_ONE: ChangeKind = ChangeKind {
    id: "union-of-one-changed",
    summary: "a type was wrapped in a union of one, or unwrapped",
    class: ClassOf::Always(ChangeClass::Allowed),
    bump: Bump::Patch,
    backward: "yes",
    forward: "yes",
    why: "A union of one branch holds exactly the values of that branch, and readers resolve one into the other. The bytes differ by one per value and the JSON encoding by a level, which matters only to who decodes without the writer's schema.",
    fix: "nothing needs fixing; write the plain type unless another branch is about to follow",
    example: Some(case!("union_form/wrapped_in_a_union_of_one")),
};

/// How two matched types are written as unions.
pub(in crate::evolution::avro) fn changes(
    found: &mut Found<'_>,
    spot: Spot,
    old: Branches<'_>,
    new: Branches<'_>,
    pairing: &Pairing,
) {
    let nulls = old.null().zip(new.null());
    if old.is_union() && new.is_union() {
        let survivor = |at: usize| match nulls {
            Some((before, now)) if now == at => Some(before as u32),
            _ => Some(pairing.of_new[at]).filter(|old| *old != NONE),
        };
        if !(0..new.len()).filter_map(survivor).is_sorted() {
            let message = format!("the branches of {} stand in another order", found.called(spot));
            found.push(&REORDERED, spot, Words { message, ..Words::default() });
        }
        return;
    }
    let is_kept = !pairing.is_empty() || nulls.is_some();
    if old.is_union() != new.is_union() && old.len() == 1 && new.len() == 1 && is_kept {
        let plain = words::notation(found.schemas.new, new.get(0));
        let what = if new.is_union() { "a union of one" } else { "no union any more" };
        let message = format!("the type {plain} of {} is {what}", found.called(spot));
        found.push(&OF_ONE, spot, Words { message, ..Words::default() });
    }
}
