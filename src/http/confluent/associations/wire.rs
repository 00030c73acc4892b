//! Request bodies about associations. `null` among requests or associations counts as one that says nothing (the
//! original fails).

use crate::http::confluent::wire::SchemaRequest;
use crate::http::json::{Malformed, ValueReader};
use crate::registry::{
    AskedAssociation, AskedResource, AssociationQuery, AssociationRequest, AssociationStep, AssociationSteps,
    BATCH_MAX, Lifecycle,
};
use crate::schema::names::SubjectName;

type Read<T> = Result<T, Malformed>;
type Value<'r, 't, 'b> = &'r mut ValueReader<'t, 'b>;

/// The bodies' names in the original's complaints.
pub(super) const PUT_REQUEST: &str = "AssociationCreateOrUpdateRequest";
pub(super) const BATCH_REQUEST: &str = "AssociationBatchRequest";
pub(super) const BATCH_GET_REQUEST: &str = "AssociationBatchGetRequest";

/// `AssociationCreateOrUpdateRequest`.
pub(super) fn read_request(value: Value<'_, '_, '_>) -> Read<Option<AssociationRequest>> {
    let mut request = AssociationRequest::default();
    let given = value.object(PUT_REQUEST, |name, value| match name {
        "associations" => {
            let list = value.list_up_to(BATCH_MAX, "AssociationCreateOrUpdateInfo", |value| {
                let mut association = AskedAssociation::default();
                value.object("AssociationCreateOrUpdateInfo", |name, value| {
                    association_member(&mut association, name, value)
                })?;
                Ok(association)
            })?;
            request.associations = list.unwrap_or_default();
            Ok(true)
        }
        name => resource_member(&mut request.resource, name, value),
    })?;
    Ok(given.then_some(request))
}

/// `AssociationBatchRequest`.
pub(super) fn read_batch(value: Value<'_, '_, '_>) -> Read<Option<Vec<AssociationSteps>>> {
    read_requests(value, BATCH_REQUEST, "AssociationOpRequest", |part: &mut AssociationSteps, name, value| match name {
        "associations" => {
            part.steps = value.list_up_to(BATCH_MAX, "AssociationOp", read_step)?.unwrap_or_default();
            Ok(true)
        }
        name => resource_member(&mut part.resource, name, value),
    })
}

/// `AssociationBatchGetRequest`.
pub(super) fn read_queries(value: Value<'_, '_, '_>) -> Read<Option<Vec<AssociationQuery>>> {
    read_requests(value, BATCH_GET_REQUEST, "AssociationGetRequest", |query: &mut AssociationQuery, name, value| {
        match name {
            "associationTypes" => {
                let types = value.texts("ArrayList")?.unwrap_or_default();
                query.association_types = types.into_iter().map(Option::unwrap_or_default).collect();
            }
            "lifecycle" => query.lifecycle = lifecycle(value)?,
            name => return resource_member(&mut query.resource, name, value),
        }
        Ok(true)
    })
}

/// An object with a list `requests`.
fn read_requests<T: Default>(
    value: Value<'_, '_, '_>,
    type_name: &str,
    element: &str,
    mut member: impl FnMut(&mut T, &str, Value<'_, '_, '_>) -> Read<bool>,
) -> Read<Option<Vec<T>>> {
    let mut requests = Vec::new();
    let given = value.object(type_name, |name, value| {
        if name != "requests" {
            return Ok(false);
        }
        let list = value.list_up_to(BATCH_MAX, element, |value| {
            let mut request = T::default();
            value.object(element, |name, value| member(&mut request, name, value))?;
            Ok(request)
        })?;
        requests = list.unwrap_or_default();
        Ok(true)
    })?;
    Ok(given.then_some(requests))
}

/// `AssociationOp`: which it is may stand anywhere in the object.
fn read_step(value: Value<'_, '_, '_>) -> Read<AssociationStep> {
    let mut association = AskedAssociation::default();
    let (mut kind, mut cascade) = (None, false);
    value.object("AssociationOp", |name, value| {
        match name {
            "opType" => kind = value.text()?.map(|word| Kind::read(&word)).transpose()?,
            "cascadeLifecycle" => cascade = value.boolean()?.unwrap_or(false),
            name => return association_member(&mut association, name, value),
        }
        Ok(true)
    })?;
    Ok(match kind.ok_or_else(no_kind)? {
        Kind::Create => AssociationStep::Create(association),
        Kind::Upsert => AssociationStep::Update(association),
        Kind::Delete => AssociationStep::Delete { association_type: association.association_type, cascade },
    })
}

enum Kind {
    Create,
    Upsert,
    Delete,
}

impl Kind {
    fn read(word: &str) -> Read<Self> {
        match word {
            "CREATE" => Ok(Self::Create),
            "UPSERT" => Ok(Self::Upsert),
            "DELETE" => Ok(Self::Delete),
            other => Err(Malformed(format!(
                "Could not resolve type id '{other}' as a subtype of `AssociationOp`: known type ids = [CREATE, DELETE, \
                 UPSERT] (for POJO property 'associations')"
            ))),
        }
    }
}

fn no_kind() -> Malformed {
    let class = "io.confluent.kafka.schemaregistry.client.rest.entities.requests.AssociationOp";
    Malformed(format!(
        "Could not resolve subtype of [simple type, class {class}]: missing type id property 'opType' (for POJO property \
         'associations')"
    ))
}

fn resource_member(resource: &mut AskedResource, name: &str, value: Value<'_, '_, '_>) -> Read<bool> {
    match name {
        "resourceName" => resource.name = value.text()?,
        "resourceNamespace" => resource.namespace = value.text()?,
        "resourceId" => resource.id = value.text()?,
        "resourceType" => resource.resource_type = value.text()?,
        _ => return Ok(false),
    }
    Ok(true)
}

fn association_member(association: &mut AskedAssociation, name: &str, value: Value<'_, '_, '_>) -> Read<bool> {
    match name {
        "subject" => association.subject = value.text()?,
        "associationType" => association.association_type = value.text()?,
        "lifecycle" => association.lifecycle = lifecycle(value)?,
        "frozen" => association.frozen = value.boolean()?,
        "schema" => {
            let schema = SchemaRequest::read(value)?;
            // Which subject it is for is settled later.
            association.schema = schema.map(|schema| schema.into_submission(SubjectName::read(""), false));
        }
        "normalize" => association.normalize = value.boolean()?.unwrap_or(false),
        _ => return Ok(false),
    }
    Ok(true)
}

fn lifecycle(value: Value<'_, '_, '_>) -> Read<Option<Lifecycle>> {
    Ok(value.one_of("LifecyclePolicy", &["STRONG", "WEAK"], &["STRONG", "WEAK"])?.and_then(Lifecycle::read))
}
