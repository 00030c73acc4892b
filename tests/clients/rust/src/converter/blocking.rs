//! The blocking half of the converter.

use super::{assert_fields, assert_refused, schema, visit, visit_event};
use crate::kit::{Kit, guid_header, order_event, prefix};
use apache_avro_of_the_converter::types::Value;
use schema_registry_converter::blocking::avro::{AvroDecoder, AvroEncoder};
use schema_registry_converter::blocking::schema_registry::{
    SrSettings, get_all_subjects, get_all_versions, get_referenced_schema, get_schema_by_guid, get_schema_by_id,
    get_schema_by_id_and_type, get_schema_by_subject, is_compatible_schema, post_schema,
};
use schema_registry_converter::schema_registry_common::{SchemaType, SubjectNameStrategy};

pub fn take_steps(kit: &Kit) {
    let settings = SrSettings::new(kit.url.clone());
    register_and_read(kit, &settings);
    kit.passed("register and read");
    be_refused(kit, &settings);
    kit.passed("be refused");
    round_trip(kit, &settings);
    kit.passed("round trip");
    use_types_of_other_subjects(kit, &settings);
    kit.passed("use types of other subjects");
}

fn register_and_read(kit: &Kit, settings: &SrSettings) {
    let subject = || kit.subject("orders");
    let first = post_schema(settings, subject(), schema(kit, "order_events_v1")).expect("the first version");
    let again = post_schema(settings, subject(), schema(kit, "order_events_v1")).expect("the same again");
    assert_eq!(first.id, again.id, "registering again gives the same id");
    let compatible = |name| is_compatible_schema(settings, subject(), schema(kit, name)).expect("an answer");
    assert!(compatible("order_events_v2"));
    assert!(!compatible("order_events_v3"));
    let second = post_schema(settings, subject(), schema(kit, "order_events_v2")).expect("a second version");
    assert_eq!(get_all_versions(settings, subject()).expect("versions"), [1, 2]);
    assert!(get_all_subjects(settings).expect("subjects").contains(&subject()));

    let read = get_schema_by_id_and_type(second.id, settings, SchemaType::Avro).expect("the schema by its id");
    assert!(read.schema.contains("coupon_code"), "{}", read.schema); // its subject may be any that has this content
    let guid = second.guid.expect("an answer carries a guid");
    assert_eq!(get_schema_by_guid(&guid, settings).expect("the schema by its guid").schema, read.schema);
    let latest = SubjectNameStrategy::TopicNameStrategy(kit.topic("orders"), false);
    assert_eq!(get_schema_by_subject(settings, &latest).expect("the latest").id, second.id);
}

fn be_refused(kit: &Kit, settings: &SrSettings) {
    assert_refused("incompatible", 409, post_schema(settings, kit.subject("orders"), schema(kit, "order_events_v3")));
    assert_refused("unknown id", 404, get_schema_by_id(1_000_000, settings));
    assert_refused("unknown subject", 404, get_all_versions(settings, kit.subject("nobody")));
}

fn round_trip(kit: &Kit, settings: &SrSettings) {
    let strategy = SubjectNameStrategy::TopicNameStrategy(kit.topic("orders"), false);
    let latest = get_schema_by_subject(settings, &strategy).expect("the latest");
    let encoder = AvroEncoder::new(settings.clone());
    let payload = encoder.encode(order_event!(Value), &strategy).expect("an encoded event");
    assert_eq!(payload[..5], prefix(latest.id));
    let decoded = AvroDecoder::new(settings.clone()).decode(Some(&payload)).expect("a decoded event");
    assert_fields(decoded.value, order_event!(Value));

    let (payload, header) =
        encoder.encode_with_header_id(order_event!(Value), &strategy, false).expect("an event and its header");
    assert_eq!((header.name, &header.value), ("__value_schema_id", &guid_header(&latest.guid.expect("a guid"))));
    let decoded = AvroDecoder::new(settings.clone())
        .decode_with_header_id(Some(&header.value), Some(&payload))
        .expect("an event, decoded by the guid");
    assert_fields(decoded.value, order_event!(Value));
}

fn use_types_of_other_subjects(kit: &Kit, settings: &SrSettings) {
    let strategy = SubjectNameStrategy::TopicNameStrategyWithSchema(kit.topic("visits"), false, visit(kit));
    let payload = AvroEncoder::new(settings.clone()).encode(visit_event(), &strategy).expect("an encoded visit");
    let decoded = AvroDecoder::new(settings.clone()).decode(Some(&payload)).expect("a decoded visit");
    assert_fields(decoded.value, visit_event());
    let registered = get_schema_by_subject(settings, &strategy).expect("what was registered");
    let read = get_schema_by_id(registered.id, settings).expect("the schema by its id");
    assert_eq!(read.references[0].subject, kit.subject("address"));
    let address = get_referenced_schema(settings, &read.references[0]).expect("what is referred to");
    let country = get_referenced_schema(settings, &address.references[0]).expect("what that refers to");
    assert!(country.schema.contains(r#""symbols":["AT","BE","DK","NL"]"#), "{}", country.schema);
}
