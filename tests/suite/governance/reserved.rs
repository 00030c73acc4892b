//! Reserved fields: the gate, a preflight and a registration say the same, whatever configuration is in force.

use crate::confluent_api::conversation::Conversation;
use crate::program::{Program, command, run};
use serde_json::{Value, json};
use sluicegate::http::HttpSettings;
use sluicegate::registry::Settings;

/// A field as JSON has it: with a default, so that no level minds.
fn record(names: &[&str]) -> String {
    let fields: Vec<String> =
        names.iter().map(|name| format!(r#"{{"name":"{name}","type":"int","default":0}}"#)).collect();
    format!(r#"{{"type":"record","name":"R","fields":[{}]}}"#, fields.join(","))
}

/// One registry, and what is to be registered there behind a version with the fields `a` and `b` that reserves `old` and
/// `gone`.
#[derive(Clone, Copy)]
struct Life {
    /// The registry's own setting.
    validates: bool,
    /// Scopes with their configurations, put after the first version.
    configs: &'static [(&'static str, &'static str)],
    fields: &'static [&'static str],
    /// What the entry of the subject says besides its name, and the properties that such a registration sends.
    declared: &'static str,
    sent: Option<&'static [(&'static str, &'static str)]>,
    /// The sentences of the refusal; none where it is accepted.
    refused: &'static [&'static str],
}

const PLAIN: Life = Life {
    validates: false,
    configs: &[("/config/s", r#"{"validateFields":true}"#)],
    fields: &["a", "b", "c"],
    declared: "",
    sent: None,
    refused: &[],
};

const OLD_IN_USE: &str = "The new schema has field that conflicts with the reserved field old.";
const OLD_REMOVED: &str =
    "The new schema has reserved field old removed from its metadata which is present in the old schema's metadata.";
const GONE_REMOVED: &str =
    "The new schema has reserved field gone removed from its metadata which is present in the old schema's metadata.";

const WITH_OLD: &[&str] = &["a", "b", "old"];
const VALIDATING: &str = r#"{"validateFields":true}"#;

const LIVES: &[Life] = &[
    PLAIN,
    Life { fields: WITH_OLD, refused: &[OLD_IN_USE], ..PLAIN },
    Life {
        declared: r#"reserved = ["old"]"#,
        sent: Some(&[("confluent:reserved", "old")]),
        refused: &[GONE_REMOVED],
        ..PLAIN
    },
    Life {
        fields: WITH_OLD,
        declared: r#"reserved = ["gone"]"#,
        sent: Some(&[("confluent:reserved", "gone")]),
        refused: &[OLD_REMOVED],
        ..PLAIN
    },
    Life {
        declared: r#"reserved = ["x", "gone", "old"]"#,
        sent: Some(&[("confluent:reserved", "x,gone,old")]),
        ..PLAIN
    },
    // Metadata of one's own replaces what would be inherited, and no new line begins without what was reserved.
    Life {
        declared: "major = 2",
        sent: Some(&[("application.major.version", "2")]),
        refused: &[GONE_REMOVED, OLD_REMOVED],
        ..PLAIN
    },
    // Of the same text, too: what declares other metadata is another version.
    Life { fields: &["a", "b"], declared: "reserved = []", sent: Some(&[("confluent:reserved", "")]), ..PLAIN_REMOVED },
    // The whole registry's configuration, another's that hides it, and one that says the opposite.
    Life { configs: &[("/config", VALIDATING)], fields: WITH_OLD, refused: &[OLD_IN_USE], ..PLAIN },
    Life {
        configs: &[("/config", VALIDATING), ("/config/s", r#"{"compatibility":"FULL"}"#)],
        fields: WITH_OLD,
        ..PLAIN
    },
    Life {
        configs: &[("/config", VALIDATING), ("/config/s", r#"{"validateFields":false}"#)],
        fields: WITH_OLD,
        ..PLAIN
    },
    // Even under NONE.
    Life {
        configs: &[("/config/s", r#"{"compatibility":"NONE","validateFields":true}"#)],
        fields: WITH_OLD,
        refused: &[OLD_IN_USE],
        ..PLAIN
    },
    // Set nowhere: the registry's own setting, which a configuration that is silent about it leaves in force.
    Life { configs: &[], fields: WITH_OLD, ..PLAIN },
    Life { validates: true, configs: &[], fields: WITH_OLD, refused: &[OLD_IN_USE], ..PLAIN },
    Life {
        validates: true,
        configs: &[("/config/s", r#"{"compatibility":"FULL"}"#)],
        fields: WITH_OLD,
        refused: &[OLD_IN_USE],
        ..PLAIN
    },
    Life { validates: true, configs: &[("/config/s", r#"{"validateFields":false}"#)], fields: WITH_OLD, ..PLAIN },
    // What the registry lays over metadata counts as if it had been sent.
    Life {
        configs: &[(
            "/config/s",
            r#"{"validateFields":true,"overrideMetadata":{"properties":{"confluent:reserved":"old,gone,c"}}}"#,
        )],
        refused: &["The new schema has field that conflicts with the reserved field c."],
        ..PLAIN
    },
];

const PLAIN_REMOVED: Life = Life { refused: &[GONE_REMOVED, OLD_REMOVED], ..PLAIN };

impl Life {
    fn begin(&self) -> Conversation {
        let settings = Settings { validate_fields: self.validates, ..Settings::default() };
        let mut talk = Conversation::with(settings, HttpSettings::default());
        let metadata = json!({ "properties": { "confluent:reserved": "old, gone" } });
        talk.register_with("s", json!({ "schema": record(&["a", "b"]), "metadata": metadata }));
        for (target, config) in self.configs {
            assert_eq!(talk.put(target, config).status(), 200, "{target} {config}");
        }
        talk
    }

    fn body(&self) -> Value {
        let schema = record(self.fields);
        match self.sent {
            None => json!({ "schema": schema }),
            Some(properties) => {
                let properties: serde_json::Map<String, Value> =
                    properties.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
                json!({ "schema": schema, "metadata": { "properties": properties } })
            }
        }
    }

    /// What the doors say that does not fit; empty where all of it does.
    fn disagreement(&self) -> Vec<String> {
        let mut talk = self.begin();
        let (url, folder) = (talk.url(), tempfile::tempdir().expect("a temporary folder"));
        let path = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
        let (file, configuration) = (path("s.avsc"), path("sluicegate.toml"));
        std::fs::write(&file, record(self.fields)).expect("written");
        let entry = format!("version = 1\n[[subject]]\nname = \"s\"\nfile = \"s.avsc\"\n{}\n", self.declared);
        std::fs::write(&configuration, entry).expect("written");
        let parsed = |arguments: &[&str]| {
            let ended = run(&[arguments, &["--config", &configuration, "--format", "json"]].concat());
            serde_json::from_str::<Value>(&ended.out).unwrap_or_else(|error| panic!("{error}: {ended:?}"))
        };
        let gate = parsed(&["check", &file, "--against", &url, "--remote"])["subjects"][0].clone();
        let preflight = parsed(&["preflight", "--subject", "s", &file, "--registry", &url]);
        let classified = talk.post("/classification/subjects/s/versions", &self.body().to_string()).json();
        let registered = talk.post("/subjects/s/versions", &self.body().to_string());

        let mut wrong = Vec::new();
        let mut expect = |is_so: bool, what: &str, found: &Value| {
            if !is_so {
                wrong.push(format!("{what}: {found}"));
            }
        };
        let is_refused = !self.refused.is_empty();
        expect((registered.status() == 409) == is_refused, "registered", &registered.json());
        let told = registered.json()["message"].as_str().unwrap_or_default().to_owned();
        let level = &gate["answer"]["level"];
        let messages: Vec<&str> =
            level["messages"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for sentence in self.refused {
            expect(told.contains(sentence), sentence, &registered.json());
        }
        if is_refused {
            expect(told.ends_with(&format!("details: [{}]", messages.join(", "))), "the gate's words", &gate);
        }
        let decision = if is_refused { ("rejected", "incompatible") } else { ("accepted", "allowed") };
        expect(
            (gate["decision"].as_str(), gate["reason"].as_str()) == (Some(decision.0), Some(decision.1)),
            "gate",
            &gate,
        );
        let standing = if is_refused { "refused" } else { "acceptable" };
        expect(preflight["registration"]["status"] == standing, "preflight", &preflight);
        expect(classified["level"] == *level, "classification", &classified);
        wrong
    }
}

#[test]
fn every_door_keeps_reserved_fields_as_a_registration_does() {
    let wrong: Vec<String> = LIVES
        .iter()
        .enumerate()
        .flat_map(|(at, life)| life.disagreement().into_iter().map(move |what| format!("life {at}: {what}")))
        .collect();
    assert!(wrong.is_empty(), "{} disagree:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_reader_is_told_what_is_reserved_and_what_to_do() {
    let life = Life { fields: WITH_OLD, refused: &[OLD_IN_USE], ..PLAIN };
    let (talk, folder) = (life.begin(), tempfile::tempdir().expect("a temporary folder"));
    let file = folder.path().join("s.avsc");
    std::fs::write(&file, record(WITH_OLD)).expect("written");
    let file = file.to_str().expect("UTF-8");
    let told = |form: &str| run(&["check", file, "--subject", "s", "--against", &talk.url(), "--format", form]).out;
    let text = told("text").split_whitespace().collect::<Vec<_>>().join(" ");
    for part in ["Reserved fields fail: ", OLD_IN_USE, "Keep every name in `reserved`"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("do not go together"), "{text}");
    let junit = told("junit");
    assert!(junit.contains("Reserved fields fail: "), "{junit}");
}

#[test]
fn a_reserved_name_in_the_configuration_is_a_name() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let configuration = folder.path().join("sluicegate.toml");
    let shown = || {
        let mut asked = command(&["config", "--resolved"]);
        asked.current_dir(folder.path());
        Program::spawn(asked).end()
    };
    for (written, complaint) in [
        (r#"reserved = ["a,b"]"#, "this is no name of a field"),
        (r#"reserved = [" "]"#, "`reserved` is empty"),
        (r#"reserved = "a""#, "a list of names of fields"),
    ] {
        std::fs::write(&configuration, format!("version = 1\n[[subject]]\nname = \"s\"\n{written}\n"))
            .expect("written");
        let ended = shown();
        assert!(ended.code != Some(0) && ended.err.contains(complaint), "{written}: {ended:?}");
    }
    std::fs::write(&configuration, "version = 1\n[[subject]]\nname = \"s\"\nreserved = [\"a\", \"b\"]\n")
        .expect("written");
    let ended = shown();
    assert!(ended.out.contains(r#"reserved = ["a", "b"]"#), "{ended:?}");
}
