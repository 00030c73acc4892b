//! Binds the names a text left open, once it has been read completely.
//!
//! The reference copies every type while it binds, and may refuse in doing so: a name nothing defines, two branches
//! that turn out to be one type, a default that does not fit after all. Where one of these is possible, its walk is
//! followed step by step, because its order decides which complaint is heard; else binding is a look-up per name.

use super::builder::Builder;
use super::canonical::Printer;
use super::defaults::{self, Judge, Judgement};
use super::failure::{Failure, Parsed};
use super::model::{Node, NodeId, RecordId};
use crate::schema::Strictness;
use std::collections::BTreeSet;

/// Steps for which the reference's walk is followed exactly; beyond, finished records are not walked again. Only
/// records that refer to each other in both directions in the hundreds come near.
const EXACT_STEPS_MAX: usize = 200_000;

/// Binds all open names and returns what `root` stands for.
pub(super) fn bind(build: &mut Builder, root: NodeId) -> Parsed<NodeId> {
    if let Some(open) = Builder::open_at(root) {
        let open = &build.opens[open];
        return Err(Failure::at(open.at, format!("Undefined schema: {}", open.full)));
    }
    let mut opens = std::mem::take(&mut build.opens);
    for open in &mut opens {
        open.target = build.definition(&open.full);
    }
    let is_undefined = opens.iter().any(|open| open.target.is_none());
    build.opens = opens;
    // In a circle a default may meet a record that has no fields yet, and what was fine before is refused.
    let may_refuse_default = build.has_record_default && build.may_be_circular;
    if is_undefined || may_refuse_default || !build.uncopied.is_empty() || some_union_clashes(build) {
        Walk::new(build).run(root)?;
    }
    if !build.opens.is_empty() {
        note_forward_uses(build);
        let opens = std::mem::take(&mut build.opens);
        build.model.each_link(|link| {
            if let Some(open) = Builder::open_at(*link) {
                *link = opens[open].target.expect("an undefined name has been refused");
            }
        });
    }
    // A text that repeats a type known before is that type.
    Ok(build.model.first_of(root).unwrap_or(root))
}

fn some_union_clashes(build: &Builder) -> bool {
    !build.opens.is_empty()
        && build.model.unions.iter().any(|union| {
            let has_open = union.branches.iter().any(|branch| Builder::open_at(*branch).is_some());
            has_open && super::unions::complaint_once_bound(build, &union.branches).is_some()
        })
}

/// Notes whether a definition is first used before it begins, so that printing moves it.
fn note_forward_uses(build: &mut Builder) {
    if build.may_print_deeper {
        return;
    }
    let mut began = vec![0; build.model.node_count()];
    for (node, tick) in &build.defined {
        began[node.index()] = *tick;
    }
    build.may_print_deeper =
        build.opens.iter().any(|open| open.target.is_some_and(|target| began[target.index()] > open.tick));
}

/// One visit of the reference's: a stack of what is to be done, begun at a named type.
struct Visit {
    number: usize,
    steps: Vec<Step>,
    /// The open name that is bound when the visit ends.
    binds: Option<usize>,
}

enum Step {
    Enter(NodeId),
    Leave(NodeId),
}

/// How far the reference's copy of a record is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Copy {
    None,
    Begun,
    /// It has its fields, since the visit begun at this number of the definitions.
    Finished(usize),
}

struct Walk<'a> {
    build: &'a Builder,
    copies: Vec<Copy>,
    is_bound: Vec<bool>,
    visited: BTreeSet<(usize, NodeId)>,
    visits: Vec<Visit>,
    /// Visits begun so far.
    begun: usize,
    /// Which definition the present visits stem from.
    origin: usize,
    steps: usize,
}

impl<'a> Walk<'a> {
    fn new(build: &'a Builder) -> Self {
        Self {
            build,
            copies: vec![Copy::None; build.model.records.len()],
            is_bound: vec![false; build.opens.len()],
            visited: BTreeSet::new(),
            visits: Vec::new(),
            begun: 0,
            origin: 0,
            steps: 0,
        }
    }

    fn run(mut self, root: NodeId) -> Parsed<()> {
        // A text that adds no definition leaves what was bound before as it is.
        if self.build.defined.len() > self.build.defined_before {
            for (node, _) in &self.build.defined {
                self.visit_all(*node)?;
            }
        }
        match self.build.model.node(root) {
            Node::Array(_) | Node::Map(_) | Node::Union(_) => self.visit_all(root),
            _ => Ok(()),
        }
    }

    fn visit_all(&mut self, start: NodeId) -> Parsed<()> {
        self.origin += 1;
        self.visited.clear();
        self.begin(start, None);
        while let Some(visit) = self.visits.last_mut() {
            let number = visit.number;
            match visit.steps.pop() {
                Some(Step::Enter(node)) => self.enter(node, number)?,
                Some(Step::Leave(node)) => self.leave(node)?,
                None => {
                    if let Some(open) = visit.binds {
                        self.is_bound[open] = true;
                    }
                    self.visits.pop();
                }
            }
        }
        Ok(())
    }

    fn begin(&mut self, start: NodeId, binds: Option<usize>) {
        self.begun += 1;
        self.visits.push(Visit { number: self.begun, steps: vec![Step::Enter(start)], binds });
    }

    fn enter(&mut self, node: NodeId, number: usize) -> Parsed<()> {
        self.steps += 1;
        if !self.build.spend() {
            return Err(Failure::nowhere("No time to bind all names".to_owned()));
        }
        if let Some(open) = Builder::open_at(node) {
            return self.enter_open(open);
        }
        let build = self.build;
        let mut children: Vec<NodeId> = match build.model.node(node) {
            Node::Primitive(_) | Node::Enum(_) | Node::Fixed(_) => return Ok(()),
            Node::Array(child) | Node::Map(child) => vec![child],
            // Branches are walked from the last to the first, fields from the first to the last.
            Node::Union(id) => build.model.union(id).branches().to_vec(),
            Node::Record(id) => {
                if self.is_settled(id) {
                    return Ok(());
                }
                if self.copies[id.index()] == Copy::None {
                    self.copies[id.index()] = Copy::Begun;
                }
                build.model.record(id).fields.iter().rev().map(|field| field.node).collect()
            }
        };
        if !self.visited.insert((number, node)) {
            return Ok(());
        }
        let steps = &mut self.visits.last_mut().expect("a step belongs to a visit").steps;
        steps.push(Step::Leave(node));
        steps.extend(children.drain(..).map(Step::Enter));
        Ok(())
    }

    /// Whether walking a record again cannot change anything.
    fn is_settled(&self, id: RecordId) -> bool {
        match self.copies[id.index()] {
            Copy::Finished(origin) => origin != self.origin || self.steps > EXACT_STEPS_MAX,
            Copy::None | Copy::Begun => false,
        }
    }

    fn enter_open(&mut self, open: usize) -> Parsed<()> {
        if self.is_bound[open] {
            return Ok(());
        }
        let name = &self.build.opens[open];
        let Some(target) = name.target else {
            return Err(Failure::at(name.at, format!("Undefined schema: {}", name.full)));
        };
        match self.build.model.node(target) {
            Node::Record(id) if self.copies[id.index()] == Copy::None => self.begin(target, Some(open)),
            _ => self.is_bound[open] = true,
        }
        Ok(())
    }

    fn leave(&mut self, node: NodeId) -> Parsed<()> {
        match self.build.model.node(node) {
            Node::Record(id) => {
                if self.copies[id.index()] != Copy::Begun {
                    return Ok(());
                }
                self.check_defaults(id)?;
                self.copies[id.index()] = Copy::Finished(self.origin);
                self.check_attributes(node)
            }
            Node::Union(id) => {
                match super::unions::complaint_once_bound(self.build, self.build.model.union(id).branches()) {
                    Some(complaint) => Err(Failure::nowhere(complaint.into_words(self.build, node))),
                    None => Ok(()),
                }
            }
            _ => self.check_attributes(node),
        }
    }

    fn check_attributes(&self, node: NodeId) -> Parsed<()> {
        match self.build.uncopied.binary_search_by_key(&node, |(owner, _)| *owner) {
            Ok(at) => Err(Failure::nowhere(self.build.uncopied[at].1.clone())),
            Err(_) => Ok(()),
        }
    }

    fn check_defaults(&self, id: RecordId) -> Parsed<()> {
        if self.build.strictness == Strictness::Stored {
            return Ok(());
        }
        let has_fields = |id: RecordId| matches!(self.copies[id.index()], Copy::Finished(_));
        for field in &self.build.model.record(id).fields {
            let Some(default) = &field.default else { continue };
            let mut judge = Judge::new(self.build, |open: usize| self.build.opens[open].target, has_fields);
            let words = match judge.run(field.node, default) {
                Judgement::Valid => continue,
                Judgement::Unfinished => defaults::UNFINISHED.to_owned(),
                Judgement::TooCostly => defaults::too_costly(&field.name),
                Judgement::Invalid => {
                    let printer = Printer::for_message(self.build);
                    let printer = printer.with_fields_of(&has_fields);
                    super::field::invalid_default(&field.name, default, printer, field.node)
                }
            };
            return Err(Failure::nowhere(words));
        }
        Ok(())
    }
}
