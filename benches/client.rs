//! What a producer and a consumer pay for each record: encoding and decoding by the client, beside apache-avro doing the same
//! without a registry, a check or a limit; and the look-up of a schema that is known, from one thread and from several.

#[path = "allocations.rs"]
mod allocations;
#[path = "budget.rs"]
#[expect(dead_code, reason = "each bench uses a part of what they share")]
mod budget;
#[path = "event.rs"]
mod event;

use allocations::allocations;
use apache_avro::Schema as Theirs;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::types::Value;
use apache_avro::writer::datum::GenericDatumWriter;
use budget::{Kind, Table, cpu_ns, process_cpu, quick};
use event::event;
use serde::Serialize;
use sluicegate::client::{Decoding, Encoder, Producing, ReaderSchema, Schema, Settings, blocking};
use sluicegate::records::JsonForm;
use std::hint::black_box;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

fn main() {
    let mut table = Table::new("client", "Encoding and decoding beside apache-avro (thread CPU time)");
    for count in [10, 100] {
        records(&mut table, count);
    }
    look_up(&mut table);
    table.finish();
}

/// A client of a registry that knows one schema, under id 7 and in subject `events-value`.
fn client(text: &str) -> blocking::Client {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let document = serde_json::json!({"subject": "events-value", "version": 1, "id": 7, "schema": text}).to_string();
    std::thread::spawn(move || listener.incoming().flatten().for_each(|stream| answer(stream, &document)));
    blocking::Client::new(Settings::new([address])).expect("an address")
}

/// Answers one request with the document, whatever it asks.
fn answer(mut stream: TcpStream, document: &str) {
    let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
    let (mut line, mut length) = (String::new(), 0);
    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        line.clear();
    }
    let _ = reader.read_exact(&mut vec![0; length]);
    let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", document.len());
    let _ = stream.write_all([head.as_bytes(), document.as_bytes()].concat().as_slice());
}

fn records(table: &mut Table, count: usize) {
    let (text, json) = event(count, "");
    let theirs = Theirs::parse_str(&text).expect("the crate takes the bench's schemas");
    let client = client(&text);
    let encoder = client.encoder(&Producing::registered("events", Schema::avro(text.as_str()))).expect("registered");
    let message = encoder.encode_json(&json, JsonForm::Plain).expect("it fits").payload;
    let datum = &message[5..];
    let reader = GenericDatumReader::builder(&theirs).build().expect("a reader");
    let value = reader.read_value(&mut &*datum).expect("it decodes");

    let writer = GenericDatumWriter::builder(&theirs).build().expect("a writer");
    let write = || {
        let mut out = Vec::with_capacity(64);
        writer.write_value_ref(&mut out, black_box(&value)).expect("it is written");
        drop(black_box(out));
    };
    compared(table, &format!("encode a value, {count} fields"), 1.5, || drop(encode(&encoder, &value)), write);
    if count == 10 {
        let writer = GenericDatumWriter::builder(&theirs).human_readable(false).build().expect("a writer");
        let record = Event::new();
        let write = || {
            let mut out = Vec::with_capacity(64);
            writer.write_ser(&mut out, black_box(&record)).expect("it is written");
            drop(black_box(out));
        };
        let encode = || drop(black_box(encoder.encode_serde(black_box(&record))).expect("it fits"));
        compared(table, "encode a type, 10 fields", 1.5, encode, write);
    }

    let decoding = Decoding::default();
    let decode = || drop(black_box(client.decode(black_box(&*message), &decoding)).expect("it decodes"));
    let read = || drop(black_box(reader.read_value(&mut black_box(datum))).expect("it decodes"));
    compared(table, &format!("decode, {count} fields"), 1.5, decode, read);

    let newer = event(count, ",{\"name\":\"added\",\"type\":\"string\",\"default\":\"\"}").0;
    let decoding = Decoding { reader: Some(ReaderSchema::avro(&newer).expect("valid")), subject: None };
    let newer = Theirs::parse_str(&newer).expect("the crate takes the bench's schemas");
    let reader = GenericDatumReader::builder(&theirs).reader_schema(&newer).build().expect("a reader");
    let decode = || drop(black_box(client.decode(black_box(&*message), &decoding)).expect("it decodes"));
    let read = || drop(black_box(reader.read_value(&mut black_box(datum))).expect("it decodes"));
    compared(table, &format!("decode for a newer reader, {count} fields"), 1.5, decode, read);
}

fn encode(encoder: &Encoder, value: &Value) -> Vec<u8> {
    black_box(encoder.encode(black_box(value))).expect("it fits").payload
}

fn compared(table: &mut Table, name: &str, budget: f64, mut ours: impl FnMut(), mut theirs: impl FnMut()) {
    // What is made once is no part of it.
    ours();
    theirs();
    let [more, fewer] = [allocations(&mut ours), allocations(&mut theirs)];
    let (ours, theirs) = (cpu_ns(ours), cpu_ns(theirs));
    table.plain(name, ours, "ns");
    table.plain(&format!("{name}: apache-avro"), theirs, "ns");
    table.at_most(&format!("{name}: to apache-avro"), ours / theirs, budget, "times", Kind::Ratio);
    let more = more as f64 - fewer as f64;
    table.at_most(&format!("{name}: allocations beyond apache-avro's"), more, 3.0, "", Kind::Ratio);
}

/// The fields of [`event::event`] with ten of them.
#[derive(Serialize)]
struct Event {
    field_0: &'static str,
    field_1: Option<&'static str>,
    field_2: i64,
    field_3: i64,
    field_4: Vec<&'static str>,
    field_5: i32,
    field_6: Option<f64>,
    field_7: bool,
    field_8: &'static str,
    field_9: Option<&'static str>,
}

impl Event {
    fn new() -> Self {
        Self {
            field_0: "a value of some length",
            field_1: Some("optional"),
            field_2: 1_700_000_000_000,
            field_3: 1_700_000_000_000,
            field_4: vec!["one", "two", "three"],
            field_5: 42,
            field_6: Some(0.5),
            field_7: true,
            field_8: "a value of some length",
            field_9: Some("optional"),
        }
    }
}

/// A schema that is known, asked for by its id.
fn look_up(table: &mut Table) {
    let client = client(&event(10, "").0);
    let ask = || drop(black_box(client.schema_by_id(black_box(7), None)).expect("it is known"));
    ask();
    table.at_most("look-up of a known schema: allocations", allocations(ask) as f64, 1.0, "", Kind::Ratio);
    let alone = cpu_ns(ask);
    table.at_most("look-up of a known schema", alone, 250.0, "ns", Kind::Absolute);
    // Threads that wait for each other sleep and wake, which is time of the process.
    const THREADS: u32 = 4;
    let times = if quick() { 50_000 } else { 500_000 };
    let began = process_cpu();
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| (0..times).for_each(|_| ask()));
        }
    });
    let together = (process_cpu() - began).as_nanos() as f64 / f64::from(THREADS * times);
    table.plain("look-up of a known schema, four threads at once", together, "ns");
    table.at_most("look-up: four threads at once to one", together / alone, 3.0, "times", Kind::Ratio);
}
