//! Where in a stored text the entity of a path stands, with the reference's rules and its oddities.
//!
//! It looks through the printed text breadth first. A path without a namespace means a record of that name in any
//! namespace; a record that has the name and not the field ends the search in its own depth; what the text calls
//! `error` is no record.

use super::json::{Tape, TokenKind, Value, Word};
use crate::schema::tags::{Entity, EntityType, TagProblem};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::rc::Rc;

/// What the paths that were asked for lead to.
pub(super) struct Places<'q> {
    targets: HashMap<&'q Entity, Result<Target<'q>, TagProblem>>,
    numbers: HashMap<Target<'q>, usize>,
    found: Vec<Option<Value>>,
}

/// A path, taken apart.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Target<'q> {
    /// Empty for any.
    namespace: Cow<'q, str>,
    record: &'q str,
    field: Option<&'q str>,
}

impl<'q> Target<'q> {
    fn of(entity: &'q Entity) -> Result<Self, TagProblem> {
        let mut parts: Vec<&str> = entity.path.split('.').collect();
        // As Java splits: empty parts at the end do not count, unless there is no dot.
        if parts.len() > 1 {
            let kept = parts.iter().rposition(|part| !part.is_empty()).map_or(0, |last| last + 1);
            parts.truncate(kept);
        }
        let needed = match entity.entity_type {
            EntityType::Record => 1,
            EntityType::Field => 2,
        };
        let Some(namespace_parts) = parts.len().checked_sub(needed) else {
            return Err(TagProblem::TooShort { end: if parts.is_empty() && needed == 2 { -2 } else { -1 } });
        };
        let (namespace, rest) = parts.split_at(namespace_parts);
        Ok(Self { namespace: Cow::Owned(namespace.join(".")), record: rest[0], field: rest.get(1).copied() })
    }
}

/// Looks for all `entities` in one pass.
pub(super) fn find<'q>(tape: &Tape<'_>, entities: impl Iterator<Item = &'q Entity>) -> Places<'q> {
    let targets: HashMap<_, _> = entities.map(|entity| (entity, Target::of(entity))).collect();
    let mut numbers = HashMap::new();
    for target in targets.values().flatten() {
        let next = numbers.len();
        numbers.entry(target.clone()).or_insert(next);
    }
    let mut search = Search {
        names: numbers.keys().map(|target| target.record).collect(),
        found: vec![None; numbers.len()],
        numbers: &numbers,
        tape,
    };
    search.run();
    let found = search.found;
    Places { targets, numbers, found }
}

impl Places<'_> {
    /// The object of an entity that was asked for.
    pub(super) fn of(&self, entity: &Entity) -> Result<Value, TagProblem> {
        let target = self.targets[entity].as_ref().map_err(Clone::clone)?;
        self.found[self.numbers[target]].ok_or_else(|| TagProblem::NoMatch { path: entity.path.clone() })
    }

    /// One behind the last byte of each container that begins at one of `starts`.
    pub(super) fn ends(text: &str, starts: BTreeSet<usize>) -> HashMap<usize, usize> {
        let mut ends = HashMap::with_capacity(starts.len());
        let mut open = Vec::new();
        let (mut is_string, mut is_escaped) = (false, false);
        for (at, byte) in text.bytes().enumerate() {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' if is_string => is_escaped = true,
                b'"' => is_string = !is_string,
                _ if is_string => {}
                b'{' | b'[' => open.push(at),
                b'}' | b']' => {
                    if let Some(start) = open.pop().filter(|start| starts.contains(start)) {
                        ends.insert(start, at + 1);
                    }
                }
                _ => {}
            }
        }
        ends
    }
}

struct Search<'s, 'q, 'a, 't> {
    tape: &'a Tape<'t>,
    numbers: &'s HashMap<Target<'q>, usize>,
    /// Simple names of the records asked for.
    names: HashSet<&'q str>,
    found: Vec<Option<Value>>,
}

/// A value to look at.
struct Seen<'t> {
    value: Value,
    namespace: Option<Cow<'t, str>>,
    within: Option<Rc<Within>>,
}

/// The records around a value that bear a name asked for.
struct Within {
    namespace: Option<String>,
    name: String,
    around: Option<Rc<Within>>,
}

impl<'t> Search<'_, '_, '_, 't> {
    fn run(&mut self) {
        let Some(root) = self.tape.root() else { return };
        let mut queue = VecDeque::from([Seen { value: root, namespace: None, within: None }]);
        while let Some(Seen { value, namespace, within }) = queue.pop_front() {
            match self.tape.kind(value) {
                TokenKind::Array => {
                    let branches = self.tape.elements(value);
                    queue.extend(branches.map(|value| Seen {
                        value,
                        namespace: namespace.clone(),
                        within: within.clone(),
                    }));
                }
                TokenKind::Object => self.object(Seen { value, namespace, within }, &mut queue),
                _ => {}
            }
        }
    }

    fn object(&mut self, seen: Seen<'t>, queue: &mut VecDeque<Seen<'t>>) {
        let Seen { value, namespace, within } = seen;
        let member = |wanted: Word| self.tape.members(value).find(|m| m.word == wanted).map(|m| m.value);
        let Some(kind) = member(Word::Type) else { return };
        // Any object with a namespace sets one for what is in it, a field with such an attribute as well.
        let namespace = member(Word::Namespace).and_then(|value| self.tape.string(value)).or(namespace);
        let word = self.tape.string(kind).unwrap_or_default();
        let inner = match &*word {
            "record" => {
                let (Some(name), Some(fields)) = (member(Word::Name), member(Word::Fields)) else { return };
                let name = self.tape.string(name).unwrap_or_default();
                let within = self.record(value, &name, namespace.as_deref(), fields, within);
                let fields = self.tape.elements(fields);
                queue.extend(fields.map(|value| Seen { value, namespace: namespace.clone(), within: within.clone() }));
                return;
            }
            "array" => member(Word::Items),
            "map" => member(Word::Values),
            _ => Some(kind),
        };
        queue.extend(inner.map(|value| Seen { value, namespace, within }));
    }

    /// Notes what the record is the first place of, and gives the records around its fields.
    fn record(
        &mut self,
        value: Value,
        name: &str,
        namespace: Option<&str>,
        fields: Value,
        within: Option<Rc<Within>>,
    ) -> Option<Rc<Within>> {
        if !self.names.contains(name) {
            return within;
        }
        let around = || std::iter::successors(within.as_deref(), |record| record.around.as_deref());
        let is_hidden = around().any(|record| record.name == name);
        let is_hidden_in_namespace =
            around().any(|record| record.name == name && record.namespace.as_deref() == namespace);
        if !is_hidden {
            self.note(value, name, "", fields);
        }
        if let Some(namespace) = namespace.filter(|namespace| !namespace.is_empty() && !is_hidden_in_namespace) {
            self.note(value, name, namespace, fields);
        }
        let namespace = namespace.map(str::to_owned);
        Some(Rc::new(Within { namespace, name: name.to_owned(), around: within }))
    }

    fn note(&mut self, value: Value, name: &str, namespace: &str, fields: Value) {
        self.put(&Target { namespace: Cow::Borrowed(namespace), record: name, field: None }, value);
        for field in self.tape.elements(fields) {
            let field_name = self.tape.members(field).find(|member| member.word == Word::Name);
            let field_name = field_name.and_then(|member| self.tape.string(member.value)).unwrap_or_default();
            let target = Target { namespace: Cow::Borrowed(namespace), record: name, field: Some(&field_name) };
            self.put(&target, field);
        }
    }

    fn put(&mut self, target: &Target<'_>, value: Value) {
        if let Some(&number) = self.numbers.get(target) {
            self.found[number].get_or_insert(value);
        }
    }
}
