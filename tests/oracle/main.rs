//! Asks Avro Java itself: the same random pairs and texts go to it and to us, and every difference is printed.
//!
//! Not part of `make test`, for it needs a JDK and Avro's jars; `README.md` beside this file says how to run it.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program whose purpose is what it prints")]

mod answers;
mod changes;
mod java;
mod pairs;
mod save;
mod settings;
mod tally;
mod texts;
mod vectors;

#[path = "../suite/generator/mod.rs"]
#[expect(dead_code, reason = "Java is asked about pairs; evolutions and histories are the suite's alone")]
mod generator;
#[path = "../suite/compat/tangles.rs"]
mod tangles;

use java::Java;
use settings::Settings;
use std::process::ExitCode;

fn main() -> ExitCode {
    let settings = match Settings::read(std::env::args().skip(1)) {
        Ok(settings) => settings,
        Err(reason) => {
            eprintln!("{reason}\n\n{}", settings::USAGE);
            return ExitCode::from(2);
        }
    };
    match run(&settings) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(differences) => {
            println!("{differences} differences");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("the comparison broke off: {error}");
            ExitCode::from(2)
        }
    }
}

/// Compares as many pairs and texts as asked for; how many answers differ.
fn run(settings: &Settings) -> std::io::Result<usize> {
    let java = Java::build(&settings.jars, &settings.java)?;
    vectors::check(&java)?;
    if let Some(folder) = &settings.save {
        save::save(&java, settings, folder)?;
        return Ok(0);
    }
    println!("seed {}: {} pairs, {} texts", settings.seed, settings.pairs, settings.texts);
    let pairs = pairs::compare(&java, settings)?;
    let texts = texts::compare(&java, settings)?;
    Ok(pairs + texts)
}
