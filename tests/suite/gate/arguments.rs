//! The gate's command line: what is understood, and what is answered as wrong usage.

use clap::Command;
use sluicegate::compat::CompatibilityLevel;
use sluicegate::gate::args::{self, CheckArgs, Explained, Invocation};
use sluicegate::gate::base::BaseSpec;
use sluicegate::gate::config::{Against, FailOn, History, Naming, Output};
use sluicegate::gate::render::Format;
use sluicegate::policy::{Enforcement, Profile};
use std::path::PathBuf;

/// What `words` amount to, or everything that is answered to them.
fn read(words: &[&str]) -> Result<Invocation, String> {
    let config = clap::Arg::new("config").long("config").global(true).value_parser(clap::value_parser!(PathBuf));
    let program = Command::new("sluicegate").arg(config).subcommands(args::commands());
    let chosen = program.try_get_matches_from([&["sluicegate"], words].concat()).map_err(|error| error.to_string())?;
    let (name, chosen) = chosen.subcommand().unwrap();
    args::read(name, chosen).unwrap()
}

fn check(words: &[&str]) -> Result<CheckArgs, String> {
    match read(&[&["check"], words].concat())? {
        Invocation::Check(args) => Ok(args),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_flag_of_the_check_becomes_a_value_of_its_type() {
    let args = check(&[
        "--config",
        "s.toml",
        "--against",
        "git:v1...",
        "--subject",
        "orders",
        "--naming",
        "record-name",
        "--level",
        "full_transitive",
        "--profile",
        "strict",
        "--enforcement",
        "report",
        "--history",
        "last:5",
        "--fail-on",
        "minor",
        "--format",
        "text",
        "--format",
        "json=out.json",
        "--format",
        "markdown=a=b.md",
        "--declare-major",
        "3",
        "--write-baseline",
        "w.json",
        "--baseline",
        "b.json",
        "--remote",
        "a.avsc",
        "b",
    ])
    .unwrap();
    assert_eq!(args.config, Some("s.toml".into()));
    assert_eq!(args.against, Some(Against::Base(BaseSpec::GitMergeBase("v1".to_owned()))));
    assert_eq!(args.subject.as_deref(), Some("orders"));
    assert_eq!(args.naming, Some(Naming::RecordName));
    assert_eq!(args.level, Some(CompatibilityLevel::FullTransitive));
    assert_eq!(args.profile, Some(Profile::Strict));
    assert_eq!(args.enforcement, Some(Enforcement::Report));
    assert_eq!(args.history, Some(History::Last(5)));
    assert_eq!(args.fail_on, Some(FailOn::Minor));
    let outputs = [
        Output { format: Format::Text, file: None },
        Output { format: Format::Json, file: Some("out.json".into()) },
        Output { format: Format::Markdown, file: Some("a=b.md".into()) },
    ];
    assert_eq!(args.outputs, outputs);
    assert_eq!(args.declare_major, Some(3));
    assert_eq!((args.write_baseline, args.baseline), (Some("w.json".into()), Some("b.json".into())));
    assert!(args.remote);
    assert_eq!(args.paths, [PathBuf::from("a.avsc"), PathBuf::from("b")]);
}

#[test]
fn what_nobody_says_is_left_to_weaker_sources() {
    let args = check(&[]).unwrap();
    assert_eq!(format!("{args:?}"), format!("{:?}", CheckArgs::default()));
    assert_eq!(check(&["--against", "registry"]).unwrap().against, Some(Against::RegistryOfEnvironment));
    let folder = check(&["--against", "./registry"]).unwrap().against;
    assert_eq!(folder, Some(Against::Base(BaseSpec::Path("./registry".into()))));
}

#[test]
fn the_other_commands_take_what_they_need_and_the_options_of_the_check() {
    let words = ["waive", "0123456789ABCDEF", "--reason", "r", "--expires", "2030-06-30", "--approved-by", "b"];
    let Invocation::Waive(waive) = read(&[&words[..], &["--level", "FULL", "a.avsc"]].concat()).unwrap() else {
        panic!()
    };
    assert_eq!((waive.fingerprint.as_str(), waive.expires.to_string().as_str()), ("0123456789abcdef", "2030-06-30"));
    assert_eq!((waive.check.level, waive.check.paths), (Some(CompatibilityLevel::Full), vec!["a.avsc".into()]));
    for missing in ["--reason", "--expires", "--approved-by"] {
        let at = words.iter().position(|word| *word == missing).unwrap();
        let fewer = [&words[..at], &words[at + 2..]].concat();
        assert!(read(&fewer).unwrap_err().contains(missing));
    }
    for (word, what) in [
        ("field-removed", Explained::Rule("field-removed".to_owned())),
        ("0123456789ABCDEF", Explained::Finding("0123456789abcdef".to_owned())),
    ] {
        let Invocation::Explain(explain) = read(&["explain", word, "--against", "git:main"]).unwrap() else { panic!() };
        assert_eq!((explain.what, explain.check.against.is_some()), (what, true));
    }
    let Invocation::Diff(diff) = read(&["diff", "a", "b", "--format", "json"]).unwrap() else { panic!() };
    assert_eq!((diff.old, diff.new, diff.outputs[0].format), ("a".into(), "b".into(), Format::Json));
    let Invocation::Config(config) = read(&["config", "--resolved", "--profile", "avro"]).unwrap() else { panic!() };
    assert_eq!((config.resolved, config.check.profile), (true, Some(Profile::Avro)));
    let Invocation::Rules(rules) = read(&["rules", "--profile", "strict"]).unwrap() else { panic!() };
    assert_eq!(rules.profile, Some(Profile::Strict));
    assert!(matches!(read(&["completions", "fish"]).unwrap(), Invocation::Completions(clap_complete::Shell::Fish)));
}

#[test]
fn wrong_usage_says_what_is_possible() {
    for (words, hints) in [
        (&["--format", "yaml"][..], &["`yaml` is no format", "text, json, ndjson, sarif, junit, github, gitlab"][..]),
        (&["--format", "sarif", "--format", "text"], &["sarif=FILE"]),
        (&["--format", "junit", "--format", "gitlab"], &["junit=FILE"]),
        (&["--format", "json="], &["no file after"]),
        (&["--format", "json", "--format", "text"], &["json=FILE"]),
        (&["--format", "json=a", "--format", "text=a"], &["two formats would be written to a"]),
        (&["--level", "BACKWARDS"], &["BACKWARD_TRANSITIVE"]),
        (&["--profile", "sed"], &["seed"]),
        (&["--history", "last:0"], &["last:N"]),
        (&["--declare-major", "x"], &["--declare-major"]),
        (&["--declare-major", "-1"], &[""]),
        (&["--against", "git:"], &["git:origin/main..."]),
        (&["--against", "ftp://x"], &["http://"]),
        (&["--subject", "__GLOBAL"], &["no subject under which"]),
        (&["--subject", "a\nb"], &["no subject under which"]),
        (&["--agianst", "x"], &["--against"]),
    ] {
        let answer = check(words).unwrap_err();
        assert!(hints.iter().all(|hint| answer.contains(hint)), "{words:?}: {answer}");
    }
    for day in ["2030-02-30", "30.6.2030", "2030-6-30", "tomorrow"] {
        let words = ["waive", "0123456789abcdef", "--reason", "r", "--approved-by", "b", "--expires", day];
        assert!(read(&words).unwrap_err().contains("YYYY-MM-DD"), "{day}");
    }
    assert!(read(&["waive", "0123", "--reason", "r"]).unwrap_err().contains("16 hex digits"));
    assert!(read(&["diff", "a", "b", "--format", "github"]).unwrap_err().contains("this command writes text, json"));
}

#[test]
fn every_command_has_help_with_examples() {
    for mut command in args::commands() {
        let name = command.get_name().to_owned();
        let help = command.render_long_help().to_string();
        assert!(help.contains("Examples:\n") && help.contains(&format!("  sluicegate {name}")), "{help}");
    }
    Command::new("sluicegate").subcommands(args::commands()).debug_assert();
}
