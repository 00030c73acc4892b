//! `records`: what is found in inputs of every form, who cannot read them, and what is said about it.

mod containers;
mod forms;
mod messages;
mod readers;
mod reports;

use super::repository::Repository;
use super::session::Session;
use serde_json::Value;

/// The schema of most tests.
pub(super) const ORDER: &str = r#"{"type": "record", "name": "Order", "namespace": "shop", "fields": [
    {"name": "id", "type": "long"},
    {"name": "item", "type": "string"},
    {"name": "note", "type": ["null", "string"], "default": null}]}"#;

/// A folder with `order.avsc` in it, and a prompt there.
pub(super) fn shop() -> (Repository, Session) {
    let folder = Repository::folder();
    folder.write("order.avsc", ORDER);
    let session = Session::in_folder(&folder.folder);
    (folder, session)
}

/// An order in Avro's binary encoding, without a note: ids and lengths below 64 take one byte.
pub(super) fn order(id: u8, item: &str) -> Vec<u8> {
    let mut datum = vec![id << 1, u8::try_from(item.len()).unwrap() << 1];
    datum.extend_from_slice(item.as_bytes());
    datum.push(0);
    datum
}

/// The same as a message of the wire format.
pub(super) fn message(schema_id: u32, datum: &[u8]) -> Vec<u8> {
    [&[0], &schema_id.to_be_bytes()[..], datum].concat()
}

/// The numbers of `summary`: records, misfits, damages.
pub(super) fn summary(document: &Value) -> (u64, u64, u64) {
    let number = |key: &str| document["summary"][key].as_u64().unwrap();
    (number("records"), number("misfits"), number("damages"))
}

/// Checks `data` as `name` against the orders and returns the exit code and the document.
pub(super) fn checked(name: &str, data: impl AsRef<[u8]>, more: &[&str]) -> (u8, Value) {
    let (folder, session) = shop();
    folder.write(name, data);
    let ended = session.run(&[&["records", "--schema", "order.avsc", "--format", "json", name], more].concat());
    (ended.code, ended.document())
}
