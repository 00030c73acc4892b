//! The symbols of an enum and its default.

use super::failure::{Failure, Parsed};
use super::json::Value;
use super::model::EnumId;
use super::parse::Parser;
use crate::schema::Strictness;
use std::collections::BTreeSet;

/// Enums up to this many symbols are searched for doubles pair by pair.
const FEW_SYMBOLS: usize = 16;

/// Reads the symbols of enum `id`, each valid and none twice, and checks that `default` is among them.
pub(super) fn read(
    parser: &mut Parser<'_, '_>,
    list: Value,
    id: EnumId,
    default: Option<&str>,
    enum_at: usize,
) -> Parsed<Box<[Box<str>]>> {
    let count = parser.tape.count(list);
    let mut symbols: Vec<Box<str>> = Vec::with_capacity(count);
    let mut seen = BTreeSet::new();
    let mut has_null = false;
    for value in parser.tape.elements(list) {
        let at = parser.tape.offset(value);
        let Some(symbol) = parser.tape.string(value) else {
            // Java has no text here and goes on with null; only the strict rule stops at once.
            if parser.build.strictness == Strictness::New {
                return Err(Failure::at(at, "Null name".to_owned()));
            }
            if std::mem::replace(&mut has_null, true) {
                return Err(Failure::at(at, "Duplicate enum symbol: null".to_owned()));
            }
            parser.build.null_symbols.push((id, symbols.len() as u32));
            parser.build.has_bad_name = true;
            symbols.push(Box::default());
            continue;
        };
        parser.build.check_name(&symbol, at)?;
        let is_doubled = match count <= FEW_SYMBOLS {
            // A null symbol is stored as an empty one, which is no double of a real empty one.
            true => symbols.iter().any(|earlier| **earlier == *symbol && !(symbol.is_empty() && has_null)),
            false => !seen.insert(symbol.clone()),
        };
        if is_doubled {
            return Err(Failure::at(at, format!("Duplicate enum symbol: {symbol}")));
        }
        symbols.push(symbol.into());
    }
    match default {
        Some(default) if !symbols.iter().any(|symbol| **symbol == *default) => {
            let is_null = |at: usize| parser.build.null_symbols.contains(&(id, at as u32));
            let shown = symbols.iter().enumerate().map(|(at, symbol)| if is_null(at) { "null" } else { symbol });
            let set = shown.collect::<Vec<_>>().join(", ");
            let words = format!("The Enum Default: {default} is not in the enum symbol set: [{set}]");
            Err(Failure::at(enum_at, words))
        }
        _ => Ok(symbols.into()),
    }
}
