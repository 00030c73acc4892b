//! Every question a client can be asked, whichever way it sends.

use super::answers::{self, OwnExemption, OwnPolicy, RegisteredVersion, Registration, SubjectConfig, Verdict};
use super::caller::Driver;
use super::error::{ClientError, Trouble};
use super::memory::{Core, Told};
use super::path::segment;
use super::query::Query;
use super::questions::{LiveQuestion, RegistrationQuestion, SchemaQuestion, versions};
use super::resolution::{called_within, context_of};
use super::schema::{Guid, RegisteredSchema, Schema};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How many exemptions are asked for at a time: those that say most fit in an answer.
const EXEMPTIONS_PAGE: usize = 100;

impl<D: Driver> Core<D> {
    pub(super) async fn subjects(&self, deadline: Duration) -> Result<Vec<String>, ClientError> {
        let query = Query::get("/subjects".to_owned(), &[], answers::names);
        let subjects = self.caller.ask(&query, deadline).await?.unwrap_or_default();
        let context = self.caller.settings().addresses.first().and_then(|address| context_of(address));
        Ok(match context {
            Some(context) => subjects.into_iter().map(|name| called_within(&context, name)).collect(),
            None => subjects,
        })
    }

    pub(super) async fn versions(&self, subject: &str, deadline: Duration) -> Result<Vec<u32>, ClientError> {
        Ok(self.caller.ask(&versions(subject), deadline).await?.unwrap_or_default())
    }

    pub(super) async fn version(
        &self,
        subject: &str,
        version: u32,
        query: &str,
        deadline: Duration,
    ) -> Result<Option<RegisteredVersion>, ClientError> {
        let path = format!("/subjects/{}/versions/{version}{query}", segment(subject));
        let subject = subject.to_owned();
        let read = move |answer: &_| answers::version(answer, &subject, version);
        self.caller.ask(&Query::get(path, &[40401, 40402], read), deadline).await
    }

    pub(super) async fn config(&self, subject: &str, deadline: Duration) -> Result<SubjectConfig, ClientError> {
        let until = Instant::now() + deadline;
        // Older registries know no `defaultToGlobal`, and answer that the subject has no level of its own.
        let path = format!("/config/{}?defaultToGlobal=true", segment(subject));
        if let Some(config) = self.caller.ask(&Query::get(path, &[40401, 40408], answers::config), deadline).await? {
            return Ok(config);
        }
        let query = Query::get("/config".to_owned(), &[], answers::config);
        let left = until.saturating_duration_since(Instant::now());
        Ok(self.caller.ask(&query, left).await?.unwrap_or_default())
    }

    pub(super) async fn validates_fields(
        &self,
        subject: &str,
        deadline: Duration,
    ) -> Result<Option<bool>, ClientError> {
        let path = format!("/config/{}?defaultToGlobal=true&withDefaults=true", segment(subject));
        let config = self.caller.ask(&Query::get(path, &[40401, 40408], answers::config), deadline).await?;
        Ok(config.and_then(|config| config.validates_fields))
    }

    pub(super) async fn alias(&self, subject: &str, deadline: Duration) -> Result<Option<String>, ClientError> {
        let query = Query::get(format!("/config/{}", segment(subject)), &[40401, 40408], answers::config);
        Ok(self.caller.ask(&query, deadline).await?.and_then(|config| config.alias))
    }

    pub(super) async fn mode(&self, subject: &str, deadline: Duration) -> Result<Option<String>, ClientError> {
        // Older registries know no `defaultToGlobal`, and answer that the subject has no mode of its own.
        let path = format!("/mode/{}?defaultToGlobal=true", segment(subject));
        if let Some(mode) = self.caller.ask(&Query::own(path, answers::mode), deadline).await? {
            return Ok(Some(mode));
        }
        self.caller.ask(&Query::own("/mode".to_owned(), answers::mode), deadline).await
    }

    pub(super) async fn policy(&self, subject: &str, deadline: Duration) -> Result<Option<OwnPolicy>, ClientError> {
        let path = format!("/policy/{}?defaultToGlobal=true&withoutDefaults=true", segment(subject));
        self.caller.ask(&Query::own(path, answers::policy), deadline).await
    }

    pub(super) async fn has_policies(&self, deadline: Duration) -> Result<bool, ClientError> {
        let query = Query::own("/policy?defaultToGlobal=true".to_owned(), answers::policy);
        Ok(self.caller.ask(&query, deadline).await?.is_some())
    }

    /// Page by page until one is not full: those of a scope, or all of them.
    pub(super) async fn exemptions(
        &self,
        scope: Option<&str>,
        deadline: Duration,
    ) -> Result<Vec<OwnExemption>, ClientError> {
        let until = Instant::now() + deadline;
        let mut all = Vec::new();
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let page = self.exemptions_page(scope, all.len(), left).await?;
            let is_last = page.len() != EXEMPTIONS_PAGE;
            all.extend(page);
            if is_last {
                return Ok(all);
            }
        }
    }

    /// The first exemptions of a scope, and whether there are no others.
    pub(super) async fn first_exemptions(
        &self,
        scope: &str,
        deadline: Duration,
    ) -> Result<(Vec<OwnExemption>, bool), ClientError> {
        let page = self.exemptions_page(Some(scope), 0, deadline).await?;
        let is_all = page.len() < EXEMPTIONS_PAGE;
        Ok((page, is_all))
    }

    async fn exemptions_page(
        &self,
        scope: Option<&str>,
        offset: usize,
        deadline: Duration,
    ) -> Result<Vec<OwnExemption>, ClientError> {
        let scope = scope.map_or_else(String::new, |scope| format!("subject={}&", segment(scope)));
        let path = format!("/exemptions?{scope}offset={offset}&limit={EXEMPTIONS_PAGE}");
        let page = self.caller.ask(&Query::own(path, answers::exemptions), deadline).await?;
        Ok(page.unwrap_or_default())
    }

    pub(super) async fn compatibility(
        &self,
        subject: &str,
        schema: &Schema,
        deadline: Duration,
    ) -> Result<Option<Verdict>, ClientError> {
        let path = schema.path("/compatibility", subject, "/versions", "verbose=true");
        let query = Query::get(path, &[40401, 40402], answers::verdict).posting(schema.body());
        self.caller.ask(&query, deadline).await
    }

    pub(super) async fn registration(
        self: &Arc<Self>,
        subject: &str,
        schema: &Schema,
        deadline: Duration,
    ) -> Result<Option<Arc<Registration>>, ClientError> {
        let question = RegistrationQuestion { subject: subject.into(), schema: schema.clone() };
        Ok(self.told(&question, deadline).await?.value)
    }

    pub(super) async fn register(
        self: &Arc<Self>,
        subject: &str,
        schema: &Schema,
        deadline: Duration,
    ) -> Result<Arc<Registration>, ClientError> {
        let path = schema.path("", subject, "/versions", "");
        let query = Query::get(path, &[], answers::registration).posting(schema.body());
        let Some(registration) = self.caller.ask(&query, deadline).await?.map(Arc::new) else {
            let trouble = Trouble::Garbage { path: super::query::shown(&query.path) };
            return Err(ClientError { address: self.caller.address().to_owned(), trouble });
        };
        let question = RegistrationQuestion { subject: subject.into(), schema: schema.clone() };
        self.memory.registrations.keep(&question, Some(Arc::clone(&registration)));
        // There is a newer version now, and perhaps one more that is live.
        self.memory.live.forget(&LiveQuestion { subject: subject.into() });
        let id = SchemaQuestion::id(registration.id, Some(subject));
        self.memory.schemas.forget_where(|question, is_there| match question {
            SchemaQuestion::Latest { subject: of, .. } => **of == *subject,
            // What was not there a moment ago.
            SchemaQuestion::Version { subject: of, .. } => !is_there && **of == *subject,
            SchemaQuestion::Guid(guid) => !is_there && registration.guid == Some(*guid),
            SchemaQuestion::Id { .. } => !is_there && *question == id,
        });
        Ok(registration)
    }

    pub(super) async fn schema(
        self: &Arc<Self>,
        question: SchemaQuestion,
        deadline: Duration,
    ) -> Result<Option<Arc<RegisteredSchema>>, ClientError> {
        match question.is_of_no_schema() {
            true => Ok(None),
            false => Ok(self.told(&question, deadline).await?.value),
        }
    }

    pub(super) async fn schema_by_guid(
        self: &Arc<Self>,
        guid: Guid,
        deadline: Duration,
    ) -> Result<Option<Arc<RegisteredSchema>>, ClientError> {
        self.schema(SchemaQuestion::Guid(guid), deadline).await
    }

    pub(super) async fn latest(
        self: &Arc<Self>,
        subject: &str,
        properties: &BTreeMap<String, String>,
        deadline: Duration,
    ) -> Result<Told<Option<Arc<RegisteredSchema>>>, ClientError> {
        let properties = Arc::new(properties.clone());
        self.told(&SchemaQuestion::Latest { subject: subject.into(), properties }, deadline).await
    }

    pub(super) async fn live(
        self: &Arc<Self>,
        subject: &str,
        deadline: Duration,
    ) -> Result<Told<Option<Arc<[u32]>>>, ClientError> {
        self.told(&LiveQuestion { subject: subject.into() }, deadline).await
    }
}
