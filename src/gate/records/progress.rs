//! How far the reading is: a bar on a terminal, nothing anywhere else.

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Records between two looks at the clock.
const STEP: u64 = 1_024;

/// The bar.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    /// Bytes of the inputs before this one.
    before: u64,
    next: u64,
}

impl Progress {
    /// For so many bytes, where that is known.
    pub(super) fn new(is_shown: bool, bytes: Option<u64>) -> Self {
        let bar = is_shown.then(|| {
            // Draws on the thread that counts: standard error may be locked by it.
            let bar = ProgressBar::with_draw_target(bytes, ProgressDrawTarget::stderr());
            let template = match bytes {
                Some(_) => "{bar:30} {percent:>3} %  {msg} records, {binary_bytes_per_sec}, {eta} left",
                None => "{spinner} {msg} records, {binary_bytes} read",
            };
            bar.set_style(ProgressStyle::with_template(template).expect("the template is fixed"));
            bar
        });
        Self { bar, before: 0, next: 0 }
    }

    /// So many records and bytes of this input have been read.
    pub(super) fn tick(&mut self, records: u64, bytes: u64) {
        let Some(bar) = &self.bar else { return };
        if records < self.next {
            return;
        }
        self.next = records.saturating_add(STEP);
        bar.set_message(HumanCount(records).to_string());
        bar.set_position(self.before.saturating_add(bytes));
    }

    /// The input of so many bytes has ended.
    pub(super) fn ended(&mut self, bytes: u64) {
        self.before = self.before.saturating_add(bytes);
    }
}

impl Drop for Progress {
    /// Takes the bar away, however the reading ended.
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
