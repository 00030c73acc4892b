//! Schemas by id, by guid, and all of them.

use super::documents::Found;
use super::{Outcome, associations, documents};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::errors::ApiError;
use crate::http::json::Writer;
use crate::http::pool::Room;
use crate::registry::{Reference, RegisteredSchema, SchemaListing};
use crate::schema::TaggedEntity;
use crate::schema::names::{SchemaId, SubjectName, Version};
use std::sync::Arc;

/// `GET /schemas`
pub(in crate::http) async fn list(call: Call) -> Outcome {
    let page = call.page(call.limits().schemas)?;
    let listing = SchemaListing {
        prefix: call.prefix_parameter("").into_owned(),
        deleted: call.flag("deleted"),
        latest_only: call.flag("latestOnly"),
        rule_type: call.parameter("ruleType").filter(|word| !word.is_empty()).map(Into::into),
        associations: associations::selection(&call)?,
        aliases: call.flag("aliases"),
    };
    call.compute(move |registry| {
        let schemas = registry.schemas(&listing, page)?;
        Ok(Answer::json_sized(1 << 16, |json| {
            json.array(|json| schemas.iter().for_each(|listed| documents::listed_schema(json, listed)));
        }))
    })
    .await
}

/// `GET /schemas/types`
pub(in crate::http) async fn types(_call: Call) -> Outcome {
    Ok(Answer::json(|json| json.array(|json| json.text("AVRO"))))
}

/// `GET /schemas/ids/{id}`
pub(in crate::http) async fn by_id(call: Call) -> Outcome {
    let mut schema = find_by_id(&call).await?;
    let tagged = tagged(&call, &schema).await?;
    qualify_references(&call, &mut schema);
    let highest_id = call.flag("fetchMaxId").then(|| call.registry().highest_id(schema.subject.context()).0);
    let text = formatted(&call, Room::Asked, &schema).await?;
    let bytes = document_bytes(&text);
    let write = move |json: &mut Writer| {
        documents::schema_string(json, &schema, &text, true, Found { tagged: &tagged, highest_id });
    };
    Ok(call.written(Room::Asked, bytes, write).await?.lasting())
}

/// `GET /schemas/ids/{id}/schema`; an unknown id is 40403 (the reference: 500).
pub(in crate::http) async fn text_by_id(call: Call) -> Outcome {
    let schema = find_by_id(&call).await?;
    Ok(Answer::text(&formatted(&call, Room::Asked, &schema).await?).lasting())
}

async fn find_by_id(call: &Call) -> Result<RegisteredSchema, ApiError> {
    let id = SchemaId(call.id()?);
    let subject = call.subject_parameter();
    if let Some(found) = call.registry().hot_schema_by_id(id, subject.as_ref()) {
        return Ok(found?);
    }
    call.read(move |registry| Ok(registry.schema_by_id(id, subject.as_ref())?)).await
}

/// `GET /schemas/ids/{id}/subjects`
pub(in crate::http) async fn subjects_of_id(call: Call) -> Outcome {
    let (id, page) = (SchemaId(call.id()?), call.page(call.limits().subjects)?);
    let uses = uses_of_id(&call, id).await?;
    let mut names: Vec<_> = uses.into_iter().map(|(subject, _)| subject).collect();
    names.dedup();
    Ok(Answer::json(|json| {
        json.array(|json| names.iter().skip(page.offset).take(page.limit).for_each(|name| json.text(name.as_str())));
    }))
}

/// `GET /schemas/ids/{id}/versions`
pub(in crate::http) async fn versions_of_id(call: Call) -> Outcome {
    let (id, page) = (SchemaId(call.id()?), call.page(call.limits().versions)?);
    let uses = uses_of_id(&call, id).await?;
    Ok(Answer::json(|json| {
        json.array(|json| {
            for (subject, version) in uses.iter().skip(page.offset).take(page.limit) {
                json.object(|json| {
                    json.key("subject").text(subject.as_str());
                    json.key("version").number(version.get().into());
                });
            }
        });
    }))
}

/// An id may be that of many subjects, and be looked for in many contexts.
async fn uses_of_id(call: &Call, id: SchemaId) -> Result<Vec<(SubjectName, Version)>, ApiError> {
    let (subject, deleted) = (call.subject_parameter(), call.flag("deleted"));
    call.read(move |registry| Ok(registry.uses_of_id(id, subject.as_ref(), deleted)?)).await
}

/// `GET /schemas/guids/{guid}`
pub(in crate::http) async fn by_guid(call: Call) -> Outcome {
    let guid = call.arguments[0].clone();
    let schema = call.read(move |registry| Ok(registry.schema_by_guid(&guid)?)).await?;
    let text = formatted(&call, Room::Asked, &schema).await?;
    let bytes = document_bytes(&text);
    let write = move |json: &mut Writer| documents::schema_string(json, &schema, &text, false, Found::default());
    Ok(call.written(Room::Asked, bytes, write).await?.lasting())
}

/// `GET /schemas/guids/{guid}/ids`
pub(in crate::http) async fn ids_of_guid(call: Call) -> Outcome {
    let guid = call.arguments[0].clone();
    let ids = call.read(move |registry| Ok(registry.ids_of_guid(&guid))).await?;
    Ok(Answer::json(|json| {
        json.array(|json| {
            for (context, id) in &ids {
                json.object(|json| {
                    json.key("context").text(context);
                    json.key("id").number(id.0.into());
                });
            }
        });
    }))
}

/// About what a document with this text takes: a quote takes two.
pub(super) fn document_bytes(text: &str) -> usize {
    2 * text.len() + 256
}

/// What bears the tags of `findTags`; nothing where the parameter is not given.
pub(super) async fn tagged(call: &Call, schema: &RegisteredSchema) -> Result<Vec<TaggedEntity>, ApiError> {
    let wanted = call.parameters("findTags");
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let schema = schema.clone();
    call.compute(move |registry| Ok(registry.tagged_entities(&schema, &wanted)?)).await
}

/// The text as the `format` parameter wants it: `resolved`, in any letter case, writes references out, every other name is
/// ignored.
pub(super) async fn formatted(call: &Call, room: Room, schema: &RegisteredSchema) -> Result<Arc<str>, ApiError> {
    let is_resolved = call.parameter("format").is_some_and(|format| format.eq_ignore_ascii_case("resolved"));
    if schema.references.is_empty() || !is_resolved {
        return Ok(Arc::clone(&schema.text));
    }
    let schema = schema.clone();
    call.compute_from(room, move |registry| Ok(registry.resolved_text(&schema)?.into())).await
}

/// With `referenceFormat=qualified`, spells the references of a schema outside the default context with its context.
/// Says whether it did.
pub(super) fn qualify_references(call: &Call, schema: &mut RegisteredSchema) -> bool {
    if schema.subject.is_in_default_context() || call.parameter("referenceFormat").as_deref() != Some("qualified") {
        return false;
    }
    let context = schema.subject.context();
    let qualified = schema.references.iter().map(|reference| {
        let subject = SubjectName::referenced(&reference.subject, context);
        Reference { subject: subject.as_str().into(), ..reference.clone() }
    });
    schema.references = qualified.collect();
    true
}
