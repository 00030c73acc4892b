//! A routed request: what handlers unpack.

use super::answer::Answer;
use super::errors::ApiError;
use super::extensions::metrics::{Format, Sampler};
use super::extensions::validation::Checkers;
use super::json::{Malformed, Reader, ValueReader, Writer, to_utf8};
use super::kept::Kept;
use super::pool::{Pool, Room};
use super::settings::{HttpSettings, PageLimits, SearchLimits};
use super::tally::Tally;
use super::traffic::Traffic;
use super::uri;
use crate::registry::{Page, Registry, RegistryError};
use crate::schema::names::{Context, SubjectName, VersionSelector};
use actix_web::web::{Bytes, Data};
use std::borrow::Cow;
use std::sync::Arc;

/// Bytes of a body, or of an answer, up to which the event loop reads and writes it: about a tenth of a millisecond.
const HANDLED_HERE_BYTES_MAX: usize = 64 << 10;

/// What every request shares.
pub(super) struct Door {
    pub(super) registry: Arc<Registry>,
    /// For parsing and checking.
    pub(super) pool: Pool,
    /// For texts that are not at hand: work that waits for a disk must not queue behind work that computes.
    pub(super) readers: Pool,
    /// For batches of records, which may take seconds: a registration must not queue behind them.
    pub(super) validators: Pool,
    pub(super) settings: HttpSettings,
    pub(super) traffic: Traffic,
    pub(super) tally: Arc<Tally>,
    pub(super) sampler: Sampler,
    /// What records are checked with.
    pub(super) checkers: Checkers,
    /// What was answered and still holds.
    pub(super) kept: Kept,
}

/// One request on its way to a handler.
pub(super) struct Call {
    pub(super) door: Data<Door>,
    /// The variable segments of the path, decoded, in order.
    pub(super) arguments: [String; 2],
    /// Raw.
    pub(super) query: String,
    pub(super) body: Bytes,
    /// Whether the body is announced as `application/octet-stream`; most handlers read JSON all the same.
    pub(super) is_octets: bool,
    /// The context of a `/contexts/{context}` prefix, as in names (`.ctx`, `.` for the default one).
    pub(super) context: Option<String>,
    /// Where the answer is a text for a scraper: which.
    pub(super) format: Format,
}

impl Call {
    pub(super) fn registry(&self) -> &Registry {
        &self.door.registry
    }

    /// Computes something on the pool for parsing and checking, or lists much.
    pub(super) async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Registry) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        self.compute_from(Room::Asked, work).await
    }

    /// The same with the room that `room` says.
    pub(super) async fn compute_from<T: Send + 'static>(
        &self,
        room: Room,
        work: impl FnOnce(&Registry) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let registry = self.shared_registry();
        self.door.pool.run_from(room, move || work(&registry)).await?
    }

    /// Reads something whose text may have to come from the journal.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Registry) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let registry = self.shared_registry();
        self.door.readers.run(move || work(&registry)).await?
    }

    /// Checks records.
    pub(super) async fn validate<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Registry) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let registry = self.shared_registry();
        self.door.validators.run(move || work(&registry)).await?
    }

    /// The registry for a task that outlives the call.
    pub(super) fn shared_registry(&self) -> Arc<Registry> {
        Arc::clone(&self.door.registry)
    }

    /// The subject in the path; an alias is followed, one hop.
    pub(super) fn subject(&self) -> SubjectName {
        let named = self.scope();
        self.registry().alias_target(&named).unwrap_or(named)
    }

    /// The subject or scope in the path as it stands, so that an alias itself can be configured.
    pub(super) fn scope(&self) -> SubjectName {
        SubjectName::read(&self.qualified(&self.arguments[0]))
    }

    /// An error in which the subject of the path, if it is no valid one, is spelled as it was written.
    pub(super) fn spelled_as_written(&self, error: ApiError) -> ApiError {
        match error {
            ApiError::Registry(RegistryError::InvalidSubject { subject }) if subject == self.scope() => {
                ApiError::InvalidSubject { written: self.qualified(&self.arguments[0]).into_owned() }
            }
            error => error,
        }
    }

    /// The `subject` parameter, an alias followed; with a prefix at least its context.
    pub(super) fn subject_parameter(&self) -> Option<SubjectName> {
        let given = self.parameter("subject").filter(|subject| !subject.is_empty());
        if given.is_none() && self.context.is_none() {
            return None;
        }
        let named = SubjectName::read(&self.qualified(given.as_deref().unwrap_or("")));
        Some(self.registry().alias_target(&named).unwrap_or(named))
    }

    /// A name or prefix as seen from the prefix's context; what is qualified already stays.
    pub(super) fn qualified<'n>(&self, name: &'n str) -> Cow<'n, str> {
        match &self.context {
            Some(context) if !name.starts_with(":.") && !name.starts_with(":*:") && context != Context::DEFAULT => {
                Cow::Owned(format!(":{context}:{name}"))
            }
            _ => Cow::Borrowed(name),
        }
    }

    /// The version in the path.
    pub(super) fn version(&self) -> Result<VersionSelector, ApiError> {
        let text = &self.arguments[1];
        VersionSelector::read(text).ok_or_else(|| ApiError::InvalidVersion { text: text.clone() })
    }

    /// The id in the path.
    pub(super) fn id(&self) -> Result<i32, ApiError> {
        self.arguments[0].parse().map_err(|_| ApiError::NotFound)
    }

    /// A query parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<Cow<'_, str>> {
        if self.query.is_empty() { None } else { uri::parameter(&self.query, name) }
    }

    /// All values of a repeated query parameter.
    pub(super) fn parameters(&self, name: &str) -> Vec<String> {
        uri::parameters(&self.query, name).map(Cow::into_owned).collect()
    }

    /// `subjectPrefix`, seen from the prefix's context; `otherwise` where neither is given.
    pub(super) fn prefix_parameter(&self, otherwise: &'static str) -> Cow<'_, str> {
        match self.parameter("subjectPrefix") {
            Some(prefix) => Cow::Owned(self.qualified(&prefix).into_owned()),
            None if self.context.is_some() => Cow::Owned(self.qualified("").into_owned()),
            None => Cow::Borrowed(otherwise),
        }
    }

    /// A boolean query parameter: `true` in any letter case, everything else is false.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.parameter(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// `offset` and `limit`; a limit that is not positive or above the largest counts as none.
    ///
    /// A negative offset counts as none (the reference: 500).
    pub(super) fn page(&self, limits: PageLimits) -> Result<Page, ApiError> {
        let offset = self.int("offset")?.unwrap_or(0);
        let limit = self.int("limit")?.and_then(|limit| usize::try_from(limit).ok()).filter(|limit| *limit > 0);
        Ok(Page {
            offset: usize::try_from(offset).unwrap_or(0),
            limit: limit.filter(|limit| *limit <= limits.max).unwrap_or(limits.default),
        })
    }

    /// How many items listings give.
    pub(super) fn limits(&self) -> &SearchLimits {
        &self.door.settings.search
    }

    fn int(&self, name: &str) -> Result<Option<i32>, ApiError> {
        match self.parameter(name) {
            None => Ok(None),
            Some(text) if text.is_empty() => Ok(None),
            Some(text) => text.parse().map(Some).map_err(|_| ApiError::NotFound),
        }
    }

    /// The body, read by `read`; `None` if it is empty or `null`. A large one is read on the pool.
    pub(super) async fn optional_body<T: Send + 'static>(
        &self,
        type_name: &'static str,
        read: impl FnOnce(&mut ValueReader<'_, '_>) -> Result<Option<T>, Malformed> + Send + 'static,
    ) -> Result<Option<T>, ApiError> {
        let document = |body: &[u8]| Reader::new(&to_utf8(body)?).document(type_name, read);
        if !self.is_large() {
            return Ok(document(&self.body)?);
        }
        let body = self.body.clone();
        Ok(self.door.pool.run(move || document(&body)).await??)
    }

    /// Whether the body is too large for the event loop: others wait while it is worked on there.
    pub(super) fn is_large(&self) -> bool {
        self.body.len() > HANDLED_HERE_BYTES_MAX
    }

    /// An answer of about `bytes`. A large one is written where texts are read.
    pub(super) async fn written(
        &self,
        room: Room,
        bytes: usize,
        write: impl FnOnce(&mut Writer) + Send + 'static,
    ) -> Result<Answer, ApiError> {
        match bytes > HANDLED_HERE_BYTES_MAX {
            true => self.door.readers.run_from(room, move || Answer::json_sized(bytes, write)).await,
            false => Ok(Answer::json_sized(bytes, write)),
        }
    }

    /// The body where one is required; `argument` is the original's name for it.
    pub(super) async fn body<T: Send + 'static>(
        &self,
        argument: &'static str,
        type_name: &'static str,
        read: impl FnOnce(&mut ValueReader<'_, '_>) -> Result<Option<T>, Malformed> + Send + 'static,
    ) -> Result<T, ApiError> {
        self.optional_body(type_name, read).await?.ok_or(ApiError::NoBody { argument })
    }
}
