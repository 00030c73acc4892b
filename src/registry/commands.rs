//! What may be done: each command with the reply that it is answered by, after the sync and never before it.

use super::configure::{RemoveConfig, RemoveMode, SetMode, UpdateConfig};
use super::contract::{Config, ConfigUpdate, Mode};
use super::delete::{DeleteContext, DeleteSubject, DeleteVersion};
use super::error::RegistryError;
use super::face::{Deletion, RegisteredSchema, Reply, Submission, TagSubmission};
use super::queue::NotTaken;
use super::register::{self, Asked, Assessment};
use super::writer::{Command, Pending, Register};
use super::{Registry, judgement};
use crate::schema::names::{SubjectName, Version, VersionSelector};
use std::sync::Arc;

impl Registry {
    /// Answers a submission that is known already, without parsing, reading or waiting; `None` where [`Self::register`]
    /// must be asked. For the event loop: this is what producers do on every start.
    pub fn hot_register(&self, asked: &Submission) -> Option<Result<RegisteredSchema, RegistryError>> {
        register::hot_assess(self.shared.world(), asked).map(Ok)
    }

    /// Registers a schema. Parses and checks on the caller's thread; `reply` is called from there when that settles the
    /// matter, else by the writer.
    pub fn register(&self, asked: Submission, reply: Reply<RegisteredSchema>) {
        self.take_on(Asked::Schema(asked), reply);
    }

    /// Refuses a name under which nothing may be registered, before anything else about a request is looked at.
    ///
    /// # Errors
    /// [`RegistryError::InvalidSubject`].
    pub fn require_valid(&self, subject: &SubjectName) -> Result<(), RegistryError> {
        match subject.may_hold_schemas() {
            true => Ok(()),
            false => Err(RegistryError::InvalidSubject { subject: subject.clone() }),
        }
    }

    /// Registers a version once more with other inline tags, as [`Self::register`] does. The subject is a valid one.
    pub fn register_tags(&self, asked: TagSubmission, reply: Reply<RegisteredSchema>) {
        self.take_on(Asked::Tags(asked), reply);
    }

    fn take_on(&self, asked: Asked, reply: Reply<RegisteredSchema>) {
        let reply = judgement::concluding(self.shared.clone(), reply);
        match register::assess(self.shared.world(), &Arc::new(asked)) {
            Ok(Assessment::Known(answer)) => reply(Ok(answer.into())),
            Ok(Assessment::New(checked)) => self.submit(Register(checked), reply),
            Err(error) => reply(Err(error)),
        }
    }

    /// Deletes one version and replies with its number.
    pub fn delete_version(
        &self,
        subject: SubjectName,
        version: VersionSelector,
        deletion: Deletion,
        reply: Reply<Version>,
    ) {
        self.submit(DeleteVersion { subject, version, deletion }, reply);
    }

    /// Deletes a subject and replies with the versions concerned, ascending.
    pub fn delete_subject(&self, subject: SubjectName, deletion: Deletion, reply: Reply<Vec<Version>>) {
        self.submit(DeleteSubject { subject, deletion }, reply);
    }

    /// Updates the configuration of a scope and replies with what it is then; empty texts of this update are shown.
    pub fn update_config(&self, scope: SubjectName, update: ConfigUpdate, reply: Reply<Config>) {
        self.submit(UpdateConfig { scope, update }, reply);
    }

    /// Removes the configuration of a scope and replies with what it was.
    pub fn remove_config(&self, scope: SubjectName, reply: Reply<Config>) {
        self.submit(RemoveConfig { scope }, reply);
    }

    /// Sets (or with `None` clears) the mode of a scope. `force` skips the check for existing subjects.
    pub fn set_mode(&self, scope: SubjectName, mode: Option<Mode>, force: bool, reply: Reply<()>) {
        self.submit(SetMode { scope, mode, force }, reply);
    }

    /// Removes the mode of a scope, with `recursive` those below a context too, and replies with what it was.
    pub fn remove_mode(&self, scope: SubjectName, recursive: bool, reply: Reply<Option<Mode>>) {
        self.submit(RemoveMode { scope, recursive }, reply);
    }

    /// Removes an empty context from the list.
    pub fn delete_context(&self, context: Box<str>, reply: Reply<()>) {
        self.submit(DeleteContext { context }, reply);
    }

    pub(super) fn submit<C: Command>(&self, command: C, reply: Reply<C::Answer>) {
        let figures = &self.shared.figures;
        match self.shared.queue.put(Pending::new(command, reply)) {
            Ok(()) => {}
            Err(NotTaken::Full(command)) => command.settle(Some(RegistryError::QueueFull), figures),
            Err(NotTaken::Closed(command)) => {
                let refused = RegistryError::NotWritable { reason: "the registry was stopped".into() };
                command.settle(Some(refused), figures);
            }
        }
    }
}
