//! How a schema stands to a subject: what a producer wants to know before it starts.

use super::answers::{ClassOfChange, Classifier, Registration, Verdict};
use super::caller::Driver;
use super::error::ClientError;
use super::memory::Core;
use super::schema::Schema;
use crate::evolution::ChangeClass;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How a schema stands to a subject. `Display` says it in a few lines, for a log or a terminal.
///
/// ```no_run
/// use sluicegate::client::{Schema, Settings, blocking};
///
/// let client = blocking::Client::new(Settings::new(["http://127.0.0.1:8081"]))?;
/// let schema = Schema::avro(include_str!("../../examples/registry/order_events_v3.avsc"));
/// let standing = client.standing("orders-value", &schema)?;
/// if !standing.is_registered() {
///     eprintln!("{standing}");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The subject.
    pub subject: String,
    /// Where the schema is registered, if it is. Nothing else was asked then.
    pub registration: Option<Arc<Registration>>,
    /// The registry's verdict on the level in force; `None` where the subject has no version yet.
    pub verdict: Option<Verdict>,
    /// What kind of change it would be, on the policy in force; `None` where that could not be found out.
    pub change: Option<ClassOfChange>,
    /// Why not.
    pub unclassified: Option<ClientError>,
}

impl Standing {
    /// Whether it is registered.
    pub fn is_registered(&self) -> bool {
        self.registration.is_some()
    }

    /// Whether the level would let it be registered. A policy may refuse it all the same: see [`Self::change`].
    pub fn is_compatible(&self) -> bool {
        self.verdict.as_ref().is_none_or(|verdict| verdict.is_compatible)
    }
}

impl<D: Driver> Core<D> {
    pub(super) async fn standing(
        self: &Arc<Self>,
        subject: &str,
        schema: &Schema,
        deadline: Duration,
    ) -> Result<Standing, ClientError> {
        let until = Instant::now() + deadline;
        let left = || until.saturating_duration_since(Instant::now());
        let registration = self.registration(subject, schema, left()).await?;
        let subject = subject.to_owned();
        if registration.is_some() {
            return Ok(Standing { subject, registration, verdict: None, change: None, unclassified: None });
        }
        let verdict = self.compatibility(&subject, schema, left()).await?;
        let (change, unclassified) = match self.class_of_change(&subject, schema, left()).await {
            Ok(change) => (Some(change), None),
            // Who may not read a configuration, or follows what is no Avro, is still told what the registry says.
            Err(error) if error.concerns_one_subject() => (None, Some(error)),
            Err(error) => return Err(error),
        };
        Ok(Standing { subject, registration, verdict, change, unclassified })
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = &self.subject;
        if let Some(registration) = &self.registration {
            write!(f, "registered in {subject}")?;
            if let Some(version) = registration.version {
                write!(f, " as version {version}")?;
            }
            return write!(f, " with id {}", registration.id);
        }
        write!(f, "not registered in {subject}")?;
        match &self.verdict {
            Some(verdict) if !verdict.is_compatible => f.write_str("; the level refuses it")?,
            Some(_) => f.write_str("; the level accepts it")?,
            None => f.write_str("; it would be the first version")?,
        }
        let change = match (&self.change, &self.unclassified) {
            (Some(change), _) => change,
            (None, Some(why)) => return write!(f, "\nclass unknown: {why}"),
            (None, None) => return Ok(()),
        };
        if change.class != ChangeClass::None {
            write!(f, "\nclass {}, bump {}", change.class, change.bump)?;
            if change.by == Classifier::LibraryWithoutPolicy {
                f.write_str(", on profile seed: the registry knows no policies")?;
            }
        }
        for told in change.changes.iter().filter(|told| told.class > ChangeClass::Allowed) {
            write!(f, "\n  {}: {} at {}\n    {}", told.class, told.id, told.path, told.fix)?;
        }
        Ok(())
    }
}
