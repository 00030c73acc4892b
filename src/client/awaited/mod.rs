//! A client whose answers are awaited, on tokio.

mod reqwest_driver;

use super::answers::{ClassOfChange, OwnExemption, OwnPolicy, RegisteredVersion, Registration, SubjectConfig, Verdict};
use super::caller::Caller;
use super::codec::{DecodeError, Decoded, Decoding, Encoder, Message, NotReady, Producing};
use super::error::ClientError;
use super::face::questions;
use super::memory::{Core, Memory, Told};
use super::questions::SchemaQuestion;
use super::resolution::ResolvedSubject;
use super::schema::{Guid, RegisteredSchema, Schema};
use super::settings::{LONGEST, Settings, Unusable};
use super::standing::Standing;
use reqwest_driver::{ReqwestDriver, Tasks};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// A registry to ask, from any task on a tokio runtime with time and I/O. Clones share what they know.
///
/// What is to be asked again with nobody waiting runs in tasks, which end with the last clone.
///
/// ```no_run
/// use sluicegate::client::{Client, Schema, Settings};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let client = Client::new(Settings::new(["http://127.0.0.1:8081"]))?;
/// let schema = Schema::avro(include_str!("../../../examples/registry/order_events_v2.avsc"));
/// match client.registration("orders-value", &schema).await? {
///     Some(known) => println!("registered with id {}", known.id),
///     None => println!("not registered"),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    deadline: Duration,
}

struct Shared {
    core: Arc<Core<ReqwestDriver>>,
    tasks: Arc<Tasks>,
}

impl Client {
    /// Nothing is sent yet, and no runtime needed.
    ///
    /// # Errors
    /// [`Unusable`]
    pub fn new(settings: Settings) -> Result<Self, Unusable> {
        let settings = settings.checked()?;
        let (keep, deadline) = (settings.keep, settings.patience.deadline);
        let tasks = Arc::new(Tasks::default());
        let driver = ReqwestDriver::new(&settings, Arc::clone(&tasks))?;
        let core = Arc::new(Core { caller: Caller::new(driver, settings)?, memory: Memory::new(keep) });
        Ok(Self { shared: Arc::new(Shared { core, tasks }), deadline })
    }

    /// The same client with another deadline for each answer.
    #[must_use]
    pub fn within(&self, deadline: Duration) -> Self {
        Self { shared: Arc::clone(&self.shared), deadline: deadline.min(LONGEST) }
    }

    fn core(&self) -> &Arc<Core<ReqwestDriver>> {
        &self.shared.core
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.tasks.end();
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("caller", &self.core().caller).field("deadline", &self.deadline).finish()
    }
}

macro_rules! awaited {
    ($answer:expr) => {
        $answer.await
    };
}

questions!(Client, [async], awaited);
