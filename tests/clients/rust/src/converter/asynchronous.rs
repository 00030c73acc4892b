//! The asynchronous half of the converter, by way of the wrappers that it calls easy.

use super::{assert_fields, assert_refused, schema, visit, visit_event};
use crate::kit::{Kit, guid_header, order_event, prefix};
use apache_avro_of_the_converter::types::Value;
use schema_registry_converter::async_impl::easy_avro::{EasyAvroDecoder, EasyAvroEncoder};
use schema_registry_converter::async_impl::schema_registry::{
    SrSettings, get_all_subjects, get_all_versions, get_schema_by_guid_and_type, get_schema_by_id,
    get_schema_by_subject_and_version, is_compatible_schema, post_schema,
};
use schema_registry_converter::schema_registry_common::{SchemaType, SubjectNameStrategy};

pub async fn take_steps(kit: &Kit) {
    let settings = SrSettings::new(kit.url.clone());
    register_and_read(kit, &settings).await;
    kit.passed("register and read");
    keep_metadata(kit, &settings).await;
    kit.passed("keep metadata");
    round_trip(kit, &settings).await;
    kit.passed("round trip");
    live_in_a_context(kit).await;
    kit.passed("live in a context");
}

async fn register_and_read(kit: &Kit, settings: &SrSettings) {
    let subject = || kit.subject("orders");
    let first = post_schema(settings, subject(), schema(kit, "order_events_v1")).await.expect("the first version");
    let second = post_schema(settings, subject(), schema(kit, "order_events_v2")).await.expect("a second version");
    let bad = schema(kit, "order_events_v3");
    assert!(!is_compatible_schema(settings, subject(), bad.clone()).await.expect("an answer"));
    assert_refused("incompatible", 409, post_schema(settings, subject(), bad).await);
    assert_refused("unknown id", 404, get_schema_by_id(1_000_000, settings).await);
    assert_eq!(get_all_versions(settings, subject()).await.expect("versions"), [1, 2]);
    assert!(get_all_subjects(settings).await.expect("subjects").contains(&subject()));

    let named = subject();
    let oldest = get_schema_by_subject_and_version(settings, &named, Some(1)).await.expect("version 1");
    let latest = get_schema_by_subject_and_version(settings, &named, None).await.expect("the latest");
    assert_eq!((oldest.id, latest.id), (first.id, second.id));
    let guid = second.guid.expect("an answer carries a guid");
    let read = get_schema_by_guid_and_type(&guid, settings, SchemaType::Avro).await.expect("the schema by its guid");
    assert_eq!(read.schema, latest.schema);
}

async fn keep_metadata(kit: &Kit, settings: &SrSettings) {
    let properties = [("owner".to_owned(), "checkout".to_owned())];
    let tags = [("**.card".to_owned(), vec!["PII".to_owned()])];
    let sent = schema(kit, "payment_v1").with_properties(properties.clone().into()).with_tags(tags.clone().into());
    let made = post_schema(settings, kit.subject("kept"), sent).await.expect("a version with metadata");
    let read = get_schema_by_id(made.id, settings).await.expect("the schema by its id");
    assert_eq!((read.properties, read.tags), (Some(properties.into()), Some(tags.into())));
}

async fn round_trip(kit: &Kit, settings: &SrSettings) {
    let latest = get_schema_by_subject_and_version(settings, &kit.subject("orders"), None).await.expect("the latest");
    let strategy = SubjectNameStrategy::TopicNameStrategy(kit.topic("orders"), false);
    let encoder = EasyAvroEncoder::new(settings.clone());
    let payload = encoder.encode(order_event!(Value), strategy.clone()).await.expect("an encoded event");
    assert_eq!(payload[..5], prefix(latest.id));
    let decoder = || EasyAvroDecoder::new(settings.clone());
    assert_fields(decoder().decode(Some(&payload)).await.expect("a decoded event").value, order_event!(Value));

    let encoded = encoder.encode_with_header_id(order_event!(Value), strategy, false).await;
    let (payload, header) = encoded.expect("an event and its header");
    assert_eq!(header.value, guid_header(&latest.guid.expect("a guid")));
    let decoded = decoder().decode_with_header_id(Some(&header.value), Some(&payload)).await;
    assert_fields(decoded.expect("an event, decoded by the guid").value, order_event!(Value));

    let strategy = SubjectNameStrategy::TopicNameStrategyWithSchema(kit.topic("visits"), false, visit(kit));
    let payload = encoder.encode(visit_event(), strategy).await.expect("an encoded visit");
    assert_fields(decoder().decode(Some(&payload)).await.expect("a decoded visit").value, visit_event());
}

async fn live_in_a_context(kit: &Kit) {
    let inside = SrSettings::new(format!("{}/contexts/.rust-converter", kit.url));
    let made = post_schema(&inside, kit.subject("apart"), schema(kit, "country")).await.expect("the first version");
    assert_eq!(made.id, 1, "ids start anew");
    let qualified = format!(":.rust-converter:{}", kit.subject("apart"));
    assert_eq!(get_all_subjects(&inside).await.expect("subjects"), [qualified]);
}
