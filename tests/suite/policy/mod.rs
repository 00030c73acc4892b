//! What a team may do: decisions, profiles, versions, lines, exemptions and the answer as a document.

mod cases;
mod decisions;
mod document;
mod exemptions;
mod laws;
mod lines;
mod profiles;
mod versions;

use jiff::civil::{Date, date};
use sluicegate::compat::{CompatibilityLevel, LevelVerdict, Refusal, Scratch};
use sluicegate::evolution::{Bump, Change, ChangeClass, ClassOf, catalogue};
use sluicegate::policy::{
    Case, Declared, Enforcement, Exemption, Judgement, Policy, PredecessorSide, Profile, Rules, SchemaVersion, Side,
    judge_changes,
};
use sluicegate::schema::names::Version;
use sluicegate::schema::{ParsedSchema, SchemaSource, Strictness, parse};

const INT: &str = r#"{"type": "record", "name": "R", "fields": [{"name": "a", "type": "int"}]}"#;
const LONG: &str = r#"{"type": "record", "name": "R", "fields": [{"name": "a", "type": "long"}]}"#;

/// A candidate and its predecessor with everything around them; a test changes what it is about.
struct Scene {
    old: ParsedSchema,
    new: ParsedSchema,
    old_declares: Declared,
    new_declares: Declared,
    level: CompatibilityLevel,
    verdict: LevelVerdict,
    policy: Policy,
    exemptions: Vec<Exemption>,
    today: Date,
}

impl Scene {
    /// Under `seed` and `enforce`, accepted by the level, nothing declared and nothing exempted.
    fn of(old: &str, new: &str) -> Self {
        Self {
            old: schema(old),
            new: schema(new),
            old_declares: Declared::default(),
            new_declares: Declared::default(),
            level: CompatibilityLevel::Backward,
            verdict: LevelVerdict::Compatible,
            policy: Policy { profile: Profile::Seed, enforcement: Enforcement::Enforce, rules: Rules::default() },
            exemptions: Vec::new(),
            today: date(2026, 3, 31),
        }
    }

    fn declaring(mut self, old: Option<u32>, new: Option<u32>) -> Self {
        self.old_declares = major(old);
        self.new_declares = major(new);
        self
    }

    fn under(mut self, profile: Profile, rules: &[(&str, &str)]) -> Self {
        self.policy.profile = profile;
        self.policy.rules = Rules::parse(rules.iter().copied()).unwrap();
        self
    }

    fn case(&self) -> Case<'_> {
        Case {
            subject: "orders",
            candidate: Side { schema: &self.new, declared: self.new_declares },
            predecessor: Some(PredecessorSide {
                schema: &self.old,
                declared: self.old_declares,
                version: Some(4),
                id: Some(17),
                next_line: self.old_declares.line().saturating_add(1),
            }),
            level: self.level,
            verdict: &self.verdict,
            is_new_line_free: true,
            reserved: None,
            policy: &self.policy,
            exemptions: &self.exemptions,
            today: self.today,
        }
    }

    fn judge(&self, changes: &[Change]) -> Judgement {
        judge_changes(&self.case(), changes.to_vec(), &mut Scratch::default())
    }
}

/// A schema that is known to parse.
fn schema(text: &str) -> ParsedSchema {
    parse(&SchemaSource::avro(text), Strictness::New).unwrap_or_else(|error| unreachable!("{error}: {text}"))
}

/// A change of a kind, on a required field.
fn change(id: &str, path: &str) -> Change {
    let kind = catalogue::find(id).unwrap_or_else(|| unreachable!("{id} is no change id"));
    let class = match kind.class {
        ClassOf::Always(class) | ClassOf::Field { required: class, .. } => class,
    };
    Change {
        kind,
        path: path.to_owned(),
        detail: None,
        class,
        bump: if class == ChangeClass::Forbidden { Bump::NotReleasable } else { kind.bump },
        message: format!("{id} happened"),
        remedy: if class > ChangeClass::Allowed { "undo it".to_owned() } else { String::new() },
        old: None,
        new: None,
    }
}

/// What a level says that refuses.
fn refusal(level: CompatibilityLevel) -> LevelVerdict {
    LevelVerdict::Incompatible(Refusal { level, version: Version::FIRST, text: "\"int\"".into(), findings: Vec::new() })
}

/// An exemption made for the `at`-th change of a judgement.
fn exemption_for(judgement: &Judgement, at: usize, expires: Date) -> Exemption {
    let answered = &judgement.answer.changes[at];
    Exemption {
        fingerprint: answered.fingerprint.clone(),
        subject: "orders".to_owned(),
        change: answered.change.kind.id.to_owned(),
        path: answered.change.path.clone(),
        reason: "nobody reads it any more".to_owned(),
        approved_by: "governance board".to_owned(),
        expires,
    }
}

fn major(major: Option<u32>) -> Declared {
    Declared { major, version: None }
}

fn version(text: &str) -> SchemaVersion {
    SchemaVersion::read(text).unwrap_or_else(|| unreachable!("{text} is no version"))
}
