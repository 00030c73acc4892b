//! How the reference's JSON reader (Jackson 2.21) words its refusals, and which place in the text it names.
//!
//! Only ever called for a text that is refused, so nothing here is in a hurry.

use super::read::Reader;
use crate::schema::avro::failure::{Failure, Parsed};

const EXPECTED: &str = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const CLASS_PARSE: &str = "com.fasterxml.jackson.core.JsonParseException";
const CLASS_END: &str = "com.fasterxml.jackson.core.io.JsonEOFException";
const CLASS_LIMIT: &str = "com.fasterxml.jackson.core.exc.StreamConstraintsException";
/// The reader shortens a longer unknown word.
const WORD_CHARS_MAX: usize = 256;

/// What is wrong at the reader's place.
pub(super) enum Refusal {
    EndAfterComma { is_object: bool },
    NoComma { is_object: bool },
    WrongClose { is_object: bool, started_at: usize },
    EndInContainer { is_object: bool, started_at: usize },
    NoKey,
    NoColon,
    EndInEntry,
    ControlInString,
    EndInString,
    UnknownEscape,
    EndInEscape,
    NoHexDigit,
    NoSpaceAfterRoot,
    ControlBetween,
    NoComment,
    EndInComment,
    TooDeep,
}

/// Words for `refusal`, found where `reader` stands.
pub(super) fn refuse(reader: &Reader<'_>, refusal: Refusal) -> Box<Failure> {
    let at = reader.at;
    let container = |is_object: bool| if is_object { "Object" } else { "Array" };
    match refusal {
        Refusal::EndAfterComma { is_object } => {
            let words = format!("Unexpected end-of-input within/between {} entries", container(is_object));
            failure(reader, CLASS_PARSE, &words, at)
        }
        Refusal::NoComma { is_object } => {
            unexpected(reader, &format!("was expecting comma to separate {} entries", container(is_object)))
        }
        Refusal::WrongClose { is_object, started_at } => {
            let words = format!(
                "Unexpected close marker '{}': expected '{}' (for {} starting at {})",
                char_at(reader, at),
                if is_object { '}' } else { ']' },
                container(is_object),
                source_at(reader.text, started_at),
            );
            failure(reader, CLASS_PARSE, &words, at)
        }
        Refusal::EndInContainer { is_object, started_at } => {
            let start = source_at(reader.text, started_at);
            end(reader, &format!(": expected close marker for {} (start marker at {start})", container(is_object)))
        }
        Refusal::NoKey => unexpected(reader, "was expecting double-quote to start field name"),
        Refusal::NoColon => unexpected(reader, "was expecting a colon to separate field name and value"),
        Refusal::EndInEntry => end(reader, " within/between Object entries"),
        Refusal::ControlInString => {
            let words = "has to be escaped using backslash to be included in string value";
            failure(reader, CLASS_PARSE, &format!("Illegal unquoted character ({}): {words}", found(reader)), at)
        }
        Refusal::EndInString => end(reader, ": was expecting closing quote for a string value"),
        Refusal::UnknownEscape => {
            failure(reader, CLASS_PARSE, &format!("Unrecognized character escape {}", found(reader)), at)
        }
        Refusal::EndInEscape => end(reader, " in character escape sequence"),
        Refusal::NoHexDigit => unexpected(reader, "expected a hex-digit for character escape sequence"),
        Refusal::NoSpaceAfterRoot => unexpected(reader, "Expected space separating root-level values"),
        Refusal::ControlBetween => control_between(reader),
        Refusal::NoComment => unexpected(reader, "was expecting either '*' or '/' for a comment"),
        Refusal::EndInComment => end(reader, " in a comment"),
        Refusal::TooDeep => limit(
            "Document nesting depth (1001) exceeds the maximum allowed (1000, from `StreamReadConstraints.getMaxNestingDepth()`)"
                .to_owned(),
            Some(at - 1),
        ),
    }
}

fn control_between(reader: &Reader<'_>) -> Box<Failure> {
    let mut words = format!(
        "Illegal character ({}): only regular white space (\\r, \\n, \\t) is allowed between tokens",
        found(reader)
    );
    if char_at(reader, reader.at) == '\u{1e}' {
        words.push_str(
            " (consider enabling `JsonReadFeature.ALLOW_RS_CONTROL_CHAR` to allow use of Record Separators (\\u001E))",
        );
    }
    failure(reader, CLASS_PARSE, &words, reader.at + 1)
}

/// The same refusal inside a key, which the reader words a little differently.
pub(super) fn in_key(mut failure: Box<Failure>) -> Box<Failure> {
    failure.reason = failure
        .reason
        .replace(": was expecting closing quote for a string value", " in field name")
        .replace("to be included in string value", "to be included in name")
        .replace("String value length", "Name length")
        .replace("getMaxStringLength", "getMaxNameLength");
    failure
}

/// Words for a value that begins with a byte no value begins with.
pub(super) fn odd_value(reader: &mut Reader<'_>, byte: u8) -> Box<Failure> {
    let start = reader.at;
    match byte {
        b'N' => return non_number(reader, "NaN", start),
        b'I' => return non_number(reader, "Infinity", start),
        b'+' => {
            reader.at += 1;
            if reader.at == reader.bytes.len() {
                return end(reader, " in a Number value");
            }
            return invalid_start(reader, false);
        }
        b'}' | b']' if reader.is_at_root() => {
            let (mark, container) = if byte == b'}' { ('}', "Object") } else { (']', "Array") };
            let words = format!("Unexpected close marker '{mark}': no open {container} to close");
            return failure(reader, CLASS_PARSE, &words, start);
        }
        b'}' if reader.is_in_array() => return unexpected(reader, "expected a value"),
        _ => {}
    }
    let first = char_at(reader, start);
    if is_word_start(first) {
        return unknown_word(reader, start, start + first.len_utf8());
    }
    unexpected(reader, &format!("expected a valid value {EXPECTED}"))
}

/// Whether `word` stands here and ends; the slow form, for odd neighbours.
pub(super) fn check_literal(reader: &mut Reader<'_>, word: &str) -> Parsed<()> {
    let start = reader.at;
    let common = word.bytes().zip(&reader.bytes[start..]).take_while(|(left, right)| left == *right).count();
    let behind = start + common;
    let goes_on = reader.text[behind..].chars().next().is_some_and(is_word_part);
    if common < word.len() || goes_on {
        return Err(unknown_word(reader, start, behind));
    }
    reader.at = behind;
    Ok(())
}

/// Words for a number that breaks the grammar. The place named follows the reader's two ways through a number.
pub(super) fn bad_number(reader: &mut Reader<'_>) -> Box<Failure> {
    let bytes = reader.bytes;
    let start = reader.at;
    let negative = bytes[start] == b'-';
    let mut at = start + usize::from(negative);
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let whole = digits(at);
    if whole == at {
        reader.at = at;
        return match bytes.get(at) {
            None => end(reader, "No digit following sign"),
            Some(b'.') => unexpected(reader, &format!("expected a valid value {EXPECTED}")),
            Some(_) => invalid_start(reader, true),
        };
    }
    let leading_zero = bytes[at] == b'0';
    if leading_zero && whole > at + 1 {
        return failure(reader, CLASS_PARSE, "Invalid numeric value: Leading zeroes not allowed", at + 1);
    }
    // Numbers that begin with a zero or end with the text are read character by character, others at one go.
    let mut named = whole;
    at = whole;
    if bytes.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        if fraction == at + 1 {
            let found = if fraction < bytes.len() { fraction } else { at };
            let place = if leading_zero { found } else { named };
            return number_character(reader, found, place, "Decimal point not followed by a digit");
        }
        at = fraction;
    } else {
        named = at;
    }
    let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
    let found = at + 1 + sign;
    if found >= bytes.len() {
        reader.at = bytes.len();
        return end(reader, "expected a digit for number exponent");
    }
    let place = if leading_zero { found } else { named };
    number_character(reader, found, place, "Exponent indicator not followed by a digit")
}

/// Refuses a number with more digits than allowed, counted as the reader counts them: those of all parts together, but
/// where it goes character by character (a zero first, or the text ends here) one less for each part that is missing.
pub(super) fn check_number_length(reader: &Reader<'_>, start: usize, max: usize) -> Parsed<()> {
    let number = &reader.text[start..reader.at];
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let one_by_one = number.trim_start_matches('-').starts_with('0') || reader.at == reader.bytes.len();
    let parts = [number.contains('.'), number.contains(['e', 'E'])];
    let is_decimal = parts.contains(&true);
    let missing = if is_decimal && one_by_one { parts.iter().filter(|part| !**part).count() } else { 0 };
    let length = digits - missing;
    if length <= max {
        return Ok(());
    }
    Err(limit(
        format!(
            "Number value length ({length}) exceeds the maximum allowed ({max}, from `StreamReadConstraints.getMaxNumberLength()`)"
        ),
        Some(start),
    ))
}

/// Refuses a string of more than `max` UTF-16 units.
pub(super) fn check_length(raw: &str, max: usize) -> Parsed<()> {
    let units = super::read::unescaped(raw).encode_utf16().count();
    if units <= max {
        return Ok(());
    }
    Err(limit(
        format!(
            "String value length ({units}) exceeds the maximum allowed ({max}, from `StreamReadConstraints.getMaxStringLength()`)"
        ),
        None,
    ))
}

/// Words for a text too long to be addressed; ours.
pub(super) fn too_long(bytes: usize) -> Box<Failure> {
    Box::new(Failure { reason: format!("Schema text of {bytes} bytes is too long"), at: None })
}

/// Words for half a surrogate pair; ours, for the reference lets it pass and UTF-8 cannot.
pub(super) fn lone_surrogate(unit: u32, at: usize) -> Box<Failure> {
    Box::new(Failure { reason: format!("Lone surrogate \\u{unit:04x} in a string"), at: Some(at) })
}

fn non_number(reader: &mut Reader<'_>, word: &str, start: usize) -> Box<Failure> {
    if let Err(failure) = check_literal(reader, word) {
        return failure;
    }
    reader.at = start + word.len();
    let words = format!("Non-standard token '{word}': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow");
    failure(reader, CLASS_PARSE, &words, reader.at)
}

/// Words for a sign that no digit follows.
fn invalid_start(reader: &mut Reader<'_>, negative: bool) -> Box<Failure> {
    let at = reader.at;
    let sign = if negative { '-' } else { '+' };
    for word in ["INF", "Infinity"] {
        if reader.text[at..].starts_with(&word[..2]) {
            let common = word.bytes().zip(&reader.bytes[at..]).take_while(|(left, right)| left == *right).count();
            let goes_on = reader.text[at + common..].chars().next().is_some_and(is_word_part);
            if common < word.len() || goes_on {
                return unknown_word(reader, at - 1, at + common);
            }
            let words = format!(
                "Non-standard token '{sign}{word}': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow"
            );
            return failure(reader, CLASS_PARSE, &words, at + word.len());
        }
    }
    if !negative {
        let words = "Unexpected character ('+' (code 43)) in numeric value: JSON spec does not allow numbers to have plus signs: enable `JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS` to allow";
        return failure(reader, CLASS_PARSE, words, at);
    }
    number_character(reader, at, at, "expected digit (0-9) to follow minus sign, for valid numeric value")
}

fn number_character(reader: &Reader<'_>, found: usize, place: usize, comment: &str) -> Box<Failure> {
    let words = format!("Unexpected character ({}) in numeric value: {comment}", described(char_at(reader, found)));
    failure(reader, CLASS_PARSE, &words, place)
}

/// Words for a bare word: what of it looks like one, from `start`, of which the part before `known` has been read.
fn unknown_word(reader: &Reader<'_>, start: usize, known: usize) -> Box<Failure> {
    let mut word = reader.text[start..known].to_owned();
    let mut chars = word.chars().count();
    for char in reader.text[known..].chars() {
        if !is_word_part(char) {
            break;
        }
        word.push(char);
        chars += 1;
        if chars >= WORD_CHARS_MAX {
            word.push_str("...");
            break;
        }
    }
    failure(reader, CLASS_PARSE, &format!("Unrecognized token '{word}': was expecting {EXPECTED}"), start)
}

/// Whether Java would begin an identifier with it: a letter, a connector or a sign of currency.
fn is_word_start(char: char) -> bool {
    let is_connector = matches!(
        char,
        '_' | '\u{203f}' | '\u{2040}' | '\u{2054}' | '\u{fe33}' | '\u{fe34}' | '\u{fe4d}'..='\u{fe4f}' | '\u{ff3f}'
    );
    let is_currency = matches!(char, '$' | '¢'..='¥' | '\u{20a0}'..='\u{20c0}');
    u32::from(char) < 0x10000 && char.is_alphabetic() || is_connector || is_currency
}

/// Whether Java would go on reading an identifier. Of the marks that combine only the plain accents are known here.
fn is_word_part(char: char) -> bool {
    let is_digit = u32::from(char) < 0x10000 && char.is_numeric();
    let is_ignorable = matches!(char, '\0'..='\u{8}' | '\u{e}'..='\u{1b}' | '\u{7f}'..='\u{9f}' | '\u{ad}')
        || matches!(char, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    is_word_start(char) || is_digit || is_ignorable || matches!(char, '\u{300}'..='\u{36f}')
}

/// The character where the reader stands.
fn found(reader: &Reader<'_>) -> String {
    described(char_at(reader, reader.at))
}

fn unexpected(reader: &Reader<'_>, comment: &str) -> Box<Failure> {
    let words = format!("Unexpected character ({}): {comment}", found(reader));
    failure(reader, CLASS_PARSE, &words, reader.at)
}

fn end(reader: &Reader<'_>, words: &str) -> Box<Failure> {
    failure(reader, CLASS_END, &format!("Unexpected end-of-input{words}"), reader.bytes.len())
}

fn failure(reader: &Reader<'_>, class: &str, words: &str, at: usize) -> Box<Failure> {
    let source = source_at(reader.text, at);
    Box::new(Failure { reason: format!("{class}: {words}\n at {source}"), at: Some(at) })
}

fn limit(words: String, at: Option<usize>) -> Box<Failure> {
    Box::new(Failure { reason: format!("{CLASS_LIMIT}: {words}"), at })
}

fn char_at(reader: &Reader<'_>, at: usize) -> char {
    reader.text[at..].chars().next().unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// A character as the reader shows it: the first UTF-16 unit counts.
fn described(char: char) -> String {
    let code = u32::from(char.encode_utf16(&mut [0; 2])[0]);
    let shown = if (0xd800..0xe000).contains(&code) { '?' } else { char };
    match code {
        0..0x20 | 0x7f..0xa0 => format!("(CTRL-CHAR, code {code})"),
        256.. => format!("'{shown}' (code {code} / 0x{code:x})"),
        _ => format!("'{shown}' (code {code})"),
    }
}

/// A place as the reader prints it: lines end at LF, CR or both, columns count UTF-16 units.
fn source_at(text: &str, at: usize) -> String {
    let before = &text[..at.min(text.len())];
    let line_start = before.rfind(['\n', '\r']).map_or(0, |end| end + 1);
    let breaks = before.bytes().filter(|byte| *byte == b'\n').count()
        + before
            .bytes()
            .enumerate()
            .filter(|(i, byte)| *byte == b'\r' && text.as_bytes().get(i + 1) != Some(&b'\n'))
            .count();
    let column = before[line_start..].encode_utf16().count() + 1;
    format!(
        "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: {}, column: {column}]",
        breaks + 1
    )
}
