//! Doing what the remedy of each refused change says makes the gate pass: on the JSON of the new schema, change by
//! change, with the old schema to take things back from.

use super::place::{self, Found};
use super::{assert_on_every_pair, schema};
use crate::casebook::Pair;
use serde_json::{Value, json};
use sluicegate::compat::{CompatibilityLevel, LevelVerdict, Reading, Scratch, can_read};
use sluicegate::evolution::{Change, ChangeClass, Evolving, classify};
use sluicegate::policy::{Case, Declared, Enforcement, Policy, PredecessorSide, Profile, Rules, Side, judge};
use sluicegate::schema::ParsedSchema;

/// How often what is left is mended: a remedy may uncover what it was hidden behind.
const ROUNDS: usize = 2;

#[test]
fn doing_what_every_remedy_says_makes_the_gate_pass() {
    assert_on_every_pair(|pair, old, new| {
        let mut tree: Value = serde_json::from_str(&pair.new).expect("JSON");
        let mut refused = refused(old, new);
        for _ in 0..ROUNDS {
            for change in &refused {
                if let Err(reason) = mend(change, &pair_of(pair), &mut tree) {
                    return vec![format!("  {} at {}: {reason}", change.kind.id, change.path)];
                }
            }
            let mended = schema(&tree.to_string());
            refused = self::refused(old, &mended);
            if refused.is_empty() {
                return if passes(old, &mended) { Vec::new() } else { vec![format!("  refused: {tree}")] };
            }
        }
        let left: Vec<_> = refused.iter().map(|change| (change.kind.id, &change.path, &change.remedy)).collect();
        vec![format!("  left: {left:?}\n  {tree}")]
    });
}

fn pair_of(pair: &Pair) -> Value {
    serde_json::from_str(&pair.old).expect("JSON")
}

fn refused(old: &ParsedSchema, new: &ParsedSchema) -> Vec<Change> {
    let changes = classify(Evolving { old, new }).expect("no case is too large");
    changes.into_iter().filter(|change| change.class > ChangeClass::Allowed).collect()
}

fn passes(old: &ParsedSchema, new: &ParsedSchema) -> bool {
    let mut scratch = Scratch::default();
    let policy = Policy { profile: Profile::Seed, enforcement: Enforcement::Enforce, rules: Rules::default() };
    let declared = Declared::default();
    let case = Case {
        subject: "orders",
        candidate: Side { schema: new, declared },
        predecessor: Some(PredecessorSide { schema: old, declared, version: None, id: None, next_line: 2 }),
        level: CompatibilityLevel::Backward,
        verdict: &LevelVerdict::Compatible,
        is_new_line_free: true,
        reserved: None,
        policy: &policy,
        exemptions: &[],
        today: jiff::civil::date(2026, 1, 1),
    };
    let is_readable = can_read(Reading { reader: new, writer: old }, &mut scratch);
    is_readable && judge(&case, &mut scratch).expect("no case is too large").accepted
}

type Mended = Result<(), &'static str>;

/// Does what the remedy of one change says. `schema-type-changed` alone has nothing to be done on a schema's JSON.
fn mend(change: &Change, old: &Value, new: &mut Value) -> Mended {
    let path = change.path.as_str();
    let detail = change.detail.as_deref().unwrap_or_default();
    if change.remedy.is_empty() {
        return Err("no remedy");
    }
    match change.kind.id {
        "field-removed" => put_back(path, old, new),
        "field-renamed" => rename_back(path, detail, new),
        "field-relocated" => {
            put_back(detail.split(" -> ").next().ok_or("no old place")?, old, new)?;
            give_default(path, new)
        }
        "field-added-without-default" => give_default(path, new),
        "field-default-changed" | "field-default-removed" => member_back("default", path, old, new),
        "enum-default-changed" | "enum-default-removed" => type_member_back("default", path, old, new),
        "enum-symbol-removed" => symbol_back(path, detail, new),
        "alias-removed" => alias_back(path, detail, new),
        "alias-collision" => drop_aliases(path, detail, new),
        "event-renamed" | "event-namespace-changed" | "type-renamed" | "type-namespace-changed" => {
            name_back(path, detail, new)
        }
        "root-type-changed" => {
            *new = old.clone();
            Ok(())
        }
        // All others ask for the type that was there: its branches, its null, its size, its logical type.
        _ => type_back(path, old, new),
    }
}

/// Puts a field of the old schema back where it was, with the record around it where that is gone.
fn put_back(path: &str, old: &Value, new: &mut Value) -> Mended {
    let steps = place::steps(path);
    for length in 1..=steps.len() {
        if place::find(new, &steps[..length]).is_some() {
            continue;
        }
        let field = place::find(old, &steps[..length]).and_then(|found| found.field).ok_or("no old field")?;
        let field = old.pointer(&field).ok_or("no old field")?.clone();
        let around = place::record(new, &steps[..length - 1]).ok_or("no record to put it into")?;
        let fields = new.pointer_mut(&around).and_then(|record| record["fields"].as_array_mut()).ok_or("no fields")?;
        fields.push(field);
        return Ok(());
    }
    Ok(()) // An earlier remedy has brought it back.
}

/// The field at a path of the new schema.
fn field_at<'a>(path: &str, new: &'a mut Value) -> Result<&'a mut Value, &'static str> {
    let field = place::find(new, &place::steps(path)).and_then(|found| found.field).ok_or("no such field")?;
    new.pointer_mut(&field).ok_or("no such field")
}

fn rename_back(path: &str, detail: &str, new: &mut Value) -> Mended {
    let (from, to) = detail.split_once(" -> ").ok_or("no names")?;
    let path = path.strip_suffix(from).ok_or("not the old path")?;
    let field = field_at(&format!("{path}{to}"), new)?;
    field["name"] = from.into();
    if let Some(aliases) = field.get_mut("aliases").and_then(Value::as_array_mut) {
        aliases.retain(|alias| alias != from);
    }
    Ok(())
}

/// Gives a field the plainest default of its type; where there is none, makes it nullable.
fn give_default(path: &str, new: &mut Value) -> Mended {
    let field = field_at(path, new)?;
    let ty = field["type"].clone();
    let word = |ty: &Value| ty.as_str().or_else(|| ty["type"].as_str()).unwrap_or_default().to_owned();
    let default = match &ty {
        Value::Array(branches) if branches.iter().any(|branch| branch == "null") => Some(Value::Null),
        ty => match word(ty).as_str() {
            "string" | "bytes" => Some(json!("")),
            "int" | "long" => Some(json!(0)),
            "float" | "double" => Some(json!(0.0)),
            "boolean" => Some(json!(false)),
            "array" => Some(json!([])),
            "map" => Some(json!({})),
            "enum" => ty["symbols"].get(0).cloned(),
            _ => None,
        },
    };
    if default.is_none() {
        field["type"] = json!(["null", ty]);
    }
    field["default"] = default.unwrap_or_default();
    Ok(())
}

/// Sets a member of a field as it was.
fn member_back(member: &str, path: &str, old: &Value, new: &mut Value) -> Mended {
    let field = place::find(old, &place::steps(path)).and_then(|found| found.field).ok_or("no old field")?;
    field_at(path, new)?[member] = old.pointer(&field).ok_or("no old field")?[member].clone();
    Ok(())
}

/// The definition of the type at a path of the new schema.
fn definition_at<'a>(path: &str, new: &'a mut Value) -> Result<&'a mut Value, &'static str> {
    let at = place::definition(new, &place::steps(path)).ok_or("no such type")?;
    new.pointer_mut(&at).ok_or("no such type")
}

fn type_member_back(member: &str, path: &str, old: &Value, new: &mut Value) -> Mended {
    let before = place::definition(old, &place::steps(path)).and_then(|at| old.pointer(&at)).ok_or("no old type")?;
    definition_at(path, new)?[member] = before[member].clone();
    Ok(())
}

fn symbol_back(path: &str, symbol: &str, new: &mut Value) -> Mended {
    let symbols = definition_at(path, new)?["symbols"].as_array_mut().ok_or("no enum")?;
    symbols.push(symbol.into());
    Ok(())
}

/// Puts an alias back on a field or, where the name has a place in a namespace, on a type.
fn alias_back(path: &str, alias: &str, new: &mut Value) -> Mended {
    let holder = if path == "$" || alias.contains('.') { definition_at(path, new)? } else { field_at(path, new)? };
    match holder["aliases"].as_array_mut() {
        Some(aliases) => aliases.push(alias.into()),
        None => holder["aliases"] = json!([alias]),
    }
    Ok(())
}

fn drop_aliases(path: &str, names: &str, new: &mut Value) -> Mended {
    let aliases = field_at(path, new)?["aliases"].as_array_mut().ok_or("no aliases")?;
    aliases.retain(|alias| !names.split(", ").any(|name| alias == name));
    Ok(())
}

/// Gives a type its old name, at its definition and wherever it is used.
fn name_back(path: &str, detail: &str, new: &mut Value) -> Mended {
    let (from, to) = detail.split_once(" -> ").ok_or("no names")?;
    // Where an earlier remedy has brought the old type back there is nothing left to rename.
    let Ok(definition) = definition_at(path, new) else { return Ok(()) };
    definition["name"] = from.into();
    let members = definition.as_object_mut().ok_or("no definition")?;
    members.shift_remove("namespace");
    if let Some(aliases) = members.get_mut("aliases").and_then(Value::as_array_mut) {
        aliases.retain(|alias| alias.as_str().is_none_or(|alias| place::simple(alias) != place::simple(from)));
    }
    place::rename_uses(new, to, from);
    Ok(())
}

/// Sets the type at a path as it was, and the default of its field, which may have changed with it.
fn type_back(path: &str, old: &Value, new: &mut Value) -> Mended {
    let find = |tree: &Value| place::find_outermost(tree, &place::steps(path));
    let (before, now) = (find(old).ok_or("no old type")?, find(new).ok_or("no new type")?);
    let Found { ty, field } = &now;
    *new.pointer_mut(ty).ok_or("no new type")? = old.pointer(&before.ty).ok_or("no old type")?.clone();
    if let (Some(field), Some(before)) = (field, &before.field) {
        let default = old.pointer(before).and_then(|field| field.get("default")).cloned();
        let members = new.pointer_mut(field).and_then(Value::as_object_mut).ok_or("no new field")?;
        match default {
            Some(default) => drop(members.insert("default".to_owned(), default)),
            None => drop(members.shift_remove("default")),
        }
    }
    Ok(())
}
