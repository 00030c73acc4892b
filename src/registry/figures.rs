//! What the registry counts while it works, for whoever watches it.
//!
//! Plain atomics that only go up: counting never waits, and what is read together need not be of one moment.

use super::record::{Event, Fact};
use crate::evolution::{ChangeClass, catalogue};
use crate::policy::Enforcement;
use crate::schema::SchemaType;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Upper bounds of the classes in which durations are counted, in nanoseconds: a tenth of a millisecond to five seconds.
pub const DURATION_NS: &[u64] = &[
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    25_000_000,
    50_000_000,
    100_000_000,
    250_000_000,
    1_000_000_000,
    5_000_000_000,
];

/// Upper bounds of the classes in which batches are counted, in commands.
const BATCH_COMMANDS: &[u64] = &[1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/// Everything that is counted. One for each registry.
#[derive(Debug)]
pub struct Figures {
    /// How long appends took, sync included, in nanoseconds; those that succeeded.
    pub sync_ns: Histogram,
    /// How many commands shared one sync.
    pub batch_commands: Histogram,
    commands: [Count; CommandOutcome::ALL.len()],
    appends: [Count; AppendOutcome::ALL.len()],
    /// How often the journal was opened again after a failure.
    pub reopened: Count,
    /// The last position that is known: how far the journal has got.
    pub position: Count,
    /// Records of Avro schemas that were applied, those of the start included.
    pub avro: Applied,
    verdicts: [Count; 2],
    decisions: [[[Count; DecisionOutcome::ALL.len()]; Enforcement::ALL.len()]; ChangeClass::ALL.len()],
    refusals: [Count; catalogue::ALL.len()],
    /// Registrations that would have been refused, or reported, without an exemption.
    pub exempted: Count,
}

/// A number that only goes up, or is set.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

/// How often a value was how large.
#[derive(Debug)]
pub struct Histogram {
    bounds: &'static [u64],
    /// One more than there are bounds: what is above the last.
    classes: Box<[AtomicU64]>,
    sum: AtomicU64,
}

/// Records of schemas of one type that were applied.
#[derive(Debug, Default)]
pub struct Applied {
    /// Live versions.
    pub registered: Count,
    /// Versions that were soft-deleted by themselves.
    pub deleted: Count,
}

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandOutcome {
    /// It took effect, or there was nothing left to do.
    Done,
    /// The registry said no.
    Refused,
    /// The journal failed or takes nothing.
    Failed,
    /// Too many others were waiting.
    TurnedAway,
}

/// What became of an attempt to append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppendOutcome {
    /// It is on disk.
    Synced,
    /// Somebody else had appended first.
    Conflict,
    /// It is larger than the journal takes.
    TooLarge,
    /// Nothing is taken at present.
    Refused,
    /// The storage failed.
    Failed,
}

/// What became of a candidate that policy looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecisionOutcome {
    /// It may become the next version.
    Accepted,
    /// It may, but would not if enforcement were `enforce`.
    Reported,
    /// It may not.
    Refused,
}

impl Count {
    /// One more.
    pub fn add_one(&self) {
        self.0.fetch_add(1, Relaxed);
    }

    /// The number now.
    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }

    pub(super) fn set(&self, value: u64) {
        self.0.store(value, Relaxed);
    }
}

impl Histogram {
    /// Counts by these upper bounds, ascending; each belongs to its class.
    pub fn new(bounds: &'static [u64]) -> Self {
        Self { bounds, classes: (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect(), sum: AtomicU64::new(0) }
    }

    /// Counts a value.
    pub fn observe(&self, value: u64) {
        self.classes[self.bounds.partition_point(|bound| *bound < value)].fetch_add(1, Relaxed);
        self.sum.fetch_add(value, Relaxed);
    }

    /// The bounds.
    pub fn bounds(&self) -> &'static [u64] {
        self.bounds
    }

    /// How many values fell into each class, and into the one above the last bound.
    pub fn classes(&self) -> Vec<u64> {
        self.classes.iter().map(|class| class.load(Relaxed)).collect()
    }

    /// The sum of all values.
    pub fn sum(&self) -> u64 {
        self.sum.load(Relaxed)
    }
}

impl CommandOutcome {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Done, Self::Refused, Self::Failed, Self::TurnedAway];
}

impl AppendOutcome {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Synced, Self::Conflict, Self::TooLarge, Self::Refused, Self::Failed];
}

impl DecisionOutcome {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Accepted, Self::Reported, Self::Refused];
}

impl Default for Figures {
    fn default() -> Self {
        Self {
            sync_ns: Histogram::new(DURATION_NS),
            batch_commands: Histogram::new(BATCH_COMMANDS),
            commands: Default::default(),
            appends: Default::default(),
            reopened: Count::default(),
            position: Count::default(),
            avro: Applied::default(),
            verdicts: Default::default(),
            decisions: Default::default(),
            refusals: std::array::from_fn(|_| Count::default()),
            exempted: Count::default(),
        }
    }
}

impl Figures {
    /// Counts a decision of policy about a candidate: the class of its changes, the enforcement in force.
    pub fn decided(&self, class: ChangeClass, enforcement: Enforcement, outcome: DecisionOutcome) {
        self.decisions[class as usize][enforcement as usize][outcome as usize].add_one();
    }

    /// How often each decision was taken; where enforcement is off, policy is not asked.
    pub fn decisions(&self) -> impl Iterator<Item = (ChangeClass, Enforcement, DecisionOutcome, u64)> {
        let asked = [Enforcement::Report, Enforcement::Enforce];
        let pairs = ChangeClass::ALL.into_iter().flat_map(move |class| asked.map(|enforcement| (class, enforcement)));
        pairs.flat_map(|(class, enforcement)| {
            let counts = &self.decisions[class as usize][enforcement as usize];
            DecisionOutcome::ALL.map(|outcome| (class, enforcement, outcome, counts[outcome as usize].get()))
        })
    }

    /// Counts a kind of change for which policy refused a candidate. An id that is none counts nothing.
    pub fn refused(&self, change_id: &str) {
        if let Some(at) = catalogue::ALL.iter().position(|kind| kind.id == change_id) {
            self.refusals[at].add_one();
        }
    }

    /// Every kind of change with how often policy refused a candidate for it.
    pub fn refusals(&self) -> impl Iterator<Item = (&'static str, u64)> {
        catalogue::ALL.iter().zip(&self.refusals).map(|(kind, count)| (kind.id, count.get()))
    }

    /// Counts a level verdict.
    pub fn verdict(&self, is_compatible: bool) {
        self.verdicts[usize::from(is_compatible)].add_one();
    }

    /// How often the verdict was that.
    pub fn verdicts(&self, is_compatible: bool) -> u64 {
        self.verdicts[usize::from(is_compatible)].get()
    }

    pub(super) fn settled(&self, outcome: CommandOutcome) {
        self.commands[outcome as usize].add_one();
    }

    /// How many commands came to that.
    pub fn commands(&self, outcome: CommandOutcome) -> u64 {
        self.commands[outcome as usize].get()
    }

    pub(super) fn appended(&self, outcome: AppendOutcome) {
        self.appends[outcome as usize].add_one();
    }

    /// How many attempts to append came to that.
    pub fn appends(&self, outcome: AppendOutcome) -> u64 {
        self.appends[outcome as usize].get()
    }

    pub(super) fn synced(&self, took: Duration, commands: usize) {
        self.sync_ns.observe(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX));
        self.batch_commands.observe(commands as u64);
    }

    /// Counts a fact that is known now.
    pub(super) fn applied(&self, fact: &Fact) {
        let Event::SchemaRegistered(record) = &fact.event else { return };
        let applied = match record.schema_type {
            SchemaType::Avro => &self.avro,
        };
        if record.deleted { applied.deleted.add_one() } else { applied.registered.add_one() }
    }
}

#[cfg(test)]
mod tests {
    use super::{DecisionOutcome, Figures, Histogram};
    use crate::evolution::ChangeClass;
    use crate::policy::Enforcement;

    #[test]
    fn a_value_belongs_to_the_first_class_whose_bound_it_does_not_exceed() {
        let histogram = Histogram::new(&[1, 10]);
        for value in [0, 1, 2, 10, 11, 1_000] {
            histogram.observe(value);
        }
        assert_eq!((histogram.classes(), histogram.sum()), (vec![2, 2, 2], 1_024));
    }

    #[test]
    fn each_decision_has_a_count_of_its_own() {
        let figures = Figures::default();
        let taken: Vec<_> = figures.decisions().collect();
        assert_eq!(taken.len(), ChangeClass::ALL.len() * 2 * DecisionOutcome::ALL.len());
        for (times, (class, enforcement, outcome, before)) in taken.into_iter().enumerate() {
            assert_eq!(before, 0);
            (0..times).for_each(|_| figures.decided(class, enforcement, outcome));
        }
        figures.decided(ChangeClass::Forbidden, Enforcement::Off, DecisionOutcome::Accepted);
        let counts: Vec<_> = figures.decisions().map(|(.., count)| count).collect();
        assert_eq!(counts, (0..24).collect::<Vec<_>>());
    }

    #[test]
    fn refusals_are_counted_by_ids_that_exist() {
        let figures = Figures::default();
        figures.refused("field-removed");
        figures.refused("field-removed");
        figures.refused("no-such-id");
        let counted: Vec<_> = figures.refusals().filter(|(_, count)| *count > 0).collect();
        assert_eq!(counted, [("field-removed", 2)]);
    }
}
