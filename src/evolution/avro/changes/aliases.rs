//! Aliases of types and fields: gained, lost, or naming what is taken.

use super::descriptions;
use crate::evolution::TooLarge;
use crate::evolution::avro::changes::case;
use crate::evolution::avro::found::{Found, Spot, Words};
use crate::evolution::avro::pairing::Fields;
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};
use crate::schema::avro::model::{Field, Record, TypeName};
use std::collections::BTreeSet;

pub(in crate::evolution) static ADDED: ChangeKind = ChangeKind {
    id: "alias-added",
    summary: "a type or field gained an alias without being renamed by it",
    class: ClassOf::Always(ChangeClass::Allowed),
    bump: Bump::Patch,
    backward: "yes",
    forward: "yes",
    why: "An alias is one more name under which a reader finds old data. Data that has the current name is read as before.",
    fix: "nothing needs fixing; keep the alias from now on, because withdrawing it is a major change",
    example: Some(case!("aliases/field_alias_added")),
};

pub(in crate::evolution) static REMOVED: ChangeKind = ChangeKind {
    id: "alias-removed",
    summary: "a type or field lost an alias",
    class: ClassOf::Always(ChangeClass::MajorBumpRequired),
    bump: Bump::Major,
    backward: "yes",
    forward: "yes",
    why: "The alias was a promise to read data written under the older name. The latest version does not use that name, so a check against it alone sees nothing; but records older than that become unreadable, or their values are replaced by the default.",
    fix: "keep the alias; it costs nothing. Drop it only in a new major version, when no data under the old name is left",
    example: Some(case!("aliases/record_alias_removed")),
};

pub(in crate::evolution) static COLLISION: ChangeKind = ChangeKind {
    id: "alias-collision",
    summary: "by their names and aliases, fields claim an old field twice",
    class: ClassOf::Always(ChangeClass::MajorBumpRequired),
    bump: Bump::Major,
    backward: "no",
    forward: "yes",
    why: "A field of the new schema matches two fields of the old one, by its name and an alias or by two aliases, or two new fields match the same old one. Which value is meant cannot be told: Avro Java refuses such a pair altogether, other readers silently take one of the two and lose the other.",
    fix: "remove the alias that names a field which still exists",
    example: Some(case!("aliases/alias_names_a_field_that_still_exists")),
};

/// Aliases of two matched types.
pub(in crate::evolution::avro) fn of_types(
    found: &mut Found<'_>,
    spot: Spot,
    (old_name, old): (&TypeName, &[TypeName]),
    (new_name, new): (&TypeName, &[TypeName]),
) {
    if !old.is_empty() || !new.is_empty() {
        let all = |name: &'_ [TypeName]| -> Vec<String> { name.iter().map(|alias| alias.full().to_owned()).collect() };
        let (old, new) = (all(old), all(new));
        gained_and_lost(found, spot, new_name.simple(), (old_name.full(), &old), (new_name.full(), &new));
    }
}

/// Aliases of two matched fields.
pub(in crate::evolution::avro) fn of_fields(found: &mut Found<'_>, spot: Spot, old: &Field, new: &Field) {
    if !old.aliases().is_empty() || !new.aliases().is_empty() {
        let all =
            |field: &Field| -> Vec<String> { field.aliases().iter().map(|(alias, _)| alias.to_string()).collect() };
        let name = found.called(spot);
        gained_and_lost(found, spot, &name, (old.name(), &all(old)), (new.name(), &all(new)));
    }
}

/// The alias that a rename leaves behind is part of the rename, and so is the one that became the name.
fn gained_and_lost(
    found: &mut Found<'_>,
    spot: Spot,
    name: &str,
    (old_name, old): (&str, &[String]),
    (new_name, new): (&str, &[String]),
) {
    let is_renamed = old_name != new_name;
    let missing = |from: &[String], other: &[String], name: &str| -> Vec<String> {
        let others: BTreeSet<&String> = other.iter().collect();
        let is_missing = |alias: &&String| !(others.contains(alias) || is_renamed && **alias == *name);
        from.iter().filter(is_missing).cloned().collect()
    };
    for alias in missing(old, new, new_name) {
        let message = format!("{name} lost the alias {alias}");
        if alias == old_name {
            // It repeated the name that is still there, so no reader misses it.
            let words = Words { detail: Some("aliases".to_owned()), message, ..Words::default() };
            found.push(&descriptions::PROPERTY, spot, words);
            continue;
        }
        let remedy = format!("put the alias {alias} back on {name}");
        found.push(&REMOVED, spot, Words { detail: Some(alias), message, remedy });
    }
    for alias in missing(new, old, old_name) {
        let message = format!("{name} gained the alias {alias}");
        found.push(&ADDED, spot, Words { detail: Some(alias), message, ..Words::default() });
    }
}

/// Whether the new field at `at` claims an old field twice: two old fields answer to its name and aliases, or it has no
/// partner because another new field has taken the one it names.
///
/// The second half is not in the catalogue's letter. Avro fills both new fields from the one old field, so adding one
/// with a default would pass as allowed although the old values may not even fit it: law P1 asks for more. What the old
/// record did already is no change.
pub(in crate::evolution::avro) fn collisions(
    found: &mut Found<'_>,
    spot: Spot,
    (old, new): (&Record, &Record),
    fields: &Fields,
    at: usize,
) -> Result<(), TooLarge> {
    let field = &new.fields()[at];
    if field.aliases().is_empty() {
        return Ok(());
    }
    found.spend(field.aliases().len())?;
    let claimed = claims(old, field);
    let partner = fields.of_new(at);
    let is_new = match partner {
        Some(partner) => claimed.len() > 1 && sorted(claims(old, &old.fields()[partner])) != sorted(claimed.clone()),
        None => !claimed.is_empty(),
    };
    if !is_new {
        return Ok(());
    }
    let name = found.called(spot);
    let mut seen = BTreeSet::new();
    let names: Vec<&str> = claimed.iter().filter(|at| seen.insert(**at)).map(|at| old.fields()[*at].name()).collect();
    let message = match names[..] {
        [only] if claimed.len() > 1 => {
            format!("{name} would take its values from the old field {only} twice, by its name and by its alias")
        }
        [only] => format!("{name} would take its values from the old field {only}, like another field"),
        _ => format!("{name} would take its values from several old fields: {}", names.join(", ")),
    };
    let remedy = remedy(old, field, partner, &name);
    found.push(&COLLISION, spot, Words { detail: Some(names.join(", ")), message, remedy });
    Ok(())
}

/// What leaves the field with the values of its partner alone.
fn remedy(old: &Record, field: &Field, partner: Option<usize>, name: &str) -> String {
    let kept = partner.map(|at| old.fields()[at].name()).filter(|kept| *kept != field.name());
    let is_excess = |alias: &str, hash| old.position_of(alias, hash).is_some() && kept != Some(alias);
    let aliases = field.aliases().iter().filter(|(alias, hash)| is_excess(alias, *hash));
    let excess: Vec<&str> = aliases.map(|(alias, _)| &**alias).collect();
    match excess[..] {
        [only] => format!("remove the alias {only} from {name}"),
        _ => format!("remove the aliases {} from {name}", excess.join(", ")),
    }
}

/// The old fields that a field's name and aliases name, in that order. One that an alias names again is there twice:
/// Avro Java refuses even that.
fn claims(old: &Record, field: &Field) -> Vec<usize> {
    let own = old.position_of(field.name(), field.name_hash());
    let others = field.aliases().iter().filter_map(|(alias, hash)| old.position_of(alias, *hash));
    own.into_iter().chain(others).collect()
}

fn sorted(mut claims: Vec<usize>) -> Vec<usize> {
    claims.sort_unstable();
    claims
}
