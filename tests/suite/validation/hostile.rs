//! What is sent by mistake or in malice: the answer is short, soon there, and says what to do.

use super::{ORDER, answered, base64, behind_id, checked, of_version, order, outcomes};
use crate::confluent_api::client::Client;
use crate::confluent_api::conversation::{Conversation, STRING};
use crate::confluent_api::start;
use serde_json::json;
use sluicegate::http::HttpSettings;
use sluicegate::registry::Settings;
use sluicegate::registry::journal::{Journal, JournalError, Position, Texts};
use sluicegate::registry::record::{Fact, TextHash};
use sluicegate::storage::memory::MemoryStore;
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

const TARGET: &str = "/subjects/s/versions/1/validate";

#[test]
fn a_body_that_is_no_batch_is_refused_with_what_to_write() {
    let mut talk = Conversation::new();
    talk.register("s", ORDER);
    let none = "has none of `json`, `avro`, `wire`";
    let several = "has more than one of `json`, `avro`, `wire`";
    for (body, code, told) in [
        ("", 422, "body must not be null (was null)".to_owned()),
        ("null", 422, "body must not be null (was null)".to_owned()),
        ("{}", 42282, "`records` is missing: a list of records".to_owned()),
        (r#"{"records":null}"#, 42282, "`records` is missing: a list of records".to_owned()),
        (r#"{"record":[]}"#, 42282, "unknown member `record`: did you mean `records`?".to_owned()),
        (r#"{"records":[],"records":[]}"#, 42282, "`records` is given twice".to_owned()),
        (r#"{"records":[null]}"#, 42282, "records[0] is null".to_owned()),
        (r#"{"records":[{"json":1},{}]}"#, 42282, format!("records[1] {none}")),
        (r#"{"records":[{"avro":null}]}"#, 42282, format!("records[0] {none}")),
        (r#"{"records":[{"json":1,"avro":"AA=="}]}"#, 42282, format!("records[0] {several}")),
        (r#"{"records":[{"json":1,"wire":null}]}"#, 42282, format!("records[0] {several}")),
        (
            r#"{"records":[{"avro":"AA==","header":"AAAAAAE="}]}"#,
            42282,
            "records[0] has a `header`, which belongs to a message in `wire`".to_owned(),
        ),
        (
            r#"{"records":[{"jsn":1}]}"#,
            42282,
            "records[0] cannot be read: unknown member `jsn`: did you mean `json`?".to_owned(),
        ),
        (r#"{"records":[{"json":1,"json":2}]}"#, 42282, "records[0] cannot be read: `json` is given twice".to_owned()),
    ] {
        talk.post(TARGET, body).fails(code, &told);
    }
    for body in ["{", r#"{"records":{}}"#, r#"{"records":["AA=="]}"#, "[]"] {
        assert_eq!(talk.post(TARGET, body).status(), 400, "{body}");
    }
}

#[test]
fn base64_is_taken_in_either_alphabet_and_junk_is_refused_with_its_place() {
    let mut talk = Conversation::new();
    talk.register("s", r#"{"type":"fixed","name":"F","size":2}"#);
    let records = json!([{"avro": "+/8="}, {"avro": "-_8="}, {"avro": "-_8"}, {"avro": "+/8"}, {"avro": "AAA="}]);
    assert_eq!(outcomes(&checked(&mut talk, TARGET, &records)), ["fits"; 5]);
    for (member, text, told) in [
        ("avro", "A*==", "records[1] has a `avro` that is no base64: at byte 1 of it stands something else"),
        ("wire", "AAAAA", "records[1] has a `wire` that is no base64: it breaks off"),
        ("wire", "\u{1F600}", "records[1] has a `wire` that is no base64: at byte 0 of it stands something else"),
        ("avro", "AA=A", "records[1] has a `avro` that is no base64: "),
    ] {
        let body = json!({"records": [{"avro": "AAA="}, {member: text}]}).to_string();
        talk.post(TARGET, &body).fails_beginning(42282, told);
    }
}

#[test]
fn a_batch_has_ten_thousand_records_at_most_and_they_take_a_moment() {
    let mut talk = Conversation::new();
    let id = talk.register("s", ORDER).id;
    let one = format!(r#"{{"wire":"{}"}}"#, base64(&behind_id(id, &order("o-1", Some(1.5)))));
    let batch = |count: usize| format!(r#"{{"records":[{}]}}"#, vec![one.as_str(); count].join(","));
    for target in [TARGET, "/validate/wire"] {
        let began = Instant::now();
        let answer = answered(&talk.post(target, &batch(10_000)));
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
        assert_eq!(answer["summary"], json!({"records": 10_000, "fitting": 10_000, "misfits": 0}));
        let told = "a batch has at most 10000 records: send the rest in another";
        talk.post(target, &batch(10_001)).fails(42282, told);
    }
    let http = HttpSettings { body_bytes_max: 1000, ..HttpSettings::default() };
    let mut narrow = Conversation::with(Settings::default(), http);
    assert_eq!(narrow.post("/validate/wire", &batch(100)).status(), 413);
}

#[test]
fn counts_and_lengths_that_lie_cost_nothing() {
    let mut talk = Conversation::new();
    talk.register("nulls", r#"{"type":"array","items":"null"}"#);
    talk.register("maps", r#"{"type":"map","values":"null"}"#);
    talk.register("texts", STRING);
    talk.register("empty", r#"{"type":"array","items":{"type":"record","name":"E","fields":[]}}"#);
    let zigzag = |number: i64| {
        let mut rest = u64::try_from((i128::from(number) << 1) ^ (i128::from(number) >> 127)).unwrap();
        let mut bytes = Vec::new();
        while rest >= 0x80 {
            bytes.push(u8::try_from(rest & 0x7f).unwrap() | 0x80);
            rest >>= 7;
        }
        bytes.push(u8::try_from(rest).unwrap());
        bytes
    };
    let began = Instant::now();
    for subject in ["nulls", "maps", "texts", "empty"] {
        for count in [1_i64 << 60, i64::MAX, i64::MIN, -1, 1 << 31] {
            let records = json!([
                {"avro": base64(&zigzag(count))},
                {"avro": base64(&[&zigzag(count)[..], &[0]].concat())},
                {"avro": base64(&[&zigzag(count)[..], &zigzag(count)[..], &[0]].concat())},
            ]);
            let found = outcomes(&checked(&mut talk, &of_version(subject, "1"), &records));
            assert_eq!(found, ["misfit"; 3], "{count} in {subject}");
        }
    }
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
}

#[test]
fn depth_costs_no_stack_and_a_path_is_shortened() {
    let mut talk = Conversation::new();
    talk.register("s", r#"{"type":"record","name":"Link","fields":[{"name":"next","type":["null","Link"]}]}"#);
    let deep = vec![2_u8; 1_000_000];
    let closed = [&deep[..], &[0]].concat();
    let answer = checked(&mut talk, TARGET, &json!([{"avro": base64(&closed)}, {"avro": base64(&deep)}]));
    assert_eq!(outcomes(&answer), ["fits", "misfit"]);
    let path = answer["records"][1]["misfits"][0]["path"].as_str().unwrap();
    assert!(path.len() < 2_000 && path.starts_with("next.next") && path.contains('…'), "{} bytes", path.len());

    let nested = |depth: usize, end: &str| {
        format!(r#"{{"records":[{{"json":{}{end}{}}}]}}"#, r#"{"next":"#.repeat(depth), "}".repeat(depth))
    };
    let tagged = |depth: usize| {
        let open = r#"{"next":{"Link":"#.repeat(depth);
        format!(r#"{{"records":[{{"json":{open}{{"next":null}}{}}}]}}"#, "}}".repeat(depth))
    };
    assert_eq!(outcomes(&answered(&talk.post(TARGET, &tagged(400)))), ["fits"]);
    let plain = format!("{TARGET}?form=plain");
    assert_eq!(outcomes(&answered(&talk.post(&plain, &nested(900, "null")))), ["fits"]);
    assert_eq!(outcomes(&answered(&talk.post(&plain, &nested(900, "7")))), ["misfit"]);
    talk.post(&plain, &nested(100_000, "null")).fails_beginning(400, "Document nesting depth (1001) exceeds");
    let brackets = format!(r#"{{"records":[{{"json":{}"#, "[".repeat(100_000));
    talk.post(TARGET, &brackets).fails_beginning(400, "Document nesting depth (1001) exceeds");
}

#[test]
fn what_is_wrong_is_told_within_bounds() {
    let mut talk = Conversation::new();
    let fields: Vec<String> = (0..500).map(|n| format!(r#"{{"name":"f{n}","type":"int"}}"#)).collect();
    talk.register("s", &format!(r#"{{"type":"record","name":"R","fields":[{}]}}"#, fields.join(",")));
    let record = r#"{"json":{}}"#;
    let body = |count: usize| format!(r#"{{"records":[{}]}}"#, vec![record; count].join(","));
    let answer = answered(&talk.post(TARGET, &body(1)));
    let listed = answer["records"][0]["misfits"].as_array().unwrap().len();
    assert!((1..=100).contains(&listed) && answer["records"][0]["is_cut"] == true, "{listed}");
    let reply = talk.post(TARGET, &body(5_000));
    assert!(reply.text().len() < 16 << 20, "{} bytes", reply.text().len());
    let answer = answered(&reply);
    assert_eq!(answer["summary"]["misfits"], 5_000);
    let last = &answer["records"][4_999];
    assert_eq!((&last["misfits"], &last["is_cut"]), (&json!([]), &json!(true)), "no room is left");
}

#[test]
fn a_batch_that_takes_too_long_is_refused() {
    let http = HttpSettings { records_time_max: Duration::ZERO, ..HttpSettings::default() };
    let mut talk = Conversation::with(Settings::default(), http);
    talk.register("s", ORDER);
    let told = "the batch takes more than 0 seconds: send fewer records, or ask fewer readers";
    talk.post(TARGET, r#"{"records":[{"json":{"id":"o-1"}}]}"#).fails(42282, told);
}

/// A journal of which one text cannot be read before it is let go; that somebody wants it is told.
struct Stuck {
    texts: Arc<dyn Texts>,
    length: usize,
    wanted: Mutex<mpsc::Sender<()>>,
    released: Mutex<mpsc::Receiver<()>>,
}

impl Texts for Stuck {
    fn replay(&self, seen: Position, each: &mut dyn FnMut(Fact)) -> Result<Position, JournalError> {
        self.texts.replay(seen, each)
    }

    fn text(&self, hash: TextHash) -> Result<Arc<str>, JournalError> {
        let text = self.texts.text(hash)?;
        if text.len() == self.length {
            self.wanted.lock().unwrap().send(()).unwrap_or_default();
            // Ends with an error when the other side is dropped, which is the release.
            self.released.lock().unwrap().recv().unwrap_or_default();
        }
        Ok(text)
    }
}

#[test]
fn a_registration_does_not_wait_behind_batches() {
    const SLOW: &str = r#"{"type":"array","items":"long"}"#;
    let store = MemoryStore::default();
    let first = start::server_over(store.journal(), Settings::default(), HttpSettings::default());
    let schema = json!({ "schema": SLOW }).to_string();
    let json = [("Content-Type", "application/json")];
    let sent = Client::new(first.addresses()[0]).send("POST", "/subjects/s/versions", &json, Some(schema.as_bytes()));
    assert_eq!(sent.unwrap().status, 200);
    first.abort().unwrap();

    let Journal { writer, texts } = store.journal();
    let ((wanted, is_wanted), (release, released)) = (mpsc::channel(), mpsc::channel());
    let texts = Stuck { texts, length: SLOW.len(), wanted: wanted.into(), released: released.into() };
    let journal = Journal { writer, texts: Arc::new(texts) };
    let server = start::server_over(journal, Settings::default(), HttpSettings::default());
    let address = server.addresses()[0];
    std::thread::scope(|scope| {
        let batch = move || Client::new(address).send("POST", TARGET, &[], Some(br#"{"records":[{"json":[1]}]}"#));
        let batches: Vec<_> = (0..6).map(|_| scope.spawn(batch)).collect();
        is_wanted.recv().expect("a batch is under way, on the one thread there is for them");
        let schema = json!({ "schema": ORDER }).to_string();
        let sent = Client::new(address).send("POST", "/subjects/t/versions", &json, Some(schema.as_bytes()));
        assert_eq!(sent.unwrap().status, 200);
        assert!(batches.iter().all(|batch| !batch.is_finished()), "the registration is done before any of them");
        drop(release);
        for batch in batches {
            assert_eq!(batch.join().unwrap().unwrap().status, 200);
        }
    });
    server.abort().unwrap();
}

#[test]
fn the_messages_of_a_batch_name_a_thousand_schemas_at_most() {
    let mut talk = Conversation::new();
    let batch = |count: u32| {
        let wire = |id: u32| json!({"wire": base64(&[&[0][..], &id.to_be_bytes()].concat())});
        json!({"records": (1..=count).map(wire).collect::<Vec<_>>()}).to_string()
    };
    let answer = answered(&talk.post("/validate/wire", &batch(1_000)));
    assert_eq!(answer["summary"]["misfits"], 1_000);
    talk.post("/validate/wire", &batch(1_001))
        .fails(42282, "the messages of a batch name at most 1000 schemas: send fewer at a time");
}

#[test]
fn more_live_versions_than_are_asked_are_refused_with_the_way_on() {
    let mut talk = Conversation::new();
    for number in 0..101 {
        talk.register("s", &format!(r#"{{"type":"record","name":"R","doc":"{number}","fields":[]}}"#));
    }
    let body = r#"{"records":[{"json":{}}]}"#;
    talk.post(&format!("{TARGET}?readers=live"), body).fails(
        42282,
        "subject 's' has 101 live versions, and a batch is tried with 100 at most: ask with `readers=last:100`",
    );
    let answer = answered(&talk.post(&format!("{TARGET}?readers=last:100"), body));
    assert_eq!(answer["readers"].as_array().unwrap().len(), 100);
    assert_eq!(answer["readers"][0]["reader"]["version"], 2);
}
