//! Whether a schema would be compatible, without registering it.

use super::wire::{REGISTER_REQUEST, SchemaRequest};
use super::{Outcome, words};
use crate::http::answer::{Answer, Lasting};
use crate::http::call::Call;
use crate::http::errors::{ApiError, schema_problem};
use crate::registry::{CheckAgainst, CompatibilityAnswer, RegistryError, Submission};

/// `POST /compatibility/subjects/{subject}/versions`
pub(in crate::http) async fn against_level(call: Call) -> Outcome {
    let request = call.body("testCompatibilityForSubject.arg3", REGISTER_REQUEST, SchemaRequest::read).await?;
    let asked = request.into_submission(call.subject(), call.flag("normalize"));
    check(&call, asked, CheckAgainst::Level).await
}

/// `POST /compatibility/subjects/{subject}/versions/{version}`
pub(in crate::http) async fn against_version(call: Call) -> Outcome {
    let request = call.body("testCompatibilityBySubjectName.arg4", REGISTER_REQUEST, SchemaRequest::read).await?;
    let version = call.version()?;
    let asked = request.into_submission(call.subject(), call.flag("normalize"));
    check(&call, asked, CheckAgainst::Version(version)).await
}

/// With `verbose`, an unusable schema is an answer, too.
async fn check(call: &Call, asked: Submission, against: CheckAgainst) -> Outcome {
    let verbose = call.flag("verbose");
    let outcome = match call.registry().is_easily_compatible(&asked, against) {
        true => Ok(CompatibilityAnswer::Compatible),
        false => call.compute(move |registry| Ok(registry.check_compatibility(&asked, against)?)).await,
    };
    let lasting = match &outcome {
        Ok(answer) => Lasting::Verdict(*answer == CompatibilityAnswer::Compatible),
        Err(_) => Lasting::Yes,
    };
    let messages = match outcome {
        Ok(CompatibilityAnswer::Compatible) => None,
        Ok(CompatibilityAnswer::Incompatible(_)) if !verbose => Some(Vec::new()),
        Ok(CompatibilityAnswer::Incompatible(reason)) => Some(words::incompatibilities(&reason)),
        Err(ApiError::Registry(RegistryError::InvalidSchema(problem))) if verbose => {
            Some(vec![schema_problem(&problem)])
        }
        Err(error) => return Err(error),
    };
    let answer = Answer::json(|json| {
        json.object(|json| {
            json.key("is_compatible").boolean(messages.is_none());
            if verbose {
                let messages = messages.unwrap_or_default();
                json.key("messages").array(|json| messages.iter().for_each(|message| json.text(message)));
            }
        });
    });
    Ok(Answer { lasting, ..answer })
}
