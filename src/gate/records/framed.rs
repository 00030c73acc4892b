//! A message as text: what consoles and tools print of bytes, read back.

use super::form::Form;
use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

/// Standard alphabet, padding or not: tools differ.
const BASE64: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::STANDARD, LENIENT);
/// The alphabet for addresses, likewise.
const BASE64_URL: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::URL_SAFE, LENIENT);
const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// The bytes that a line of `form` stands for, into `out`, which is emptied.
///
/// # Errors
/// Why it stands for none: one sentence.
pub(super) fn decode(form: Form, line: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
    out.clear();
    let line = line.trim_ascii();
    match form {
        Form::WireBase64 => base64(line, out),
        Form::WireHex => hexadecimal(line, out),
        Form::WireEscaped => escaped(line, out),
        Form::Json | Form::PlainJson | Form::Container | Form::Wire | Form::WireLengths => {
            out.extend_from_slice(line);
            Ok(())
        }
    }
}

fn base64(line: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
    let engine = if line.iter().any(|byte| matches!(byte, b'-' | b'_')) { BASE64_URL } else { BASE64 };
    engine.decode_vec(line, out).map_err(|error| format!("the line is no base64: {error}"))
}

fn hexadecimal(line: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
    let line = line.strip_prefix(b"0x").unwrap_or(line);
    let digit = |at: usize| char::from(line[at]).to_digit(16).map(|digit| digit as u8);
    if line.len() % 2 == 1 {
        return Err("the line has an odd number of hexadecimal digits".to_owned());
    }
    for at in (0..line.len()).step_by(2) {
        match (digit(at), digit(at + 1)) {
            (Some(high), Some(low)) => out.push(high << 4 | low),
            (high, _) => {
                let wrong = if high.is_none() { at } else { at + 1 };
                return Err(format!("the line has something else than a hexadecimal digit at column {}", wrong + 1));
            }
        }
    }
    Ok(())
}

/// As `org.apache.kafka.common.utils.Bytes` prints itself: `\xNN` for everything but printable ASCII, and for `\`.
fn escaped(line: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
    let mut rest = line;
    while let [first, tail @ ..] = rest {
        if *first != b'\\' {
            out.push(*first);
            rest = tail;
            continue;
        }
        let digit = |byte: &u8| char::from(*byte).to_digit(16).map(|digit| digit as u8);
        match tail {
            [b'x', high, low, behind @ ..] if digit(high).is_some() && digit(low).is_some() => {
                let both = digit(high).zip(digit(low)).expect("just seen");
                out.push(both.0 << 4 | both.1);
                rest = behind;
            }
            _ => {
                let column = line.len() - rest.len() + 1;
                return Err(format!("the line has a `\\` without `x` and two hexadecimal digits at column {column}"));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Form, decode};

    fn decoded(form: Form, line: &str) -> Result<Vec<u8>, String> {
        let mut out = vec![9];
        decode(form, line.as_bytes(), &mut out).map(|()| out)
    }

    #[test]
    fn every_way_of_printing_a_message_gives_its_bytes() {
        let message = b"\x00\x00\x00\x00\x07\xfb\xffa\\".to_vec();
        for (form, line) in [
            (Form::WireBase64, "AAAAAAf7/2Fc"),
            (Form::WireBase64, "AAAAAAf7_2Fc"),
            (Form::WireHex, "0000000007FBff615c"),
            (Form::WireHex, "0x0000000007fbff615c"),
            (Form::WireEscaped, r"\x00\x00\x00\x00\x07\xFB\xFFa\x5C"),
        ] {
            assert_eq!(decoded(form, line).as_ref(), Ok(&message), "{line}");
        }
        assert_eq!(decoded(Form::WireBase64, "AAAAAAc"), Ok(b"\x00\x00\x00\x00\x07".to_vec()), "without padding");
    }

    #[test]
    fn what_is_no_message_is_told_with_its_column() {
        for (form, line, told) in [
            (Form::WireBase64, "AA*A", "no base64"),
            (Form::WireHex, "000", "odd number"),
            (Form::WireHex, "00g0", "column 3"),
            (Form::WireEscaped, r"\x00\n", "column 5"),
            (Form::WireEscaped, r"ab\x0", "column 3"),
        ] {
            let error = decoded(form, line).unwrap_err();
            assert!(error.contains(told), "{line}: {error}");
        }
    }
}
