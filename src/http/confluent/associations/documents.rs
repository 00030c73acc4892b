//! Answer bodies about associations.

use crate::http::answer::Answer;
use crate::http::confluent::documents;
use crate::http::json::Writer;
use crate::registry::{Association, RegistryError, ResourceAssociations};
use std::sync::Arc;

/// A list of `Association`.
pub(super) fn list(associations: &[Arc<Association>]) -> Answer {
    Answer::json_sized(384 * associations.len(), |json| documents::associations(json, associations))
}

/// `AssociationResponse`, without schemas unless `with_schemas`.
pub(super) fn resource(json: &mut Writer, answer: &ResourceAssociations, with_schemas: bool) {
    let ResourceAssociations { resource, associations } = answer;
    json.object(|json| {
        let members = [
            ("resourceName", &resource.name),
            ("resourceNamespace", &resource.namespace),
            ("resourceId", &resource.id),
            ("resourceType", &resource.resource_type),
        ];
        for (name, value) in members {
            if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
                json.key(name).text(value);
            }
        }
        if associations.is_empty() {
            return;
        }
        json.key("associations").array(|json| {
            for (association, schema) in associations {
                json.object(|json| {
                    json.key("subject").text(association.key.subject.as_str());
                    json.key("associationType").text(&association.key.association_type);
                    json.key("lifecycle").text(association.value.lifecycle.as_str());
                    json.key("frozen").boolean(association.is_frozen());
                    if let Some(schema) = schema.as_ref().filter(|_| with_schemas) {
                        documents::schema(json.key("schema"), schema, &schema.text, &[]);
                    }
                });
            }
        });
    });
}

/// Bytes of an answer to a batch beyond which it turns brief: each part of a batch may speak of a text that is stored once.
const FULL_BYTES_MAX: usize = 64 << 20;
/// Characters of a message then.
const BRIEF_CHARS_MAX: usize = 500;

/// `AssociationBatchResponse`, a 207; `words` gives code and message of what failed. One that grows too long goes on
/// without schemas, and with the beginnings of messages.
pub(super) fn results(
    results: &[Result<ResourceAssociations, RegistryError>],
    words: impl Fn(&RegistryError) -> (u32, String),
) -> Answer {
    let mut answer = Answer::json_sized(256 * results.len(), |json| {
        json.object(|json| {
            json.key("results").array(|json| {
                for result in results {
                    let is_brief = json.len() > FULL_BYTES_MAX;
                    json.object(|json| match result {
                        Ok(answer) => resource(json.key("result"), answer, !is_brief),
                        Err(failure) => {
                            let (code, mut message) = words(failure);
                            if let Some((end, _)) = message.char_indices().nth(BRIEF_CHARS_MAX).filter(|_| is_brief) {
                                message.truncate(end);
                            }
                            json.key("error").object(|json| {
                                json.key("error_code").number(code.into());
                                json.key("message").text(&message);
                            });
                        }
                    });
                }
            });
        });
    });
    answer.status = 207;
    answer
}
