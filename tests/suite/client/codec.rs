//! From records to messages and back, held against apache-avro itself where it can be the judge.

use super::{Way, ask, hasty, with_each};
use crate::fake_registry::FakeRegistry;
use apache_avro::types::Value;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sluicegate::client::{
    Beyond, DecodeError, Decoding, EncodeError, Framing, Guid, Message, Naming, NotReady, Part, Producing,
    ReaderSchema, Readers, Schema, Settings, Unreadable, Writer,
};
use sluicegate::records::JsonForm;
use sluicegate::records::wire::{NotFramed, SchemaRef};
use std::collections::BTreeMap;

const GUID: &str = "095d71cf-1255-6b9d-5e33-0ad575b3df5d";
const ORDER: &str = r#"{"type":"record","name":"Order","namespace":"shop","fields":[
    {"name":"id","type":"string"},
    {"name":"lines","type":{"type":"array","items":{"type":"record","name":"Line","fields":[
        {"name":"price","type":"long"},{"name":"note","type":["null","string"],"default":null}]}}},
    {"name":"state","type":{"type":"enum","name":"State","symbols":["NEW","PAID"]}}]}"#;
/// Java takes it, and apache-avro does not: the alias of a field is the name of another.
const REFUSED_BY_THE_CRATE: &str = r#"{"type":"record","name":"R","fields":[
    {"name":"a","type":"int","aliases":["b"]},{"name":"b","type":"int"}]}"#;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Order {
    id: String,
    lines: Vec<Line>,
    state: State,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Line {
    price: i64,
    note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum State {
    #[serde(rename = "NEW")]
    New,
    #[serde(rename = "PAID")]
    Paid,
}

fn as_usual(settings: Settings) -> Settings {
    settings
}

/// Has `text` registered under `subject` with id 7.
fn registered(registry: &FakeRegistry, subject: &str, text: &str) {
    registry.json(&format!("/subjects/{subject}"), json!({"subject": subject, "version": 1, "id": 7, "guid": GUID}));
    registry.json(&format!("/schemas/ids/7?subject={subject}"), json!({"guid": GUID, "schema": text}));
    registry.json("/schemas/ids/7", json!({"guid": GUID, "schema": text}));
    registry.json(&format!("/schemas/guids/{GUID}"), json!({"guid": GUID, "schema": text}));
}

fn order() -> Order {
    let lines = vec![Line { price: 1, note: None }, Line { price: -2, note: Some("x".to_owned()) }];
    Order { id: "o-1".to_owned(), lines, state: State::Paid }
}

/// The same as a value, with one thing changed.
fn value(price: Value, state: &str) -> Value {
    let line =
        Value::Record(vec![("price".to_owned(), price), ("note".to_owned(), Value::Union(0, Box::new(Value::Null)))]);
    let good = Value::Record(vec![
        ("price".to_owned(), Value::Long(1)),
        ("note".to_owned(), Value::Union(1, Box::new(Value::String("x".to_owned())))),
    ]);
    let at = if state == "PAID" { 1 } else { 0 };
    Value::Record(vec![
        ("id".to_owned(), Value::String("o-1".to_owned())),
        ("lines".to_owned(), Value::Array(vec![good, line])),
        ("state".to_owned(), Value::Enum(at, state.to_owned())),
    ])
}

#[test]
fn what_is_encoded_is_what_apache_avro_encodes_behind_the_id() {
    with_each(as_usual, |registry, way| {
        registered(registry, "orders-value", ORDER);
        let encoder = ask!(way, encoder(&Producing::registered("orders", Schema::avro(ORDER)))).unwrap();
        assert_eq!((encoder.subject(), encoder.registration().id), ("orders-value", 7));
        let schema = apache_avro::Schema::parse_str(ORDER).unwrap();
        for (message, value) in [
            (
                encoder.encode_serde(&order()).unwrap(),
                apache_avro::to_value(order()).unwrap().resolve(&schema).unwrap(),
            ),
            (encoder.encode(&value(Value::Long(9), "NEW")).unwrap(), value(Value::Long(9), "NEW")),
        ] {
            assert_eq!(message.header, None);
            let (prefix, datum) = message.payload.split_at(5);
            assert_eq!(prefix, [0, 0, 0, 0, 7]);
            #[expect(deprecated, reason = "the short way to what a judge decodes")]
            let decoded = apache_avro::from_avro_datum(&schema, &mut &*datum, None).unwrap();
            assert_eq!(decoded, value);
            let decoded = ask!(way, decode(&*message.payload, &Decoding::default())).unwrap();
            assert_eq!((decoded.value, decoded.reference), (value, SchemaRef::Id(7)));
        }
        let json = r#"{"id":"o-1","lines":[],"state":"NEW"}"#;
        let payload = encoder.encode_json(json, JsonForm::Plain).unwrap().payload;
        assert_eq!(payload, [0, 0, 0, 0, 7, 6, b'o', b'-', b'1', 0, 0]);
    });
}

#[test]
fn a_type_comes_back_as_it_was_and_in_the_form_a_reader_wants() {
    with_each(as_usual, |registry, way| {
        registered(registry, "orders-value", ORDER);
        let encoder = ask!(way, encoder(&Producing::registered("orders", Schema::avro(ORDER)))).unwrap();
        let payload = encoder.encode_serde(&order()).unwrap().payload;
        let decoded = ask!(way, decode(&*payload, &Decoding::default())).unwrap();
        assert_eq!(decoded.into_type::<Order>().unwrap(), order());

        let reader = r#"{"type":"record","name":"Order","namespace":"shop","fields":[
            {"name":"id","type":"string"},{"name":"currency","type":"string","default":"EUR"}]}"#;
        let decoding = Decoding { reader: Some(ReaderSchema::avro(reader).unwrap()), subject: None };
        let value = ask!(way, decode(&*payload, &decoding)).unwrap().value;
        let expected = [("id", "o-1"), ("currency", "EUR")].map(|(n, v)| (n.to_owned(), Value::String(v.to_owned())));
        assert_eq!(value, Value::Record(expected.to_vec()));

        // A field that the reader has renamed keeps its value, and a default of a union is of the branch that it fits.
        let renamed = r#"{"type":"record","name":"Order","namespace":"shop","fields":[
            {"name":"number","aliases":["id"],"type":"string","default":"none"},
            {"name":"count","type":["null","int"],"default":3}]}"#;
        let decoding = Decoding { reader: Some(ReaderSchema::avro(renamed).unwrap()), subject: None };
        let expected = [("number", Value::String("o-1".to_owned())), ("count", Value::Union(1, Value::Int(3).into()))];
        for _ in 0..2 {
            let value = ask!(way, decode(&*payload, &decoding)).unwrap().value;
            assert_eq!(value, Value::Record(expected.clone().map(|(name, value)| (name.to_owned(), value)).to_vec()));
        }

        let narrow = r#"{"type":"record","name":"Order","namespace":"shop","fields":[
            {"name":"state","type":{"type":"enum","name":"State","symbols":["NEW"]}}]}"#;
        let decoding = Decoding { reader: Some(ReaderSchema::avro(narrow).unwrap()), subject: None };
        match ask!(way, decode(&*payload, &decoding)).unwrap_err() {
            DecodeError::Unreadable(misfit) => assert_eq!(misfit.path, "state"),
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn a_consumer_reads_decimals_in_as_few_bytes_as_their_digits_take() {
    let schema = r#"{"type":"record","name":"R","fields":[
        {"name":"price","type":["null",{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}]},
        {"name":"all","type":{"type":"array","items":{"type":"map","values":
            {"type":"bytes","logicalType":"decimal","precision":30,"scale":2}}}}]}"#;
    with_each(as_usual, |registry, way| {
        registered(registry, "bills-value", schema);
        // As Java and Python write 1.28 and -0.01: two's complement, no byte more than it takes.
        let payload = [0, 0, 0, 0, 7, 2, 4, 0x00, 0x80, 2, 2, 2, b'k', 2, 0xff, 0, 0];
        let decoding = Decoding { reader: Some(ReaderSchema::avro(schema).unwrap()), subject: None };
        let value = ask!(way, decode(&payload[..], &decoding)).unwrap().value;
        let inner = Value::Map([("k".to_owned(), Value::Decimal(vec![0xff].into()))].into());
        let price = Value::Union(1, Box::new(Value::Decimal(vec![0x00, 0x80].into())));
        let wanted = [("price", price), ("all", Value::Array(vec![inner]))];
        assert_eq!(value, Value::Record(wanted.map(|(name, value)| (name.to_owned(), value)).to_vec()));
    });
}

#[test]
fn bytes_that_are_the_whole_value_travel_alone_as_every_client_of_confluent_writes_them() {
    with_each(as_usual, |registry, way| {
        registered(registry, "blobs-value", "\"bytes\"");
        let encoder = ask!(way, encoder(&Producing::registered("blobs", Schema::avro("\"bytes\"")))).unwrap();
        let value = Value::Bytes(vec![2, 0]);
        let message = encoder.encode(&value).unwrap();
        assert_eq!(message.payload, [0, 0, 0, 0, 7, 2, 0]);
        assert_eq!(encoder.encode_json("\"\\u0002\\u0000\"", JsonForm::Plain).unwrap(), message);
        assert_eq!(encoder.frame(&[4, 2, 0]).unwrap(), message);
        for (payload, value) in [(&message.payload[..], value), (&[0, 0, 0, 0, 7], Value::Bytes(Vec::new()))] {
            assert_eq!(ask!(way, decode(payload, &Decoding::default())).unwrap().value, value);
        }
    });
}

#[test]
fn the_guid_travels_in_a_header_and_the_payload_is_the_value_alone() {
    with_each(as_usual, |registry, way| {
        registered(registry, "orders-key", "\"string\"");
        let mut producing = Producing::registered("orders", Schema::avro("\"string\""));
        (producing.part, producing.framing) = (Part::Key, Framing::GuidHeader);
        let encoder = ask!(way, encoder(&producing)).unwrap();
        let message = encoder.encode(&Value::String("k".to_owned())).unwrap();
        let (name, header) = message.header.clone().unwrap();
        assert_eq!((name, &message.payload[..]), ("__key_schema_id", &[2, b'k'][..]));
        assert_eq!((header[0], &header[1..]), (1, &Guid::read(GUID).unwrap().0[..]));
        let received = Message { payload: &message.payload, header: Some(&header) };
        let decoded = ask!(way, decode(received, &Decoding::default())).unwrap();
        assert_eq!(decoded.value, Value::String("k".to_owned()));
    });
    with_each(as_usual, |registry, way| {
        registry
            .json("/subjects/orders-value", json!({"id": 7}))
            .json("/schemas/ids/7?subject=orders-value", json!({"schema": "\"int\""}));
        let mut producing = Producing::registered("orders", Schema::avro("\"int\""));
        producing.framing = Framing::GuidHeader;
        assert_eq!(ask!(way, encoder(&producing)).unwrap_err(), NotReady::NoGuid, "a registry before 8.0");
    });
}

#[test]
fn a_record_that_does_not_fit_is_told_with_its_place() {
    with_each(as_usual, |registry, way| {
        registered(registry, "orders-value", ORDER);
        let encoder = ask!(way, encoder(&Producing::registered("orders", Schema::avro(ORDER)))).unwrap();
        let unfit = |value: &Value| match encoder.encode(value).unwrap_err() {
            EncodeError::Unfit(unfit) => unfit.to_string(),
            other => panic!("{other:?}"),
        };
        let text = Value::String("1".to_owned());
        assert_eq!(unfit(&value(text, "NEW")), "lines[1].price: long is wanted, not string");
        assert_eq!(unfit(&value(Value::Long(1), "LOST")), "state: LOST is no symbol of shop.State");
        let Value::Record(mut fields) = value(Value::Long(1), "NEW") else { panic!("a record") };
        fields.retain(|(name, _)| name != "id");
        assert_eq!(unfit(&Value::Record(fields.clone())), "id: the field is missing");
        fields.push(("ID".to_owned(), Value::Null));
        assert_eq!(unfit(&Value::Record(fields)), "$: shop.Order has no field ID");

        #[derive(Serialize)]
        struct Short {
            id: i32,
        }
        match encoder.encode_serde(&Short { id: 1 }).unwrap_err() {
            EncodeError::Unfit(unfit) => assert_eq!(unfit.to_string(), "id: string is wanted, not int"),
            other => panic!("{other:?}"),
        }
        match encoder.frame(&[6, b'o', b'-', b'1', 0, 4]).unwrap_err() {
            EncodeError::Misfit(misfit) => assert_eq!((misfit.path.as_str(), misfit.offset), ("state", Some(5))),
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn a_record_that_a_reader_could_not_read_is_not_sent() {
    let old = ORDER.replace(r#""NEW","PAID""#, r#""NEW""#);
    with_each(as_usual, |registry, way| {
        registered(registry, "orders-value", ORDER);
        registry.json("/subjects/orders-value/versions", json!([1, 2]));
        registry.json("/subjects/orders-value/versions/1", json!({"id": 6, "schema": old}));
        registry.json("/subjects/orders-value/versions/2", json!({"id": 7, "schema": ORDER}));
        let mut producing = Producing::registered("orders", Schema::avro(ORDER));
        for (readers, name) in [
            (Readers::Live(10), "version 1"),
            (
                Readers::These(vec![("billing".to_owned(), ReaderSchema::avro(&old).unwrap().parsed().clone())]),
                "billing",
            ),
        ] {
            producing.readers = readers;
            let encoder = ask!(way, encoder(&producing)).unwrap();
            assert_eq!(encoder.doubtful_readers().collect::<Vec<_>>(), [name]);
            encoder.encode(&value(Value::Long(1), "NEW")).unwrap();
            match encoder.encode(&value(Value::Long(1), "PAID")).unwrap_err() {
                EncodeError::Unreadable(refusal) => {
                    assert_eq!((refusal.reader.as_str(), refusal.misfit.path.as_str()), (name, "state"));
                }
                other => panic!("{other:?}"),
            }
        }
        producing.readers = Readers::Live(1);
        assert_eq!(ask!(way, encoder(&producing)).unwrap().doubtful_readers().count(), 0, "the newest alone");
    });
}

#[test]
fn what_is_encoded_is_the_value_that_was_given_or_nothing() {
    const LOOSE: &str = r#"{"type":"record","name":"Loose","fields":[
        {"name":"at","type":{"type":"long","logicalType":"timestamp-micros"},"default":0},
        {"name":"ratio","type":"double","default":1},
        {"name":"key","type":{"type":"fixed","name":"Key","size":2},"default":"\u0001\u00fe"},
        {"name":"state","type":{"type":"enum","name":"State","symbols":["A","B"],"default":"A"},"default":"B"},
        {"name":"either","type":["string",{"type":"record","name":"X","fields":[{"name":"x","type":"int"}]},
            {"type":"record","name":"Y","fields":[{"name":"y","type":"int"}]}],"default":"s"},
        {"name":"count","type":["null","long"],"default":null}]}"#;
    with_each(as_usual, |registry, way| {
        registered(registry, "loose-value", LOOSE);
        let encoder = ask!(way, encoder(&Producing::registered("loose", Schema::avro(LOOSE)))).unwrap();
        let sent = |name: &str, value: Value| {
            let message =
                encoder.encode(&Value::Record(vec![(name.to_owned(), value)])).map_err(|why| why.to_string())?;
            let decoded = ask!(way, decode(&*message.payload, &Decoding::default())).unwrap().value;
            let Value::Record(fields) = decoded else { panic!("a record") };
            Ok::<_, String>(fields.into_iter().find(|(known, _)| known == name).unwrap().1)
        };
        // Bare in a union, apache-avro writes a long 0 as the branch 0: null.
        let long = |number| Ok(Value::Union(1, Value::Long(number).into()));
        for number in [0, 1, -1, 1 << 40] {
            assert_eq!(sent("count", Value::Long(number)), long(number));
        }
        assert_eq!(sent("count", Value::Int(7)), long(7));
        assert_eq!(sent("count", Value::Union(1, Value::Long(0).into())), long(0));
        assert_eq!(sent("count", Value::Null), Ok(Value::Union(0, Value::Null.into())));
        assert_eq!(
            sent("count", Value::Double(1.0)),
            Err("the record does not fit: count: no branch of the union takes double".to_owned())
        );
        let y = Value::Record(vec![("y".to_owned(), Value::Int(3))]);
        assert_eq!(sent("either", y.clone()), Ok(Value::Union(2, y.into())));
        // As four bytes of eight.
        assert_eq!(sent("ratio", Value::Float(0.5)), Ok(Value::Double(0.5)));
        assert_eq!(
            sent("ratio", Value::Int(1)),
            Err("the record does not fit: ratio: double is wanted, not int".to_owned())
        );
        assert_eq!(sent("key", Value::Bytes(vec![3, 4])), Ok(Value::Fixed(2, vec![3, 4])));
        assert_eq!(
            sent("key", Value::Fixed(2, vec![3])),
            Err("the record does not fit: key: Key has 2 bytes, not 1".to_owned())
        );
        assert_eq!(sent("state", Value::String("A".to_owned())), Ok(Value::Enum(0, "A".to_owned())));
        assert_eq!(
            sent("state", Value::Enum(0, "B".to_owned())),
            Err("the record does not fit: state: B is symbol 1 of State, not 0".to_owned())
        );
        assert_eq!(sent("at", Value::TimestampMicros(5)), Ok(Value::TimestampMicros(5)));
        assert_eq!(
            sent("at", Value::TimestampMillis(5)),
            Err("the record does not fit: at: timestamp-micros is wanted, not timestampmillis".to_owned())
        );
        let defaults = encoder.encode(&Value::Record(Vec::new())).unwrap();
        assert_eq!(defaults, encoder.encode_json("{}", JsonForm::Plain).unwrap());
        let twice = ["ratio", "ratio"].map(|name| (name.to_owned(), Value::Double(1.0)));
        assert!(encoder.encode(&Value::Record(twice.to_vec())).is_err());
    });
}

#[test]
fn a_default_of_bytes_is_never_published_in_utf_8() {
    with_each(as_usual, |registry, way| {
        const BYTES: &str = r#"{"type":"record","name":"Raw","fields":[
            {"name":"raw","type":"bytes","default":"\u00ff"},{"name":"word","type":"string","default":"\u00ff"}]}"#;
        registry.json("/subjects/raw-value", json!({"id": 8}));
        registry.json("/schemas/ids/8?subject=raw-value", json!({"schema": BYTES}));
        let raw = ask!(way, encoder(&Producing::registered("raw", Schema::avro(BYTES)))).unwrap();
        for message in [raw.encode(&Value::Record(Vec::new())), raw.encode_serde(&BTreeMap::<&str, &str>::new())] {
            assert_eq!(message.unwrap().payload[5..], [2, 0xff, 4, 0xc3, 0xbf]);
        }
    });
}

#[test]
fn a_valid_schema_that_apache_avro_refuses_still_checks_and_frames() {
    with_each(as_usual, |registry, way| {
        registered(registry, "r-value", REFUSED_BY_THE_CRATE);
        let encoder = ask!(way, encoder(&Producing::registered("r", Schema::avro(REFUSED_BY_THE_CRATE)))).unwrap();
        let message = encoder.frame(&[2, 4]).unwrap();
        assert_eq!(message.payload, [0, 0, 0, 0, 7, 2, 4]);
        assert_eq!(encoder.encode_json(r#"{"a":1,"b":2}"#, JsonForm::Avro).unwrap(), message);
        assert!(matches!(encoder.frame(&[2]).unwrap_err(), EncodeError::Misfit(_)));
        let value = Value::Record(vec![("a".to_owned(), Value::Int(1)), ("b".to_owned(), Value::Int(2))]);
        assert_eq!(encoder.encode(&value).unwrap(), message);
        assert_eq!(encoder.encode_serde(&BTreeMap::from([("a", 1), ("b", 2)])).unwrap(), message);
        let error = ask!(way, decode(&*message.payload, &Decoding::default())).unwrap_err();
        assert!(matches!(error, DecodeError::Schema(Unreadable::Values(_))), "{error:?}");
    });
}

#[test]
fn a_schema_with_references_encodes_as_apache_avro_does_with_a_list_of_schemas() {
    const MONEY: &str = r#"{"type":"record","name":"shop.Money","fields":[{"name":"cents","type":"long"}]}"#;
    const BILL: &str = r#"{"type":"record","name":"shop.Bill","fields":[
        {"name":"total","type":"shop.Money"},{"name":"tip","type":["null","shop.Money"],"default":null}]}"#;
    with_each(as_usual, |registry, way| {
        let references = json!([{"name": "shop.Money", "subject": "money", "version": 3}]);
        registry.json("/subjects/bills-value", json!({"id": 8}));
        registry.json("/schemas/ids/8?subject=bills-value", json!({"schema": BILL, "references": references}));
        registry.json("/subjects/money/versions/3?deleted=true", json!({"schema": MONEY}));
        let schema = Schema::avro(BILL).referring_to("shop.Money", "money", 3);
        let encoder = ask!(way, encoder(&Producing::registered("bills", schema))).unwrap();
        let money = |cents| Value::Record(vec![("cents".to_owned(), Value::Long(cents))]);
        let bill = Value::Record(vec![
            ("total".to_owned(), money(100)),
            ("tip".to_owned(), Value::Union(1, Box::new(money(-1)))),
        ]);
        let payload = encoder.encode(&bill).unwrap().payload;
        let all = apache_avro::Schema::parse_list([MONEY, BILL]).unwrap();
        #[expect(deprecated, reason = "the short way to what a judge encodes")]
        let judged = apache_avro::to_avro_datum_schemata(&all[1], all.iter().collect(), bill.clone()).unwrap();
        assert_eq!(payload[5..], judged);
        assert_eq!(
            ask!(way, decode(&*payload, &Decoding { subject: Some("bills-value".to_owned()), reader: None }))
                .unwrap()
                .value,
            bill
        );
    });
}

#[test]
fn a_producer_writes_with_what_it_is_told_to_and_does_not_start_otherwise() {
    with_each(as_usual, |registry, way| {
        let latest = json!({"subject": "x", "version": 3, "id": 7, "schema": "\"string\""});
        registry.json("/subjects/t-value/versions/latest", latest.clone());
        registry.json("/subjects/t-value/metadata?key=major&value=2", latest);
        let mut producing = Producing::registered("t", Schema::avro("\"string\""));
        assert_eq!(ask!(way, encoder(&producing)).unwrap_err(), NotReady::NotRegistered("t-value".to_owned()));
        for writer in
            [Writer::Latest(None), Writer::LatestWith(BTreeMap::from([("major".to_owned(), "2".to_owned())]), None)]
        {
            producing.writer = writer;
            let encoder = ask!(way, encoder(&producing)).unwrap();
            assert_eq!(encoder.encode(&Value::String("a".to_owned())).unwrap().payload, [0, 0, 0, 0, 7, 2, b'a']);
        }
        producing.topic = "other".to_owned();
        producing.writer = Writer::Latest(None);
        assert_eq!(ask!(way, encoder(&producing)).unwrap_err(), NotReady::NoVersion("other-value".to_owned()));
        producing.naming = Naming::RecordName;
        assert_eq!(ask!(way, encoder(&producing)).unwrap_err(), NotReady::NoName);

        registered(registry, "shop.Order", ORDER);
        registry.say("/subjects/shop.Order/versions", crate::fake_registry::Said::Answer(409, "{}".to_owned()));
        producing.writer = Writer::Registered(Schema::avro(ORDER));
        assert_eq!(ask!(way, encoder(&producing)).unwrap().subject(), "shop.Order");
        producing.writer = Writer::Registering(Schema::avro(ORDER));
        assert_eq!(ask!(way, encoder(&producing)).unwrap().subject(), "shop.Order", "nothing to register");
        assert_eq!(registry.count("/subjects/shop.Order/versions"), 0);
    });
}

#[test]
fn what_is_no_message_is_refused_with_its_reason() {
    with_each(as_usual, |registry, way| {
        registered(registry, "x", ORDER);
        let why = |payload: &[u8]| ask!(way, decode(payload, &Decoding::default())).unwrap_err();
        assert_eq!(why(&[]), DecodeError::NotFramed(NotFramed::Empty));
        assert_eq!(why(&[123, 34]), DecodeError::NotFramed(NotFramed::Magic { magic: 123 }));
        assert_eq!(why(&[0, 0, 0]), DecodeError::NotFramed(NotFramed::Short { bytes: 3, wanted: 5 }));
        assert_eq!(why(&[0, 0, 0, 0, 9, 0]), DecodeError::UnknownSchema(SchemaRef::Id(9)));
        assert!(matches!(why(&[0, 0, 0, 0, 7, 6, b'o']), DecodeError::Misfit(_)));
        assert!(matches!(why(&[0, 0, 0, 0, 7, 0, 0, 0, 0]), DecodeError::Misfit(_)), "bytes behind the record");
        registry.is_down(true);
        assert!(matches!(why(&[0, 0, 0, 0, 8, 0]), DecodeError::Registry(_)));
        registry.is_down(false);
    });
}

#[test]
fn neither_depth_nor_claims_of_a_message_harm_the_process() {
    const CHAIN: &str = r#"{"type":"record","name":"C","fields":[{"name":"next","type":["null","C"]}]}"#;
    const NULLS: &str = r#"{"type":"array","items":"null"}"#;
    let registry = FakeRegistry::start();
    registry.json("/schemas/ids/1", json!({"schema": CHAIN})).json("/schemas/ids/2", json!({"schema": NULLS}));
    let decode = |way: &Way, id: u8, datum: &[u8]| {
        let payload = [&[0, 0, 0, 0, id][..], datum].concat();
        ask!(way, decode(&*payload, &Decoding::default())).map(|decoded| decoded.value)
    };
    let chain = |links: usize| [vec![2; links], vec![0]].concat();
    // A thread of the size that tokio and the standard library give.
    let small = std::thread::Builder::new().stack_size(2 << 20).spawn(move || {
        for way in Way::both(&hasty(&[registry.url()])) {
            assert!(decode(&way, 1, &chain(250)).is_ok());
            for links in [260, 1_000_000] {
                assert!(matches!(decode(&way, 1, &chain(links)), Err(DecodeError::Beyond(Beyond::Depth))));
            }
            let claim = [0x80, 0x80, 0x80, 0x80, 0x08, 0]; // 2^30 nulls in one block
            assert!(matches!(
                decode(&way, 2, &claim),
                Err(DecodeError::Beyond(Beyond::Values) | DecodeError::Misfit(_))
            ));
            assert_eq!(decode(&way, 2, &[4, 0]).unwrap(), Value::Array(vec![Value::Null; 2]));
        }
    });
    small.unwrap().join().unwrap();
}
