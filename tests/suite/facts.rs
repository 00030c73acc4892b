//! Facts for tests of journals: one of every kind, and versions in any number.

use std::sync::Arc;

use sluicegate::compat::CompatibilityLevel;
use sluicegate::registry::contract::{
    CompatibilityPolicy, Config, ExecutionEnvironment, Metadata, Mode, Reference, Rule, RuleKind, RuleMode, RuleSet,
    Word,
};
use sluicegate::registry::journal::Batch;
use sluicegate::registry::record::{
    AssociationKey, AssociationValue, Event, Exemption, Fact, Guid, Lifecycle, PolicyLayer, ReferenceParts,
    SchemaRecord, TextHash,
};
use sluicegate::schema::SchemaType;
use sluicegate::schema::names::{SchemaId, SubjectName, Version};

/// When every fact of these tests was agreed.
const TIMESTAMP_MS: i64 = 1_700_000_000_000;

pub(crate) fn fact(event: Event) -> Fact {
    Fact { timestamp_ms: TIMESTAMP_MS, event }
}

pub(crate) fn version(number: i64) -> Version {
    Version::new(number).expect("a version")
}

/// A version with a text of its own, and that text.
pub(crate) fn registered(subject: &str, number: i64, id: i32) -> (Fact, (TextHash, Arc<str>)) {
    let text: Arc<str> = format!(r#"{{"type":"enum","name":"E","symbols":["{subject}_{number}"]}}"#).into();
    let record = record(subject, number, id, &text);
    (fact(Event::SchemaRegistered(record.into())), (TextHash::of(&text), text))
}

/// A batch of one such version.
pub(crate) fn registration(subject: &str, number: i64, id: i32) -> Batch {
    let (fact, text) = registered(subject, number, id);
    Batch { facts: vec![fact], texts: vec![text] }
}

pub(crate) fn record(subject: &str, number: i64, id: i32, text: &str) -> SchemaRecord {
    SchemaRecord {
        subject: SubjectName::read(subject),
        version: version(number),
        id: SchemaId(id),
        guid: Guid::of(text, [], None, None),
        text: TextHash::of(text),
        schema_type: SchemaType::Avro,
        references: [].into(),
        metadata: None,
        rule_set: None,
        deleted: false,
        ordinal: u64::try_from(id).expect("ids of these tests are positive"),
    }
}

/// One fact of every kind there is, with every member filled, and the texts they need.
///
/// Later facts replace nothing of earlier ones, so all of them are there in the end.
pub(crate) fn every_kind() -> Batch {
    let subject = SubjectName::read;
    let text: Arc<str> = "\"string\"".into();
    let mut full = record(":.ctx:orders-\u{1F600}", 3, 9, &text);
    full.references = [Reference { name: "a.b.C".into(), subject: "c-value".into(), version: 2 }].into();
    full.metadata = Some(metadata().into());
    full.rule_set = Some(rule_set().into());
    full.deleted = true;
    let references = full.references.iter().map(ReferenceParts::from);
    full.guid = Guid::of(&text, references, full.metadata.as_deref(), full.rule_set.as_deref());
    let mut events = vec![
        Event::ContextCreated { context: ".ctx".into() },
        Event::SchemaRegistered(record("plain", 1, 1, &text).into()),
        Event::SchemaRegistered(full.into()),
        Event::SchemaRegistered(SchemaRecord { text: TextHash::NONE, ..record("no-text", 1, 5, "") }.into()),
        Event::SubjectDeleted { subject: subject("plain"), up_to: version(1) },
        Event::SubjectCleared { scope: subject("") },
        Event::SubjectCleared { scope: subject(":.ctx:") },
        Event::ConfigSet { scope: subject(""), config: Arc::default() },
        Event::ConfigSet { scope: subject("plain"), config: config().into() },
        Event::AssociationSet { key: association("orders"), value: association_value() },
        Event::PolicySet { scope: subject(""), policy: Arc::default() },
        Event::PolicySet { scope: subject(":.ctx:orders-\u{1F600}"), policy: policy().into() },
        Event::ExemptionSet { exemption: exemption().into() },
        Event::IdsIssued { highest: [(".".into(), SchemaId(7)), (".ctx".into(), SchemaId(9))].into() },
    ];
    let scopes = ["", "m1", "m2", ":.ctx:", ":.__GLOBAL:"];
    events.extend(
        Mode::ALL.iter().zip(scopes).map(|(mode, scope)| Event::ModeSet { scope: subject(scope), mode: *mode }),
    );
    events.extend(removals());
    Batch { facts: events.into_iter().map(fact).collect(), texts: vec![(TextHash::of(&text), text)] }
}

/// One fact of every kind that only takes away, each about something that is not there.
pub(crate) fn removals() -> [Event; 7] {
    let gone = SubjectName::read("gone");
    [
        Event::VersionRemoved { subject: gone.clone(), version: version(4) },
        Event::ConfigRemoved { scope: gone.clone() },
        Event::ModeRemoved { scope: gone.clone() },
        Event::ContextRemoved { context: ".gone".into() },
        Event::AssociationRemoved { key: association("gone") },
        Event::PolicyRemoved { scope: gone },
        Event::ExemptionRemoved { fingerprint: "ffffffffffffffff".into() },
    ]
}

fn association(name: &str) -> AssociationKey {
    AssociationKey {
        resource_name: name.into(),
        resource_namespace: "lkc-1".into(),
        resource_type: "topic".into(),
        association_type: "value".into(),
        subject: SubjectName::read("orders-value"),
    }
}

fn association_value() -> AssociationValue {
    AssociationValue {
        guid: "0052e295-8e43-460e-aceb-5b254a81bb08".into(),
        resource_id: "id-1".into(),
        lifecycle: Lifecycle::Strong,
        frozen: Some(true),
        created_ms: Some(TIMESTAMP_MS - 1),
    }
}

fn policy() -> PolicyLayer {
    let rules = [("doc-changed", "none"), ("field-removed", "major-bump-required")];
    PolicyLayer::read(Some("strict"), Some("enforce"), rules).expect("words that exist")
}

fn exemption() -> Exemption {
    Exemption {
        fingerprint: "0123456789abcdef".to_owned(),
        subject: ":.ctx:orders-\u{1F600}".to_owned(),
        change: "field-removed".to_owned(),
        path: "lines[].price".to_owned(),
        reason: "nobody reads it: \"checked\"\n".to_owned(),
        approved_by: "board".to_owned(),
        expires: jiff::civil::date(2031, 12, 31),
    }
}

fn metadata() -> Metadata {
    Metadata {
        tags: [(Word::from("**.ssn"), [Word::from("PII")].into())].into(),
        properties: [(Word::from("owner"), "bob \"the\" builder\n".to_owned())].into(),
        sensitive: [Word::from("owner")].into(),
    }
}

fn rule_set() -> RuleSet {
    let rule = |name: &str| Rule {
        name: Some(name.to_owned()),
        doc: Some("doc".to_owned()),
        kind: RuleKind::Condition,
        mode: RuleMode::Write,
        rule_type: Some("CEL".to_owned()),
        tags: [Word::from("PII")].into(),
        params: [(Word::from("k"), "v".to_owned())].into(),
        expr: Some("size(message.x) > 0".to_owned()),
        on_success: Some("NONE".to_owned()),
        on_failure: Some("ERROR".to_owned()),
        disabled: true,
    };
    RuleSet {
        migration_rules: vec![rule("up"), rule("down")],
        domain_rules: vec![rule("check")],
        encoding_rules: vec![rule("encrypt")],
        enable_at: Some(ExecutionEnvironment::All),
    }
}

fn config() -> Config {
    Config {
        alias: Some("a".to_owned()),
        alias_for_deks: Some("b".to_owned()),
        normalize: Some(true),
        validate_fields: Some(false),
        validate_new_schemas: Some(true),
        validate_rules: Some(false),
        level: Some(CompatibilityLevel::FullTransitive),
        policy: Some(CompatibilityPolicy::Lenient),
        group: Some("app.major".to_owned()),
        default_metadata: Some(metadata()),
        override_metadata: Some(Metadata::default()),
        default_rule_set: Some(rule_set()),
        override_rule_set: Some(RuleSet::default()),
    }
}
