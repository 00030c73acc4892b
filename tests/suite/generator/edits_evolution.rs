//! Edits that teams make between two versions, at least one for each kind of change, each where it finds a place.

use super::edits_values::{
    add_symbol, change_decimal, change_number, remove_symbol, resize_fixed, set_enum_default, set_logical_type,
    shuffle_symbols, swap_bytes_and_string,
};
use super::json::Json;
use super::shop::{Shop, TAGS};
use super::tree::{Attributes, Enum, Field, Record, Type};

/// Tries one kind of edit somewhere in a schema; false where it finds no place.
type Edit = fn(&mut Shop<'_>, &mut Type) -> bool;

/// Every edit, each as likely as its weight says.
const EDITS: &[(usize, Edit)] = &[
    (5, document),
    (6, set_property),
    (7, add_tag),
    (6, remove_tag),
    (3, shuffle_fields),
    (4, set_order),
    (7, shuffle_symbols),
    (3, shuffle_branches),
    (5, wrap_or_unwrap),
    (4, add_alias),
    (9, remove_alias),
    (12, add_field),
    (5, remove_field),
    (6, rename_field),
    (9, nest_fields),
    (9, flatten_record),
    (4, set_default),
    (4, respell_number),
    (5, remove_default),
    (7, collide),
    (18, change_number),
    (6, swap_bytes_and_string),
    (5, replace_type),
    (7, resize_fixed),
    (12, set_logical_type),
    (22, change_decimal),
    (5, make_nullable),
    (5, make_required),
    (4, add_branch),
    (6, remove_branch),
    (5, add_symbol),
    (6, remove_symbol),
    (24, set_enum_default),
    (9, rename_type),
    (7, rename_root),
    (10, add_event),
    (14, remove_event),
    (5, replace_root),
];

/// Makes one edit that finds a place.
pub(super) fn edit(shop: &mut Shop<'_>, root: &mut Type) {
    let weights: Vec<usize> = EDITS.iter().map(|(weight, _)| *weight).collect();
    for _ in 0..30 {
        if EDITS[shop.rng.weighted(&weights)].1(shop, root) {
            return;
        }
    }
}

/// A random type in `root` that `wanted` agrees to.
pub(super) fn some_type<'a>(
    shop: &mut Shop<'_>,
    root: &'a mut Type,
    wanted: impl Fn(&Type) -> bool,
) -> Option<&'a mut Type> {
    let places: Vec<usize> = (0..root.count()).filter(|&at| root.nth_mut(at).is_some_and(|ty| wanted(ty))).collect();
    if places.is_empty() { None } else { root.nth_mut(*shop.rng.pick(&places)) }
}

fn some_record<'a>(
    shop: &mut Shop<'_>,
    root: &'a mut Type,
    wanted: impl Fn(&Record) -> bool,
) -> Option<&'a mut Record> {
    match some_type(shop, root, |ty| matches!(ty, Type::Record(record) if wanted(record)))? {
        Type::Record(record) => Some(record),
        _ => None,
    }
}

fn some_field<'a>(shop: &mut Shop<'_>, root: &'a mut Type, wanted: impl Fn(&Field) -> bool) -> Option<&'a mut Field> {
    let record = some_record(shop, root, |record| record.fields.iter().any(&wanted))?;
    let places: Vec<usize> = (0..record.fields.len()).filter(|&at| wanted(&record.fields[at])).collect();
    Some(&mut record.fields[*shop.rng.pick(&places)])
}

pub(super) fn some_enum<'a>(shop: &mut Shop<'_>, root: &'a mut Type) -> Option<&'a mut Enum> {
    match some_type(shop, root, |ty| matches!(ty, Type::Enum(_)))? {
        Type::Enum(it) => Some(it),
        _ => None,
    }
}

fn some_attributes<'a>(
    shop: &mut Shop<'_>,
    root: &'a mut Type,
    wanted: impl Fn(&Attributes) -> bool,
) -> Option<&'a mut Attributes> {
    if shop.rng.chance(60) {
        return some_field(shop, root, |field| wanted(&field.attributes)).map(|field| &mut field.attributes);
    }
    some_type(shop, root, |ty| ty.named().is_some_and(|named| wanted(&named.attributes)))?
        .named_mut()
        .map(|named| &mut named.attributes)
}

pub(super) fn other<T: PartialEq + Copy>(shop: &mut Shop<'_>, from: &[T], than: T) -> Option<T> {
    let rest: Vec<T> = from.iter().copied().filter(|item| *item != than).collect();
    (!rest.is_empty()).then(|| *shop.rng.pick(&rest))
}

fn without_null(branches: &[Type]) -> Vec<usize> {
    (0..branches.len()).filter(|&at| branches[at].branch_key() != "null").collect()
}

/// A default that suits the type as it is now; none where the field had none.
fn renew_default(shop: &mut Shop<'_>, field: &mut Field) {
    if field.default.is_some() {
        field.default = shop.default(&field.ty);
    }
}

/// Changes a field's type and gives it a default that suits.
fn retype(
    shop: &mut Shop<'_>,
    root: &mut Type,
    wanted: impl Fn(&Type) -> bool,
    with: impl FnOnce(&mut Shop<'_>, &mut Type),
) -> bool {
    let Some(field) = some_field(shop, root, |field| wanted(&field.ty)) else { return false };
    with(shop, &mut field.ty);
    renew_default(shop, field);
    true
}

fn document(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let doc = Some(Json::text(shop.rng.word(&["What it is.", "What it is now."])));
    let place = if shop.rng.chance(50) {
        some_field(shop, root, |_| true).map(|field| &mut field.doc)
    } else {
        some_type(shop, root, |ty| ty.named().is_some()).and_then(Type::named_mut).map(|named| &mut named.doc)
    };
    place.map(|place| *place = if *place == doc { None } else { doc }).is_some()
}

fn set_property(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let Some(attributes) = some_attributes(shop, root, |_| true) else { return false };
    let had = attributes.len();
    attributes.retain(|(key, _)| key != "owner");
    if had == attributes.len() || shop.rng.chance(50) {
        attributes.push(("owner".to_owned(), Json::text(shop.rng.word(&["billing", "search"]))));
    }
    true
}

fn has_tags(attributes: &Attributes) -> bool {
    attributes.iter().any(|(key, _)| key == TAGS)
}

fn add_tag(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let Some(attributes) = some_attributes(shop, root, |it| !has_tags(it)) else { return false };
    attributes.push((TAGS.to_owned(), shop.tags()));
    true
}

fn remove_tag(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let Some(attributes) = some_attributes(shop, root, has_tags) else { return false };
    let tags = attributes.iter_mut().find(|(key, _)| key == TAGS).map(|(_, tags)| tags);
    match tags {
        Some(Json::Array(tags)) if tags.len() > 1 => drop(tags.pop()),
        _ => attributes.retain(|(key, _)| key != TAGS),
    }
    true
}

fn shuffle_fields(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let record = some_record(shop, root, |record| record.fields.len() > 1);
    record.map(|record| shop.rng.shuffle(&mut record.fields)).is_some()
}

fn set_order(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let order = shop.rng.word(&["descending", "ignore"]);
    let field = some_field(shop, root, |_| true);
    field.map(|field| field.order = if field.order.is_some() { None } else { Some(Json::text(order)) }).is_some()
}

fn shuffle_branches(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    match some_type(shop, root, |ty| matches!(ty, Type::Union(branches) if branches.len() > 1)) {
        Some(Type::Union(branches)) => branches.rotate_left(1),
        _ => return false,
    }
    true
}

fn wrap_or_unwrap(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let is_of_one = |ty: &Type| matches!(ty, Type::Union(branches) if branches.len() == 1);
    if let Some(place) = some_type(shop, root, is_of_one) {
        if let Type::Union(branches) = place {
            *place = branches.remove(0);
        }
        return true;
    }
    let wraps = |ty: &Type| !matches!(ty, Type::Union(_));
    some_field(shop, root, |field| wraps(&field.ty))
        .map(|field| field.ty = Type::Union(vec![field.ty.clone()]))
        .is_some()
}

fn some_aliases<'a>(
    shop: &mut Shop<'_>,
    root: &'a mut Type,
    wanted: impl Fn(&[String]) -> bool,
) -> Option<&'a mut Vec<String>> {
    if shop.rng.chance(60) {
        return some_field(shop, root, |field| wanted(&field.aliases)).map(|field| &mut field.aliases);
    }
    some_type(shop, root, |ty| ty.named().is_some_and(|named| wanted(&named.aliases)))?
        .named_mut()
        .map(|named| &mut named.aliases)
}

fn add_alias(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let alias = shop.rng.word(&["once", "before"]);
    let aliases = some_aliases(shop, root, |aliases| !aliases.iter().any(|it| it == alias));
    aliases.map(|aliases| aliases.push(alias.to_owned())).is_some()
}

fn remove_alias(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    some_aliases(shop, root, |aliases| !aliases.is_empty()).map(Vec::pop).is_some()
}

fn add_field(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let Some(record) = some_record(shop, root, |_| true) else { return false };
    let mut field = shop.field(&record.named.name.space.clone(), 3);
    match shop.rng.below(3) {
        0 => field.default = None,
        1 => field.default = shop.default(&field.ty),
        _ => {
            field.ty = Type::Union(vec![Type::primitive("null"), shop.plain()]);
            field.default = Some(Json::raw("null"));
        }
    }
    let at = shop.rng.below(record.fields.len() + 1);
    record.fields.insert(at, field);
    true
}

fn remove_field(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let Some(record) = some_record(shop, root, |record| !record.fields.is_empty()) else { return false };
    record.fields.remove(shop.rng.below(record.fields.len()));
    true
}

fn rename_field(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let name = shop.field_name();
    let Some(field) = some_field(shop, root, |_| true) else { return false };
    let known_before = field.aliases.pop().filter(|_| shop.rng.chance(30));
    let old = std::mem::replace(&mut field.name, known_before.unwrap_or(name));
    if shop.rng.chance(75) {
        field.aliases.push(old);
    }
    true
}

/// Puts some fields of a record into a record of their own, or into one that is there already.
fn nest_fields(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let Some(record) = some_record(shop, root, |record| record.fields.len() > 1) else { return false };
    let count = shop.rng.between(1, record.fields.len().min(2));
    let moved = record.fields.split_off(record.fields.len() - count);
    let inner = record.fields.iter_mut().find_map(|field| match &mut field.ty {
        Type::Record(inner) => Some(inner),
        _ => None,
    });
    if let Some(inner) = inner.filter(|_| shop.rng.chance(40)) {
        inner.fields.extend(moved);
        return true;
    }
    let space = record.named.name.space.clone();
    let (Type::Record(mut inner), mut field) = (shop.record(&space, 9), shop.field(&space, 9)) else { return false };
    inner.fields = moved;
    (field.ty, field.default) = (Type::Record(inner), None);
    record.fields.push(field);
    true
}

/// Puts the fields of a nested record into the record around it.
fn flatten_record(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let holds = |field: &Field| matches!(field.ty, Type::Record(_));
    let Some(record) = some_record(shop, root, |record| record.fields.iter().any(holds)) else { return false };
    let Some(at) = record.fields.iter().position(holds) else { return false };
    if let Type::Record(inner) = record.fields.remove(at).ty {
        record.fields.extend(inner.fields);
    }
    true
}

fn set_default(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let Some(field) = some_field(shop, root, |_| true) else { return false };
    field.default = shop.default(&field.ty);
    true
}

/// Writes the default of a double in another way.
fn respell_number(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let whole = |field: &Field| match (&field.ty, &field.default) {
        (Type::Primitive("double", _), Some(Json::Raw(digits))) => digits.parse::<i32>().is_ok(),
        _ => false,
    };
    match some_field(shop, root, whole).and_then(|field| field.default.as_mut()) {
        Some(Json::Raw(digits)) => digits.push_str(".0"),
        _ => return false,
    }
    true
}

fn remove_default(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    some_field(shop, root, |field| field.default.is_some()).map(|field| field.default = None).is_some()
}

/// Lets a field claim the name of another, which may go.
fn collide(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let Some(record) = some_record(shop, root, |record| record.fields.len() > 1) else { return false };
    shop.rng.shuffle(&mut record.fields);
    let claimed = record.fields[0].name.clone();
    record.fields[1].aliases.push(claimed);
    if shop.rng.chance(50) {
        record.fields.remove(0);
    }
    true
}

fn replace_type(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    retype(
        shop,
        root,
        |_| true,
        |shop, ty| {
            let is_optional = matches!(ty, Type::Union(branches) if branches.len() == 2);
            let new = shop.branch("n", 3);
            *ty = if is_optional { Type::Union(vec![Type::primitive("null"), new]) } else { new };
        },
    )
}

/// Adds, drops or changes the logical type of a primitive.
fn make_nullable(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let admits = |ty: &Type| match ty {
        Type::Union(branches) => branches.iter().any(|branch| branch.branch_key() == "null"),
        ty => ty.branch_key() == "null",
    };
    retype(
        shop,
        root,
        |ty| !admits(ty),
        |_, ty| match ty {
            Type::Union(branches) => branches.insert(0, Type::primitive("null")),
            ty => *ty = Type::Union(vec![Type::primitive("null"), ty.clone()]),
        },
    )
}

fn make_required(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let is_optional =
        |ty: &Type| matches!(ty, Type::Union(branches) if branches.len() == 2 && without_null(branches).len() == 1);
    retype(shop, root, is_optional, |_, ty| {
        if let Type::Union(branches) = ty {
            *ty = branches.swap_remove(without_null(branches)[0]);
        }
    })
}

fn add_branch(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    retype(
        shop,
        root,
        |ty| !matches!(ty, Type::Array(..) | Type::Map(..)),
        |shop, ty| {
            let branch = shop.branch("n", 3);
            match ty {
                Type::Union(branches) => branches.push(branch),
                ty => *ty = Type::Union(vec![ty.clone(), branch]),
            }
        },
    )
}

fn remove_branch(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    retype(
        shop,
        root,
        |ty| matches!(ty, Type::Union(branches) if without_null(branches).len() > 1),
        |shop, ty| {
            let Type::Union(branches) = ty else { return };
            let gone = *shop.rng.pick(&without_null(branches));
            branches.remove(gone);
            if branches.len() == 1 && shop.rng.chance(60) {
                *ty = branches.remove(0);
            }
        },
    )
}

fn rename_type(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let definitions = (0..root.count()).filter(|&at| root.nth_mut(at).is_some_and(|ty| ty.named().is_some()));
    let definitions: Vec<usize> = definitions.collect();
    if definitions.is_empty() {
        return false;
    }
    let at = *shop.rng.pick(&definitions);
    rename(shop, root, at)
}

fn rename_root(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let at = usize::from(matches!(root, Type::Union(_)));
    rename(shop, root, at)
}

/// Renames the type defined at a position, and all its uses.
fn rename(shop: &mut Shop<'_>, root: &mut Type, at: usize) -> bool {
    let Some(named) = root.nth_mut(at).and_then(Type::named_mut) else { return false };
    let old = named.name.clone();
    if shop.rng.chance(50) {
        named.name.space = if old.space == "moved" { "n".to_owned() } else { "moved".to_owned() };
    } else {
        named.name.simple = format!("{}Renamed", old.simple);
    }
    if shop.rng.chance(40) {
        named.aliases.push(format!("{}.{}", old.space, old.simple));
    }
    let new = named.name.clone();
    for at in 0..root.count() {
        if let Some(Type::Name(name)) = root.nth_mut(at)
            && *name == old
        {
            *name = new.clone();
        }
    }
    true
}

fn add_event(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let event = shop.record("n", 2);
    match root {
        Type::Union(branches) => branches.push(event),
        Type::Record(_) => *root = Type::Union(vec![root.clone(), event]),
        _ => return false,
    }
    true
}

fn remove_event(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let Type::Union(branches) = root else { return false };
    if branches.len() < 2 {
        return false;
    }
    branches.remove(shop.rng.below(branches.len()));
    true
}

fn replace_root(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    *root = match shop.rng.below(3) {
        0 => Type::Array(Box::new(root.clone()), Vec::new()),
        1 => Type::Map(Box::new(root.clone()), Vec::new()),
        _ => shop.plain(),
    };
    true
}
