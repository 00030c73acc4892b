//! Where a pair breaks that the reference lets pass: its memo keeps a yes that rested on an assumption which failed
//! (`avro-compatibility` 3.5, rule 4). We answer no (D5), and this finds the place to name.

use super::path::{PathId, Paths, Step};
use super::reasons::{Finding, Reason};
use super::verdict::{Comparison, Verdict, answers_to};
use crate::compat::{Incompatibility, IncompatibilityKind};
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{Node, NodeId, RecordId};
use std::collections::HashSet;

/// Names one place where `reader` cannot decode `writer`, by going down from pairs that cannot be read to parts of
/// theirs that cannot, each pair once. `comparison` has found before that the roots do not fit.
pub(super) fn place(reader: &AvroSchema, writer: &AvroSchema, comparison: &mut Comparison<'_>) -> Incompatibility {
    let mut search = Search { reader, writer, paths: Paths::default(), open: Vec::new() };
    let mut seen = HashSet::new();
    search.open.push((reader.root(), writer.root(), Paths::ROOT));
    let mut reason = None;
    while let Some((reads, writes, path)) = search.open.pop() {
        if !seen.insert((reads, writes)) || comparison.verdict(reads, writes) != Verdict::Unreadable {
            continue;
        }
        reason = search.reason_here(reads, writes, path);
        if reason.is_some() {
            break;
        }
    }
    // Every no has a reason that is not another no, so the search ends with one.
    let root = Finding { at: Paths::ROOT, reason: Reason::Types(reader.root(), writer.root()) };
    let found = reason.unwrap_or(root).describe(reader, writer, &search.paths);
    Incompatibility { kind: IncompatibilityKind::UnsoundAssumption, ..found }
}

struct Search<'a> {
    reader: &'a AvroSchema,
    writer: &'a AvroSchema,
    paths: Paths,
    /// Pairs to look at, the next one last.
    open: Vec<(NodeId, NodeId, PathId)>,
}

impl Search<'_> {
    /// Why this pair breaks, if not because of its parts; else opens the parts.
    fn reason_here(&mut self, reads: NodeId, writes: NodeId, path: PathId) -> Option<Finding> {
        let (reader, writer) = (self.reader.node(reads), self.writer.node(writes));
        if std::mem::discriminant(&reader) == std::mem::discriminant(&writer)
            && let (Some((name, aliases)), Some((theirs, _))) =
                (self.reader.names_of(reads), self.writer.names_of(writes))
            && !answers_to(name, aliases, theirs)
        {
            return Some(Finding { at: path, reason: Reason::Name { writer: writes } });
        }
        match (reader, writer) {
            (Node::Array(to), Node::Array(from)) => self.open_part(to, from, path, Step::Items),
            (Node::Map(to), Node::Map(from)) => self.open_part(to, from, path, Step::Values),
            (Node::Record(to), Node::Record(from)) => return self.fields(to, from, path),
            (_, Node::Union(union)) => {
                for (position, branch) in self.writer.union(union).branches().iter().enumerate().rev() {
                    self.open_part(reads, *branch, path, Step::Branch(position as u32));
                }
            }
            (Node::Union(_), _) => return Some(Finding { at: path, reason: Reason::NoBranch { writer: writes } }),
            (Node::Enum(to), Node::Enum(from)) => {
                return Some(Finding { at: path, reason: Reason::Symbols(to, from) });
            }
            (Node::Fixed(to), Node::Fixed(from)) => return Some(Finding { at: path, reason: Reason::Size(to, from) }),
            _ => return Some(Finding { at: path, reason: Reason::Types(reads, writes) }),
        }
        None
    }

    fn fields(&mut self, to: RecordId, from: RecordId, path: PathId) -> Option<Finding> {
        let (reader, writer) = (self.reader.record(to), self.writer.record(from));
        for (position, field) in reader.fields().iter().enumerate().rev() {
            let position = position as u32;
            let own = writer.position_of(field.name(), field.name_hash());
            let others = field.aliases().iter().filter_map(|(alias, hash)| writer.position_of(alias, *hash));
            match own.into_iter().chain(others).next() {
                Some(partner) => {
                    let writes = writer.fields()[partner].node();
                    self.open_part(field.node(), writes, path, Step::FieldType(position));
                }
                None if field.default().is_some() => {}
                None => {
                    let at = self.paths.step(path, Step::Field(position));
                    return Some(Finding { at, reason: Reason::NoDefault { record: to, position } });
                }
            }
        }
        None
    }

    fn open_part(&mut self, reads: NodeId, writes: NodeId, path: PathId, step: Step) {
        let at = self.paths.step(path, step);
        self.open.push((reads, writes, at));
    }
}
