//! Where in a stored text the entity of a path stands, with the reference's rules and its oddities.
//!
//! It looks through the printed text breadth first. A path without a namespace means a record of that name in any
//! namespace; a record that has the name and not the field ends the search in its own depth; what the text calls
//! `error` is no record.
//!
//! A namespace is written once and counts for all that is in it: it is looked up where it is written, and shared.

use super::json::{Tape, TokenKind, Value, Word};
use crate::schema::tags::{Entity, EntityType, TagProblem};
use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::rc::Rc;

/// What the paths that were asked for lead to.
pub(super) struct Places<'q> {
    targets: HashMap<&'q Entity, Result<Target<'q>, TagProblem>>,
    found: Found<'q>,
}

/// By namespace, then by record and field.
type Found<'q> = HashMap<Cow<'q, str>, HashMap<(&'q str, Option<&'q str>), Cell<Option<Value>>>>;

/// A path, taken apart.
#[derive(Clone)]
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
    let mut found: Found<'q> = HashMap::new();
    for Target { namespace, record, field } in targets.values().flatten().cloned() {
        found.entry(namespace).or_default().insert((record, field), Cell::new(None));
    }
    let names = targets.values().flatten().map(|target| target.record).collect();
    let mut search = Search { names, found, tape };
    search.run();
    let found = search.found;
    Places { targets, found }
}

impl Places<'_> {
    /// The object of an entity that was asked for.
    pub(super) fn of(&self, entity: &Entity) -> Result<Value, TagProblem> {
        let Target { namespace, record, field } = self.targets[entity].as_ref().map_err(Clone::clone)?;
        self.found[namespace][&(*record, *field)].get().ok_or_else(|| TagProblem::NoMatch { path: entity.path.clone() })
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

struct Search<'q, 'a, 't> {
    tape: &'a Tape<'t>,
    /// Simple names of the records asked for.
    names: HashSet<&'q str>,
    found: Found<'q>,
}

/// A namespace that the text sets.
struct Namespace<'t> {
    text: Cow<'t, str>,
    /// Whether entities of just this one are asked for.
    is_asked: bool,
}

/// A value to look at.
struct Seen<'t> {
    value: Value,
    namespace: Option<Rc<Namespace<'t>>>,
    within: Option<Rc<Within<'t>>>,
}

/// The records around a value that bear a name asked for.
struct Within<'t> {
    namespace: Option<Rc<Namespace<'t>>>,
    name: String,
    around: Option<Rc<Within<'t>>>,
}

impl<'t> Search<'_, '_, 't> {
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
        let set = member(Word::Namespace).and_then(|value| self.tape.string(value));
        let set = set.map(|text| Rc::new(Namespace { is_asked: self.found.contains_key(&text), text }));
        let namespace = set.or(namespace);
        let word = self.tape.string(kind).unwrap_or_default();
        let inner = match &*word {
            "record" => {
                let (Some(name), Some(fields)) = (member(Word::Name), member(Word::Fields)) else { return };
                let name = self.tape.string(name).unwrap_or_default();
                let within = self.record(value, &name, namespace.clone(), fields, within);
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
        namespace: Option<Rc<Namespace<'t>>>,
        fields: Value,
        within: Option<Rc<Within<'t>>>,
    ) -> Option<Rc<Within<'t>>> {
        if !self.names.contains(name) {
            return within;
        }
        let around = || std::iter::successors(within.as_deref(), |record| record.around.as_deref());
        if !around().any(|record| record.name == name) {
            self.note(value, name, "", fields);
        }
        // Where the namespace is not asked for, nothing of it is noted, so it need not be compared either.
        let asked = namespace.as_deref().filter(|namespace| namespace.is_asked && !namespace.text.is_empty());
        if let Some(Namespace { text, .. }) = asked
            && !around()
                .any(|record| record.name == name && record.namespace.as_ref().is_some_and(|own| own.text == *text))
        {
            self.note(value, name, text, fields);
        }
        Some(Rc::new(Within { namespace, name: name.to_owned(), around: within }))
    }

    fn note(&self, value: Value, name: &str, namespace: &str, fields: Value) {
        let Some(asked) = self.found.get(namespace) else { return };
        let put = |field: Option<&str>, value: Value| {
            if let Some(place) = asked.get(&(name, field)) {
                place.set(place.get().or(Some(value)));
            }
        };
        put(None, value);
        for field in self.tape.elements(fields) {
            let field_name = self.tape.members(field).find(|member| member.word == Word::Name);
            let field_name = field_name.and_then(|member| self.tape.string(member.value)).unwrap_or_default();
            put(Some(&field_name), field);
        }
    }
}
