//! Laws of reading and writing JSON: nothing panics, nothing legal is refused, what is written is read back.

use super::{Reader, Writer, to_utf8};
use proptest::prelude::*;
use serde_json::Value;

/// Reads a body as any value and forgets it.
fn is_read(body: &[u8]) -> bool {
    let Ok(body) = to_utf8(body) else { return false };
    Reader::new(&body).document("Anything", |value| value.skip().map(Some)).is_ok()
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..5)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

/// Pieces of a string as it is written: what ends a run of plain letters, close together and at every distance from
/// where eight bytes end.
fn pieces() -> impl Strategy<Value = String> {
    const PIECES: [&str; 20] = [
        "\\\"",
        "\\\\",
        "\\/",
        "\\n",
        "\\b",
        "\\u0041",
        "\\u00e9",
        "\\ud83d\\ude00",
        "\\ud83d",
        "\\u0000",
        "\\x",
        "\\",
        "a",
        "bcdefgh",
        "é",
        "€",
        "😀",
        "\u{7f}",
        "\u{1}",
        "\"",
    ];
    // The last ones, which make no string, are rare.
    let piece = prop_oneof![60 => 0..8_usize, 60 => 12..18_usize, 1 => 8..PIECES.len()];
    prop::collection::vec(piece, 0..40).prop_map(|at| at.into_iter().map(|at| PIECES[at]).collect())
}

proptest! {
    #[test]
    fn a_string_is_read_as_others_read_it(pieces in pieces()) {
        let written = format!("\"{pieces}\"");
        let read = Reader::new(written.as_bytes()).document("String", |value| value.text());
        match serde_json::from_str::<String>(&written) {
            Ok(expected) => {
                prop_assert_eq!(&read, &Ok(Some(expected.clone())), "{}", written);
                let mut writer = Writer::default();
                writer.text(&expected);
                let again = String::from_utf8(writer.into_bytes()).unwrap();
                prop_assert_eq!(serde_json::from_str::<String>(&again).unwrap(), expected);
            }
            // Half of a pair is taken, as U+FFFD.
            Err(_) => prop_assert!(read.is_err() || written.contains("\\ud83d"), "{}: {:?}", written, read),
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(body in prop::collection::vec(any::<u8>(), 0..64)) {
        is_read(&body);
    }

    #[test]
    fn no_damage_to_a_text_makes_the_reader_panic(value in json(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut body = value.to_string().into_bytes();
        let at = at.index(body.len());
        body[at] = byte;
        is_read(&body);
        is_read(&body[..at]);
    }

    #[test]
    fn whatever_is_json_is_read(value in json()) {
        prop_assert!(is_read(value.to_string().as_bytes()), "{value}");
        prop_assert!(is_read(serde_json::to_string_pretty(&value).unwrap().as_bytes()), "{value}");
    }

    #[test]
    fn a_member_is_handed_over_as_it_is_written(value in json(), is_pretty in any::<bool>()) {
        let written = if is_pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let written = written.unwrap();
        let body = format!("{{\"before\":[1],\"a\" : {written} , \"behind\":{{}}}}");
        let mut raw = None;
        let read = Reader::new(body.as_bytes()).document("Anything", |value| {
            let is_given = value.object("Anything", |name, value| {
                if name == "a" {
                    raw = Some(value.raw()?.to_vec());
                }
                Ok(name == "a")
            })?;
            Ok(Some(is_given))
        });
        prop_assert_eq!((read, raw), (Ok(Some(true)), Some(written.into_bytes())));
    }

    #[test]
    fn a_text_that_is_written_is_read_back(text in any::<String>()) {
        let mut writer = Writer::default();
        writer.text(&text);
        let written = String::from_utf8(writer.into_bytes()).unwrap();
        prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text.clone());
        let read = Reader::new(written.as_bytes()).document("String", |value| value.text()).unwrap();
        prop_assert_eq!(read, Some(text));
    }
}
