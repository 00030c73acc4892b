//! Every URL on one screen, in the order of the public API reference (`rest-api` 4), each with its methods.
//!
//! Literal words are compared raw: an escaped one (`/%73ubjects`) is no route.

use super::answer::Answer;
use super::call::Call;
use super::confluent::{associations, compatibility, config, contexts, mode, root, schemas, subjects};
use super::errors::ApiError;
use super::extensions::{classification, exemptions, health, metrics, policy, validation};
use super::openapi;
use super::tally::RouteNumber;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU16, Ordering::Relaxed};

type Handler = fn(Call) -> Pin<Box<dyn Future<Output = Result<Answer, ApiError>>>>;

/// What can be done at a URL.
#[derive(Default)]
pub(super) struct Resource {
    get: Option<Handler>,
    post: Option<Handler>,
    put: Option<Handler>,
    delete: Option<Handler>,
    /// Found when first asked for.
    number: AtomicU16,
}

/// A URL that exists.
pub(super) struct Route<'p> {
    pub(super) resource: &'static Resource,
    /// Its variable segments, raw.
    pub(super) arguments: [&'p str; 2],
    /// What a context prefix bears on.
    pub(super) named: Named,
    /// Whether its answers are texts for scrapers, whatever JSON type is accepted.
    pub(super) is_text: bool,
    /// Whether an answer may be one that lasts.
    pub(super) may_last: bool,
}

/// Where a request names what belongs to a context.
#[derive(Clone, Copy)]
pub(super) enum Named {
    /// Nowhere: a context prefix means nothing here, and even an unusable one is ignored.
    Nowhere,
    /// In the first variable segment of the path.
    InPath,
    /// In the body, where there is one: of POST and PUT.
    InBody,
    /// In this query parameter.
    By(&'static str),
}

macro_rules! methods {
    ($($method:ident $handler:path),+) => {{
        static RESOURCE: Resource = Resource {
            $($method: Some(|call| Box::pin($handler(call))),)+
            ..Resource::none()
        };
        &RESOURCE
    }};
}

/// Finds the route of a path; `in_context` says whether it stands behind a `/contexts/{context}` prefix.
// Long because it is the table of every route.
pub(super) fn find<'p>(segments: &[&'p str], in_context: bool) -> Option<Route<'p>> {
    let whole = |resource| {
        Some(Route { resource, arguments: ["", ""], named: Named::Nowhere, is_text: false, may_last: false })
    };
    let text = |resource| whole(resource).map(|route| Route { is_text: true, ..route });
    let part = |resource, first, second| {
        Some(Route { resource, arguments: [first, second], named: Named::InPath, is_text: false, may_last: false })
    };
    let anywhere = |resource, first| {
        Some(Route { resource, arguments: [first, ""], named: Named::Nowhere, is_text: false, may_last: false })
    };
    let within = |resource, first| {
        Some(Route { resource, arguments: [first, ""], named: Named::InBody, is_text: false, may_last: false })
    };
    let by = |name, resource, first| {
        Some(Route { resource, arguments: [first, ""], named: Named::By(name), is_text: false, may_last: false })
    };
    let lasting = |route: Option<Route<'p>>| route.map(|route| Route { may_last: true, ..route });
    match *segments {
        [] => whole(methods!(get root::probe, post root::ping)),

        ["schemas"] => by("subjectPrefix", methods!(get schemas::list), ""),
        ["schemas", "types"] => whole(methods!(get schemas::types)),
        ["schemas", "ids", id] => lasting(by("subject", methods!(get schemas::by_id), id)),
        ["schemas", "ids", id, "schema"] => lasting(by("subject", methods!(get schemas::text_by_id), id)),
        ["schemas", "ids", id, "subjects"] => by("subject", methods!(get schemas::subjects_of_id), id),
        ["schemas", "ids", id, "versions"] => by("subject", methods!(get schemas::versions_of_id), id),
        ["schemas", "guids", guid] => lasting(anywhere(methods!(get schemas::by_guid), guid)),
        ["schemas", "guids", guid, "ids"] => anywhere(methods!(get schemas::ids_of_guid), guid),

        ["subjects"] => by("subjectPrefix", methods!(get subjects::list), ""),
        ["subjects", s] => lasting(part(methods!(post subjects::lookup, delete subjects::delete), s, "")),
        ["subjects", s, "versions"] => lasting(part(methods!(get subjects::versions, post subjects::register), s, "")),
        ["subjects", s, "versions", v] => {
            lasting(part(methods!(get subjects::version, delete subjects::delete_version), s, v))
        }
        ["subjects", s, "versions", v, "schema"] => lasting(part(methods!(get subjects::version_text), s, v)),
        ["subjects", s, "versions", v, "referencedby"] => part(methods!(get subjects::referenced_by), s, v),
        ["subjects", s, "versions", v, "tags"] => part(methods!(post subjects::register_tags), s, v),
        ["subjects", s, "metadata"] => part(methods!(get subjects::latest_with_metadata), s, ""),

        ["compatibility", "subjects", s, "versions"] => {
            lasting(part(methods!(post compatibility::against_level), s, ""))
        }
        ["compatibility", "subjects", s, "versions", v] => {
            lasting(part(methods!(post compatibility::against_version), s, v))
        }

        // Behind a prefix the whole is the context, which is configured like a subject.
        ["config"] if !in_context => whole(methods!(get config::get, put config::put_global, delete config::delete)),
        ["config"] => part(methods!(get config::get, put config::put, delete config::delete), "", ""),
        ["config", s] => part(methods!(get config::get, put config::put, delete config::delete), s, ""),
        ["mode"] if !in_context => whole(methods!(get mode::get, put mode::put_global, delete mode::delete)),
        ["mode"] => part(methods!(get mode::get, put mode::put, delete mode::delete), "", ""),
        ["mode", s] => part(methods!(get mode::get, put mode::put, delete mode::delete), s, ""),

        ["contexts"] => whole(methods!(get contexts::list)),
        ["contexts", _] => part(methods!(delete contexts::delete), "", ""), // the prefix without anything behind it

        ["associations"] => within(methods!(post associations::create), ""),
        ["associations", "subjects", s] => part(methods!(get associations::of_subject), s, ""),
        ["associations", "resources", r] => {
            within(methods!(get associations::of_resource, put associations::update, delete associations::delete), r)
        }
        ["associations", "resources", n, r] => {
            let resource = methods!(get associations::named);
            Some(Route { resource, arguments: [n, r], named: Named::Nowhere, is_text: false, may_last: false })
        }
        ["associations:batchGet"] => within(methods!(post associations::batch_get), ""),
        ["associations:batchMutate"] => within(methods!(post associations::batch_mutate), ""),

        ["v1", "metadata", "id"] => whole(methods!(get root::cluster_id)),
        ["v1", "metadata", "version"] => whole(methods!(get root::release)),
        ["v1", "metadata", "deployment"] => whole(methods!(get root::deployment)),

        ["classification", "subjects", s, "versions"] => {
            part(methods!(post classification::against_predecessor), s, "")
        }
        ["classification", "subjects", s, "versions", v] => part(methods!(post classification::against_version), s, v),

        ["subjects", s, "versions", v, "validate"] => part(methods!(post validation::against_version), s, v),
        ["validate", "wire"] => by("subject", methods!(post validation::wire), ""),

        ["health", "live"] => whole(methods!(get health::live)),
        ["health", "ready"] => whole(methods!(get health::ready)),
        ["policy"] if !in_context => whole(methods!(get policy::get, put policy::put, delete policy::delete)),
        ["policy"] => part(methods!(get policy::get, put policy::put, delete policy::delete), "", ""),
        ["policy", s] => part(methods!(get policy::get, put policy::put, delete policy::delete), s, ""),
        ["exemptions"] => by("subject", methods!(get exemptions::list, post exemptions::create), ""),
        ["exemptions", f] => anywhere(methods!(get exemptions::get, delete exemptions::delete), f),
        ["metrics"] => text(methods!(get metrics::get)),
        ["openapi.json"] => whole(methods!(get openapi::get)),

        _ => None,
    }
}

impl Resource {
    const fn none() -> Self {
        Self { get: None, post: None, put: None, delete: None, number: AtomicU16::new(0) }
    }

    /// The number of the template that `segments`, which lead here, follow.
    pub(super) fn number(&self, segments: &[&str]) -> RouteNumber {
        let known = self.number.load(Relaxed);
        if known != 0 {
            return known;
        }
        let found = openapi::template_of(segments).and_then(|at| RouteNumber::try_from(at + 1).ok());
        found.inspect(|found| self.number.store(*found, Relaxed)).unwrap_or(0)
    }

    /// The handler of a method; HEAD goes wherever GET does.
    pub(super) fn handler(&self, method: &str) -> Option<Handler> {
        match method {
            "GET" | "HEAD" => self.get,
            "POST" => self.post,
            "PUT" => self.put,
            "DELETE" => self.delete,
            _ => None,
        }
    }

    /// What OPTIONS lists.
    pub(super) fn methods(&self) -> Vec<&'static str> {
        let listed = [
            ("HEAD", self.get.is_some()),
            ("DELETE", self.delete.is_some()),
            ("POST", self.post.is_some()),
            ("GET", self.get.is_some()),
            ("PUT", self.put.is_some()),
            ("OPTIONS", true),
        ];
        listed.into_iter().filter(|(_, is_there)| *is_there).map(|(method, _)| method).collect()
    }
}
