//! What was there before, in an export.

use super::repository::{Repository, base, before, complaint, texts};
use sluicegate::compat::CompatibilityLevel;
use sluicegate::gate::base::BaseError;
use std::path::Path;

fn version(subject: &str, version: u32, rest: &str) -> String {
    format!(
        r#"{{"key":{{"keytype":"SCHEMA","subject":"{subject}","version":{version},"magic":1}},"value":{{"subject":"{subject}","version":{version},{rest}}}}}"#
    )
}

fn export(lines: &[String]) -> Repository {
    let place = Repository::folder();
    place.write("all.jsonl", lines.join("\n"));
    place
}

const INT: &str = r#""id":1,"schema":"\"int\"","deleted":false"#;
const LONG: &str = r#""id":2,"schema":"\"long\"""#;

#[test]
fn live_versions_come_newest_first_with_what_is_set_for_the_subject() {
    let declared = r#""id":3,"schema":"\"float\"","metadata":{"properties":{"application.major.version":"2","schema_version":"2.0.1"}}"#;
    let place = export(&[
        version("x", 1, INT),
        r#"{"key":{"keytype":"NOOP","magic":0},"value":null}"#.to_owned(),
        version("x", 2, LONG),
        version("x", 3, declared),
        version("x", 4, r#""id":4,"schema":"\"double\"","deleted":true"#),
        String::new(),
        r#"{"key":{"keytype":"CONFIG","magic":0},"value":{"compatibilityLevel":"FULL"}}"#.to_owned(),
        r#"{"key":{"keytype":"CONFIG","subject":"x","magic":0},"value":{"compatibilityLevel":"FORWARD","compatibilityGroup":"g"}}"#.to_owned(),
        r#"{"key":{"keytype":"SOMETHING","magic":0},"value":{}}"#.to_owned(),
    ]);
    let found = before("export:all.jsonl", &place.folder, "x.avsc").unwrap();
    assert_eq!(texts(&found), ["\"float\"", "\"long\"", "\"int\""]);
    assert_eq!((found.level, found.compatibility_group.as_deref()), (Some(CompatibilityLevel::Forward), Some("g")));
    let newest = &found.versions[0];
    assert_eq!((newest.version, newest.id, newest.declared.major), (3, Some(3), Some(2)));
    assert_eq!(newest.declared.version.unwrap().to_string(), "2.0.1");
    let other = before("export:all.jsonl", &place.folder, "y.avsc").unwrap();
    assert_eq!((other.versions.len(), other.level), (0, Some(CompatibilityLevel::Full)));
    let base = base("export:all.jsonl", &place.folder).unwrap();
    assert_eq!((base.name().as_str(), base.subjects().unwrap().len()), ("export:all.jsonl", 0));
}

#[test]
fn deletes_and_tombstones_are_applied_in_order() {
    let place = export(&[
        version("x", 1, INT),
        version("x", 2, LONG),
        r#"{"key":{"keytype":"DELETE_SUBJECT","subject":"x","magic":0},"value":{"subject":"x","version":2}}"#
            .to_owned(),
        version("x", 3, LONG),
        version("y", 1, INT),
        r#"{"key":{"keytype":"SCHEMA","subject":"y","version":1,"magic":1},"value":null}"#.to_owned(),
        version("z", 1, INT),
        version("z", 2, LONG),
        version("z", 2, r#""id":2,"schema":"\"long\"","deleted":true"#),
    ]);
    let at = |file: &str| -> Vec<u32> {
        let found = before("export:all.jsonl", &place.folder, file).unwrap();
        found.versions.iter().map(|version| version.version).collect()
    };
    assert_eq!(at("x.avsc"), [3]);
    assert_eq!(at("y.avsc"), [0; 0]);
    assert_eq!(at("z.avsc"), [1]);
}

#[test]
fn keys_and_values_may_be_strings_as_console_consumers_print_them() {
    let place = export(&[
        r#"{"key":"{\"keytype\":\"SCHEMA\",\"subject\":\"x\",\"version\":1,\"magic\":1}","value":"{\"subject\":\"x\",\"version\":1,\"id\":1,\"schema\":\"\\\"int\\\"\"}"}"#.to_owned(),
    ]);
    assert_eq!(texts(&before("export:all.jsonl", &place.folder, "x.avsc").unwrap()), ["\"int\""]);
}

#[test]
fn references_are_found_by_subject_and_version_also_where_they_are_deleted() {
    let referring = r#""id":3,"schema":"x","references":[{"name":"m.M","subject":"m","version":1}]"#;
    let place = export(&[
        version("m", 1, r#""id":1,"schema":"m","deleted":true"#),
        version("x", 1, referring),
        version(":.c:m", 1, r#""id":1,"schema":"of c""#),
        version(":.c:x", 1, referring),
        version("p", 1, r#""id":9,"schemaType":"PROTOBUF","schema":"syntax = \"proto3\";""#),
    ]);
    let base = base("export:all.jsonl", &place.folder).unwrap();
    let reference = |subject: &str| base.before(subject, None).unwrap().versions[0].text.references[0].clone();
    assert_eq!((reference("x").name.as_str(), &*reference("x").text), ("m.M", "m"));
    assert_eq!(&*reference(":.c:x").text, "of c");
    let Err(BaseError::Undecided(problem)) = base.before("p", None) else { panic!("not Avro") };
    assert!(problem.message.contains("PROTOBUF"), "{problem:?}");
}

#[test]
fn a_damaged_line_is_named() {
    for (line, reason) in [
        ("{\"key\":", "all.jsonl:2: this is no JSON object"),
        ("[1]", "all.jsonl:2: this is no JSON object"),
        ("{\"value\":{}}", "all.jsonl:2: there is no `key`"),
        ("{\"key\":{\"keytype\":\"NOOP\",\"magic\":0}}", "all.jsonl:2: there is no `value`"),
        (&version("x", 2, r#""schema":3"#), "all.jsonl:2: the value is not readable"),
        ("{\"key\":{\"keytype\":\"SCHEMA\"},\"value\":{}}", "all.jsonl:2: the key is not readable"),
    ] {
        let place = export(&[version("x", 1, INT), line.to_owned()]);
        let message = complaint(base("export:all.jsonl", &place.folder));
        assert!(message.contains(reason), "{line}: {message}");
    }
    let message = complaint(base("export:nothing.jsonl", Path::new("/")));
    assert!(message.contains("export:nothing.jsonl") && message.contains("no such file"), "{message}");
}
