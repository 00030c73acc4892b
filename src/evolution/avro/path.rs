//! Where a change is, in the notation of `change-classification` 2, kept as chains so that a step costs the same at any
//! depth; written out only for what is reported.

use super::Schemas;
use crate::schema::avro::model::{Field, Kind, NodeId, RecordId};

/// A record and the position of one of its fields.
pub(super) type FieldAt = (RecordId, u32);

/// One step from a type to a part of it, as each side sees it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// A field that both sides have, perhaps under two names.
    Field { old: FieldAt, new: FieldAt },
    /// A field of the old side alone.
    OldField(FieldAt),
    /// A field of the new side alone.
    NewField(FieldAt),
    /// The items of an array.
    Items,
    /// The values of a map.
    Values,
    /// A branch of a union with several branches besides null.
    Branch { old: NodeId, new: NodeId },
}

/// A place in a [`Paths`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PathId(u32);

/// Whose names a path is told with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// The old schema's: removals.
    Old,
    /// The new schema's: all the rest.
    New,
}

/// All places of one comparison.
#[derive(Debug, Default)]
pub(super) struct Paths {
    steps: Vec<(PathId, Step)>,
}

impl Paths {
    /// The schema as a whole.
    pub(super) const ROOT: PathId = PathId(u32::MAX);

    /// One step on from `parent`.
    pub(super) fn step(&mut self, parent: PathId, step: Step) -> PathId {
        self.steps.push((parent, step));
        PathId(self.steps.len() as u32 - 1)
    }

    /// The path as `side` tells it: `lines[].price`, `$` for the root.
    pub(super) fn text(&self, schemas: Schemas<'_>, path: PathId, side: Side) -> String {
        let text = self.text_below(schemas, path, Self::ROOT, side);
        if text.is_empty() { "$".to_owned() } else { text }
    }

    /// The part of `path` that lies below `base`, one of the places on the way to it.
    pub(super) fn text_below(&self, schemas: Schemas<'_>, path: PathId, base: PathId, side: Side) -> String {
        let mut steps = Vec::new();
        let mut at = path;
        while at != base
            && let Some((parent, step)) = self.steps.get(at.0 as usize)
        {
            steps.push(*step);
            at = *parent;
        }
        let mut text = String::new();
        for step in steps.into_iter().rev() {
            write_step(&mut text, schemas, step, side);
        }
        text
    }
}

fn write_step(text: &mut String, schemas: Schemas<'_>, step: Step, side: Side) {
    match (step, side) {
        (Step::Field { old, .. } | Step::OldField(old), Side::Old) => write_field(text, schemas.old_field(old)),
        (Step::Field { new, .. } | Step::NewField(new), Side::New) => write_field(text, schemas.new_field(new)),
        (Step::OldField(_), Side::New) | (Step::NewField(_), Side::Old) => {}
        (Step::Items, _) => text.push_str("[]"),
        (Step::Values, _) => text.push_str("{}"),
        (Step::Branch { old, new }, side) => {
            let (schema, node) = if side == Side::Old { (schemas.old, old) } else { (schemas.new, new) };
            text.push('<');
            match (schema.names_of(node), schema.kind(node)) {
                (Some((name, _)), _) => text.push_str(name.full()),
                (None, Kind::Primitive(primitive)) => text.push_str(primitive.word()),
                (None, kind) => text.push_str(kind.word()),
            }
            text.push('>');
        }
    }
}

fn write_field(text: &mut String, field: &Field) {
    if !text.is_empty() {
        text.push('.');
    }
    text.push_str(field.name());
}
