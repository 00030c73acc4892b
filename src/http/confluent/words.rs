//! Sentences of Confluent 8.3.1 that are more than a format string (`rest-api` 7 and 9).

use crate::compat;
use crate::registry::error::{
    AssociationProblem, Incompatible, NameMember, RefusalCause, RefusedCandidate, RuleSetProblem, SchemaProblem,
};
use crate::registry::{AskedReference, Metadata, RuleSet};
use crate::schema::TagProblem;
use crate::schema::names::{Context, SubjectName, Version, VersionSelector};
use std::fmt::{Display, Write as _};

pub(in crate::http) const INTERNAL: &str = "Internal Server Error";
pub(in crate::http) const JOURNAL_FAILED: &str = "Register schema operation failed while writing to the Kafka store";
pub(in crate::http) const TOO_MANY_REQUESTS: &str = "Too many requests are waiting; try again in a second";
pub(in crate::http) const INVALID_LEVEL: &str = "Invalid compatibility level. Valid values are none, backward, \
    forward, full, backward_transitive, forward_transitive, and full_transitive";
pub(in crate::http) const INVALID_MODE: &str =
    "Invalid mode. Valid values are READWRITE, READONLY, IMPORT and FORWARD.";

pub(in crate::http) fn invalid_version(text: &str) -> String {
    format!(
        "The specified version '{text}' is not a valid version id. Allowed values are between [1, 2^31-1] and the \
         string \"latest\""
    )
}

/// A version as the original prints its key in the store.
pub(in crate::http) fn schema_key(subject: &SubjectName, version: Version) -> String {
    format!("{{magic=1,keytype=SCHEMA,subject={subject},version={version}}}")
}

/// A version as 40402 prints it: the latest is -1.
pub(in crate::http) fn version_number(version: VersionSelector) -> impl Display {
    version
}

/// A context as 42205 prints it: nothing for the default context, which leaves two blanks in the sentence.
pub(in crate::http) fn context(name: &str) -> String {
    if name == Context::DEFAULT { String::new() } else { format!(":{name}:") }
}

/// `Subject <s> in context <c> is in …`; global operations have no subject.
pub(in crate::http) fn not_permitted(scope: &SubjectName, what: &str) -> String {
    let subject = if scope.is_default_scope() { "null" } else { scope.as_str() };
    let is_in = if what.starts_with("not ") { "is" } else { "is in" };
    format!("Subject {subject} in context {} {is_in} {what}", context(scope.context()))
}

/// The sentence of 42208, which lacks a word.
pub(in crate::http) fn invalid_subject(written: &str) -> String {
    format!("The specified subject '{written}' is not a valid.")
}

/// The sentence of 409.
pub(in crate::http) fn incompatible(subject: &SubjectName, reason: &Incompatible, findings: &[String]) -> String {
    let details = details(reason, findings);
    format!(
        "Schema being registered is incompatible with an earlier schema for subject \"{subject}\", details: {details}"
    )
}

/// What is incompatible, which is all that is said of a schema that comes with an association; what policy finds
/// besides comes behind it.
pub(in crate::http) fn details(reason: &Incompatible, findings: &[String]) -> String {
    let mut details = format!("[{}]", incompatibilities(reason).join(", "));
    for finding in findings {
        details.push(' ');
        details.push_str(finding);
    }
    details
}

/// What a verbose check lists.
pub(in crate::http) fn incompatibilities(reason: &Incompatible) -> Vec<String> {
    let Incompatible { reserved, refusal, level, validate_fields } = reason;
    compat::words::refused(validate_fields.then_some(reserved), refusal.as_ref(), *level)
}

/// The sentence of 42201.
pub(in crate::http) fn invalid_schema(problem: &SchemaProblem) -> String {
    match problem {
        SchemaProblem::Empty => "Empty schema".to_owned(),
        SchemaProblem::UnknownType { schema_type } => format!("Invalid schema type {schema_type}"),
        SchemaProblem::VersionNotNext => "Version is not one more than previous version".to_owned(),
        SchemaProblem::Tags(problem) => tag_problem(problem),
        SchemaProblem::IncompleteTags => {
            "Schema tags need a schemaEntity with an entityPath, and tags without null".to_owned()
        }
        SchemaProblem::NoTextToTag => "java.lang.IllegalArgumentException: argument \"content\" is null".to_owned(),
        SchemaProblem::Refused { candidate, cause: RefusalCause::Normalize(cause) } => {
            format!("Invalid schema {}, details: {cause}", dump(candidate, "0", "-1"))
        }
        SchemaProblem::Refused { candidate, cause } => {
            let schema_type = candidate.schema_type;
            format!(
                "Invalid schema of type {schema_type}, details: Invalid schema {} with refs {} of type {schema_type}, \
                 details: {}",
                dump(candidate, "null", "null"),
                references(&candidate.references),
                refusal_cause(cause, candidate)
            )
        }
    }
}

fn tag_problem(problem: &TagProblem) -> String {
    match problem {
        TagProblem::NoMatch { path } => {
            format!("java.lang.IllegalArgumentException: No matching path '{path}' found in the schema")
        }
        TagProblem::TooShort { end } => format!("java.lang.IllegalArgumentException: 0 > {end}"),
        TagProblem::NoList { path } => format!("The confluent:tags of '{path}' are no array"),
        TagProblem::LongPaths { max } => {
            format!("The names of what bears tags in this schema take more than {max} bytes")
        }
        TagProblem::LongText { max } => format!("Its tags would make the schema longer than {max} bytes"),
    }
}

fn refusal_cause(cause: &RefusalCause, candidate: &RefusedCandidate) -> String {
    match cause {
        RefusalCause::Text(reason) | RefusalCause::Normalize(reason) => reason.clone(),
        RefusalCause::NoText => "Cannot parse <null> schema".to_owned(),
        RefusalCause::IncompleteReference(asked) => format!("Invalid reference: {}", reference(asked)),
        RefusalCause::InvalidReferenceVersion(version) => {
            format!("io.confluent.kafka.schemaregistry.exceptions.InvalidVersionException: {version}")
        }
        RefusalCause::ReferenceNotFound { subject, version } => {
            let subject = seen_from(&candidate.subject, subject);
            format!("No schema reference found for subject \"{subject}\" and version {version}")
        }
        RefusalCause::ReferenceCycle => "The references lead in a circle".to_owned(),
        RefusalCause::ReferencesTooLarge { schemas_max, bytes_max } => {
            format!("The references lead to more than {schemas_max} schemas or {} MiB of schema text", bytes_max >> 20)
        }
    }
}

/// A reference's subject as the referrer's context sees it. A qualified name of the default context counts as
/// unqualified, and is printed with both contexts.
fn seen_from(referrer: &SubjectName, subject: &str) -> String {
    if referrer.is_in_default_context() || !SubjectName::read(subject).is_in_default_context() {
        return subject.to_owned();
    }
    format!(":{}:{subject}", referrer.context())
}

/// The submission as the original dumps it, its text unescaped.
fn dump(candidate: &RefusedCandidate, version: &str, id: &str) -> String {
    let RefusedCandidate { subject, guid, schema_type, .. } = candidate;
    format!(
        "{{subject={subject},version={version},id={id},guid={guid},schemaType={schema_type},references={},\
         metadata={},ruleSet={},schema={},schemaTags=null,ts=null,deleted=null}}",
        references(&candidate.references),
        candidate.metadata.as_deref().map_or_else(|| "null".to_owned(), metadata),
        candidate.rule_set.as_deref().map_or_else(|| "null".to_owned(), rule_set),
        candidate.text.as_deref().unwrap_or("null"),
    )
}

fn references(references: &[AskedReference]) -> String {
    let list: Vec<String> = references.iter().map(reference).collect();
    format!("[{}]", list.join(", "))
}

fn reference(asked: &AskedReference) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "null".to_owned());
    let version = asked.version.map_or_else(|| "null".to_owned(), |version| version.to_string());
    format!("{{name='{}', subject='{}', version={version}}}", text(&asked.name), text(&asked.subject))
}

fn metadata(metadata: &Metadata) -> String {
    let mut tags = String::new();
    for (path, words) in &metadata.tags {
        let comma = if tags.is_empty() { "" } else { ", " };
        let words: Vec<&str> = words.iter().map(crate::registry::Word::as_str).collect();
        // Writing to a string cannot fail.
        let _ = write!(tags, "{comma}{path}=[{}]", words.join(", "));
    }
    let properties: Vec<String> = metadata.properties.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let sensitive: Vec<&str> = metadata.sensitive.iter().map(crate::registry::Word::as_str).collect();
    format!(
        "Metadata{{tags={{{tags}}}, properties={{{}}}, sensitive=[{}]}}",
        properties.join(", "),
        sensitive.join(", ")
    )
}

/// No recording shows one: the community server drops rule sets before it can fail. Names identify the rules.
fn rule_set(rules: &RuleSet) -> String {
    let names = |rules: &[crate::registry::Rule]| {
        let names: Vec<&str> = rules.iter().map(|rule| rule.name.as_deref().unwrap_or("null")).collect();
        names.join(", ")
    };
    format!(
        "RuleSet{{migrationRules=[{}], domainRules=[{}], encodingRules=[{}]}}",
        names(&rules.migration_rules),
        names(&rules.domain_rules),
        names(&rules.encoding_rules)
    )
}

/// The original's words for a resource that is known under other names.
pub(in crate::http) const NAMES_DIFFER: &str =
    "All associations must have the same resourceName, resourceNamespace, resourceId, and resourceType.";

/// The sentence of 42212.
pub(in crate::http) fn invalid_association(problem: &AssociationProblem) -> String {
    let (property, detail) = association_problem(problem);
    format!("The association specified an invalid value for property: '{property}', detail: {detail}")
}

/// The same as a part of a batch of questions has it.
pub(in crate::http) fn invalid_query(problem: &AssociationProblem) -> String {
    match association_problem(problem) {
        _ if *problem == AssociationProblem::ResourceNamesDiffer => NAMES_DIFFER.to_owned(),
        (property, detail) => format!("property: {property}; detail: {detail}"),
    }
}

/// The property that is at fault, and why.
// Long because it is a table.
fn association_problem(problem: &AssociationProblem) -> (&'static str, String) {
    use AssociationProblem as P;
    let name = |member: NameMember| match member {
        NameMember::ResourceName => "resourceName",
        NameMember::ResourceNamespace => "resourceNamespace",
        NameMember::ResourceId => "resourceId",
    };
    let missing = "cannot be null or empty";
    let (property, detail) = match problem {
        P::NoRequests => ("requests", missing),
        P::TooManyRequests { max } => return ("requests", format!("more than {max} requests or operations")),
        P::TooMuchText { max } => {
            return ("requests", format!("more than {max} bytes of schemas; ask for fewer at once"));
        }
        P::TooMuchRefused => (
            "requests",
            "not tried: requests before this one are incompatible in too many ways; ask again for this one",
        ),
        P::TooMuchToCheck => (
            "requests",
            "not tried: the schemas of requests before this one were much to check; ask again for this one",
        ),
        P::NoAssociations => ("associations", missing),
        P::NameMissing(member) => (name(*member), missing),
        P::NameTooLong { member, max } => return (name(*member), format!("exceeds max length of {max}")),
        P::NameCharacter { member, character } => return (name(*member), format!("illegal character '{character}'")),
        P::ResourceIdMissing => ("resourceId", missing),
        P::ResourceIdDiffers => {
            ("resourceId", "Resource ID in the path parameter does not match the resource ID in the request body")
        }
        P::ResourceTypeUnknown => ("resourceType", "must be 'topic'"),
        P::ResourceNamesDiffer => ("resourceName", NAMES_DIFFER),
        P::NeitherIdNorName => ("resourceId", "either resourceId or resourceName must be specified"),
        P::NamespaceMissing => ("resourceNamespace", "resourceNamespace is required when resourceName is specified"),
        P::SubjectMissing => ("subject", "must not be empty"),
        P::SubjectTooLong { max } => return ("subject", format!("exceeds max length of {max}")),
        P::TypeUnknown => ("associationType", "must be either 'key' or 'value'"),
        P::TypeTwice { association_type } => {
            return ("associationType", format!("Duplicate association type: {association_type}"));
        }
        P::WeakWithSchema => ("lifecycle", "cannot be WEAK when schema is provided"),
        P::WeakWithoutSubject => ("subject", "must be provided for WEAK associations"),
        P::WeakFrozen => ("frozen", "association with lifecycle of WEAK cannot be frozen"),
        P::WeakWithOwnSubject { own } => return ("subject", format!("WEAK associations cannot use subject '{own}'")),
        P::FrozenWithOtherSubject { own } => {
            return ("subject", format!("frozen associations must use subject '{own}'"));
        }
        P::NotFrozenWithSchema => ("frozen", "cannot be false when schema is provided for create"),
        P::FrozenByUpdate => ("frozen", "cannot be true when creating via upsert; use create instead"),
        P::FrozenWithoutSchema => ("schema", "schema must be provided when creating a frozen association"),
        P::FrozenOverSchemas => {
            ("frozen", "cannot create a frozen association when schemas already exist in the subject")
        }
        P::NothingToUpdate => ("lifecycle", "at least lifecycle or schema must be provided for update"),
        P::SubjectChanged { from, to } => {
            return ("subject", format!("subject of association cannot be changed from '{from}' to '{to}'"));
        }
        P::FrozenChanged => ("frozen", "frozen attribute of association cannot be changed"),
    };
    (property, detail.to_owned())
}

/// The sentence of 42210.
pub(in crate::http) fn invalid_rule_set(problem: &RuleSetProblem) -> String {
    match problem {
        RuleSetProblem::DuplicateName(name) => format!("Found rule with duplicate name '{name}'"),
        RuleSetProblem::MissingName => "Missing rule name".to_owned(),
        RuleSetProblem::EmptyName => "Empty rule name".to_owned(),
        RuleSetProblem::NameTooLong => "Rule name too long".to_owned(),
        RuleSetProblem::IllegalInitialCharacter(name) => format!("Illegal initial character in rule name: {name}"),
        RuleSetProblem::IllegalCharacter(name) => format!("Illegal character in rule name: {name}"),
        RuleSetProblem::MissingType => "Missing rule type".to_owned(),
        RuleSetProblem::MultipleActions => "Multiple actions only valid with WRITEREAD and UPDOWN".to_owned(),
        RuleSetProblem::MigrationMode => "Migration rules can only be UPGRADE, DOWNGRADE, UPDOWN".to_owned(),
        RuleSetProblem::DomainMode => "Domain rules can only be WRITE, READ, WRITEREAD".to_owned(),
        RuleSetProblem::EncodingMode => "Encoding rules can only be WRITE, READ, WRITEREAD".to_owned(),
        RuleSetProblem::GivenBesideChanges => {
            "ruleSet should be omitted if specifying rulesToMerge or rulesToRemove".to_owned()
        }
    }
}
