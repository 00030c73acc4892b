//! Associations: which resource uses which subject (`rest-api` 13.1).

mod documents;
mod wire;

use self::wire::{BATCH_GET_REQUEST, BATCH_REQUEST, PUT_REQUEST, read_batch, read_queries, read_request};
use super::Outcome;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::errors::{ApiError, mutation_error, query_error};
use crate::http::pool::reply;
use crate::registry::error::AssociationProblem;
use crate::registry::{AssociationFilter, AssociationRequest, AssociationSelection, Lifecycle, RegistryError, Way};
use crate::schema::names::SubjectName;
use std::borrow::Cow;

/// `GET /associations/subjects/{subject}`
pub(in crate::http) async fn of_subject(call: Call) -> Outcome {
    let (filter, page, subject) = (filter(&call)?, call.page(call.limits().schemas)?, call.subject());
    call.compute(move |registry| Ok(documents::list(&registry.associations_of_subject(&subject, &filter, page)))).await
}

/// `GET /associations/resources/{resourceId}`
pub(in crate::http) async fn of_resource(call: Call) -> Outcome {
    let (filter, page) = (filter(&call)?, call.page(call.limits().schemas)?);
    Ok(documents::list(&call.registry().associations_of_resource(&call.arguments[0], &filter, page)))
}

/// `GET /associations/resources/{namespace}/{name}`; `-` stands for any.
pub(in crate::http) async fn named(call: Call) -> Outcome {
    let (filter, page) = (filter(&call)?, call.page(call.limits().schemas)?);
    let [namespace, name] = call.arguments.clone();
    call.compute(move |registry| {
        let given = |word: &'_ str| (word != "-").then(|| word.to_owned());
        let (name, namespace) = (given(&name), given(&namespace));
        Ok(documents::list(&registry.associations_named(name.as_deref(), namespace.as_deref(), &filter, page)))
    })
    .await
}

/// `POST /associations`
pub(in crate::http) async fn create(call: Call) -> Outcome {
    let request = call.body("createAssociation.arg4", PUT_REQUEST, read_request).await?;
    put(&call, Way::Create, request).await
}

/// `PUT /associations/resources/{resourceId}`
pub(in crate::http) async fn update(call: Call) -> Outcome {
    let mut request = call.body("createOrUpdateAssociation.arg5", PUT_REQUEST, read_request).await?;
    let id = request.resource.id.get_or_insert_with(|| call.arguments[0].clone());
    if *id != call.arguments[0] {
        return Err(RegistryError::from(AssociationProblem::ResourceIdDiffers).into());
    }
    put(&call, Way::Update, request).await
}

async fn put(call: &Call, way: Way, request: AssociationRequest) -> Outcome {
    let (registry, context, dry_run) = (call.shared_registry(), context(call), call.flag("dryRun"));
    let put = move |reply| registry.put_associations(way, &context, request, dry_run, reply);
    let resource = call.door.pool.command(put).await?;
    Ok(Answer::json(|json| documents::resource(json, &resource, true)))
}

/// `DELETE /associations/resources/{resourceId}`
pub(in crate::http) async fn delete(call: Call) -> Outcome {
    let filter = AssociationFilter { lifecycle: None, ..unchecked_filter(&call) };
    let (cascade, dry_run) = (call.flag("cascadeLifecycle"), call.flag("dryRun"));
    let id = call.arguments[0].clone();
    reply(|reply| call.registry().remove_associations(id, filter, cascade, dry_run, reply)).await?;
    Ok(Answer::nothing())
}

/// `POST /associations:batchGet`
pub(in crate::http) async fn batch_get(call: Call) -> Outcome {
    let queries = call.body("batchGetAssociations.arg1", BATCH_GET_REQUEST, read_queries).await?;
    let (with_schemas, incompatible) = (call.flag("includeSchemas"), call.door.settings.incompatible_error_code);
    call.read(move |registry| {
        let answers = registry.query_associations(&queries, with_schemas)?;
        Ok(documents::results(&answers, |error| query_error(error, incompatible)))
    })
    .await
}

/// `POST /associations:batchMutate`
pub(in crate::http) async fn batch_mutate(call: Call) -> Outcome {
    let parts = call.body("mutateAssociations.arg4", BATCH_REQUEST, read_batch).await?;
    let (registry, context, dry_run) = (call.shared_registry(), context(&call), call.flag("dryRun"));
    let mutate = move |reply| registry.mutate_associations(&context, parts, dry_run, reply);
    let answers = call.door.pool.command(mutate).await?;
    let incompatible = call.door.settings.incompatible_error_code;
    Ok(documents::results(&answers, |error| mutation_error(error, incompatible)))
}

/// The context in which unqualified subjects of a body lie: the prefix's, else the parameter's, which counts only in the
/// form `:.ctx:`.
fn context(call: &Call) -> SubjectName {
    match (&call.context, call.parameter("context")) {
        (Some(context), _) => SubjectName::within(context, ""),
        (None, Some(context)) => SubjectName::read(&context),
        (None, None) => SubjectName::read(""),
    }
}

fn filter(call: &Call) -> Result<AssociationFilter, ApiError> {
    let lifecycle = call.parameter("lifecycle").map(|word| Lifecycle::read(&word).ok_or(ApiError::NotFound));
    Ok(AssociationFilter { lifecycle: lifecycle.transpose()?, ..unchecked_filter(call) })
}

/// Which schemas `GET /schemas` lists by what uses their subjects: all of them where no parameter says anything.
pub(super) fn selection(call: &Call) -> Result<Option<AssociationSelection>, ApiError> {
    let words = call.parameters("lifecycle");
    let mut selection = AssociationSelection {
        resource_type: call.parameter("resourceType").map(Cow::into_owned),
        association_types: call.parameters("associationType"),
        unused: words.iter().any(|word| word == "NONE"),
        lifecycles: Vec::new(),
    };
    for word in words.iter().filter(|word| *word != "NONE") {
        selection.lifecycles.push(Lifecycle::read(word).ok_or(ApiError::NotFound)?);
    }
    Ok(Some(selection).filter(|selection| *selection != AssociationSelection::default()))
}

/// Types of resources and associations that do not exist are no failure.
fn unchecked_filter(call: &Call) -> AssociationFilter {
    let resource_type = call.parameter("resourceType").filter(|word| !word.is_empty());
    AssociationFilter {
        resource_type: Some(resource_type.unwrap_or("topic".into()).into_owned()),
        association_types: call.parameters("associationType"),
        lifecycle: None,
    }
}
