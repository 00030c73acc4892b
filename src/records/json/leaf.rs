//! Values without parts: what JSON says them, and how they are written.

use super::number::{NoInteger, integer, named};
use super::tape::{Kind, Tape, Value};
use crate::records::field_path::type_name;
use crate::records::logical::Limit;
use crate::records::misfit::{LogicalRule, MisfitReason};
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{EnumId, Node, NodeId, Primitive};

/// Writes the value of a primitive, an enum or a fixed behind `out`. What is written of a misfit means nothing.
pub(super) fn write(
    schema: &AvroSchema,
    node: NodeId,
    limit: Option<Limit>,
    (tape, value): (&Tape<'_>, Value),
    out: &mut Vec<u8>,
) -> Result<(), MisfitReason> {
    let broken = |rule: Option<LogicalRule>| match (limit, rule) {
        (Some(limit), Some(rule)) => Err(limit.broken(rule)),
        _ => Ok(()),
    };
    let keeps = |bytes: &[u8]| broken(limit.and_then(|limit| limit.rule_of_bytes(bytes)));
    match (schema.node(node), tape.kind(value)) {
        (Node::Primitive(Primitive::Null), Kind::Null) => {}
        (Node::Primitive(Primitive::Boolean), Kind::True) => out.push(1),
        (Node::Primitive(Primitive::Boolean), Kind::False) => out.push(0),
        (Node::Primitive(primitive @ (Primitive::Int | Primitive::Long)), Kind::Integer | Kind::Decimal) => {
            let number = whole(&tape.text(value), primitive)?;
            broken(limit.and_then(|limit| limit.rule_of_number(number)))?;
            long(out, number);
        }
        (Node::Primitive(primitive @ (Primitive::Float | Primitive::Double)), kind) => {
            let Some(number) = floating(tape, value, kind)? else { return Err(wrong_type(schema, node, kind)) };
            write_floating(primitive, &number, out)?;
        }
        (Node::Primitive(Primitive::String), Kind::Plain | Kind::Escaped) => {
            let text = tape.text(value);
            keeps(text.as_bytes())?;
            long(out, text.len() as i64);
            out.extend_from_slice(text.as_bytes());
        }
        (Node::Primitive(Primitive::Bytes), Kind::Plain | Kind::Escaped) => {
            let bytes = latin1(&tape.text(value))?;
            keeps(&bytes)?;
            long(out, bytes.len() as i64);
            out.extend(bytes);
        }
        (Node::Fixed(id), Kind::Plain | Kind::Escaped) => {
            let bytes = latin1(&tape.text(value))?;
            let wanted = schema.fixed(id).size() as usize;
            if bytes.len() != wanted {
                return Err(MisfitReason::WrongSize { wanted, found: bytes.len() });
            }
            keeps(&bytes)?;
            out.extend(bytes);
        }
        (Node::Enum(id), Kind::Plain | Kind::Escaped) => long(out, symbol(schema, id, &tape.text(value))?),
        (_, kind) => return Err(wrong_type(schema, node, kind)),
    }
    Ok(())
}

/// Whether a value that fits is kept as it is written: an integer of JSON is not rounded, a number with a fraction or an
/// exponent is none of Avro's integers (as Java has it for defaults), and a string is no number.
pub(super) fn is_exact(schema: &AvroSchema, node: NodeId, (tape, value): (&Tape<'_>, Value)) -> bool {
    let Node::Primitive(primitive) = schema.node(node) else { return true };
    let text = tape.text(value);
    let double = || text.parse::<f64>().unwrap_or(f64::INFINITY);
    let single = || f64::from(text.parse::<f32>().unwrap_or(f32::INFINITY));
    // Beyond 38 digits nobody tells.
    let is_integer = |number: f64| text.parse::<i128>().is_ok_and(|integer| number as i128 == integer);
    match (primitive, tape.kind(value)) {
        (Primitive::Int | Primitive::Long, kind) => kind == Kind::Integer,
        (Primitive::Float, Kind::Integer) => is_integer(single()),
        (Primitive::Float, Kind::Decimal) => single() == double(),
        (Primitive::Double, Kind::Integer) => is_integer(double()),
        (Primitive::Float | Primitive::Double, kind) => kind == Kind::Decimal,
        _ => true,
    }
}

/// A `long`, as Avro writes it.
pub(in crate::records) fn long(out: &mut Vec<u8>, value: i64) {
    let mut left = (value.wrapping_shl(1) ^ (value >> 63)).cast_unsigned();
    while left >= 0x80 {
        out.push(left as u8 | 0x80);
        left >>= 7;
    }
    out.push(left as u8);
}

/// What is said of a value of another kind.
pub(super) fn wrong_type(schema: &AvroSchema, node: NodeId, found: Kind) -> MisfitReason {
    MisfitReason::WrongType { wanted: wanted(schema, node), found: found.word() }
}

/// A type as it is asked for.
pub(super) fn wanted(schema: &AvroSchema, node: NodeId) -> String {
    let article = |word: &str| match word.as_bytes() {
        [b'a' | b'e' | b'i' | b'o' | b'u', ..] => format!("an {word}"),
        _ => format!("a {word}"),
    };
    match schema.node(node) {
        Node::Primitive(Primitive::Null) => "null".to_owned(),
        Node::Primitive(Primitive::Bytes) => "a string that stands for bytes".to_owned(),
        Node::Primitive(primitive) => article(primitive.word()),
        Node::Array(_) => "an array".to_owned(),
        Node::Map(_) => "an object with the entries of a map".to_owned(),
        Node::Union(_) => "a union".to_owned(),
        Node::Record(_) => format!("an object with the fields of {}", type_name(schema, node)),
        Node::Enum(_) => format!("a symbol of {}", type_name(schema, node)),
        Node::Fixed(_) => format!("a string that stands for the bytes of {}", type_name(schema, node)),
    }
}

fn whole(digits: &str, primitive: Primitive) -> Result<i64, MisfitReason> {
    let bits = if primitive == Primitive::Int { 32 } else { 64 };
    match integer(digits) {
        Ok(number) if bits == 64 || i32::try_from(number).is_ok() => Ok(number),
        Ok(_) | Err(NoInteger::TooLarge) => Err(MisfitReason::NumberTooLarge { bits }),
        Err(NoInteger::Fraction) => Err(MisfitReason::Fraction),
    }
}

enum Floating<'t> {
    Named(f64),
    Digits(std::borrow::Cow<'t, str>),
}

fn floating<'t>(tape: &'t Tape<'_>, value: Value, kind: Kind) -> Result<Option<Floating<'t>>, MisfitReason> {
    match kind {
        Kind::Integer | Kind::Decimal => Ok(Some(Floating::Digits(tape.text(value)))),
        Kind::Plain | Kind::Escaped => match named(&tape.text(value)) {
            Some(number) => Ok(Some(Floating::Named(number))),
            None => Err(MisfitReason::NoNumber),
        },
        _ => Ok(None),
    }
}

/// Writes a float or a double. A number of JSON is finite; one that no longer is as a number of Avro is too large for
/// it, where Java sends infinity.
fn write_floating(primitive: Primitive, number: &Floating<'_>, out: &mut Vec<u8>) -> Result<(), MisfitReason> {
    let finite = |is_finite, bits| if is_finite { Ok(()) } else { Err(MisfitReason::NumberTooLarge { bits }) };
    match (number, primitive) {
        (Floating::Named(number), Primitive::Float) => out.extend((*number as f32).to_le_bytes()),
        (Floating::Named(number), _) => out.extend(number.to_le_bytes()),
        (Floating::Digits(digits), Primitive::Float) => {
            let float: f32 = digits.parse().unwrap_or(f32::INFINITY);
            finite(float.is_finite(), 32)?;
            out.extend(float.to_le_bytes());
        }
        (Floating::Digits(digits), _) => {
            let double: f64 = digits.parse().unwrap_or(f64::INFINITY);
            finite(double.is_finite(), 64)?;
            out.extend(double.to_le_bytes());
        }
    }
    Ok(())
}

fn latin1(text: &str) -> Result<Vec<u8>, MisfitReason> {
    let byte = |char: char| u8::try_from(char).map_err(|_| MisfitReason::NotAByte { char });
    text.chars().map(byte).collect()
}

fn symbol(schema: &AvroSchema, id: EnumId, symbol: &str) -> Result<i64, MisfitReason> {
    let enumeration = schema.enumeration(id);
    match enumeration.position_of(symbol) {
        Some(position) => Ok(position as i64),
        None => Err(MisfitReason::UnknownSymbol {
            name: enumeration.name().full().to_owned(),
            symbol: symbol.to_owned(),
            nearest: nearest(symbol, enumeration.symbols().iter().map(|symbol| &**symbol)),
        }),
    }
}

/// The known word that a misspelt one was probably meant to be.
pub(super) fn nearest<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<String> {
    const LOOKED_AT_MAX: usize = 200;
    const LENGTH_MAX: usize = 60;
    if word.len() > LENGTH_MAX {
        return None;
    }
    let near = known.take(LOOKED_AT_MAX).filter(|known| known.len() <= LENGTH_MAX).map(|known| {
        let distance = strsim::damerau_levenshtein(&word.to_lowercase(), &known.to_lowercase());
        (distance, known)
    });
    let (distance, found) = near.min_by_key(|(distance, _)| *distance)?;
    (distance <= 2 && distance * 3 <= word.chars().count()).then(|| found.to_owned())
}
