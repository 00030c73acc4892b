//! What to compare: read from the arguments.

use crate::generator::Generator;
use std::path::PathBuf;

pub(crate) const USAGE: &str = "usage: cargo test --release --no-default-features --test oracle -- \
    --jars FOLDER [--java COMMAND] [--seed N] [--pairs N] [--texts N] [--shown N] [--save FOLDER]";

/// What to compare.
pub(crate) struct Settings {
    /// Where Avro's and Jackson's jars lie.
    pub(crate) jars: PathBuf,
    /// The Java that answers; `javac` is looked for on the path.
    pub(crate) java: String,
    /// What the generator starts from.
    pub(crate) seed: u64,
    /// How many pairs to compare.
    pub(crate) pairs: u64,
    /// How many texts to compare.
    pub(crate) texts: u64,
    /// How many differences of each kind to print.
    pub(crate) shown: usize,
    /// Where to put a selection of questions and answers, if anywhere; then nothing is compared.
    pub(crate) save: Option<PathBuf>,
}

impl Settings {
    pub(crate) fn read(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut arguments = arguments;
        let mut settings = Self {
            jars: PathBuf::new(),
            java: "java".to_owned(),
            seed: 1,
            pairs: 200_000,
            texts: 100_000,
            shown: 3,
            save: None,
        };
        while let Some(name) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("{name} needs a value"))?;
            let number = || value.parse().map_err(|_| format!("{name} needs a number, not {value}"));
            match &*name {
                "--jars" => settings.jars = PathBuf::from(&value),
                "--java" => settings.java = value,
                "--seed" => settings.seed = number()?,
                "--pairs" => settings.pairs = number()?,
                "--texts" => settings.texts = number()?,
                "--shown" => settings.shown = usize::try_from(number()?).map_err(|error| error.to_string())?,
                "--save" => settings.save = Some(PathBuf::from(&value)),
                _ => return Err(format!("unknown argument {name}")),
            }
        }
        if settings.jars.as_os_str().is_empty() { Err("--jars is missing".to_owned()) } else { Ok(settings) }
    }

    /// The generator of question `number`, so that each question can be made again alone.
    pub(crate) fn generator(&self, number: u64) -> Generator {
        Generator::new(self.seed.wrapping_mul(0x9e37_79b9).wrapping_add(number) ^ (number << 32))
    }
}
