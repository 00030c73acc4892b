//! Settings: which source wins, what is refused and in which words.

use sluicegate::compat::CompatibilityLevel;
use sluicegate::http::{IncompatibleErrorCode, SearchLimits, UriRules};
use sluicegate::registry::RuleSets;
use sluicegate::settings::{LogFormat, LogLevel, SETTINGS, Settings, Sources, StorageKind};
use std::path::PathBuf;

fn environment(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn file(text: &str) -> Sources {
    Sources { file: Some((PathBuf::from("registry.toml"), text.to_owned())), ..Sources::default() }
}

fn refusal(sources: &Sources) -> String {
    let error = Settings::resolve(sources).expect_err("a refusal");
    assert!(!error.message.contains('\n'), "{error}");
    error.message
}

#[test]
fn the_defaults_are_those_of_the_manual() {
    let settings = Settings::resolve(&Sources::default()).expect("the defaults are good");
    assert_eq!(settings.listen, ["127.0.0.1:8081".parse().expect("an address")]);
    assert_eq!(settings.data, PathBuf::from("./data"));
    assert_eq!(settings.storage, StorageKind::RocksDb);
    assert_eq!(settings.compatibility, CompatibilityLevel::Backward);
    assert_eq!(settings.incompatible_error_code, IncompatibleErrorCode::Code409);
    assert_eq!(settings.rule_sets, RuleSets::Keep);
    assert_eq!(settings.body_bytes_max, 10 << 20);
    assert!(settings.modes_may_change && settings.validate_new_schemas && settings.compression);
    assert!(!settings.validate_fields && !settings.reject_empty_subject);
    assert_eq!((settings.uri_rules, settings.search), (UriRules::Strict, SearchLimits::default()));
    assert_eq!((settings.allowed_origins, settings.exposed_headers), (Vec::new(), Vec::new()));
    assert_eq!(settings.allowed_methods, ["GET", "POST", "HEAD"]);
    assert_eq!(settings.allowed_headers, ["X-Requested-With", "Content-Type", "Accept", "Origin"]);
    assert_eq!(settings.response_headers, []);
    assert_eq!((settings.log_format, settings.log_level), (LogFormat::Text, LogLevel::Info));
}

#[test]
fn a_flag_beats_the_environment_beats_the_file_beats_the_default() {
    let mut sources =
        file("[serve]\ncompatibility = \"FULL\"\nrule-sets = \"drop\"\nincompatible-error-code = 40901\n");
    let settings = Settings::resolve(&sources).expect("good settings");
    assert_eq!(settings.compatibility, CompatibilityLevel::Full);
    assert_eq!(settings.incompatible_error_code, IncompatibleErrorCode::Code40901);
    sources.environment = environment(&[("SLUICEGATE_COMPATIBILITY", "forward"), ("SLUICEGATE_RULE_SETS", "")]);
    let settings = Settings::resolve(&sources).expect("good settings");
    assert_eq!(settings.compatibility, CompatibilityLevel::Forward);
    assert_eq!(settings.rule_sets, RuleSets::Drop, "an empty variable is none");
    sources.flags = vec![("compatibility", vec!["NONE".to_owned()])];
    assert_eq!(Settings::resolve(&sources).expect("good settings").compatibility, CompatibilityLevel::None);
}

#[test]
fn several_addresses_come_as_flags_with_commas_or_as_an_array() {
    let two = ["127.0.0.1:1".parse().expect("an address"), "[::1]:2".parse().expect("an address")];
    let flags = vec![("listen", vec!["127.0.0.1:1".to_owned(), "[::1]:2".to_owned()])];
    let variables = environment(&[("SLUICEGATE_LISTEN", "127.0.0.1:1, [::1]:2")]);
    for sources in [
        Sources { flags, ..Sources::default() },
        Sources { environment: variables, ..Sources::default() },
        file("[serve]\nlisten = [\"127.0.0.1:1\", \"[::1]:2\"]\n"),
    ] {
        assert_eq!(Settings::resolve(&sources).expect("good settings").listen, two);
    }
}

#[test]
fn yes_and_no_are_words_or_truth_values() {
    let flag = |value: &str| Sources { flags: vec![("mode-mutability", vec![value.to_owned()])], ..Sources::default() };
    for (sources, expected) in [
        (flag("false"), false),
        (flag("TRUE"), true),
        (file("[serve]\nmode-mutability = false\n"), false),
        (file("[serve]\nmode-mutability = \"False\"\n"), false),
    ] {
        assert_eq!(Settings::resolve(&sources).expect("good settings").modes_may_change, expected);
    }
    assert_eq!(refusal(&flag("no")), "--mode-mutability: `no` is none of true, false");
    assert_eq!(
        refusal(&file("[serve]\ndata = \"d\"\nmode-mutability = 0\n")),
        "registry.toml line 3, `mode-mutability`: `0` is none of true, false"
    );
}

#[test]
fn lists_of_words_are_separated_by_commas_wherever_they_stand() {
    let flags = vec![("access-control-allow-origin", vec!["http://a, http://b".to_owned(), "http://c".to_owned()])];
    let variables = environment(&[("SLUICEGATE_ACCESS_CONTROL_ALLOW_ORIGIN", "http://a,http://b, http://c")]);
    for sources in [
        Sources { flags, ..Sources::default() },
        Sources { environment: variables, ..Sources::default() },
        file("[serve]\naccess-control-allow-origin = [\"http://a\", \"http://b,http://c\"]\n"),
    ] {
        let settings = Settings::resolve(&sources).expect("good settings");
        assert_eq!(settings.allowed_origins, ["http://a", "http://b", "http://c"]);
    }
    let refused = |name: &'static str, value: &str| {
        refusal(&Sources { flags: vec![(name, vec![value.to_owned()])], ..Sources::default() })
    };
    let told = refused("access-control-allow-origin", "http://a b");
    assert_eq!(told, "--access-control-allow-origin: `http://a b` is not one word");
    let told = refused("access-control-allow-methods", " , ");
    assert_eq!(told, "--access-control-allow-methods: is empty; name at least one, or leave it out");
    let told = refused("response-http-headers-config", "add X-A");
    assert!(told.starts_with("--response-http-headers-config: `add X-A` is not of the form "), "{told}");
}

#[test]
fn names_that_are_not_ours_to_judge_are_let_be() {
    let names = [
        ("SLUICEGATE_PORT", "tcp://10.0.0.1:8081"),
        ("SLUICEGATE_PORT_8081_TCP_ADDR", "10.0.0.1"),
        ("SLUICEGATE_SERVICE_HOST", "10.0.0.1"),
        ("SLUICEGATE_SERVICE_PORT_HTTP", "8081"),
        ("SLUICEGATE_REGISTRY_URL", "http://registry:8081"),
        ("SLUICEGATE_TOKEN", "secret"),
        ("SLUICEGATED", "somebody else's"),
        ("PATH", "/bin"),
    ];
    let sources = Sources { environment: environment(&names), ..Sources::default() };
    assert!(Settings::resolve(&sources).is_ok());
}

#[test]
fn an_unknown_name_is_refused_with_the_nearest_known_one() {
    for (name, nearest) in [
        ("SLUICEGATE_LISEN", "SLUICEGATE_LISTEN"),
        ("SLUICEGATE_LOGLEVEL", "SLUICEGATE_LOG_LEVEL"),
        ("SLUICEGATE_COMPATIBILITY_LEVEL", "SLUICEGATE_COMPATIBILITY"),
    ] {
        let sources = Sources { environment: environment(&[(name, "x")]), ..Sources::default() };
        let told = refusal(&sources);
        assert!(told.contains(&format!("{name}: did you mean {nearest}?")), "{told}");
    }
    let told = refusal(&file("[serve]\n# a comment\nlog_level = \"info\"\n"));
    assert_eq!(told, "registry.toml line 3: unknown key `log_level`: did you mean `log-level`?");
    let told = refusal(&file("[srve]\n"));
    assert_eq!(told, "registry.toml line 1: unknown key `srve`: did you mean `serve`?");
}

#[test]
fn a_broken_file_is_refused_with_its_line() {
    assert!(refusal(&file("[serve]\nlisten = [\n")).starts_with("registry.toml line "));
    assert!(refusal(&file("[serve]\nlisten = \"a\"\nlisten = \"b\"\n")).contains("duplicate"));
    assert!(refusal(&file("serve = 1\n")).contains("write [serve]"));
    let told = refusal(&file("[serve]\ndata = [\"a\"]\n"));
    assert_eq!(told, "registry.toml line 2, `data`: takes DIR");
    let told = refusal(&file("[serve]\ndata = true\n"));
    assert_eq!(told, "registry.toml line 2, `data`: takes DIR");
    let told = refusal(&file("\n[serve]\nstorage = \"paper\"\n"));
    assert_eq!(told, "registry.toml line 3, `storage`: `paper` is none of rocksdb, memory");
}

#[test]
fn keys_of_other_commands_are_not_judged_here() {
    let text = "version = 1\n[check]\nagainst = \"git:origin/main...\"\n[policy]\nprofile = \"seed\"\n[[subject]]\nname = \"a\"\n";
    assert!(Settings::resolve(&file(text)).is_ok());
}

#[test]
fn numbers_have_bounds() {
    for value in ["0", "-1", "10 MiB", "99999999999999999999"] {
        let sources = Sources { flags: vec![("body-bytes-max", vec![value.to_owned()])], ..Sources::default() };
        let error = Settings::resolve(&sources).expect_err("a refusal");
        assert!(error.is_usage && error.message.starts_with("--body-bytes-max: "), "{error}");
    }
}

#[test]
fn every_setting_is_in_the_readme_with_its_default() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("a README");
    for setting in &SETTINGS {
        let default = if setting.default.is_empty() { "none".to_owned() } else { format!("`{}`", setting.default) };
        let row = format!("| `--{}` | `{}` | {default} |", setting.name, setting.variable());
        assert!(readme.contains(&row), "README.md lacks the row beginning {row}");
    }
}

#[test]
fn a_file_of_another_version_is_refused() {
    let of_version = |version: &str| format!("version = {version}\n[serve]\ncompatibility = \"FULL\"\n");
    assert!(Settings::resolve(&file(&of_version("1"))).is_ok());
    for version in ["2", "[1]", "true"] {
        let expected = "registry.toml line 1: this program reads files of `version = 1`";
        assert_eq!(refusal(&file(&of_version(version))), expected);
    }
}
