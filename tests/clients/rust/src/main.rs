//! What a Rust producer does with a registry, through the client crate of the field. Usage: PROGRAM URL SCHEMAS

use apache_avro::types::Value;
use schema_registry_converter::blocking::avro::{AvroDecoder, AvroEncoder};
use schema_registry_converter::blocking::schema_registry::{
    SrSettings, get_all_subjects, get_all_versions, get_schema_by_id, is_compatible_schema, post_schema,
};
use schema_registry_converter::schema_registry_common::{SchemaType, SubjectNameStrategy, SuppliedSchema};
use std::path::PathBuf;

const SUBJECT: &str = "rust-orders-value";

fn main() {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().expect("first argument: the registry's address");
    let folder = PathBuf::from(arguments.next().expect("second argument: the folder of the schemas"));
    let schema = |name: &str| {
        let text = std::fs::read_to_string(folder.join(format!("{name}.avsc"))).expect("the schemas are there");
        SuppliedSchema::new(None, SchemaType::Avro, text)
    };
    let settings = SrSettings::new_builder(url).no_proxy().build().expect("a client");

    let first = post_schema(&settings, SUBJECT.into(), schema("order_events_v1")).expect("the first version");
    let again = post_schema(&settings, SUBJECT.into(), schema("order_events_v1")).expect("the same again");
    assert_eq!(first.id, again.id, "registering again gives the same id");
    assert!(first.guid.is_some(), "an answer carries a guid");
    let compatible = |name| is_compatible_schema(&settings, SUBJECT.into(), schema(name)).expect("an answer");
    assert!(compatible("order_events_v2"));
    assert!(!compatible("order_events_v3"));
    let second = post_schema(&settings, SUBJECT.into(), schema("order_events_v2")).expect("a second version");
    assert_ne!(first.id, second.id);
    let read = get_schema_by_id(second.id, &settings).expect("the schema by its id");
    assert!(read.schema.contains("coupon_code"));
    assert_eq!(get_all_versions(&settings, SUBJECT.into()).expect("versions"), [1, 2]);
    assert!(get_all_subjects(&settings).expect("subjects").contains(&SUBJECT.to_owned()));
    println!("  register and read");

    let refused = post_schema(&settings, SUBJECT.into(), schema("order_events_v3"));
    let told = format!("{:?}", refused.expect_err("an incompatible schema is refused"));
    assert!(told.contains("409"), "{told}");
    println!("  be refused");

    let strategy = SubjectNameStrategy::TopicNameStrategy("rust-orders".into(), false);
    let payload = AvroEncoder::new(settings.clone()).encode(event(), &strategy).expect("an encoded event");
    assert_eq!(payload[..5], [&[0][..], &second.id.to_be_bytes()].concat());
    let decoded = AvroDecoder::new(settings).decode(Some(&payload)).expect("a decoded event").value;
    let Value::Record(fields) = decoded else { panic!("{decoded:?} is no record") };
    assert!(fields.contains(&("order_total_cents".into(), Value::Long(4200))));
    assert!(fields.contains(&("order_id".into(), Value::String("o-1".into()))));
    println!("  round trip");
}

fn event() -> Vec<(&'static str, Value)> {
    let text = |text: &str| Value::String(text.into());
    vec![
        ("event_id", text("0b7f")),
        ("event_type", Value::Enum(0, "ORDER_PLACED".into())),
        ("event_timestamp", Value::TimestampMicros(1_790_000_000_000_000)),
        ("order_id", text("o-1")),
        ("customer_id", text("c-1")),
        ("order_total_cents", Value::Long(4200)),
        ("currency_code", text("EUR")),
        ("channel", Value::Union(1, Box::new(text("web")))),
        ("metadata", Value::Map([("gift".to_owned(), text("yes"))].into())),
        ("coupon_code", Value::Union(0, Box::new(Value::Null))),
    ]
}
