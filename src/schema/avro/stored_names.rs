//! The names of a schema that was read leniently: judged at the end, over all the schema reaches.

use super::builder::Builder;
use super::failure::{Failure, Parsed};
use super::model::{Node, NodeId};
use super::names::lenient_complaint;

/// What remains to be looked at.
enum Step {
    Type(NodeId),
    Name(Box<str>),
}

/// Refuses the first simple name, met from `root` in the order of printing, that is none by the lenient rule.
pub(super) fn check(build: &Builder, root: NodeId) -> Parsed<()> {
    if !build.has_bad_name {
        return Ok(());
    }
    let model = &build.model;
    let mut seen = vec![false; model.node_count()];
    let mut steps = vec![Step::Type(root)];
    while let Some(step) = steps.pop() {
        let node = match step {
            Step::Name(name) => {
                check_one(&name)?;
                continue;
            }
            Step::Type(node) => node,
        };
        if std::mem::replace(&mut seen[node.index()], true) {
            continue;
        }
        match model.node(node) {
            Node::Primitive(_) => {}
            Node::Array(child) | Node::Map(child) => steps.push(Step::Type(child)),
            Node::Union(id) => steps.extend(model.union(id).branches().iter().rev().map(|branch| Step::Type(*branch))),
            Node::Fixed(id) => check_one(model.fixed(id).name().simple())?,
            Node::Enum(id) => {
                let enumeration = model.enumeration(id);
                check_one(enumeration.name().simple())?;
                for (at, symbol) in enumeration.symbols().iter().enumerate() {
                    if build.null_symbols.binary_search(&(id, at as u32)).is_ok() {
                        return Err(Failure::nowhere("Null name".to_owned()));
                    }
                    check_one(symbol)?;
                }
            }
            Node::Record(id) => {
                let record = model.record(id);
                check_one(record.name().simple())?;
                for field in record.fields().iter().rev() {
                    steps.push(Step::Type(field.node()));
                    steps.push(Step::Name(field.name().into()));
                }
            }
        }
    }
    Ok(())
}

fn check_one(name: &str) -> Parsed<()> {
    match lenient_complaint(name) {
        Some(complaint) => Err(Failure::nowhere(complaint)),
        None => Ok(()),
    }
}
