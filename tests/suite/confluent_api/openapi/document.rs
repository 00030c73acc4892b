//! Whether the served description is an OpenAPI 3.1 document and can be used as one.

use super::description::{DESCRIPTION, object};
use crate::confluent_api::client::Client;
use crate::confluent_api::start;
use serde_json::Value;
use sluicegate::http::HttpSettings;
use sluicegate::registry::Settings;
use std::collections::BTreeSet;

/// The OpenAPI Initiative's schema of version 3.1, edition 2022-10-07.
const OPENAPI: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/openapi-3.1-schema.json"));

/// Calls `visit` with every value inside `value`, and itself.
fn walk<'v>(value: &'v Value, visit: &mut dyn FnMut(&'v Value)) {
    visit(value);
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, visit)),
        Value::Object(members) => members.values().for_each(|member| walk(member, visit)),
        _ => {}
    }
}

#[test]
fn the_description_is_openapi_3_1_of_this_release() {
    let schema: Value = serde_json::from_str(OPENAPI).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong: Vec<String> =
        validator.iter_errors(&DESCRIPTION.document).map(|e| format!("{e} at {}", e.instance_path())).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(DESCRIPTION.document["info"]["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn every_schema_in_the_description_is_a_json_schema() {
    let mut wrong = Vec::new();
    let mut judge = |schema: &Value| {
        if let Err(error) = jsonschema::draft202012::meta::validate(schema) {
            wrong.push(format!("{error}: {schema}"));
        }
    };
    object(&DESCRIPTION.document["components"]["schemas"]).values().for_each(&mut judge);
    walk(&DESCRIPTION.document, &mut |value| {
        if let Some(schema) = value.get("schema").filter(|schema| schema.is_object() && value.get("type").is_none()) {
            judge(schema);
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_reference_in_the_description_leads_somewhere_and_every_component_is_used() {
    let document = &DESCRIPTION.document;
    let mut used = BTreeSet::new();
    walk(document, &mut |value| {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            used.insert(reference.to_owned());
        }
    });
    for reference in &used {
        let pointer = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} leads outside"));
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    for (kind, entries) in object(&document["components"]) {
        for name in object(entries).keys() {
            let reference = format!("#/components/{kind}/{name}");
            assert!(used.contains(&reference), "nothing refers to {reference}");
        }
    }
}

#[test]
fn every_operation_has_a_name_of_its_own_a_summary_a_tag_and_a_successful_answer() {
    let tags = DESCRIPTION.document["tags"].as_array().unwrap();
    let mut names = BTreeSet::new();
    for operation in DESCRIPTION.operations() {
        let content = &operation.content;
        let what = format!("{} {}", operation.method, operation.path);
        assert!(names.insert(content["operationId"].as_str().unwrap_or_default()), "{what}: operationId");
        assert!(!content["summary"].as_str().unwrap_or_default().is_empty(), "{what}: summary");
        assert!(tags.iter().any(|tag| tag["name"] == content["tags"][0]), "{what}: tag");
        assert!(object(&content["responses"]).keys().any(|status| status.starts_with('2')), "{what}: responses");
        let variables: BTreeSet<&str> =
            operation.path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}')).collect();
        let parameters = content["parameters"].as_array().into_iter().flatten().map(|p| DESCRIPTION.followed(p));
        let described = parameters.filter(|parameter| parameter["in"] == "path");
        let described: BTreeSet<&str> = described.map(|parameter| parameter["name"].as_str().unwrap()).collect();
        assert_eq!(described, variables, "{what}");
    }
}

#[test]
fn the_description_is_served_as_json_and_under_the_other_types_by_name() {
    let server = start::server(Settings::default(), HttpSettings::default());
    let mut client = Client::new(server.addresses()[0]);
    let mut media_type = |accept: &[(&str, &str)]| {
        let answer = client.send("GET", "/openapi.json", accept, None).unwrap();
        (answer.status, answer.header("content-type").unwrap_or_default().to_owned())
    };
    let usual = (200, "application/json".to_owned());
    assert_eq!(media_type(&[]), usual);
    assert_eq!(media_type(&[("Accept", "*/*")]), usual);
    assert_eq!(media_type(&[("Accept", "application/json")]), usual);
    let named = "application/vnd.schemaregistry+json";
    assert_eq!(media_type(&[("Accept", named)]), (200, named.to_owned()));
    assert_eq!(media_type(&[("Accept", "text/html")]).0, 406);
    let whole = client.send("GET", "/openapi.json", &[], None).unwrap();
    let head = client.send("HEAD", "/contexts/.c1/openapi.json", &[], None).unwrap();
    assert_eq!(head.header("content-length"), Some(whole.body.len().to_string().as_str()));
    let packed = client.send("GET", "/openapi.json", &[("Accept-Encoding", "gzip")], None).unwrap();
    assert_eq!((packed.header("content-encoding"), &packed.body), (Some("gzip"), &whole.body));
    let options = client.send("OPTIONS", "/openapi.json", &[], None).unwrap();
    assert_eq!(options.header("allow"), Some("HEAD,GET,OPTIONS"));
    assert_eq!(client.send("POST", "/openapi.json", &[], None).unwrap().status, 405);
    drop(client);
    server.abort().unwrap();
}
