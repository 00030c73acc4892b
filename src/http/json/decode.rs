//! Finds out which Unicode encoding a body has: the charset parameter does not count, the first bytes do.

use super::Malformed;
use std::borrow::Cow;

/// The body as UTF-8 without a byte order mark. UTF-8 itself is handed through unchecked: the tokenizer says where
/// it is broken, and only if it gets that far.
pub(in crate::http) fn to_utf8(body: &[u8]) -> Result<Cow<'_, [u8]>, Malformed> {
    match body {
        [0, 0, 0xfe, 0xff, rest @ ..] => utf32(rest, u32::from_be_bytes),
        [0xff, 0xfe, 0, 0, rest @ ..] => utf32(rest, u32::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => Ok(utf16(rest, u16::from_be_bytes)),
        [0xff, 0xfe, rest @ ..] => Ok(utf16(rest, u16::from_le_bytes)),
        [0xef, 0xbb, 0xbf, rest @ ..] => Ok(Cow::Borrowed(rest)),
        // Without a mark the zeros around the first character, which JSON makes an ASCII one, tell.
        [0, 0, 0, 1..=255, ..] => utf32(body, u32::from_be_bytes),
        [1..=255, 0, 0, 0, ..] => utf32(body, u32::from_le_bytes),
        [0, 1..=255, ..] => Ok(utf16(body, u16::from_be_bytes)),
        [1..=255, 0, ..] => Ok(utf16(body, u16::from_le_bytes)),
        _ => Ok(Cow::Borrowed(body)),
    }
}

fn utf16(body: &[u8], unit: fn([u8; 2]) -> u16) -> Cow<'static, [u8]> {
    let units = body.as_chunks::<2>().0.iter().map(|pair| unit(*pair));
    let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    Cow::Owned(text.into_bytes())
}

fn utf32(body: &[u8], unit: fn([u8; 4]) -> u32) -> Result<Cow<'static, [u8]>, Malformed> {
    let (units, _) = body.as_chunks::<4>();
    let text: Option<String> = units.iter().map(|four| char::from_u32(unit(*four))).collect();
    text.map(|text| Cow::Owned(text.into_bytes())).ok_or_else(|| Malformed::new("Invalid UTF-32 character"))
}
