//! Writes JSON compactly, as the reference writes it: which characters are escaped, and how numbers look.

use super::read::end_of_run;
use super::tape::{Tape, TokenKind, Value};
use super::{Json, print_double};
use std::fmt::Write;

/// Writes a string with its quotes. Escaped are quote, backslash and what lies below the space.
pub(in crate::schema::avro) fn print_string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    loop {
        // What ends a run of plain characters when reading is what must be escaped when printing.
        let (plain, odd) = rest.split_at(end_of_run(rest.as_bytes(), 0));
        out.push_str(plain);
        let Some(byte) = odd.bytes().next() else { break };
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\x08' => out.push_str("\\b"),
            b'\t' => out.push_str("\\t"),
            b'\n' => out.push_str("\\n"),
            b'\x0c' => out.push_str("\\f"),
            b'\r' => out.push_str("\\r"),
            _ => write!(out, "\\u{byte:04X}").expect("a String takes everything"),
        }
        rest = &odd[1..];
    }
    out.push('"');
}

/// Writes a value, and says how deep it nests.
pub(in crate::schema::avro) fn print_json(out: &mut String, json: &Json) -> usize {
    match json {
        Json::Null => out.push_str("null"),
        Json::Bool(true) => out.push_str("true"),
        Json::Bool(false) => out.push_str("false"),
        Json::Integer(integer) => write!(out, "{integer}").expect("a String takes everything"),
        Json::BigInteger(digits) => out.push_str(digits),
        Json::Double(double) => print_double(out, *double),
        Json::String(text) => print_string(out, text),
        Json::Array(elements) => {
            let mut depth = 0;
            out.push('[');
            for (at, element) in elements.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                depth = depth.max(print_json(out, element));
            }
            out.push(']');
            return depth + 1;
        }
        Json::Object(members) => {
            let mut depth = 0;
            out.push('{');
            for (at, (key, value)) in members.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                print_string(out, key);
                out.push(':');
                depth = depth.max(print_json(out, value));
            }
            out.push('}');
            return depth + 1;
        }
    }
    0
}

/// Writes a value of a text that is being read.
pub(in crate::schema::avro) fn print_value(out: &mut String, tape: &Tape<'_>, value: Value) {
    match tape.kind(value) {
        TokenKind::Array | TokenKind::Object => {}
        _ => {
            print_json(out, &tape.json(value));
            return;
        }
    }
    if tape.kind(value) == TokenKind::Array {
        out.push('[');
        for (at, element) in tape.elements(value).enumerate() {
            if at > 0 {
                out.push(',');
            }
            print_value(out, tape, element);
        }
        out.push(']');
        return;
    }
    out.push('{');
    for (at, member) in tape.members(value).enumerate() {
        if at > 0 {
            out.push(',');
        }
        print_string(out, &tape.key(member.key));
        out.push(':');
        print_value(out, tape, member.value);
    }
    out.push('}');
}
