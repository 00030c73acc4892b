//! House rules that no compiler checks: who may name whom, how long things get, which words are not used.
//!
//! Reads the sources as text and links nothing. Every failure names the file, the rule and what to do instead; all
//! failures of a rule are reported at once. The ceilings only ever go down.

#[path = "tidy/source.rs"]
mod source;

use source::{Source, files_in, functions, names, own_paths, read, root, rust_sources};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Which folder of `src/` (or file beside them) may name which other; anything absent is a mistake.
///
/// `a::b` allows only the module `b` of the folder `a`. The same table, with reasons, stands in `src/README.md`.
const MAY_USE: &[(&str, &[&str])] = &[
    ("schema", &[]),
    ("compat", &["schema"]),    // never "evolution": the level verdict takes no opinions
    ("evolution", &["schema"]), // never "compat": a class is not derived from a verdict
    ("policy", &["schema", "compat", "evolution"]), // never "registry": it serves the gate without a server
    ("witness", &["schema", "compat"]), // it proves a verdict, it does not make one
    ("records", &["schema", "compat"]), // never "client", "gate" or "http": it knows no one who asks
    ("client", &["schema", "records", "compat", "evolution::ChangeClass", "evolution::Bump", "policy"]), // never "http": it knows the contract, not our server
    ("gate", &["schema", "compat", "evolution", "policy", "witness", "records", "client", "topic"]), // never "registry", "http" or "storage"
    ("registry", &["schema", "compat", "evolution", "policy"]), // never "storage" or "http": effects only through the journal
    ("topic", &["registry", "schema", "compat::CompatibilityLevel", "evolution::ChangeClass", "policy"]), // words of facts
    ("storage", &["registry", "topic", "schema"]), // never "compat": a journal does not understand schemas
    ("http", &["registry", "schema", "compat", "policy", "witness", "records"]), // never "storage": it cannot tell where facts are kept
    (
        "settings", // values, not what they switch
        &[
            "compat",
            "registry::RuleSets",
            "http::IncompatibleErrorCode",
            "http::ResponseHeader",
            "http::SearchLimits",
            "http::UriRules",
        ],
    ),
    ("telemetry", &["settings"]),
    ("serve", &["settings", "storage", "registry", "http"]), // it alone chooses adapters
    ("admin", &["storage"]),                                 // commands over a stopped store
    ("failure", &[]),
    ("operator", &["failure", "settings", "telemetry", "serve", "admin"]),
    ("gatekeeper", &["failure", "gate"]),
    ("main", &["failure", "gate"]), // never a layer: a command is a role
];

/// Folders that do no I/O, read no clock, start nothing and draw no random number.
const PURE: [&str; 6] = ["schema", "compat", "evolution", "policy", "witness", "records"];

/// What a pure folder has no use for.
const EFFECTS: &[&str] = &[
    "std::fs",
    "std::io",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "std::time",
    "SystemTime",
    "Instant",
    "RandomState",
    "tokio",
    "actix_web",
    "rayon",
    "rocksdb",
    "tracing",
    "reqwest",
    "ureq",
    "uuid",
];

/// Crates with one place of their own: which folders and files of `src/` may name them.
const CRATE_HOMES: &[(&str, &[&str])] = &[
    ("actix_web", &["http", "serve"]),
    ("actix_rt", &["http", "serve"]),
    ("apache_avro", &["client"]), // values, never verdicts
    ("clap", &["main", "operator", "gatekeeper", "settings", "gate"]),
    ("gix", &["gate"]),
    ("reqwest", &["client"]),
    ("rocksdb", &["storage"]),
    ("rustls", &["client"]),
    ("tokio", &["http", "serve", "client"]),
    ("tracing_subscriber", &["telemetry"]),
    ("ureq", &["operator", "client"]),
];

/// Where a type may become a promise to somebody outside; in `client` the types of producers, which are not ours.
const SERIALIZE_HOMES: &[&str] = &["http", "topic", "gate", "client"];

/// Names that say nothing: if code has no home, a concept is missing a name.
const EMPTY_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "common", "misc", "stuff"];

/// Words that promise work instead of doing it. Spelled in halves so that this file does not break its own rule.
const UNFINISHED: &[&str] =
    &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X"), concat!("unimpl", "emented!")];

/// Hosts of package registries and folders of the machine at hand: a checkout works wherever it is.
const PLACES: &[&str] = &[
    concat!("py", "pi.org"),
    concat!("python", "hosted.org"),
    concat!("registry.", "npmjs"),
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("deb.", "debian.org"),
    concat!("proxy.", "golang.org"),
    concat!("repo1.", "maven"),
    concat!("/wo", "rk/"),
];

/// Lines in one file, unless it opens with a comment line `// Long because …`.
const FILE_LINES_MAX: usize = 500;

/// Lines in one function, signature and braces included, unless `// Long because …` stands right above it.
const FUNCTION_LINES_MAX: usize = 60;

/// Lines of a file's opening `//!` text.
const MODULE_DOC_LINES_MAX: usize = 8;

/// What exempts from a ceiling: a comment that gives the reason.
const LONG: &str = "// Long because ";

#[test]
fn folders_name_only_what_the_table_allows() {
    let mut wrong = Vec::new();
    for source in rust_sources(&["src"]) {
        let home = source.home();
        if home == "lib" {
            continue; // it lists the modules, which is all it does
        }
        let Some((_, allowed)) = MAY_USE.iter().find(|(folder, _)| *folder == home) else {
            wrong.push(format!("{}: `{home}` has no row in MAY_USE; add one, and one in src/README.md", source.path));
            continue;
        };
        for (line, path) in own_paths(&source) {
            let target = path.first().map_or("", String::as_str);
            let module = format!("{target}::{}", path.get(1).map_or("", String::as_str));
            if target == home || allowed.iter().any(|edge| *edge == target || *edge == module) {
                continue;
            }
            wrong.push(format!(
                "{}:{line}: `{home}` may not name `{module}`. Move the code to the folder whose question it answers, or \
                 hand over plain data; a new edge needs a row in MAY_USE and its reason in src/README.md",
                source.path
            ));
        }
    }
    report("edges between folders", wrong);
}

#[test]
fn the_map_in_the_readme_is_the_table_above() {
    let readme = read("src/README.md");
    let map = readme.split("## Who may use whom").nth(1).expect("the map has such a section");
    let mut wrong = Vec::new();
    for (folder, allowed) in MAY_USE {
        let row = map.lines().find(|line| line.starts_with(&format!("| `{folder}` |")));
        let Some(row) = row else {
            wrong.push(format!("src/README.md: no row for `{folder}` in the table of allowed edges"));
            continue;
        };
        let cell = row.split('|').nth(2).unwrap_or("");
        let listed: BTreeSet<&str> = cell.split('`').skip(1).step_by(2).collect();
        if listed != allowed.iter().copied().collect() {
            wrong.push(format!("src/README.md: the row of `{folder}` lists {listed:?}, MAY_USE says {allowed:?}"));
        }
    }
    report("the map", wrong);
}

#[test]
fn pure_folders_have_no_effects() {
    let mut wrong = Vec::new();
    for source in rust_sources(&PURE.map(|folder| format!("src/{folder}"))) {
        for (line, word) in source.lines_naming(EFFECTS) {
            wrong.push(format!(
                "{}:{line}: `{word}` in a pure folder. Take what it would give as an argument",
                source.path
            ));
        }
    }
    report("pure folders", wrong);
}

#[test]
fn heavy_crates_stay_where_they_belong() {
    let mut wrong = Vec::new();
    for source in rust_sources(&["src"]) {
        for (krate, homes) in CRATE_HOMES {
            if homes.contains(&source.home()) {
                continue;
            }
            for (line, _) in source.lines_with_path_root(krate) {
                wrong.push(format!(
                    "{}:{line}: `{krate}` belongs in {homes:?} (CRATE_HOMES). Go through what that folder offers",
                    source.path
                ));
            }
        }
        if !SERIALIZE_HOMES.contains(&source.home()) {
            for (line, _) in source.lines_naming(&["Serialize", "Deserialize"]) {
                wrong.push(format!(
                    "{}:{line}: a domain type promises nobody a wire form. Make a wire type in {SERIALIZE_HOMES:?}",
                    source.path
                ));
            }
        }
    }
    report("crates and wire types", wrong);
}

#[test]
fn every_file_opens_with_its_question() {
    let mut wrong = Vec::new();
    for source in rust_sources(&["src", "tests", "benches"]) {
        if source.text.starts_with("#![doc = include_str!") {
            continue;
        }
        let opening = source.text.lines().take_while(|line| line.starts_with("//!")).count();
        if opening == 0 {
            wrong.push(format!("{}: opens without `//!`. Say in a line which question the file answers", source.path));
        } else if opening > MODULE_DOC_LINES_MAX {
            wrong.push(format!(
                "{}: opens with {opening} lines of `//!` (at most {MODULE_DOC_LINES_MAX}). Move the detail to the items",
                source.path
            ));
        }
    }
    report("module docs", wrong);
}

#[test]
fn files_and_functions_stay_short() {
    let mut wrong = Vec::new();
    for source in rust_sources(&["src", "tests", "benches"]) {
        let lines = source.text.lines().count();
        let exempt = source.text.lines().take(20).any(|line| line.starts_with(LONG));
        if lines > FILE_LINES_MAX && !exempt {
            wrong.push(format!(
                "{}: {lines} lines (at most {FILE_LINES_MAX}). Split it by question; a table or test may say `{LONG}…`",
                source.path
            ));
        }
        for function in functions(&source).into_iter().filter(|function| function.lines > FUNCTION_LINES_MAX) {
            if !function.says_why {
                wrong.push(format!(
                    "{}:{}: `{}` has {} lines (at most {FUNCTION_LINES_MAX}). Name its steps; a table may say `{LONG}…`",
                    source.path, function.line, function.name, function.lines
                ));
            }
        }
    }
    report("ceilings", wrong);
}

#[test]
fn names_say_something() {
    let mut wrong = Vec::new();
    for source in rust_sources(&["src", "tests", "benches"]) {
        for part in Path::new(&source.path).with_extension("").iter().filter_map(|part| part.to_str()) {
            if EMPTY_NAMES.contains(&part) {
                wrong.push(format!("{}: `{part}` is no concept. Name the file after the one it is about", source.path));
            }
        }
        for (line, name) in source.words_after("mod") {
            if EMPTY_NAMES.contains(&name) {
                wrong.push(format!("{}:{line}: `mod {name}` is no concept. Name what it is about", source.path));
            }
        }
        for (line, name) in source.words_after("fn") {
            if name.starts_with("test_") {
                wrong.push(format!("{}:{line}: `{name}`: a test is named with a sentence", source.path));
            }
        }
    }
    report("names", wrong);
}

#[test]
fn nothing_is_left_for_later_or_switched_off() {
    let mut wrong = Vec::new();
    for source in rust_sources(&["src", "tests", "benches"]) {
        for (at, line) in source.text.lines().enumerate() {
            for word in UNFINISHED.iter().filter(|word| names(line, word)) {
                wrong.push(format!("{}:{}: {word}: do it, or file an issue and leave it out", source.path, at + 1));
            }
        }
        for (at, line) in source.code.lines().enumerate() {
            if line.contains("#[ignore") || line.contains("#![ignore") {
                wrong.push(format!("{}:{}: an ignored test: assert what happens today", source.path, at + 1));
            }
        }
    }
    report("unfinished work", wrong);
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    let mut wrong = Vec::new();
    let mut files: Vec<PathBuf> =
        ["src", "tests", "benches", ".ci", ".github"].iter().flat_map(|d| files_in(d)).collect();
    files.extend(["Makefile", "Dockerfile", "README.md", "CHANGELOG.md", "Cargo.toml"].map(|f| root().join(f)));
    for file in files {
        let Ok(text) = fs::read_to_string(&file) else { continue }; // compressed test data
        for (at, line) in text.lines().enumerate() {
            for place in PLACES.iter().filter(|place| line.contains(**place)) {
                wrong.push(format!("{}:{}: names {place}. Say it without the place", file.display(), at + 1));
            }
        }
    }
    report("places", wrong);
}

#[test]
fn the_rules_see_what_they_must() {
    let source = Source::new(
        "src/compat/sample.rs",
        r##"//! Sample.
use crate::{schema::names::{self, Version}, registry};
use crate::http::routes; // crate::storage is only a comment
use super::super::storage::open;
const TEXT: &str = "crate::policy"; const LIFE: &'static str = r#"crate::topic"#;
const BRACE: char = '{';
fn short() { let brace = '}'; }
fn long<T>() -> [T; 2] {
    todo()
}
"##,
    );
    let seen: Vec<String> = own_paths(&source).into_iter().map(|(line, path)| format!("{line} {}", path[0])).collect();
    assert_eq!(seen, ["2 schema", "2 registry", "3 http", "4 storage"]);
    let lengths: Vec<_> = functions(&source).into_iter().map(|f| (f.name, f.lines)).collect();
    assert_eq!(lengths, [("short".to_owned(), 1), ("long".to_owned(), 3)]);
}

fn report(rule: &str, wrong: Vec<String>) {
    assert!(wrong.is_empty(), "{rule}: {} to put right\n{}\n", wrong.len(), wrong.join("\n"));
}
