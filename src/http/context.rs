//! The `/contexts/{context}` prefix: clients that were given a base URL inside a context put it before every path.

use super::errors::ApiError;
use super::routes::{Named, Route};
use super::uri;
use crate::schema::names::Context;
use actix_web::http::Method;
use std::borrow::Cow;

/// A prefix as it was written, if there was one.
pub(super) struct Prefix<'p>(Option<Cow<'p, str>>);

impl<'p> Prefix<'p> {
    /// Cuts the prefix off; of several the last counts. `/contexts/{context}` alone is a resource of its own and stays,
    /// but for the default context, where it is the root or, spelled `:.:`, the list of contexts.
    pub(super) fn split<'s>(mut segments: &'s [&'p str]) -> (Self, &'s [&'p str]) {
        let mut prefix = Self(None);
        while let ["contexts", context, rest @ ..] = segments {
            prefix = Self(Some(uri::decode(context)));
            if rest.is_empty() {
                return match (*context, prefix.name()) {
                    (Context::DEFAULT, _) => (Self(None), &[]),
                    (_, Ok(Some(name))) if name == Context::DEFAULT => (Self(None), &segments[..1]),
                    _ => (prefix, segments),
                };
            }
            segments = rest;
        }
        (prefix, segments)
    }

    /// Whether paths behind it are seen from a context other than the default one.
    pub(super) fn is_given(&self) -> bool {
        self.name().map_or(true, |name| name.is_some_and(|name| name != Context::DEFAULT))
    }

    /// The context a route is seen from, as names spell it (`.ctx`, `.` for the default one); `None` without a prefix, and
    /// where what the request names is qualified already.
    ///
    /// # Errors
    /// A colon inside the name, where the route would use it.
    pub(super) fn context(&self, route: &Route<'_>, method: &Method, query: &str) -> Result<Option<String>, ApiError> {
        let is_qualified = |name: &str| name.starts_with(":.") || name.starts_with(":*:");
        let is_needed = match route.named {
            Named::Nowhere => false,
            Named::InPath => !is_qualified(&uri::decode(route.arguments[0])),
            Named::InBody => *method == Method::POST || *method == Method::PUT,
            Named::By(name) => !uri::parameter(query, name).is_some_and(|value| is_qualified(&value)),
        };
        if is_needed { self.name() } else { Ok(None) }
    }

    /// The context's name. A colon at either end and a missing dot do not matter.
    fn name(&self) -> Result<Option<String>, ApiError> {
        self.0.as_deref().map(name).transpose()
    }
}

/// A context's name as names spell it, from `name`, `.name` or `:.name:`.
///
/// # Errors
/// A colon inside.
pub(super) fn name(written: &str) -> Result<String, ApiError> {
    let name = written.strip_prefix(':').unwrap_or(written);
    let name = name.strip_suffix(':').unwrap_or(name);
    if name.contains(':') {
        // The sentence has the name without the colons at its ends.
        return Err(ApiError::InvalidContext { name: name.to_owned() });
    }
    let name = name.strip_prefix('.').unwrap_or(name);
    Ok(format!(".{name}"))
}
