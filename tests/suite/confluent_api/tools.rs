//! What tools around a registry ask, in their own spelling: headers, trailing slashes, parameters that mean the default
//! or nothing. How each asks was read in its public source; what is answered is said by the reference (rest-api).

use super::conversation::{
    Conversation, INT, R, R_AND_OPTIONAL, R_AND_REQUIRED, Reply, STRING, found, registered, version,
};
use serde_json::json;

const V1: &str = "application/vnd.schemaregistry.v1+json";

/// A tool: what it sends along with every request.
struct Tool {
    registry: Conversation,
    headers: &'static [(&'static str, &'static str)],
}

impl Tool {
    fn sending(headers: &'static [(&'static str, &'static str)]) -> Self {
        Self { registry: Conversation::new(), headers }
    }

    fn asks(&mut self, method: &str, target: &str) -> Reply {
        self.registry.send(method, target, self.headers, None)
    }

    fn sends(&mut self, method: &str, target: &str, body: &serde_json::Value) -> Reply {
        self.registry.send(method, target, self.headers, Some(&body.to_string()))
    }
}

/// `R` as version 1 with id 1, as it is read by id.
fn r_by_id(subject: &str) -> String {
    let guid = "5dc3f779-b8f9-f027-359c-6140cfb455e0";
    let text = json!(R);
    format!(
        r#"{{"subject":"{subject}","version":1,"guid":"{guid}","schemaType":"AVRO","schema":{text},"ts":0,"deleted":false}}"#
    )
}

/// libserdes, with which kcat decodes: one Accept, a Content-Type on reads, too, and a header that nobody knows.
#[test]
fn kcat_finds_the_schema_of_a_message() {
    let headers = &[("Accept", V1), ("Content-Type", V1), ("Charsets", "utf-8"), ("User-Agent", "libserdes")];
    let mut kcat = Tool::sending(headers);
    kcat.sends("POST", "/subjects/t-value/versions", &json!({ "schema": R })).ok(&registered(1, 1, R));
    kcat.asks("GET", "/schemas/ids/1").ok(&r_by_id("t-value")).header_is("content-type", Some(V1));
    kcat.asks("GET", "/subjects/t-value/versions/latest").ok(&version("t-value", 1, 1, R));
    kcat.asks("GET", "/schemas/ids/7").fails(40403, "Schema 7 not found");
}

/// Confluent's Java client, on which Connect, ksqlDB, AKHQ and the plugins for Maven and Gradle stand: every parameter is
/// spelled out, and the check against all versions ends in a slash.
#[test]
fn the_java_client_spells_every_parameter_out() {
    let headers = &[
        ("Content-Type", V1),
        (
            "Accept",
            "application/vnd.schemaregistry.v1+json, application/vnd.schemaregistry+json; qs=0.9, application/json; qs=0.5",
        ),
        ("Confluent-Accept-Unknown-Properties", "true"),
        ("Confluent-Client-Version", "8.3.1-ccs"),
    ];
    let mut java = Tool::sending(headers);
    let schema = |text: &str| json!({"schemaType": "AVRO", "references": [], "schema": text});
    java.sends("POST", "/subjects/s/versions?normalize=false", &schema(R)).ok(&registered(1, 1, R));
    java.sends("POST", "/subjects/s?normalize=false&deleted=false", &schema(R)).ok(&found("s", 1, 1, R));
    java.asks("GET", "/schemas/ids/1?fetchMaxId=false&subject=s").ok(&r_by_id("s"));
    java.asks("GET", "/schemas/ids/1/versions").ok(r#"[{"subject":"s","version":1}]"#);
    java.asks("GET", "/schemas/ids/1/subjects?deleted=false").ok(r#"["s"]"#);
    java.asks("GET", "/schemas?subjectPrefix=s&deleted=false&latestOnly=true").lists(&[version("s", 1, 1, R)]);
    java.asks("GET", "/subjects?subjectPrefix=%3A*%3A&deleted=false").ok(r#"["s"]"#);
    for against in ["versions/", "versions/latest", "versions/1"] {
        let target = format!("/compatibility/subjects/s/{against}?normalize=false&verbose=true");
        java.sends("POST", &target, &schema(R_AND_OPTIONAL)).ok(r#"{"is_compatible":true,"messages":[]}"#);
        let refused = java.sends("POST", &target, &schema(R_AND_REQUIRED));
        assert!(refused.text().contains("READER_FIELD_MISSING_DEFAULT_VALUE"), "{}", refused.text());
    }
    let unset = "Subject 's' does not have subject-level compatibility configured";
    java.asks("GET", "/config/s?defaultToGlobal=false").fails(40408, unset);
    java.sends("PUT", "/config/s", &json!({"compatibility": "FULL"})).ok(r#"{"compatibility":"FULL"}"#);
    java.asks("GET", "/config/s?defaultToGlobal=false").ok(r#"{"compatibilityLevel":"FULL"}"#);
    java.asks("DELETE", "/config/s").ok(r#"{"compatibilityLevel":"FULL"}"#);
    java.sends("PUT", "/mode/s?force=false", &json!({"mode": "READONLY"})).ok(r#"{"mode":"READONLY"}"#);
    java.asks("GET", "/mode/s?defaultToGlobal=false").ok(r#"{"mode":"READONLY"}"#);
    java.asks("DELETE", "/mode/s").ok(r#"{"mode":"READONLY"}"#);
    java.asks("DELETE", "/subjects/s/versions/1?permanent=false").ok("1");
    java.asks("DELETE", "/subjects/s?permanent=true").ok("[1]");
}

/// kafka-ui: plain JSON both ways, and the global configuration behind a slash, which must not be a subject.
#[test]
fn kafka_ui_asks_for_plain_json() {
    let mut ui = Tool::sending(&[("Accept", "application/json"), ("Content-Type", "application/json")]);
    let schema = |text: &str| json!({"schema": text, "schemaType": "AVRO"});
    ui.sends("POST", "/subjects/s/versions", &schema(R)).ok(&registered(1, 1, R));
    ui.asks("GET", "/subjects").ok(r#"["s"]"#).header_is("content-type", Some("application/json"));
    ui.asks("GET", "/subjects/s/versions").ok("[1]");
    ui.asks("GET", "/subjects/s/versions/latest").ok(&version("s", 1, 1, R));
    ui.asks("GET", "/config/").ok(r#"{"compatibilityLevel":"BACKWARD"}"#);
    ui.sends("PUT", "/config/", &json!({"compatibility": "FORWARD"})).ok(r#"{"compatibility":"FORWARD"}"#);
    ui.asks("GET", "/config/s?defaultToGlobal=true").ok(r#"{"compatibilityLevel":"FORWARD"}"#);
    ui.sends("PUT", "/config/s", &json!({"compatibility": "NONE"})).ok(r#"{"compatibility":"NONE"}"#);
    ui.sends("POST", "/compatibility/subjects/s/versions/latest?verbose=true", &schema(INT))
        .ok(r#"{"is_compatible":true,"messages":[]}"#);
    ui.asks("DELETE", "/config/s").ok(r#"{"compatibilityLevel":"NONE"}"#);
    ui.asks("DELETE", "/subjects/s/versions/latest?permanent=false").ok("1");
    ui.asks("DELETE", "/subjects/s?permanent=true").ok("[1]");
}

/// franz-go, on which rpk, Redpanda Console and kminion stand: it asks for the inherited configuration even where it
/// writes, and reads every use of an id after a registration.
#[test]
fn franz_go_sends_a_parameter_of_reading_along_with_writes() {
    let mut go = Tool::sending(&[("Content-Type", V1), ("Accept", V1), ("User-Agent", "franz-go")]);
    go.sends("POST", "/subjects/s/versions?normalize=true", &json!({ "schema": R })).ok(&registered(1, 1, R));
    go.asks("GET", "/schemas/ids/1/versions").ok(r#"[{"subject":"s","version":1}]"#);
    go.asks("GET", "/subjects/s/versions/1").ok(&version("s", 1, 1, R));
    go.sends("POST", "/subjects/s?normalize=true", &json!({ "schema": R })).ok(&found("s", 1, 1, R));
    go.asks("GET", "/config/s?defaultToGlobal=true").ok(r#"{"compatibilityLevel":"BACKWARD"}"#);
    go.sends("PUT", "/config/s?defaultToGlobal=true", &json!({"compatibility": "NONE"}))
        .ok(r#"{"compatibility":"NONE"}"#);
    go.sends("POST", "/compatibility/subjects/s/versions?verbose=true", &json!({ "schema": INT }))
        .ok(r#"{"is_compatible":true,"messages":[]}"#);
    go.asks("DELETE", "/config/s?defaultToGlobal=true").ok(r#"{"compatibilityLevel":"NONE"}"#);
    go.asks("GET", "/mode/s?defaultToGlobal=true").ok(r#"{"mode":"READWRITE"}"#);
    go.asks("DELETE", "/subjects/s").ok("[1]");
    go.asks("GET", "/subjects?deleted=true").ok(r#"["s"]"#);
    go.asks("GET", "/schemas/ids/1/versions?deleted=true").ok(r#"[{"subject":"s","version":1}]"#);
    go.asks("GET", "/subjects/s/versions?deleted=true").ok("[1]");
}

/// Terraform's providers stand on srclient: references are always there, a type never is for Avro. What was written must
/// read as written, and a second run must change nothing.
#[test]
fn terraform_reads_what_it_wrote_and_changes_nothing_twice() {
    let mut terraform = Tool::sending(&[("Content-Type", V1)]);
    let schema = json!({"schema": R, "references": []});
    for _run in 0..2 {
        terraform.sends("POST", "/subjects/orders%2Fplaced/versions", &schema).ok(&registered(1, 1, R));
        terraform.asks("GET", "/subjects/orders%2Fplaced/versions/latest").ok(&version("orders/placed", 1, 1, R));
        terraform
            .sends("PUT", "/config/orders%2Fplaced", &json!({"compatibility": "FULL"}))
            .ok(r#"{"compatibility":"FULL"}"#);
        terraform.asks("GET", "/config/orders%2Fplaced?defaultToGlobal=false").ok(r#"{"compatibilityLevel":"FULL"}"#);
        terraform.asks("GET", "/subjects/orders%2Fplaced/versions").ok("[1]");
    }
    terraform.asks("DELETE", "/subjects/orders%2Fplaced").ok("[1]");
    terraform.asks("DELETE", "/subjects/orders%2Fplaced?permanent=true").ok("[1]");
    terraform
        .asks("GET", "/subjects/orders%2Fplaced/versions/latest")
        .fails(40401, "Subject 'orders/placed' not found.");
}

/// The web interface of Lenses puts a slash behind every listing. Among types that it likes equally, anything included,
/// the server chooses.
#[test]
fn schema_registry_ui_ends_listings_in_a_slash() {
    let mut ui =
        Tool::sending(&[("Accept", "application/json, text/plain, */*"), ("Content-Type", "application/json")]);
    ui.sends("POST", "/subjects/s/versions", &json!({ "schema": STRING })).ok(&registered(1, 1, STRING));
    ui.asks("GET", "/subjects/").ok(r#"["s"]"#).header_is("content-type", Some(V1));
    ui.asks("GET", "/subjects/s/versions/").ok("[1]");
    ui.asks("GET", "/subjects/s/versions/latest").ok(&version("s", 1, 1, STRING));
    ui.asks("GET", "/config").ok(r#"{"compatibilityLevel":"BACKWARD"}"#);
}

/// Probes of charts and compose files, and readers such as ClickHouse that name no type at all.
#[test]
fn probes_and_plain_readers_need_no_headers() {
    let mut probe = Tool::sending(&[]);
    probe.asks("GET", "/").ok("{}").header_is("content-type", Some(V1));
    probe.asks("HEAD", "/").ok("");
    probe.asks("GET", "/subjects").ok("[]");
    probe.asks("GET", "/config").ok(r#"{"compatibilityLevel":"BACKWARD"}"#);
    probe.asks("GET", "/mode").ok(r#"{"mode":"READWRITE"}"#);
    probe.registry.register("s", R);
    probe.asks("GET", "/schemas/ids/1").ok(&r_by_id("s")).header_is("content-type", Some(V1));
}
