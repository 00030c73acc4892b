//! Associations: which resource uses which subject, and what that forbids (`rest-api` 13.1, `registry-semantics` 14).
//!
//! What the references leave open is as release 8.3.1 does it.

mod attempt;
mod command;
mod index;
mod problem;
mod put;
mod query;
mod record;
mod remove;
mod request;

pub use problem::{AssociationProblem, NameMember};
pub use query::{AssociationFilter, AssociationQuery, AssociationSelection};
pub use record::{Association, AssociationKey, AssociationValue, Lifecycle};
pub use request::{
    AskedAssociation, AskedResource, AssociationRequest, AssociationStep, AssociationSteps, ResourceAssociations, Way,
};

pub(super) use index::{AssociationChanges, AssociationIndex};

use super::judgement::{self, Registered};
use super::view::View;
use super::writer::Command;
use super::{Page, Registry, RegistryError, Reply};
use crate::schema::names::SubjectName;
use command::{Mutate, Put, Remove};
use request::{Request, Step, Steps};
use std::sync::Arc;

/// Requests in a batch, and steps in all of them together, at most: each is answered with more than it takes to ask.
pub const BATCH_MAX: usize = 1_000;

/// Bytes of schema texts in an answer to a batch, at most: one stored text can be asked for many times.
const BATCH_TEXT_BYTES_MAX: usize = 32 << 20;

impl Registry {
    /// The associations of a subject, by key.
    pub fn associations_of_subject(
        &self,
        subject: &SubjectName,
        filter: &AssociationFilter,
        page: Page,
    ) -> Vec<Arc<Association>> {
        query::of_subject(&self.shared.catalog, subject, filter, page)
    }

    /// The associations of the resource with this id, by key.
    pub fn associations_of_resource(
        &self,
        resource_id: &str,
        filter: &AssociationFilter,
        page: Page,
    ) -> Vec<Arc<Association>> {
        query::of_resource(&self.shared.catalog, resource_id, filter, page)
    }

    /// The associations of resources with a name and a namespace, by key; `None` stands for any.
    pub fn associations_named(
        &self,
        name: Option<&str>,
        namespace: Option<&str>,
        filter: &AssociationFilter,
        page: Page,
    ) -> Vec<Arc<Association>> {
        query::named(&self.shared.catalog, name, namespace, filter, page)
    }

    /// The associations of several resources, with the latest schema of each subject where `with_schemas`.
    ///
    /// # Errors
    /// [`RegistryError::InvalidAssociation`] without a question or with too many; one that is not well-formed, or asks
    /// for more text than is left, has its own error.
    pub fn query_associations(
        &self,
        queries: &[AssociationQuery],
        with_schemas: bool,
    ) -> Result<Vec<Result<ResourceAssociations, RegistryError>>, RegistryError> {
        require_some(queries.len(), queries.len())?;
        let mut text_bytes = 0;
        let answer = |query| {
            let answer = query::answer(&self.shared.catalog, self.shared.world(), query, with_schemas)?;
            let schemas = answer.associations.iter().filter_map(|(_, schema)| schema.as_ref());
            let bytes = schemas.map(|schema| schema.text.len()).sum::<usize>();
            // The first text is given whatever its length.
            if text_bytes > 0 && text_bytes + bytes > BATCH_TEXT_BYTES_MAX {
                return Err(AssociationProblem::TooMuchText { max: BATCH_TEXT_BYTES_MAX }.into());
            }
            text_bytes += bytes;
            Ok(answer)
        };
        Ok(queries.iter().map(answer).collect())
    }

    /// Creates or updates associations of a resource, all of those that are asked for or none, and replies with those
    /// that changed. Unqualified subjects lie in `context`. A dry run replies with none.
    pub fn put_associations(
        &self,
        way: Way,
        context: &SubjectName,
        asked: AssociationRequest,
        dry_run: bool,
        reply: Reply<ResourceAssociations>,
    ) {
        let request = match Request::read(asked, way, dry_run) {
            Ok(request) => request,
            Err(problem) => return reply(Err(problem.into())),
        };
        let guids = request.wanted.iter().map(|_| fresh_guid()).collect();
        let brings_schemas = request.wanted.iter().any(|wanted| wanted.asked.schema.is_some());
        let put = Put { way, context: context.clone(), request, guids };
        match dry_run {
            true => reply(put.dry_run(&self.shared.catalog, self.shared.world())),
            false => self.submit_prepared(put, brings_schemas, reply),
        }
    }

    /// Takes the associations of a resource away that `filter` takes; with `cascade` frozen ones too, and the subjects
    /// of strong ones.
    pub fn remove_associations(
        &self,
        resource_id: String,
        filter: AssociationFilter,
        cascade: bool,
        dry_run: bool,
        reply: Reply<()>,
    ) {
        let remove = Remove { resource_id, filter, cascade };
        match dry_run {
            true => reply(remove.dry_run(&self.shared.catalog, self.shared.world())),
            false => self.submit(remove, judgement::concluding(self.shared.clone(), reply)),
        }
    }

    /// Does several things to several resources: what is done to one is done as a whole or not at all, and no failure
    /// touches the others. Replies with what each has then.
    pub fn mutate_associations(
        &self,
        context: &SubjectName,
        asked: Vec<AssociationSteps>,
        dry_run: bool,
        reply: Reply<Vec<Result<ResourceAssociations, RegistryError>>>,
    ) {
        if let Err(error) = require_some(asked.len(), asked.iter().map(|asked| asked.steps.len()).sum()) {
            return reply(Err(error));
        }
        let parts = asked.into_iter().map(|asked| Steps::read(asked, dry_run).map_err(RegistryError::from));
        let parts: Vec<_> = parts.collect();
        let is_put = |step: &&Step| matches!(step, Step::Put(..));
        let guids = |part: &Result<Steps, _>| {
            let steps = part.iter().flat_map(|steps| &steps.steps);
            steps.filter(is_put).map(|_| fresh_guid()).collect()
        };
        let guids = parts.iter().map(guids).collect();
        let brings_schema = |step: &Step| matches!(step, Step::Put(_, wanted) if wanted.asked.schema.is_some());
        let brings_schemas = parts.iter().flatten().any(|steps| steps.steps.iter().any(brings_schema));
        let mutate = Mutate { context: context.clone(), parts, guids };
        match dry_run {
            true => reply(Ok(mutate.dry_run(&self.shared.catalog, self.shared.world()))),
            false => self.submit_prepared(mutate, brings_schemas, reply),
        }
    }

    /// Hands a command to the writer. Where it brings schemas it is first decided here and the decision forgotten: what
    /// is parsed and checked on the way is remembered, so that the writer, which alone may decide, need not.
    fn submit_prepared<A: Send + 'static, C>(&self, command: C, brings_schemas: bool, reply: Reply<A>)
    where
        C: Command<Answer = Registered<A>>,
    {
        if brings_schemas {
            drop(command.decide(&View::new(&self.shared.catalog), self.shared.world()));
        }
        self.submit(command, judgement::concluding(self.shared.clone(), reply));
    }
}

fn fresh_guid() -> Box<str> {
    uuid::Uuid::new_v4().to_string().into()
}

fn require_some(requests: usize, steps: usize) -> Result<(), RegistryError> {
    match requests.max(steps) {
        _ if requests == 0 => Err(AssociationProblem::NoRequests.into()),
        count if count > BATCH_MAX => Err(AssociationProblem::TooManyRequests { max: BATCH_MAX }.into()),
        _ => Ok(()),
    }
}
