//! Configurations of the whole, of contexts and of subjects.

use super::Outcome;
use super::documents::{self, LevelKey};
use super::wire::{CONFIG_REQUEST, ConfigRequest};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::pool::reply;
use crate::registry::Config;

/// `GET /config`, `GET /config/{subject}`. `withDefaults` is ours: nothing else tells what the server's own settings are.
pub(in crate::http) async fn get(call: Call) -> Outcome {
    let scope = call.scope();
    let config = if call.flag("defaultToGlobal") {
        let config = call.registry().effective_config(&scope);
        if call.flag("withDefaults") { call.registry().with_defaults(config) } else { config }
    } else {
        call.registry().config(&scope)?
    };
    Ok(answer(&config, LevelKey::CompatibilityLevel))
}

/// `PUT /config`
pub(in crate::http) async fn put_global(call: Call) -> Outcome {
    update(call, "updateTopLevelConfig.arg1").await
}

/// `PUT /config/{subject}`
pub(in crate::http) async fn put(call: Call) -> Outcome {
    update(call, "updateSubjectLevelConfig.arg2").await
}

/// `DELETE /config`, `DELETE /config/{subject}`
pub(in crate::http) async fn delete(call: Call) -> Outcome {
    let old = reply(|reply| call.registry().remove_config(call.scope(), reply)).await?;
    Ok(answer(&old, LevelKey::CompatibilityLevel))
}

async fn update(call: Call, argument: &'static str) -> Outcome {
    let update = call.body(argument, CONFIG_REQUEST, ConfigRequest::read).await?.into_update()?;
    let config = reply(|reply| call.registry().update_config(call.scope(), update, reply)).await;
    let config = config.map_err(|error| call.spelled_as_written(error))?;
    Ok(answer(&config, LevelKey::Compatibility))
}

fn answer(config: &Config, level_key: LevelKey) -> Answer {
    Answer::json(|json| documents::config(json, config, level_key))
}
