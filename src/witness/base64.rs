//! Bytes as text (RFC 4648, section 4), so that a record fits into a report.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// `bytes` in base64, padded.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut three = [0; 3];
        three[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        for position in 0..4 {
            let is_padding = position > chunk.len();
            let letter = ALPHABET[(bits >> (18 - 6 * position)) as usize & 63];
            text.push(if is_padding { '=' } else { char::from(letter) });
        }
    }
    text
}
