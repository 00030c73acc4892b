//! Which subject a name stands for in a registry, and what is in force there.

use super::answers::SubjectConfig;
use super::caller::Driver;
use super::error::ClientError;
use super::memory::Core;
use super::path::percent_decoded;
use crate::schema::names::{Context, SubjectName};
use std::borrow::Cow;
use std::time::{Duration, Instant};

/// Which subject a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedSubject {
    /// The subject, in a form in which it can be asked for: the name itself, or what it is an alias of.
    pub subject: String,
    /// What the registry calls it, which exemptions name and fingerprints go over: an address that ends in `/contexts/.c`
    /// calls `orders` what the registry keeps as `:.c:orders`.
    pub kept_as: String,
    /// The configuration in force for it.
    pub config: SubjectConfig,
}

impl<D: Driver> Core<D> {
    pub(super) async fn resolve(&self, subject: &str, deadline: Duration) -> Result<ResolvedSubject, ClientError> {
        let until = Instant::now() + deadline;
        let left = || until.saturating_duration_since(Instant::now());
        let context = self.caller.settings().addresses.first().and_then(|address| context_of(address));
        let config = self.config(subject, left()).await?;
        // A subject without a configuration of its own is shown that of its context, alias included.
        let alias = match &config.alias {
            Some(_) => self.alias(subject, left()).await?,
            None => None,
        };
        let Some(alias) = alias else {
            let kept_as = kept_as(subject, context.as_deref());
            return Ok(ResolvedSubject { subject: subject.to_owned(), kept_as, config });
        };
        // One hop, as registries follow it.
        let subject = target(&alias, subject, context.as_deref());
        let config = self.config(&subject, left()).await?;
        Ok(ResolvedSubject { kept_as: kept_as(&subject, context.as_deref()), subject, config })
    }
}

/// What `subject` is an alias of, where names without a context lie in `context`.
fn target(alias: &str, subject: &str, context: Option<&str>) -> String {
    let named = SubjectName::read(&kept_as(subject, context));
    let target = SubjectName::referenced(alias, named.context());
    asked_as(target.as_str(), context).into_owned()
}

/// How a subject is asked for that the registry calls so: inside a context a name without one is a name of that context.
pub(crate) fn asked_as<'n>(kept_as: &'n str, context: Option<&str>) -> Cow<'n, str> {
    let name = SubjectName::read(kept_as);
    match name.is_in_default_context() && context.is_some() {
        true => Cow::Owned(format!(":{}:{}", Context::DEFAULT, name.name())),
        false => Cow::Borrowed(kept_as),
    }
}

/// What a registry calls a subject.
pub(crate) fn kept_as(subject: &str, context: Option<&str>) -> String {
    let is_qualified = subject.starts_with(":.") || subject.starts_with(":*:");
    let qualified = match context {
        Some(context) if !is_qualified => format!(":{context}:{subject}"),
        Some(_) | None => subject.to_owned(),
    };
    SubjectName::read(&qualified).as_str().to_owned()
}

/// A subject as it is called inside of a context, where its name as a whole says that it is there.
pub(super) fn called_within(context: &str, subject: String) -> String {
    match subject.strip_prefix(':').and_then(|rest| rest.strip_prefix(context)?.strip_prefix(':')) {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => subject,
    }
}

/// The context of `http://HOST:PORT/contexts/.c`, as servers read it: a colon at either end and a missing dot do not
/// matter. `None` for the default one.
pub(crate) fn context_of(address: &str) -> Option<String> {
    let (rest, context) = address.trim_end_matches('/').rsplit_once('/')?;
    rest.ends_with("/contexts").then_some(())?;
    let context = percent_decoded(context);
    let name = context.strip_prefix(':').unwrap_or(&context);
    let name = name.strip_suffix(':').unwrap_or(name);
    let name = name.strip_prefix('.').unwrap_or(name);
    (!name.is_empty()).then(|| format!(".{name}"))
}

#[cfg(test)]
mod tests {
    use super::{called_within, context_of, kept_as, target};

    #[test]
    fn a_subject_is_called_without_the_context_of_the_address() {
        let called = |subject: &str| called_within(".c", subject.to_owned());
        assert_eq!([called(":.c:orders"), called("orders")], ["orders", "orders"]);
        assert_eq!([called(":.cc:orders"), called(":.c:")], [":.cc:orders", ":.c:"]);
    }

    #[test]
    fn the_context_of_an_address_is_the_one_that_names_without_one_lie_in() {
        for (address, context) in [
            ("http://r:1/contexts/.c", Some(".c")),
            ("http://r:1/x/contexts/%3A.c%3A/", Some(".c")),
            ("http://r:1/contexts/c", Some(".c")),
            ("http://r:1/contexts/.", None),
            ("http://r:1", None),
            ("http://r:1/x", None),
        ] {
            assert_eq!(context_of(address).as_deref(), context, "{address}");
        }
        assert_eq!(kept_as("orders", Some(".c")), ":.c:orders");
        assert_eq!(kept_as(":.d:orders", Some(".c")), ":.d:orders");
        assert_eq!(kept_as("orders", None), "orders");
    }

    #[test]
    fn an_alias_is_read_where_it_stands() {
        assert_eq!(target("orders", "old", None), "orders");
        assert_eq!(target("orders", ":.c:old", None), ":.c:orders");
        assert_eq!(target("orders", "old", Some(".c")), ":.c:orders");
        assert_eq!(target("orders", ":.:old", Some(".c")), ":.:orders", "not that of the address's context");
        assert_eq!(target(":.d:orders", "old", Some(".c")), ":.d:orders");
    }
}
