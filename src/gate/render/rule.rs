//! The rules for people and scripts: one as a page, all as a table, and one finding with its rule.

use super::page::{Indent, Page, Tone};
use super::words::place;
use super::{Screen, manual};
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf, catalogue, page};
use crate::policy::answer::AnsweredChange;
use crate::policy::{Profile, Rules};
use serde_json::{Value, json};
use std::io::{self, Write};

/// Ids that are suggested for one that does not exist.
const SUGGESTIONS_MAX: usize = 3;

/// What a configuration makes of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct InForce<'a> {
    /// The point of view.
    pub profile: Profile,
    /// What is seen otherwise.
    pub rules: &'a Rules,
}

/// Writes the page of one rule: laid out for a screen, or as Markdown where there is none.
///
/// # Errors
/// Whatever `out` fails with.
pub fn write_page(out: &mut dyn Write, kind: &ChangeKind, screen: Option<Screen>) -> io::Result<()> {
    let text = page::rule(kind);
    match screen {
        Some(screen) => manual::write(&mut Page::new(out, screen), &text),
        None => out.write_all(text.as_bytes()),
    }
}

/// What to say about an id that does not exist: the nearest ones that do.
pub fn unknown(id: &str) -> String {
    let asked: String = id.to_lowercase().replace(['_', ' '], "-").chars().take(100).collect();
    let mut nearest: Vec<(usize, &str)> =
        catalogue::ALL.iter().map(|kind| (distance(&asked, kind.id), kind.id)).collect();
    nearest.sort();
    let names: Vec<&str> = nearest.iter().take(SUGGESTIONS_MAX).map(|(_, id)| *id).collect();
    format!("no rule is called `{id}`; did you mean {}? `sluicegate rules` lists all", names.join(", "))
}

/// Common words count before common letters: `removed-field` means `field-removed`.
fn distance(asked: &str, id: &str) -> usize {
    let words: Vec<&str> = asked.split('-').collect();
    let shared = id.split('-').filter(|word| words.contains(word)).count();
    let letters = strsim::osa_distance(asked, id);
    if letters <= 2 { letters } else { (3 + letters).saturating_sub(6 * shared).max(3) }
}

/// Writes all rules as a table, in the order of the catalogue.
///
/// # Errors
/// Whatever `out` fails with.
pub fn write_table(out: &mut dyn Write, in_force: InForce<'_>, screen: Screen) -> io::Result<()> {
    let page = &mut Page::new(out, screen);
    let (mut has_optional, mut has_own) = (false, false);
    for (title, kinds) in page::chapters() {
        page.paragraph(Indent::of(0), &[(Tone::Strong, title)])?;
        for kind in kinds {
            let own = in_force.rules.class_of(kind);
            has_own |= own.is_some();
            has_optional |= own.is_none() && matches!(kind.class, ClassOf::Field { .. });
            row(page, kind, own)?;
        }
        page.gap()?;
    }
    if has_optional {
        let note = "(+) On an optional field, one whose old type admits null: major-bump-required.";
        page.paragraph(Indent::hanging(0), &[(Tone::Plain, note)])?;
    }
    if has_own {
        page.paragraph(Indent::hanging(0), &[(Tone::Plain, "(*) Set by the configuration.")])?;
    }
    let note = match in_force.profile {
        Profile::Seed => "Profile seed: as listed.",
        Profile::Strict => {
            "Profile strict: allowed changes ask for a major version where readers with the old schema cannot read the \
             new data."
        }
        Profile::Avro => {
            "Profile avro: the compatibility level alone decides. What it accepts is allowed, anything else asks for a \
             major version; only what (*) marks keeps a class of its own."
        }
    };
    page.paragraph(Indent::hanging(0), &[(Tone::Plain, note)])?;
    page.paragraph(
        Indent::hanging(0),
        &[(Tone::Plain, "One rule with its reason and an example: "), (Tone::Code, "sluicegate explain ID")],
    )
}

fn row(page: &mut Page<'_>, kind: &ChangeKind, own: Option<ChangeClass>) -> io::Result<()> {
    let grade = grade(kind, own);
    let tone = match grade.class {
        ChangeClass::None | ChangeClass::Allowed => Tone::Good,
        ChangeClass::MajorBumpRequired => Tone::Caution,
        ChangeClass::Forbidden => Tone::Bad,
    };
    let mark = match kind.class {
        _ if own.is_some() => " (*)",
        ClassOf::Field { .. } => " (+)",
        ClassOf::Always(_) => "",
    };
    let id = format!("{:<29}", kind.id);
    let class = format!("{}{mark}", grade.class);
    let gap = " ".repeat(25_usize.saturating_sub(class.len()).max(1));
    let pieces = [(Tone::Strong, id.as_str()), (tone, &class), (Tone::Plain, &gap), (Tone::Plain, grade.bump.as_str())];
    page.paragraph(Indent::hanging(2), &pieces)?;
    page.paragraph(Indent::of(4), &[(Tone::Plain, kind.summary)])
}

/// Class and bump on a required field, and on an optional one.
struct Graded {
    class: ChangeClass,
    bump: Bump,
    optional_class: ChangeClass,
    optional_bump: Bump,
}

fn grade(kind: &ChangeKind, own: Option<ChangeClass>) -> Graded {
    let (class, optional_class) = match (own, kind.class) {
        (Some(class), _) | (None, ClassOf::Always(class)) => (class, class),
        (None, ClassOf::Field { required, optional }) => (required, optional),
    };
    let bump = |class| match class {
        ChangeClass::None => Bump::None,
        ChangeClass::Allowed => kind.bump.min(Bump::Minor),
        ChangeClass::MajorBumpRequired => Bump::Major,
        ChangeClass::Forbidden => Bump::NotReleasable,
    };
    Graded { class, bump: bump(class), optional_class, optional_bump: bump(optional_class) }
}

/// All rules for scripts: `{"format": 1, "profile", "rules": [{"id", "summary", "class", "bump", …}]}`.
pub fn document(in_force: InForce<'_>) -> Value {
    let rule = |kind: &&ChangeKind| {
        let own = in_force.rules.class_of(kind);
        let graded = grade(kind, own);
        json!({
            "id": kind.id,
            "summary": kind.summary,
            "class": graded.class.as_str(),
            "bump": graded.bump.as_str(),
            "class_on_optional_field": graded.optional_class.as_str(),
            "bump_on_optional_field": graded.optional_bump.as_str(),
            "backward": kind.backward,
            "forward": kind.forward,
            "configured": own.is_some(),
        })
    };
    let rules: Vec<Value> = catalogue::ALL.iter().map(rule).collect();
    json!({"format": 1, "profile": in_force.profile.as_str(), "rules": rules})
}

/// Writes one finding of a check with both places, and what its rule says.
///
/// # Errors
/// Whatever `out` fails with.
pub fn write_finding(out: &mut dyn Write, subject: &str, change: &AnsweredChange, screen: Screen) -> io::Result<()> {
    let page = &mut Page::new(out, screen);
    let kind = change.change.kind;
    page.paragraph(
        Indent::hanging(0),
        &[
            (Tone::Strong, kind.id),
            (Tone::Plain, " at "),
            (Tone::Strong, &change.change.path),
            (Tone::Plain, " of "),
            (Tone::Strong, subject),
        ],
    )?;
    page.paragraph(Indent::hanging(2), &[(Tone::Plain, &change.change.message)])?;
    let grade = format!("class {}, bump {}, fingerprint {}", change.class, change.bump, change.fingerprint);
    page.paragraph(Indent::hanging(2), &[(Tone::Plain, &grade)])?;
    for (name, at) in [("before: ", &change.old), ("now: ", &change.new)] {
        if let Some(at) = at {
            page.paragraph(Indent::hanging(2), &[(Tone::Plain, name), (Tone::Code, &place(at))])?;
        }
    }
    if !change.fix.is_empty() {
        page.paragraph(Indent::hanging(2), &[(Tone::Strong, "fix: "), (Tone::Plain, &change.fix)])?;
    }
    page.gap()?;
    manual::write(page, &page::rule(kind))
}
