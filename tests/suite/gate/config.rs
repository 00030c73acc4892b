//! `sluicegate.toml` and what stands beside it: mistakes with their places, and which of several sources wins.

use super::repository::Repository;
use sluicegate::compat::CompatibilityLevel as Level;
use sluicegate::evolution::ChangeClass;
use sluicegate::gate::args::CheckArgs;
use sluicegate::gate::base::BaseSpec;
use sluicegate::gate::config::{
    Against, ConfigError, ConfigFile, Configuration, FailOn, History, Layers, Naming, Origin, Place, Sourced,
    Surroundings, effective,
};
use sluicegate::policy::{Enforcement, Profile, Rules, SchemaVersion};
use std::path::{Path, PathBuf};

/// The sample of `command-line` 6.
const SAMPLE: &str = r#"version = 1

[check]
against = "git:origin/main..."
schemas = ["schemas/**/*.avsc"]
level = "BACKWARD_TRANSITIVE"
history = "latest"
naming = "file-stem"
removed-file = "forbidden"              # or "allowed", "major-bump-required"
exemptions = "sluicegate-exemptions.toml"

[policy]
profile = "seed"
enforcement = "enforce"
rules = { numeric-widened-lossy = "major-bump-required" }

[[subject]]
name = "orders.order_events"
file = "schemas/order_events_v2.avsc"
schema-version = "2.1.0"                # or major = 2, or manifest = "data-product.yaml"
references = ["schemas/money.avsc"]

[serve]                                 # read by `serve --config`
listen = ["0.0.0.0:8081"]
"#;

pub(super) fn nothing(_: &str) -> Option<String> {
    None
}

pub(super) fn resolve(folder: &Path, args: &CheckArgs) -> Result<Configuration, ConfigError> {
    Configuration::resolve(args, &Surroundings { current_folder: folder, variable: &nothing })
}

/// What is wrong with a text, read as `s.toml` with manifests that do not exist.
fn complaint(text: &str) -> String {
    ConfigFile::read("s.toml", text, &mut |_| Err("is not there".to_owned())).unwrap_err().message
}

fn at_line(line: u32) -> Origin {
    Origin::File(Place { file: "sluicegate.toml".to_owned(), line })
}

#[test]
fn the_sample_is_read_with_the_line_of_every_value() {
    let folder = Repository::folder();
    folder.write("sluicegate.toml", SAMPLE);
    let read = resolve(&folder.folder, &CheckArgs::default()).unwrap();
    assert_eq!(read.file.as_deref(), Some("sluicegate.toml"));
    assert_eq!(read.against, Some(Sourced::new(BaseSpec::GitMergeBase("origin/main".to_owned()), at_line(4))));
    assert_eq!(read.schemas, Some(Sourced::new(vec!["schemas/**/*.avsc".to_owned()], at_line(5))));
    assert_eq!(read.level(None, None), Sourced::new(Level::BackwardTransitive, at_line(6)));
    assert_eq!(read.history, Sourced::new(History::Latest, at_line(7)));
    assert_eq!(read.naming, Sourced::new(Naming::FileStem, at_line(8)));
    assert_eq!(read.removed_file, Sourced::new(ChangeClass::Forbidden, at_line(9)));
    assert_eq!(read.exemptions, Sourced::new(PathBuf::from("sluicegate-exemptions.toml"), at_line(10)));
    assert_eq!(read.profile(None), Sourced::new(Profile::Seed, at_line(13)));
    assert_eq!(read.enforcement(None), Sourced::new(Enforcement::Enforce, at_line(14)));
    let rule = &read.rules["numeric-widened-lossy"];
    assert_eq!(*rule, Sourced::new(ChangeClass::MajorBumpRequired, at_line(15)));
    let [subject] = read.subjects.as_slice() else { panic!("one subject: {:?}", read.subjects) };
    assert_eq!(subject.name, "orders.order_events");
    assert_eq!(subject.file.as_deref(), Some("schemas/order_events_v2.avsc"));
    assert_eq!(subject.place.line, 17);
    let version = SchemaVersion { major: 2, minor: 1, patch: 0 };
    assert_eq!(subject.declaration.version, Some(Sourced::new(version, at_line(20))));
    assert_eq!(subject.declaration.major, Some(Sourced::new(2, at_line(20))));
    assert_eq!(subject.references, [Sourced::new("schemas/money.avsc".to_owned(), at_line(21))]);
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    let folder = Repository::folder();
    folder.write("sluicegate.toml", format!("\u{feff}{}", SAMPLE.replace('\n', "\r\n")));
    let read = resolve(&folder.folder, &CheckArgs::default()).unwrap();
    assert_eq!(read.level(None, None), Sourced::new(Level::BackwardTransitive, at_line(6)));
}

#[test]
fn without_a_file_the_defaults_hold() {
    let read = resolve(&Repository::folder().folder, &CheckArgs::default()).unwrap();
    assert_eq!((&read.file, &read.against, &read.schemas), (&None, &None, &None));
    assert_eq!(read.level(None, None), Sourced::by_default(Level::Backward));
    assert_eq!(read.profile(None), Sourced::by_default(Profile::Seed));
    assert_eq!(read.enforcement(None), Sourced::by_default(Enforcement::Enforce));
    assert_eq!(read.history, Sourced::by_default(History::Latest));
    assert_eq!(read.naming, Sourced::by_default(Naming::FileStem));
    assert_eq!(read.removed_file, Sourced::by_default(ChangeClass::Forbidden));
}

#[test]
fn an_unknown_key_is_answered_with_its_line_and_the_nearest_known_one() {
    for (text, line, nearest) in [
        ("version = 1\n[chek]\nlevel = \"FULL\"", 2, "check"),
        ("version = 1\n\n[check]\nagianst = \"x\"", 4, "against"),
        ("version = 1\n[check]\nremoved_file = \"allowed\"", 3, "removed-file"),
        ("version = 1\n[policy]\nenforcment = \"off\"", 3, "enforcement"),
        ("version = 1\n[policy.rules]\nfield-remove = \"allowed\"", 3, "field-removed"),
        ("version = 1\n[[subject]]\nname = \"a\"\nschema_version = \"1.0.0\"", 4, "schema-version"),
    ] {
        let message = complaint(text);
        let wanted = format!("did you mean `{nearest}`?");
        assert!(message.starts_with(&format!("s.toml:{line}: unknown ")) && message.contains(&wanted), "{message}");
    }
}

#[test]
fn a_value_of_the_wrong_form_is_answered_with_its_line_and_what_it_takes() {
    for (text, place, hint) in [
        ("version = 1\ncheck = 3", "s.toml:2", "`check` is a table, not a whole number"),
        ("version = 1\n[check]\nschemas = \"a\"", "s.toml:3", "`schemas` is a list of strings, not a string"),
        ("version = 1\n[check]\nschemas = [\"a\",\n 2]", "s.toml:4", "`schemas` is a string, not a whole number"),
        ("version = 1\n[check]\nschemas = []", "s.toml:3", "is empty"),
        ("version = 1\n[check]\nlevel = true", "s.toml:3", "`level` is a string, not true or false"),
        ("version = 1\n[check]\nlevel = \"BACKWARDS\"", "s.toml:3", "did you mean `BACKWARD`?"),
        ("version = 1\n[check]\nhistory = \"last:0\"", "s.toml:3", "latest, all, last:N"),
        (
            "version = 1\n[check]\nnaming = \"stem\"",
            "s.toml:3",
            "file-stem, topic-name, record-name, topic-record-name",
        ),
        ("version = 1\n[check]\nremoved-file = \"none\"", "s.toml:3", "forbidden, allowed, major-bump-required"),
        ("version = 1\n[check]\nagainst = \"git:\"", "s.toml:3", "git:origin/main..."),
        ("version = 1\n[policy]\nprofile = \"Seed\"", "s.toml:3", "did you mean `seed`?"),
        ("version = 1\n[policy]\nrules = [\"x\"]", "s.toml:3", "`rules` is a table, not a list"),
        ("version = 1\n[policy.rules]\nfield-removed = \"major\"", "s.toml:3", "did you mean"),
        ("version = 1\n[subject]\nname = \"a\"", "s.toml:2", "write [[subject]]"),
        ("version = 1\n[[subject]]\nfile = \"a.avsc\"", "s.toml:2", "has no `name`"),
        ("version = 1\n[[subject]]\nname = \" \"", "s.toml:3", "`name` is empty"),
        ("version = 1\n[[subject]]\nname = \":.ctx:__GLOBAL\"", "s.toml:3", "no subject"),
        ("version = 1\n[[subject]]\nname = \"a\"\nfile = \"../a.avsc\"", "s.toml:4", "leaves the folder"),
        ("version = 1\n[[subject]]\nname = \"a\"\nfile = \"/a.avsc\"", "s.toml:4", "leaves the folder"),
        ("version = 1\n[[subject]]\nname = \"a\"\nmajor = \"2\"", "s.toml:4", "a whole number, not a string"),
        ("version = 1\n[[subject]]\nname = \"a\"\nmajor = -1", "s.toml:4", "from 0"),
        ("version = 1\n[[subject]]\nname = \"a\"\nschema-version = \"2.1\"", "s.toml:4", "write it as \"2.1.0\""),
        ("version = 1\n[[subject]]\nname = \"a\"\nschema-version = \"2.01.0\"", "s.toml:4", "write it as \"2.1.0\""),
        ("version = 1\n[[subject]]\nname = \"a\"\nmanifest = \"m.yaml\"", "s.toml:4", "is not there"),
        ("version = 1\n[[subject]]\nname = \"a\"\n[[subject]]\nname = \"a\"", "s.toml:4", "the entry of line 2"),
        ("version = 1\n[check\nlevel = \"FULL\"", "s.toml:2", ""),
        ("version = 1\n[check]\nlevel = \"FULL\"\nlevel = \"NONE\"", "s.toml:4", "duplicate"),
    ] {
        let message = complaint(text);
        assert!(message.starts_with(&format!("{place}: ")) && message.contains(hint), "{text:?}: {message}");
        assert!(!message.contains('\n'), "one line: {message:?}");
    }
}

#[test]
fn the_version_of_the_format_is_required() {
    assert!(complaint("[check]\n").contains("`version = 1` is missing"));
    assert!(complaint("version = 2").starts_with("s.toml:1: this program reads files of `version = 1`"));
    assert!(complaint("version = \"1\"").contains("a whole number, not a string"));
}

#[test]
fn a_file_of_the_past_may_have_keys_that_nobody_knows() {
    let text = "version = 1\n[check]\nagianst = 3\n[[subject]]\nname = \"a\"\nmajor = 4\nowner = \"me\"";
    let read = ConfigFile::read_past("s.toml", text, &mut |_| Err(String::new())).unwrap();
    assert_eq!(read.subjects[0].declaration.declared().major, Some(4));
    assert!(ConfigFile::read_past("s.toml", "version = 1\n[check]\nlevel = 1", &mut |_| Err(String::new())).is_err());
}

#[test]
fn declarations_that_contradict_each_other_are_refused() {
    let with = |lines: &str| format!("version = 1\n[[subject]]\nname = \"a\"\n{lines}");
    assert!(complaint(&with("major = 3\nschema-version = \"2.1.0\"")).starts_with("s.toml:4: `major = 3` contradicts"));
    let manifest = "spec:\n  schema_version: \"2.1.0\"\n";
    let read = |lines: &str| ConfigFile::read("s.toml", &with(lines), &mut |_| Ok(manifest.to_owned()));
    let declared = read("major = 2\nmanifest = \"m.yaml\"").unwrap().subjects[0].declaration.clone();
    let place = Place { file: "m.yaml".to_owned(), line: 2 };
    assert_eq!(declared.version.unwrap().origin, Origin::Manifest(place));
    assert!(read("schema-version = \"2.1.0\"\nmanifest = \"m.yaml\"").is_ok());
    let message = read("schema-version = \"2.1.1\"\nmanifest = \"m.yaml\"").unwrap_err().message;
    assert!(message.starts_with("s.toml:4: ") && message.contains("2.1.0 at manifest m.yaml:2"), "{message}");
    let message = read("major = 1\nmanifest = \"m.yaml\"").unwrap_err().message;
    assert!(message.starts_with("s.toml:4: `major = 1` contradicts version 2.1.0"), "{message}");
}

#[test]
fn a_manifest_is_read_once_for_all_its_subjects() {
    let text = "version = 1\n[[subject]]\nname = \"a\"\nmanifest = \"m.yaml\"\n[[subject]]\nname = \"b\"\nmanifest = \"./m.yaml\"";
    let mut reads = 0;
    let mut manifests = |_: &str| {
        reads += 1;
        Ok("spec: {schema_version: 1.0.0}".to_owned())
    };
    ConfigFile::read("s.toml", text, &mut manifests).unwrap();
    assert_eq!(reads, 1);
}

#[test]
fn declaring_a_major_version_on_the_command_line_replaces_a_version_of_another_line() {
    let text = "version = 1\n[[subject]]\nname = \"a\"\nschema-version = \"2.1.0\"";
    let read = ConfigFile::read("s.toml", text, &mut |_| Err(String::new())).unwrap();
    let declaration = &read.subjects[0].declaration;
    let version = SchemaVersion::read("2.1.0");
    for (flag, major, version) in [(None, 2, version), (Some(2), 2, version), (Some(3), 3, None)] {
        let declared = declaration.declared_as(flag);
        assert_eq!((declared.major, declared.version), (Some(major), version), "{flag:?}");
    }
}

#[test]
fn the_first_source_that_says_something_wins() {
    let flag = Sourced::new(Level::Full, Origin::Flag("--level"));
    let file = Sourced::new(Level::Forward, at_line(1));
    let manifest = Sourced::new(Level::None, Origin::Manifest(Place { file: "m.yaml".to_owned(), line: 1 }));
    let registry = Sourced::new(Level::FullTransitive, Origin::Registry);
    // Every combination: the sources in the order of `command-line` 5, each there or not.
    for there in 0..16_u32 {
        let has = |place: u32| there & (1 << place) != 0;
        let layers = Layers {
            flag: has(0).then(|| flag.clone()),
            file: has(1).then(|| file.clone()),
            manifest: has(2).then(|| manifest.clone()),
            registry: has(3).then_some(registry.value),
        };
        let strongest = [&flag, &file, &manifest, &registry].into_iter().zip(0..).find(|(_, place)| has(*place));
        let expected = strongest.map_or(Sourced::by_default(Level::Backward), |(value, _)| value.clone());
        assert_eq!(effective(layers, Level::Backward), expected, "{there:04b}");
    }
}

#[test]
fn flags_beat_the_file_which_beats_manifest_and_registry() {
    let folder = Repository::folder();
    folder.write("m.yaml", "spec: {schema_version: 1.0.0, schema_evolution_policy: full_compatible}");
    folder.write("sluicegate.toml", "version = 1\n[[subject]]\nname = \"a\"\nmanifest = \"m.yaml\"");
    let silent = resolve(&folder.folder, &CheckArgs::default()).unwrap();
    let declaration = &silent.subjects[0].declaration;
    assert_eq!(silent.level(Some(declaration), Some(Level::None)).value, Level::Full);
    assert_eq!(silent.level(None, Some(Level::None)), Sourced::new(Level::None, Origin::Registry));
    assert_eq!(silent.enforcement(Some(Enforcement::Report)), Sourced::new(Enforcement::Report, Origin::Registry));

    folder.write(
        "sluicegate.toml",
        SAMPLE.replace("schema-version = \"2.1.0\"", "manifest = \"m.yaml\"").replace("enforce\"", "off\""),
    );
    let file = resolve(&folder.folder, &CheckArgs::default()).unwrap();
    let declaration = &file.subjects[0].declaration;
    assert_eq!(file.level(Some(declaration), Some(Level::None)), Sourced::new(Level::BackwardTransitive, at_line(6)));
    assert_eq!(file.enforcement(Some(Enforcement::Report)).value, Enforcement::Off);
    let args = CheckArgs {
        against: Some(Against::Base(BaseSpec::Path("old".into()))),
        level: Some(Level::Forward),
        profile: Some(Profile::Strict),
        enforcement: Some(Enforcement::Report),
        naming: Some(Naming::RecordName),
        history: Some(History::Last(3)),
        fail_on: Some(FailOn::Minor),
        ..CheckArgs::default()
    };
    let flags = resolve(&folder.folder, &args).unwrap();
    let by = |name| Origin::Flag(name);
    assert_eq!(flags.against, Some(Sourced::new(BaseSpec::Path("old".into()), by("--against"))));
    assert_eq!(flags.level(Some(declaration), None), Sourced::new(Level::Forward, by("--level")));
    assert_eq!(flags.profile(Some(Profile::Avro)), Sourced::new(Profile::Strict, by("--profile")));
    assert_eq!(flags.enforcement(None), Sourced::new(Enforcement::Report, by("--enforcement")));
    assert_eq!(flags.naming, Sourced::new(Naming::RecordName, by("--naming")));
    assert_eq!(flags.history, Sourced::new(History::Last(3), by("--history")));
}

#[test]
fn rules_of_the_file_stand_over_those_of_the_registry_id_by_id() {
    let folder = Repository::folder();
    folder.write("sluicegate.toml", "version = 1\n[policy.rules]\nfield-removed = \"allowed\"");
    let read = resolve(&folder.folder, &CheckArgs::default()).unwrap();
    let registry = Rules::parse([("field-removed", "forbidden"), ("doc-changed", "none")]).unwrap();
    let merged: Vec<_> = read.rules(&registry).iter().collect();
    assert_eq!(merged, [("doc-changed", ChangeClass::None), ("field-removed", ChangeClass::Allowed)]);
}

#[test]
fn the_file_is_looked_for_upward_to_the_root_of_the_repository() {
    let outer = Repository::folder();
    outer.write("sluicegate.toml", "version = 1\n[check]\nlevel = \"NONE\"");
    outer.write("inner/.git", "gitdir: elsewhere").write("inner/a/b/x", "");
    let below = outer.folder.join("inner/a/b");
    assert_eq!(resolve(&below, &CheckArgs::default()).unwrap().file, None);
    outer.write("inner/sluicegate.toml", "version = 1\n[check]\nagainst = \"old\"\nexemptions = \"e.toml\"");
    let read = resolve(&below, &CheckArgs::default()).unwrap();
    assert_eq!(read.file.as_deref(), Some("../../sluicegate.toml"));
    assert_eq!(read.folder, outer.folder.join("inner"));
    assert_eq!(read.against.unwrap().value, BaseSpec::Path("../../old".into()));
    assert_eq!(read.exemptions.value, PathBuf::from("../../e.toml"));
    let named = CheckArgs { config: Some("../../../sluicegate.toml".into()), ..CheckArgs::default() };
    let read = resolve(&below, &named).unwrap();
    assert_eq!(read.level(None, None).value, Level::None);
    let absent = CheckArgs { config: Some("x.toml".into()), ..CheckArgs::default() };
    assert_eq!(resolve(&below, &absent).unwrap_err().message, "x.toml: there is no such file");
}

#[test]
fn a_mistake_in_a_file_above_is_named_from_where_the_user_stands() {
    let folder = Repository::folder();
    folder.write("sluicegate.toml", "version = 1\n[check]\nlevle = \"FULL\"").write("a/b/x", "").write(".git/x", "");
    let message = resolve(&folder.folder.join("a/b"), &CheckArgs::default()).unwrap_err().message;
    assert_eq!(message, "../../sluicegate.toml:3: unknown key `levle`: did you mean `level`?");
    folder.write("sluicegate.toml", "version = 1\n[[subject]]\nname = \"a\"\nmanifest = \"m/p.yaml\"");
    folder.write("m/p.yaml", "spec:\n  schema_version: 2");
    let message = resolve(&folder.folder.join("a/b"), &CheckArgs::default()).unwrap_err().message;
    assert!(message.starts_with("../../m/p.yaml:2: "), "{message}");
}

#[test]
fn the_environment_names_a_registry_and_keeps_its_secrets() {
    let folder = Repository::folder();
    let with = |set: &'static [(&str, &str)]| {
        let variable = |name: &str| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let args = CheckArgs { against: Some(Against::RegistryOfEnvironment), ..CheckArgs::default() };
        Configuration::resolve(&args, &Surroundings { current_folder: &folder.folder, variable: &variable })
    };
    let message = with(&[]).unwrap_err().message;
    assert!(message.contains("set SLUICEGATE_REGISTRY_URL"), "{message}");
    let message = with(&[("SCHEMA_REGISTRY_URL", "user:s3cret@host")]).unwrap_err().message;
    assert!(message.starts_with("environment SCHEMA_REGISTRY_URL: ") && !message.contains("s3cret"), "{message}");
    let of_others = with(&[("SCHEMA_REGISTRY_URL", "http://a:8081,http://b:8081"), ("SLUICEGATE_REGISTRY_URL", "")]);
    let against = of_others.unwrap().against.unwrap();
    assert_eq!(
        against,
        Sourced::new(BaseSpec::Registry("http://a:8081".to_owned()), Origin::Variable("SCHEMA_REGISTRY_URL"))
    );
    let both = with(&[("SCHEMA_REGISTRY_URL", "http://a"), ("SLUICEGATE_REGISTRY_URL", "https://b")]);
    assert_eq!(both.unwrap().against.unwrap().value, BaseSpec::Registry("https://b".to_owned()));

    let full = with(&[
        ("SLUICEGATE_REGISTRY_URL", "https://me:s3cret-1@b"),
        ("SLUICEGATE_USERNAME", "s3cret-2"),
        ("SLUICEGATE_PASSWORD", "s3cret-3"),
        ("SLUICEGATE_TOKEN", "s3cret-4"),
    ])
    .unwrap();
    assert!(full.registry.credentials().unwrap_err().message.contains("unset one of them"));
    for printed in [format!("{full:?}"), full.resolved()] {
        assert!(!printed.contains("s3cret"), "{printed}");
    }
    assert!(full.resolved().contains("# SLUICEGATE_TOKEN: (set, not shown)"), "{}", full.resolved());
    assert!(
        with(&[("SLUICEGATE_REGISTRY_URL", "http://b"), ("SLUICEGATE_USERNAME", "me")])
            .unwrap()
            .registry
            .credentials()
            .is_err()
    );
}

#[test]
fn the_resolved_configuration_says_where_each_value_comes_from() {
    let folder = Repository::folder();
    folder.write(
        "data-product.yaml",
        "spec:\n  interface:\n    schema_version: \"2.1.0\"\n    schema_evolution_policy: full_compatible\n",
    );
    let manifest = SAMPLE.replace("schema-version = \"2.1.0\"", "manifest = \"data-product.yaml\"");
    folder.write("sluicegate.toml", manifest.replace("history = \"latest\"\n", ""));
    let args = CheckArgs { profile: Some(Profile::Strict), ..CheckArgs::default() };
    let page = resolve(&folder.folder, &args).unwrap().resolved();
    for (value, origin) in [
        ("against = \"git:origin/main...\"", "sluicegate.toml:4"),
        ("schemas = [\"schemas/**/*.avsc\"]", "sluicegate.toml:5"),
        ("history = \"latest\"", "default"),
        ("profile = \"strict\"", "flag --profile"),
        ("numeric-widened-lossy = \"major-bump-required\"", "sluicegate.toml:14"),
        ("name = \"orders.order_events\"", "sluicegate.toml:16"),
        ("schema-version = \"2.1.0\"", "manifest data-product.yaml:3"),
        ("# level: FULL", "manifest data-product.yaml:4"),
    ] {
        let line = page.lines().find(|line| line.starts_with(value)).unwrap_or_else(|| panic!("{value} in\n{page}"));
        assert!(line.ends_with(&format!("# {origin}")), "{line}");
    }
    ConfigFile::read("printed", &page, &mut |_| Ok("spec: {schema_version: 2.1.0}".to_owned())).unwrap();
}
