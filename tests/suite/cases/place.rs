//! Finds the part of a schema's JSON that the path of a change leads to.

use serde_json::Value;

/// Where a path ends, as JSON pointers.
#[derive(Clone, Default)]
pub(super) struct Found {
    /// The type.
    pub(super) ty: String,
    /// The field that has it, where the path ends at a field.
    pub(super) field: Option<String>,
}

/// A path in its steps: field names, `[]`, `{}` and `<branch>`; none for the root.
pub(super) fn steps(path: &str) -> Vec<String> {
    let mut steps = Vec::new();
    let mut rest = if path == "$" { "" } else { path };
    while !rest.is_empty() {
        let end = match rest.as_bytes()[0] {
            b'[' | b'{' => 2,
            b'<' => rest.find('>').map_or(rest.len(), |at| at + 1),
            b'.' => {
                rest = &rest[1..];
                continue;
            }
            _ => rest.find(['.', '[', '{', '<']).unwrap_or(rest.len()),
        };
        steps.push(rest[..end].to_owned());
        rest = &rest[end..];
    }
    steps
}

/// Follows a path; `None` where the schema has no such place.
pub(super) fn find(tree: &Value, steps: &[String]) -> Option<Found> {
    let mut found = Found::default();
    for step in steps {
        found = follow(tree, &found, step)?;
    }
    Some(found)
}

/// As [`find`], but stops before the last branch: what concerns one branch of a union is mended in the union.
pub(super) fn find_outermost(tree: &Value, steps: &[String]) -> Option<Found> {
    let cut = steps.iter().rposition(|step| !step.starts_with('<')).map_or(0, |at| at + 1);
    find(tree, &steps[..cut])
}

fn follow(tree: &Value, from: &Found, step: &str) -> Option<Found> {
    let at = |ty: String| Some(Found { ty, field: None });
    if let Some(branch) = step.strip_prefix('<').and_then(|step| step.strip_suffix('>')) {
        let branches = branches(tree, &from.ty);
        return at(branches
            .into_iter()
            .find(|it| is_called(&tree.pointer(it).cloned().unwrap_or_default(), branch))?);
    }
    for branch in branches(tree, &from.ty) {
        let branch = defined(tree, &branch);
        let ty = tree.pointer(&branch)?;
        match step {
            "[]" if ty.get("items").is_some() => return at(format!("{branch}/items")),
            "{}" if ty.get("values").is_some() => return at(format!("{branch}/values")),
            name => {
                let fields = ty.get("fields").and_then(Value::as_array);
                if let Some(position) = fields.and_then(|fields| fields.iter().position(|field| field["name"] == name))
                {
                    let field = format!("{branch}/fields/{position}");
                    return Some(Found { ty: format!("{field}/type"), field: Some(field) });
                }
            }
        }
    }
    None
}

/// The record at the end of a path.
pub(super) fn record(tree: &Value, steps: &[String]) -> Option<String> {
    named(tree, steps, |ty| ty.get("fields").is_some())
}

/// The named type at the end of a path.
pub(super) fn definition(tree: &Value, steps: &[String]) -> Option<String> {
    named(tree, steps, |ty| ty.get("name").is_some())
}

fn named(tree: &Value, steps: &[String], wanted: fn(&Value) -> bool) -> Option<String> {
    let branches = branches(tree, &find(tree, steps)?.ty).into_iter().map(|branch| defined(tree, &branch));
    branches.into_iter().find(|branch| tree.pointer(branch).is_some_and(wanted))
}

/// The branches of a union; a type that is none is its own only branch.
fn branches(tree: &Value, at: &str) -> Vec<String> {
    match tree.pointer(at) {
        Some(Value::Array(branches)) => (0..branches.len()).map(|position| format!("{at}/{position}")).collect(),
        _ => vec![at.to_owned()],
    }
}

/// Where the type is written out that may stand here as a name.
fn defined(tree: &Value, at: &str) -> String {
    let name = tree.pointer(at).and_then(Value::as_str);
    name.and_then(|name| definition_of(tree, name, String::new())).unwrap_or_else(|| at.to_owned())
}

fn definition_of(tree: &Value, name: &str, at: String) -> Option<String> {
    let here = tree.pointer(&at)?;
    match here {
        Value::Array(items) => {
            (0..items.len()).find_map(|position| definition_of(tree, name, format!("{at}/{position}")))
        }
        Value::Object(members) => {
            let is_type = ["fields", "symbols", "size"].iter().any(|key| members.contains_key(*key));
            if is_type && is_called(here, name) {
                return Some(at);
            }
            let inner = ["type", "items", "values", "fields"].into_iter().filter(|key| members.contains_key(*key));
            inner.into_iter().find_map(|key| definition_of(tree, name, format!("{at}/{key}")))
        }
        _ => None,
    }
}

/// Whether a type goes by a name, simple or full, or is of this kind.
fn is_called(ty: &Value, name: &str) -> bool {
    let own = ty.as_str().or_else(|| ty["name"].as_str()).or_else(|| ty["type"].as_str()).unwrap_or_default();
    match ty["namespace"].as_str() {
        Some(space) => format!("{space}.{own}") == name || own == name,
        None => simple(own) == simple(name),
    }
}

pub(super) fn simple(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// Lets every use of a type by name use another name.
pub(super) fn rename_uses(tree: &mut Value, from: &str, to: &str) {
    match tree {
        Value::Array(items) => items.iter_mut().for_each(|item| rename_use(item, from, to)),
        Value::Object(members) => {
            for key in ["type", "items", "values", "fields"] {
                if let Some(inner) = members.get_mut(key) {
                    rename_use(inner, from, to);
                }
            }
        }
        _ => {}
    }
}

fn rename_use(at: &mut Value, from: &str, to: &str) {
    if at.as_str().is_some_and(|name| name == from || name == simple(from)) {
        *at = to.into();
    }
    rename_uses(at, from, to);
}
