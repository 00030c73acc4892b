//! Inline tags of an Avro schema: found in its types, changed in its stored text (`registry-semantics` 9.4).
//!
//! What is found includes types of referenced texts; what is changed is only what the text itself defines.

use super::json::{self, Json, Tape, TokenKind, Value, Word, print_string};
use super::model::{AvroSchema, Node, NodeId, RecordId};
use super::tag_places::{self, Places};
use crate::schema::tags::{Entity, EntityType, TagChanges, TagProblem, TaggedEntity};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;

/// The attribute that holds tags.
const ATTRIBUTE: &str = "confluent:tags";

/// Most bytes that the paths of what is found may take: a name is written once, and stands before each of its fields.
const PATH_BYTES_MAX: usize = 64 << 20;

/// Most bytes to which tags may make a text grow. Each change takes what the one before it has left: without a limit,
/// small requests would make texts that no request could bring.
const TEXT_BYTES_MAX: usize = 32 << 20;

/// Every record and field with a tag that `is_wanted`, in the order of the text: a record, then field by field what lies
/// in it.
///
/// An entity is called by the record's own full name wherever it is used, and listed once, with all of its tags.
///
/// # Errors
/// [`TagProblem::LongPaths`].
pub fn tagged_entities(schema: &AvroSchema, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<TaggedEntity>, TagProblem> {
    enum Step {
        Type(NodeId),
        Field(RecordId, usize),
    }
    let mut found = Found { entities: Vec::new(), path_bytes: 0, is_wanted };
    let mut visited = vec![false; schema.node_count()];
    let mut steps = vec![Step::Type(schema.root())];
    while let Some(step) = steps.pop() {
        let node = match step {
            Step::Type(node) => node,
            Step::Field(id, at) => {
                let record = schema.record(id);
                let field = &record.fields()[at];
                let path = [record.name().full(), ".", field.name()];
                found.note(field.attributes(), EntityType::Field, &path)?;
                field.node()
            }
        };
        match schema.node(node) {
            Node::Primitive(_) | Node::Enum(_) | Node::Fixed(_) => {}
            Node::Array(inner) | Node::Map(inner) => steps.push(Step::Type(inner)),
            Node::Union(id) => steps.extend(schema.union(id).branches().iter().rev().copied().map(Step::Type)),
            Node::Record(id) => {
                let record = schema.record(id);
                if std::mem::replace(&mut visited[record.first.index()], true) {
                    continue;
                }
                found.note(schema.attributes(record.node()), EntityType::Record, &[record.name().full()])?;
                steps.extend((0..record.fields().len()).rev().map(|at| Step::Field(id, at)));
            }
        }
    }
    Ok(found.entities)
}

struct Found<W> {
    entities: Vec<TaggedEntity>,
    path_bytes: usize,
    is_wanted: W,
}

impl<W: Fn(&str) -> bool> Found<W> {
    /// Takes an entity in if it has a tag that is wanted. Its path comes in parts.
    fn note(
        &mut self,
        attributes: &[(Box<str>, Json)],
        entity_type: EntityType,
        path: &[&str],
    ) -> Result<(), TagProblem> {
        let Some((_, Json::Array(list))) = attributes.iter().find(|(key, _)| &**key == ATTRIBUTE) else {
            return Ok(());
        };
        let mut seen = HashSet::new();
        let tags = list.iter().map(|tag| match tag {
            Json::String(text) => text.to_string(),
            other => other.to_string(),
        });
        let tags: Vec<String> = tags.filter(|tag| seen.insert(tag.clone())).collect();
        if !tags.iter().any(|tag| (self.is_wanted)(tag)) {
            return Ok(());
        }
        self.path_bytes += path.iter().map(|part| part.len()).sum::<usize>();
        if self.path_bytes > PATH_BYTES_MAX {
            return Err(TagProblem::LongPaths { max: PATH_BYTES_MAX });
        }
        self.entities.push(TaggedEntity { entity: Entity { path: path.concat(), entity_type }, tags });
        Ok(())
    }
}

/// The stored text with its tags changed, entity by entity in the order asked: those that gain tags before the others.
///
/// Tags that were there keep their place, new ones follow in the order asked, and a list that comes out empty goes.
///
/// # Errors
/// The first entity that the text does not define or whose tags are no list; [`TagProblem::LongText`].
pub fn retagged(stored_text: &str, changes: TagChanges<'_>) -> Result<String, TagProblem> {
    let orders = orders(changes);
    if orders.is_empty() {
        return Ok(stored_text.to_owned());
    }
    let (tape, _) = json::read(stored_text).expect("a stored text was read before");
    let places = tag_places::find(&tape, orders.iter().map(|order| order.entity));
    let mut edits: BTreeMap<Value, Edit> = BTreeMap::new();
    for order in &orders {
        let place = places.of(order.entity)?;
        let edit = match edits.entry(place) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(Edit::of(&tape, place, order.entity)?),
        };
        edit.carry_out(order);
    }
    let edited = spliced(stored_text, &tape, &edits);
    if edited.len() > TEXT_BYTES_MAX.max(stored_text.len()) {
        return Err(TagProblem::LongText { max: TEXT_BYTES_MAX });
    }
    Ok(edited)
}

/// What is asked of one entity.
struct Order<'a> {
    /// As it was spelled first.
    entity: &'a Entity,
    add: Vec<&'a String>,
    remove: BTreeSet<&'a String>,
}

fn orders(changes: TagChanges<'_>) -> Vec<Order<'_>> {
    let mut orders: Vec<Order<'_>> = Vec::new();
    let mut numbers: HashMap<(&str, EntityType), usize> = HashMap::new();
    let asked = changes.add.iter().map(|tagged| (tagged, true));
    for (tagged, adds) in asked.chain(changes.remove.iter().map(|tagged| (tagged, false))) {
        let number = *numbers.entry(tagged.entity.key()).or_insert_with(|| {
            orders.push(Order { entity: &tagged.entity, add: Vec::new(), remove: BTreeSet::new() });
            orders.len() - 1
        });
        match adds {
            true => orders[number].add.extend(&tagged.tags),
            false => orders[number].remove.extend(&tagged.tags),
        }
    }
    orders
}

/// What becomes of the tags at one place.
struct Edit {
    /// Key and list, where there are tags.
    present: Option<(Value, Value)>,
    /// In order, with gaps where tags were removed.
    tags: Vec<Option<String>>,
    /// Where in the list they are: many spellings of a path may lead to one place.
    numbers: HashMap<String, usize>,
}

impl Edit {
    fn of(tape: &Tape<'_>, place: Value, entity: &Entity) -> Result<Self, TagProblem> {
        let mut edit = Self { present: None, tags: Vec::new(), numbers: HashMap::new() };
        let member = tape.members(place).find(|member| tape.key(member.key) == ATTRIBUTE);
        let Some(member) = member else { return Ok(edit) };
        if tape.kind(member.value) != TokenKind::Array {
            return Err(TagProblem::NoList { path: entity.path.clone() });
        }
        edit.present = Some((member.key, member.value));
        tape.elements(member.value).for_each(|tag| edit.add(as_text(tape, tag)));
        Ok(edit)
    }

    fn add(&mut self, tag: String) {
        if !self.numbers.contains_key(&tag) {
            self.numbers.insert(tag.clone(), self.tags.len());
            self.tags.push(Some(tag));
        }
    }

    fn carry_out(&mut self, order: &Order<'_>) {
        for tag in &order.remove {
            if let Some(number) = self.numbers.remove(*tag) {
                self.tags[number] = None;
            }
        }
        order.add.iter().filter(|tag| !order.remove.contains(*tag)).for_each(|tag| self.add((*tag).clone()));
    }

    fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    fn print(&self, out: &mut String) {
        out.push('[');
        for (at, tag) in self.tags.iter().flatten().enumerate() {
            if at > 0 {
                out.push(',');
            }
            print_string(out, tag);
        }
        out.push(']');
    }
}

/// A tag that is no text as the reference takes it: scalars as they are written, all else as nothing.
fn as_text(tape: &Tape<'_>, tag: Value) -> String {
    match tape.kind(tag) {
        TokenKind::Array | TokenKind::Object => String::new(),
        TokenKind::Plain | TokenKind::Escaped => tape.string(tag).unwrap_or_default().into_owned(),
        _ => tape.json(tag).to_string(),
    }
}

/// The text with the edits made. It stays as a printer would write it: attributes stand before the aliases of a record
/// and behind those of a field.
fn spliced(text: &str, tape: &Tape<'_>, edits: &BTreeMap<Value, Edit>) -> String {
    let wanted = edits.iter().map(|(place, edit)| tape.offset(edit.present.map_or(*place, |(_, list)| list)));
    let ends = Places::ends(text, wanted.collect());
    let mut pieces: Vec<(Range<usize>, String)> = Vec::with_capacity(edits.len());
    for (&place, edit) in edits {
        let mut new = String::new();
        let range = match edit.present {
            Some((key, list)) => {
                let end = ends[&tape.offset(list)];
                if edit.is_empty() {
                    // With the comma before it: a name stands in front of every attribute.
                    tape.offset(key) - 1..end
                } else {
                    edit.print(&mut new);
                    tape.offset(list)..end
                }
            }
            None if edit.is_empty() => continue,
            None => {
                let aliases = tape.members(place).find(|member| member.word == Word::Aliases);
                let has_fields = tape.members(place).any(|member| member.word == Word::Fields);
                let at = match aliases.filter(|_| has_fields) {
                    Some(aliases) => tape.offset(aliases.key) - 1,
                    None => ends[&tape.offset(place)] - 1,
                };
                new.push(',');
                print_string(&mut new, ATTRIBUTE);
                new.push(':');
                edit.print(&mut new);
                at..at
            }
        };
        pieces.push((range, new));
    }
    pieces.sort_unstable_by_key(|(range, _)| range.start);
    let mut edited = String::with_capacity(text.len() + pieces.iter().map(|(_, new)| new.len()).sum::<usize>());
    let mut done = 0;
    for (range, new) in pieces {
        edited.push_str(&text[done..range.start]);
        edited.push_str(&new);
        done = range.end;
    }
    edited.push_str(&text[done..]);
    edited
}
