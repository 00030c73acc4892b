//! Values as an operator spells them.

use std::net::{SocketAddr, ToSocketAddrs};
use std::ops::RangeInclusive;

pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    let unusable = || format!("`{text}` is no address with a port; write for instance 127.0.0.1:8081");
    text.to_socket_addrs().map_err(|_| unusable())?.next().ok_or_else(unusable)
}

pub(super) fn some(text: &str) -> Result<&str, String> {
    if text.is_empty() { Err("is empty; name a folder".to_owned()) } else { Ok(text) }
}

pub(super) fn bytes(text: &str, range: RangeInclusive<usize>) -> Result<usize, String> {
    number(text, "number of bytes", range)
}

pub(super) fn items(text: &str) -> Result<usize, String> {
    number(text, "number", 1..=i32::MAX as usize)
}

fn number(text: &str, what: &str, range: RangeInclusive<usize>) -> Result<usize, String> {
    let read = text.parse().ok().filter(|number| range.contains(number));
    read.ok_or_else(|| format!("`{text}` is no {what} from {} to {}", range.start(), range.end()))
}

pub(super) fn truth(text: &str) -> Result<bool, String> {
    one_of(&text.to_ascii_lowercase(), [("true", true), ("false", false)])
}

/// A list separated by commas, perhaps empty, of words that can stand in a header.
pub(super) fn words(text: &str) -> Result<Vec<String>, String> {
    let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
    let checked = words.map(|word| match word.bytes().all(|byte| byte.is_ascii_graphic()) {
        true => Ok(word.to_owned()),
        false => Err(format!("`{word}` is not one word")),
    });
    checked.collect()
}

/// The same where an empty list would allow nothing at all, which nobody wants who sets it.
pub(super) fn some_words(text: &str) -> Result<Vec<String>, String> {
    let words = words(text)?;
    if words.is_empty() { Err("is empty; name at least one, or leave it out".to_owned()) } else { Ok(words) }
}

pub(super) fn one_of<T, const N: usize>(text: &str, known: [(&str, T); N]) -> Result<T, String> {
    let names = known.each_ref().map(|(name, _)| *name).join(", ");
    let found = known.into_iter().find(|(name, _)| *name == text);
    found.map(|(_, value)| value).ok_or_else(|| format!("`{text}` is none of {names}"))
}
