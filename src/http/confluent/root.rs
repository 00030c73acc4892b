//! The root, which probes ask, and what the server says about itself.

use super::{Outcome, wire};
use crate::http::answer::Answer;
use crate::http::call::Call;

/// The release whose answers these are; clients detect features by it.
const RELEASE: &str = "8.3.1";

/// `GET /`
pub(in crate::http) async fn probe(_call: Call) -> Outcome {
    Ok(Answer::json(|json| json.object(|_| {})))
}

/// `POST /`: any map of texts, ignored.
pub(in crate::http) async fn ping(call: Call) -> Outcome {
    call.optional_body("Map", wire::any_texts).await?;
    Ok(Answer::json(|json| json.object(|_| {})))
}

/// `GET /v1/metadata/id`
pub(in crate::http) async fn cluster_id(_call: Call) -> Outcome {
    Ok(Answer::json(|json| {
        json.object(|json| {
            json.key("scope").object(|json| {
                json.key("path").array(|_| {});
                json.key("clusters").object(|json| {
                    json.key("kafka-cluster").text("sluicegate");
                    json.key("schema-registry-cluster").text("schema-registry");
                });
            });
        });
    }))
}

/// `GET /v1/metadata/version`
pub(in crate::http) async fn release(_call: Call) -> Outcome {
    Ok(Answer::json(|json| {
        json.object(|json| {
            json.key("version").text(RELEASE);
            json.key("commitId").text("Unknown"); // the word of an original that was built without its commit
        });
    }))
}

/// `GET /v1/metadata/deployment`
pub(in crate::http) async fn deployment(_call: Call) -> Outcome {
    Ok(Answer::json(|json| json.object(|json| json.key("attributes").array(|_| {}))))
}
