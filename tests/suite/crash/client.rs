//! A client that writes to its own subjects, one request at a time, and remembers every answer.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::http::Connection;
use super::model::{Ids, Operation, Subject};
use super::uses::Uses;
use crate::dice::Dice;

/// A subject with this many rows is left for a new one.
const ROWS_MAX: usize = 12;

pub(super) struct Client {
    number: usize,
    dice: Dice,
    ids: Arc<Ids>,
    subjects: Vec<Subject>,
    texts: u64,
    shared_texts: u64,
    /// Subjects written to since they were last compared.
    touched: BTreeSet<usize>,
    unanswered: Option<(usize, Operation)>,
    uses: Uses,
}

impl Client {
    pub(super) fn new(number: usize, seed: u64, ids: Arc<Ids>) -> Self {
        let subjects = vec![Subject::default()];
        let dice = Dice::new(seed);
        Self {
            number,
            dice,
            ids,
            subjects,
            texts: 0,
            shared_texts: 0,
            touched: BTreeSet::new(),
            unanswered: None,
            uses: Uses::new(number),
        }
    }

    /// Writes until the connection breaks; what was sent last is then unanswered.
    pub(super) fn write_until_cut_off(&mut self, address: &str, acknowledged: &AtomicU64) {
        let Ok(mut connection) = Connection::open(address) else { return };
        loop {
            if self.dice.below(10) == 0 {
                let Ok(()) = self.uses.write(&mut connection, &mut self.dice) else { return };
                acknowledged.fetch_add(1, Ordering::AcqRel);
            }
            let (at, operation) = self.choose();
            self.touched.insert(at);
            let (method, path, body) = operation.request(&self.name(at), &self.subjects[at]);
            self.unanswered = Some((at, operation));
            let Ok(reply) = connection.send(method, &path, &body) else { return };
            assert_eq!(reply.status, 200, "{method} {path} {body}: {}", reply.body);
            let (at, operation) = self.unanswered.take().expect("set above");
            operation.apply(&mut self.subjects[at], &reply.json(), &self.ids);
            if operation.writes() {
                acknowledged.fetch_add(1, Ordering::AcqRel);
            }
        }
    }

    /// Whether a write was sent that nobody answered.
    pub(super) fn has_unanswered(&self) -> bool {
        self.unanswered.as_ref().is_some_and(|(_, operation)| operation.writes()) || self.uses.has_unanswered()
    }

    /// Compares what was written to since the last comparison, and takes over what became of the unanswered write.
    pub(super) fn compare_touched(&mut self, connection: &mut Connection) {
        let unanswered = self.unanswered.take();
        for at in std::mem::take(&mut self.touched) {
            let operation = unanswered.as_ref().filter(|(subject, _)| *subject == at).map(|(_, operation)| operation);
            let found = Subject::read(&self.name(at), connection);
            let known = &self.subjects[at];
            let allowed = known.allows(&found, operation, &self.ids);
            assert!(allowed, "{}: {known:?}, then unanswered {operation:?}, became {found:?}", self.name(at));
            self.subjects[at] = found;
        }
        self.uses.compare(connection);
    }

    /// Compares everything this client ever wrote.
    pub(super) fn compare_all(&mut self, connection: &mut Connection) {
        self.touched = (0..self.subjects.len()).collect();
        self.compare_touched(connection);
    }

    fn name(&self, subject: usize) -> String {
        format!("client-{}-{subject}", self.number)
    }

    fn choose(&mut self) -> (usize, Operation) {
        if self.subjects[self.subjects.len() - 1].rows.len() >= ROWS_MAX {
            self.subjects.push(Subject::default());
        }
        let newest = self.subjects.len() - 1;
        let at = newest.saturating_sub(self.dice.index(3));
        let operation = match self.dice.below(100) {
            0..70 => return (newest, self.register()),
            70..78 => self.any_row(at, false).map(|version| Operation::RegisterAgain { version }),
            78..86 => self.any_row(at, false).map(|version| Operation::SoftDelete { version }),
            86..93 => self.any_row(at, true).map(|version| Operation::HardDelete { version }),
            93..96 => self.any_row(at, false).map(|_| Operation::DeleteSubject),
            // The newest subject goes on taking texts that no other level would let in.
            _ if at == newest || self.dice.below(2) == 0 => Some(Operation::SetLevel { level: "NONE" }),
            _ => Some(Operation::SetLevel { level: "FULL" }),
        };
        match operation {
            Some(operation) => (at, operation),
            None => (newest, self.register()),
        }
    }

    /// A text of this client alone, or one that every client registers in its turn and that has one id for all.
    fn register(&mut self) -> Operation {
        let field = if self.dice.below(5) == 0 {
            self.shared_texts += 1;
            format!("shared_{}", self.shared_texts)
        } else {
            self.texts += 1;
            format!("own_{}_{}", self.number, self.texts)
        };
        let text = format!(r#"{{"type":"record","name":"R","fields":[{{"name":"{field}","type":"string"}}]}}"#);
        Operation::Register { text }
    }

    fn any_row(&mut self, subject: usize, deleted: bool) -> Option<i64> {
        let rows = self.subjects[subject].rows.iter().filter(|(_, row)| row.deleted == deleted);
        let versions: Vec<i64> = rows.map(|(version, _)| *version).collect();
        (!versions.is_empty()).then(|| versions[self.dice.index(versions.len())])
    }
}
