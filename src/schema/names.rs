//! The names a registry hands out: contexts, subjects, versions and ids.
//!
//! Qualified subject syntax and normal form as Confluent 8.3.1 reads them (`:.ctx:name`). Reading a name never fails;
//! whether a name may be *written* under is a question of its own ([`SubjectName::may_hold_schemas`]).

use std::fmt;
use std::sync::Arc;

/// Name of the scope whose configuration and mode apply to every context.
const ALL_CONTEXTS: &str = ".__GLOBAL";

/// A subject within its context, in normal form.
///
/// Printed as `name` in the default context and as `:.ctx:name` in any other. Ordering is by UTF-16 code unit of the
/// printed form, as Confluent sorts listings. Cloning is cheap.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SubjectName {
    qualified: Arc<str>,
    /// Bytes of the context name inside `qualified`; 0 in the default context.
    context_bytes: u32,
}

impl SubjectName {
    /// Reads a subject as it stands in a (decoded) path or body: `name`, `:.ctx:name`, `:.:name`, `:*:name`.
    ///
    /// Anything is a subject: a text that begins with neither `:.` nor `:*:` is a plain name of the default context.
    pub fn read(text: &str) -> Self {
        let mut text = text;
        loop {
            let rest = text.strip_prefix(':').filter(|rest| rest.starts_with('.') || rest.starts_with("*:"));
            let Some(rest) = rest else { return Self { qualified: text.into(), context_bytes: 0 } };
            let (context, name) = rest.split_once(':').unwrap_or((rest, ""));
            if context != Context::DEFAULT {
                return Self::within(context, name);
            }
            // `:.:x` is printed as `x` and read again, from the journal at the latest: it must mean the same.
            text = name;
        }
    }

    /// The subject `name` of `context` (`.` for the default context, else `.ctx`).
    pub fn within(context: &str, name: &str) -> Self {
        if context == Context::DEFAULT {
            return Self::read(name);
        }
        let context_bytes = u32::try_from(context.len()).expect("a name fits the request body limit");
        Self { qualified: format!(":{context}:{name}").into(), context_bytes }
    }

    /// The subject that a reference or an alias means, seen from a context.
    ///
    /// From a named context `:.:s` does not reach the default one but a nonsense name, as in the reference.
    pub fn referenced(subject: &str, context: &str) -> Self {
        let name = Self::read(subject);
        match name.is_in_default_context() {
            true => Self::within(context, if context == Context::DEFAULT { name.name() } else { subject }),
            false => name,
        }
    }

    /// The context's name: `.` for the default context, else `.ctx` (or `*`).
    pub fn context(&self) -> &str {
        match self.context_bytes as usize {
            0 => Context::DEFAULT,
            bytes => &self.qualified[1..=bytes],
        }
    }

    /// The name without its context.
    pub fn name(&self) -> &str {
        match self.context_bytes as usize {
            0 => &self.qualified,
            bytes => &self.qualified[bytes + 2..],
        }
    }

    /// The normal form, as answers print it.
    pub fn as_str(&self) -> &str {
        &self.qualified
    }

    /// Whether this is the default context.
    pub fn is_in_default_context(&self) -> bool {
        self.context_bytes == 0
    }

    /// Whether schemas may be registered here (Confluent 8.3.1 answers 42208 where not).
    ///
    /// Beyond Confluent's rule the wildcard context is refused: there a registration succeeds and spoils the listing.
    pub fn may_hold_schemas(&self) -> bool {
        let is_wildcard = self.context() == "*";
        self.may_be_configured() && !is_wildcard && !self.is_of_all_contexts() && !self.is_default_scope()
    }

    /// Whether a configuration or mode may be set here: no control characters, no reserved name. The wildcard may be
    /// configured, which has no effect, as nothing lives there.
    pub fn may_be_configured(&self) -> bool {
        let reserved = matches!(self.name(), "__GLOBAL" | "__EMPTY");
        !reserved && !self.qualified.chars().any(char::is_control)
    }

    /// Whether this names the default context itself, which configuration and mode treat as global.
    pub fn is_default_scope(&self) -> bool {
        self.qualified.is_empty()
    }

    /// Whether this names a context rather than a subject in it.
    pub fn is_context_scope(&self) -> bool {
        self.name().is_empty()
    }

    /// Whether this is `:.__GLOBAL:` or a name in it, which no schema can have.
    pub fn is_of_all_contexts(&self) -> bool {
        self.context() == ALL_CONTEXTS
    }

    /// Whether this is `:.__GLOBAL:`, the scope behind every context.
    pub fn is_all_contexts_scope(&self) -> bool {
        self.is_of_all_contexts() && self.name().is_empty()
    }
}

impl fmt::Display for SubjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.qualified)
    }
}

impl fmt::Debug for SubjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.qualified, f)
    }
}

impl Ord for SubjectName {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        utf16_order(&self.qualified, &other.qualified)
    }
}

impl PartialOrd for SubjectName {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// Compares as Java compares strings: by UTF-16 code unit.
///
/// Differs from the order of code points only where a character beyond U+FFFF meets one in U+E000–U+FFFF.
pub fn utf16_order(left: &str, right: &str) -> std::cmp::Ordering {
    let at = left.bytes().zip(right.bytes()).take_while(|(l, r)| l == r).count();
    if left.len().min(right.len()) == at {
        return left.len().cmp(&right.len());
    }
    let start = (0..=at).rev().find(|&i| left.is_char_boundary(i)).unwrap_or(0);
    left[start..].encode_utf16().cmp(right[start..].encode_utf16())
}

/// Names of contexts: `.` for the default one, `.ctx` for any other.
pub struct Context;

impl Context {
    /// The default context.
    pub const DEFAULT: &'static str = ".";
}

/// Number of a version within its subject, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u32);

impl Version {
    /// The first version of a subject.
    pub const FIRST: Self = Self(1);

    /// A version number, if `number` is one: 1 to 2^31 - 1.
    pub fn new(number: i64) -> Option<Self> {
        let number = u32::try_from(number).ok().filter(|n| *n >= 1 && *n <= i32::MAX as u32)?;
        Some(Self(number))
    }

    /// The number itself.
    pub fn get(self) -> u32 {
        self.0
    }

    /// The number after this one; none after the last.
    pub fn next(self) -> Option<Self> {
        Self::new(i64::from(self.0) + 1)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Which version a request names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionSelector {
    /// `latest` in any letter case, or `-1`: the highest live version.
    Latest,
    /// One number.
    Number(Version),
}

impl VersionSelector {
    /// Reads a version path segment as Confluent 8.3.1 does: surrounding blanks ignored, `01` and `+1` accepted.
    ///
    /// `None` where Confluent answers 42202.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim_matches(|c: char| c <= ' ');
        if text.eq_ignore_ascii_case("latest") {
            return Some(Self::Latest);
        }
        match text.parse::<i32>().ok()? {
            -1 => Some(Self::Latest),
            number => Version::new(i64::from(number)).map(Self::Number),
        }
    }
}

impl fmt::Display for VersionSelector {
    /// Prints the number, and `-1` for the latest: the words of Confluent's 40402.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latest => f.write_str("-1"),
            Self::Number(version) => version.fmt(f),
        }
    }
}

/// Number of a schema's content within its context.
///
/// Negative ids never name a schema, but a path may carry one (answered 40403 by Confluent 8.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchemaId(pub i32);

impl fmt::Display for SchemaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::{SubjectName, Version, VersionSelector, utf16_order};
    use std::cmp::Ordering;

    #[test]
    fn subjects_are_read_into_their_normal_form() {
        for (text, context, name, printed) in [
            ("foo", ".", "foo", "foo"),
            (":.ctx:foo", ".ctx", "foo", ":.ctx:foo"),
            (":.ctx:", ".ctx", "", ":.ctx:"),
            (":.ctx", ".ctx", "", ":.ctx:"),
            (":.:foo", ".", "foo", "foo"),
            (":.:", ".", "", ""),
            (":.", ".", "", ""),
            (":*:foo", "*", "foo", ":*:foo"),
            (":ctx:foo", ".", ":ctx:foo", ":ctx:foo"),
            ("::foo", ".", "::foo", "::foo"),
            (":.a:b:c", ".a", "b:c", ":.a:b:c"),
            (":.::.ctx:foo", ".ctx", "foo", ":.ctx:foo"),
            (":.::.:foo", ".", "foo", "foo"),
            (":.::*:x", "*", "x", ":*:x"),
            (":.::.__GLOBAL:", ".__GLOBAL", "", ":.__GLOBAL:"),
            (":.a::.b:c", ".a", ":.b:c", ":.a::.b:c"),
        ] {
            let subject = SubjectName::read(text);
            assert_eq!((subject.context(), subject.name(), subject.as_str()), (context, name, printed), "{text}");
            assert_eq!(SubjectName::read(subject.as_str()), subject, "{text} means the same once printed");
            assert_eq!(SubjectName::within(context, name), subject, "{text}");
        }
    }

    #[test]
    fn reserved_names_and_control_characters_hold_no_schemas() {
        for text in ["__GLOBAL", "__EMPTY", ":.ctx:__GLOBAL", ":.__GLOBAL:x", "a\u{1}b", "a\u{85}", ":*:x", ":.:"] {
            assert!(!SubjectName::read(text).may_hold_schemas(), "{text:?}");
        }
        for text in ["foo", ":.ctx:", "*", " ", "a/b", ":ctx:foo"] {
            assert!(SubjectName::read(text).may_hold_schemas(), "{text:?}");
        }
        for text in [":*:", ":*:x", ":.:", ":.__GLOBAL:"] {
            assert!(SubjectName::read(text).may_be_configured(), "{text:?}");
        }
    }

    #[test]
    fn versions_are_read_as_the_reference_reads_them() {
        let number = |n| Version::new(n).map(VersionSelector::Number);
        for (text, selector) in [
            ("latest", Some(VersionSelector::Latest)),
            ("LaTest", Some(VersionSelector::Latest)),
            (" -1 ", Some(VersionSelector::Latest)),
            ("1", number(1)),
            ("01", number(1)),
            ("+1", number(1)),
            ("2147483647", number(2_147_483_647)),
            ("0", None),
            ("-2", None),
            ("1.0", None),
            ("2147483648", None),
            ("", None),
        ] {
            assert_eq!(VersionSelector::read(text), selector, "{text:?}");
        }
    }

    #[test]
    fn order_is_by_utf16_unit() {
        assert_eq!(utf16_order("a\u{1F600}", "a\u{E000}"), Ordering::Less);
        assert_eq!(utf16_order("a", "ab"), Ordering::Less);
        assert_eq!(utf16_order("\u{e9}", "\u{e8}"), Ordering::Greater);
        assert_eq!(utf16_order("", ""), Ordering::Equal);
    }
}
