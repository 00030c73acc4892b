//! Modes of the whole, of contexts and of subjects.

use super::wire::{MODE_REQUEST, ModeRequest};
use super::{Outcome, documents};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::errors::ApiError;
use crate::http::pool::reply;
use crate::registry::{Change, Mode, RegistryError};

/// `GET /mode`, `GET /mode/{subject}`
pub(in crate::http) async fn get(call: Call) -> Outcome {
    let scope = call.scope();
    let mode = if call.flag("defaultToGlobal") {
        call.registry().effective_mode(&scope)
    } else {
        call.registry().mode(&scope)?
    };
    Ok(Answer::json(|json| documents::mode(json, mode)))
}

/// `PUT /mode`
pub(in crate::http) async fn put_global(call: Call) -> Outcome {
    update(call, "updateTopLevelMode.arg1").await
}

/// `PUT /mode/{subject}`
pub(in crate::http) async fn put(call: Call) -> Outcome {
    update(call, "updateMode.arg2").await
}

/// `DELETE /mode`, `DELETE /mode/{subject}`; nothing to remove below a context is an empty object.
pub(in crate::http) async fn delete(call: Call) -> Outcome {
    let old = reply(|reply| call.registry().remove_mode(call.scope(), call.flag("recursive"), reply)).await?;
    Ok(match old {
        Some(mode) => Answer::json(|json| documents::mode(json, mode)),
        None => Answer::json(|json| json.object(|_| {})),
    })
}

/// The answer repeats the word as it was sent.
async fn update(call: Call, argument: &'static str) -> Outcome {
    let request = call.body(argument, MODE_REQUEST, ModeRequest::read).await?;
    let scope = call.scope();
    if !scope.may_be_configured() {
        // Judged before the mode's word.
        return Err(call.spelled_as_written(RegistryError::InvalidSubject { subject: scope }.into()));
    }
    let (mode, word) = match request.mode {
        Change::Clear => (None, None),
        Change::Set(word) => (Some(Mode::read(&word).ok_or(ApiError::InvalidMode)?), Some(word)),
        Change::Keep => return Err(ApiError::InvalidMode), // no mode at all (the reference: 500)
    };
    reply(|reply| call.registry().set_mode(scope, mode, call.flag("force"), reply)).await?;
    Ok(Answer::json(|json| {
        json.object(|json| match &word {
            Some(word) => json.key("mode").text(word),
            None => json.key("mode").null(),
        });
    }))
}
