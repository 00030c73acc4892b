//! Policies of the whole, of contexts and of subjects (`command-line` 3, `change-classification` 10).

use super::governance::{Members, Read, Value, unknown_word};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::errors::ApiError;
use crate::http::json::Writer;
use crate::http::pool::reply;
use crate::policy::Rules;
use crate::registry::PolicyLayer;

type Outcome = Result<Answer, ApiError>;

/// `GET /policy`, `GET /policy/{subject}`
pub(in crate::http) async fn get(call: Call) -> Outcome {
    let scope = call.scope();
    let layer = if call.flag("defaultToGlobal") {
        let layer = call.registry().inherited_policy(&scope);
        if call.flag("withoutDefaults") { layer } else { PolicyLayer::from(layer.completed()) }
    } else {
        call.registry().policy(&scope)?
    };
    Ok(answer(&layer))
}

/// `PUT /policy`, `PUT /policy/{subject}`
pub(in crate::http) async fn put(call: Call) -> Outcome {
    let layer = call.body("policy", "Policy", PolicyRequest::read).await?.into_layer()?;
    let layer = reply(|reply| call.registry().set_policy(call.scope(), layer, reply)).await;
    Ok(answer(&layer.map_err(|error| call.spelled_as_written(error))?))
}

/// `DELETE /policy`, `DELETE /policy/{subject}`
pub(in crate::http) async fn delete(call: Call) -> Outcome {
    let old = reply(|reply| call.registry().remove_policy(call.scope(), reply)).await?;
    Ok(answer(&old))
}

fn answer(layer: &PolicyLayer) -> Answer {
    Answer::json(|json| {
        json.object(|json| {
            if let Some(profile) = layer.profile {
                json.key("profile").text(profile.as_str());
            }
            if let Some(enforcement) = layer.enforcement {
                json.key("enforcement").text(enforcement.as_str());
            }
            rules(json.key("rules"), &layer.rules);
        });
    })
}

fn rules(json: &mut Writer, rules: &Rules) {
    json.object(|json| {
        for (id, class) in rules.iter() {
            json.key(id).text(class.as_str());
        }
    });
}

/// The body of `PUT /policy`: words that are not looked at yet.
#[derive(Default)]
struct PolicyRequest {
    members: Members,
    profile: Option<String>,
    enforcement: Option<String>,
    /// Of an id that is given twice both are here.
    rules: Vec<(String, Option<String>)>,
}

impl PolicyRequest {
    fn read(value: Value<'_, '_, '_>) -> Read<Option<Self>> {
        let mut request = Self::default();
        let given = value.object("Policy", |name, value| {
            match name {
                "profile" => request.profile = value.text()?,
                "enforcement" => request.enforcement = value.text()?,
                "rules" => request.rules = value.map("String>", |value| value.text())?.unwrap_or_default(),
                _ => return Ok(request.members.is_unknown(name)),
            }
            request.members.note(name);
            Ok(true)
        })?;
        Ok(given.then_some(request))
    }

    fn into_layer(self) -> Result<PolicyLayer, ApiError> {
        self.members.check(&["profile", "enforcement", "rules"]).map_err(ApiError::InvalidPolicy)?;
        let mut ids = Members::default();
        self.rules.iter().for_each(|(id, _)| ids.note(id));
        ids.check(&[]).map_err(ApiError::InvalidPolicy)?;
        let rules = self.rules.iter().map(|(id, class)| (id.as_str(), class.as_deref().unwrap_or("null")));
        PolicyLayer::read(self.profile.as_deref(), self.enforcement.as_deref(), rules)
            .map_err(|unknown| ApiError::InvalidPolicy(unknown_word(unknown)))
    }
}
