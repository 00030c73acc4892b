//! Metadata and rules: kept by the registry, carried out by the client.

use super::serdes::{context, fields, reader, writer};
use super::{assert_refused, client, schema};
use crate::kit::Kit;
use apache_avro_of_the_client::types::Value;
use async_trait::async_trait;
use schema_registry_client::rest::models::{Kind, Metadata, Mode, Rule, RuleSet, Schema, ServerConfig};
use schema_registry_client::rest::schema_registry_client::Client;
use schema_registry_client::serdes::avro::{AvroDeserializer, AvroSerializer};
use schema_registry_client::serdes::config::SchemaSelector;
use schema_registry_client::serdes::rule_registry::RuleRegistry;
use schema_registry_client::serdes::serde::{RuleBase, RuleContext, RuleExecutor, SerdeError, SerdeValue};

fn with_properties(schema: Schema, key: &str, value: &str) -> Schema {
    let properties = Some([(key.to_owned(), value.to_owned())].into());
    Schema { metadata: Some(Box::new(Metadata { properties, ..Metadata::new() })), ..schema }
}

/// A rule of a kind that this test brings along: it writes its name into a field. In this release of the client JSONata
/// rules give back text, and a migration cannot rename a field.
fn stamping(name: &str, mode: Mode) -> Rule {
    let params = Some([("field".to_owned(), "card".to_owned())].into());
    Rule { kind: Some(Kind::Transform), mode: Some(mode), params, ..Rule::new(name, "STAMP") }
}

struct Stamp;

impl RuleBase for Stamp {
    fn get_type(&self) -> &'static str {
        "STAMP"
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

#[async_trait]
impl RuleExecutor for Stamp {
    async fn transform(&self, context: &mut RuleContext, event: &SerdeValue) -> Result<SerdeValue, SerdeError> {
        let SerdeValue::Json(event) = event else { panic!("migrations work on JSON") };
        let mut event = event.clone();
        event[context.get_parameter("field").expect("the rule came with its parameter")] =
            context.rule.name.clone().into();
        Ok(SerdeValue::Json(event))
    }
}

pub async fn keep_metadata_and_rules(kit: &Kit) {
    let (client, subject) = (client(kit, ""), kit.subject("kept"));
    let rule = Rule {
        doc: Some("an amount is positive".into()),
        kind: Some(Kind::Condition),
        mode: Some(Mode::Write),
        tags: Some(vec!["PII".into()]),
        params: Some([("a".to_owned(), "b".to_owned())].into()),
        expr: Some("message.amount_cents > 0".into()),
        on_success: Some("NONE".into()),
        on_failure: Some("ERROR".into()),
        disabled: Some(false),
        ..Rule::new("positive", "CEL")
    };
    let rules =
        RuleSet { migration_rules: None, domain_rules: Some(vec![rule]), encoding_rules: None, enable_at: None };
    let metadata = Metadata {
        tags: Some([("**.card".to_owned(), vec!["PII".to_owned()])].into()),
        properties: Some([("owner".to_owned(), "checkout".to_owned())].into()),
        sensitive: Some(vec!["owner".into()]),
    };
    let sent =
        Schema { metadata: Some(Box::new(metadata)), rule_set: Some(Box::new(rules)), ..schema(kit, "payment_v1") };
    let made = client.register_schema(&subject, &sent, false).await.expect("version 1");
    let read = super::client(kit, "").get_version(&subject, 1, false, None).await.expect("version 1");
    assert_eq!((&read.metadata, &read.rule_set), (&sent.metadata, &sent.rule_set));
    let found = super::client(kit, "").get_by_schema(&subject, &sent, false, false).await.expect("a lookup");
    assert_eq!(found.id, made.id);

    let other = with_properties(schema(kit, "payment_v1"), "owner", "ops");
    client.register_schema(&subject, &other, false).await.expect("version 2");
    let owner = |name: &str| [("owner".to_owned(), name.to_owned())].into();
    let found = client.get_latest_with_metadata(&subject, &owner("checkout"), false, None).await;
    assert_eq!(found.expect("the version with it").version, Some(1));
    let none = client.get_latest_with_metadata(&subject, &owner("nobody"), false, None).await;
    assert_refused("none with it", 404, 40403, none);
}

pub async fn migrate(kit: &Kit) {
    let (client, subject, context) = (client(kit, ""), kit.subject("migrated"), context(kit, "migrated", None));
    let config = ServerConfig { compatibility_group: Some("major".into()), ..ServerConfig::new() };
    client.update_config(&subject, &config).await.expect("a configuration");
    let first = with_properties(schema(kit, "payment_v1"), "major", "1");
    client.register_schema(&subject, &first, false).await.expect("version 1");
    let rules = vec![stamping("up", Mode::Upgrade), stamping("down", Mode::Downgrade)];
    let rules = RuleSet { migration_rules: Some(rules), domain_rules: None, encoding_rules: None, enable_at: None };
    let second = with_properties(schema(kit, "payment_v1"), "major", "2");
    let second = Schema { rule_set: Some(Box::new(rules)), ..second };
    client.register_schema(&subject, &second, false).await.expect("a version of the next group");

    let text = |text: &str| Value::String(text.into());
    let payment = fields(vec![("payment_id", text("p-1")), ("amount_cents", Value::Long(42)), ("card", text("4711"))]);
    let registry = RuleRegistry::new();
    registry.register_executor(Stamp);
    let major =
        |number: &str| Some(SchemaSelector::LatestWithMetadata([("major".to_owned(), number.to_owned())].into()));
    for (writes, reads, stamp) in [("1", "2", "up"), ("2", "1", "down")] {
        let serializer = AvroSerializer::new(&client, None, Some(registry.clone()), writer(major(writes)));
        let payload = serializer.expect("a serializer").serialize(&context, payment.clone()).await.expect("a payload");
        let fresh = super::client(kit, "");
        let deserializer = AvroDeserializer::new(&fresh, Some(registry.clone()), reader(major(reads)));
        let read = deserializer.expect("a deserializer").deserialize(&context, &payload).await.expect("an event");
        let Value::Record(read) = read.value else { panic!("{:?} is no record", read.value) };
        assert_eq!(read[2], ("card".to_owned(), text(stamp)), "written with {writes}, read with {reads}");
    }
}
