//! Words of a configuration: reading one of a known few, and naming the nearest where it is none of them.

/// A word that means nothing in its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what} `{word}`: did you mean `{nearest}`?")]
pub struct Unknown {
    /// What it should have been: `change id`, `class`, `profile`, `enforcement`.
    pub what: &'static str,
    /// The word.
    pub word: String,
    /// The known word most like it.
    pub nearest: &'static str,
}

/// The known word most like one that is not known; empty where nothing is known.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> &'a str {
    known.into_iter().min_by_key(|spelling| distance(word, spelling)).unwrap_or_default()
}

/// Finds the value that `word` spells.
pub(super) fn known<T: Copy>(
    what: &'static str,
    word: &str,
    all: impl IntoIterator<Item = T> + Clone,
    spelled: impl Fn(T) -> &'static str,
) -> Result<T, Unknown> {
    if let Some(value) = all.clone().into_iter().find(|value| spelled(*value) == word) {
        return Ok(value);
    }
    let nearest = nearest(word, all.into_iter().map(spelled));
    Err(Unknown { what, word: word.to_owned(), nearest })
}

/// How unlike two words are. A beginning (`major` for `major-bump-required`) is nearer than any slip of the hand.
fn distance(word: &str, spelling: &str) -> usize {
    let plain = |text: &str| text.trim().to_lowercase().replace('_', "-");
    let (word, spelling) = (plain(word), plain(spelling));
    if !word.is_empty() && spelling.starts_with(&word) {
        return 0;
    }
    // Hand-written words are short; a longer one is not worth a product of lengths.
    let start: String = word.chars().take(100).collect();
    1 + strsim::osa_distance(&start, &spelling)
}
