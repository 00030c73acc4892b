//! Java's way with floating-point numbers: `Double.toString`, `Float.toString` and `Double.parseDouble`.
//!
//! Printed digits are the shortest that read back to the same number, at least two of them.

use std::fmt::Write;

/// Prints a double as the reference's JSON writer does; what JSON has no number for becomes a string.
pub(in crate::schema::avro) fn print_double(out: &mut String, number: f64) {
    if !number.is_finite() {
        return print_non_number(out, number.is_nan(), number > 0.0);
    }
    let digits = format!("{number:e}");
    match digits_to_round_to(&digits) {
        Some(places) => print_digits(out, &format!("{number:.places$e}")),
        None => print_digits(out, &digits),
    }
}

/// Prints a float as Java 17 does: with no more digits than a float needs, but whole numbers that 64 bits hold with all
/// digits that a float of their size tells apart.
pub(in crate::schema::avro) fn print_float(out: &mut String, number: f32) {
    if !number.is_finite() {
        return print_non_number(out, number.is_nan(), number > 0.0);
    }
    let size = number.abs();
    if (16_777_216.0..9.223_372e18).contains(&size) {
        let bits_below = ((size.to_bits() >> 23) - 127).saturating_sub(25);
        let dropped = (f64::from(bits_below) * std::f64::consts::LOG10_2).floor() as u32;
        let unit = 10_u64.pow(dropped);
        let kept = ((size as u64 + unit / 2) / unit).to_string();
        let exponent = kept.len() as u32 - 1 + dropped;
        let rest = kept[1..].trim_end_matches('0');
        let rest = if rest.is_empty() { "0" } else { rest };
        let sign = if number < 0.0 { "-" } else { "" };
        return print_digits(out, &format!("{sign}{}.{rest}e{exponent}", &kept[..1]));
    }
    let digits = format!("{number:e}");
    match digits_to_round_to(&digits) {
        Some(places) => print_digits(out, &format!("{number:.places$e}")),
        None => print_digits(out, &digits),
    }
}

/// How many digits behind the first the number is to be rounded to, if the shortest form is not what Java prints.
///
/// Of a single digit Java makes the best two. Where two shortest forms are equally near, which takes at least seven
/// digits, Java prints the even one and Rust the higher one; rounding is half to even in both.
fn digits_to_round_to(shortest: &str) -> Option<usize> {
    let mantissa = shortest.split('e').next().unwrap_or(shortest);
    match mantissa.split_once('.').map(|(_, rest)| rest.len()) {
        None => Some(1),
        Some(places) => (places >= 6).then_some(places),
    }
}

fn print_non_number(out: &mut String, is_nan: bool, is_positive: bool) {
    out.push_str(match (is_nan, is_positive) {
        (true, _) => "\"NaN\"",
        (false, true) => "\"Infinity\"",
        (false, false) => "\"-Infinity\"",
    });
}

/// Lays out `d.ddde±n`: plain from 0.001 to below 10,000,000, else with an exponent.
fn print_digits(out: &mut String, scientific: &str) {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let (first, rest) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    out.push_str(sign);
    match exponent {
        0..=6 => {
            let whole = exponent as usize;
            out.push_str(first);
            if rest.len() > whole {
                out.push_str(&rest[..whole]);
                out.push('.');
                out.push_str(&rest[whole..]);
            } else {
                out.push_str(rest);
                out.extend(std::iter::repeat_n('0', whole - rest.len()));
                out.push_str(".0");
            }
        }
        -3..=-1 => {
            out.push_str("0.");
            out.extend(std::iter::repeat_n('0', (-exponent - 1) as usize));
            out.push_str(first);
            if rest != "0" {
                out.push_str(rest);
            }
        }
        _ => {
            write!(out, "{first}.{rest}E{exponent}").expect("a String takes everything");
        }
    }
}

/// Reads a text as `Double.parseDouble` does.
///
/// # Errors
/// The message of Java's `NumberFormatException`.
pub(in crate::schema::avro) fn read_double(text: &str) -> Result<f64, String> {
    let text = text.trim_matches(|char: char| char <= ' ');
    if text.is_empty() {
        return Err("empty String".to_owned());
    }
    let (negative, unsigned) = match text.as_bytes()[0] {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let size = match unsigned {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        _ if unsigned.starts_with("0x") || unsigned.starts_with("0X") => read_hex(&unsigned[2..]),
        _ => read_decimal(unsigned)?,
    };
    match size {
        Some(size) if negative => Ok(-size),
        Some(size) => Ok(size),
        None => Err(format!("For input string: \"{text}\"")),
    }
}

fn without_suffix(number: &str) -> &str {
    number.strip_suffix(['f', 'F', 'd', 'D']).unwrap_or(number)
}

fn read_decimal(number: &str) -> Result<Option<f64>, String> {
    let digits = number.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(number.len());
    if number[..digits].bytes().filter(|byte| *byte == b'.').count() > 1 {
        return Err("multiple points".to_owned());
    }
    let has_digits = number[..digits].bytes().any(|byte| byte.is_ascii_digit());
    let number = without_suffix(number);
    let tail = number.get(digits..).unwrap_or_default();
    let exponent = tail.strip_prefix(['e', 'E']).map(|tail| tail.strip_prefix(['+', '-']).unwrap_or(tail));
    let well_formed = match exponent {
        Some(exponent) => !exponent.is_empty() && exponent.bytes().all(|byte| byte.is_ascii_digit()),
        None => tail.is_empty(),
    };
    Ok(if has_digits && well_formed { number.parse().ok() } else { None })
}

/// Reads what follows `0x`: hexadecimal digits, perhaps with a point, then `p` and a binary exponent.
fn read_hex(number: &str) -> Option<f64> {
    let (mantissa, exponent) = without_suffix_of_hex(number).split_once(['p', 'P'])?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    if mantissa.contains('.') && whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Far beyond any double either way; what matters is that it stays there.
    let size = digits.parse::<i64>().unwrap_or(i64::MAX).min(1 << 40);
    let exponent = if exponent.starts_with('-') { -size } else { size };
    let mut bits: u64 = 0;
    let mut scale = exponent;
    let mut rest_is_zero = true;
    for (char, after_point) in whole.chars().map(|char| (char, false)).chain(fraction.chars().map(|char| (char, true)))
    {
        let digit = u64::from(char.to_digit(16)?);
        if bits >> 60 == 0 {
            bits = bits << 4 | digit;
            scale -= if after_point { 4 } else { 0 };
        } else {
            rest_is_zero &= digit == 0;
            scale += if after_point { 0 } else { 4 };
        }
    }
    Some(scaled(bits, scale, rest_is_zero))
}

/// The exponent of a hexadecimal number is decimal, so only behind it a letter is a suffix.
fn without_suffix_of_hex(number: &str) -> &str {
    if number.contains(['p', 'P']) { without_suffix(number) } else { number }
}

/// `bits` times two to the power `scale`, rounded half to even; unless `exact`, a little more than that.
fn scaled(bits: u64, scale: i64, exact: bool) -> f64 {
    if bits == 0 {
        return 0.0;
    }
    let zeros = bits.leading_zeros();
    let bits = bits << zeros | u64::from(!exact);
    let top = scale + 63 - i64::from(zeros);
    if top > 1023 {
        return f64::INFINITY;
    }
    let kept = 53 - (-1022 - top).max(0);
    if kept < 0 {
        return 0.0;
    }
    let dropped = 64 - kept as u32;
    let whole = bits.checked_shr(dropped).unwrap_or(0);
    let rest = if dropped == 64 { bits } else { bits & ((1 << dropped) - 1) };
    let half = 1_u64 << (dropped - 1);
    let up = rest > half || rest == half && whole & 1 == 1;
    let rounded = whole + u64::from(up);
    if kept == 53 {
        // The leading bit of `rounded` adds one to the biased exponent; so does a carry.
        f64::from_bits((((top + 1022) as u64) << 52) + rounded)
    } else {
        f64::from_bits(rounded)
    }
}

#[cfg(test)]
mod tests {
    use super::{print_double, print_float, read_double};

    fn printed(number: f64) -> String {
        let mut out = String::new();
        print_double(&mut out, number);
        out
    }

    #[test]
    fn doubles_print_as_java_prints_them() {
        for (number, expected) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (0.001, "0.001"),
            (0.0012, "0.0012"),
            (9.99e-4, "9.99E-4"),
            (1e7, "1.0E7"),
            (9_999_999.0, "9999999.0"),
            (9_999_999.5, "9999999.5"),
            (12_345_678.9, "1.23456789E7"),
            (100.25, "100.25"),
            (1_200_000.0, "1200000.0"),
            (5e-324, "4.9E-324"),
            (f64::MAX, "1.7976931348623157E308"),
            (1e23, "1.0E23"),
            // Half way between two shortest forms.
            (1_125_899_906_842_624.0 + 0.25, "1.1258999068426242E15"),
            (1_125_899_906_842_624.0 + 0.75, "1.1258999068426248E15"),
            (f64::NAN, "\"NaN\""),
            (f64::NEG_INFINITY, "\"-Infinity\""),
        ] {
            assert_eq!(printed(number), expected);
        }
        for (number, expected) in [
            (0.1, "0.1"),
            (2_216_658.0 + 0.25, "2216658.2"),
            (-2_216_658.0 - 0.75, "-2216658.8"),
            (123_456_792.0, "1.23456792E8"),
        ] {
            let mut out = String::new();
            print_float(&mut out, number);
            assert_eq!(out, expected);
        }
    }

    #[test]
    fn texts_read_as_java_reads_them() {
        for (text, expected) in [
            (" 1 ", 1.0),
            ("1f", 1.0),
            ("1.", 1.0),
            (".5D", 0.5),
            ("-1e3", -1000.0),
            ("0x1p3", 8.0),
            ("0x.8p1", 1.0),
            ("0x1.fffffffffffff8p1023", f64::INFINITY),
            ("0x1p-1074", 5e-324),
            ("0x1p-1075", 0.0),
            ("0x1.8p-1075", 5e-324),
            ("0x1.00000000000008p0", 1.0),
            ("0x1.000000000000081p0", 1.000_000_000_000_000_2),
            ("1e999", f64::INFINITY),
        ] {
            assert_eq!(read_double(text), Ok(expected), "{text}");
        }
        for (text, message) in [
            ("abc", "For input string: \"abc\""),
            ("", "empty String"),
            ("1..2", "multiple points"),
            (" 1e ", "For input string: \"1e\""),
            (".", "For input string: \".\""),
            ("0x1", "For input string: \"0x1\""),
            ("inf", "For input string: \"inf\""),
            ("1_0", "For input string: \"1_0\""),
        ] {
            assert_eq!(read_double(text), Err(message.to_owned()), "{text}");
        }
    }
}
