//! Content negotiation: which type an answer gets, which request types are read (`rest-api` 2).

use super::extensions::metrics::Format;
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What every resource can answer with, best first.
pub(super) const PREFERRED: &str = "application/vnd.schemaregistry.v1+json";
const PRODUCED: [&str; 3] = [PREFERRED, "application/vnd.schemaregistry+json", "application/json"];

/// Lists that clients send, in which nothing can beat the first: known by heart, because every request has one.
const CLIENTS: [&str; 4] = [
    PREFERRED,
    "*/*",
    "application/vnd.schemaregistry.v1+json, application/vnd.schemaregistry+json, application/json",
    "application/vnd.schemaregistry.v1+json,application/vnd.schemaregistry+json,application/json",
];

/// A header that is no media type: the original answers 400 before it looks for a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unreadable;

/// What the `Accept` headers ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Acceptable {
    /// The type the answer gets.
    Type(Cow<'static, str>),
    /// None of ours: 406.
    Nothing,
}

/// What the `Content-Type` header says about the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyType {
    /// Absent, or one that is read as JSON.
    Json,
    /// `application/octet-stream`: read as JSON, but where the body may be a message itself.
    Octets,
    /// Any other: 415.
    Unsupported,
}

/// Judges all `Accept` headers together, as one list.
pub(super) fn acceptable<'h>(headers: impl Iterator<Item = &'h [u8]>) -> Result<Acceptable, Unreadable> {
    let header = joined(headers)?;
    if CLIENTS.contains(&header.as_ref()) || header.trim().is_empty() {
        return Ok(Acceptable::Type(Cow::Borrowed(PREFERRED)));
    }
    Ok(best(&ranges(&header)?).map_or(Acceptable::Nothing, Acceptable::Type))
}

/// The type that fits one of the ranges best.
fn best(ranges: &[MediaRange<'_>]) -> Option<Cow<'static, str>> {
    let fitting = |range| PRODUCED.into_iter().enumerate().map(move |(rank, produced)| (range, rank, produced));
    let pairs = ranges.iter().flat_map(fitting).filter(|(range, _, produced)| MediaRange::covers(range, produced));
    // The client's q decides, then our own preference, then who says it most exactly; of equals the first.
    let best = pairs.min_by_key(|(range, rank, _)| (Reverse(range.q), *rank, range.wildcards()));
    best.map(|(range, _, produced)| range.answer(produced))
}

/// The type of ours that the `Accept` headers ask for by name, if any.
pub(super) fn named<'h>(headers: impl Iterator<Item = &'h [u8]>) -> Option<Cow<'static, str>> {
    let header = joined(headers).ok()?;
    let mut ranges = ranges(&header).ok()?;
    ranges.retain(|range| range.wildcards() == 0);
    best(&ranges)
}

/// The type of the empty answer that OPTIONS gets where the client prefers some type to plain text; `None` where the
/// methods are sent as a text.
pub(super) fn preferred_to_text<'h>(headers: impl Iterator<Item = &'h [u8]>) -> Option<String> {
    let header = joined(headers).ok()?;
    let ranges = ranges(&header).ok()?;
    let text = ranges.iter().filter(|range| range.covers("text/plain")).map(|range| range.q).max();
    let exact = || ranges.iter().filter(|range| range.wildcards() == 0);
    let best_q = exact().map(|range| range.q).max()?;
    let best = exact().find(|range| range.q == best_q)?;
    text.is_none_or(|text| best.q > text).then(|| best.spelled())
}

/// The text that a scraper gets: the older format, unless it likes OpenMetrics at least as well.
pub(super) fn scraped<'h>(headers: impl Iterator<Item = &'h [u8]>) -> Format {
    let header = joined(headers).unwrap_or_default();
    let ranges = ranges(&header).unwrap_or_default();
    let liked = |name: &str| ranges.iter().filter(|range| range.names(name)).map(|range| range.q).max().unwrap_or(0);
    let open = liked("application/openmetrics-text");
    if open > 0 && open >= liked("text/plain") { Format::OpenMetrics } else { Format::Plain }
}

/// Whether a client with these `Accept` headers is told why its request could not be read. The original's HTTP server
/// writes its page for whoever accepts anything at all, and reads the list less strictly than its application does.
pub(super) fn takes_a_page<'h>(headers: impl Iterator<Item = &'h [u8]>) -> bool {
    let mut headers = headers.peekable();
    let accepts = |element: &str| {
        let mut parameters = split_outside_quotes(element, b';').skip(1).filter_map(|piece| piece.split_once('='));
        let q = parameters.find(|(name, _)| name.trim() == "q").map(|(_, q)| q.trim().parse::<f64>().unwrap_or(0.0));
        !element.trim().is_empty() && q.unwrap_or(1.0) > 0.0
    };
    headers.peek().is_none()
        || headers.any(|header| split_outside_quotes(&String::from_utf8_lossy(header), b',').any(accepts))
}

/// Several headers of one name are one list.
fn joined<'h>(headers: impl Iterator<Item = &'h [u8]>) -> Result<Cow<'h, str>, Unreadable> {
    // What is not UTF-8 cannot name a type of ours.
    let mut headers = headers.map(|header| std::str::from_utf8(header).map_err(|_| Unreadable));
    let first = headers.next().transpose()?.unwrap_or("");
    let mut all = Cow::Borrowed(first);
    for header in headers {
        all.to_mut().push(',');
        all.to_mut().push_str(header?);
    }
    Ok(all)
}

/// The elements of a list. One comma at the end is overlooked, an empty element anywhere else is not.
fn ranges(header: &str) -> Result<Vec<MediaRange<'_>>, Unreadable> {
    let mut elements: Vec<&str> = split_outside_quotes(header, b',').collect();
    if elements.len() > 1 && elements.last().is_some_and(|last| last.trim().is_empty()) {
        elements.pop();
    }
    elements.into_iter().map(|element| MediaRange::read(element)?.weighed()).collect()
}

/// Judges the `Content-Type` headers; more than one is unreadable.
pub(super) fn body_type<'h>(mut headers: impl Iterator<Item = &'h [u8]>) -> Result<BodyType, Unreadable> {
    let Some(header) = headers.next() else { return Ok(BodyType::Json) };
    if headers.next().is_some() {
        return Err(Unreadable);
    }
    let header = std::str::from_utf8(header).map_err(|_| Unreadable)?;
    if header == PREFERRED || header == "application/json" {
        return Ok(BodyType::Json);
    }
    let range = MediaRange::read(header)?;
    if range.subtype.is_empty() {
        return Err(Unreadable);
    }
    let is_json = PRODUCED.iter().any(|produced| range.names(produced));
    Ok(match range.names("application/octet-stream") {
        true => BodyType::Octets,
        false if is_json => BodyType::Json,
        false => BodyType::Unsupported,
    })
}

/// The pieces of a list; a separator inside quotes does not separate.
fn split_outside_quotes(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let (mut quoted, mut escaped) = (false, false);
        let cut = text.bytes().position(|byte| {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = quoted,
                b'"' => quoted = !quoted,
                _ => return byte == separator && !quoted,
            }
            false
        });
        let piece = cut.map_or(text, |at| &text[..at]);
        rest = cut.map(|at| &text[at + 1..]);
        Some(piece)
    })
}

/// One media type, perhaps with wildcards.
struct MediaRange<'h> {
    main: &'h str,
    /// Empty where the header gives only one word, which in `Accept` stands for all of that kind.
    subtype: &'h str,
    /// Name, in lower case, and value of every parameter.
    parameters: BTreeMap<String, String>,
    /// Quality in thousandths.
    q: u16,
}

impl<'h> MediaRange<'h> {
    fn read(text: &'h str) -> Result<Self, Unreadable> {
        let mut pieces = split_outside_quotes(text, b';').map(str::trim);
        let name = pieces.next().unwrap_or("");
        let (main, subtype) = name.split_once('/').unwrap_or((name, ""));
        if !is_token(main) || (name.contains('/') && !is_token(subtype)) {
            return Err(Unreadable);
        }
        let mut parameters = BTreeMap::new();
        for piece in pieces.filter(|piece| !piece.is_empty()) {
            let (name, value) = piece.split_once('=').ok_or(Unreadable)?;
            let (name, value) = (name.trim(), value.trim());
            if !is_token(name) {
                return Err(Unreadable);
            }
            parameters.insert(name.to_ascii_lowercase(), unquoted(value).ok_or(Unreadable)?);
        }
        Ok(Self { main, subtype, parameters, q: 1000 })
    }

    /// With the parameters that weigh it taken for its weight.
    fn weighed(mut self) -> Result<Self, Unreadable> {
        if let Some(q) = self.parameters.remove("q") {
            self.q = quality(&q)?;
        }
        self.parameters.remove("qs");
        Ok(self)
    }

    /// How much it leaves open.
    fn wildcards(&self) -> u8 {
        u8::from(self.main == "*") + u8::from(matches!(self.subtype, "*" | ""))
    }

    fn names(&self, produced: &str) -> bool {
        produced.split_once('/').is_some_and(|(main, subtype)| {
            self.main.eq_ignore_ascii_case(main) && self.subtype.eq_ignore_ascii_case(subtype)
        })
    }

    fn covers(&self, produced: &str) -> bool {
        let main = produced.split_once('/').map_or("", |(main, _)| main);
        self.main == "*"
            || (self.main.eq_ignore_ascii_case(main) && matches!(self.subtype, "*" | ""))
            || self.names(produced)
    }

    /// The type of the answer: ours, with the parameters of a range that names it.
    fn answer(&self, produced: &'static str) -> Cow<'static, str> {
        match self.parameters.is_empty() || !self.names(produced) {
            true => Cow::Borrowed(produced),
            false => Cow::Owned(self.spelled()),
        }
    }

    /// The type with its parameters, as answers announce it.
    fn spelled(&self) -> String {
        let mut spelled = format!("{}/{}", self.main, self.subtype).to_ascii_lowercase();
        for (name, value) in &self.parameters {
            spelled.push_str(&format!(";{name}="));
            match value.bytes().all(is_token_byte) {
                true => spelled.push_str(value),
                false => spelled.push_str(&format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))),
            }
        }
        spelled
    }
}

/// A number from 0 to 1 with at most five characters, in thousandths.
fn quality(text: &str) -> Result<u16, Unreadable> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = matches!(whole, "0" | "1") || (whole.is_empty() && !fraction.is_empty());
    if text.len() > 5 || !is_number || !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(Unreadable);
    }
    let thousandths = format!("{fraction:0<3}")[..3].parse().unwrap_or(0);
    match (whole, thousandths) {
        ("1", 0) => Ok(1000),
        ("1", _) => Err(Unreadable),
        _ => Ok(thousandths),
    }
}

/// A token as it is, or what a quoted text says.
fn unquoted(value: &str) -> Option<String> {
    let Some(inside) = value.strip_prefix('"') else { return is_token(value).then(|| value.to_owned()) };
    let inside = inside.strip_suffix('"')?;
    let mut text = String::with_capacity(inside.len());
    let mut letters = inside.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => return None,
            '\\' => text.push(letters.next()?),
            _ => text.push(letter),
        }
    }
    Some(text)
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_token_byte)
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(headers: &[&str]) -> Result<String, Unreadable> {
        let judged = acceptable(headers.iter().map(|header| header.as_bytes()))?;
        Ok(match judged {
            Acceptable::Type(media_type) => media_type.into_owned(),
            Acceptable::Nothing => "406".to_owned(),
        })
    }

    #[test]
    fn the_type_of_an_answer_is_what_the_list_prefers() {
        let own = PREFERRED;
        for (header, expected) in [
            ("application", own), // one word is all of its kind
            ("text", "406"),
            ("*/json", own),
            ("application/json, */*", own),
            ("application/json;q=0.5, text/html", "application/json"),
            ("*/*, application/vnd.schemaregistry.v1+json;a=1", "application/vnd.schemaregistry.v1+json;a=1"),
            ("application/json;charset=\"utf-8\";B=x;a=\"y z\"", "application/json;a=\"y z\";b=x;charset=utf-8"),
            ("application/json;qs=0.5;q=1.0", "application/json"),
            ("application/json;a=1;A=2", "application/json;a=2"),
            ("application/json,", "application/json"),
            (" ", own),
        ] {
            assert_eq!(accepted(&[header]).as_deref(), Ok(expected), "{header}");
        }
        assert_eq!(accepted(&["text/html", "application/json;q=.1"]).as_deref(), Ok("application/json"));
    }

    #[test]
    fn what_cannot_be_read_is_explained_to_whoever_takes_anything() {
        for (header, is_told) in [
            (",", false),
            (",application/json", true),
            ("application/json,,text/html", true),
            ("application/json;q=abc", false),
            ("application/json;q=abc, text/html", true),
            ("application/json;q=0.5000", true),
            ("application/json;q=1.1", true),
            ("application/json;a", true),
            ("application/json;a=\"b", true),
            ("application / json", true),
            ("a/b/c;q=0", false),
        ] {
            assert_eq!(accepted(&[header]), Err(Unreadable), "{header}");
            assert_eq!(takes_a_page([header.as_bytes()].into_iter()), is_told, "{header}");
        }
        assert!(takes_a_page(std::iter::empty()));
        assert!(!takes_a_page([" ".as_bytes()].into_iter()));
    }

    #[test]
    fn the_type_of_a_body_is_one_and_has_both_parts() {
        for (header, expected) in [
            ("application/json;q=abc", Ok(BodyType::Json)), // a weight is one more parameter here
            ("Application/Octet-Stream; charset=\"x\"", Ok(BodyType::Octets)),
            ("application/json+x", Ok(BodyType::Unsupported)),
            ("*", Err(Unreadable)),
            ("application", Err(Unreadable)),
            ("application/json, application/json", Err(Unreadable)),
            ("application/json;charset=", Err(Unreadable)),
        ] {
            assert_eq!(body_type([header.as_bytes()].into_iter()), expected, "{header}");
        }
    }

    #[test]
    fn options_are_a_text_unless_another_type_is_preferred() {
        for (header, expected) in [
            ("", None),
            ("*/*", None),
            ("text/plain", None),
            ("text/*;q=0.5", None),
            ("application/json, text/plain", None),
            ("application/json", Some("application/json")),
            ("application/JSON;a=b", Some("application/json;a=b")),
            ("application/xml", Some("application/xml")),
            ("text/html, */*;q=0.8", Some("text/html")),
            ("application/json, application/xml, text/plain;q=0.5", Some("application/json")),
            ("application/json;q=0.1, */*;q=0.5", None),
        ] {
            assert_eq!(preferred_to_text([header.as_bytes()].into_iter()).as_deref(), expected, "{header}");
        }
    }
}
