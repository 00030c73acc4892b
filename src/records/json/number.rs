//! Numbers of JSON as numbers of Avro, exactly.

/// Why a number is no integer of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoInteger {
    /// It has a fraction.
    Fraction,
    /// It is beyond 64 bits.
    TooLarge,
}

/// The integer that a number is, however it is spelled: `12`, `12.0`, `1.2e1`.
pub(super) fn integer(text: &str) -> Result<i64, NoInteger> {
    if let Ok(integer) = text.parse() {
        return Ok(integer);
    }
    let (is_negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mantissa, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = [whole, fraction].concat();
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        return Ok(0);
    }
    let trimmed = digits.trim_end_matches('0');
    // An exponent that fits no number of 64 bits moves the point past everything.
    let far = if exponent.starts_with('-') { i64::MIN / 2 } else { i64::MAX / 2 };
    let exponent = exponent.parse::<i64>().unwrap_or(far).clamp(i64::MIN / 2, i64::MAX / 2);
    let zeros = exponent.saturating_sub(fraction.len() as i64).saturating_add((digits.len() - trimmed.len()) as i64);
    match zeros {
        ..0 => Err(NoInteger::Fraction),
        20.. => Err(NoInteger::TooLarge),
        _ => {
            let spelled =
                format!("{}{trimmed}{:0>width$}", if is_negative { "-" } else { "" }, "", width = zeros as usize);
            spelled.parse().map_err(|_| NoInteger::TooLarge)
        }
    }
}

/// What strings say of floating-point numbers that JSON has no number for: Java's encoder writes the long forms.
pub(super) fn named(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" | "INF" => Some(f64::INFINITY),
        "-Infinity" | "-INF" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{NoInteger, integer};

    #[test]
    fn an_integer_may_be_spelled_in_many_ways() {
        for (text, expected) in [
            ("12", Ok(12)),
            ("12.0", Ok(12)),
            ("1.2e1", Ok(12)),
            ("1200E-2", Ok(12)),
            ("-0.0", Ok(0)),
            ("0e999999999999999999999", Ok(0)),
            ("16777217.0", Ok(16_777_217)),
            ("9223372036854775807.000", Ok(i64::MAX)),
            ("-9.223372036854775808e18", Ok(i64::MIN)),
            ("9223372036854775808", Err(NoInteger::TooLarge)),
            ("1e19", Err(NoInteger::TooLarge)),
            ("1e999999999999999999999", Err(NoInteger::TooLarge)),
            ("12.5", Err(NoInteger::Fraction)),
            ("1.25e1", Err(NoInteger::Fraction)),
            ("1e-999999999999999999999", Err(NoInteger::Fraction)),
        ] {
            assert_eq!(integer(text), expected, "{text}");
        }
    }
}
