//! Edits of what a field holds: numbers, texts, logical types, decimals, sizes and symbols; see [`super::edits_evolution`].

use super::edits_evolution::{other, some_enum, some_type};
use super::json::Json;
use super::shop::{LOGICAL, NUMERIC, Shop, decimal};
use super::tree::{Attributes, Type};

pub(super) fn shuffle_symbols(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let Some(it) = some_enum(shop, root).filter(|it| it.symbols.len() > 1) else { return false };
    it.symbols.rotate_right(1);
    true
}

fn is_numeric(ty: &Type) -> bool {
    matches!(ty, Type::Primitive(word, _) if NUMERIC.contains(word))
}

pub(super) fn change_number(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let Some(Type::Primitive(word, attributes)) = some_type(shop, root, is_numeric) else { return false };
    let from = *word;
    *word = other(shop, NUMERIC, from).unwrap_or("long");
    attributes.retain(|(key, _)| key != "logicalType");
    true
}

pub(super) fn swap_bytes_and_string(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let is_either = |ty: &Type| matches!(ty, Type::Primitive("bytes" | "string", _));
    let Some(place) = some_type(shop, root, is_either) else { return false };
    *place = Type::primitive(if place.branch_key() == "bytes" { "string" } else { "bytes" });
    true
}

pub(super) fn resize_fixed(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let Some(Type::Fixed(fixed)) = some_type(shop, root, |ty| matches!(ty, Type::Fixed(_))) else { return false };
    fixed.size = other(shop, &[4, 8, 16], fixed.size).unwrap_or(4);
    true
}

pub(super) fn set_logical_type(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let fits = |ty: &Type| matches!(ty, Type::Primitive(word, _) if LOGICAL.iter().any(|(base, _)| base == word));
    let Some(Type::Primitive(word, attributes)) = some_type(shop, root, fits) else { return false };
    let had = attributes.len();
    attributes.retain(|(key, _)| key != "logicalType");
    if had == attributes.len() || shop.rng.chance(60) {
        let fitting: Vec<&str> = LOGICAL.iter().filter(|(base, _)| base == word).map(|(_, logical)| *logical).collect();
        let logical = if shop.rng.chance(10) { "unheard-of" } else { shop.rng.word(&fitting) };
        attributes.push(("logicalType".to_owned(), Json::text(logical)));
    }
    true
}

pub(super) fn change_decimal(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let is_decimal = |attributes: &Attributes| attributes.iter().any(|(_, value)| *value == Json::text("decimal"));
    let wanted = |ty: &Type| match ty {
        Type::Primitive(_, attributes) => is_decimal(attributes),
        Type::Fixed(fixed) => is_decimal(&fixed.named.attributes),
        _ => false,
    };
    let attributes = match some_type(shop, root, wanted) {
        Some(Type::Primitive(_, attributes)) => attributes,
        Some(Type::Fixed(fixed)) => &mut fixed.named.attributes,
        _ => return false,
    };
    let scale = attributes.iter().find(|(key, _)| key == "scale").and_then(|(_, value)| match value {
        Json::Raw(digits) => digits.parse().ok(),
        _ => None,
    });
    let scale = if shop.rng.chance(30) { shop.rng.between(0, 3) } else { scale.unwrap_or(0) };
    *attributes = if shop.rng.chance(8) { Vec::new() } else { decimal(shop.rng.between(4, 9), scale) };
    true
}

pub(super) fn add_symbol(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let symbol = shop.rng.word(&["NEW", "LATE", "UNKNOWN"]).to_owned();
    let Some(it) = some_enum(shop, root).filter(|it| !it.symbols.contains(&symbol)) else { return false };
    it.symbols.insert(shop.rng.below(it.symbols.len() + 1), symbol);
    true
}

pub(super) fn remove_symbol(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let Some(it) = some_enum(shop, root).filter(|it| it.symbols.len() > 1) else { return false };
    let gone = it.symbols.remove(shop.rng.below(it.symbols.len()));
    if it.default == Some(Json::text(&gone)) {
        it.default = it.symbols.first().map(|symbol| Json::text(symbol));
    }
    true
}

pub(super) fn set_enum_default(shop: &mut Shop<'_>, root: &mut Type) -> bool {
    let Some(it) = some_enum(shop, root) else { return false };
    let symbol = Some(Json::text(shop.rng.pick::<String>(&it.symbols)));
    it.default = if it.default == symbol || it.default.is_some() && shop.rng.chance(40) { None } else { symbol };
    true
}
