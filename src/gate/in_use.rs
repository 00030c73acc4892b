//! Which live versions of a subject are in use: `--in-use`.

use std::fmt;

/// A choice among the live versions of a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InUse {
    /// Every one.
    All,
    /// At most so many, the newest; at least one.
    Last(u32),
    /// These, in ascending order.
    Numbers(Vec<u32>),
    /// Not any.
    None,
}

impl InUse {
    /// Reads `all`, `latest`, `last:N`, `none`, or numbers with commas between them.
    ///
    /// # Errors
    /// A sentence that lists the forms.
    pub fn read(text: &str) -> Result<Self, String> {
        let number = |text: &str| text.trim().parse::<u32>().ok().filter(|number| *number >= 1);
        let read = match text {
            "all" => Some(Self::All),
            "latest" => Some(Self::Last(1)),
            "none" => Some(Self::None),
            _ => match text.strip_prefix("last:") {
                Some(newest) => number(newest).map(Self::Last),
                None => text.split(',').map(number).collect::<Option<Vec<u32>>>().map(|mut numbers| {
                    numbers.sort_unstable();
                    numbers.dedup();
                    Self::Numbers(numbers)
                }),
            },
        };
        read.ok_or_else(|| format!("`{text}` is none of all, latest, last:N, none, or numbers such as 2,3"))
    }

    /// Those of `live`, which ascends, that are in use, in ascending order.
    ///
    /// # Errors
    /// A number that is not live.
    pub fn of(&self, live: &[u32]) -> Result<Vec<u32>, u32> {
        match self {
            Self::All => Ok(live.to_vec()),
            Self::None => Ok(Vec::new()),
            Self::Last(newest) => {
                let from = live.len().saturating_sub(usize::try_from(*newest).unwrap_or(usize::MAX));
                Ok(live[from..].to_vec())
            }
            Self::Numbers(numbers) => match numbers.iter().find(|number| !live.contains(number)) {
                Some(missing) => Err(*missing),
                None => Ok(numbers.clone()),
            },
        }
    }
}

impl fmt::Display for InUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Last(1) => f.write_str("latest"),
            Self::Last(newest) => write!(f, "last:{newest}"),
            Self::None => f.write_str("none"),
            Self::Numbers(numbers) => {
                let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
                f.write_str(&numbers.join(","))
            }
        }
    }
}
