//! A file of records as `sluicegate records` takes it, in each of its forms.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sluicegate::gate::{World, commands, run};
use sluicegate_fuzz::{SCHEMAS, chosen};
use std::path::PathBuf;
use std::sync::LazyLock;

const FORMS: [&str; 9] =
    ["", "json", "plain-json", "avro", "wire", "wire-base64", "wire-hex", "wire-escaped", "wire-lengths"];

static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = PathBuf::from(std::env::var_os("FUZZ_FOLDER").expect("run names a folder of its own"));
    SCHEMAS.iter().enumerate().for_each(|(number, text)| {
        std::fs::write(folder.join(format!("{number}.avsc")), text).expect("the folder can be written");
    });
    folder
});

fuzz_target!(|data: &[u8]| {
    let Some((form, data)) = chosen(&FORMS, data) else { return };
    let numbers: [usize; SCHEMAS.len()] = std::array::from_fn(|number| number);
    let Some((number, data)) = chosen(&numbers, data) else { return };
    let schema = format!("{number}.avsc");
    let mut arguments =
        vec!["sluicegate", "records", "--schema", &schema, "--reader", "0.avsc", "-", "--format", "json"];
    if !form.is_empty() {
        arguments.extend(["--input", form]);
    }
    let chosen =
        clap::Command::new("sluicegate").subcommands(commands()).try_get_matches_from(arguments).expect("it is valid");
    let (name, chosen) = chosen.subcommand().expect("there is one");
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut world = World {
        out: &mut out,
        err: &mut err,
        input: &mut &data[..],
        current_folder: FOLDER.clone(),
        program: &|| clap::Command::new("sluicegate"),
        variable: &|_| None,
        is_terminal: false,
        width: None,
        shows_progress: false,
        today: jiff::civil::date(2026, 1, 1),
    };
    if let Some(Ok(_)) = run(name, chosen, &mut world) {
        serde_json::from_slice::<serde_json::Value>(&out).expect("the report is JSON");
    }
});
