//! Finds the bytes of a string that do not stand for themselves, eight at a time.
//!
//! Schemas are full of quotes, so runs without one are short: copying eight bytes and then looking how many of them were
//! right costs less than finding the end of a run first.

const ONES: u64 = 0x0101_0101_0101_0101;
const TOPS: u64 = ONES << 7;

/// Copies the beginning of a string as far as that is simple: letters that stand for themselves, escaped quotes and
/// escaped backslashes. Says how many bytes of it that were; what is left may begin with simple ones still.
pub(super) fn copy_simple(bytes: &[u8], out: &mut Vec<u8>) -> usize {
    let mut at = 0;
    loop {
        if let Some(&eight) = bytes[at..].first_chunk() {
            let plain = plain_ascii(eight);
            out.extend_from_slice(&eight);
            out.truncate(out.len() - (8 - plain));
            at += plain;
            if plain == 8 {
                continue;
            }
        }
        match bytes[at..] {
            [b'\\', byte @ (b'"' | b'\\'), ..] => {
                out.push(byte);
                at += 2;
            }
            _ => return at,
        }
    }
}

/// How many of `eight`, from the first, are no quote, no backslash, no control character and below `0x80`.
#[inline]
fn plain_ascii(eight: [u8; 8]) -> usize {
    let word = u64::from_le_bytes(eight);
    run(marked(word) | word)
}

/// The same, where bytes below `0xf0` are right as well.
#[inline]
pub(super) fn plain_short(eight: [u8; 8]) -> usize {
    let word = u64::from_le_bytes(eight);
    run(marked(word) | word & word << 1 & word << 2 & word << 3)
}

/// Marks quotes, backslashes and control characters in the highest bit of their byte. The lowest byte marked is right;
/// those above it may be marked in vain.
#[inline]
fn marked(word: u64) -> u64 {
    let is_zero = |word: u64| word.wrapping_sub(ONES) & !word;
    let is_control = word.wrapping_sub(ONES * 0x20) & !word;
    is_control | is_zero(word ^ (ONES * 0x22)) | is_zero(word ^ (ONES * 0x5c))
}

#[inline]
fn run(marked: u64) -> usize {
    (marked & TOPS).trailing_zeros() as usize / 8
}

#[cfg(test)]
mod tests {
    use super::{plain_ascii, plain_short};

    #[test]
    fn every_byte_at_every_place_among_every_other_is_judged_as_by_itself() {
        let is_plain = |byte: u8| byte >= 0x20 && byte != b'"' && byte != b'\\';
        for byte in 0..=u8::MAX {
            for other in 0..=u8::MAX {
                for at in 0..8 {
                    let mut eight = [other; 8];
                    eight[at] = byte;
                    let first =
                        |is_right: &dyn Fn(u8) -> bool| eight.iter().take_while(|byte| is_right(**byte)).count();
                    assert_eq!(plain_ascii(eight), first(&|byte| is_plain(byte) && byte < 0x80), "{eight:?}");
                    assert_eq!(plain_short(eight), first(&|byte| is_plain(byte) && byte < 0xf0), "{eight:?}");
                }
            }
        }
    }
}
