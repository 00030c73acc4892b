//! Contexts.

use super::Outcome;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::pool::reply;
use crate::schema::names::Context;

/// `GET /contexts`
pub(in crate::http) async fn list(call: Call) -> Outcome {
    let page = call.page(call.limits().contexts)?;
    let prefix = call.parameter("contextPrefix").unwrap_or_default();
    let contexts = call.registry().contexts(&prefix, page);
    Ok(Answer::json(|json| json.array(|json| contexts.iter().for_each(|name| json.text(name)))))
}

/// `DELETE /contexts/{context}`
pub(in crate::http) async fn delete(call: Call) -> Outcome {
    let context = call.context.clone().unwrap_or_else(|| Context::DEFAULT.to_owned());
    reply(|reply| call.registry().delete_context(context.into(), reply)).await?;
    Ok(Answer::nothing())
}
