//! Counts what is found, and keeps no more of it than is shown: memory does not follow the number of records.

use super::form::Form;
use super::report::{At, Complaint, Damage, InputReport, Place, ReaderReport, RecordMisfit, RecordsReport};
use crate::gate::parties::{Loaded, Party};
use crate::gate::world::Failure;
use crate::records::Misfit;

/// Places that could not be read and are told one by one.
const DAMAGES_MAX: usize = 100;

/// What has been found so far.
pub(super) struct Tally {
    misfits_max: usize,
    inputs: Vec<InputReport>,
    misfits: Vec<RecordMisfit>,
    damages: Vec<Damage>,
    readers: Vec<ReaderReport>,
    warnings: Vec<String>,
}

impl Tally {
    /// Of nothing yet.
    pub(super) fn new(misfits_max: usize, readers: &[Loaded], are_named: bool) -> Self {
        let reader = |loaded: &Loaded| ReaderReport {
            party: loaded.party.clone(),
            is_named: are_named,
            records: 0,
            unreadable: 0,
            first: None,
        };
        Self {
            misfits_max,
            inputs: Vec::new(),
            misfits: Vec::new(),
            damages: Vec::new(),
            readers: readers.iter().map(reader).collect(),
            warnings: Vec::new(),
        }
    }

    /// What follows is of this input.
    pub(super) fn begin(&mut self, input: InputReport) {
        self.inputs.push(input);
    }

    fn input(&mut self) -> &mut InputReport {
        self.inputs.last_mut().expect("an input has begun before anything is found in it")
    }

    fn place(&self, at: At) -> Place {
        Place { input: self.inputs.last().map_or_else(String::new, |input| input.name.clone()), at }
    }

    /// `records` records were met.
    pub(super) fn met(&mut self, records: u64) {
        let input = self.input();
        input.records = input.records.saturating_add(records);
    }

    /// How many records have been met in all inputs.
    pub(super) fn records(&self) -> u64 {
        self.inputs.iter().fold(0, |sum, input| sum.saturating_add(input.records))
    }

    /// The same, with one misfit.
    pub(super) fn one_misfit(&mut self, at: At, times: u64, misfit: &Misfit) {
        let has_bytes = self.input().form.is_some_and(Form::has_bytes);
        self.misfit(at, times, || (vec![Complaint::of(misfit, has_bytes)], false));
    }

    /// How many records do not fit, in all inputs.
    pub(super) fn misfits(&self) -> u64 {
        self.inputs.iter().fold(0, |sum, input| sum.saturating_add(input.misfits))
    }

    /// Of the records met one does not fit, or `times` alike. What is wrong is asked for only where it is shown.
    pub(super) fn misfit(&mut self, at: At, times: u64, complaints: impl FnOnce() -> (Vec<Complaint>, bool)) {
        let input = self.input();
        input.misfits = input.misfits.saturating_add(times);
        if self.misfits.len() < self.misfits_max {
            let (complaints, is_cut) = complaints();
            self.misfits.push(RecordMisfit { place: self.place(at), complaints, is_cut });
        }
    }

    /// The reader number `reader` was tried with `times` records alike.
    pub(super) fn tried(&mut self, reader: usize, at: At, times: u64, misfit: Option<&Misfit>) {
        let report = &mut self.readers[reader];
        report.records = report.records.saturating_add(times);
        let Some(misfit) = misfit else { return };
        report.unreadable = report.unreadable.saturating_add(times);
        if report.first.is_none() {
            let has_bytes = self.input().form.is_some_and(Form::has_bytes);
            let first = (self.place(at), Complaint::of(misfit, has_bytes));
            self.readers[reader].first = Some(first);
        }
    }

    /// Something could not be read.
    pub(super) fn damage(&mut self, damage: Damage) {
        self.input().damages += 1;
        if self.damages.len() < DAMAGES_MAX {
            self.damages.push(damage);
        }
    }

    /// The check ends before its inputs do. What has been refused until then is refused, and told.
    ///
    /// # Errors
    /// The failure, where nothing has been.
    pub(super) fn cut_short(&mut self, failure: Failure) -> Result<(), Failure> {
        let is_unreadable = self.readers.iter().any(|reader| reader.is_named && reader.unreadable > 0);
        if !is_unreadable && self.inputs.iter().all(|input| input.misfits == 0) {
            return Err(failure);
        }
        let reason = format!("the check ended here: {}", failure.message);
        let damage = Damage { input: self.input().name.clone(), line: None, offset: None, reason };
        self.input().damages += 1;
        self.damages.truncate(DAMAGES_MAX - 1); // it is told in any case
        self.damages.push(damage);
        Ok(())
    }

    /// Something to know.
    pub(super) fn warn(&mut self, warning: String) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// All of it.
    pub(super) fn into_report(self, schema: Party) -> RecordsReport {
        let Self { inputs, misfits, damages, readers, warnings, .. } = self;
        RecordsReport { schema, inputs, misfits, damages, readers, warnings }
    }
}
