//! Content negotiation: which type an answer gets, which request types are read (`rest-api` 2).

use std::borrow::Cow;

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

/// A header that is no media type. The original answers before it looks for a route, in one of two forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// 400 with a JSON body.
    Explained,
    /// 400 without a body.
    Silent,
}

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
    /// Any other: 415.
    Unsupported,
}

/// Judges all `Accept` headers together, as one list.
pub(super) fn acceptable<'h>(headers: impl Iterator<Item = &'h [u8]>) -> Result<Acceptable, Unreadable> {
    let mut best: Option<(u16, usize, Cow<'static, str>)> = None;
    let (mut asked, mut blank) = (false, true);
    let mut headers = headers.peekable();
    while let Some(header) = headers.next() {
        // Headers that are not ASCII cannot name a type of ours.
        let header = std::str::from_utf8(header).map_err(|_| Unreadable::Explained)?;
        if !asked && headers.peek().is_none() && CLIENTS.contains(&header) {
            return Ok(Acceptable::Type(Cow::Borrowed(PREFERRED)));
        }
        blank &= header.trim().is_empty();
        for element in list(header) {
            asked = true;
            let range = MediaRange::read(element)?;
            for (rank, produced) in PRODUCED.into_iter().enumerate() {
                if !range.covers(produced) {
                    continue;
                }
                // The client's q decides, then our own preference.
                let better = best.as_ref().is_none_or(|(q, r, _)| (*q, usize::MAX - r) < (range.q, usize::MAX - rank));
                if better {
                    best = Some((range.q, rank, range.answer(produced)));
                }
            }
        }
    }
    match best {
        Some((_, _, answer)) => Ok(Acceptable::Type(answer)),
        None if asked => Ok(Acceptable::Nothing),
        None if blank => Ok(Acceptable::Type(Cow::Borrowed(PREFERRED))),
        None => Err(Unreadable::Silent), // nothing but commas
    }
}

/// Judges the `Content-Type` headers; more than one is unreadable.
pub(super) fn body_type<'h>(mut headers: impl Iterator<Item = &'h [u8]>) -> Result<BodyType, Unreadable> {
    let Some(header) = headers.next() else { return Ok(BodyType::Json) };
    if headers.next().is_some() {
        return Err(Unreadable::Explained);
    }
    let header = std::str::from_utf8(header).map_err(|_| Unreadable::Explained)?;
    if header == PREFERRED || header == "application/json" {
        return Ok(BodyType::Json);
    }
    let range = MediaRange::read(header)?;
    if range.subtype.is_empty() {
        return Err(Unreadable::Explained);
    }
    let is_read = PRODUCED.iter().any(|produced| range.names(produced)) || range.names("application/octet-stream");
    Ok(if is_read { BodyType::Json } else { BodyType::Unsupported })
}

/// The non-blank elements of a comma separated list; a comma inside quotes does not separate.
fn list(header: &str) -> impl Iterator<Item = &str> {
    split_outside_quotes(header, b',').filter(|element| !element.trim().is_empty())
}

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
    /// Empty where the header gives only one word (allowed in `Accept`).
    subtype: &'h str,
    /// Name and value of every parameter but `q`.
    parameters: Vec<(&'h str, &'h str)>,
    /// Quality in thousandths.
    q: u16,
}

impl<'h> MediaRange<'h> {
    fn read(text: &'h str) -> Result<Self, Unreadable> {
        let mut pieces = split_outside_quotes(text, b';').map(str::trim);
        let name = pieces.next().unwrap_or("");
        let (main, subtype) = name.split_once('/').unwrap_or((name, ""));
        if !is_token(main) || (name.contains('/') && !is_token(subtype)) {
            return Err(Unreadable::Explained);
        }
        let mut range = Self { main, subtype, parameters: Vec::new(), q: 1000 };
        for piece in pieces.filter(|piece| !piece.is_empty()) {
            let (name, value) = piece.split_once('=').ok_or(Unreadable::Explained)?;
            let (name, value) = (name.trim(), value.trim());
            if !is_token(name) || !(is_token(value) || is_quoted(value)) {
                return Err(Unreadable::Explained);
            }
            if name.eq_ignore_ascii_case("q") {
                range.q = quality(value)?;
            } else {
                range.parameters.push((name, value));
            }
        }
        Ok(range)
    }

    fn is_any(&self) -> bool {
        self.main == "*"
    }

    fn names(&self, produced: &str) -> bool {
        produced.split_once('/').is_some_and(|(main, subtype)| {
            self.main.eq_ignore_ascii_case(main) && self.subtype.eq_ignore_ascii_case(subtype)
        })
    }

    fn covers(&self, produced: &str) -> bool {
        self.is_any() || (self.main.eq_ignore_ascii_case("application") && self.subtype == "*") || self.names(produced)
    }

    /// The type of the answer: ours, with the parameters of a range that names it.
    fn answer(&self, produced: &'static str) -> Cow<'static, str> {
        if self.parameters.is_empty() || !self.names(produced) {
            return Cow::Borrowed(produced);
        }
        let parameters: String = self.parameters.iter().map(|(name, value)| format!(";{name}={value}")).collect();
        Cow::Owned(format!("{produced}{parameters}"))
    }
}

fn quality(value: &str) -> Result<u16, Unreadable> {
    let number: f32 = value.parse().map_err(|_| Unreadable::Silent)?;
    if !(0.0..=1.0).contains(&number) {
        return Err(Unreadable::Explained);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
    Ok((number * 1000.0) as u16)
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

fn is_quoted(text: &str) -> bool {
    text.len() >= 2 && text.starts_with('"') && text.ends_with('"')
}

/// The type of ours that the `Accept` headers ask for by name, if any.
pub(super) fn named<'h>(headers: impl Iterator<Item = &'h [u8]>) -> Option<Cow<'static, str>> {
    let headers: Vec<&[u8]> = headers.collect();
    if headers.iter().all(|header| header.contains(&b'*') || header.is_empty()) {
        return None;
    }
    match acceptable(headers.into_iter()) {
        Ok(Acceptable::Type(media_type)) => Some(media_type),
        _ => None,
    }
}
