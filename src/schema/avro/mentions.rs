//! Which named types a text defines, and which it needs from elsewhere: found without knowing the latter.
//!
//! Reads names as the parser does (`avro-compatibility` 1.3) and judges nothing: what is wrong with a text is the
//! parser's to say.

use super::failure;
use super::json::{self, Tape, TokenKind, Value, Word, print_value};
use super::kind::Primitive;
use crate::schema::TextPosition;
use std::collections::BTreeSet;
use std::rc::Rc;

/// The names of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions {
    /// Types it defines, in the order of the text.
    pub defined: Vec<Definition>,
    /// Names it uses and does not define, each at its first use, in the order of the text.
    pub needed: Vec<Need>,
}

/// A type that is defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Its full name.
    pub name: String,
    /// Whether it is the whole text, or a branch of the union that is.
    pub is_root: bool,
}

/// A name that somebody else has to define.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The full name, as seen from the namespace around it.
    pub name: String,
    /// The name as it is written, where the namespace around it makes the difference: it is tried after `name`.
    pub bare: Option<String>,
    /// Byte of the text where it is used.
    pub at: usize,
}

impl Need {
    /// Line and column of the use in the text that was read.
    pub fn position(&self, text: &str) -> TextPosition {
        failure::position(text, self.at)
    }
}

/// Reads the names of `text`; `None` where it is no JSON.
pub fn mentions(text: &str) -> Option<Mentions> {
    let (tape, _) = json::read(text).ok()?;
    let mut found = Mentions::default();
    let mut needs = Vec::new();
    Walk { tape: &tape, open: Vec::new() }.run(|event| match event {
        Event::Defines { name, is_root, .. } => found.defined.push(Definition { name, is_root }),
        Event::Uses(need) => needs.push(need),
    });
    let mut seen: BTreeSet<&str> = found.defined.iter().map(|defined| defined.name.as_str()).collect();
    for need in &needs {
        let is_known =
            seen.contains(need.name.as_str()) || need.bare.as_deref().is_some_and(|bare| seen.contains(bare));
        if !is_known {
            seen.insert(&need.name);
            found.needed.push(need.clone());
        }
    }
    Some(found)
}

/// The text of the definition of `full`, without blanks: equal for definitions that are written alike.
pub fn definition_text(text: &str, full: &str) -> Option<String> {
    let (tape, _) = json::read(text).ok()?;
    let mut found = None;
    Walk { tape: &tape, open: Vec::new() }.run(|event| {
        if let Event::Defines { name, value, .. } = event
            && name == full
            && found.is_none()
        {
            found = Some(value);
        }
    });
    let mut printed = String::new();
    print_value(&mut printed, &tape, found?);
    Some(printed)
}

enum Event {
    Defines { name: String, is_root: bool, value: Value },
    Uses(Need),
}

/// A schema that has not been looked at.
struct Open {
    value: Value,
    namespace: Rc<str>,
    is_root: bool,
}

struct Walk<'a, 't> {
    tape: &'a Tape<'t>,
    open: Vec<Open>,
}

impl Walk<'_, '_> {
    fn run(mut self, mut tell: impl FnMut(Event)) {
        let Some(root) = self.tape.root() else { return };
        self.open.push(Open { value: root, namespace: "".into(), is_root: true });
        while let Some(Open { value, namespace, is_root }) = self.open.pop() {
            match self.tape.kind(value) {
                TokenKind::Plain | TokenKind::Escaped => self.name_used(value, value, &namespace, &mut tell),
                TokenKind::Array => {
                    let branches: Vec<Value> = self.tape.elements(value).collect();
                    self.push_all(branches, &namespace, is_root);
                }
                TokenKind::Object => self.object(value, namespace, is_root, &mut tell),
                _ => {}
            }
        }
    }

    fn object(&mut self, value: Value, namespace: Rc<str>, is_root: bool, tell: &mut impl FnMut(Event)) {
        let member = |wanted: Word| self.tape.members(value).find(|member| member.word == wanted);
        let text = |wanted: Word| member(wanted).and_then(|member| self.tape.string(member.value));
        let Some(kind) = text(Word::Type) else { return };
        let type_value = member(Word::Type).map_or(value, |member| member.value);
        match &*kind {
            "record" | "error" | "enum" | "fixed" => {
                let Some(name) = text(Word::Name) else { return };
                let own = text(Word::Namespace);
                let (space, simple) = name.rsplit_once('.').unwrap_or((own.as_deref().unwrap_or(&namespace), &name));
                tell(Event::Defines { name: full_name(space, simple), is_root, value });
                let Some(fields) = member(Word::Fields) else { return };
                let field_types = self.tape.elements(fields.value).filter_map(|field| {
                    self.tape.members(field).find(|member| member.word == Word::Type).map(|member| member.value)
                });
                let (field_types, space) = (field_types.collect(), Rc::from(space));
                self.push_all(field_types, &space, false);
            }
            "array" | "map" => {
                let inner = member(if &*kind == "array" { Word::Items } else { Word::Values });
                if let Some(inner) = inner {
                    self.open.push(Open { value: inner.value, namespace, is_root: false });
                }
            }
            _ => self.name_used(type_value, value, &namespace, tell),
        }
    }

    fn name_used(&self, name: Value, at: Value, namespace: &str, tell: &mut impl FnMut(Event)) {
        let name = self.tape.string(name).unwrap_or_default();
        if Primitive::read(&name).is_some() {
            return;
        }
        let is_bare = !namespace.is_empty() && !name.contains('.');
        tell(Event::Uses(Need {
            name: if is_bare { full_name(namespace, &name) } else { name.to_string() },
            bare: is_bare.then(|| name.to_string()),
            at: self.tape.offset(at),
        }));
    }

    /// Looks at these next, the first of them first.
    fn push_all(&mut self, values: Vec<Value>, namespace: &Rc<str>, is_root: bool) {
        let open = values.into_iter().rev();
        self.open.extend(open.map(|value| Open { value, namespace: Rc::clone(namespace), is_root }));
    }
}

fn full_name(namespace: &str, simple: &str) -> String {
    if namespace.is_empty() { simple.to_owned() } else { format!("{namespace}.{simple}") }
}

#[cfg(test)]
mod tests {
    use super::{definition_text, mentions};

    fn names(text: &str) -> (Vec<String>, Vec<String>) {
        let found = mentions(text).unwrap();
        let defined = found.defined.into_iter().map(|defined| defined.name).collect();
        (defined, found.needed.into_iter().map(|need| need.name).collect())
    }

    #[test]
    fn a_name_belongs_to_the_namespace_around_it() {
        let text = r#"{"type": "record", "name": "Order", "namespace": "shop", "fields": [
            {"name": "price", "type": "Money"},
            {"name": "tax", "type": ["null", {"type": "array", "items": "Money"}]},
            {"name": "kind", "type": {"type": "enum", "name": "other.Kind", "symbols": ["A"]}},
            {"name": "again", "type": {"type": "map", "values": "other.Kind"}},
            {"name": "address", "type": {"type": "record", "name": "Address", "namespace": "geo", "fields": [
                {"name": "country", "type": {"type": "Country"}}, {"name": "next", "type": ["null", "Address"]}]}}]}"#;
        let (defined, needed) = names(text);
        assert_eq!(defined, ["shop.Order", "other.Kind", "geo.Address"]);
        assert_eq!(needed, ["shop.Money", "geo.Country"]);
        let need = &mentions(text).unwrap().needed[0];
        assert_eq!((need.bare.as_deref(), need.position(text).to_string().as_str()), (Some("Money"), "2:39"));
    }

    #[test]
    fn a_definition_may_follow_its_use() {
        let (_, needed) = names(
            r#"[{"type": "record", "name": "a.A", "fields": [{"name": "b", "type": "B"}]},
                {"type": "fixed", "name": "a.B", "size": 2}]"#,
        );
        assert_eq!(needed, [""; 0]);
        let roots = mentions(r#"["int", {"type": "fixed", "name": "F", "size": 1}]"#).unwrap().defined;
        assert!(roots[0].is_root);
    }

    #[test]
    fn what_is_no_schema_has_no_names() {
        assert_eq!(mentions("{"), None);
        for text in
            ["", "3", "[[1]]", "{}", r#"{"type": 3}"#, r#"{"type": "record"}"#, r#"{"type": "array"}"#, "\"int\""]
        {
            assert_eq!(names(text), (vec![], vec![]), "{text}");
        }
        let deep = format!("{}\"X\"{}", "[".repeat(900), "]".repeat(900));
        assert_eq!(names(&deep).1, ["X"]);
    }

    #[test]
    fn definitions_are_compared_without_their_layout() {
        let text = |size: &str| {
            format!(
                r#"[ {{"type":  "fixed", "name": "F", "size": {size}}}, {{"type": "fixed", "name": "G", "size": 1}} ]"#
            )
        };
        assert_eq!(definition_text(&text(" 2"), "F"), definition_text(&text("2"), "F"));
        assert_ne!(definition_text(&text("3"), "F"), definition_text(&text("2"), "F"));
        assert_eq!(definition_text(&text("3"), "H"), None);
    }
}
