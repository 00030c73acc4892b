//! Whether this process lives and can do its work; for container platforms and load balancers.

use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::errors::ApiError;
use crate::registry::Health;

/// `GET /health/live`: who answers, lives.
pub(in crate::http) async fn live(_call: Call) -> Result<Answer, ApiError> {
    Ok(report(200, "live", None))
}

/// `GET /health/ready`: whether a write can be committed. The server listens only after the replay.
pub(in crate::http) async fn ready(call: Call) -> Result<Answer, ApiError> {
    Ok(match call.registry().health() {
        Health::Writable => report(200, "ready", None),
        Health::ReadOnly { reason } => report(503, "read-only", Some(&reason)),
        Health::Stopped => report(503, "stopping", Some("the registry is stopping")),
    })
}

fn report(status: u16, word: &str, reason: Option<&str>) -> Answer {
    let mut answer = Answer::json(|json| {
        json.object(|json| {
            json.key("status").text(word);
            match reason {
                Some(reason) => json.key("reason").text(reason),
                None => json.key("reason").null(),
            }
        });
    });
    answer.status = status;
    answer
}
