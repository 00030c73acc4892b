//! Reads a raw request path as Confluent's HTTP server does: what is refused, what is a segment, what a segment means.
//!
//! Runs once per request and before routing (`rest-api` 1.1). The framework's own router would decode `%2F`, merge
//! `//` and keep matrix parameters, so it never sees the path.

use super::settings::UriRules;
use std::borrow::Cow;

/// Segments a route can have; a longer path leads nowhere but must still be well-formed.
const SEGMENTS_MAX: usize = 10;

/// A well-formed path, cut into raw segments: still encoded, matrix parameters and a trailing slash removed.
#[derive(Debug, Clone, Copy)]
pub(super) struct RawPath<'a> {
    segments: [&'a str; SEGMENTS_MAX],
    count: usize,
}

/// Why a path is refused before any application code: answered 400.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RefusedUri {
    /// The server's word for it.
    pub(super) reason: &'static str,
    /// Whether PUT and DELETE get the page too; for the other refusals their body stays empty.
    pub(super) page_for_every_method: bool,
}

impl RefusedUri {
    const fn new(reason: &'static str) -> Self {
        Self { reason, page_for_every_method: false }
    }

    const fn bad_escape(reason: &'static str) -> Self {
        Self { reason, page_for_every_method: true }
    }
}

impl<'a> RawPath<'a> {
    /// Judges and cuts `path` (no query, no fragment).
    pub(super) fn read(path: &'a str, rules: UriRules) -> Result<Self, RefusedUri> {
        let Some(rest) = path.strip_prefix('/') else {
            return Err(RefusedUri::new("Bad URI path"));
        };
        check_characters(path.as_bytes(), rules)?;
        let mut read = Self { segments: [""; SEGMENTS_MAX], count: 0 };
        let mut pieces = rest.split('/').peekable();
        while let Some(piece) = pieces.next() {
            let segment = piece.split(';').next().unwrap_or(piece);
            if piece.is_empty() && rules == UriRules::Legacy {
                continue;
            }
            if segment.is_empty() {
                if pieces.peek().is_some() {
                    return Err(RefusedUri::new("Ambiguous URI empty segment"));
                }
                break; // a trailing slash
            }
            check_segment(segment, rules)?;
            if let Some(place) = read.segments.get_mut(read.count) {
                *place = segment;
            }
            read.count += 1;
        }
        Ok(read)
    }

    /// The segments; none if there are more than any route has.
    pub(super) fn segments(&self) -> Option<&[&'a str]> {
        self.segments.get(..self.count)
    }
}

/// Decodes a segment that [`RawPath::read`] has accepted. A `+` is a plus.
pub(super) fn decode(segment: &str) -> Cow<'_, str> {
    if !segment.contains('%') {
        return Cow::Borrowed(segment);
    }
    // Accepted segments are valid UTF-8 once decoded, so nothing is lost here.
    Cow::Owned(String::from_utf8_lossy(&unescape(segment.as_bytes(), false)).into_owned())
}

/// Looks a parameter up in a raw query: its first value, decoded; `Some("")` if it stands there without one.
pub(super) fn parameter<'q>(query: &'q str, name: &str) -> Option<Cow<'q, str>> {
    parameters(query, name).next()
}

/// All values of a repeated parameter, in order. A query is never refused: what does not decode is replaced.
pub(super) fn parameters<'q>(query: &'q str, name: &str) -> impl Iterator<Item = Cow<'q, str>> {
    query.split('&').filter_map(move |pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode_query(key) == name).then(|| decode_query(value))
    })
}

fn decode_query(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|b| b == b'%' || b == b'+') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(String::from_utf8_lossy(&unescape(text.as_bytes(), true)).into_owned())
}

fn unescape(text: &[u8], plus_is_blank: bool) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match (byte, hex_pair(text, at + 1)) {
            (b'%', Some(value)) => {
                plain.push(value);
                at += 3;
            }
            (b'+', _) if plus_is_blank => {
                plain.push(b' ');
                at += 1;
            }
            _ => {
                plain.push(byte);
                at += 1;
            }
        }
    }
    plain
}

fn hex_pair(text: &[u8], at: usize) -> Option<u8> {
    let digit = |at: usize| char::from(*text.get(at)?).to_digit(16);
    u8::try_from(digit(at)? * 16 + digit(at + 1)?).ok()
}

/// What no segment may contain, raw or escaped.
fn check_characters(path: &[u8], rules: UriRules) -> Result<(), RefusedUri> {
    let strict = rules == UriRules::Strict;
    for (at, &byte) in path.iter().enumerate() {
        match byte {
            b'%' if matches!(path.get(at + 1), Some(b'u' | b'U')) => {
                return Err(RefusedUri::bad_escape("UTF-16 encoding"));
            }
            b'%' => match hex_pair(path, at + 1) {
                None | Some(0) => return Err(RefusedUri::bad_escape("Bad Request")),
                Some(0x01..=0x1f | 0x7f | b'\\') if strict => return Err(RefusedUri::new("Suspicious Path Character")),
                Some(_) => {}
            },
            b'\\' if strict => return Err(RefusedUri::new("Suspicious Path Character, Illegal Path Character")),
            // Braces are templates to the original's router, which fails on them by any rules.
            0..=0x20 | 0x7f | b'{' | b'}' => return Err(RefusedUri::new("Illegal Path Character")),
            b'|' | b'^' | b'`' | b'[' | b']' | b'"' | b'<' | b'>' if strict => {
                return Err(RefusedUri::new("Illegal Path Character"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// What a whole segment may not be.
fn check_segment(segment: &str, rules: UriRules) -> Result<(), RefusedUri> {
    if !segment.contains('%') {
        return Ok(()); // `.` and `..` as they stand are ordinary names
    }
    let plain = unescape(segment.as_bytes(), false);
    if rules == UriRules::Strict && (plain == b"." || plain == b"..") {
        return Err(RefusedUri::new("Ambiguous URI path segment"));
    }
    match std::str::from_utf8(&plain) {
        Ok(_) => Ok(()),
        Err(_) => Err(RefusedUri::new("Bad UTF-8 encoding")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segments(path: &str) -> Vec<String> {
        segments_by(UriRules::Strict, path)
    }

    fn segments_by(rules: UriRules, path: &str) -> Vec<String> {
        let path = RawPath::read(path, rules).expect("a well-formed path");
        path.segments().expect("a short path").iter().map(|s| decode(s).into_owned()).collect()
    }

    #[test]
    fn segments_are_cut_before_they_are_decoded() {
        assert_eq!(segments("/subjects/a%2Fb/versions"), ["subjects", "a/b", "versions"]);
        assert_eq!(segments("/subjects/a%252Fb"), ["subjects", "a%2Fb"]);
        assert_eq!(segments("/subjects/a+b%20c"), ["subjects", "a+b c"]);
    }

    #[test]
    fn matrix_parameters_and_a_trailing_slash_are_dropped() {
        assert_eq!(segments("/subjects/a;b=c/versions/"), ["subjects", "a", "versions"]);
        assert_eq!(segments("/"), [""; 0]);
    }

    #[test]
    fn dots_are_names_unless_they_are_escaped() {
        assert_eq!(segments("/subjects/../versions"), ["subjects", "..", "versions"]);
        for path in ["/subjects/%2E", "/subjects/%2e%2E/versions", "/subjects/.%2e"] {
            assert_eq!(
                RawPath::read(path, UriRules::Strict).unwrap_err().reason,
                "Ambiguous URI path segment",
                "{path}"
            );
        }
    }

    #[test]
    fn legacy_rules_take_for_names_what_strict_ones_refuse() {
        let legacy = |path| segments_by(UriRules::Legacy, path);
        assert_eq!(legacy("//subjects///a%5Cb//"), ["subjects", "a\\b"]);
        assert_eq!(legacy("/subjects/%2E%2e/versions"), ["subjects", "..", "versions"]);
        assert_eq!(legacy("/config/a\\b|c^d%01%7F"), ["config", "a\\b|c^d\u{1}\u{7f}"]);
        assert_eq!(legacy("//"), [""; 0]);
        for path in ["/a%00b", "/a%zzb", "/a%", "/a%FFb", "/a{b}", "/;a/b"] {
            assert!(RawPath::read(path, UriRules::Legacy).is_err(), "{path}");
        }
    }

    #[test]
    fn a_path_longer_than_any_route_is_well_formed_and_leads_nowhere() {
        let path = "/x".repeat(SEGMENTS_MAX + 1);
        assert!(RawPath::read(&path, UriRules::Strict).unwrap().segments().is_none());
    }

    #[test]
    fn parameters_take_the_first_value_and_never_fail() {
        assert_eq!(parameter("a=1&deleted=%74rue&deleted=x", "deleted").as_deref(), Some("true"));
        assert_eq!(parameter("deleted", "deleted").as_deref(), Some(""));
        assert_eq!(parameter("offset=+1", "offset").as_deref(), Some(" 1"));
        assert_eq!(parameter("p=%zz%", "p").as_deref(), Some("%zz%"));
        assert_eq!(parameter("", "p"), None);
    }
}
