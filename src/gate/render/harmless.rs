//! What of a schema may reach a terminal or a log as it stands? Names, documentation and messages are whatever a file
//! holds, and neither terminals nor continuous integrations tell the program's words from those it quotes.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Beginnings of commands that some continuous integration executes wherever a log line holds them: GitHub's older
/// form and Azure's, and TeamCity's.
const LOG_COMMANDS: [&str; 3] = ["##[", "##vso[", "##teamcity["];

/// `text` with everything that would act instead of being read written as JSON writes it: `\u001b`.
///
/// That is control characters (line breaks included), characters that change the direction of text or are not seen,
/// and the beginnings of commands that a log is searched for.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| (b' '..0x7f).contains(&byte) && byte != b'#' && byte != b':') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut is_word_start = true;
    for (at, character) in text.char_indices() {
        let rest = &text[at..];
        let acts = match character {
            // GitHub takes a line for a command if it begins with two colons, and any word may come to begin a line.
            ':' => is_word_start && rest.starts_with("::"),
            '#' => LOG_COMMANDS.iter().any(|command| rest.starts_with(command)),
            _ => is_unseen(character),
        };
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if acts => escape(&mut out, character),
            _ => out.push(character),
        }
        is_word_start = character.is_whitespace();
    }
    Cow::Owned(out)
}

/// As JSON does, in halves where it takes two.
fn escape(out: &mut String, character: char) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        write!(out, "\\u{unit:04x}").expect("writing to a string cannot fail");
    }
}

/// Control characters, line separators, marks of direction, joiners, fillers and tags.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}
