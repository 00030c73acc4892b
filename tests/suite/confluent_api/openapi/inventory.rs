//! What Confluent's community server serves (`rest-api` 4 and 13.1, ranks core, std and new, of rank opt the associations), as
//! data: every route with its query parameters.

/// A method of a path.
pub(super) struct Row {
    pub(super) rank: Rank,
    pub(super) method: &'static str,
    /// With variable segments in braces.
    pub(super) path: &'static str,
    pub(super) parameters: &'static [Parameter],
}

/// How much clients depend on a route, in the words of `rest-api` 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rank {
    Core,
    Std,
    New,
    Opt,
    /// Ours: Confluent's server does not have it.
    Own,
}

/// A query parameter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parameter {
    pub(super) name: &'static str,
    /// As it would be written in the query.
    pub(super) default: &'static str,
    pub(super) is_repeatable: bool,
    pub(super) shown_by: Proof,
}

/// Where it can be seen that a parameter does what it does on Confluent's server.
#[derive(Debug, Clone, Copy)]
pub(super) enum Proof {
    /// A recorded exchange uses it.
    Exchange,
    /// None does; a test of our own, of this name.
    Test(&'static str),
}

const fn one(name: &'static str, default: &'static str) -> Parameter {
    Parameter { name, default, is_repeatable: false, shown_by: Proof::Exchange }
}

const fn flag(name: &'static str) -> Parameter {
    one(name, "false")
}

const fn many(name: &'static str) -> Parameter {
    Parameter { name, default: "", is_repeatable: true, shown_by: Proof::Exchange }
}

/// A flag that no recorded request has.
const fn unrecorded_flag(name: &'static str, test: &'static str) -> Parameter {
    Parameter { name, default: "false", is_repeatable: false, shown_by: Proof::Test(test) }
}

const fn row(rank: Rank, method: &'static str, path: &'static str, parameters: &'static [Parameter]) -> Row {
    Row { rank, method, path, parameters }
}

const OFFSET: Parameter = one("offset", "0");
const LIMIT: Parameter = one("limit", "-1");
const DELETED: Parameter = flag("deleted");
const FORMAT: Parameter = one("format", "");
const NORMALIZE: Parameter = flag("normalize");
const TO_GLOBAL: Parameter = flag("defaultToGlobal");

const WITH_DEFAULTS: Parameter =
    unrecorded_flag("withDefaults", "the_settings_of_the_registry_are_shown_when_asked_for");
const DRY_RUN: Parameter = flag("dryRun");
const RESOURCE_TYPE: Parameter = one("resourceType", "topic");
const ASSOCIATION_TYPE: Parameter = many("associationType");
const OF_ASSOCIATIONS: &[Parameter] = &[RESOURCE_TYPE, ASSOCIATION_TYPE, one("lifecycle", ""), OFFSET, LIMIT];
const SEEN_FROM: Parameter = Parameter {
    name: "context",
    default: "",
    is_repeatable: false,
    shown_by: Proof::Test("an_unqualified_subject_of_an_association_lies_where_the_parameter_says"),
};

use Rank::{Core, New, Opt, Own, Std};

/// In the order of `rest-api` 4, ours at the end.
pub(super) const ROUTES: &[Row] = &[
    row(Core, "GET", "/", &[]),
    row(Std, "POST", "/", &[]),
    row(
        Std,
        "GET",
        "/schemas",
        &[
            one("subjectPrefix", ""),
            flag("aliases"),
            DELETED,
            flag("latestOnly"),
            one("ruleType", ""),
            one("resourceType", ""),
            ASSOCIATION_TYPE,
            many("lifecycle"),
            OFFSET,
            LIMIT,
        ],
    ),
    row(Core, "GET", "/schemas/types", &[]),
    row(
        Core,
        "GET",
        "/schemas/ids/{id}",
        &[one("subject", ""), FORMAT, one("referenceFormat", ""), many("findTags"), flag("fetchMaxId")],
    ),
    row(Std, "GET", "/schemas/ids/{id}/schema", &[one("subject", ""), FORMAT]),
    row(Std, "GET", "/schemas/ids/{id}/subjects", &[one("subject", ""), DELETED, OFFSET, LIMIT]),
    row(Std, "GET", "/schemas/ids/{id}/versions", &[one("subject", ""), DELETED, OFFSET, LIMIT]),
    row(New, "GET", "/schemas/guids/{guid}", &[FORMAT]),
    row(New, "GET", "/schemas/guids/{guid}/ids", &[]),
    row(Core, "GET", "/subjects", &[one("subjectPrefix", ":*:"), DELETED, flag("deletedOnly"), OFFSET, LIMIT]),
    row(Core, "POST", "/subjects/{subject}", &[NORMALIZE, FORMAT, DELETED]),
    row(Core, "DELETE", "/subjects/{subject}", &[flag("permanent")]),
    row(
        Core,
        "GET",
        "/subjects/{subject}/versions",
        &[DELETED, flag("deletedOnly"), flag("deletedAsNegative"), OFFSET, LIMIT],
    ),
    row(Core, "POST", "/subjects/{subject}/versions", &[NORMALIZE, FORMAT]),
    row(
        Core,
        "GET",
        "/subjects/{subject}/versions/{version}",
        &[FORMAT, one("referenceFormat", ""), DELETED, many("findTags")],
    ),
    row(Core, "DELETE", "/subjects/{subject}/versions/{version}", &[flag("permanent")]),
    row(
        Core,
        "GET",
        "/subjects/{subject}/versions/{version}/schema",
        &[FORMAT, unrecorded_flag("deleted", "the_text_of_a_softly_deleted_version_is_shown_when_asked_for")],
    ),
    row(Std, "GET", "/subjects/{subject}/versions/{version}/referencedby", &[DELETED, OFFSET, LIMIT]),
    row(New, "POST", "/subjects/{subject}/versions/{version}/tags", &[]),
    row(Std, "GET", "/subjects/{subject}/metadata", &[many("key"), many("value"), FORMAT, DELETED]),
    row(Core, "POST", "/compatibility/subjects/{subject}/versions/{version}", &[NORMALIZE, flag("verbose")]),
    row(Core, "POST", "/compatibility/subjects/{subject}/versions", &[NORMALIZE, flag("verbose")]),
    row(Core, "GET", "/config", &[TO_GLOBAL, WITH_DEFAULTS]),
    row(Core, "PUT", "/config", &[]),
    row(Std, "DELETE", "/config", &[]),
    row(Core, "GET", "/config/{subject}", &[TO_GLOBAL, WITH_DEFAULTS]),
    row(Core, "PUT", "/config/{subject}", &[]),
    row(Core, "DELETE", "/config/{subject}", &[]),
    row(Core, "GET", "/mode", &[TO_GLOBAL]),
    row(Core, "PUT", "/mode", &[flag("force")]),
    row(
        New,
        "DELETE",
        "/mode",
        &[unrecorded_flag("recursive", "a_mode_is_taken_away_with_those_below_it_when_asked_for")],
    ),
    row(Core, "GET", "/mode/{subject}", &[TO_GLOBAL]),
    row(Core, "PUT", "/mode/{subject}", &[flag("force")]),
    row(
        Core,
        "DELETE",
        "/mode/{subject}",
        &[unrecorded_flag("recursive", "a_mode_is_taken_away_with_those_below_it_when_asked_for")],
    ),
    row(Std, "GET", "/contexts", &[OFFSET, LIMIT, one("contextPrefix", "")]),
    row(New, "DELETE", "/contexts/{context}", &[]),
    row(Opt, "GET", "/associations/subjects/{subject}", OF_ASSOCIATIONS),
    row(Opt, "GET", "/associations/resources/{resourceId}", OF_ASSOCIATIONS),
    row(Opt, "GET", "/associations/resources/{resourceNamespace}/{resourceName}", OF_ASSOCIATIONS),
    row(Opt, "POST", "/associations", &[SEEN_FROM, DRY_RUN]),
    row(Opt, "PUT", "/associations/resources/{resourceId}", &[SEEN_FROM, DRY_RUN]),
    row(
        Opt,
        "DELETE",
        "/associations/resources/{resourceId}",
        &[RESOURCE_TYPE, ASSOCIATION_TYPE, flag("cascadeLifecycle"), DRY_RUN],
    ),
    row(Opt, "POST", "/associations:batchGet", &[flag("includeSchemas")]),
    row(Opt, "POST", "/associations:batchMutate", &[SEEN_FROM, DRY_RUN]),
    row(Std, "GET", "/v1/metadata/id", &[]),
    row(Std, "GET", "/v1/metadata/version", &[]),
    row(New, "GET", "/v1/metadata/deployment", &[]),
    row(Own, "GET", "/health/live", &[]),
    row(Own, "GET", "/health/ready", &[]),
    row(Own, "POST", "/classification/subjects/{subject}/versions/{version}", &[NORMALIZE, flag("witness")]),
    row(Own, "POST", "/classification/subjects/{subject}/versions", &[NORMALIZE, flag("witness")]),
    row(
        Own,
        "POST",
        "/subjects/{subject}/versions/{version}/validate",
        &[DELETED, one("form", "avro"), one("readers", "")],
    ),
    row(Own, "POST", "/validate/wire", &[one("subject", ""), SEEN_FROM, DELETED, one("header", "")]),
    row(Own, "GET", "/policy", &[TO_GLOBAL, flag("withoutDefaults")]),
    row(Own, "PUT", "/policy", &[]),
    row(Own, "DELETE", "/policy", &[]),
    row(Own, "GET", "/policy/{subject}", &[TO_GLOBAL, flag("withoutDefaults")]),
    row(Own, "PUT", "/policy/{subject}", &[]),
    row(Own, "DELETE", "/policy/{subject}", &[]),
    row(Own, "GET", "/exemptions", &[one("subject", ""), flag("appliedTo"), OFFSET, LIMIT]),
    row(Own, "POST", "/exemptions", &[]),
    row(Own, "GET", "/exemptions/{fingerprint}", &[flag("appliedTo")]),
    row(Own, "DELETE", "/exemptions/{fingerprint}", &[]),
    row(Own, "GET", "/metrics", &[]),
    row(Own, "GET", "/openapi.json", &[]),
];
