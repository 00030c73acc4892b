//! Parameters that no recorded exchange uses: what they do, in the words of `rest-api`.

use crate::confluent_api::conversation::Conversation;
use sluicegate::http::HttpSettings;
use sluicegate::registry::Settings;

/// `rest-api` 5.6: the same checks as for the version itself.
#[test]
fn the_text_of_a_softly_deleted_version_is_shown_when_asked_for() {
    let string = r#"{"schema":"\"string\""}"#;
    let registered = r#"{"id":1,"version":1,"guid":"095d71cf-1255-6b9d-5e33-0ad575b3df5d","schemaType":"AVRO","schema":"\"string\""}"#;
    let gone = r#"{"error_code":40401,"message":"Subject 's' not found."}"#;
    Conversation::new().exchange(&[
        ("POST", "/subjects/s/versions", string, 200, registered),
        ("DELETE", "/subjects/s/versions/1", "", 200, "1"),
        ("GET", "/subjects/s/versions/1/schema", "", 404, gone),
        ("GET", "/subjects/s/versions/1/schema?deleted=1", "", 404, gone),
        ("GET", "/subjects/s/versions/1/schema?deleted=true", "", 200, "\"string\""),
        (
            "GET",
            "/subjects/s/versions/latest/schema?deleted=true",
            "",
            404,
            r#"{"error_code":40402,"message":"Version -1 not found."}"#,
        ),
    ]);
}

/// `rest-api` 11.2: the answer is the old mode of the scope itself, and `{}` where there was none.
#[test]
fn a_mode_is_taken_away_with_those_below_it_when_asked_for() {
    let (readonly, nothing) = (
        r#"{"mode":"READONLY"}"#,
        r#"{"error_code":40409,"message":"Subject ':.c1:s' does not have subject-level mode configured"}"#,
    );
    Conversation::new().exchange(&[
        ("PUT", "/mode/:.c1:s", readonly, 200, readonly),
        ("PUT", "/mode/:.c1:", readonly, 200, readonly),
        ("DELETE", "/mode/:.c1:?recursive=no", "", 200, readonly),
        ("GET", "/mode/:.c1:s", "", 200, readonly),
        ("DELETE", "/mode/:.c1:?recursive=true", "", 200, "{}"),
        ("GET", "/mode/:.c1:s", "", 404, nothing),
        ("PUT", "/mode/s", readonly, 200, readonly),
        ("PUT", "/mode/:.c1:s", readonly, 200, readonly),
        ("DELETE", "/mode?recursive=true", "", 200, r#"{"mode":"READWRITE"}"#),
        (
            "GET",
            "/mode/s",
            "",
            404,
            r#"{"error_code":40409,"message":"Subject 's' does not have subject-level mode configured"}"#,
        ),
        ("GET", "/mode/:.c1:s", "", 200, readonly),
    ]);
}

/// `rest-api` 10.3 and 13.1: the prefix stands for the parameter.
#[test]
fn an_unqualified_subject_of_an_association_lies_where_the_parameter_says() {
    let asked = |id: &str| {
        format!(
            r#"{{"resourceName":"t","resourceNamespace":"n","resourceId":"{id}","associations":[{{"subject":"s"}}]}}"#
        )
    };
    let (r1, r2, r3) = (asked("r1"), asked("r2"), asked("r3"));
    let batch = format!(r#"{{"requests":[{}]}}"#, r3.replace(r#"{"subject""#, r#"{"opType":"CREATE","subject""#));
    let made = |id: &str| {
        let resource =
            format!(r#""resourceName":"t","resourceNamespace":"n","resourceId":"{id}","resourceType":"topic""#);
        let association = r#"{"subject":":.c1:s","associationType":"value","lifecycle":"WEAK","frozen":false}"#;
        format!(r#"{{{resource},"associations":[{association}]}}"#)
    };
    let registered = r#"{"id":1,"version":1,"guid":"095d71cf-1255-6b9d-5e33-0ad575b3df5d","schemaType":"AVRO","schema":"\"string\""}"#;
    let elsewhere = r#"{"error_code":40907,"message":"No active (non-deleted) version exists for subject 's'"}"#;
    Conversation::new().exchange(&[
        ("POST", "/subjects/:.c1:s/versions", r#"{"schema":"\"string\""}"#, 200, registered),
        ("POST", "/associations", &r1, 409, elsewhere),
        ("POST", "/associations?context=c1", &r1, 409, elsewhere),
        ("POST", "/associations?context=:.c1:", &r1, 200, &made("r1")),
        ("PUT", "/associations/resources/r2?context=:.c1:", &r2, 200, &made("r2")),
        (
            "POST",
            "/contexts/c1/associations:batchMutate",
            &batch,
            207,
            &format!(r#"{{"results":[{{"result":{}}}]}}"#, made("r3")),
        ),
    ]);
}

/// Of our own: nothing else tells what holds where no configuration says.
#[test]
fn the_settings_of_the_registry_are_shown_when_asked_for() {
    let settings = Settings { validate_fields: true, validate_new_schemas: false, ..Settings::default() };
    let all = r#"{"normalize":false,"validateFields":true,"validateNewSchemas":false,"compatibilityLevel":"BACKWARD"}"#;
    let own = r#"{"normalize":true,"validateFields":false,"validateNewSchemas":false,"compatibilityLevel":"BACKWARD"}"#;
    let nothing =
        r#"{"error_code":40408,"message":"Subject 's' does not have subject-level compatibility configured"}"#;
    let update = r#"{"normalize":true,"validateFields":false}"#;
    let plain = r#"{"compatibilityLevel":"BACKWARD"}"#;
    Conversation::with(settings, HttpSettings::default()).exchange(&[
        ("GET", "/config/s?withDefaults=true", "", 404, nothing),
        ("GET", "/config/s?defaultToGlobal=true", "", 200, plain),
        ("GET", "/config/s?defaultToGlobal=true&withDefaults=true", "", 200, all),
        ("GET", "/config?defaultToGlobal=true&withDefaults=true", "", 200, all),
        ("PUT", "/config/s", update, 200, update),
        ("GET", "/config/s?defaultToGlobal=true&withDefaults=true", "", 200, own),
    ]);
}
