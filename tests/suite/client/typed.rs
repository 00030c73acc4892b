//! Types of one's own as records: what serde gives is written as the schema has it, or refused, and comes back as it was.
//!
//! Expected bytes are Avro's binary encoding, written out by hand after its specification.

use super::{Way, ask, with_each};
use crate::fake_registry::FakeRegistry;
use serde::de::DeserializeOwned;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::json;
use sluicegate::client::{
    Beyond, DecodeError, Decoding, EncodeError, Encoder, Producing, ReaderSchema, Schema, Settings, blocking,
};
use std::collections::{BTreeMap, HashMap};

/// Gives `check` an encoder of records with one field `x` of the type `of`.
fn with_field(of: &str, check: impl Fn(&Encoder)) {
    let text = format!(r#"{{"type":"record","name":"R","fields":[{{"name":"x","type":{of}}}]}}"#);
    with_schema(&text, check);
}

fn with_schema(text: &str, check: impl Fn(&Encoder)) {
    with_each(
        |settings| settings,
        |registry: &FakeRegistry, way: &Way| {
            registry.json("/subjects/r-value", json!({"id": 7}));
            registry.json("/schemas/ids/7?subject=r-value", json!({"schema": text}));
            registry.json("/schemas/ids/7", json!({"schema": text}));
            check(&ask!(way, encoder(&Producing::registered("r", Schema::avro(text)))).unwrap());
        },
    );
}

#[derive(Serialize, Deserialize)]
struct X<T> {
    x: T,
}

/// What is written of a field of this value.
fn written<T: Serialize>(encoder: &Encoder, x: T) -> Vec<u8> {
    encoder.encode_serde(&X { x }).expect("it fits").payload.split_off(5)
}

/// Why a field of this value is refused.
fn refused<T: Serialize>(encoder: &Encoder, x: T) -> String {
    match encoder.encode_serde(&X { x }).expect_err("it does not fit") {
        EncodeError::Unfit(unfit) => unfit.to_string(),
        other => panic!("{other:?}"),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Status {
    Open,
    Closed,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Card {
    n: i32,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Cash {
    n: i32,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Payment {
    Card(Card),
    Cash { n: i32 },
}

const STATUS: &str = r#"{"type":"enum","name":"Status","symbols":["Closed","Open"]}"#;
const PAYMENTS: &str = r#"["null",{"type":"record","name":"Cash","fields":[{"name":"n","type":"int"}]},
    {"type":"record","name":"Card","fields":[{"name":"n","type":"int"}]}]"#;

#[test]
fn a_variant_is_the_symbol_of_its_name_wherever_it_stands_in_the_rust_enum() {
    with_field(STATUS, |encoder| assert_eq!(written(encoder, Status::Open), [2]));
    with_field(&format!(r#"["null",{STATUS}]"#), |encoder| {
        assert_eq!(written(encoder, Status::Open), [2, 2], "its place in the Rust enum is that of null");
        assert_eq!(written(encoder, Some(Status::Closed)), [2, 0]);
        assert_eq!(written(encoder, None::<Status>), [0]);
    });
    with_field(r#"["null","string"]"#, |encoder| assert_eq!(written(encoder, Status::Open), *b"\x02\x08Open"));
    with_field(r#"{"type":"enum","name":"E","symbols":["Open"],"default":"Open"}"#, |encoder| {
        assert_eq!(refused(encoder, Status::Closed), "x: Closed is no symbol of E");
    });
}

#[test]
fn a_variant_with_a_value_is_the_branch_of_its_name_or_of_what_it_holds() {
    with_field(PAYMENTS, |encoder| {
        assert_eq!(written(encoder, Payment::Card(Card { n: 1 })), [4, 2]);
        assert_eq!(written(encoder, Some(Payment::Cash { n: 1 })), [2, 2]);
        assert_eq!(written(encoder, Card { n: 1 }), [4, 2], "an untagged enum gives this");
        assert_eq!(written(encoder, Cash { n: 1 }), [2, 2]);
    });
    #[derive(Serialize)]
    enum Id {
        Number(i32),
        Name(String),
    }
    with_field(r#"["null","string","int"]"#, |encoder| {
        assert_eq!(written(encoder, Id::Number(4)), [4, 8]);
        assert_eq!(written(encoder, Id::Name("q".to_owned())), [2, 2, b'q']);
    });
    with_field(r#""string""#, |encoder| {
        assert!(refused(encoder, Id::Name("q".to_owned())).starts_with("x: string is wanted, not a variant"));
    });
}

#[test]
fn what_could_be_meant_in_two_ways_is_refused() {
    #[derive(Serialize)]
    struct Coins {
        n: i32,
    }
    with_field(PAYMENTS, |encoder| {
        let told = refused(encoder, Coins { n: 1 });
        assert_eq!(told, "x: the struct Coins could be Cash or Card of the union; name it like the one that is meant");
        assert!(refused(encoder, BTreeMap::from([("n", 1)])).contains("could be Cash or Card"));
    });
    let others =
        r#"[{"type":"enum","name":"A","symbols":["Open"]},{"type":"enum","name":"B","symbols":["Open","Closed"]}]"#;
    with_field(others, |encoder| {
        assert!(refused(encoder, Status::Open).contains("could be A or B"));
        assert_eq!(written(encoder, Status::Closed), [2, 2]);
    });
}

#[test]
fn whole_numbers_and_floats_take_every_type_that_holds_them() {
    with_field(r#""long""#, |encoder| {
        for bytes in
            [written(encoder, -3_i8), written(encoder, -3_i32), written(encoder, -3_i64), written(encoder, -3_i128)]
        {
            assert_eq!(bytes, [5]);
        }
        assert_eq!(written(encoder, u32::MAX), [0xfe, 0xff, 0xff, 0xff, 0x1f]);
        assert_eq!(refused(encoder, u64::MAX), "x: 18446744073709551615 does not fit long");
        assert!(encoder.encode_serde(&X { x: u128::MAX }).is_err());
    });
    with_field(r#"["null","int","long"]"#, |encoder| {
        assert_eq!(written(encoder, 3_i64), [4, 6], "an i64 is a long where there is one");
        assert_eq!(written(encoder, Some(3_u16)), [2, 6]);
    });
    with_field(r#"["null","int"]"#, |encoder| {
        assert_eq!(written(encoder, 3_u64), [2, 6]);
        assert_eq!(refused(encoder, 1_i64 << 40), "x: no branch of the union takes long");
    });
    with_field(r#""double""#, |encoder| {
        assert_eq!(written(encoder, 1.5_f32), 1.5_f64.to_le_bytes());
        assert_eq!(refused(encoder, 1), "x: double is wanted, not int");
    });
    with_field(r#""float""#, |encoder| assert_eq!(refused(encoder, 1.5_f64), "x: float is wanted, not double"));
    with_field(r#"{"type":"fixed","name":"org.apache.avro.rust.u64","size":8}"#, |encoder| {
        assert_eq!(written(encoder, 1_u64 << 63), [0, 0, 0, 0, 0, 0, 0, 0x80], "as the apache-avro crate derives it");
    });
}

#[test]
fn bytes_come_in_whatever_form_types_keep_them() {
    with_field(r#""bytes""#, |encoder| {
        assert_eq!(written(encoder, vec![0_u8, 200]), [4, 0, 200]);
        assert_eq!(written(encoder, [0_u8, 200]), [4, 0, 200]);
        assert_eq!(written(encoder, Vec::<u8>::new()), [0]);
        assert_eq!(refused(encoder, vec![1, 300]), "x[1]: a byte is wanted, not int");
    });
    with_field(r#"{"type":"fixed","name":"F","size":2}"#, |encoder| {
        assert_eq!(written(encoder, [0_u8, 200]), [0, 200]);
        assert_eq!(refused(encoder, vec![1_u8]), "x: 2 bytes are wanted, not 1");
    });
    with_field(r#"["bytes",{"type":"fixed","name":"F","size":2}]"#, |encoder| {
        assert_eq!(written(encoder, vec![0_u8, 200]), [0, 4, 0, 200]);
        assert_eq!(written(encoder, [0_u8, 200]), [2, 0, 200]);
        assert_eq!(written(encoder, [0_u8, 1, 2]), [0, 6, 0, 1, 2]);
    });
    with_field(r#"{"type":"fixed","name":"D","size":4,"logicalType":"decimal","precision":4,"scale":2}"#, |encoder| {
        assert_eq!(written(encoder, apache_avro::Decimal::from(vec![0xff_u8, 0x10])), [0xff, 0xff, 0xff, 0x10]);
    });
}

/// As the `uuid` crate does it: text for people, bytes for machines.
#[derive(Debug, PartialEq)]
struct Uuid([u8; 16]);

impl<'de> Deserialize<'de> for Uuid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.is_human_readable() {
            true => {
                let text = String::deserialize(deserializer)?;
                let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b'-').collect();
                let byte =
                    |at: usize| u8::from_str_radix(std::str::from_utf8(&digits[2 * at..2 * at + 2]).unwrap(), 16);
                Ok(Self(std::array::from_fn(|at| byte(at).unwrap())))
            }
            false => Ok(Self(<[u8; 16]>::deserialize(deserializer)?)),
        }
    }
}

impl Serialize for Uuid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match serializer.is_human_readable() {
            true => {
                let mut text: String = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
                [20, 16, 12, 8].iter().for_each(|at| text.insert(*at, '-'));
                serializer.serialize_str(&text)
            }
            false => serializer.serialize_bytes(&self.0),
        }
    }
}

const UUID_TEXT: &str = "00010203-0405-0607-0809-0a0b0c0d0e0f";

#[test]
fn a_uuid_is_what_the_schema_makes_of_it() {
    let uuid = || Uuid(std::array::from_fn(|at| at as u8));
    let text = [&[72], UUID_TEXT.as_bytes()].concat();
    with_field(r#"{"type":"string","logicalType":"uuid"}"#, |encoder| assert_eq!(written(encoder, uuid()), text));
    with_field(r#"["null","string"]"#, |encoder| {
        assert_eq!(written(encoder, Some(uuid())), [&[2], &*text].concat());
    });
    let fixed = r#"{"type":"fixed","name":"U","size":16,"logicalType":"uuid"}"#;
    with_field(fixed, |encoder| {
        assert_eq!(written(encoder, uuid()), uuid().0);
        assert_eq!(written(encoder, UUID_TEXT), uuid().0);
    });
    with_field(&format!(r#"["null",{fixed}]"#), |encoder| {
        assert_eq!(written(encoder, Some(uuid())), [&[2], &uuid().0[..]].concat());
    });
}

#[test]
fn newtypes_tuples_and_maps_are_what_they_hold() {
    #[derive(Serialize)]
    struct OrderId(i64);
    with_field(r#""long""#, |encoder| assert_eq!(written(encoder, OrderId(4)), [8]));
    with_field(r#"{"type":"array","items":"int"}"#, |encoder| {
        assert_eq!(written(encoder, (1, 2)), [4, 2, 4, 0]);
        assert_eq!(written(encoder, Vec::<i32>::new()), [0]);
        assert_eq!(refused(encoder, ["a"]), "x[0]: int is wanted, not string");
    });
    with_field(r#"{"type":"map","values":"int"}"#, |encoder| {
        let unordered: HashMap<String, i32> = ["c", "a", "b"].map(|key| (key.to_owned(), 1)).into();
        assert_eq!(written(encoder, unordered), *b"\x06\x02a\x02\x02b\x02\x02c\x02\0");
        assert_eq!(written(encoder, BTreeMap::<i32, i32>::new()), [0]);
        assert_eq!(written(encoder, json!({"k": 5})), *b"\x02\x02k\x0a\0");
        assert_eq!(refused(encoder, BTreeMap::from([("a", "b")])), "x{a}: int is wanted, not string");
    });
}

/// A sequence that says too little about its length, and a map with a key too many.
struct Odd;

impl Serialize for Odd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        for _ in 0..2 {
            map.serialize_entry("k", &std::iter::repeat_n(1, 3).filter(|_| true).collect::<Vec<_>>())?;
        }
        map.end()
    }
}

#[test]
fn fields_go_by_name_and_the_others_take_their_defaults() {
    const TEXT: &str = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int"},
        {"name":"raw","type":"bytes","default":"\u00ff"},{"name":"b","type":["null","string"],"default":null}]}"#;
    #[derive(Serialize)]
    struct Backwards {
        b: Option<String>,
        #[serde(flatten)]
        rest: BTreeMap<String, i32>,
    }
    with_schema(TEXT, |encoder| {
        let record = |rest: &[&str]| Backwards {
            b: Some("q".to_owned()),
            rest: rest.iter().map(|key| ((*key).to_owned(), 1)).collect(),
        };
        let payload = encoder.encode_serde(&record(&["a"])).unwrap().payload;
        assert_eq!(payload[5..], [2, 2, 0xff, 2, 2, b'q']);
        let told = |rest: &[&str]| encoder.encode_serde(&record(rest)).unwrap_err().to_string();
        assert_eq!(told(&[]), "the record does not fit: a: the field is missing");
        assert_eq!(told(&["a", "b"]), "the record does not fit: $: the field b is given more than once");
        assert_eq!(told(&["a", "c"]), "the record does not fit: $: R has no field c");
    });
    with_field(r#"{"type":"map","values":{"type":"array","items":"int"}}"#, |encoder| {
        assert_eq!(refused(encoder, Odd), "x: the key k is given more than once");
    });
}

#[derive(Serialize)]
struct Link {
    next: Option<Box<Link>>,
}

#[test]
fn a_type_that_nests_deeper_than_records_may_is_refused() {
    let chain = |links: usize| (1..links).fold(Link { next: None }, |next, _| Link { next: Some(Box::new(next)) });
    with_schema(r#"{"type":"record","name":"L","fields":[{"name":"next","type":["null","L"]}]}"#, |encoder| {
        assert_eq!(encoder.encode_serde(&chain(200)).unwrap().payload.len(), 5 + 200);
        assert!(matches!(encoder.encode_serde(&chain(300)), Err(EncodeError::Beyond(Beyond::Depth))));
    });
}

/// Has bytes of a field read as a `T`.
fn read<T: DeserializeOwned>(of: &str, bytes: &[u8]) -> Result<T, String> {
    let text = format!(r#"{{"type":"record","name":"R","fields":[{{"name":"x","type":{of}}}]}}"#);
    let registry = FakeRegistry::start();
    registry.json("/schemas/ids/7", json!({"schema": text}));
    let client = blocking::Client::new(Settings::new([registry.url()])).unwrap();
    let decoded = client.decode([&[0, 0, 0, 0, 7], bytes].concat().as_slice(), &Decoding::default()).unwrap();
    match decoded.into_type::<X<T>>() {
        Ok(record) => Ok(record.x),
        Err(DecodeError::Value(why)) => Err(why),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn a_branch_becomes_the_variant_of_its_name() {
    assert_eq!(read(PAYMENTS, &[4, 2]), Ok(Payment::Card(Card { n: 1 })), "though Card is the third branch");
    assert_eq!(read(PAYMENTS, &[2, 2]), Ok(Some(Payment::Cash { n: 1 })));
    assert_eq!(read(PAYMENTS, &[0]), Ok(None::<Payment>));
    assert_eq!(read(STATUS, &[2]), Ok(Status::Open));
    assert_eq!(read(&format!(r#"["null",{STATUS}]"#), &[2, 2]), Ok(Status::Open));
    assert_eq!(read(r#"["null","string"]"#, b"\x02\x08Open"), Ok(Some(Status::Open)));

    #[derive(Debug, PartialEq, Deserialize)]
    enum Id {
        Name(String),
        Number(i32),
    }
    assert_eq!(read(r#"["null","string","int"]"#, &[4, 8]), Ok(Some(Id::Number(4))));
    assert_eq!(read(r#"["string","int"]"#, b"\x00\x0cNumber"), Ok(Id::Name("Number".to_owned())));

    #[derive(Debug, PartialEq, Deserialize)]
    enum Coins {
        Small(Card),
        Large(Cash),
    }
    let told = read::<Coins>(PAYMENTS, &[4, 2]).unwrap_err();
    assert_eq!(told, "x: no variant is called Card; there are Small, Large");
}

#[test]
fn what_is_written_of_a_type_comes_back_as_it_was() {
    fn round<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(of: &str, x: T) {
        with_field(of, |encoder| {
            let written = written(encoder, &x);
            assert_eq!(read::<T>(of, &written).as_ref(), Ok(&x), "{of}");
        });
    }
    round(r#""bytes""#, vec![0_u8, 200]);
    round(r#"{"type":"fixed","name":"F","size":2}"#, [0_u8, 200]);
    round(r#"{"type":"array","items":"int"}"#, (1, 2));
    round(r#"{"type":"map","values":["null","int"]}"#, BTreeMap::from([(1, Some(2)), (3, None)]));
    round(r#"["null","int"]"#, Some(Some(4_u64)));
    round(r#"{"type":"fixed","name":"org.apache.avro.rust.u64","size":8}"#, u64::MAX);
    round(r#"{"type":"string","logicalType":"uuid"}"#, Uuid([1; 16]));
    round(r#"["null","string"]"#, Some(Uuid([1; 16])));
    round(r#"{"type":"fixed","name":"U","size":16,"logicalType":"uuid"}"#, Uuid([1; 16]));
    round(r#""double""#, 1.5_f32);
    round(r#"["null","string"]"#, Status::Open);
}

#[test]
fn a_value_that_does_not_become_what_is_wanted_is_told_with_its_place() {
    let told = read::<Vec<Card>>(
        r#"{"type":"array","items":{"type":"record","name":"C","fields":[
        {"name":"n","type":"string"}]}}"#,
        &[2, 2, b'a', 0],
    );
    assert!(told.as_ref().is_err_and(|told| told.starts_with("x[0].n: invalid type: string \"a\"")), "{told:?}");
    let told = read::<Status>(r#"{"type":"enum","name":"E","symbols":["Lost"]}"#, &[0]);
    assert!(told.as_ref().is_err_and(|told| told.starts_with("x: unknown variant `Lost`")), "{told:?}");
    assert_eq!(read::<Vec<i32>>(r#""int""#, &[2]), Err("x: a sequence cannot be made of int".to_owned()));
}

#[test]
fn the_branches_of_a_readers_schema_are_those_that_count() {
    const READER: &str = r#"[{"type":"record","name":"Card","fields":[{"name":"n","type":"int"}]},
        {"type":"record","name":"Cash","fields":[{"name":"n","type":"int"}]}]"#;
    with_each(
        |settings| settings,
        |registry: &FakeRegistry, way: &Way| {
            registry.json("/schemas/ids/7", json!({"schema": PAYMENTS}));
            let decoding = Decoding { reader: Some(ReaderSchema::avro(READER).unwrap()), subject: None };
            let decoded = ask!(way, decode(&[0, 0, 0, 0, 7, 2, 2][..], &decoding)).unwrap();
            assert_eq!(decoded.into_type::<Payment>().unwrap(), Payment::Cash { n: 1 });
        },
    );
}
