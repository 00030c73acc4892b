//! Names are listed as a look at every subject would list them, whatever came and went before.
//!
//! `LISTED_SEED` repeats a run, `LISTED_STEPS` changes how long one is.

use super::{delete_subject, delete_version, fresh, record, register_text, start};
use crate::dice::{Dice, number};
use sluicegate::registry::{Deletion, Listing, Page, Registry};
use std::collections::BTreeMap;

/// What is there: for each name, its versions, whether each is deleted, and which content each has.
type Model = BTreeMap<String, Versions>;
type Versions = BTreeMap<u32, (bool, u32)>;

const CONTEXTS: [&str; 5] = ["", ":.c:", ":.cd:", ":.d:", ":.c2:"];
const PREFIXES: [&str; 14] =
    ["", ":*:", ":*:a", "a", "ab", "zz", ":.c:", ":.c:a", ":.c", ":.cd", ":.d:ab", ":.", ":.e:", ":*:b1"];

/// Few enough that each comes and goes, many enough that the index is in pieces.
fn names() -> Vec<String> {
    let name = |at: usize| format!("{}{}{}", CONTEXTS[at % 5], ["a", "ab", "b"][at % 3], at / 15);
    (0..1_500).map(name).collect()
}

/// The context of a name and what is called so there.
fn parts(name: &str) -> (&str, &str) {
    let qualified = name.strip_prefix(':').and_then(|rest| rest.split_once(':'));
    qualified.unwrap_or((".", name))
}

/// Whether a prefix is about a name, as the API's reference says it.
fn covers(prefix: &str, name: &str) -> bool {
    let (context, local) = parts(name);
    match prefix.strip_prefix(':').map(|rest| rest.split_once(':').ok_or(rest)) {
        Some(Ok(("*", begin))) => local.starts_with(begin),
        Some(Ok((in_context, begin))) => context == in_context && local.starts_with(begin),
        Some(Err(half)) if half.starts_with('.') => context.starts_with(half),
        _ => context == "." && local.starts_with(prefix),
    }
}

fn expected(model: &Model, listing: &Listing) -> Vec<String> {
    let is_shown = |versions: &Versions| {
        let (any, live) = (!versions.is_empty(), versions.values().any(|(deleted, _)| !deleted));
        if listing.deleted_only { any && !live } else { live || listing.deleted && any }
    };
    let shown = model.iter().filter(|(name, versions)| is_shown(versions) && covers(&listing.prefix, name));
    shown.map(|(name, _)| name.clone()).collect()
}

fn compare(registry: &Registry, model: &Model, dice: &mut Dice) {
    for prefix in PREFIXES {
        for (deleted, deleted_only) in [(false, false), (true, false), (false, true), (true, true)] {
            let listing = Listing { prefix: prefix.to_owned(), deleted, deleted_only };
            let expected = expected(model, &listing);
            let list =
                |page| -> Vec<String> { registry.subjects(&listing, page).iter().map(ToString::to_string).collect() };
            let all = list(Page::ALL);
            let mut sorted = all.clone();
            sorted.sort();
            let mut wanted = expected.clone();
            wanted.sort();
            assert_eq!(sorted, wanted, "{listing:?}");
            let page = Page { offset: dice.index(40), limit: 1 + dice.index(40) };
            let part: Vec<_> = all.into_iter().skip(page.offset).take(page.limit).collect();
            assert_eq!(list(page), part, "{listing:?} {page:?}");
        }
    }
}

/// One random change, to the registry and to the model.
fn change(registry: &Registry, model: &mut Model, dice: &mut Dice, name: &str) {
    let versions = model.entry(name.to_owned()).or_default();
    match dice.below(8) {
        0..4 => {
            let mask = 1 + dice.below(3) as u32;
            if let Ok(registered) = register_text(registry, name, &record(mask)) {
                // Registering a content anew takes away its deleted versions.
                versions.retain(|_, (deleted, content)| !*deleted || *content != mask);
                versions.insert(registered.version.get(), (false, mask));
            }
        }
        4 => {
            if delete_subject(registry, name, Deletion::Soft).is_ok() {
                versions.values_mut().for_each(|(deleted, _)| *deleted = true);
            }
        }
        5 => {
            if delete_subject(registry, name, Deletion::Permanent).is_ok() {
                versions.clear();
            }
        }
        other => {
            let version = 1 + dice.below(4) as u32;
            let deletion = if other == 6 { Deletion::Soft } else { Deletion::Permanent };
            if delete_version(registry, name, version, deletion).is_ok() {
                if let (Deletion::Soft, Some((deleted, _))) = (deletion, versions.get_mut(&version)) {
                    *deleted = true;
                } else {
                    versions.remove(&version);
                }
            }
        }
    }
}

#[test]
fn names_are_listed_as_a_look_at_every_subject_would_list_them() {
    let (store, mut registry) = fresh();
    super::set_level(&registry, ":.__GLOBAL:", sluicegate::compat::CompatibilityLevel::None);
    let (mut model, mut dice, names) = (Model::new(), Dice::thrown("LISTED_SEED"), names());
    for step in 0..number("LISTED_STEPS").unwrap_or(6_000) {
        // Half of the steps meet a few names again and again.
        let name = &names[if step % 2 == 0 { dice.index(names.len()) } else { dice.index(30) }];
        change(&registry, &mut model, &mut dice, name);
        if step % 500 == 499 {
            compare(&registry, &model, &mut dice);
        }
        if step % 2_000 == 1_999 {
            registry.stop();
            registry = start(store.journal());
            compare(&registry, &model, &mut dice);
        }
    }
}
