//! Reports made by hand, for the renderers.

use sluicegate::compat::CompatibilityLevel;
use sluicegate::evolution::{Bump, Change, ChangeClass, catalogue};
use sluicegate::gate::report::{Decision, Problem, Report, Status, SubjectReport};
use sluicegate::policy::answer::{Answer, AnsweredChange, AnsweredExemption, FilePosition, LevelAnswer, Predecessor};

/// One change as a test describes it.
pub(super) struct Sketch<'a> {
    pub(super) id: &'a str,
    pub(super) path: &'a str,
    pub(super) detail: Option<&'a str>,
    pub(super) class: ChangeClass,
    pub(super) message: &'a str,
    pub(super) fix: &'a str,
    /// Lines in the old and the new file.
    pub(super) lines: (Option<u32>, Option<u32>),
}

pub(super) fn place(file: &str, line: u32) -> FilePosition {
    FilePosition { file: file.to_owned(), line, column: 5 }
}

pub(super) fn answered(file: &str, sketch: &Sketch<'_>) -> AnsweredChange {
    let kind = catalogue::find(sketch.id).expect("an id of the catalogue");
    let bump = if sketch.class == ChangeClass::Forbidden { Bump::NotReleasable } else { kind.bump };
    AnsweredChange {
        change: Change {
            kind,
            path: sketch.path.to_owned(),
            detail: sketch.detail.map(str::to_owned),
            class: sketch.class,
            bump,
            message: sketch.message.to_owned(),
            remedy: String::new(),
            old: None,
            new: None,
        },
        class: sketch.class,
        bump,
        fix: sketch.fix.to_owned(),
        fingerprint: "0123456789abcdef".to_owned(),
        old: sketch.lines.0.map(|line| place(file, line)),
        new: sketch.lines.1.map(|line| place(file, line)),
    }
}

pub(super) fn answer(changes: Vec<AnsweredChange>) -> Answer {
    Answer {
        class: changes.iter().map(|change| change.class).max().unwrap_or(ChangeClass::None),
        bump: changes.iter().map(|change| change.bump).max().unwrap_or(Bump::None),
        profile: "seed",
        predecessor: Some(Predecessor { version: Some(4), id: Some(17), major: 2 }),
        level: LevelAnswer {
            name: CompatibilityLevel::Backward,
            compatible: true,
            messages: Vec::new(),
            readable: true,
            keeps_reserved: true,
        },
        backward_compatible: true,
        forward_compatible: true,
        changes,
        warnings: Vec::new(),
        exemptions: Vec::new(),
    }
}

pub(super) fn subject(name: &str, status: Status, decision: Decision) -> SubjectReport {
    let stem = name.rsplit('.').next().unwrap_or(name);
    SubjectReport {
        subject: name.to_owned(),
        file: Some(format!("schemas/{stem}.avsc")),
        status,
        decision,
        reason: None,
        error: None,
        answer: None,
        compared_with: None,
        next_major: 3,
        declared: None,
        adopted: Vec::new(),
        witnesses: None,
        advice: String::new(),
        past: Vec::new(),
    }
}

pub(super) fn report(subjects: Vec<SubjectReport>) -> Report {
    Report { base: "git:origin/main...".to_owned(), subjects, warnings: Vec::new() }
}

/// A field that was removed, which the policy forbids.
pub(super) fn removed() -> SubjectReport {
    let file = "schemas/order_events.avsc";
    let changes = vec![
        answered(
            file,
            &Sketch {
                id: "field-removed",
                path: "currency_code",
                detail: None,
                class: ChangeClass::Forbidden,
                message: "field currency_code was removed from OrderEvent",
                fix: "keep the field currency_code, or publish it as a new subject, or ask for an exemption \
                      (fingerprint 0123456789abcdef)",
                lines: (Some(19), Some(3)),
            },
        ),
        answered(
            file,
            &Sketch {
                id: "doc-changed",
                path: "order_id",
                detail: None,
                class: ChangeClass::Allowed,
                message: "documentation of field order_id was changed",
                fix: "",
                lines: (Some(12), Some(12)),
            },
        ),
        answered(
            file,
            &Sketch {
                id: "field-added-optional",
                path: "coupon_code",
                detail: None,
                class: ChangeClass::Allowed,
                message: "field coupon_code, which may be null and has a default, was added to OrderEvent",
                fix: "",
                lines: (None, Some(24)),
            },
        ),
    ];
    SubjectReport {
        reason: Some("forbidden-change"),
        compared_with: Some("version 4".to_owned()),
        declared: Some("2.1.0".to_owned()),
        answer: Some(answer(changes)),
        advice: "Put currency_code back, or publish the schema as a new subject.".to_owned(),
        ..subject("orders.order_events", Status::Changed, Decision::Rejected)
    }
}

/// A level that fails, with the words of the reference.
pub(super) fn incompatible() -> SubjectReport {
    let change = answered(
        "schemas/shipments.avsc",
        &Sketch {
            id: "field-added-without-default",
            path: "warehouse_id",
            detail: None,
            class: ChangeClass::MajorBumpRequired,
            message: "field warehouse_id without a default was added to Shipment",
            fix: "give warehouse_id a default, or declare application.major.version=3",
            lines: (None, Some(31)),
        },
    );
    let mut answer = answer(vec![change]);
    answer.level = LevelAnswer {
        name: CompatibilityLevel::Backward,
        compatible: false,
        messages: vec![
            "{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'warehouse_id' at path '/fields/9' \
             in the new schema has no default value and is missing in the old schema', additionalInfo:'warehouse_id'}"
                .to_owned(),
            "{oldSchemaVersion: 4}".to_owned(),
            "{oldSchema: '{\"type\":\"record\"}'}".to_owned(),
            "{validateFields: 'false', compatibility: 'BACKWARD'}".to_owned(),
        ],
        readable: false,
        keeps_reserved: true,
    };
    answer.backward_compatible = false;
    SubjectReport {
        reason: Some("incompatible"),
        compared_with: Some("schemas/shipments.avsc at origin/main".to_owned()),
        answer: Some(answer),
        advice: "Give warehouse_id a default, or declare major version 3.".to_owned(),
        ..subject("orders.shipments", Status::Changed, Decision::Rejected)
    }
}

/// Accepted, with a warning.
pub(super) fn widened() -> SubjectReport {
    let change = answered(
        "schemas/payments.avsc",
        &Sketch {
            id: "numeric-widened",
            path: "lines[].quantity",
            detail: Some("int -> long"),
            class: ChangeClass::Allowed,
            message: "type of field quantity was widened from int to long",
            fix: "",
            lines: (Some(9), Some(9)),
        },
    );
    let mut answer = answer(vec![change]);
    answer.forward_compatible = false;
    answer.warnings = vec!["upgrade-consumers-first"];
    SubjectReport {
        compared_with: Some("version 7".to_owned()),
        answer: Some(answer),
        ..subject("billing.payments", Status::Changed, Decision::Accepted)
    }
}

/// Forbidden, but exempted and declared.
pub(super) fn exempted() -> SubjectReport {
    let mut change = answered(
        "schemas/returns.avsc",
        &Sketch {
            id: "field-default-changed",
            path: "currency_code",
            detail: Some("\"USD\" -> \"EUR\""),
            class: ChangeClass::MajorBumpRequired,
            message: "default of field currency_code was changed from \"USD\" to \"EUR\"",
            fix: "",
            lines: (Some(14), Some(14)),
        },
    );
    change.fingerprint = "feedfacecafebeef".to_owned();
    let mut answer = answer(vec![change]);
    answer.exemptions = vec![
        AnsweredExemption {
            fingerprint: "feedfacecafebeef".to_owned(),
            reason: "the field was never filled".to_owned(),
            approved_by: "data-governance".to_owned(),
            expires: "2027-01-31".to_owned(),
            is_expired: false,
        },
        AnsweredExemption {
            fingerprint: "feedfacecafebeef".to_owned(),
            reason: "the field was never filled".to_owned(),
            approved_by: "data-governance".to_owned(),
            expires: "2026-01-31".to_owned(),
            is_expired: true,
        },
    ];
    SubjectReport {
        compared_with: Some("version 2".to_owned()),
        declared: Some("major 3".to_owned()),
        answer: Some(answer),
        ..subject("orders.returns", Status::Changed, Decision::Accepted)
    }
}

/// Could not be judged.
pub(super) fn undecided() -> SubjectReport {
    SubjectReport {
        error: Some(Problem {
            message: "the schema at the base does not parse: unknown type com.example.Money".to_owned(),
            at: Some(place("schemas/invoices.avsc", 7)),
        }),
        ..subject("billing.invoices", Status::Changed, Decision::Undecided)
    }
}

/// The new text is no schema.
pub(super) fn invalid() -> SubjectReport {
    SubjectReport {
        reason: Some("invalid-schema"),
        error: Some(Problem {
            message: "expected ',' or '}' in an object".to_owned(),
            at: Some(place("schemas/customers.avsc", 12)),
        }),
        advice: "Correct schemas/customers.avsc at line 12.".to_owned(),
        ..subject("crm.customers", Status::Changed, Decision::Rejected)
    }
}

/// One of each.
pub(super) fn mixed() -> Report {
    let mut all = report(vec![
        undecided(),
        widened(),
        invalid(),
        removed(),
        exempted(),
        incompatible(),
        subject("orders.unchanged_one", Status::Unchanged, Decision::Accepted),
        subject("orders.unchanged_two", Status::Unchanged, Decision::Accepted),
        subject("shipping.labels", Status::New, Decision::Accepted),
    ]);
    all.warnings.push("exemption aaaaaaaaaaaaaaaa of sluicegate-exemptions.toml matches no change".to_owned());
    all
}

/// A subject whose every word tries to be more than a word.
pub(super) fn hostile() -> Report {
    let name =
        "evil\u{1b}[2J\u{1b}]0;owned\u{7}|<img src=x>`@everyone`\n::error file=a::b ##[error]x ##vso[task]y\u{202e}";
    let file = "schemas/a,b:c\n::stop-commands::x.avsc";
    let long = "x".repeat(300);
    let change = |path: &str, message: &str| {
        answered(
            file,
            &Sketch {
                id: "field-removed",
                path,
                detail: Some(name),
                class: ChangeClass::Forbidden,
                message,
                fix: "keep it\r\n::warning::no\t|",
                lines: (None, Some(3)),
            },
        )
    };
    let mut answer = answer(vec![
        change(name, "field ::error::x was removed\u{9b}31m from 100% of [it](http://a.example) *b* _c_"),
        change(
            &long,
            &format!(
                "field {long} was removed, 日本語のフィールド名がとても長い場合でも列数を数えて折り返す \
                                 必要がある、そうでなければ八十桁を超える"
            ),
        ),
    ]);
    answer.level.compatible = false;
    answer.level.messages = vec!["{errorType:'X\n::error::', description:'\u{1b}[1m', additionalInfo:''}".to_owned()];
    report(vec![SubjectReport {
        subject: name.to_owned(),
        file: Some(file.to_owned()),
        reason: Some("forbidden-change"),
        compared_with: Some("version 1\u{85}".to_owned()),
        answer: Some(answer),
        advice: "::debug::do not\n".to_owned(),
        ..subject("evil", Status::Changed, Decision::Rejected)
    }])
}
