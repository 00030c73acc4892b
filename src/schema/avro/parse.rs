//! From tokens to the model: what makes a schema, and in which order complaints come (`avro-compatibility` 1.3–1.8).

use super::builder::{Builder, sorted_by_name};
use super::failure::{Failure, Parsed};
use super::json::{Member, Tape, TokenKind, Value, Word, print_value};
use super::logical;
use super::model::{
    Attributes, EnumId, Enumeration, Fixed, Node, NodeId, Primitive, Record, RecordId, TypeName, UnionId,
};
use crate::schema::Strictness;
use std::borrow::Cow;

/// Largest size of a fixed: what a Java array holds.
const FIXED_SIZE_MAX: i64 = 2_147_483_639;

/// Reads one text into a [`Builder`].
pub(super) struct Parser<'a, 't> {
    pub(super) tape: &'a Tape<'t>,
    pub(super) build: &'a mut Builder,
}

/// The members of an object that mean something, found in one pass.
pub(super) struct Slots {
    values: [Option<Value>; Word::COUNT],
    /// How many members mean nothing on a type.
    others: usize,
    /// How many members there are.
    count: usize,
}

impl Slots {
    pub(super) fn get(&self, word: Word) -> Option<Value> {
        self.values[word as usize]
    }

    /// How many members of a field mean nothing on a field.
    pub(super) fn field_attributes(&self) -> usize {
        let meant = [Word::Name, Word::Type, Word::Default, Word::Doc, Word::Order, Word::Aliases];
        self.count - meant.into_iter().filter(|word| self.get(*word).is_some()).count()
    }
}

impl<'t> Parser<'_, 't> {
    /// Reads the type at `value`, inside `namespace` (empty for none).
    pub(super) fn type_at(&mut self, value: Value, namespace: &str) -> Parsed<NodeId> {
        match self.tape.kind(value) {
            TokenKind::Plain | TokenKind::Escaped => {
                let name = self.tape.key(value);
                self.build.find(&name, namespace, self.tape.offset(value))
            }
            TokenKind::Object => self.object(value, namespace),
            TokenKind::Array => self.union(value, namespace),
            _ => Err(self.refused("Schema not yet supported", value)),
        }
    }

    fn object(&mut self, value: Value, namespace: &str) -> Parsed<NodeId> {
        let slots = self.slots(value);
        let Some(word) = self.text(slots.get(Word::Type)) else { return Err(self.refused("No type", value)) };
        if let Some(primitive) = Primitive::read(&word) {
            return Ok(self.primitive(primitive, value, &slots));
        }
        match &*word {
            "record" => self.record(value, &slots, namespace, false),
            "error" => self.record(value, &slots, namespace, true),
            "enum" => self.enumeration(value, &slots, namespace),
            "fixed" => self.fixed(value, &slots, namespace),
            "array" => {
                let Some(items) = slots.get(Word::Items) else {
                    return Err(self.refused("Array has no items type", value));
                };
                let items = self.type_at(items, namespace)?;
                Ok(self.container(value, &slots, Node::Array(items)))
            }
            "map" => {
                let Some(values) = slots.get(Word::Values) else {
                    return Err(self.refused("Map has no values type", value));
                };
                let values = self.type_at(values, namespace)?;
                Ok(self.container(value, &slots, Node::Map(values)))
            }
            name => self.build.find(name, namespace, self.tape.offset(value)),
        }
    }

    fn primitive(&mut self, primitive: Primitive, value: Value, slots: &Slots) -> NodeId {
        match self.type_attributes(value, slots, false) {
            none if none.is_empty() => Builder::primitive(primitive),
            attributes => {
                let node = self.build.push(Node::Primitive(primitive), attributes);
                self.note_type(node, value);
                node
            }
        }
    }

    fn container(&mut self, value: Value, slots: &Slots, node: Node) -> NodeId {
        let mut attributes = self.type_attributes(value, slots, false);
        if !attributes.is_empty() {
            logical::move_first(&self.build.model, node, &mut attributes);
        }
        let node = self.build.push(node, attributes);
        self.build.note_uncopied(node);
        self.note_type(node, value);
        node
    }

    fn union(&mut self, value: Value, namespace: &str) -> Parsed<NodeId> {
        let mut branches = Vec::with_capacity(self.tape.count(value));
        for branch in self.tape.elements(value) {
            branches.push(self.type_at(branch, namespace)?);
        }
        let complaint = super::unions::complaint(self.build, &branches);
        let node = self.build.push_union(branches);
        if let Some(complaint) = complaint {
            let at = self.tape.offset(value);
            return Err(Failure::at(at, complaint.into_words(self.build, node)));
        }
        if let Some(places) = &mut self.build.places {
            let union = UnionId(self.build.model.unions.len() as u32 - 1);
            for (at, branch) in self.tape.elements(value).enumerate() {
                places.branches.push(((union, at as u32), self.tape.offset(branch)));
            }
        }
        self.note_type(node, value);
        Ok(node)
    }

    fn record(&mut self, value: Value, slots: &Slots, namespace: &str, is_error: bool) -> Parsed<NodeId> {
        let began = self.build.tick();
        let name = self.name(value, slots, namespace)?;
        self.check_is_no_primitive(&name, slots)?;
        let Some(list) = slots.get(Word::Fields).filter(|list| self.tape.kind(*list) == TokenKind::Array) else {
            return Err(self.refused("Record has no fields", value));
        };
        let mut fields = Vec::with_capacity(self.tape.count(list));
        for field in self.tape.elements(list) {
            fields.push(self.field(field, name.namespace())?);
        }
        let (by_name, repeated) = sorted_by_name(&fields);
        if let Some((later, earlier)) = repeated {
            let shown = |at: usize| self.shown_field(&fields[at], at);
            let words = format!(
                "Duplicate field {} in record {}: {} and {}.",
                fields[later].name,
                name.full(),
                shown(later),
                shown(earlier)
            );
            let at = self.tape.elements(list).nth(later).map_or(0, |field| self.tape.offset(field));
            return Err(Failure::at(at, words));
        }
        if self.build.places.is_some() {
            self.note_fields(list);
        }
        let mut attributes = self.type_attributes(value, slots, false);
        if !attributes.is_empty() {
            logical::move_first_of_record(&self.build.model, &fields, &mut attributes);
        }
        let aliases = self.type_aliases(value, slots, &name)?;
        let node = self.build.next_node();
        let doc = self.doc(slots);
        let fields = fields.into();
        let record = Record { name, node, first: node, is_error, doc, aliases, fields, by_name };
        self.build.push_record(record, attributes);
        self.build.note_uncopied(node);
        self.note_type(node, value);
        self.build.define(node, began, self.tape.offset(value)).map(|()| node)
    }

    fn enumeration(&mut self, value: Value, slots: &Slots, namespace: &str) -> Parsed<NodeId> {
        let began = self.build.tick();
        let name = self.name(value, slots, namespace)?;
        let Some(list) = slots.get(Word::Symbols).filter(|list| self.tape.kind(*list) == TokenKind::Array) else {
            return Err(self.refused("Enum has no symbols", value));
        };
        self.check_is_no_primitive(&name, slots)?;
        let id = EnumId(self.build.model.enums.len() as u32);
        let default = self.text(slots.get(Word::Default));
        let symbols = super::symbols::read(self, list, id, default.as_deref(), self.tape.offset(value))?;
        let mut by_symbol: Box<[u32]> = (0..symbols.len() as u32).collect();
        by_symbol.sort_by(|left, right| symbols[*left as usize].cmp(&symbols[*right as usize]));
        let attributes = self.type_attributes(value, slots, true);
        let aliases = self.type_aliases(value, slots, &name)?;
        let node = self.build.next_node();
        let (doc, default) = (self.doc(slots), default.map(|default| default.into()));
        let enumeration = Enumeration { name, node, first: node, doc, aliases, symbols, default, by_symbol };
        self.build.push_enum(enumeration, attributes);
        if let Some(places) = &mut self.build.places {
            for (at, symbol) in self.tape.elements(list).enumerate() {
                places.symbols.push(((id, at as u32), self.tape.offset(symbol)));
            }
        }
        self.note_type(node, value);
        self.build.define(node, began, self.tape.offset(value)).map(|()| node)
    }

    fn fixed(&mut self, value: Value, slots: &Slots, namespace: &str) -> Parsed<NodeId> {
        let began = self.build.tick();
        let name = self.name(value, slots, namespace)?;
        let size = slots.get(Word::Size).filter(|size| self.tape.kind(*size) == TokenKind::Integer);
        let size = size.and_then(|size| self.tape.number(size).parse::<i32>().ok());
        let Some(size) = size else { return Err(self.refused("Invalid or no size", value)) };
        self.check_is_no_primitive(&name, slots)?;
        let at = self.tape.offset(value);
        let Ok(size) = u32::try_from(size) else {
            return Err(Failure::at(at, format!("Malformed data. Length is negative: {size}")));
        };
        if i64::from(size) > FIXED_SIZE_MAX {
            let words = format!("Cannot read arrays longer than {FIXED_SIZE_MAX} bytes in Java library");
            return Err(Failure::at(at, words));
        }
        let attributes = self.type_attributes(value, slots, false);
        let aliases = self.type_aliases(value, slots, &name)?;
        let node = self.build.next_node();
        let doc = self.doc(slots);
        self.build.push_fixed(Fixed { name, node, first: node, doc, aliases, size }, attributes);
        self.note_type(node, value);
        self.build.define(node, began, at).map(|()| node)
    }

    /// The name of a named type: a dot in it beats the `namespace` beside it, which beats the enclosing one.
    fn name(&mut self, value: Value, slots: &Slots, namespace: &str) -> Parsed<TypeName> {
        let own = self.text(slots.get(Word::Namespace));
        let Some(name) = self.text(slots.get(Word::Name)) else {
            return Err(self.refused("No name in schema", value));
        };
        let at = slots.get(Word::Name).map_or(0, |name| self.tape.offset(name));
        self.qualified(&name, own.as_deref().unwrap_or(namespace), at)
    }

    fn check_is_no_primitive(&self, name: &TypeName, slots: &Slots) -> Parsed<()> {
        if Primitive::read(name.full()).is_none() {
            return Ok(());
        }
        let at = slots.get(Word::Name).map_or(0, |name| self.tape.offset(name));
        Err(Failure::at(at, format!("Schemas may not be named after primitives: {}", name.full())))
    }

    /// Splits a name at its last dot, or puts it into `namespace`.
    fn qualified(&mut self, name: &str, namespace: &str, at: usize) -> Parsed<TypeName> {
        let (namespace, simple) = name.rsplit_once('.').unwrap_or((namespace, name));
        self.build.check_name(simple, at)?;
        self.build.type_name(namespace, simple, at)
    }

    fn type_aliases(&mut self, value: Value, slots: &Slots, owner: &TypeName) -> Parsed<Box<[TypeName]>> {
        let Some(list) = self.alias_list(value, slots)? else { return Ok(Box::default()) };
        let mut aliases: Vec<TypeName> = Vec::with_capacity(self.tape.count(list));
        for alias in self.tape.elements(list) {
            let name = self.tape.key(alias);
            // Aliases count as names for the new and are never looked at again for the stored.
            let (namespace, simple) = name.rsplit_once('.').unwrap_or((owner.namespace(), &name));
            if self.build.strictness == Strictness::New {
                self.build.check_name(simple, self.tape.offset(alias))?;
            }
            aliases.push(self.build.type_name(namespace, simple, self.tape.offset(alias))?);
        }
        Ok(without_repeats(aliases, |left, right| left.full().cmp(right.full())))
    }

    /// The `aliases` of a type or field, checked to be a list of texts.
    pub(super) fn alias_list(&mut self, value: Value, slots: &Slots) -> Parsed<Option<Value>> {
        let Some(list) = slots.get(Word::Aliases) else { return Ok(None) };
        if self.tape.kind(list) != TokenKind::Array {
            return Err(self.refused("aliases not an array", value));
        }
        match self.tape.elements(list).find(|alias| !self.tape.is_string(*alias)) {
            Some(alias) => Err(self.refused("alias not a string", alias)),
            None => Ok(Some(list)),
        }
    }

    pub(super) fn slots(&self, value: Value) -> Slots {
        let mut slots = Slots { values: [None; Word::COUNT], others: 0, count: self.tape.count(value) };
        for Member { word, value, .. } in self.tape.members(value) {
            slots.values[word as usize] = Some(value);
            slots.others += usize::from(matches!(word, Word::Other | Word::Default | Word::Order | Word::LogicalType));
        }
        slots
    }

    /// The members of a type that mean nothing to Avro, verbatim. An enum's `default` does mean something.
    fn type_attributes(&self, value: Value, slots: &Slots, is_enum: bool) -> Attributes {
        if slots.others == 0 {
            return Attributes::default();
        }
        self.attributes(value, slots.others, |word| match word {
            Word::Other | Word::Order | Word::LogicalType => true,
            Word::Default => !is_enum,
            _ => false,
        })
    }

    /// The members of an object whose keys are kept, at most `count` of them.
    pub(super) fn attributes(&self, value: Value, count: usize, is_kept: impl Fn(Word) -> bool) -> Attributes {
        let mut kept = Vec::with_capacity(count);
        for member in self.tape.members(value).filter(|member| is_kept(member.word)) {
            kept.push((self.tape.key(member.key).into(), self.tape.json(member.value)));
        }
        kept.into()
    }

    /// The text of a member, if it is one.
    pub(super) fn text(&self, value: Option<Value>) -> Option<Cow<'t, str>> {
        value.and_then(|value| self.tape.string(value))
    }

    pub(super) fn doc(&self, slots: &Slots) -> Option<Box<str>> {
        self.text(slots.get(Word::Doc)).map(Into::into)
    }

    /// A complaint followed by what it is about.
    #[cold]
    pub(super) fn refused(&self, complaint: &str, value: Value) -> Box<Failure> {
        let mut words = format!("{complaint}: ");
        print_value(&mut words, self.tape, value);
        Failure::at(self.tape.offset(value), words)
    }

    fn note_type(&mut self, node: NodeId, value: Value) {
        if let Some(places) = &mut self.build.places {
            places.types.push((node, self.tape.offset(value)));
        }
    }

    fn note_fields(&mut self, list: Value) {
        let id = RecordId(self.build.model.records.len() as u32);
        for (at, field) in self.tape.elements(list).enumerate() {
            let slots = self.slots(field);
            let Some(places) = &mut self.build.places else { return };
            let key = (id, at as u32);
            places.fields.push((key, self.tape.offset(field)));
            for (word, places) in [(Word::Type, &mut places.field_types), (Word::Default, &mut places.defaults)] {
                if let Some(value) = slots.get(word) {
                    places.push((key, self.tape.offset(value)));
                }
            }
        }
    }
}

/// Drops what repeats an earlier item, keeping the order of the rest.
pub(super) fn without_repeats<T>(items: Vec<T>, compare: impl Fn(&T, &T) -> std::cmp::Ordering) -> Box<[T]> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by(|left, right| compare(&items[*left], &items[*right]));
    let mut is_repeat = vec![false; items.len()];
    for group in order.chunk_by(|left, right| compare(&items[*left], &items[*right]).is_eq()) {
        for at in &group[1..] {
            is_repeat[*at] = true;
        }
    }
    items.into_iter().zip(is_repeat).filter(|(_, repeats)| !repeats).map(|(item, _)| item).collect()
}
