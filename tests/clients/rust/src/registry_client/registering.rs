//! Registering versions, reading, configuring and deleting them; types that live in other subjects.

use super::{assert_refused, client, schema};
use crate::kit::Kit;
use schema_registry_client::rest::models::{
    AssociationCreateOrUpdateInfo, AssociationCreateOrUpdateRequest, CompatibilityLevel, LifecyclePolicy, Metadata,
    Schema, SchemaReference, ServerConfig,
};
use schema_registry_client::rest::schema_registry_client::Client;

pub async fn register_and_read(kit: &Kit) {
    let (client, subject) = (client(kit, ""), kit.subject("orders"));
    let first = client.register_schema(&subject, &schema(kit, "order_events_v1"), false).await.expect("version 1");
    assert_eq!(first.version, Some(1));
    let second = client.register_schema(&subject, &schema(kit, "order_events_v2"), true).await.expect("version 2");
    let latest = client.get_latest_version(&subject, None).await.expect("the latest");
    assert_eq!((latest.id, latest.version, latest.subject.as_ref()), (second.id, Some(2), Some(&subject)));
    assert_eq!(client.get_version(&subject, 1, false, None).await.expect("version 1").id, first.id);
    assert_eq!(client.get_all_versions(&subject).await.expect("versions"), [1, 2]);
    assert!(client.get_all_subjects(false).await.expect("subjects").contains(&subject));
    let found = client.get_by_schema(&subject, &schema(kit, "order_events_v1"), false, false).await.expect("a lookup");
    assert_eq!(found.version, Some(1));

    let fresh = super::client(kit, "");
    let id = second.id.expect("an id");
    let text = latest.schema.expect("a text");
    assert_eq!(fresh.get_by_subject_and_id(None, id, None).await.expect("by id").schema, text);
    assert_eq!(fresh.get_by_subject_and_id(Some(&subject), id, None).await.expect("by both").schema, text);
    assert_eq!(fresh.get_by_guid(&latest.guid.expect("a guid"), None).await.expect("by guid").schema, text);

    let bad = schema(kit, "order_events_v3");
    assert_refused("incompatible", 409, 409, client.register_schema(&subject, &bad, false).await);
    let nothing = Schema { schema: "{".into(), ..schema(kit, "country") };
    assert_refused("no schema", 422, 42201, client.register_schema(&subject, &nothing, false).await);
    assert_refused("unknown subject", 404, 40401, client.get_latest_version(&kit.subject("nobody"), None).await);
    assert_refused("unknown version", 404, 40402, client.get_version(&subject, 99, false, None).await);
    assert_refused("unknown id", 404, 40403, client.get_by_subject_and_id(None, 1_000_000, None).await);
    assert_refused("unknown content", 404, 40403, client.get_by_schema(&subject, &bad, false, false).await);
}

pub async fn name_types_of_other_subjects(kit: &Kit) {
    let client = client(kit, "");
    let refer = |name: &str, subject: &str| SchemaReference {
        name: Some(format!("com.example.places.{name}")),
        subject: Some(kit.subject(subject)),
        version: Some(1),
    };
    let country = [refer("Country", "country")];
    let both = [refer("Country", "country"), refer("Address", "address")];
    for (subject, name, references) in
        [("country", "country", &[][..]), ("address", "address", &country), ("parcels", "parcel", &both)]
    {
        let sent = Schema { references: Some(references.to_vec()), ..schema(kit, name) };
        client.register_schema(&kit.subject(subject), &sent, false).await.expect("a version");
    }
    let latest = client.get_latest_version(&kit.subject("parcels"), None).await.expect("the latest");
    assert_eq!(latest.references.expect("references"), both);
    let whole = client.get_version(&kit.subject("parcels"), 1, false, Some("resolved")).await.expect("the whole");
    let text = whole.schema.expect("a text");
    assert!(text.contains(r#""symbols":["AT","BE","DK","NL"]"#), "{text}");
    assert_refused("in use", 422, 42206, client.delete_subject(&kit.subject("country"), false).await);
}

pub async fn configure(kit: &Kit) {
    let (client, subject) = (client(kit, ""), kit.subject("configured"));
    let level = client.get_default_config().await.expect("the global configuration").compatibility_level;
    assert_eq!(level, Some(CompatibilityLevel::Backward));
    client.update_default_config(&ServerConfig::new()).await.expect("nothing changes nothing");
    assert_refused("none of its own", 404, 40408, client.get_config(&subject).await);
    let properties = [("owner".to_owned(), "nobody".to_owned())];
    let metadata = Metadata { properties: Some(properties.into()), ..Metadata::new() };
    let kept = ServerConfig {
        alias: Some(kit.subject("orders")),
        normalize: Some(true),
        validate_fields: Some(true),
        validate_rules: Some(true),
        compatibility_group: Some("major".into()),
        default_metadata: Some(Box::new(metadata.clone())),
        override_metadata: Some(Box::new(metadata)),
        ..ServerConfig::new()
    };
    let asked = ServerConfig { compatibility: Some(CompatibilityLevel::Full), ..kept.clone() };
    assert_eq!(client.update_config(&subject, &asked).await.expect("an echo"), asked);
    let found = client.get_config(&subject).await.expect("the configuration");
    assert_eq!(found, ServerConfig { compatibility_level: Some(CompatibilityLevel::Full), ..kept });
    let seen = client.get_latest_version(&subject, None).await.expect("an alias leads to the subject it names");
    assert_eq!(seen.subject, Some(kit.subject("orders")));
}

pub async fn associate(kit: &Kit) {
    let (client, subject, topic) = (client(kit, ""), kit.subject("orders"), kit.topic("orders"));
    let value = AssociationCreateOrUpdateInfo {
        subject: Some(subject.clone()),
        association_type: Some("value".into()),
        lifecycle: Some(LifecyclePolicy::Weak),
        ..AssociationCreateOrUpdateInfo::default()
    };
    let request = AssociationCreateOrUpdateRequest {
        resource_name: Some(topic.clone()),
        resource_namespace: Some("cluster-1".into()),
        resource_id: Some(format!("{topic}-id")),
        resource_type: Some("topic".into()),
        associations: Some(vec![value]),
    };
    let made = client.create_association(&request).await.expect("an association");
    assert_eq!(made.associations.expect("one of them")[0].subject, Some(subject));
    let asked = client.get_associations_by_resource_name(&topic, "cluster-1", "topic", &["value"], "", 0, -1).await;
    assert_refused("the look-up that Confluent's server does not have, either", 405, 405, asked);
    let delete = || client.delete_associations(request.resource_id.as_ref().expect("an id"), None, None, false);
    delete().await.expect("a deletion");
    assert_refused("and again", 404, 40410, delete().await);
}

pub async fn delete(kit: &Kit) {
    let (client, subject) = (client(kit, ""), kit.subject("deleted"));
    client.register_schema(&subject, &schema(kit, "order_events_v1"), false).await.expect("version 1");
    client.register_schema(&subject, &schema(kit, "order_events_v2"), false).await.expect("version 2");
    assert_eq!(client.delete_subject_version(&subject, 2, false).await.expect("a soft delete"), 2);
    assert_refused("twice", 404, 40406, client.delete_subject_version(&subject, 2, false).await);
    assert_eq!(client.delete_subject_version(&subject, 2, true).await.expect("for good"), 2);
    assert_refused("live, for good", 404, 40405, client.delete_subject(&subject, true).await);
    assert_eq!(client.delete_subject(&subject, false).await.expect("the subject"), [1]);
    assert!(client.get_all_subjects(true).await.expect("subjects").contains(&subject));
    assert_eq!(client.delete_subject(&subject, true).await.expect("the subject, for good"), [1]);
    assert_refused("and again", 404, 40401, client.delete_subject(&subject, true).await);
}
