//! Starting and stopping the real program: the ready line, exit codes, and a line for whatever keeps it from starting.

use crate::program::{Ended, Program, ask, command, run, serve_in};
use rustix::process::Signal;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn started(data: &Path) -> (Program, String) {
    let mut program = Program::spawn(command(&serve_in(data)));
    let (_, address) = program.ready();
    (program, address)
}

/// Ended with 101, nothing on standard output and one line on standard error that holds all of `words`.
fn assert_refused(ended: &Ended, words: &[&str]) {
    assert_eq!(ended.code, Some(101), "{ended:?}");
    assert_eq!(ended.out, "", "results alone go to standard output");
    assert_one_line(ended, words);
}

fn assert_one_line(ended: &Ended, words: &[&str]) {
    assert_eq!(ended.err.lines().count(), 1, "{ended:?}");
    assert!(ended.err.starts_with("sluicegate: "), "{ended:?}");
    for word in words {
        assert!(ended.err.contains(word), "{word:?} is missing in {:?}", ended.err);
    }
}

#[test]
fn the_ready_line_gives_the_port_the_folder_and_what_is_in_it() {
    let folder = folder();
    let mut command = command(&["serve", "--listen", "127.0.0.1:0", "--data", "inner/data"]);
    command.current_dir(&folder);
    let mut program = Program::spawn(command);
    let (line, address) = program.ready();
    let data = folder.path().canonicalize().expect("it exists").join("inner/data");
    let version = env!("CARGO_PKG_VERSION");
    assert_ne!(address, "127.0.0.1:0");
    assert_eq!(
        line,
        format!(
            "sluicegate {version} ready on http://{address} (rocksdb in {}, 0 subjects, 0 versions)\n",
            data.display()
        )
    );
    assert_eq!(ask("GET", &address, "/subjects", ""), (200, "[]".to_owned()));
}

#[test]
fn what_was_registered_is_counted_in_the_next_ready_line() {
    let folder = folder();
    let (program, address) = started(folder.path());
    for (subject, schema) in [("a", "int"), ("a", "long"), ("b", "string")] {
        let body = format!(r#"{{"schema": "\"{schema}\""}}"#);
        let (status, answer) = ask("POST", &address, &format!("/subjects/{subject}/versions"), &body);
        assert_eq!(status, 200, "{answer}");
    }
    program.signal(Signal::TERM);
    assert_eq!(program.end().code, Some(0));
    let mut again = Program::spawn(command(&serve_in(folder.path())));
    let (line, _) = again.ready();
    assert!(line.ends_with(", 2 subjects, 3 versions)\n"), "{line}");
}

#[test]
fn what_policy_refuses_is_in_the_log_and_nothing_of_the_schema() {
    let folder = folder();
    let (program, address) = started(folder.path());
    let register = |fields: &str| {
        let schema = format!(r#"{{\"type\":\"record\",\"name\":\"R\",\"fields\":[{fields}]}}"#);
        ask("POST", &address, "/subjects/a/versions", &format!(r#"{{"schema": "{schema}"}}"#))
    };
    assert_eq!(ask("PUT", &address, "/policy", r#"{"enforcement": "enforce"}"#).0, 200);
    assert_eq!(register(r#"{\"name\":\"private\",\"type\":\"string\",\"default\":\"secret\"}"#).0, 200);
    let (status, answer) = register("");
    assert!(status == 409 && answer.contains("field-removed") && answer.contains("secret"), "{status} {answer}");
    program.signal(Signal::TERM);
    let log = program.end().err;
    assert!(log.contains("refused by policy") && log.contains("field-removed"), "{log}");
    assert!(!log.contains("private") && !log.contains("secret"), "{log}");
}

#[test]
fn sigterm_and_sigint_both_stop_it_cleanly() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut program = Program::spawn(command(&["serve", "--listen", "127.0.0.1:0", "--storage", "memory"]));
        let (line, _) = program.ready();
        assert!(line.ends_with(" (memory, 0 subjects, 0 versions)\n"), "{line}");
        program.signal(signal);
        let ended = program.end();
        assert_eq!((ended.code, ended.out), (Some(0), line));
    }
}

/// A connection on which the server waits for the rest of a request, and that rest.
fn half_a_request(address: &str) -> (TcpStream, &'static [u8]) {
    let body = br#"{"schema": "\"int\""}"#;
    let mut connection = TcpStream::connect(address).expect("a connection");
    write!(
        connection,
        "POST /subjects/late/versions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
         Expect: 100-continue\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .expect("the head");
    let mut go_on = [0; 25];
    connection.read_exact(&mut go_on).expect("the server has taken the request up");
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    connection.write_all(&body[..5]).expect("a part of the body");
    (connection, &body[5..])
}

fn wait_until_nobody_listens(address: &str) {
    let until = Instant::now() + Duration::from_secs(8);
    while TcpStream::connect(address).is_ok() {
        assert!(Instant::now() < until, "new connections are still accepted");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_stop_finishes_a_request_that_was_accepted() {
    let folder = folder();
    let (program, address) = started(folder.path());
    let (mut connection, rest) = half_a_request(&address);
    program.signal(Signal::TERM);
    wait_until_nobody_listens(&address);
    connection.write_all(rest).expect("the rest of the body");
    let mut answer = [0; 12];
    connection.read_exact(&mut answer).expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 200");
    drop(connection);
    assert_eq!(program.end().code, Some(0));
    let (_again, address) = started(folder.path());
    assert_eq!(ask("GET", &address, "/subjects", ""), (200, r#"["late"]"#.to_owned()));
}

#[test]
fn a_second_signal_does_not_wait_for_anybody() {
    let folder = folder();
    let (program, address) = started(folder.path());
    let (_connection, _rest) = half_a_request(&address);
    program.signal(Signal::TERM);
    wait_until_nobody_listens(&address);
    program.signal(Signal::INT);
    assert_eq!(program.end().code, Some(101));
}

#[test]
fn an_idle_connection_does_not_hold_up_a_stop() {
    let folder = folder();
    let (program, address) = started(folder.path());
    let mut idle = TcpStream::connect(&address).expect("a connection");
    idle.write_all(b"GET /subjects HTTP/1.1\r\nHost: x\r\n\r\n").expect("a request");
    let mut answer = [0; 12];
    idle.read_exact(&mut answer).expect("an answer");
    let asked = Instant::now();
    program.signal(Signal::TERM);
    assert_eq!(program.end().code, Some(0));
    assert!(asked.elapsed() < Duration::from_secs(8), "the stop took {:?}", asked.elapsed());
}

#[test]
fn a_taken_port_is_named_with_a_way_out() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("bound").to_string();
    let ended = run(&["serve", "--storage", "memory", "--listen", &address]);
    assert_refused(&ended, &[&address, "in use", "--listen ADDR:PORT"]);
}

#[test]
fn a_store_has_one_owner() {
    let folder = folder();
    let (_owner, address) = started(folder.path());
    let second = run(&serve_in(folder.path()));
    assert_refused(&second, &[folder.path().to_str().expect("UTF-8"), "in use by another process", "--data DIR"]);
    assert_eq!(ask("GET", &address, "/subjects", "").0, 200, "the first is not disturbed");
}

#[test]
fn a_folder_of_somebody_else_is_left_alone() {
    let folder = folder();
    fs::write(folder.path().join("thesis.txt"), "years of work").expect("a file");
    assert_refused(&run(&serve_in(folder.path())), &["thesis.txt", "--data DIR"]);
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing was added");
}

#[test]
fn a_newer_store_is_not_guessed_at() {
    let folder = folder();
    let (program, _) = started(folder.path());
    program.signal(Signal::TERM);
    assert_eq!(program.end().code, Some(0));
    let format = folder.path().join("FORMAT");
    let text = fs::read_to_string(&format).expect("a store has a format");
    fs::write(&format, text.replace("sluicegate store 1 ", "sluicegate store 2 ")).expect("written");
    assert_refused(&run(&serve_in(folder.path())), &["format 2", "newer sluicegate"]);
}

#[test]
fn a_damaged_store_is_refused_and_verify_says_so_too() {
    let folder = folder();
    let (program, address) = started(folder.path());
    ask("POST", &address, "/subjects/a/versions", r#"{"schema": "\"int\""}"#);
    program.signal(Signal::TERM);
    assert_eq!(program.end().code, Some(0));
    let data = folder.path().to_str().expect("UTF-8");
    let sound = run(&["verify", "--data", data]);
    assert_eq!((sound.code, sound.err.as_str()), (Some(0), ""), "{sound:?}");
    assert!(sound.out.contains("1 versions") && sound.out.contains("nothing is wrong"), "{sound:?}");

    fs::remove_file(folder.path().join("store/CURRENT")).expect("RocksDB has one");
    assert_refused(&run(&serve_in(folder.path())), &["damaged", "restore"]);
    let damaged = run(&["verify", "--data", data]);
    assert_eq!(damaged.code, Some(100), "{damaged:?}");
    assert!(damaged.out.starts_with("damage: "), "{damaged:?}");
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = folder();
    let file = folder.path().join("file");
    fs::write(&file, "").expect("a file");
    assert_refused(&run(&serve_in(&file.join("data"))), &["cannot write to the data directory", "--data DIR"]);
}

#[test]
fn a_misspelt_setting_is_refused_wherever_it_stands() {
    let mut by_environment = command(&["serve", "--storage", "memory"]);
    by_environment.env("SLUICEGATE_LISEN", "127.0.0.1:0");
    let ended = Program::spawn(by_environment).end();
    assert_refused(&ended, &["SLUICEGATE_LISEN", "did you mean SLUICEGATE_LISTEN?"]);

    let folder = folder();
    let file = folder.path().join("registry.toml");
    fs::write(&file, "version = 1\n\n[serve]\nlissten = [\"127.0.0.1:0\"]\n").expect("a file");
    let ended = run(&["serve", "--config", file.to_str().expect("UTF-8")]);
    assert_refused(&ended, &["registry.toml line 4", "`lissten`", "did you mean `listen`?"]);

    let ended = run(&["serve", "--lissten", "127.0.0.1:0"]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert_one_line(&ended, &["--lissten", "--listen"]);

    let ended = run(&["serve", "--config", "/nowhere/registry.toml"]);
    assert_refused(&ended, &["/nowhere/registry.toml"]);
}

#[test]
fn a_value_that_makes_no_sense_is_refused_with_those_that_do() {
    let ended = run(&["serve", "--compatibility", "SIDEWAYS"]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert_one_line(&ended, &["--compatibility", "SIDEWAYS", "BACKWARD", "FULL_TRANSITIVE"]);
    let mut by_environment = command(&["serve"]);
    by_environment.env("SLUICEGATE_LISTEN", "everywhere");
    assert_refused(&Program::spawn(by_environment).end(), &["SLUICEGATE_LISTEN", "everywhere", "127.0.0.1:8081"]);
}

#[test]
fn help_and_version_are_results() {
    let help = run(&["--help"]);
    assert_eq!((help.code, help.err.as_str()), (Some(0), ""));
    for word in ["serve", "healthcheck", "verify", "Examples:", "Exit codes:"] {
        assert!(help.out.contains(word), "{word} is missing in\n{}", help.out);
    }
    let serve = run(&["serve", "--help"]);
    for setting in &sluicegate::settings::SETTINGS {
        assert!(serve.out.contains(&format!("--{} <{}>", setting.name, setting.value)), "{}", setting.name);
        assert!(serve.out.contains(&setting.variable()), "{}", setting.name);
    }
    assert_eq!(run(&["--version"]).out, format!("sluicegate {}\n", env!("CARGO_PKG_VERSION")));
    assert_eq!(run(&[]).code, Some(2));
    assert_eq!(run(&["frobnicate"]).code, Some(2));
}

#[test]
fn a_reader_who_left_ends_it_quietly() {
    let mut child = command(&["serve", "--help"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program was built for the tests");
    drop(child.stdout.take());
    let ended = child.wait_with_output().expect("an end");
    assert_eq!((ended.status.code(), ended.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn a_healthcheck_asks_the_registry_of_the_same_settings() {
    let folder = folder();
    let (_program, address) = started(folder.path());
    let url = format!("http://{address}");
    let healthy = run(&["healthcheck", "--url", &url]);
    assert_eq!((healthy.code, healthy.out.as_str(), healthy.err.as_str()), (Some(0), "ready\n", ""));
    let port = address.rsplit(':').next().expect("a port");
    let mut in_container = command(&["healthcheck"]);
    in_container.env("SLUICEGATE_LISTEN", format!("0.0.0.0:{port}"));
    assert_eq!(Program::spawn(in_container).end().code, Some(0));
    let nobody = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("bound");
    assert_refused(&run(&["healthcheck", "--url", &format!("http://{nobody}")]), &[&nobody.to_string()]);
}

#[test]
fn the_log_is_json_on_request_and_holds_neither_schemas_nor_credentials() {
    let mut arguments = vec!["serve", "--listen", "127.0.0.1:0", "--storage", "memory"];
    arguments.extend(["--log-format", "json", "--log-level", "trace"]);
    let mut program = Program::spawn(command(&arguments));
    let (_, address) = program.ready();
    let body = r#"{"schema": "{\"type\": \"enum\", \"name\": \"Confidential\", \"symbols\": [\"MARKER\"]}"}"#;
    assert_eq!(ask("POST", &address, "/subjects/s/versions", body).0, 200);
    let broken = r#"{"schema": "{\"type\": \"MARKER\"}"}"#;
    assert_eq!(ask("POST", &address, "/subjects/s/versions", broken).0, 422);
    let mut connection = TcpStream::connect(&address).expect("a connection");
    let request =
        "GET /subjects HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Basic TUFSS0VSOk1BUktFUg==\r\n\r\n";
    connection.write_all(request.as_bytes()).expect("a request");
    connection.read_to_end(&mut Vec::new()).expect("an answer");
    program.signal(Signal::TERM);
    let ended = program.end();
    assert_eq!(ended.code, Some(0));
    assert!(ended.err.lines().count() >= 2, "{}", ended.err);
    for line in ended.err.lines() {
        let read: serde_json::Value = serde_json::from_str(line).expect("each line is a JSON object");
        assert!(read["level"].is_string() && read["timestamp"].is_string(), "{line}");
    }
    for secret in ["MARKER", "TUFSS0VSOk1BUktFUg=="] {
        assert!(!ended.err.contains(secret), "{secret} is in\n{}", ended.err);
    }
}
