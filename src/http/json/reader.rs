//! Reads values of the shapes a request may have, with Jackson's coercions and complaints (`rest-api` 1.2, 3.1).
//!
//! Every method reads one value and gives `None` for `null`. Types are called as the complaints call them.

use super::Malformed;
use super::tokens::{Token, Tokens};
use std::borrow::Cow;

type Read<T> = Result<T, Malformed>;

/// A pull reader: the caller says what it expects next.
pub(in crate::http) struct Reader<'b> {
    tokens: Tokens<'b>,
}

impl<'b> Reader<'b> {
    /// Reads `body` from its start, as UTF-8.
    pub(in crate::http) fn new(body: &'b [u8]) -> Self {
        Self { tokens: Tokens::new(body) }
    }

    /// Reads the whole body as one value; `None` if it is empty, blank or `null`.
    pub(in crate::http) fn document<T>(
        mut self,
        type_name: &str,
        read: impl FnOnce(&mut ValueReader<'_, 'b>) -> Read<Option<T>>,
    ) -> Read<Option<T>> {
        let Some(first) = self.tokens.next()? else { return Ok(None) };
        let value = read(&mut ValueReader { tokens: &mut self.tokens, first: Some(first) })?;
        match self.tokens.next()? {
            None => Ok(value),
            Some(token) => Err(Malformed(format!(
                "Trailing token (of type {}) found after value (bound as `{type_name}`): not allowed as per \
                 `DeserializationFeature.FAIL_ON_TRAILING_TOKENS`",
                constant(&token)
            ))),
        }
    }
}

/// One value about to be read.
pub(in crate::http) struct ValueReader<'t, 'b> {
    tokens: &'t mut Tokens<'b>,
    /// The value's first token, where it has been taken already.
    first: Option<Token<'b>>,
}

impl<'b> ValueReader<'_, 'b> {
    fn take(&mut self) -> Read<Token<'b>> {
        match self.first.take() {
            Some(token) => Ok(token),
            None => Ok(self.tokens.next()?.unwrap_or(Token::Null)),
        }
    }

    /// A text; numbers and booleans count as they are written.
    pub(in crate::http) fn text(&mut self) -> Read<Option<String>> {
        match self.take()? {
            Token::String(text) | Token::Int(text) | Token::Float(text) => Ok(Some(text.into_owned())),
            Token::True => Ok(Some("true".to_owned())),
            Token::False => Ok(Some("false".to_owned())),
            Token::Null => Ok(None),
            token => Err(mismatch("String", &token)),
        }
    }

    /// A 32-bit integer; a fraction is cut off, a numeric string counts, a blank one is null.
    pub(in crate::http) fn int(&mut self) -> Read<Option<i32>> {
        match self.take()? {
            Token::Null => Ok(None),
            Token::Int(raw) => raw.parse().map(Some).map_err(|_| out_of_range(&raw)),
            Token::Float(raw) => truncate(&raw).map(Some),
            Token::String(text) => int_of_text(&text),
            token => Err(mismatch("Integer", &token)),
        }
    }

    /// A boolean; an integer counts (0 is false), so does `"true"` in three letter cases, a blank string is null.
    pub(in crate::http) fn boolean(&mut self) -> Read<Option<bool>> {
        self.truth("Boolean", "only \"true\" or \"false\" recognized")
    }

    /// As [`Self::boolean`] where `null` is not possible: false then.
    pub(in crate::http) fn flag(&mut self) -> Read<bool> {
        let recognized = "only \"true\"/\"True\"/\"TRUE\" or \"false\"/\"False\"/\"FALSE\" recognized";
        Ok(self.truth("boolean", recognized)?.unwrap_or(false))
    }

    fn truth(&mut self, type_name: &str, recognized: &str) -> Read<Option<bool>> {
        match self.take()? {
            Token::Null => Ok(None),
            Token::True => Ok(Some(true)),
            Token::False => Ok(Some(false)),
            Token::Int(raw) => Ok(Some(raw.trim_start_matches('-') != "0")),
            Token::String(text) => match text.trim() {
                "true" | "True" | "TRUE" => Ok(Some(true)),
                "false" | "False" | "FALSE" => Ok(Some(false)),
                "" => Ok(None),
                other => Err(weird_text(type_name, other, recognized)),
            },
            token => Err(mismatch(type_name, &token)),
        }
    }

    /// One of an enumeration's names, blanks around it aside, or its number: `listed` in the order in which a complaint
    /// lists them, `numbered` in that in which they are declared.
    pub(in crate::http) fn one_of(
        &mut self,
        type_name: &str,
        listed: &[&str],
        numbered: &[&'static str],
    ) -> Read<Option<&'static str>> {
        match self.take()? {
            Token::Null => Ok(None),
            Token::String(text) => match text.trim_matches(|char: char| char <= ' ') {
                "" => Err(empty_text(type_name)),
                name => match numbered.iter().find(|value| **value == name).or_else(|| by_number(name, numbered)) {
                    Some(value) => Ok(Some(value)),
                    None => {
                        let rule = format!("not one of the values accepted for Enum class: [{}]", listed.join(", "));
                        Err(weird_text(type_name, name, &rule))
                    }
                },
            },
            Token::Int(raw) => {
                let number: i32 = raw.parse().map_err(|_| out_of_range(&raw))?;
                let value = usize::try_from(number).ok().and_then(|number| numbered.get(number));
                value.copied().map(Some).ok_or_else(|| {
                    Malformed(format!(
                        "Cannot deserialize value of type `{type_name}` from number {number}: index value outside \
                         legal index range [0..{}]",
                        numbered.len() - 1
                    ))
                })
            }
            token => Err(mismatch(type_name, &token)),
        }
    }

    /// An array of objects, each read by `each`; `element` is the type's simple name.
    pub(in crate::http) fn list<T>(
        &mut self,
        element: &str,
        each: impl FnMut(&mut ValueReader<'_, 'b>) -> Read<T>,
    ) -> Read<Option<Vec<T>>> {
        self.list_up_to(usize::MAX, element, each)
    }

    /// The same for a list that is refused if it is longer than `max`: what comes after one more is read and left out. An
    /// element may be large where its text is short.
    pub(in crate::http) fn list_up_to<T>(
        &mut self,
        max: usize,
        element: &str,
        mut each: impl FnMut(&mut ValueReader<'_, 'b>) -> Read<T>,
    ) -> Read<Option<Vec<T>>> {
        match self.take()? {
            Token::Null => Ok(None),
            Token::ArrayStart => self.elements(max.saturating_add(1), &mut each).map(Some),
            token => Err(mismatch(&format!("{element}>"), &token)),
        }
    }

    /// An array of texts; `container` is the simple name of what the original collects them in.
    pub(in crate::http) fn texts(&mut self, container: &str) -> Read<Option<Vec<Option<String>>>> {
        match self.take()? {
            Token::Null => Ok(None),
            Token::ArrayStart => self.elements(usize::MAX, &mut |value| value.text()).map(Some),
            Token::String(text) => Err(no_constructor(container, &Token::String(text))),
            token => Err(mismatch("String>", &token)),
        }
    }

    fn elements<T>(
        &mut self,
        kept_max: usize,
        each: &mut impl FnMut(&mut ValueReader<'_, 'b>) -> Read<T>,
    ) -> Read<Vec<T>> {
        let mut list = Vec::new();
        while let Some(token) = self.tokens.next()? {
            if token == Token::ArrayEnd {
                break;
            }
            let element = each(&mut ValueReader { tokens: self.tokens, first: Some(token) })?;
            if list.len() < kept_max {
                list.push(element);
            }
        }
        Ok(list)
    }

    /// An object used as a map; of duplicate keys the last wins, which is the caller's map to arrange.
    pub(in crate::http) fn map<T>(
        &mut self,
        tail: &str,
        mut each: impl FnMut(&mut ValueReader<'_, 'b>) -> Read<T>,
    ) -> Read<Option<Vec<(String, T)>>> {
        match self.take()? {
            Token::Null => Ok(None),
            Token::ObjectStart => {
                let mut entries = Vec::new();
                self.entries(|name, value| {
                    entries.push((name.into_owned(), each(value)?));
                    Ok(())
                })?;
                Ok(Some(entries))
            }
            Token::String(text) => Err(no_constructor("LinkedHashMap", &Token::String(text))),
            token => Err(mismatch(tail, &token)),
        }
    }

    /// An object with known fields. `field` reads the value of a name it knows and gives false for any other, which
    /// is then skipped. The answer is false for `null`.
    pub(in crate::http) fn object(
        &mut self,
        type_name: &str,
        mut field: impl FnMut(&str, &mut ValueReader<'_, 'b>) -> Read<bool>,
    ) -> Read<bool> {
        match self.take()? {
            Token::Null => Ok(false),
            Token::ObjectStart => {
                self.entries(|name, value| if field(&name, value)? { Ok(()) } else { value.skip() })?;
                Ok(true)
            }
            token @ Token::ArrayStart => Err(mismatch(type_name, &token)),
            Token::String(text) if text.is_empty() => Err(empty_text(type_name)),
            token => Err(no_constructor(type_name, &token)),
        }
    }

    fn entries(&mut self, mut each: impl FnMut(Cow<'b, str>, &mut ValueReader<'_, 'b>) -> Read<()>) -> Read<()> {
        while let Some(Token::Name(name)) = self.tokens.next()? {
            each(name, &mut ValueReader { tokens: self.tokens, first: None })?;
        }
        Ok(()) // the token that ended the loop is the closing brace; all else is a complaint of the tokenizer
    }

    /// Whether the value is a text; it is then read and returned.
    pub(in crate::http) fn if_text(&mut self) -> Read<Option<String>> {
        match self.take()? {
            Token::String(text) => Ok(Some(text.into_owned())),
            token => {
                self.first = Some(token);
                Ok(None)
            }
        }
    }

    /// The value as it is written, read over but not understood; nesting costs no stack.
    pub(in crate::http) fn raw(&mut self) -> Read<&'b [u8]> {
        let first = self.take()?;
        let start = self.tokens.start();
        self.first = Some(first);
        self.skip()?;
        Ok(self.tokens.since(start))
    }

    /// Reads the value and forgets it; nesting costs no stack.
    pub(in crate::http) fn skip(&mut self) -> Read<()> {
        let mut depth = 0usize;
        let mut token = self.take()?;
        loop {
            match token {
                Token::ObjectStart | Token::ArrayStart => depth += 1,
                Token::ObjectEnd | Token::ArrayEnd => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return Ok(());
            }
            let Some(next) = self.tokens.next()? else { return Ok(()) };
            token = next;
        }
    }
}

fn int_of_text(text: &str) -> Read<Option<i32>> {
    let trimmed = text.trim();
    if trimmed.is_empty() || trimmed == "null" {
        return Ok(None);
    }
    let signed = trimmed.strip_prefix('+').unwrap_or(trimmed);
    match trimmed.parse::<i32>() {
        Ok(number) => Ok(Some(number)),
        Err(_) if trimmed.len() > 9 && signed.parse::<i64>().is_ok() => Err(weird_text(
            "Integer",
            trimmed,
            &format!(
                "Overflow: numeric value ({trimmed}) out of range of `java.lang.Integer` ({} -{})",
                i32::MIN,
                i32::MAX
            ),
        )),
        Err(_) => Err(weird_text("Integer", trimmed, "not a valid `java.lang.Integer` value")),
    }
}

/// Cuts the fraction off; what is not a number at all counts as 0.
fn truncate(raw: &str) -> Read<i32> {
    let number = match raw {
        "NaN" => return Ok(0),
        "Infinity" | "+Infinity" | "+INF" => f64::INFINITY,
        "-Infinity" | "-INF" => f64::NEG_INFINITY,
        raw => raw.parse().map_err(|_| out_of_range(raw))?,
    };
    if number < f64::from(i32::MIN) || number > f64::from(i32::MAX) {
        return Err(out_of_range(raw));
    }
    #[expect(clippy::cast_possible_truncation, reason = "within the range of i32")]
    Ok(number as i32)
}

fn out_of_range(raw: &str) -> Malformed {
    Malformed(format!("Numeric value ({raw}) out of range of int ({} - {})", i32::MIN, i32::MAX))
}

/// The value that a text numbers; nobody counts with leading zeros.
fn by_number<'v>(text: &str, numbered: &'v [&'static str]) -> Option<&'v &'static str> {
    let is_number = text.starts_with(|first: char| first.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    numbered.get(text.parse::<usize>().ok().filter(|_| is_number)?)
}

fn empty_text(type_name: &str) -> Malformed {
    Malformed(format!(
        "Cannot coerce empty String (\"\") to `{type_name}` value (but could if coercion was enabled using \
         `CoercionConfig`)"
    ))
}

fn weird_text(type_name: &str, text: &str, rule: &str) -> Malformed {
    Malformed(format!("Cannot deserialize value of type `{type_name}` from String \"{text}\": {rule}"))
}

fn mismatch(type_name: &str, token: &Token<'_>) -> Malformed {
    let shape = match token {
        Token::ObjectStart | Token::ObjectEnd | Token::Name(_) => "Object",
        Token::ArrayStart | Token::ArrayEnd => "Array",
        Token::String(_) => "String",
        Token::Int(_) => "Integer",
        Token::Float(_) => "Floating-point",
        Token::True | Token::False => "Boolean",
        Token::Null => "Null",
    };
    let constant = constant(token);
    Malformed(format!(
        "Cannot deserialize value of type `{type_name}` from {shape} value (token `JsonToken.{constant}`)"
    ))
}

fn no_constructor(type_name: &str, token: &Token<'_>) -> Malformed {
    let (argument, value) = match token {
        Token::String(text) => ("String", format!("String value ('{text}')")),
        Token::Int(raw) if raw.parse::<i32>().is_ok() => ("int/Int", format!("Number value ({raw})")),
        Token::Int(raw) if raw.parse::<i64>().is_ok() => ("long/Long", format!("Number value ({raw})")),
        Token::Int(raw) => ("BigInteger", format!("Number value ({raw})")),
        Token::Float(raw) => ("double/Double", format!("Number value ({raw})")),
        Token::True => ("boolean/Boolean", "boolean value (true)".to_owned()),
        Token::False => ("boolean/Boolean", "boolean value (false)".to_owned()),
        other => return mismatch(type_name, other),
    };
    Malformed(format!(
        "Cannot construct instance of `{type_name}` (although at least one Creator exists): no {argument}-argument \
         constructor/factory method to deserialize from {value}"
    ))
}

/// The parser's constant for a token.
fn constant(token: &Token<'_>) -> &'static str {
    match token {
        Token::ObjectStart => "START_OBJECT",
        Token::ObjectEnd => "END_OBJECT",
        Token::ArrayStart => "START_ARRAY",
        Token::ArrayEnd => "END_ARRAY",
        Token::Name(_) => "FIELD_NAME",
        Token::String(_) => "VALUE_STRING",
        Token::Int(_) => "VALUE_NUMBER_INT",
        Token::Float(_) => "VALUE_NUMBER_FLOAT",
        Token::True => "VALUE_TRUE",
        Token::False => "VALUE_FALSE",
        Token::Null => "VALUE_NULL",
    }
}
