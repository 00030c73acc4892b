//! Every kind of type: what `apache-avro` encodes fits, and no beginning of it does.

use super::{answered, base64, behind_id, checked, datum, of_version, outcomes, paths};
use crate::confluent_api::conversation::Conversation;
use apache_avro::types::Value as Avro;
use serde_json::{Value, json};

/// A record with a field of every kind.
const EVERY_KIND: &str = r#"{"type":"record","name":"every.Kind","fields":[
    {"name":"nothing","type":"null"},{"name":"flag","type":"boolean"},{"name":"small","type":"int"},
    {"name":"large","type":"long"},{"name":"single","type":"float"},{"name":"twice","type":"double"},
    {"name":"raw","type":"bytes"},{"name":"text","type":"string"},
    {"name":"suit","type":{"type":"enum","name":"Suit","symbols":["HEARTS","SPADES"]}},
    {"name":"hash","type":{"type":"fixed","name":"Hash","size":2}},
    {"name":"list","type":{"type":"array","items":"int"}},{"name":"map","type":{"type":"map","values":"string"}},
    {"name":"inner","type":{"type":"record","name":"Inner","fields":[{"name":"n","type":"long"}]}},
    {"name":"choice","type":["null","string","Inner",{"type":"array","items":"Suit"}]},
    {"name":"when","type":{"type":"long","logicalType":"timestamp-millis"}},
    {"name":"self","type":["null","Kind"]}]}"#;

fn fields(choice: Avro, inner: Avro) -> Avro {
    let field = |(name, value): (&str, Avro)| (name.to_owned(), value);
    let nested = Avro::Record(vec![field(("n", Avro::Long(-1)))]);
    Avro::Record(
        [
            ("nothing", Avro::Null),
            ("flag", Avro::Boolean(true)),
            ("small", Avro::Int(-7)),
            ("large", Avro::Long(i64::MIN)),
            ("single", Avro::Float(1.5)),
            ("twice", Avro::Double(-0.5)),
            ("raw", Avro::Bytes(vec![0, 255])),
            ("text", Avro::String("grüße".to_owned())),
            ("suit", Avro::Enum(1, "SPADES".to_owned())),
            ("hash", Avro::Fixed(2, vec![1, 255])),
            ("list", Avro::Array(vec![Avro::Int(1), Avro::Int(2)])),
            ("map", Avro::Map([("k".to_owned(), Avro::String("v".to_owned()))].into())),
            ("inner", nested),
            ("choice", choice),
            ("when", Avro::TimestampMillis(1_790_000_000_000)),
            ("self", inner),
        ]
        .map(field)
        .into(),
    )
}

/// The same value in Avro's JSON encoding, by the specification.
fn in_json(choice: Value, inner: Value) -> Value {
    json!({
        "nothing": null, "flag": true, "small": -7, "large": i64::MIN, "single": 1.5, "twice": -0.5,
        "raw": "\u{0}\u{ff}", "text": "grüße", "suit": "SPADES", "hash": "\u{1}\u{ff}", "list": [1, 2],
        "map": {"k": "v"}, "inner": {"n": -1}, "choice": choice, "when": 1_790_000_000_000_i64, "self": inner,
    })
}

#[test]
fn what_another_library_encodes_fits_and_no_beginning_of_it_does() {
    let mut talk = Conversation::new();
    let id = talk.register("s", EVERY_KIND).id;
    let null = || Avro::Union(0, Box::new(Avro::Null));
    let branch = |at, value| Avro::Union(at, Box::new(value));
    let suits = Avro::Array(vec![Avro::Enum(0, "HEARTS".to_owned())]);
    let inner = Avro::Record(vec![("n".to_owned(), Avro::Long(5))]);
    let values = [
        fields(null(), null()),
        fields(branch(1, Avro::String("x".to_owned())), null()),
        fields(branch(2, inner), null()),
        fields(branch(3, suits), branch(1, fields(null(), null()))),
    ];
    for value in values {
        let bytes = datum(EVERY_KIND, value);
        let mut records = vec![json!({"avro": base64(&bytes)}), json!({"wire": base64(&behind_id(id, &bytes))})];
        records.extend((0..bytes.len()).map(|length| json!({"avro": base64(&bytes[..length])})));
        records.push(json!({"avro": base64(&[&bytes[..], &[0]].concat())}));
        let found = outcomes(&checked(&mut talk, &of_version("s", "1"), &json!(records)));
        assert_eq!(found[..2], ["fits", "fits"]);
        assert!(found[2..].iter().all(|outcome| outcome == "misfit"), "{found:?}");
    }
}

#[test]
fn every_kind_is_written_in_both_forms_of_json() {
    let mut talk = Conversation::new();
    talk.register("s", EVERY_KIND);
    let avro = json!([
        {"json": in_json(Value::Null, Value::Null)},
        {"json": in_json(json!({"string": "x"}), Value::Null)},
        {"json": in_json(json!({"every.Inner": {"n": 5}}), Value::Null)},
        {"json": in_json(json!({"array": ["HEARTS"]}), json!({"every.Kind": in_json(Value::Null, Value::Null)}))},
    ]);
    let plain = json!([
        {"json": in_json(Value::Null, Value::Null)},
        {"json": in_json(json!("x"), Value::Null)},
        {"json": in_json(json!({"n": 5}), Value::Null)},
        {"json": in_json(json!(["HEARTS"]), in_json(Value::Null, Value::Null))},
    ]);
    for (form, records) in [("avro", avro), ("plain", plain)] {
        let target = format!("{}?form={form}", of_version("s", "1"));
        assert_eq!(outcomes(&checked(&mut talk, &target, &records)), ["fits"; 4], "{form}");
    }
}

#[test]
fn every_kind_is_missed_at_its_place() {
    let mut talk = Conversation::new();
    talk.register("s", EVERY_KIND);
    for (name, value, path) in [
        ("nothing", json!(0), "nothing"),
        ("flag", json!("true"), "flag"),
        ("small", json!(2_147_483_648_i64), "small"),
        ("large", json!(1.5), "large"),
        ("raw", json!("€"), "raw"),
        ("text", json!(1), "text"),
        ("suit", json!("CLUBS"), "suit"),
        ("hash", json!("\u{1}"), "hash"),
        ("list", json!([1, "2"]), "list[1]"),
        ("map", json!({"k": 1}), "map{k}"),
        ("inner", json!({"n": true}), "inner.n"),
        ("choice", json!({"every.Inner": {"n": true}}), "choice<every.Inner>.n"),
    ] {
        let mut record = in_json(Value::Null, Value::Null);
        record[name] = value;
        let body = json!({"records": [{"json": record}]}).to_string();
        let answer = answered(&talk.post(&of_version("s", "1"), &body));
        assert_eq!(paths(&answer["records"][0]), [path], "{answer}");
    }
}

#[test]
fn a_schema_of_any_kind_may_be_the_whole() {
    let mut talk = Conversation::new();
    for (number, (schema, fitting, other, bytes)) in [
        (r#""null""#, json!(null), json!(0), ""),
        (r#""int""#, json!(-1), json!("x"), "AQ=="),
        (r#"{"type":"array","items":"string"}"#, json!(["a"]), json!({}), "AgJhAA=="),
        (r#"["null","long"]"#, json!({"long": 1}), json!({"int": 1}), "AgI="),
    ]
    .into_iter()
    .enumerate()
    {
        let subject = format!("s{number}");
        talk.register(&subject, schema);
        let records = json!([{"json": fitting}, {"json": other}, {"avro": bytes}]);
        let found = outcomes(&checked(&mut talk, &of_version(&subject, "1"), &records));
        assert_eq!(found, ["fits", "misfit", "fits"], "{schema}");
    }
}
