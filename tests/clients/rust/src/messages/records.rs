//! The program's own look at messages: `sluicegate records`.

use super::Message;
use crate::kit::Kit;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

/// All messages of a subject, as lines and as `kcat` prints a topic, a tombstone behind them; and each of them torn.
pub fn check(kit: &Kit, messages: &[Message<'_>]) {
    let mut subjects: BTreeMap<String, Vec<&Message<'_>>> = BTreeMap::new();
    for message in messages {
        subjects.entry(message.subject()).or_default().push(message);
    }
    for (subject, messages) in subjects {
        let framed = |message: &&Message<'_>| {
            message.payload.as_ref().map(|payload| [message.header.as_deref().unwrap_or_default(), payload].concat())
        };
        let mut framed: Vec<Option<Vec<u8>>> = messages.iter().map(framed).collect();
        let whole: Vec<Vec<u8>> = framed.iter().flatten().cloned().collect();
        if whole.is_empty() {
            continue; // nothing but tombstones, for which not every client registers a schema
        }
        framed.push(None);
        expect(0, kit, &subject, "wire-lengths", &with_lengths(&framed));
        let whole: Vec<&[u8]> = whole.iter().map(Vec::as_slice).collect();
        expect(0, kit, &subject, "wire-base64", &lines(&whole));
        let torn: Vec<&[u8]> = whole.iter().map(|message| &message[..message.len() - 1]).collect();
        // Bytes that stand alone are as long as they are.
        let wanted = if messages[0].case["schema"] == "bytes" { 0 } else { 100 };
        expect(wanted, kit, &subject, "wire-base64", &lines(&torn));
    }
}

fn lines(messages: &[&[u8]]) -> Vec<u8> {
    messages.iter().map(|message| STANDARD.encode(message) + "\n").collect::<String>().into_bytes()
}

fn with_lengths(messages: &[Option<Vec<u8>>]) -> Vec<u8> {
    let length = |message: &Vec<u8>| i32::try_from(message.len()).expect("a length");
    let one = |message: &Option<Vec<u8>>| {
        let prefix = message.as_ref().map_or(-1, length).to_be_bytes();
        [&prefix[..], message.as_deref().unwrap_or_default()].concat()
    };
    messages.iter().flat_map(one).collect()
}

fn expect(code: i32, kit: &Kit, subject: &str, form: &str, input: &[u8]) {
    let program = std::env::var_os("SLUICEGATE").expect("SLUICEGATE names the program");
    let arguments = ["records", "--registry", &kit.url, "--subject", subject, "--input", form, "-"];
    let mut running = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    running.stdin.take().expect("its input").write_all(input).expect("it reads");
    let ended = running.wait_with_output().expect("it ends");
    let told = [ended.stdout, ended.stderr].concat();
    assert_eq!(ended.status.code(), Some(code), "{subject} as {form}: {}", String::from_utf8_lossy(&told));
}
