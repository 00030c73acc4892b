//! What every bench shares: CPU time per operation, and a table of figures beside their budgets.
//!
//! `SLUICEGATE_BENCH=quick` runs the short form. A row whose name stands in `benches/reached.txt` fails the run when
//! its budget is lost; in the short form only ratios and counts may fail, because absolute times follow the machine.
//! The list only grows.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench is there to print its figures")]

use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// Rows that have reached their budget once, one a line: bench, colon, name.
const REACHED: &str = include_str!("reached.txt");

/// Whether this is the short form.
pub(crate) fn quick() -> bool {
    std::env::var_os("SLUICEGATE_BENCH").is_some_and(|form| form == "quick")
}

/// CPU time of this thread so far.
pub(crate) fn thread_cpu() -> Duration {
    cpu_of(ClockId::ThreadCPUTime)
}

/// CPU time of this process, all threads, so far.
pub(crate) fn process_cpu() -> Duration {
    cpu_of(ClockId::ProcessCPUTime)
}

fn cpu_of(clock: ClockId) -> Duration {
    let now = clock_gettime(clock);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).expect("below a second"))
}

/// Nanoseconds of thread CPU time that one call of `operation` takes: the least of seven rounds, each long enough to
/// be measured, after a warm-up.
pub(crate) fn cpu_ns(mut operation: impl FnMut()) -> f64 {
    let round = if quick() { Duration::from_millis(8) } else { Duration::from_millis(60) };
    let mut calls = 1u32;
    loop {
        let took = timed(calls, &mut operation);
        if took >= round {
            break;
        }
        calls = calls.saturating_mul(if took * 8 < round { 8 } else { 2 });
    }
    let least = (0..7).map(|_| timed(calls, &mut operation)).min().expect("seven rounds");
    least.as_nanos() as f64 / f64::from(calls)
}

fn timed(calls: u32, operation: &mut impl FnMut()) -> Duration {
    let start = thread_cpu();
    for _ in 0..calls {
        operation();
    }
    thread_cpu() - start
}

/// How a figure is to be read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Two sides measured in one run, or a count: holds on any machine.
    Ratio,
    /// A time or rate of this machine.
    Absolute,
}

/// The figures of one bench.
pub(crate) struct Table {
    bench: &'static str,
    printed: Vec<String>,
    lost: Vec<String>,
}

impl Table {
    /// Starts the table of `bench` (its name in `benches/reached.txt`) and prints its head.
    pub(crate) fn new(bench: &'static str, title: &str) -> Self {
        println!("\n{title}{}", if quick() { " (quick form)" } else { "" });
        println!("{:<64} {:>14} {:>14}", "row", "figure", "budget");
        Self { bench, printed: Vec::new(), lost: Vec::new() }
    }

    /// A figure that should be at most `budget`.
    pub(crate) fn at_most(&mut self, name: &str, figure: f64, budget: f64, unit: &str, kind: Kind) {
        self.row(name, figure, &format!("<= {}", number(budget)), figure <= budget, unit, kind);
    }

    /// A figure that should be at least `budget`.
    pub(crate) fn at_least(&mut self, name: &str, figure: f64, budget: f64, unit: &str, kind: Kind) {
        self.row(name, figure, &format!(">= {}", number(budget)), figure >= budget, unit, kind);
    }

    /// A figure without a budget.
    pub(crate) fn plain(&mut self, name: &str, figure: f64, unit: &str) {
        println!("{name:<64} {:>14} {:>14}  {unit}", number(figure), "-");
    }

    /// A row that this form leaves out.
    pub(crate) fn leave_out(&mut self, name: &str) {
        self.printed.push(name.to_owned());
    }

    fn row(&mut self, name: &str, figure: f64, budget: &str, met: bool, unit: &str, kind: Kind) {
        let listed = self.reached().any(|listed| listed == name);
        self.printed.push(name.to_owned());
        let word = match (met, listed) {
            (true, true) => "reached",
            (true, false) => "reached, not yet listed",
            (false, true) => "LOST",
            (false, false) => "not reached",
        };
        println!("{name:<64} {:>14} {budget:>14}  {unit:<10} {word}", number(figure));
        if !met && listed && (kind == Kind::Ratio || !quick()) {
            self.lost.push(name.to_owned());
        }
    }

    /// Rows of this bench that are listed.
    fn reached(&self) -> impl Iterator<Item = &'static str> + use<> {
        let bench = self.bench;
        REACHED.lines().filter_map(move |line| line.strip_prefix(bench)?.strip_prefix(": "))
    }

    /// Ends the table; the process fails if a listed row was lost, or is no longer there.
    pub(crate) fn finish(mut self) {
        let gone = self.reached().filter(|name| !self.printed.iter().any(|printed| printed == name));
        let gone: Vec<String> = gone.map(|name| format!("{name} (not measured any more)")).collect();
        self.lost.extend(gone);
        if !self.lost.is_empty() {
            eprintln!("lost: {}", self.lost.join("; "));
            std::process::exit(1);
        }
    }
}

fn number(value: f64) -> String {
    match value.abs() {
        v if v >= 1000.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.3}"),
    }
}
