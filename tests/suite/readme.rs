//! The example of the README: every command is run against the real program, and every answer must be the one shown.

use crate::program::{Program, command, serve_in};
use rustix::process::Signal;
use std::path::Path;
use std::process::{Command, Stdio};

/// Stands between the answers of two commands; no answer holds it.
const BETWEEN: &str = "\u{1}\n";

/// A command of a `console` block, and what is shown below it.
struct Shown {
    command: String,
    answer: String,
}

fn shown(readme: &str) -> Vec<Shown> {
    let mut all: Vec<Shown> = Vec::new();
    for block in readme.split("```console\n").skip(1) {
        for line in block.split("```").next().expect("split gives one at least").lines() {
            match line.strip_prefix("$ ") {
                Some(command) => all.push(Shown { command: command.to_owned(), answer: String::new() }),
                None => all.last_mut().expect("a block opens with a command").answer += &format!("{line}\n"),
            }
        }
    }
    all
}

/// Timestamps differ from run to run.
fn without_timestamps(text: &str) -> String {
    let mut parts = text.split("\"ts\":");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str("\"ts\":");
        kept.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    kept
}

/// Runs commands in one shell in the checkout and returns what each wrote.
fn answers(commands: &[&str], address: &str, orders: &Path) -> Vec<String> {
    let script: String = commands.iter().map(|command| format!("{command}\nprintf '{BETWEEN}'\n")).collect();
    let orders = orders.to_str().expect("temporary folders have UTF-8 names");
    let script = script.replace("127.0.0.1:8081", address).replace("/tmp/orders", orders);
    let program = Path::new(env!("CARGO_BIN_EXE_sluicegate")).parent().expect("it lies in a folder");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new("bash")
        .args(["-c", &script])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .env("PATH", path)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env_remove("GITHUB_ACTIONS")
        .stderr(Stdio::inherit())
        .output()
        .expect("bash is there");
    let text = String::from_utf8(output.stdout).expect("answers are UTF-8");
    text.replace(address, "127.0.0.1:8081").split_terminator(BETWEEN).map(str::to_owned).collect()
}

#[test]
fn every_answer_in_the_readme_is_what_the_program_says() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("a README");
    let shown = shown(&readme);
    let crash = shown.iter().position(|shown| shown.command.starts_with("kill -9")).expect("the example kills it");
    let data = tempfile::tempdir().expect("a temporary folder");
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let mut wrong = Vec::new();
    // The second session starts with the definitions of the first, in which nothing is asked.
    let definitions = shown.iter().take_while(|shown| shown.answer.is_empty()).count();
    let first: Vec<&Shown> = shown[..crash].iter().collect();
    let second: Vec<&Shown> = shown[..definitions].iter().chain(&shown[crash + 1..]).collect();
    for session in [first, second] {
        let mut program = Program::spawn(command(&serve_in(data.path())));
        let (_, address) = program.ready();
        let commands: Vec<&str> = session.iter().map(|shown| shown.command.as_str()).collect();
        let answers = answers(&commands, &address, &elsewhere.path().join("orders"));
        assert_eq!(answers.len(), session.len(), "{answers:?}");
        for (shown, answer) in session.iter().zip(answers) {
            if without_timestamps(&answer) != without_timestamps(&shown.answer) {
                wrong.push(format!("$ {}\nanswers\n{answer}shown is\n{}", shown.command, shown.answer));
            }
        }
        program.signal(Signal::KILL);
        program.end();
    }
    assert!(wrong.is_empty(), "README.md shows {} answers that are not given:\n{}", wrong.len(), wrong.join("\n"));
}
