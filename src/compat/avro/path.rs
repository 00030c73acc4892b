//! Locations of findings, kept as chains so that a step costs the same at any depth; written out only for findings
//! that are reported.

use std::fmt::Write;

/// One step from a type to a part of it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// A field itself.
    Field(u32),
    /// The type of a field.
    FieldType(u32),
    /// The items of an array.
    Items,
    /// The values of a map.
    Values,
    /// A branch of the writer's union.
    Branch(u32),
    /// The name of a named type.
    Name,
    /// The size of a fixed.
    Size,
    /// The symbols of an enum.
    Symbols,
}

/// A location in a [`Paths`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PathId(u32);

/// All locations of one comparison.
#[derive(Debug, Default)]
pub(super) struct Paths {
    steps: Vec<(PathId, Step)>,
}

impl Paths {
    /// The root, which is also where the reference begins anew inside a reader's union.
    pub(super) const ROOT: PathId = PathId(u32::MAX);

    /// One step on from `parent`.
    pub(super) fn step(&mut self, parent: PathId, step: Step) -> PathId {
        self.steps.push((parent, step));
        PathId(self.steps.len() as u32 - 1)
    }

    /// As the reference writes it: `/fields/2/type/items`, `/` for the root.
    pub(super) fn text(&self, path: PathId) -> String {
        let mut steps = Vec::new();
        let mut at = path;
        while let Some((parent, step)) = self.steps.get(at.0 as usize) {
            steps.push(*step);
            at = *parent;
        }
        if steps.is_empty() {
            return "/".to_owned();
        }
        let mut text = String::with_capacity(steps.len() * 10);
        for step in steps.iter().rev() {
            match step {
                Step::Field(position) => write!(text, "/fields/{position}"),
                Step::FieldType(position) => write!(text, "/fields/{position}/type"),
                Step::Items => text.write_str("/items"),
                Step::Values => text.write_str("/values"),
                Step::Branch(position) => write!(text, "/{position}"),
                Step::Name => text.write_str("/name"),
                Step::Size => text.write_str("/size"),
                Step::Symbols => text.write_str("/symbols"),
            }
            .expect("a string takes whatever is written to it");
        }
        text
    }
}
