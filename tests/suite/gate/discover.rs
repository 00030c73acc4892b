//! Which files are judged, and under which subject each.

use super::config::{nothing, resolve};
use super::repository::Repository;
use sluicegate::gate::args::CheckArgs;
use sluicegate::gate::config::{Configuration, Naming, Surroundings};
use sluicegate::gate::discover::{DiscoverError, Discovery, discover, everything_at_hand, stem_and_number};
use std::path::Path;

const RECORD: &str = r#"{"type": "record", "name": "com.example.Order", "fields": []}"#;

fn with(folder: &Path, args: &CheckArgs) -> Result<Discovery, DiscoverError> {
    discover(&resolve(folder, args).unwrap())
}

fn at(folder: &Path) -> Discovery {
    with(folder, &CheckArgs::default()).unwrap()
}

fn paths(paths: &[&str]) -> CheckArgs {
    CheckArgs { paths: paths.iter().map(Into::into).collect(), ..CheckArgs::default() }
}

fn complaint(folder: &Path) -> String {
    with(folder, &CheckArgs::default()).unwrap_err().message
}

/// Subject and file of each candidate.
fn found(discovery: &Discovery) -> Vec<(&str, &str)> {
    let candidates = discovery.found.iter().map(|found| &found.candidate);
    candidates.map(|candidate| (candidate.subject.as_str(), candidate.file.as_str())).collect()
}

fn problem<'d>(discovery: &'d Discovery, subject: &str) -> &'d str {
    let found = discovery.found.iter().find(|found| found.candidate.subject == subject).unwrap();
    found.candidate.text.as_ref().unwrap_err()
}

#[test]
fn every_schema_file_that_git_does_not_ignore_is_found_in_order() {
    let folder = Repository::folder();
    folder.write("b.avsc", "1").write("a/z.avsc", "2").write(".hidden/h.avsc", "3").write("a/other.json", "4");
    folder.write(".gitignore", "build/\n/skip.avsc\n").write("build/x.avsc", "5").write("skip.avsc", "6");
    folder.write("a/.gitignore", "!kept.avsc\n*_tmp.avsc").write("a/y_tmp.avsc", "7").write(".git/x.avsc", "8");
    folder.write("a/d.avsc/in.avsc", "9").write(".ignore", "b.avsc");
    let expected = [("b", "b.avsc"), ("h", ".hidden/h.avsc"), ("in", "a/d.avsc/in.avsc"), ("z", "a/z.avsc")];
    assert_eq!(found(&at(&folder.folder)), expected);
    std::fs::remove_dir_all(folder.folder.join(".git")).unwrap();
    assert_eq!(found(&at(&folder.folder)), expected, "outside of a repository too");
    // From below, the rules of the folders above hold in a repository.
    folder.git(&["init", "--quiet"]);
    assert_eq!(found(&at(&folder.folder.join("a"))), [("in", "d.avsc/in.avsc"), ("z", "z.avsc")]);
}

#[test]
fn patterns_of_the_configuration_select_files_from_wherever_one_stands() {
    let folder = Repository::folder();
    let text = "version = 1\n[check]\nschemas = [\"schemas/**/*.avsc\", \"./more/*.avro.json\", \"!**/draft/\", \"no/*.avsc\", \"whole/\"]";
    folder.write("sluicegate.toml", text).write("schemas/a.avsc", "").write("schemas/x/y/b.avsc", "");
    folder.write("more/c.avro.json", "").write("more/deep/d.avro.json", "").write("e.avsc", "");
    folder.write("whole/deep/g.avsc", "").write("whole/readme", "").write("whole/draft/h.avsc", "");
    folder
        .write("schemas/draft/f.avsc", "")
        .write(".gitignore", "schemas/x/y/ignored*")
        .write("schemas/x/y/ignored.avsc", "");
    let discovery = at(&folder.folder);
    assert_eq!(
        found(&discovery),
        [
            ("a", "schemas/a.avsc"),
            ("b", "schemas/x/y/b.avsc"),
            ("c.avro", "more/c.avro.json"),
            ("g", "whole/deep/g.avsc")
        ]
    );
    assert_eq!(discovery.warnings, ["sluicegate.toml:3: `no/*.avsc` matches no file"]);
    let below = at(&folder.folder.join("schemas"));
    assert_eq!(found(&below)[..3], [("a", "a.avsc"), ("b", "x/y/b.avsc"), ("c.avro", "../more/c.avro.json")]);
    for (pattern, hint) in [("../*.avsc", "leaves the folder"), ("a/{b", "is no pattern")] {
        folder.write("sluicegate.toml", format!("version = 1\n[check]\nschemas = [\"{pattern}\"]"));
        let message = complaint(&folder.folder);
        assert!(message.starts_with("sluicegate.toml:3: ") && message.contains(hint), "{message}");
    }
}

#[test]
fn paths_of_the_command_line_stand_for_all_others() {
    let folder = Repository::folder();
    folder.write("sluicegate.toml", "version = 1\n[check]\nschemas = [\"schemas/*.avsc\"]");
    folder.write("schemas/a.avsc", "").write("other/b.avsc", "").write("other/c.json", "").write("other/d.avsc", "");
    let here = &folder.folder;
    let found_with = |named: &[&str]| {
        let discovery = with(here, &paths(named)).unwrap();
        found(&discovery).into_iter().map(|(_, file)| file.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found_with(&["other"]), ["other/b.avsc", "other/d.avsc"]);
    assert_eq!(found_with(&["other/c.json", "./other/../other/c.json"]), ["other/c.json"]);
    assert_eq!(
        found_with(&["other/d.avsc", "other", "schemas/a.avsc"]),
        ["schemas/a.avsc", "other/b.avsc", "other/d.avsc"]
    );
    assert_eq!(found_with(&[here.join("other/b.avsc").to_str().unwrap()]), ["other/b.avsc"]);
    let error = with(here, &paths(&["other", "nowhere/x.avsc"])).unwrap_err();
    assert_eq!((error.message.as_str(), error.is_usage), ("nowhere/x.avsc: there is no such file", false));
    let configuration = resolve(here, &paths(&["other"])).unwrap();
    assert!(configuration.asks_about("other/gone.avsc") && !configuration.asks_about("schemas/gone.avsc"));
    let all: Vec<String> = everything_at_hand(&configuration).unwrap().into_iter().map(|(file, _)| file).collect();
    assert_eq!(all, ["schemas/a.avsc"]);
}

#[test]
fn names_follow_the_rule_that_is_chosen() {
    let folder = Repository::folder();
    folder.write("orders_v2.avsc", RECORD);
    let union = r#"["null", {"type": "enum", "name": "E", "namespace": "n", "symbols": []}]"#;
    folder.write("payments-value.avsc", union);
    let named = |naming| {
        let discovery = with(&folder.folder, &CheckArgs { naming: Some(naming), ..CheckArgs::default() }).unwrap();
        found(&discovery).into_iter().map(|(subject, _)| subject.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(named(Naming::FileStem), ["orders", "payments-value"]);
    assert_eq!(named(Naming::TopicName), ["orders-value", "payments-value"]);
    assert_eq!(named(Naming::RecordName), ["com.example.Order", "n.E"]);
    assert_eq!(named(Naming::TopicRecordName), ["orders-com.example.Order", "payments-value-n.E"]);
}

#[test]
fn a_text_without_a_record_is_a_problem_of_its_file_and_a_broken_one_is_left_to_the_parser() {
    let folder = Repository::folder();
    folder.write("plain.avsc", "\"int\"").write("broken.avsc", "{\"type\": ").write("good.avsc", RECORD);
    let discovery =
        with(&folder.folder, &CheckArgs { naming: Some(Naming::RecordName), ..CheckArgs::default() }).unwrap();
    let subjects: Vec<&str> = found(&discovery).into_iter().map(|(subject, _)| subject).collect();
    assert_eq!(subjects, ["broken", "com.example.Order", "plain"]);
    assert!(problem(&discovery, "plain").contains("[[subject]]"));
    assert!(discovery.found[0].candidate.text.is_ok());
}

#[test]
fn a_number_at_the_end_of_a_name_is_no_part_of_it() {
    for (name, stem, number) in [
        ("order_events_v2.avsc", "order_events", Some(2)),
        ("order-events-v10.avsc", "order-events", Some(10)),
        ("order_v007.avsc", "order", Some(7)),
        ("order_v0.avsc", "order", Some(0)),
        ("order.avsc", "order", None),
        ("order_v.avsc", "order_v", None),
        ("order2.avsc", "order2", None),
        ("orderv2.avsc", "orderv2", None),
        ("order_V2.avsc", "order_V2", None),
        ("_v2.avsc", "_v2", None),
        ("v2.avsc", "v2", None),
        ("order_v4294967295.avsc", "order", Some(u32::MAX)),
        ("order_v4294967296.avsc", "order_v4294967296", None),
        ("a.b_v3.avsc", "a.b", Some(3)),
        (".avsc", ".avsc", None),
        ("ördër_v2.avsc", "ördër", Some(2)),
        ("order", "order", None),
    ] {
        assert_eq!(stem_and_number(name), (stem, number), "{name}");
    }
}

#[test]
fn of_several_numbers_the_highest_is_judged() {
    let folder = Repository::folder();
    folder
        .write("order.avsc", "1")
        .write("order_v2.avsc", "2")
        .write("x/order_v10.avsc", "10")
        .write("other_v1.avsc", "");
    let discovery = at(&folder.folder);
    assert_eq!(found(&discovery), [("order", "x/order_v10.avsc"), ("other", "other_v1.avsc")]);
    assert_eq!(discovery.found[0].candidate.number, Some(10));
    let lower: Vec<&str> = discovery.superseded.iter().map(|file| file.file.as_str()).collect();
    assert_eq!(lower, ["order.avsc", "order_v2.avsc"]);
}

#[test]
fn two_files_at_one_place_are_an_error_that_names_both() {
    for (first, second) in [
        ("a/order_v2.avsc", "b/order_v2.avsc"),
        ("a/order.avsc", "b/order.avsc"),
        ("order.avsc", "order_v1.avsc"),
        ("order-v3.avsc", "order_v03.avsc"),
    ] {
        let folder = Repository::folder();
        folder.write(first, "1").write(second, "2");
        let message = complaint(&folder.folder);
        assert!(message.starts_with(&format!("{first} and {second} are both subject order; ")), "{message}");
    }
    let folder = Repository::folder();
    folder.write("a.avsc", RECORD).write("b.avsc", RECORD);
    let error =
        with(&folder.folder, &CheckArgs { naming: Some(Naming::RecordName), ..CheckArgs::default() }).unwrap_err();
    assert!(error.message.starts_with("a.avsc and b.avsc are both subject com.example.Order; "), "{error}");
    folder.write("sluicegate.toml", "version = 1\n[[subject]]\nname = \"b\"\nfile = \"a.avsc\"");
    assert!(complaint(&folder.folder).starts_with("a.avsc and b.avsc are both subject b; "));
}

#[test]
fn a_mapping_names_its_file_and_the_other_numbers_beside_it() {
    let folder = Repository::folder();
    let text = "version = 1\n[check]\nschemas = [\"schemas/*.avsc\"]\n\
        [[subject]]\nname = \"orders.order_events\"\nfile = \"./schemas/order_events_v2.avsc\"\nschema-version = \"2.1.0\"\n\
        references = [\"lib/money.avsc\"]\n\
        [[subject]]\nname = \"orders.odd\"\nfile = \"elsewhere/odd.json\"\n\
        [[subject]]\nname = \"by_name\"\nmajor = 7\n";
    folder
        .write("sluicegate.toml", text)
        .write("schemas/order_events_v1.avsc", "1")
        .write("schemas/order_events_v2.avsc", "2");
    folder.write("elsewhere/odd.json", "").write("lib/money.avsc", "").write("schemas/by_name.avsc", "");
    let discovery = at(&folder.folder.join("schemas"));
    let expected = [
        ("by_name", "by_name.avsc"),
        ("orders.odd", "../elsewhere/odd.json"),
        ("orders.order_events", "order_events_v2.avsc"),
    ];
    assert_eq!(found(&discovery), expected);
    assert_eq!(discovery.superseded[0].file, "order_events_v1.avsc");
    let events = &discovery.found[2];
    assert_eq!(events.references, ["../lib/money.avsc"]);
    assert_eq!(events.candidate.declared.version.unwrap().to_string(), "2.1.0");
    assert_eq!(discovery.found[0].candidate.declared.major, Some(7));
    assert_eq!(discovery.found[1].candidate.declared.major, None);

    folder.write("schemas/order_events_v3.avsc", "3");
    let next = at(&folder.folder);
    assert_eq!(found(&next)[2], ("orders.order_events", "schemas/order_events_v3.avsc"));
    assert_eq!(next.found[2].candidate.declared.major, Some(2));
}

#[test]
fn a_file_that_the_configuration_names_must_be_there() {
    let folder = Repository::folder();
    folder
        .write("order.avsc", "")
        .write("sluicegate.toml", "version = 1\n[[subject]]\nname = \"a\"\nfile = \"ordre.avsc\"");
    let message = complaint(&folder.folder);
    assert!(message.starts_with("sluicegate.toml:2: `file = \"ordre.avsc\"`: there is no such file"), "{message}");
    let text = "version = 1\n[[subject]]\nname = \"a\"\nfile = \"order.avsc\"\nreferences = [\n \"x.avsc\"]";
    folder.write("sluicegate.toml", text);
    assert_eq!(complaint(&folder.folder), "sluicegate.toml:6: reference \"x.avsc\": there is no such file");
}

#[test]
fn a_subject_on_the_command_line_is_that_of_one_file() {
    let folder = Repository::folder();
    folder.write("a.avsc", "").write("b_v4.avsc", "");
    let named = |paths_: &[&str]| with(&folder.folder, &CheckArgs { subject: Some("s".to_owned()), ..paths(paths_) });
    let one = named(&["b_v4.avsc"]).unwrap();
    assert_eq!((found(&one), one.found[0].candidate.number), (vec![("s", "b_v4.avsc")], Some(4)));
    for many in [&["a.avsc", "b_v4.avsc"][..], &[], &["."]] {
        let error = named(many).unwrap_err();
        assert!(error.is_usage && error.message.contains("of one file, not of 2"), "{error}");
    }
}

#[test]
fn texts_are_read_as_they_are_but_for_a_byte_order_mark() {
    let folder = Repository::folder();
    folder.write("bom.avsc", "\u{feff}\"int\"").write("crlf.avsc", "{\r\n}");
    let texts: Vec<String> =
        at(&folder.folder).found.iter().map(|found| found.candidate.text.as_ref().unwrap().text.to_string()).collect();
    assert_eq!(texts, ["\"int\"", "{\r\n}"]);
}

#[test]
fn what_cannot_be_read_is_a_problem_of_its_file_and_the_others_go_on() {
    let folder = Repository::folder();
    folder.write("good.avsc", "1").write("latin.avsc", b"{\n\"doc\": \"\xe9\"}").write("wide.avsc", b"\xff\xfe{\0}\0");
    folder.write("lfs.avsc", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
    let large = std::fs::File::create(folder.folder.join("large.avsc")).unwrap();
    large.set_len((16 << 20) + 1).unwrap();
    let discovery = at(&folder.folder);
    assert_eq!(discovery.found.len(), 5);
    for (subject, hint) in
        [("latin", "not UTF-8 at line 2"), ("wide", "UTF-16"), ("lfs", "git lfs pull"), ("large", "larger than 16 MiB")]
    {
        assert!(problem(&discovery, subject).contains(hint), "{}", problem(&discovery, subject));
    }
    large.set_len(16 << 20).unwrap();
    assert!(at(&folder.folder).found.iter().find(|f| f.candidate.subject == "large").unwrap().candidate.text.is_ok());
}

#[cfg(unix)]
#[test]
fn links_are_followed_to_files_and_never_in_circles() {
    use std::os::unix::fs::symlink;
    let folder = Repository::folder();
    folder.write("real/a.avsc", "\"int\"").write("far/b.avsc", "");
    let here = &folder.folder;
    symlink("a.avsc", here.join("real/linked.avsc")).unwrap();
    symlink("nowhere.avsc", here.join("real/dangling.avsc")).unwrap();
    symlink("itself.avsc", here.join("real/itself.avsc")).unwrap();
    symlink("..", here.join("real/up")).unwrap();
    symlink("../far", here.join("real/folder.avsc")).unwrap();
    let discovery = with(here, &paths(&["real"])).unwrap();
    let subjects: Vec<&str> = found(&discovery).into_iter().map(|(subject, _)| subject).collect();
    assert_eq!(subjects, ["a", "dangling", "itself", "linked"]);
    assert_eq!(problem(&discovery, "dangling"), "is a link to a file that does not exist");
    assert!(!problem(&discovery, "itself").is_empty());
    assert_eq!(&*discovery.found[3].candidate.text.as_ref().unwrap().text, "\"int\"");
    let through = with(here, &paths(&["real/folder.avsc"])).unwrap();
    assert_eq!(found(&through), [("b", "real/folder.avsc/b.avsc")]);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_no_schema_file_and_nobody_waits_for_it() {
    let folder = Repository::folder();
    let made = std::process::Command::new("mkfifo").arg(folder.folder.join("pipe.avsc")).status().unwrap();
    assert!(made.success());
    assert_eq!(problem(&at(&folder.folder), "pipe"), "is no regular file");
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_unicode_are_read_and_shown_with_a_mark() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = Repository::folder();
    std::fs::write(folder.folder.join(OsStr::from_bytes(b"caf\xe9_v2.avsc")), "\"int\"").unwrap();
    let discovery = at(&folder.folder);
    assert_eq!(found(&discovery), [("caf\u{fffd}", "caf\u{fffd}_v2.avsc")]);
    assert!(discovery.found[0].candidate.text.is_ok());
    folder.write("a\nb.avsc", "");
    assert!(complaint(&folder.folder).starts_with("a\\nb.avsc: "), "{}", complaint(&folder.folder));
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_read_ends_the_check() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Repository::folder();
    folder.write("closed/a.avsc", "").write("b.avsc", "");
    let closed = folder.folder.join("closed");
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o000)).unwrap();
    let is_bound = std::fs::read_dir(&closed).is_err(); // permissions do not bind the administrator
    let outcome = with(&folder.folder, &CheckArgs::default());
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o700)).unwrap();
    match outcome {
        Ok(discovery) => assert!(!is_bound && discovery.found.len() == 2),
        Err(error) => assert!(is_bound && error.message.starts_with("closed: "), "{error}"),
    }
}

#[test]
fn nothing_at_hand_is_nothing_found() {
    let folder = Repository::folder();
    assert!(at(&folder.folder).found.is_empty());
    let around = Surroundings { current_folder: &folder.folder, variable: &nothing };
    assert!(everything_at_hand(&Configuration::resolve(&CheckArgs::default(), &around).unwrap()).unwrap().is_empty());
}

#[test]
fn ten_thousand_files_are_found_read_and_named_in_a_moment() {
    let folder = Repository::folder();
    let mut text = "version = 1\n[check]\nschemas = [\"s/**/*.avsc\"]\n".to_owned();
    for number in 0..10_000 {
        folder.write(&format!("s/{}/order_{number}.avsc", number % 100), RECORD);
        if number % 2 == 0 {
            text += &format!(
                "[[subject]]\nname = \"s{number}\"\nfile = \"s/{}/order_{number}.avsc\"\nmajor = 2\n",
                number % 100
            );
        }
    }
    folder.write("sluicegate.toml", text);
    let started = std::time::Instant::now();
    let configuration = resolve(&folder.folder, &CheckArgs::default()).unwrap();
    let configured = started.elapsed();
    let discovery = discover(&configuration).unwrap();
    let elapsed = started.elapsed();
    println!("10,000 files: {configured:?} for the configuration, {elapsed:?} in all");
    assert_eq!(discovery.found.len(), 10_000);
    assert!(elapsed < std::time::Duration::from_secs(10), "{elapsed:?}");
}
