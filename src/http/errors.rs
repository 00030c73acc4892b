//! What can go wrong, and the code and words with which clients hear of it (`rest-api` 3 and 7): the whole contract.

use super::answer::Answer;
use super::confluent::words;
use super::extensions::governance;
use super::json::Malformed;
use super::settings::IncompatibleErrorCode;
use crate::registry::RegistryError;
use crate::registry::error::{AssociationProblem, SchemaProblem};

/// Why a request is not answered with what it asked for.
#[derive(Debug)]
pub(super) enum ApiError {
    /// The registry says no.
    Registry(RegistryError),
    /// A path or query parameter that does not convert: 404 like a route that does not exist.
    NotFound,
    /// The body is no JSON, or JSON of another shape.
    Malformed(Malformed),
    /// A body is required; `argument` is the original's name for it.
    NoBody {
        argument: &'static str,
    },
    /// A version segment that is none.
    InvalidVersion {
        text: String,
    },
    /// A context's name in the path prefix has a colon inside.
    InvalidContext {
        name: String,
    },
    /// [`RegistryError::InvalidSubject`] of a name that is not written in its normal form.
    InvalidSubject {
        written: String,
    },
    InvalidLevel,
    /// A policy with a word or a member that does not exist. Ours.
    InvalidPolicy(String),
    /// An exemption that says too little or too much. Ours.
    InvalidExemption(String),
    /// A batch of records that cannot be read as one, or is too much for one request. Ours.
    InvalidRecords(String),
    InvalidMode,
    /// Too many requests wait for a processor.
    Busy,
    /// The handler panicked; the log has it.
    Panicked,
}

impl From<RegistryError> for ApiError {
    fn from(error: RegistryError) -> Self {
        Self::Registry(error)
    }
}

impl From<Malformed> for ApiError {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

impl ApiError {
    /// The answer the client gets. The HTTP status is the code's first three digits.
    pub(super) fn answer(&self, incompatible: IncompatibleErrorCode) -> Answer {
        let (code, message) = match self {
            Self::Registry(error) => confluent_answer(error, incompatible),
            Self::NotFound => (404, "HTTP 404 Not Found".to_owned()),
            Self::Malformed(Malformed(message)) => (400, message.clone()),
            Self::NoBody { argument } => (422, format!("{argument} must not be null (was null)")),
            Self::InvalidVersion { text } => (42202, words::invalid_version(text)),
            Self::InvalidContext { name } => (400, format!("Context name '{name}' cannot contain a colon")),
            Self::InvalidSubject { written } => (42208, words::invalid_subject(written)),
            Self::InvalidLevel => (42203, words::INVALID_LEVEL.to_owned()),
            Self::InvalidPolicy(problem) => (42280, problem.clone()),
            Self::InvalidExemption(problem) => (42281, problem.clone()),
            Self::InvalidRecords(problem) => (42282, problem.clone()),
            Self::InvalidMode => (42204, words::INVALID_MODE.to_owned()),
            Self::Busy => (429, words::TOO_MANY_REQUESTS.to_owned()),
            Self::Panicked => (500, words::INTERNAL.to_owned()),
        };
        let status = if code < 1000 { code } else { code / 100 };
        let mut answer = Answer::error(u16::try_from(status).unwrap_or(500), code, &message);
        answer.retry_after_s = (status == 429 || status == 503).then_some(1);
        if matches!(self, Self::InvalidContext { .. }) { answer.untyped() } else { answer }
    }
}

/// The registry's errors in Confluent's codes and words. No wildcard: who adds a variant decides what clients see.
// Long because it is the whole contract on one page.
fn confluent_answer(error: &RegistryError, incompatible: IncompatibleErrorCode) -> (u32, String) {
    use RegistryError as E;
    match error {
        E::SubjectNotFound { subject } => (40401, format!("Subject '{subject}' not found.")),
        E::VersionNotFound { version } => (40402, format!("Version {} not found.", words::version_number(*version))),
        E::SchemaNotFound => (40403, "Schema not found".to_owned()),
        E::IdNotFound { id } => (40403, format!("Schema {id} not found")),
        E::GuidNotFound { guid } => (40403, format!("Schema {guid} not found")),
        // "deleted.Set" without a blank is the original's spelling, here and below.
        E::SubjectSoftDeleted { subject } => {
            (40404, format!("Subject '{subject}' was soft deleted.Set permanent=true to delete permanently"))
        }
        E::SubjectNotSoftDeleted { subject } => {
            (40405, format!("Subject '{subject}' was not deleted first before being permanently deleted"))
        }
        E::VersionSoftDeleted { subject, version } => (
            40406,
            format!("Subject '{subject}' Version {version} was soft deleted.Set permanent=true to delete permanently"),
        ),
        E::VersionNotSoftDeleted { subject, version } => (
            40407,
            format!("Subject '{subject}' Version {version} was not deleted first before being permanently deleted"),
        ),
        E::ConfigNotFound { scope } => {
            (40408, format!("Subject '{scope}' does not have subject-level compatibility configured"))
        }
        E::ModeNotFound { scope } => (40409, format!("Subject '{scope}' does not have subject-level mode configured")),
        E::AssociationNotFound { resource_id } => (40410, format!("Association for '{resource_id}' not found.")),
        E::TooManyAssociations { max } => (40902, format!("A maximum of {max} associations already exist")),
        E::AssociationForResourceExists { association_type, resource } => {
            (40903, format!("An association of type '{association_type}' already exists for resource '{resource}'"))
        }
        E::AssociationForSubjectExists { subject } => {
            (40904, format!("An association already exists for subject '{subject}'"))
        }
        E::StrongAssociationForSubjectExists { subject } => {
            (40905, format!("A strong association already exists for subject '{subject}'"))
        }
        E::NoLiveVersion { subject } => {
            (40907, format!("No active (non-deleted) version exists for subject '{subject}'"))
        }
        // The two blanks are the original's.
        E::AssociationFrozen { association_type, subject } => {
            (40908, format!("The association of type  '{association_type}' is frozen for subject '{subject}'"))
        }
        E::AssociationIncompatible { reason, findings } => (incompatible.code(), words::details(reason, findings)),
        E::AssociationReadOnly { subject } => {
            (42205, format!("Subject {} in context {} is in read-only mode", subject.name(), subject.context()))
        }
        E::InvalidAssociation(problem) => (42212, words::invalid_association(problem)),
        E::Incompatible { subject, reason, findings } => {
            (incompatible.code(), words::incompatible(subject, reason, findings))
        }
        // 409 whatever the setting says: no client has ever waited for another number.
        E::RefusedByPolicy(refusal) => (409, refusal.message.clone()),
        E::TooLargeToClassify { subject } => {
            (42209, format!("The schema and the version of '{subject}' before it are too large to be compared"))
        }
        E::InvalidSchema(problem) => (42201, words::invalid_schema(problem)),
        E::InvalidSubject { subject } => (42208, words::invalid_subject(subject.as_str())),
        E::ForwardOnlyForAllContexts => (42204, "Forward mode only supported on global level".to_owned()),
        E::ReadOnly { scope } => (42205, words::not_permitted(scope, "read-only mode")),
        E::NotInImportMode { subject } => (42205, words::not_permitted(subject, "not in import mode")),
        E::NotInReadWriteMode { subject } => (42205, words::not_permitted(subject, "not in read-write mode")),
        E::IdTaken { id, context } => (
            42205,
            format!("Overwrite new schema with id {id} in context {} is not permitted.", words::context(context)),
        ),
        E::SubjectsExist => (42205, "Cannot import since found existing subjects".to_owned()),
        E::ModesAreFixed => (42205, "Mode changes are not allowed".to_owned()),
        E::Referenced { subject, version } => {
            (42206, format!("One or more references exist to the schema {}.", words::schema_key(subject, *version)))
        }
        E::TooLarge => (42209, "Register operation failed because schema is too large".to_owned()),
        E::InvalidRuleSet(problem) => (42210, words::invalid_rule_set(problem)),
        E::ContextNotEmpty { context } => {
            (42211, format!("The specified context '{}' is not empty.", words::context(context)))
        }
        E::IdsExhausted { context } => {
            (500, format!("No schema id is left in context {context}: 2147483647 has been issued"))
        }
        // Ours, away from the codes that Confluent gives out.
        E::PolicyNotFound { scope } => (40480, governance::no_policy(scope)),
        E::ExemptionNotFound { fingerprint } => (40481, format!("Exemption '{fingerprint}' not found.")),
        E::ExemptionExists { fingerprint, expires } => (
            40980,
            format!("Exemption '{fingerprint}' exists already and holds until {expires}; delete it to replace it"),
        ),
        E::TooManyExemptions { max } => {
            (40981, format!("{max} exemptions exist already, and no more may; delete those that are over"))
        }
        E::InvalidExemption(problem) => (42281, governance::invalid_exemption(problem)),
        E::Journal(_) => (50001, words::JOURNAL_FAILED.to_owned()),
        E::NotWritable { reason } => (503, format!("The registry cannot write at present: {reason}")),
        E::PageTooLong { max } => {
            (400, format!("What this page lists takes more than {max} bytes; ask for less with the parameter 'limit'"))
        }
        E::QueueFull => (429, words::TOO_MANY_REQUESTS.to_owned()),
    }
}

/// Code and words of what failed in a part of `POST /associations:batchMutate`: those of a call of its own for what
/// associations forbid, 42212 for any other fault of a schema, and for all else 500 with what was the matter.
pub(super) fn mutation_error(error: &RegistryError, incompatible: IncompatibleErrorCode) -> (u32, String) {
    use RegistryError as E;
    let (code, message) = confluent_answer(error, incompatible);
    let failed = |message: &str| (500, format!("Error while creating association: {message}"));
    match error {
        E::InvalidAssociation(problem) if **problem == AssociationProblem::ResourceNamesDiffer => {
            failed(words::NAMES_DIFFER)
        }
        E::InvalidSchema(_) => (42212, message),
        E::Referenced { subject, version } => failed(&words::schema_key(subject, *version)),
        E::TooManyAssociations { .. }
        | E::AssociationForResourceExists { .. }
        | E::AssociationForSubjectExists { .. }
        | E::StrongAssociationForSubjectExists { .. }
        | E::NoLiveVersion { .. }
        | E::AssociationFrozen { .. }
        | E::AssociationIncompatible { .. }
        | E::Incompatible { .. }
        | E::RefusedByPolicy(_)
        | E::TooLargeToClassify { .. }
        | E::InvalidAssociation(_)
        | E::TooLarge
        | E::Journal(_) => (code, message),
        // The original catches all else in one place.
        _ => failed(&message),
    }
}

/// Code and words of what failed in a part of `POST /associations:batchGet`.
pub(super) fn query_error(error: &RegistryError, incompatible: IncompatibleErrorCode) -> (u32, String) {
    let message = match error {
        RegistryError::InvalidAssociation(problem) => words::invalid_query(problem),
        error => confluent_answer(error, incompatible).1,
    };
    (500, format!("Error while getting associations: {message}"))
}

/// The words of an unusable schema, where they are an answer by themselves (verbose compatibility).
pub(super) fn schema_problem(problem: &SchemaProblem) -> String {
    words::invalid_schema(problem)
}
