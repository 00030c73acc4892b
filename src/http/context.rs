//! The `/contexts/{context}` prefix: clients that were given a base URL inside a context put it before every path.

use super::errors::ApiError;
use super::routes::Route;
use super::uri;
use std::borrow::Cow;

/// A prefix as it was written, if there was one.
pub(super) struct Prefix<'p>(Option<Cow<'p, str>>);

impl<'p> Prefix<'p> {
    /// Cuts the prefix off. `/contexts/{context}` alone is a resource of its own and stays, but for the default
    /// context, where it is the root or, spelled `:.:`, the list of contexts.
    pub(super) fn split<'s>(segments: &'s [&'p str]) -> (Self, &'s [&'p str]) {
        match segments {
            ["contexts", "."] => (Self(None), &[]),
            ["contexts", ":.:"] => (Self(None), &segments[..1]),
            ["contexts", context] => (Self(Some(uri::decode(context))), segments),
            ["contexts", context, rest @ ..] => (Self(Some(uri::decode(context))), rest),
            _ => (Self(None), segments),
        }
    }

    /// Whether paths behind it are seen from a context other than the default one.
    pub(super) fn is_given(&self) -> bool {
        self.0.as_ref().is_some_and(|written| !matches!(written.as_ref(), "." | ":.:"))
    }

    /// The context a route is seen from, as names spell it (`.ctx`); `None` for the default one, and where what the
    /// request names is qualified already.
    ///
    /// # Errors
    /// A colon inside the name, where the route would use it.
    pub(super) fn context(&self, route: &Route<'_>, query: &str) -> Result<Option<String>, ApiError> {
        let Some(written) = self.0.as_ref().filter(|_| route.is_contextual) else { return Ok(None) };
        let is_qualified = |name: &str| name.starts_with(":.") || name.starts_with(":*:");
        let parameter = |name| uri::parameter(query, name).is_some_and(|value| is_qualified(&value));
        if is_qualified(&uri::decode(route.arguments[0])) || parameter("subjectPrefix") || parameter("subject") {
            return Ok(None);
        }
        let name = written.strip_prefix(':').and_then(|rest| rest.strip_suffix(':')).unwrap_or(written);
        let name = name.strip_prefix('.').unwrap_or(name);
        if name.contains(':') {
            return Err(ApiError::InvalidContext { name: written.to_string() });
        }
        Ok((!name.is_empty()).then(|| format!(".{name}")))
    }
}
