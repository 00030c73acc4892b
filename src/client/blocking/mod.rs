//! A client that waits for its answers.

mod background;
mod ureq_driver;

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
use background::Background;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use ureq_driver::UreqDriver;

/// A registry to ask, from any thread. Clones share what they know.
///
/// What is to be asked again with nobody waiting runs on one thread, which is started when there is something to ask, and
/// has ended when the last clone is gone: that waits for a question on its way, five seconds at most.
///
/// ```no_run
/// use sluicegate::client::{Schema, Settings, blocking};
///
/// let client = blocking::Client::new(Settings::new(["http://127.0.0.1:8081"]))?;
/// let schema = Schema::avro(include_str!("../../../examples/registry/order_events_v2.avsc"));
/// match client.registration("orders-value", &schema)? {
///     Some(known) => println!("registered with id {}", known.id),
///     None => println!("not registered"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    deadline: Duration,
}

struct Shared {
    core: Arc<Core<UreqDriver>>,
    background: Arc<Background>,
}

impl Client {
    /// Nothing is sent yet.
    ///
    /// # Errors
    /// [`Unusable`]
    pub fn new(settings: Settings) -> Result<Self, Unusable> {
        let settings = settings.checked()?;
        let (keep, deadline) = (settings.keep, settings.patience.deadline);
        let background = Arc::new(Background::default());
        let driver = UreqDriver::new(&settings, Arc::clone(&background));
        let core = Arc::new(Core { caller: Caller::new(driver, settings)?, memory: Memory::new(keep) });
        Ok(Self { shared: Arc::new(Shared { core, background }), deadline })
    }

    /// The same client with another deadline for each answer.
    #[must_use]
    pub fn within(&self, deadline: Duration) -> Self {
        Self { shared: Arc::clone(&self.shared), deadline: deadline.min(LONGEST) }
    }

    fn core(&self) -> &Arc<Core<UreqDriver>> {
        &self.shared.core
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.background.end();
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("caller", &self.core().caller).field("deadline", &self.deadline).finish()
    }
}

/// The result of a future that never waits: what drives it here blocks instead.
fn ready<F: Future>(future: F) -> F::Output {
    match std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("the blocking driver never waits for a waker"),
    }
}

macro_rules! at_once {
    ($answer:expr) => {
        ready($answer)
    };
}

questions!(Client, [], at_once);
