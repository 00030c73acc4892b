//! A kind of change as a page for people, in Markdown: what, how far, why, an example, what to do, how to configure it.
//!
//! One source with the catalogue. The pages under `rules/` are these texts, and a test holds them equal.

use super::example::{Example, example};
use super::{Bump, ChangeClass, ChangeKind, ClassOf, catalogue};

/// The chapters of the catalogue: each title, and how many kinds it has, in the catalogue's order.
const CHAPTERS: [(&str, usize); 6] = [
    ("Descriptive changes", 10),
    ("Fields", 11),
    ("Types", 13),
    ("Nullability and unions", 4),
    ("Enums", 5),
    ("Names, events, the schema as a whole", 8),
];

/// Kinds that are told apart, or chosen between, by whoever reads about one of them.
const RELATED: [&[&str]; 17] = [
    &["doc-changed", "property-changed", "tag-added", "tag-removed"],
    &["fields-reordered", "field-sort-order-changed", "enum-symbols-reordered", "union-reordered"],
    &["alias-added", "alias-removed", "alias-collision", "field-renamed", "type-renamed", "event-renamed"],
    &["field-added-optional", "field-added-with-default", "field-added-without-default"],
    &["field-removed", "field-renamed", "field-relocated"],
    &["field-default-added", "field-default-changed", "field-default-removed"],
    &["numeric-widened", "numeric-widened-lossy", "numeric-narrowed"],
    &[
        "bytes-string-swapped",
        "required-field-type-changed",
        "optional-field-type-changed",
        "fixed-size-changed",
        "root-type-changed",
    ],
    &["logical-type-changed", "logical-type-added", "logical-type-removed"],
    &["decimal-precision-increased", "decimal-precision-decreased", "decimal-scale-changed"],
    &["field-made-nullable", "field-made-required", "optional-field-type-changed"],
    &["union-branch-added", "union-branch-removed", "union-of-one-changed", "union-reordered"],
    &["enum-symbol-added", "enum-symbol-removed", "enum-symbols-reordered"],
    &["enum-default-added", "enum-default-changed", "enum-default-removed", "enum-symbol-removed"],
    &["event-renamed", "event-namespace-changed", "type-renamed", "type-namespace-changed"],
    &["event-branch-added", "event-branch-removed", "root-type-changed"],
    &["root-type-changed", "schema-type-changed"],
];

/// The page of one kind.
pub fn rule(kind: &ChangeKind) -> String {
    let mut page = format!("# {}\n\n{}.\n\n", kind.id, capitalized(kind.summary));
    page.push_str("| | |\n|---|---|\n");
    row(&mut page, "Class", &class(kind));
    row(&mut page, "Version bump", &bump(kind));
    row(&mut page, "A reader with the new schema reads old data (BACKWARD)", kind.backward);
    row(&mut page, "A reader with the old schema reads new data (FORWARD)", kind.forward);
    page += &format!("\n## Why\n\n{}\n", kind.why);
    if let Some(Example { title, why, difference }) = kind.example.and_then(example) {
        page += &format!("\n## Example\n\n{title}:\n\n```diff\n{difference}```\n\n{why}\n");
    }
    page += &format!("\n## What to do\n\n{}.\n", capitalized(kind.fix));
    page += &format!("\n## Configuring it\n\n{}", configuring(kind));
    let links: Vec<String> = related(kind).iter().map(|other| link(other)).collect();
    if !links.is_empty() {
        page += &format!("\n## Related\n\n{}\n", links.join(", "));
    }
    page
}

/// All kinds as one table per chapter, with links to their pages.
pub fn index() -> String {
    let mut page = String::from(
        "# Kinds of change\n\nGenerated from the catalogue. `sluicegate explain ID` shows the same pages, `sluicegate rules` \
         the same list.\n",
    );
    for (title, kinds) in chapters() {
        page += &format!("\n## {title}\n\n| id | what changed | class | bump |\n|---|---|---|---|\n");
        for kind in kinds {
            page += &format!("| {} | {} | {} | {} |\n", link(kind), kind.summary, class(kind), bump(kind));
        }
    }
    page
}

/// The catalogue by chapter.
pub fn chapters() -> impl Iterator<Item = (&'static str, &'static [&'static ChangeKind])> {
    let mut rest: &'static [&'static ChangeKind] = &catalogue::ALL;
    CHAPTERS.iter().map(move |(title, count)| {
        let (chapter, others) = rest.split_at((*count).min(rest.len()));
        rest = others;
        (*title, chapter)
    })
}

/// The kinds to read about next, in the catalogue's order.
pub fn related(kind: &ChangeKind) -> Vec<&'static ChangeKind> {
    let is_related = |other: &ChangeKind| RELATED.iter().any(|ids| ids.contains(&kind.id) && ids.contains(&other.id));
    catalogue::ALL.into_iter().filter(|other| *other != kind && is_related(other)).collect()
}

/// The class as a phrase: `forbidden`, `forbidden on a required field, major-bump-required on an optional one`.
pub fn class(kind: &ChangeKind) -> String {
    match kind.class {
        ClassOf::Always(class) => class.to_string(),
        ClassOf::Field { required, optional } => {
            format!("{required} on a required field, {optional} on an optional one")
        }
    }
}

/// The bump as a phrase, likewise.
pub fn bump(kind: &ChangeKind) -> String {
    let of = |class| if class == ChangeClass::Forbidden { Bump::NotReleasable } else { kind.bump };
    match kind.class {
        ClassOf::Always(class) => of(class).to_string(),
        ClassOf::Field { required, optional } => {
            format!("{} on a required field, {} on an optional one", of(required), of(optional))
        }
    }
}

fn row(page: &mut String, left: &str, right: &str) {
    *page += &format!("| {left} | {right} |\n");
}

fn link(kind: &ChangeKind) -> String {
    format!("[`{0}`]({0}.md)", kind.id)
}

/// How a team that decides otherwise writes it down, and what no setting changes.
fn configuring(kind: &ChangeKind) -> String {
    let worst = match kind.class {
        ClassOf::Always(class) => class,
        ClassOf::Field { required, .. } => required,
    };
    let (other, meaning) = match worst {
        ChangeClass::Forbidden => (ChangeClass::MajorBumpRequired, "let it pass with a new major version"),
        ChangeClass::MajorBumpRequired => (ChangeClass::Allowed, "let it pass without a new major version"),
        ChangeClass::Allowed if kind.bump == Bump::Patch => (ChangeClass::None, "ask for no new version at all"),
        ChangeClass::None | ChangeClass::Allowed => (ChangeClass::MajorBumpRequired, "ask for a new major version"),
    };
    let mut text = format!(
        "To {meaning}, in `sluicegate.toml`:\n\n```toml\n[policy]\nrules = {{ {} = \"{other}\" }}\n```\n\n",
        kind.id
    );
    if worst == ChangeClass::Allowed && kind.forward != "yes" {
        text.push_str(
            "Profile `strict` asks for a new major version where readers with the old schema cannot read the new data. ",
        );
    }
    text.push_str(if worst == ChangeClass::Forbidden {
        "A single case is better exempted than the rule relaxed: `sluicegate waive FINGERPRINT`. No setting makes the \
         compatibility level accept what it refuses.\n"
    } else {
        "No setting makes the compatibility level accept what it refuses.\n"
    });
    text
}

fn capitalized(clause: &str) -> String {
    let mut letters = clause.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_uppercase(), letters.as_str()))
}
