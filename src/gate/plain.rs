//! The sentences of the reference's parser without what only its authors understand.
//!
//! The registry repeats them to the letter, because clients compare them; people at a prompt need less.

/// What the reference says of a text that holds nothing.
const NOTHING: &str = "Cannot parse <null> schema";

/// A reason for which a text is no schema, for people: one line, without class names and places that are told anyway.
pub(super) fn plain(reason: &str) -> String {
    if reason == NOTHING {
        return "the file is empty, or holds `null` alone".to_owned();
    }
    if reason.starts_with("Cannot invoke ") {
        return "an attribute that is needed is missing here, or is of another type than Avro asks for".to_owned();
    }
    let sentence = without_class(reason);
    let sentence = sentence.split("\n at [Source").next().unwrap_or(sentence);
    let sentence = without_sources(sentence);
    let own = sentence.split_once(", from `StreamReadConstraints.").and_then(|(limit, rest)| {
        let (_, behind) = rest.split_once('`')?;
        Some(format!("{limit}{behind}"))
    });
    own.unwrap_or(sentence).replace(['\n', '\r'], " ")
}

/// `com.fasterxml.…Exception: Unexpected end` as `Unexpected end`.
fn without_class(reason: &str) -> &str {
    match reason.split_once(": ") {
        Some((class, rest)) if class.contains('.') && !class.contains(' ') && class.ends_with("Exception") => rest,
        _ => reason,
    }
}

/// `… (start marker at [Source: …; line: 1, column: 2])` as `… (start marker at line: 1, column: 2)`.
fn without_sources(sentence: &str) -> String {
    let mut rest = sentence;
    let mut plain = String::with_capacity(sentence.len());
    while let Some((before, after)) = rest.split_once("[Source: ") {
        let Some((source, behind)) = after.split_once(']') else { break };
        plain.push_str(before);
        plain.push_str(source.find("line: ").map_or("", |at| &source[at..]));
        rest = behind;
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn class_names_and_sources_are_left_out() {
        const SOURCE: &str =
            "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 2, column: 7]";
        let end = format!(
            "com.fasterxml.jackson.core.io.JsonEOFException: Unexpected end-of-input: expected close marker for Object \
             (start marker at {SOURCE})\n at {SOURCE}"
        );
        for (reason, told) in [
            (
                end.as_str(),
                "Unexpected end-of-input: expected close marker for Object (start marker at line: 2, column: 7)",
            ),
            (
                "com.fasterxml.jackson.core.exc.StreamConstraintsException: Document nesting depth (1001) exceeds the \
                 maximum allowed (1000, from `StreamReadConstraints.getMaxNestingDepth()`)",
                "Document nesting depth (1001) exceeds the maximum allowed (1000)",
            ),
            ("Illegal character in: i d", "Illegal character in: i d"),
            ("a.b: c", "a.b: c"),
            ("two\nlines", "two lines"),
            ("[Source: cut off", "[Source: cut off"),
            ("Cannot parse <null> schema", "the file is empty, or holds `null` alone"),
        ] {
            assert_eq!(plain(reason), told, "{reason}");
        }
    }
}
