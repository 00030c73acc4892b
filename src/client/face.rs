//! The questions as both clients offer them: the same names and answers, awaited or not.

/// Writes out the methods of a client. `$asynchronous` is `async` or nothing, `$done` makes an answer of a future.
macro_rules! questions {
    ($client:ty, [$($asynchronous:tt)?], $done:ident) => {
        impl $client {
            /// The address that answered last, or the first.
            pub fn address(&self) -> &str {
                self.core().caller.address()
            }

            /// What it did and holds.
            pub fn figures(&self) -> $crate::client::Figures {
                let core = self.core();
                core.memory.figures(core.caller.sent())
            }

            /// The names of all subjects with a live version. Where the address names a context those inside it, without
            /// its name.
            ///
            /// # Errors
            /// [`ClientError`]
            pub $($asynchronous)? fn subjects(&self) -> Result<Vec<String>, ClientError> {
                $done!(self.core().subjects(self.deadline))
            }

            /// The numbers of a subject's live versions, in ascending order; empty for a subject that is not there.
            ///
            /// # Errors
            /// [`ClientError`]
            pub $($asynchronous)? fn versions(&self, subject: &str) -> Result<Vec<u32>, ClientError> {
                $done!(self.core().versions(subject, self.deadline))
            }

            /// One live version of a subject; `None` where there is none.
            ///
            /// # Errors
            /// [`ClientError`]
            pub $($asynchronous)? fn version(
                &self,
                subject: &str,
                version: u32,
            ) -> Result<Option<RegisteredVersion>, ClientError> {
                $done!(self.core().version(subject, version, "", self.deadline))
            }

            /// The same for a version that another refers to: it counts even if it is soft-deleted.
            ///
            /// # Errors
            /// [`ClientError`]
            pub $($asynchronous)? fn referenced_version(
                &self,
                subject: &str,
                version: u32,
            ) -> Result<Option<RegisteredVersion>, ClientError> {
                $done!(self.core().version(subject, version, "?deleted=true", self.deadline))
            }

            /// The configuration in force for a subject, whether it exists or not.
            ///
            /// # Errors
            /// [`ClientError`]
            pub $($asynchronous)? fn config(&self, subject: &str) -> Result<SubjectConfig, ClientError> {
                $done!(self.core().config(subject, self.deadline))
            }

            /// Whether reserved fields are looked at when something is registered in a subject, by the configuration in
            /// force or else by the registry's own setting. `None` of a registry that does not tell its own.
            ///
            /// # Errors
            /// [`ClientError`]
            pub $($asynchronous)? fn validates_fields(&self, subject: &str) -> Result<Option<bool>, ClientError> {
                $done!(self.core().validates_fields(subject, self.deadline))
            }

            /// Which subject a name stands for, aliases followed, and what is in force there.
            ///
            /// # Errors
            /// [`ClientError`]
            pub $($asynchronous)? fn resolve(&self, subject: &str) -> Result<ResolvedSubject, ClientError> {
                $done!(self.core().resolve(subject, self.deadline))
            }

            /// The mode in force for a subject: `READWRITE`, or the word for what it does not take; `None` of a registry
            /// that knows no modes.
            ///
            /// # Errors
            /// [`ClientError`]
            pub $($asynchronous)? fn mode(&self, subject: &str) -> Result<Option<String>, ClientError> {
                $done!(self.core().mode(subject, self.deadline))
            }

            /// The policy in force for a subject, of a registry that has policies; without what is set nowhere.
            ///
            /// # Errors
            /// [`ClientError`]
            pub $($asynchronous)? fn policy(&self, subject: &str) -> Result<Option<OwnPolicy>, ClientError> {
                $done!(self.core().policy(subject, self.deadline))
            }

            /// Whether the registry has policies and exemptions at all.
            ///
            /// # Errors
            /// [`ClientError`]
            pub $($asynchronous)? fn has_policies(&self) -> Result<bool, ClientError> {
                $done!(self.core().has_policies(self.deadline))
            }

            /// The exemptions, of a registry that has them.
            ///
            /// # Errors
            /// [`ClientError`]
            pub $($asynchronous)? fn exemptions(&self) -> Result<Vec<OwnExemption>, ClientError> {
                $done!(self.core().exemptions(None, self.deadline))
            }

            /// The same of one scope: a subject, or the subjects of a context (`:.context:`).
            ///
            /// # Errors
            /// [`ClientError`]
            pub $($asynchronous)? fn exemptions_of(&self, scope: &str) -> Result<Vec<OwnExemption>, ClientError> {
                $done!(self.core().exemptions(Some(scope), self.deadline))
            }

            /// As many exemptions of a scope as one answer gives, and whether those are all of them.
            ///
            /// # Errors
            /// [`ClientError`]
            pub $($asynchronous)? fn first_exemptions_of(
                &self,
                scope: &str,
            ) -> Result<(Vec<OwnExemption>, bool), ClientError> {
                $done!(self.core().first_exemptions(scope, self.deadline))
            }

            /// What the registry itself says about `schema` as the next version of a subject, on the level in force there.
            /// `None` for a subject that is not there.
            ///
            /// # Errors
            /// [`ClientError`]; [`Trouble::Rejected`](super::Trouble::Rejected) where the text is no valid schema.
            pub $($asynchronous)? fn compatibility(
                &self,
                subject: &str,
                schema: &Schema,
            ) -> Result<Option<Verdict>, ClientError> {
                $done!(self.core().compatibility(subject, schema, self.deadline))
            }

            /// What kind of change `schema` would be for the subject, on the policy in force there.
            ///
            /// Sluicegate says so itself. Of any other registry it is found out here, by the same rules, from what that tells
            /// of the subject: [`ClassOfChange::by`] says which, and what was not known.
            ///
            /// # Errors
            /// [`ClientError`]; [`Trouble::Unclassified`](super::Trouble::Unclassified) where neither can say, and why.
            pub $($asynchronous)? fn class_of_change(
                &self,
                subject: &str,
                schema: &Schema,
            ) -> Result<ClassOfChange, ClientError> {
                $done!(self.core().class_of_change(subject, schema, self.deadline))
            }

            /// How a schema stands to a subject: registered, or may it follow, and as what kind of change? What a producer asks
            /// at start-up about the schema that it was built with; nothing is changed by it.
            ///
            /// # Errors
            /// [`ClientError`]
            pub $($asynchronous)? fn standing(&self, subject: &str, schema: &Schema) -> Result<Standing, ClientError> {
                $done!(self.core().standing(subject, schema, self.deadline))
            }

            /// What a producer writes with, made at start-up: its schema is registered, or it cannot start. What changes
            /// later (the latest version, live versions) is taken up by asking again, which costs no question while what
            /// is in memory is fresh.
            ///
            /// # Errors
            /// [`NotReady`]
            pub $($asynchronous)? fn encoder(&self, producing: &Producing) -> Result<Encoder, NotReady> {
                $done!(self.core().encoder(producing, self.deadline))
            }

            /// Decodes a message, asking for its schema if it is not in memory.
            ///
            /// # Errors
            /// [`DecodeError`]
            pub $($asynchronous)? fn decode<'m>(
                &self,
                message: impl Into<Message<'m>>,
                decoding: &Decoding,
            ) -> Result<Decoded, DecodeError> {
                $done!(self.core().decode(message.into(), decoding, self.deadline))
            }

            /// Where `schema` is registered in a subject; `None` where it is not. Remembered.
            ///
            /// # Errors
            /// [`ClientError`]
            pub $($asynchronous)? fn registration(
                &self,
                subject: &str,
                schema: &Schema,
            ) -> Result<Option<Arc<Registration>>, ClientError> {
                $done!(self.core().registration(subject, schema, self.deadline))
            }

            /// Registers `schema` in a subject; of one that is registered already, where that is.
            ///
            /// # Errors
            /// [`ClientError`]; [`Trouble::Rejected`](super::Trouble::Rejected) with the registry's reasons where the level
            /// or the policy refuses the schema, or it is none.
            pub $($asynchronous)? fn register(
                &self,
                subject: &str,
                schema: &Schema,
            ) -> Result<Arc<Registration>, ClientError> {
                $done!(self.core().register(subject, schema, self.deadline))
            }

            /// The schema of an id, with what it refers to; `None` where there is no such id. Remembered.
            ///
            /// Ids are those of a context: of the one that `subject` lies in, or of the default one.
            ///
            /// # Errors
            /// [`ClientError`]
            pub $($asynchronous)? fn schema_by_id(
                &self,
                id: u32,
                subject: Option<&str>,
            ) -> Result<Option<Arc<RegisteredSchema>>, ClientError> {
                $done!(self.core().schema(SchemaQuestion::id(id, subject), self.deadline))
            }

            /// The schema of a guid, with what it refers to; `None` where there is none. Remembered.
            ///
            /// # Errors
            /// [`ClientError`]
            pub $($asynchronous)? fn schema_by_guid(
                &self,
                guid: Guid,
            ) -> Result<Option<Arc<RegisteredSchema>>, ClientError> {
                $done!(self.core().schema_by_guid(guid, self.deadline))
            }

            /// The latest version of a subject, with what it refers to; `None` where there is no live one. Remembered, and
            /// refreshed in the background (`use.latest.version` of other clients).
            ///
            /// # Errors
            /// [`ClientError`]
            pub $($asynchronous)? fn latest(
                &self,
                subject: &str,
            ) -> Result<Told<Option<Arc<RegisteredSchema>>>, ClientError> {
                $done!(self.core().latest(subject, &BTreeMap::new(), self.deadline))
            }

            /// The latest version with all these metadata properties (`use.latest.with.metadata` of other clients): a
            /// producer that stays within its major version asks so.
            ///
            /// # Errors
            /// [`ClientError`]
            pub $($asynchronous)? fn latest_with(
                &self,
                subject: &str,
                properties: &BTreeMap<String, String>,
            ) -> Result<Told<Option<Arc<RegisteredSchema>>>, ClientError> {
                $done!(self.core().latest(subject, properties, self.deadline))
            }

            /// The major lines (`application.major.version`) of a subject that begin right above `line`, without a gap.
            ///
            /// # Errors
            /// [`ClientError`]
            pub $($asynchronous)? fn lines_above(&self, subject: &str, line: u32) -> Result<Vec<u32>, ClientError> {
                $done!(self.core().lines_above(subject, line, self.deadline))
            }

            /// The numbers of a subject's live versions; `None` for one that is not there. Remembered, and refreshed in the
            /// background.
            ///
            /// # Errors
            /// [`ClientError`]
            pub $($asynchronous)? fn live_versions(
                &self,
                subject: &str,
            ) -> Result<Told<Option<Arc<[u32]>>>, ClientError> {
                $done!(self.core().live(subject, self.deadline))
            }
        }
    };
}

pub(super) use questions;
