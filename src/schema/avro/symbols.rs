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
    let mut null_at = None;
    for value in parser.tape.elements(list) {
        let at = parser.tape.offset(value);
        let Some(symbol) = parser.tape.string(value) else {
            // Java has no text here and goes on with null; only the strict rule stops at once.
            if parser.build.strictness == Strictness::New {
                return Err(Failure::at(at, "Null name".to_owned()));
            }
            if null_at.replace(symbols.len()).is_some() {
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
            true => symbols.iter().enumerate().any(|(at, earlier)| **earlier == *symbol && null_at != Some(at)),
            false => !seen.insert(symbol.clone()),
        };
        if is_doubled {
            return Err(Failure::at(at, format!("Duplicate enum symbol: {symbol}")));
        }
        symbols.push(symbol.into());
    }
    let is_symbol =
        |default: &str| symbols.iter().enumerate().any(|(at, symbol)| **symbol == *default && null_at != Some(at));
    match default {
        Some(default) if !is_symbol(default) => {
            let printed = |(at, symbol)| if null_at == Some(at) { "null" } else { symbol };
            let set: Vec<&str> = symbols.iter().map(|symbol| &**symbol).enumerate().map(printed).collect();
            let set = set.join(", ");
            let words = format!("The Enum Default: {default} is not in the enum symbol set: [{set}]");
            Err(Failure::at(enum_at, words))
        }
        _ => Ok(symbols.into()),
    }
}
