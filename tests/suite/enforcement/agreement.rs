//! Four doors, one judgement: the gate against a registry, the classification endpoint, registration, and the client library
//! where that endpoint is missing.

use super::Schema;
use crate::casebook;
use crate::confluent_api::client::Client;
use crate::dice::Dice;
use crate::fake_registry::FakeRegistry;
use crate::gate::session::Session;
use crate::generator::Generator;
use crate::registry::{ask, level_update, subject};
use serde_json::{Value, json};
use sluicegate::client::{self, ClassOfChange, Classifier, blocking};
use sluicegate::compat::CompatibilityLevel;
use sluicegate::http::{Bound, HttpSettings, Server};
use sluicegate::policy::{Enforcement, Profile};
use sluicegate::registry::{
    Change, CheckAgainst, ConfigUpdate, Metadata, PolicyLayer, RegisteredSchema, Registry, RegistryError, Settings,
    Submission, Word,
};
use sluicegate::storage::memory::MemoryStore;
use std::fmt::Write as _;
use std::fs;
use std::sync::Arc;
use tempfile::TempDir;

/// A history and what is to become its next version; each with the major version that it declares.
struct Life {
    name: String,
    versions: Vec<(String, Option<u32>)>,
    candidate: (String, Option<u32>),
    level: CompatibilityLevel,
    policy: PolicyLayer,
    /// What the registry makes of whatever is registered.
    config: ConfigUpdate,
    /// Whether the doors are asked under another name of the subject.
    is_aliased: bool,
}

/// A registry that is served, and the files of candidates in a folder.
struct Estate {
    registry: Arc<Registry>,
    server: Bound,
    folder: TempDir,
    configuration: String,
    /// Asks the server.
    wide: blocking::Client,
    /// Asks the server through something that does not let questions for a class pass.
    narrow: (blocking::Client, FakeRegistry),
}

/// What the doors said.
#[derive(Default, Debug)]
struct Agreed {
    accepted: usize,
    refused_by_level: usize,
    refused_by_policy: usize,
    /// There already, or no schema: nothing to be judged.
    passed_over: usize,
}

impl Life {
    /// The name under which the gate is asked. The other doors follow aliases before they get so far.
    fn asked_name(&self) -> String {
        if self.is_aliased { format!("{}-alias", self.name) } else { self.name.clone() }
    }
}

impl Estate {
    fn new() -> Self {
        let registry = Arc::new(Registry::start(MemoryStore::new().journal(), Settings::default()).expect("empty"));
        let http = HttpSettings {
            listen: vec![([127, 0, 0, 1], 0).into()],
            workers: 1,
            cpu_threads: 2,
            ..HttpSettings::default()
        };
        let server = Server::bind(http, registry.clone()).expect("a free port");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let library = |address: String| blocking::Client::new(client::Settings::new([address])).expect("an address");
        let front = FakeRegistry::in_front_of(server.addresses()[0], "/classification");
        Self {
            wide: library(format!("http://{}", server.addresses()[0])),
            narrow: (library(front.url()), front),
            registry,
            server,
            folder,
            configuration: "version = 1\n".to_owned(),
        }
    }

    fn submission(name: &str, (text, major): &(String, Option<u32>)) -> Submission {
        let property = |major: &u32| (Word::from("application.major.version"), major.to_string());
        let metadata = Metadata { properties: major.iter().map(property).collect(), ..Metadata::default() };
        Submission { metadata: major.map(|_| metadata), ..Submission::avro(subject(name), text.clone()) }
    }

    fn register(&self, name: &str, version: &(String, Option<u32>)) -> Result<RegisteredSchema, RegistryError> {
        ask(|reply| self.registry.register(Self::submission(name, version), reply)).wait()
    }

    fn level(&self, name: &str, level: CompatibilityLevel) {
        self.configure(name, level_update(level));
    }

    fn configure(&self, name: &str, config: ConfigUpdate) {
        ask(|reply| self.registry.update_config(subject(name), config, reply)).wait().expect("a configuration");
    }

    /// Lays a life down up to its last step, whatever its own level and policy say of the earlier ones.
    fn lay_down(&mut self, life: &Life) -> Result<(), RegistryError> {
        self.level(&life.name, CompatibilityLevel::None);
        for version in &life.versions {
            self.register(&life.name, version)?;
        }
        let config = ConfigUpdate { level: Change::Set(life.level), ..life.config.clone() };
        self.configure(&life.name, config);
        let layer = life.policy.clone();
        ask(|reply| self.registry.set_policy(subject(&life.name), layer, reply)).wait().expect("a policy");
        let name = life.asked_name();
        if life.is_aliased {
            self.configure(&name, ConfigUpdate { alias: Change::Set(life.name.clone()), ..ConfigUpdate::default() });
        }
        fs::write(self.folder.path().join(format!("{name}.avsc")), &life.candidate.0).expect("written");
        if let Some(major) = life.candidate.1 {
            write!(self.configuration, "[[subject]]\nname = \"{name}\"\nmajor = {major}\n").expect("written");
        }
        Ok(())
    }

    /// What the gate says of every candidate, by subject.
    fn gate(&self) -> Value {
        fs::write(self.folder.path().join("sluicegate.toml"), &self.configuration).expect("written");
        let url = format!("http://{}", self.server.addresses()[0]);
        let ended = Session::in_folder(self.folder.path()).run(&["check", "--against", &url, "--format", "json"]);
        let report: Value = serde_json::from_str(&ended.out).unwrap_or_else(|_| panic!("{ended:?}"));
        let subjects = report["subjects"].as_array().expect("subjects").iter();
        subjects.map(|told| (told["subject"].as_str().expect("a name").to_owned(), told.clone())).collect()
    }

    /// What the library says where the registry classifies, and where it does not.
    fn classes(&self, life: &Life) -> [Result<ClassOfChange, client::ClientError>; 2] {
        let (text, major) = &life.candidate;
        let schema = client::Schema::avro(text.as_str());
        let schema = match major {
            Some(major) => schema.with_property("application.major.version", &major.to_string()),
            None => schema,
        };
        [&self.wide, &self.narrow.0].map(|client| client.class_of_change(&life.asked_name(), &schema))
    }

    fn end(self) {
        drop((self.wide, self.narrow));
        self.server.abort().expect("the server ends well");
    }
}

/// Asks all four about the last step of each life.
fn agree(lives: &[Life], agreed: &mut Agreed) -> Vec<String> {
    let mut estate = Estate::new();
    let mut wrong = Vec::new();
    let laid_down: Vec<&Life> = lives.iter().filter(|life| estate.lay_down(life).is_ok()).collect();
    agreed.passed_over += lives.len() - laid_down.len();
    let gate = estate.gate();
    for life in laid_down {
        if let Err(found) = agree_on(&estate, life, &gate[&life.asked_name()], agreed) {
            let (versions, candidate) = (&life.versions, &life.candidate);
            let context = format!("{} under {:?} {:?} {:?}", life.name, life.level, life.policy, life.config);
            wrong.push(format!("{context}: {found}\n  {versions:?}\n  then {candidate:?}"));
        }
    }
    estate.end();
    wrong
}

fn agree_on(estate: &Estate, life: &Life, told: &Value, agreed: &mut Agreed) -> Result<(), String> {
    let asked = Estate::submission(&life.name, &life.candidate);
    let classified = estate.registry.classify(&asked, CheckAgainst::Level);
    let library = estate.classes(life);
    let registered = estate.register(&life.name, &life.candidate);
    let (decision, reason) = (told["decision"].as_str(), told["reason"].as_str());
    let answer = match classified {
        Ok(classification) => classification.answer.document(),
        Err(RegistryError::InvalidSchema(_)) => {
            agreed.passed_over += 1;
            let all_refuse = reason == Some("invalid-schema") && registered.is_err();
            return if all_refuse { Ok(()) } else { Err(format!("invalid, but the gate says {told}")) };
        }
        Err(other) => return Err(format!("the endpoint fails: {other:?}")),
    };
    if plain(&told["answer"]) != answer {
        return Err(format!("the gate answers {}\n  the endpoint {answer}", told["answer"]));
    }
    let [Ok(told), Ok(found)] = &library else { return Err(format!("the library fails: {library:?}")) };
    if told.by != Classifier::Registry || *found != (ClassOfChange { by: Classifier::Library, ..told.clone() }) {
        return Err(format!("the library finds {found:?}\n  the endpoint tells {told:?}"));
    }
    match registered {
        Ok(schema) if schema.version.get() as usize <= life.versions.len() => agreed.passed_over += 1,
        Ok(_) if decision == Some("accepted") => agreed.accepted += 1,
        Err(RegistryError::Incompatible { .. }) if reason == Some("incompatible") => agreed.refused_by_level += 1,
        Err(RegistryError::RefusedByPolicy(refusal)) if reason == Some(refusal.reason) => {
            assert!(refusal.message.starts_with(&format!("{}: ", refusal.reason)), "{}", refusal.message);
            agreed.refused_by_policy += 1;
        }
        other => return Err(format!("the gate decides {decision:?} {reason:?}, registration {other:?}")),
    }
    Ok(())
}

/// An answer of the gate without places in files, of which a registry knows none.
fn plain(answer: &Value) -> Value {
    let mut plain = answer.clone();
    for change in plain["changes"].as_array_mut().into_iter().flatten() {
        (change["old"], change["new"]) = (Value::Null, Value::Null);
    }
    plain
}

fn under(enforcement: Enforcement, profile: Profile) -> PolicyLayer {
    PolicyLayer { enforcement: Some(enforcement), profile: Some(profile), ..PolicyLayer::default() }
}

fn check(wrong: &[String], agreed: &Agreed) {
    println!("{agreed:?}");
    let first: Vec<&str> = wrong.iter().take(5).map(String::as_str).collect();
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), first.join("\n"));
}

#[test]
fn all_doors_agree_about_every_case() {
    let mut lives = Vec::new();
    let policies = [under(Enforcement::Enforce, Profile::Seed), under(Enforcement::Report, Profile::Strict)];
    let mut live = |versions: &[&str], candidate: &str, major| {
        for (policy, level) in policies.iter().zip([CompatibilityLevel::None, CompatibilityLevel::Backward]) {
            lives.push(Life {
                name: format!("case{}", lives.len()),
                versions: versions.iter().map(|text| ((*text).to_owned(), None)).collect(),
                candidate: (candidate.to_owned(), major),
                level,
                policy: policy.clone(),
                config: ConfigUpdate::default(),
                is_aliased: false,
            });
        }
    };
    for pair in casebook::pairs() {
        [None, Some(2)].into_iter().for_each(|major| live(&[&pair.old], &pair.new, major));
    }
    for history in casebook::histories() {
        let texts: Vec<&str> = history.versions.iter().map(String::as_str).collect();
        let (candidate, versions) = texts.split_last().expect("more than two versions");
        live(versions, candidate, None);
    }
    let mut agreed = Agreed::default();
    let wrong = agree(&lives, &mut agreed);
    check(&wrong, &agreed);
    assert!(agreed.refused_by_policy > 50 && agreed.accepted > 200, "{agreed:?}");
}

/// Versions as teams make them, on lines that go up, under every level, profile and enforcement that looks.
fn random_life(generator: &mut Generator, dice: &mut Dice, at: usize) -> Life {
    let mut pick = |max: usize| dice.index(max);
    let (count, level, profile) = (2 + pick(3), pick(7), pick(3));
    let enforcement = if pick(4) == 0 { Enforcement::Report } else { Enforcement::Enforce };
    let mut line = None;
    let majors: Vec<Option<u32>> = (0..count)
        .map(|_| {
            line = match (line, pick(6)) {
                (None, 0..4) => None,
                (None, _) => Some(1),
                (Some(major), 0..2) => Some(major + 1),
                (Some(2..), 2) => Some(1),
                (same, _) => same,
            };
            line
        })
        .collect();
    let mut versions: Vec<_> = generator.versions(count).into_iter().zip(majors).collect();
    let candidate = versions.pop().expect("at least two versions");
    Life {
        name: format!("life{at}"),
        versions,
        candidate,
        level: CompatibilityLevel::ALL[level],
        policy: under(enforcement, Profile::ALL[profile]),
        config: ConfigUpdate::default(),
        is_aliased: false,
    }
}

/// A registry that normalises, groups, and lays metadata under or over what is brought.
fn random_config(dice: &mut Dice) -> ConfigUpdate {
    let mut one_in = |times: usize| dice.index(times) == 0;
    let flags = [one_in(2), one_in(3), one_in(3), one_in(6)];
    let mut metadata = || {
        const PROPERTIES: [(&str, &str); 6] = [
            ("application.major.version", "1"),
            ("application.major.version", "2"),
            ("application.major.version", "two"),
            ("schema_version", "1.1.0"),
            ("schema_version", "2.1"),
            ("team", "a"),
        ];
        let (name, value) = PROPERTIES[dice.index(PROPERTIES.len())];
        let properties = [(Word::from(name), value.to_owned())].into();
        Change::Set(Metadata { properties, ..Metadata::default() })
    };
    let [normalizes, has_default, has_override, has_group] = flags;
    ConfigUpdate {
        normalize: Change::Set(normalizes),
        default_metadata: if has_default { metadata() } else { Change::Keep },
        override_metadata: if has_override { metadata() } else { Change::Keep },
        group: if has_group { Change::Set("application.major.version".to_owned()) } else { Change::Keep },
        ..ConfigUpdate::default()
    }
}

#[test]
fn all_doors_agree_about_random_histories() {
    let seed = 0x5eed_0006;
    println!("seed {seed:#x}");
    let (mut generator, mut dice) = (Generator::new(seed), Dice::new(seed));
    let rounds = if cfg!(debug_assertions) { 1 } else { 20 };
    let (mut agreed, mut wrong) = (Agreed::default(), Vec::new());
    for round in 0..rounds {
        let lives: Vec<Life> = (0..500).map(|at| random_life(&mut generator, &mut dice, round * 500 + at)).collect();
        wrong.extend(agree(&lives, &mut agreed));
    }
    check(&wrong, &agreed);
    let judged = agreed.accepted + agreed.refused_by_level + agreed.refused_by_policy;
    assert!(judged * 4 > rounds * 500 * 3, "{agreed:?}");
    assert!(agreed.accepted > 50 * rounds && agreed.refused_by_policy > 20 * rounds, "{agreed:?}");
}

#[test]
fn all_doors_agree_where_a_configuration_changes_what_is_registered() {
    let seed = 0x5eed_0061;
    println!("seed {seed:#x}");
    let (mut generator, mut dice) = (Generator::new(seed), Dice::new(seed));
    let lives: Vec<Life> = (0..600)
        .map(|at| {
            let life = random_life(&mut generator, &mut dice, at);
            Life { config: random_config(&mut dice), is_aliased: dice.index(4) == 0, ..life }
        })
        .collect();
    let mut agreed = Agreed::default();
    let wrong = agree(&lives, &mut agreed);
    check(&wrong, &agreed);
    assert!(agreed.accepted > 100 && agreed.refused_by_policy > 30, "{agreed:?}");
}

/// The same text with another property is a new version, of which the level is asked.
#[test]
fn all_doors_agree_about_a_schema_that_gets_another_property() {
    let field = |kind: &str| format!(r#"{{"type":"record","name":"R","fields":[{{"name":"a","type":"{kind}"}}]}}"#);
    let properties = [(Word::from("team"), "a".to_owned())].into();
    let team = Change::Set(Metadata { properties, ..Metadata::default() });
    let life = |name: &str, config: ConfigUpdate| Life {
        name: name.to_owned(),
        versions: vec![(field("int"), None), (field("string"), Some(1))],
        candidate: (field("string"), Some(1)),
        level: CompatibilityLevel::BackwardTransitive,
        policy: under(Enforcement::Enforce, Profile::Seed),
        config,
        is_aliased: false,
    };
    let lives = [
        life("under", ConfigUpdate { default_metadata: team.clone(), ..ConfigUpdate::default() }),
        life("over", ConfigUpdate { override_metadata: team, ..ConfigUpdate::default() }),
        life("plain", ConfigUpdate::default()),
    ];
    let mut agreed = Agreed::default();
    let wrong = agree(&lives, &mut agreed);
    check(&wrong, &agreed);
    assert_eq!((agreed.refused_by_level, agreed.passed_over), (2, 1), "{agreed:?}");
}

/// Lines above that are older than what the gate reads of a history, under a group that makes none of them a way.
#[test]
fn all_doors_agree_about_what_to_do_on_an_old_line() {
    let fields = |fields: &str| format!(r#"{{"type":"record","name":"R","fields":[{fields}]}}"#);
    let (a, b) = (r#"{"name":"a","type":"int"}"#, r#"{"name":"b","type":"int","default":0}"#);
    let group = |group: &str| ConfigUpdate { group: Change::Set(group.to_owned()), ..ConfigUpdate::default() };
    let configs = [ConfigUpdate::default(), group("team"), group("application.major.version")];
    let lives = configs.into_iter().enumerate().map(|(at, config)| Life {
        name: format!("old-line{at}"),
        versions: vec![
            (fields(&format!("{a},{b}")), None),
            (fields(a), Some(2)),
            (fields(&format!("{b},{a}")), Some(1)),
        ],
        candidate: (fields(r#"{"name":"a","type":"int"},{"name":"c","type":"int"}"#), Some(1)),
        level: CompatibilityLevel::Backward,
        policy: under(Enforcement::Enforce, Profile::Seed),
        config,
        is_aliased: at == 0,
    });
    let mut agreed = Agreed::default();
    let wrong = agree(&lives.collect::<Vec<_>>(), &mut agreed);
    check(&wrong, &agreed);
    assert_eq!(agreed.refused_by_level, 3, "{agreed:?}");
}

/// The endpoint writes by hand what the gate prints.
#[test]
fn the_body_of_an_answer_is_the_document_of_the_gate() {
    let estate = Estate::new();
    let mut client = Client::new(estate.server.addresses()[0]);
    let mut wrong = Vec::new();
    for (at, pair) in casebook::pairs().iter().enumerate() {
        let name = format!("case{at}");
        estate.level(&name, CompatibilityLevel::Full);
        estate.register(&name, &(pair.old.clone(), None)).expect("registered");
        let asked = Submission::avro(subject(&name), pair.new.clone());
        let expected = estate.registry.classify(&asked, CheckAgainst::Level).expect("an answer").answer.document();
        let body = Schema::of(&pair.new).body().to_string();
        let target = format!("/classification/subjects/{name}/versions");
        let answer = client.send("POST", &target, &[], Some(body.as_bytes())).expect("an answer");
        // As texts: the order of keys is part of the form.
        if serde_json::from_slice::<Value>(&answer.body).map(|body| body.to_string()).ok() != Some(expected.to_string())
        {
            wrong.push(format!("{}: {} instead of {expected}", pair.file, answer.text()));
        }
    }
    drop(client);
    estate.end();
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(json!({"b": 1, "a": 2}).to_string(), r#"{"b":1,"a":2}"#, "keys keep their order");
}
