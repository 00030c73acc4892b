//! Subjects and their versions.

use super::schemas::{document_bytes, formatted, qualify_references, tagged};
use super::wire::{REGISTER_REQUEST, SchemaRequest, TAG_REQUEST, TagRequest};
use super::{Outcome, documents};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::errors::ApiError;
use crate::http::pool::{Room, reply};
use crate::registry::{Deletion, Guid, Listing, RegisteredSchema, VersionListing};
use std::collections::BTreeMap;

/// `GET /subjects`
pub(in crate::http) async fn list(call: Call) -> Outcome {
    let page = call.page(call.limits().subjects)?;
    let listing = Listing {
        prefix: call.prefix_parameter(":*:").into_owned(),
        deleted: call.flag("deleted"),
        deleted_only: call.flag("deletedOnly"),
    };
    call.compute(move |registry| {
        let names = registry.subjects(&listing, page);
        Ok(Answer::json_sized(32 * names.len(), |json| {
            json.array(|json| names.iter().for_each(|name| json.text(name.as_str())));
        }))
    })
    .await
}

/// `POST /subjects/{subject}`
pub(in crate::http) async fn lookup(call: Call) -> Outcome {
    let request = call.body("lookUpSchemaUnderSubject.arg5", REGISTER_REQUEST, SchemaRequest::read).await?;
    let asked = request.into_submission(call.subject(), call.flag("normalize"));
    let deleted = call.flag("deleted");
    let known = if call.is_large() { None } else { call.registry().hot_lookup(&asked, deleted) };
    let schema = match known {
        Some(found) => found?,
        None => call.compute(move |registry| Ok(registry.lookup(&asked, deleted)?)).await?,
    };
    answer(&call, schema).await
}

/// `DELETE /subjects/{subject}`
pub(in crate::http) async fn delete(call: Call) -> Outcome {
    let versions = reply(|reply| call.registry().delete_subject(call.subject(), deletion(&call), reply)).await?;
    Ok(Answer::json(|json| {
        json.array(|json| versions.iter().for_each(|version| json.number(version.get().into())));
    }))
}

/// `GET /subjects/{subject}/versions`. Whether a context is there as a subject may take a look at all that is in it: here
/// and below that is not done on the event loop.
pub(in crate::http) async fn versions(call: Call) -> Outcome {
    let page = call.page(call.limits().versions)?;
    let listing = VersionListing {
        deleted: call.flag("deleted"),
        deleted_only: call.flag("deletedOnly"),
        deleted_as_negative: call.flag("deletedAsNegative"),
    };
    let subject = call.subject();
    let versions = match subject.is_context_scope() {
        true => call.read(move |registry| Ok(registry.versions(&subject, listing, page)?)).await?,
        false => call.registry().versions(&subject, listing, page)?,
    };
    Ok(Answer::json(|json| {
        json.array(|json| {
            for (version, deleted) in &versions {
                let number = i64::from(version.get());
                json.number(if *deleted && listing.deleted_as_negative { -number } else { number });
            }
        });
    }))
}

/// `POST /subjects/{subject}/versions`
pub(in crate::http) async fn register(call: Call) -> Outcome {
    let request = call.body("register.arg5", REGISTER_REQUEST, SchemaRequest::read).await?;
    let asked = request.into_submission(call.subject(), call.flag("normalize"));
    let known = if call.is_large() { None } else { call.registry().hot_register(&asked).transpose()? };
    let is_known = known.is_some();
    let schema = match known {
        Some(known) => known,
        None => {
            let registry = call.shared_registry();
            let registered = call.door.pool.command(move |reply| registry.register(asked, reply)).await;
            registered.map_err(|error| call.spelled_as_written(error))?
        }
    };
    let room = if is_known { Room::Asked } else { Room::Had };
    let text = formatted(&call, room, &schema).await?;
    let bytes = document_bytes(&text);
    let answer = call.written(room, bytes, move |json| documents::registered(json, &schema, &text)).await?;
    // A new version is no answer to be given twice.
    Ok(if is_known { answer.lasting() } else { answer })
}

/// `GET /subjects/{subject}/versions/{version}`
pub(in crate::http) async fn version(call: Call) -> Outcome {
    let mut schema = find_version(&call).await?;
    let tagged = tagged(&call, &schema).await?;
    let text = formatted(&call, Room::Asked, &schema).await?;
    if qualify_references(&call, &mut schema) {
        // The original takes the fingerprint of what it shows.
        let references = schema.references.iter().map(Into::into);
        schema.guid = Guid::of(&text, references, schema.metadata.as_deref(), schema.rule_set.as_deref());
    }
    let bytes = document_bytes(&text);
    Ok(call.written(Room::Asked, bytes, move |json| documents::schema(json, &schema, &text, &tagged)).await?.lasting())
}

/// `GET /subjects/{subject}/versions/{version}/schema`
pub(in crate::http) async fn version_text(call: Call) -> Outcome {
    let schema = find_version(&call).await?;
    Ok(Answer::text(&formatted(&call, Room::Asked, &schema).await?).lasting())
}

/// `DELETE /subjects/{subject}/versions/{version}`
pub(in crate::http) async fn delete_version(call: Call) -> Outcome {
    let version = call.version()?;
    let deleted =
        reply(|reply| call.registry().delete_version(call.subject(), version, deletion(&call), reply)).await?;
    Ok(Answer::json(|json| json.number(deleted.get().into())))
}

/// `GET /subjects/{subject}/versions/{version}/referencedby`, in pages like those of schemas
pub(in crate::http) async fn referenced_by(call: Call) -> Outcome {
    let (version, page) = (call.version()?, call.page(call.limits().schemas)?);
    let (subject, deleted) = (call.subject(), call.flag("deleted"));
    let ids = match subject.is_context_scope() {
        true => call.read(move |registry| Ok(registry.referenced_by(&subject, version, deleted, page)?)).await?,
        false => call.registry().referenced_by(&subject, version, deleted, page)?,
    };
    Ok(Answer::json(|json| json.array(|json| ids.iter().for_each(|id| json.number(id.0.into())))))
}

/// `POST /subjects/{subject}/versions/{version}/tags`
pub(in crate::http) async fn register_tags(call: Call) -> Outcome {
    let request = call.body("modifyTags.arg4", TAG_REQUEST, TagRequest::read).await?;
    let subject = call.subject();
    call.registry().require_valid(&subject)?;
    let asked = request.into_submission(subject, call.version()?);
    let registry = call.shared_registry();
    let schema = call.door.pool.command(move |reply| registry.register_tags(asked, reply)).await?;
    let bytes = document_bytes(&schema.text);
    call.written(Room::Had, bytes, move |json| documents::registered(json, &schema, &schema.text)).await
}

/// `GET /subjects/{subject}/metadata`
pub(in crate::http) async fn latest_with_metadata(call: Call) -> Outcome {
    // Of a key that is repeated the last value counts.
    let properties: BTreeMap<_, _> = call.parameters("key").into_iter().zip(call.parameters("value")).collect();
    let properties: Vec<_> = properties.into_iter().collect();
    let (subject, deleted) = (call.subject(), call.flag("deleted"));
    let schema = call.read(move |registry| Ok(registry.latest_with_metadata(&subject, &properties, deleted)?)).await?;
    answer(&call, schema).await
}

async fn find_version(call: &Call) -> Result<RegisteredSchema, ApiError> {
    let version = call.version()?;
    let (subject, deleted) = (call.subject(), call.flag("deleted"));
    if !subject.is_context_scope()
        && let Some(found) = call.registry().hot_version(&subject, version, deleted)
    {
        return Ok(found?);
    }
    call.read(move |registry| Ok(registry.version(&subject, version, deleted)?)).await
}

async fn answer(call: &Call, schema: RegisteredSchema) -> Outcome {
    let text = formatted(call, Room::Asked, &schema).await?;
    let bytes = document_bytes(&text);
    Ok(call.written(Room::Asked, bytes, move |json| documents::schema(json, &schema, &text, &[])).await?.lasting())
}

fn deletion(call: &Call) -> Deletion {
    if call.flag("permanent") { Deletion::Permanent } else { Deletion::Soft }
}
