//! What a value of a logical type must be, beyond one of the type that carries it.
//!
//! Only what a conversion of Java's, or those who convert like it, could not read or write: dates and timestamps take
//! any number. A decimal beyond its precision is read by Java, but neither written by it nor read whole by `fastavro`.

use super::cursor::{Cursor, Read, slip};
use super::misfit::{LogicalRule, MisfitReason};
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{Node, NodeId, Primitive};

/// A condition on a number or on bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    /// `uuid` as text.
    Uuid,
    /// A time of day, in so many units.
    Time { name: &'static str, day: i64 },
    /// `decimal`, in bytes or a fixed.
    Decimal { precision: u32 },
    /// `big-decimal`.
    BigDecimal,
}

impl Limit {
    /// That of the type at `node`, if it has one.
    pub(super) fn of(schema: &AvroSchema, node: NodeId) -> Option<Self> {
        let logical = schema.logical_type(node)?;
        let is_text = matches!(schema.node(node), Node::Primitive(Primitive::String));
        match (logical.name, logical.decimal) {
            ("uuid", _) if is_text => Some(Self::Uuid),
            ("time-millis", _) => Some(Self::Time { name: "time-millis", day: 86_400_000 }),
            ("time-micros", _) => Some(Self::Time { name: "time-micros", day: 86_400_000_000 }),
            (_, Some((precision, _))) => Some(Self::Decimal { precision: precision.unsigned_abs() }),
            ("big-decimal", _) => Some(Self::BigDecimal),
            _ => None,
        }
    }

    /// Whether a number, which stands at `at`, keeps it.
    pub(super) fn number(self, value: i64, at: usize) -> Read<()> {
        match self.rule_of_number(value) {
            None => Ok(()),
            Some(rule) => slip(at, self.broken(rule)),
        }
    }

    /// Whether bytes, which begin at `at`, keep it.
    pub(super) fn bytes(self, value: &[u8], at: usize) -> Read<()> {
        match self.rule_of_bytes(value) {
            None => Ok(()),
            Some(rule) => slip(at, self.broken(rule)),
        }
    }

    /// What is said of a value that breaks `rule`.
    pub(super) fn broken(self, rule: LogicalRule) -> MisfitReason {
        let logical = match self {
            Self::Uuid => "uuid",
            Self::Time { name, .. } => name,
            Self::Decimal { .. } => "decimal",
            Self::BigDecimal => "big-decimal",
        };
        MisfitReason::NotLogical { logical: logical.to_owned(), rule }
    }

    /// The rule that a number breaks.
    pub(super) fn rule_of_number(self, value: i64) -> Option<LogicalRule> {
        match self {
            Self::Time { day, .. } if !(0..day).contains(&value) => Some(LogicalRule::WithinADay { value }),
            _ => None,
        }
    }

    /// The rule that bytes break.
    pub(super) fn rule_of_bytes(self, value: &[u8]) -> Option<LogicalRule> {
        match self {
            Self::Uuid => (!is_uuid(value)).then_some(LogicalRule::Uuid),
            Self::Decimal { .. } if value.is_empty() => Some(LogicalRule::NoBytes),
            Self::Decimal { precision } => {
                has_more_digits(value, precision).then_some(LogicalRule::Precision { precision })
            }
            Self::BigDecimal => (!is_big_decimal(value)).then_some(LogicalRule::BigDecimal),
            Self::Time { .. } => None,
        }
    }
}

/// Whether it is spelled as RFC 9562 has it. Java takes groups that are too short, the `uuid` crate leaves out the
/// dashes; each refuses what the other takes.
fn is_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// An encoded `bytes`, which is not empty, and an encoded `int`.
fn is_big_decimal(value: &[u8]) -> bool {
    let mut cursor = Cursor { data: value, at: 0 };
    cursor.bytes().is_ok_and(|unscaled| !unscaled.is_empty()) && cursor.int().is_ok() && cursor.left() == 0
}

/// Decimals of up to so many digits are told apart from the next longer ones exactly; longer ones by their first 60
/// bits, because a power of ten of millions of digits takes minutes.
const EXACT_DIGITS_MAX: u32 = 400;

/// Whether a number in two's complement, largest byte first, has more than `precision` decimal digits.
fn has_more_digits(number: &[u8], precision: u32) -> bool {
    let is_negative = number.first().is_some_and(|byte| *byte >= 0x80);
    let fill: u8 = if is_negative { 0xff } else { 0 };
    let start = number.iter().position(|byte| *byte != fill).unwrap_or(number.len());
    let number = &number[start..];
    if number.len() < 16 {
        let first = if is_negative { -1 } else { 0 };
        let value = number.iter().fold(first, |value: i128, byte| value << 8 | i128::from(*byte));
        return 10_u128.checked_pow(precision).is_some_and(|limit| value.unsigned_abs() >= limit);
    }
    let top = number[..8].iter().fold(0, |word: u64, byte| word << 8 | u64::from(byte ^ fill));
    let bits = (top as f64).log2() + 8.0 * (number.len() - 8) as f64;
    let bits_max = f64::from(precision) * std::f64::consts::LOG2_10;
    if precision > EXACT_DIGITS_MAX || (bits - bits_max).abs() > 1e-9 {
        return bits > bits_max;
    }
    is_at_least_power(&magnitude(number, fill), precision)
}

/// The absolute value in 32-bit words, smallest first.
fn magnitude(number: &[u8], fill: u8) -> Vec<u32> {
    let word = |chunk: &[u8]| chunk.iter().fold(0, |word: u32, byte| word << 8 | u32::from(byte ^ fill));
    let mut words: Vec<u32> = number.rchunks(4).map(word).collect();
    let mut carry = fill != 0;
    for word in &mut words {
        (*word, carry) = word.overflowing_add(u32::from(carry));
    }
    if carry {
        words.push(1);
    }
    words
}

/// Whether `words` is 10 to the power of `exponent` or more.
fn is_at_least_power(words: &[u32], exponent: u32) -> bool {
    let mut power = vec![1_u32];
    for _ in 0..exponent {
        let mut carry = 0_u64;
        for word in &mut power {
            carry += u64::from(*word) * 10;
            *word = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            power.push(carry as u32);
        }
    }
    let length = words.iter().rposition(|word| *word != 0).map_or(0, |at| at + 1);
    length.cmp(&power.len()).then_with(|| words[..length].iter().rev().cmp(power.iter().rev())).is_ge()
}

#[cfg(test)]
mod tests {
    use super::has_more_digits;

    #[test]
    fn digits_are_counted_at_every_length_and_sign() {
        for precision in [1_u32, 2, 9, 18, 19, 36, 37, 38, 39, 50, 76, 120] {
            // 10^precision by hand, largest byte first.
            let mut bytes = vec![1_u8];
            for _ in 0..precision {
                let mut carry = 0_u32;
                for byte in bytes.iter_mut().rev() {
                    carry += u32::from(*byte) * 10;
                    *byte = carry as u8;
                    carry >>= 8;
                }
                if carry > 0 {
                    bytes.insert(0, carry as u8);
                }
            }
            bytes.insert(0, 0);
            let minus = |bytes: &[u8]| {
                let mut carry = 1_u16;
                let mut negated: Vec<u8> = bytes
                    .iter()
                    .rev()
                    .map(|byte| {
                        carry += u16::from(!byte);
                        let low = carry as u8;
                        carry >>= 8;
                        low
                    })
                    .collect();
                negated.reverse();
                negated
            };
            let mut below = bytes.clone();
            for byte in below.iter_mut().rev() {
                let (less, borrows) = byte.overflowing_sub(1);
                *byte = less;
                if !borrows {
                    break;
                }
            }
            assert!(has_more_digits(&bytes, precision), "{precision}");
            assert!(has_more_digits(&minus(&bytes), precision), "-{precision}");
            assert!(!has_more_digits(&below, precision), "{precision}");
            assert!(!has_more_digits(&minus(&below), precision), "-{precision}");
            let padded = [[0; 9].as_slice(), &below].concat();
            assert!(!has_more_digits(&padded, precision), "{precision}, padded");
        }
    }

    #[test]
    fn a_precision_of_millions_of_digits_costs_nothing() {
        assert!(!has_more_digits(&[0x7f; 1 << 20], 2_600_000));
        assert!(has_more_digits(&[0x7f; 1 << 20], 2_000_000));
    }
}
