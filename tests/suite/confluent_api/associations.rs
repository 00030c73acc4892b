//! Where we answer differently about associations (`quirks.md`), and what a request that is refused leaves behind.

use super::conversation::{Conversation, INT, STRING};
use serde_json::{Value, json};

/// A request for associations of `t1` in `n`, which has the id `r1`.
fn asked(associations: Value) -> Value {
    json!({ "resourceName": "t1", "resourceNamespace": "n", "resourceId": "r1", "associations": associations })
}

fn invalid(property: &str, detail: &str) -> String {
    format!("The association specified an invalid value for property: '{property}', detail: {detail}")
}

#[track_caller]
fn results(talk: &mut Conversation, body: &Value) -> Vec<Value> {
    let answer = talk.post("/associations:batchMutate", &body.to_string());
    assert_eq!(answer.status(), 207, "{}", answer.text());
    answer.json()["results"].as_array().expect("results").clone()
}

#[test]
fn a_part_of_a_batch_that_fails_leaves_nothing_behind() {
    let mut talk = Conversation::as_recorded();
    talk.register("s", STRING);
    let part = asked(json!([
        { "opType": "CREATE", "subject": "s" },
        { "opType": "CREATE", "associationType": "key", "schema": { "schema": INT } },
        { "opType": "CREATE", "subject": "s", "lifecycle": "STRONG" },
    ]));
    let other = json!({
        "resourceName": "t2", "resourceNamespace": "n", "resourceId": "r2",
        "associations": [{ "opType": "CREATE", "subject": "s" }],
    });
    let answers = results(&mut talk, &json!({ "requests": [part, other] }));
    assert_eq!(answers[0]["error"]["error_code"], 40903, "{}", answers[0]);
    assert_eq!(answers[1]["result"]["associations"][0]["subject"], "s", "{}", answers[1]);
    talk.get("/associations/resources/r1").ok("[]");
    talk.get("/subjects?deleted=true").ok(r#"["s"]"#);
    talk.get("/contexts").ok(r#"["."]"#);
}

#[test]
fn associations_of_one_request_count_as_others_of_their_subject() {
    let mut talk = Conversation::as_recorded();
    talk.register("s", STRING);
    let strong = |kind: &str| json!({ "subject": "s", "associationType": kind, "lifecycle": "STRONG" });
    let weak = json!({ "subject": "s", "associationType": "value" });
    let both = asked(json!([strong("key"), strong("value")])).to_string();
    talk.post("/associations", &both).fails(40904, "An association already exists for subject 's'");
    let mixed = asked(json!([strong("key"), weak])).to_string();
    talk.post("/associations", &mixed).fails(40905, "A strong association already exists for subject 's'");
    talk.get("/associations/subjects/s").ok("[]");
}

#[test]
fn a_read_only_subject_is_not_given_another_lifecycle_unnamed() {
    let mut talk = Conversation::as_recorded();
    talk.register("s", STRING);
    talk.post("/associations", &asked(json!([{ "subject": "s" }])).to_string());
    talk.put("/mode/s", r#"{"mode":"READONLY"}"#);
    let strong = asked(json!([{ "lifecycle": "STRONG" }])).to_string();
    talk.put("/associations/resources/r1", &strong).fails(42205, "Subject s in context . is in read-only mode");
    assert_eq!(talk.get("/associations/subjects/s").json()[0]["lifecycle"], "WEAK");
}

#[test]
fn a_change_under_another_name_is_refused_and_none_under_another_name_is_not() {
    let mut talk = Conversation::as_recorded();
    talk.register("s", STRING);
    talk.post("/associations", &asked(json!([{ "subject": "s" }])).to_string());
    let names = "All associations must have the same resourceName, resourceNamespace, resourceId, and resourceType.";
    let renamed = |change: Value| json!({ "resourceName": "t2", "resourceNamespace": "n", "associations": [change] });
    let path = "/associations/resources/r1";
    talk.put(path, &renamed(json!({ "lifecycle": "STRONG" })).to_string())
        .fails(42212, &invalid("resourceName", names));
    talk.put(path, &renamed(json!({ "lifecycle": "WEAK" })).to_string())
        .ok(r#"{"resourceName":"t2","resourceNamespace":"n","resourceId":"r1","resourceType":"topic"}"#);
    let mut part = renamed(json!({ "opType": "UPSERT", "lifecycle": "WEAK" }));
    part["resourceId"] = json!("r1");
    let answers = results(&mut talk, &json!({ "requests": [part] }));
    let message = format!("Error while creating association: {names}");
    assert_eq!(answers[0]["error"], json!({ "error_code": 500, "message": message }));
    assert_eq!(talk.get(path).json()[0]["lifecycle"], "WEAK");
}

#[test]
fn a_type_that_no_resource_has_finds_none_behind_a_wildcard_either() {
    let mut talk = Conversation::as_recorded();
    talk.register("s", STRING);
    talk.post("/associations", &asked(json!([{ "subject": "s" }])).to_string());
    for target in ["n/t1", "-/t1", "n/-", "-/-"] {
        talk.get(&format!("/associations/resources/{target}?resourceType=x")).ok("[]");
        assert_ne!(talk.get(&format!("/associations/resources/{target}?resourceType=")).text(), "[]", "{target}");
    }
}

#[test]
fn null_among_associations_says_nothing() {
    let mut talk = Conversation::as_recorded();
    let missing = invalid("resourceName", "cannot be null or empty");
    let answers = results(&mut talk, &json!({ "requests": [null] }));
    assert_eq!(answers[0]["error"], json!({ "error_code": 42212, "message": missing }));
    talk.post("/associations", &asked(json!([null])).to_string())
        .fails(42212, &invalid("subject", "must be provided for WEAK associations"));
    let batch = json!({ "requests": [asked(json!([null]))] });
    talk.post("/associations:batchMutate", &batch.to_string())
        .fails_beginning(400, "Could not resolve subtype of [simple type, class ");
    let asks_nothing = "property: resourceId; detail: either resourceId or resourceName must be specified";
    let answers = talk.post("/associations:batchGet", r#"{"requests":[null]}"#).json();
    let message = format!("Error while getting associations: {asks_nothing}");
    assert_eq!(answers["results"][0]["error"]["message"], message);
}

#[test]
fn a_batch_is_answered_up_to_a_thousand_requests_and_operations() {
    let mut talk = Conversation::as_recorded();
    let too_many = invalid("requests", "more than 1000 requests or operations");
    for path in ["/associations:batchGet", "/associations:batchMutate"] {
        let requests = |count: usize| json!({ "requests": vec![json!({ "resourceId": "r" }); count] }).to_string();
        assert_eq!(talk.post(path, &requests(1000)).status(), 207);
        talk.post(path, &requests(1001)).fails(42212, &too_many);
    }
    let delete = json!({ "opType": "DELETE" });
    let operations = |count: usize| json!({ "requests": [asked(json!(vec![delete.clone(); count]))] }).to_string();
    assert_eq!(talk.post("/associations:batchMutate", &operations(1000)).status(), 207);
    talk.post("/associations:batchMutate", &operations(1001)).fails(42212, &too_many);
}

#[test]
fn what_no_path_could_name_is_no_resource_and_no_subject() {
    let mut talk = Conversation::as_recorded();
    let association = |subject: &str| json!([{ "subject": subject, "lifecycle": "STRONG", "schema": {} }]);
    let mut request = asked(association("s"));
    request["resourceId"] = json!("i".repeat(8_193));
    talk.post("/associations", &request.to_string()).fails(42212, &invalid("resourceId", "exceeds max length of 8192"));
    let request = asked(association(&"s".repeat(8_193)));
    talk.put("/associations/resources/r1", &request.to_string())
        .fails(42212, &invalid("subject", "exceeds max length of 8192"));
}

/// One stored text, asked for a thousand times.
#[test]
fn a_batch_of_questions_is_answered_with_as_much_text_as_fits() {
    let mut talk = Conversation::as_recorded();
    let text = json!({ "type": "record", "name": "R", "fields": [], "doc": "d".repeat(5_000_000) }).to_string();
    let created = asked(json!([{ "schema": { "schema": text } }])).to_string();
    assert_eq!(talk.post("/associations", &created).status(), 200);
    let questions = json!({ "requests": vec![json!({ "resourceId": "r1" }); 1000] }).to_string();
    let answers = talk.post("/associations:batchGet?includeSchemas=true", &questions).json();
    let answers = answers["results"].as_array().expect("a list").clone();
    let (answered, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer["result"].is_object());
    assert_eq!((answered.len(), refused.len()), (6, 994));
    let message = "Error while getting associations: property: requests; detail: more than 33554432 bytes of schemas; ask \
                   for fewer at once";
    assert_eq!(refused[0]["error"], json!({ "error_code": 500, "message": message }));
    // Without schemas nothing is left out.
    let answers = talk.post("/associations:batchGet", &questions).json();
    assert!(answers["results"].as_array().expect("a list").iter().all(|answer| answer["result"].is_object()));
}

/// Each version is listed with every use of its subject.
#[test]
fn a_page_of_schemas_with_too_much_beside_them_is_refused() {
    let mut talk = Conversation::as_recorded();
    talk.put("/config", r#"{"compatibility":"NONE"}"#);
    for number in 0..700 {
        let text = json!({ "type": "enum", "name": "E", "symbols": [format!("S{number}")] }).to_string();
        talk.register("s", &text);
    }
    let used = |number: usize| {
        let mut request = asked(json!([{ "opType": "CREATE", "subject": "s" }]));
        request["resourceName"] = json!(format!("t{number}"));
        request["resourceId"] = json!(format!("r{number}"));
        request
    };
    let batch = json!({ "requests": (0..1000).map(used).collect::<Vec<_>>() });
    let answers = results(&mut talk, &batch);
    assert!(answers.iter().all(|answer| answer["result"].is_object()));
    talk.get("/schemas?resourceType=topic")
        .fails(400, "What this page lists takes more than 67108864 bytes; ask for less with the parameter 'limit'");
    let page = talk.get("/schemas?resourceType=topic&limit=2").json();
    assert_eq!(page.as_array().map(Vec::len), Some(2));
    assert_eq!(page[1]["associations"].as_array().map(Vec::len), Some(1000));
}

/// Each part finds thousands of faults in a schema that is stored once.
#[test]
fn a_batch_that_is_incompatible_in_too_many_ways_is_not_tried_to_its_end() {
    let mut talk = Conversation::as_recorded();
    talk.put("/config", r#"{"compatibility":"FORWARD"}"#);
    let fields: Vec<_> = (0..5_000).map(|number| json!({ "name": format!("f{number}"), "type": "int" })).collect();
    talk.register("s", &json!({ "type": "record", "name": "R", "fields": fields }).to_string());
    let empty = json!({ "type": "record", "name": "R", "fields": [] }).to_string();
    let part = |number: usize| {
        let step = json!({ "opType": "UPSERT", "subject": "s", "lifecycle": "STRONG", "schema": { "schema": empty } });
        let mut request = asked(json!([step]));
        request["resourceId"] = json!(format!("r{number}"));
        request
    };
    let answers = results(&mut talk, &json!({ "requests": (0..100).map(part).collect::<Vec<_>>() }));
    let codes: Vec<i64> = answers.iter().filter_map(|answer| answer["error"]["error_code"].as_i64()).collect();
    assert_eq!(codes.len(), 100);
    let tried = codes.iter().take_while(|code| **code == 40901).count();
    assert!((10..30).contains(&tried) && codes[tried..].iter().all(|code| *code == 42212), "{codes:?}");
}

/// A step that gives a topic of this number a schema of its own under the subject `s`.
fn bringing(number: usize, schema: &Value) -> Value {
    let step = json!({ "opType": "UPSERT", "subject": "s", "lifecycle": "STRONG", "schema": { "schema": schema.to_string() } });
    let mut request = asked(json!([step]));
    request["resourceName"] = json!(format!("t{number}"));
    request["resourceId"] = json!(format!("r{number}"));
    request
}

fn codes(talk: &mut Conversation, target: &str, requests: &[Value]) -> Vec<i64> {
    let answer = talk.post(target, &json!({ "requests": requests }).to_string()).json();
    let code = |result: &Value| result["error"]["error_code"].as_i64().unwrap_or(0);
    answer["results"].as_array().expect("results").iter().map(code).collect()
}

/// While the writer decides, every other change waits.
#[test]
fn a_batch_with_too_much_to_check_is_not_tried_to_its_end() {
    let mut talk = Conversation::new();
    let large = |doc: String| json!({ "type": "record", "name": "R", "fields": [], "doc": doc });
    talk.register("s", &large("d".repeat(3 << 20)).to_string());
    let requests: Vec<Value> = (0..20).map(|number| bringing(number, &json!(format!("no schema {number}")))).collect();
    assert_eq!(codes(&mut talk, "/associations:batchMutate", &requests).len(), 20);
    let requests: Vec<Value> = (0..20).map(|number| bringing(number, &json!({ "type": "int" }))).collect();
    for target in ["/associations:batchMutate?dryRun=true", "/associations:batchMutate"] {
        let codes = codes(&mut talk, target, &requests);
        // 16 MiB in all, of which each takes a little more than 3.
        assert_eq!((&codes[..5], &codes[5..]), (&[409; 5][..], &[42212; 15][..]), "{target}");
    }
    // One is tried whatever it takes.
    talk.put("/config/s", r#"{"compatibility":"NONE"}"#);
    talk.register("s", &large("e".repeat(9 << 20)).to_string());
    talk.put("/config/s", r#"{"compatibility":"BACKWARD"}"#);
    let (first, rest) = (requests[..1].to_vec(), requests[1..3].to_vec());
    assert_eq!(codes(&mut talk, "/associations:batchMutate", &first), [409]);
    assert_eq!(codes(&mut talk, "/associations:batchMutate", &[first, rest].concat()), [409, 42212, 42212]);
}

#[test]
fn a_batch_that_policy_refuses_in_too_many_ways_is_not_tried_to_its_end() {
    let mut talk = Conversation::new();
    let fields: Vec<_> =
        (0..5_000).map(|number| json!({ "name": format!("f{number}"), "type": "int", "default": 0 })).collect();
    talk.register("s", &json!({ "type": "record", "name": "R", "fields": fields }).to_string());
    talk.put("/policy/s", r#"{"enforcement":"enforce"}"#);
    let requests: Vec<Value> = (0..40)
        .map(|number| {
            bringing(number, &json!({ "type": "record", "name": "R", "fields": [], "doc": number.to_string() }))
        })
        .collect();
    let codes = codes(&mut talk, "/associations:batchMutate", &requests);
    let tried = codes.iter().take_while(|code| **code == 409).count();
    assert!((10..13).contains(&tried) && codes[tried..].iter().all(|code| *code == 42212), "{codes:?}");
}
