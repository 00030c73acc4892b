//! Spells a schema as JSON, in one of the many ways that mean the same.

use super::json::Json;
use super::rng::Rng;
use super::tree::{Attributes, Enum, Field, Fixed, FullName, Named, PRIMITIVES, Record, Type};

/// Words that a name without a dot would be mistaken for.
fn is_type_word(simple: &str) -> bool {
    PRIMITIVES.contains(&simple) || ["record", "error", "enum", "fixed", "array", "map", "union"].contains(&simple)
}

/// Spells `ty` where `space` is the namespace around it.
pub(super) fn spell(ty: &Type, space: &str, rng: &mut Rng) -> Json {
    match ty {
        Type::Primitive(word, attributes) if attributes.is_empty() && !rng.chance(6) => Json::text(word),
        Type::Primitive(word, attributes) => object(Json::text(word), Vec::new(), attributes),
        Type::Array(items, attributes) => {
            object(Json::text("array"), vec![member("items", spell(items, space, rng))], attributes)
        }
        Type::Map(values, attributes) => {
            object(Json::text("map"), vec![member("values", spell(values, space, rng))], attributes)
        }
        Type::Union(branches) => Json::Array(branches.iter().map(|branch| spell(branch, space, rng)).collect()),
        Type::Record(record) => spell_record(record, space, rng),
        Type::Enum(it) => spell_enum(it, space, rng),
        Type::Fixed(it) => spell_fixed(it, space, rng),
        Type::Name(name) => {
            let reference = Json::Text(spell_reference(name, space, rng));
            if rng.chance(2) { Json::Object(vec![member("type", reference)]) } else { reference }
        }
    }
}

fn member(key: &str, value: Json) -> (String, Json) {
    (key.to_owned(), value)
}

fn object(word: Json, mut members: Vec<(String, Json)>, attributes: &Attributes) -> Json {
    members.insert(0, member("type", word));
    members.extend(attributes.iter().cloned());
    Json::Object(members)
}

fn spell_record(record: &Record, space: &str, rng: &mut Rng) -> Json {
    let inner = &record.named.name.space;
    let fields = record.fields.iter().map(|field| spell_field(field, inner, rng)).collect();
    let word = Json::text(if record.is_error { "error" } else { "record" });
    let mut members = spell_name(&record.named, space, rng);
    members.push(member("fields", Json::Array(fields)));
    object(word, members, &record.named.attributes)
}

fn spell_field(field: &Field, space: &str, rng: &mut Rng) -> Json {
    let mut members = vec![member("name", Json::text(&field.name)), member("type", spell(&field.ty, space, rng))];
    members.extend(field.doc.iter().map(|doc| member("doc", doc.clone())));
    members.extend(field.default.iter().map(|default| member("default", default.clone())));
    members.extend(field.order.iter().map(|order| member("order", order.clone())));
    members.extend(spell_aliases(&field.aliases, rng));
    members.extend(field.attributes.iter().cloned());
    Json::Object(members)
}

fn spell_enum(it: &Enum, space: &str, rng: &mut Rng) -> Json {
    let mut members = spell_name(&it.named, space, rng);
    members.push(member("symbols", Json::Array(it.symbols.iter().map(|symbol| Json::text(symbol)).collect())));
    members.extend(it.default.iter().map(|default| member("default", default.clone())));
    object(Json::text("enum"), members, &it.named.attributes)
}

fn spell_fixed(it: &Fixed, space: &str, rng: &mut Rng) -> Json {
    let mut members = spell_name(&it.named, space, rng);
    members.push(member("size", Json::Raw(it.size.to_string())));
    object(Json::text("fixed"), members, &it.named.attributes)
}

/// `name`, `namespace`, `doc` and `aliases` of a definition.
fn spell_name(named: &Named, enclosing: &str, rng: &mut Rng) -> Vec<(String, Json)> {
    let FullName { space, simple } = &named.name;
    let dotted = if space.is_empty() { format!(".{simple}") } else { format!("{space}.{simple}") };
    let mut members = match rng.below(20) {
        // A dot beats the namespace, whatever that says.
        0..=2 if !(space.is_empty() && rng.chance(70)) => vec![member("name", Json::Text(dotted))],
        3 => vec![
            member("name", Json::Text(dotted)),
            member("namespace", Json::text(rng.word(&["n", "zzz", "", "a-b"]))),
        ],
        4..=15 if space == enclosing => vec![member("name", Json::text(simple))],
        _ => vec![member("name", Json::text(simple)), member("namespace", Json::text(space))],
    };
    members.extend(named.doc.iter().map(|doc| member("doc", doc.clone())));
    members.extend(spell_aliases(&named.aliases, rng));
    members
}

fn spell_aliases(aliases: &[String], rng: &mut Rng) -> Option<(String, Json)> {
    if aliases.is_empty() && !rng.chance(1) {
        return None;
    }
    Some(member("aliases", Json::Array(aliases.iter().map(|alias| Json::text(alias)).collect())))
}

fn spell_reference(name: &FullName, space: &str, rng: &mut Rng) -> String {
    let FullName { space: own, simple } = name;
    if own.is_empty() {
        return if rng.chance(1) { format!(".{simple}") } else { simple.clone() };
    }
    if own == space && !is_type_word(simple) && !rng.chance(12) { simple.clone() } else { format!("{own}.{simple}") }
}
