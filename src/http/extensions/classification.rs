//! What kind of change a schema would be, without registering it: one answer of `change-classification` 9.

use super::answer;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::confluent::Outcome;
use crate::http::confluent::wire::{REGISTER_REQUEST, SchemaRequest};
use crate::registry::CheckAgainst;

/// `POST /classification/subjects/{subject}/versions`
pub(in crate::http) async fn against_predecessor(call: Call) -> Outcome {
    classify(&call, CheckAgainst::Level).await
}

/// `POST /classification/subjects/{subject}/versions/{version}`
pub(in crate::http) async fn against_version(call: Call) -> Outcome {
    let version = call.version()?;
    classify(&call, CheckAgainst::Version(version)).await
}

async fn classify(call: &Call, against: CheckAgainst) -> Outcome {
    let request = call.body("body", REGISTER_REQUEST, SchemaRequest::read).await?;
    let asked = request.into_submission(call.subject(), call.flag("normalize"));
    let has_witnesses = call.flag("witness");
    // An answer may be large, so it is written where it is made.
    call.compute(move |registry| {
        let classification = registry.classify(&asked, against)?;
        Ok(Answer::json_sized(1024, |json| answer::write(json, &classification, has_witnesses)))
    })
    .await
}
