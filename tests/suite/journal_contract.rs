//! What every journal keeps to, whatever it keeps facts in. An adapter adds three lines at the end.

use std::collections::HashMap;
use std::sync::Arc;

use sluicegate::registry::journal::{Batch, Journal, JournalError, Position, Texts};
use sluicegate::registry::record::{Event, Fact, FactKey, TextHash};
use sluicegate::schema::names::{SchemaId, SubjectName};
use sluicegate::storage::memory::MemoryStore;

use crate::facts::{every_kind, fact, registered, registration, version};

/// A journal that can be left and opened again with what it held.
pub(crate) trait Adapter {
    fn open(&self) -> Journal;
}

/// Opens, does something, and makes a clean end.
fn session<T>(adapter: &dyn Adapter, action: impl FnOnce(&mut Journal) -> T) -> T {
    let mut journal = adapter.open();
    let outcome = action(&mut journal);
    journal.writer.close().expect("a clean end");
    outcome
}

fn replayed(texts: &Arc<dyn Texts>, seen: Position) -> (Vec<Fact>, Position) {
    let mut facts = Vec::new();
    let last = texts.replay(seen, &mut |fact| facts.push(fact)).expect("a journal that is whole");
    (facts, last)
}

/// What is left when the newest fact of each key wins, and what only takes away has done so.
fn in_force(facts: &[Fact]) -> Vec<Fact> {
    let newest: HashMap<FactKey, usize> = facts.iter().enumerate().map(|(at, fact)| (fact.event.key(), at)).collect();
    let wins = |(at, fact): &(usize, &Fact)| newest[&fact.event.key()] == *at && !fact.event.is_removal();
    facts.iter().enumerate().filter(wins).map(|(_, fact)| fact.clone()).collect()
}

fn append(journal: &mut Journal, batch: &Batch) -> Position {
    let (_, last) = replayed(&journal.texts, Position::START);
    journal.writer.append(last, batch).expect("nobody else appends")
}

pub(crate) fn an_empty_journal_has_nothing_to_tell(adapter: &dyn Adapter) {
    session(adapter, |journal| assert_eq!(replayed(&journal.texts, Position::START), (Vec::new(), Position::START)));
}

pub(crate) fn every_kind_of_fact_comes_back_in_its_order(adapter: &dyn Adapter) {
    let batch = every_kind();
    let last = session(adapter, |journal| {
        let last = append(journal, &batch);
        assert_eq!(replayed(&journal.texts, Position::START), (batch.facts.clone(), last));
        last
    });
    session(adapter, |journal| {
        let (facts, last_again) = replayed(&journal.texts, Position::START);
        assert_eq!((in_force(&facts), last_again), (in_force(&batch.facts), last));
    });
}

pub(crate) fn the_newest_fact_of_a_key_wins_and_stands_where_it_was_appended(adapter: &dyn Adapter) {
    let mut facts = Vec::new();
    session(adapter, |journal| {
        for (subject, number) in [("a", 1), ("b", 1), ("a", 2), ("b", 1), ("a", 1)] {
            let batch = registration(subject, number, i32::try_from(facts.len()).expect("few") + 1);
            append(journal, &batch);
            facts.extend(batch.facts);
        }
        let (told, _) = replayed(&journal.texts, Position::START);
        assert_eq!(in_force(&told), in_force(&facts));
    });
    session(adapter, |journal| {
        let (told, _) = replayed(&journal.texts, Position::START);
        assert_eq!(in_force(&told), in_force(&facts));
    });
}

pub(crate) fn two_facts_of_a_key_in_one_batch_leave_the_later(adapter: &dyn Adapter) {
    let (first, text) = registered("a", 1, 1);
    let (second, other_text) = registered("a", 1, 2);
    session(adapter, |journal| {
        append(journal, &Batch { facts: vec![first, second.clone()], texts: vec![text, other_text] });
        assert_eq!(in_force(&replayed(&journal.texts, Position::START).0), [second]);
    });
}

pub(crate) fn what_was_taken_away_stays_away(adapter: &dyn Adapter) {
    let removal = fact(Event::VersionRemoved { subject: SubjectName::read("a"), version: version(1) });
    // Whoever takes the highest id away says that it was given: a journal may insist.
    let ids = fact(Event::IdsIssued { highest: [(".".into(), SchemaId(1))].into() });
    let mut last = Position::START;
    session(adapter, |journal| {
        let seen = append(journal, &registration("a", 1, 1));
        last = append(journal, &Batch { facts: vec![ids.clone(), removal.clone()], texts: Vec::new() });
        // Who has seen the version must learn that it is gone.
        assert_eq!(replayed(&journal.texts, seen), (vec![ids.clone(), removal.clone()], last));
        assert_eq!(in_force(&replayed(&journal.texts, Position::START).0), std::slice::from_ref(&ids));
    });
    for _ in 0..2 {
        session(adapter, |journal| {
            let (facts, last_again) = replayed(&journal.texts, Position::START);
            assert_eq!((in_force(&facts), last_again), (vec![ids.clone()], last));
        });
    }
    session(adapter, |journal| {
        let again = registration("a", 1, 2);
        append(journal, &again);
        assert_eq!(in_force(&replayed(&journal.texts, Position::START).0), [&[ids], &again.facts[..]].concat());
    });
}

pub(crate) fn appending_behind_somebody_elses_back_is_a_conflict(adapter: &dyn Adapter) {
    session(adapter, |journal| {
        let first = append(journal, &registration("a", 1, 1));
        let late = registration("a", 2, 2);
        assert_eq!(journal.writer.append(Position::START, &late), Err(JournalError::Conflict));
        let (facts, last) = replayed(&journal.texts, Position::START);
        assert_eq!((facts.len(), last), (1, first), "a conflict writes nothing");
        assert_eq!(journal.texts.text(late.texts[0].0), Err(JournalError::TextMissing { hash: late.texts[0].0 }));
        assert!(journal.writer.append(first, &late).is_ok());
    });
}

pub(crate) fn replay_goes_on_where_a_reader_stopped(adapter: &dyn Adapter) {
    session(adapter, |journal| {
        let first = append(journal, &registration("a", 1, 1));
        let later = registration("a", 2, 2);
        let last = append(journal, &later);
        assert!(first < last, "positions ascend");
        assert_eq!(replayed(&journal.texts, first), (later.facts, last));
        assert_eq!(replayed(&journal.texts, last), (Vec::new(), last));
    });
}

pub(crate) fn texts_come_back_whole_however_often_they_are_brought(adapter: &dyn Adapter) {
    let large: Arc<str> = format!("\"{}\"", "\u{e9}\u{1F600}\u{0}x".repeat(100_000)).into();
    let empty: Arc<str> = "".into();
    let texts = [large, empty].map(|text| (TextHash::of(&text), text));
    let (fact, own) = registered("a", 1, 1);
    session(adapter, |journal| {
        for _ in 0..2 {
            let brought = texts.iter().cloned().chain([own.clone()]).collect();
            append(journal, &Batch { facts: vec![fact.clone()], texts: brought });
        }
    });
    session(adapter, |journal| {
        for (hash, text) in &texts {
            assert_eq!(journal.texts.text(*hash).as_ref(), Ok(text));
        }
        let hash = TextHash::of("never brought");
        assert_eq!(journal.texts.text(hash), Err(JournalError::TextMissing { hash }));
    });
}

pub(crate) fn readers_outlive_a_reopening(adapter: &dyn Adapter) {
    session(adapter, |journal| {
        let batch = registration("a", 1, 1);
        let last = append(journal, &batch);
        let texts = journal.texts.clone();
        journal.writer.reopen().expect("nothing is wrong with it");
        assert_eq!(replayed(&texts, Position::START), (batch.facts.clone(), last));
        assert_eq!(texts.text(batch.texts[0].0).as_ref(), Ok(&batch.texts[0].1));
        assert!(journal.writer.append(last, &registration("a", 2, 2)).is_ok());
    });
}

pub(crate) fn readers_see_whole_batches_while_the_writer_goes_on(adapter: &dyn Adapter) {
    session(adapter, |journal| {
        let texts = journal.texts.clone();
        let reader = std::thread::spawn(move || {
            let mut told = Vec::new();
            let mut seen = Position::START;
            while told.len() < 200 {
                seen = texts.replay(seen, &mut |fact| told.push(fact)).expect("a journal that is whole");
                assert!(told.len() % 2 == 0, "half a batch was told");
            }
            told
        });
        let mut appended = Vec::new();
        let mut last = Position::START;
        for number in 1..=100 {
            let (left, text) = registered("left", number, 1);
            let (right, other_text) = registered("right", number, 2);
            let batch = Batch { facts: vec![left, right], texts: vec![text, other_text] };
            last = journal.writer.append(last, &batch).expect("nobody else appends");
            appended.extend(batch.facts);
        }
        assert_eq!(reader.join().expect("the reader saw whole batches"), appended);
    });
}

/// Runs every law over an adapter: `contract!(name, an expression that makes an adapter on nothing)`.
macro_rules! contract {
    ($name:ident, $adapter:expr) => {
        contract!($name, $adapter;
            an_empty_journal_has_nothing_to_tell
            every_kind_of_fact_comes_back_in_its_order
            the_newest_fact_of_a_key_wins_and_stands_where_it_was_appended
            two_facts_of_a_key_in_one_batch_leave_the_later
            what_was_taken_away_stays_away
            appending_behind_somebody_elses_back_is_a_conflict
            replay_goes_on_where_a_reader_stopped
            texts_come_back_whole_however_often_they_are_brought
            readers_outlive_a_reopening
            readers_see_whole_batches_while_the_writer_goes_on
        );
    };
    ($name:ident, $adapter:expr; $($law:ident)+) => {
        mod $name {
            $(#[test]
            fn $law() {
                super::$law(&$adapter);
            })+
        }
    };
}

impl Adapter for MemoryStore {
    fn open(&self) -> Journal {
        self.journal()
    }
}

contract!(memory, sluicegate::storage::memory::MemoryStore::new());
contract!(memory_that_forgets_nothing, sluicegate::storage::memory::MemoryStore::keeping_everything());

#[cfg(feature = "rocksdb")]
struct OnDisk(tempfile::TempDir);

#[cfg(feature = "rocksdb")]
impl OnDisk {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }
}

#[cfg(feature = "rocksdb")]
impl Adapter for OnDisk {
    fn open(&self) -> Journal {
        sluicegate::storage::rocksdb::open(self.0.path()).expect("a store that is whole")
    }
}

#[cfg(feature = "rocksdb")]
contract!(rocksdb, super::OnDisk::new());
