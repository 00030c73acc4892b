//! What requests came to: how many, how fast, by method, route and class of status. For `/metrics`.
//!
//! A request costs two readings of the clock and two additions. Routes are told apart by their templates, never by their
//! paths, so what clients ask for cannot make the tables grow.

use super::extensions::validation::Outcome;
use super::openapi;
use crate::registry::figures::{Count, DURATION_NS, Histogram};
use actix_web::http::{Method, StatusCode};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Methods that are told apart.
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "other"];
/// Classes of statuses.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];
/// Statuses with which a request is turned away because of a limit.
const LIMITS: [u16; 6] = [408, 413, 414, 429, 431, 503];
/// What stands for every path that is no route.
const UNMATCHED: &str = "unmatched";

/// The number of a route: its place among the paths of the description, from 1; 0 is what is no route.
pub(super) type RouteNumber = u16;

/// Counts of one server.
pub(super) struct Tally {
    /// By route, method and class; made when first needed.
    cells: Box<[OnceLock<Box<Histogram>>]>,
    limits: [Count; LIMITS.len()],
    records: [Count; Outcome::ALL.len()],
    /// Requests whose client went away before the answer was ready.
    pub(super) abandoned: Count,
    pub(super) connections_opened: Count,
    connections_closed: AtomicU64,
}

/// Requests of one method, route and class of status.
pub(super) struct Requests<'t> {
    pub(super) method: &'static str,
    pub(super) route: &'static str,
    pub(super) status: &'static str,
    /// How long their answers took to be ready, in nanoseconds.
    pub(super) latency_ns: &'t Histogram,
}

impl Tally {
    pub(super) fn new() -> Self {
        let cells = (openapi::templates().len() + 1) * METHODS.len() * CLASSES.len();
        Self {
            cells: (0..cells).map(|_| OnceLock::new()).collect(),
            limits: Default::default(),
            records: Default::default(),
            abandoned: Count::default(),
            connections_opened: Count::default(),
            connections_closed: AtomicU64::new(0),
        }
    }

    /// Counts an answer.
    pub(super) fn answered(&self, route: RouteNumber, method: &Method, status: StatusCode, took: Duration) {
        let method = METHODS.iter().position(|known| *known == method.as_str()).unwrap_or(METHODS.len() - 1);
        let class = usize::from(status.as_u16() / 100).clamp(1, CLASSES.len()) - 1;
        let cell = (usize::from(route) * METHODS.len() + method) * CLASSES.len() + class;
        if let Some(cell) = self.cells.get(cell) {
            let latency = cell.get_or_init(|| Box::new(Histogram::new(DURATION_NS)));
            latency.observe(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX));
        }
        if class >= 3
            && let Some(at) = LIMITS.iter().position(|limit| *limit == status.as_u16())
        {
            self.limits[at].add_one();
        }
    }

    /// Everything that was asked at least once.
    pub(super) fn requests(&self) -> impl Iterator<Item = Requests<'_>> {
        self.cells.iter().enumerate().filter_map(|(at, cell)| {
            let latency_ns = cell.get()?;
            let (at, class) = (at / CLASSES.len(), at % CLASSES.len());
            let (route, method) = (at / METHODS.len(), at % METHODS.len());
            let route = route.checked_sub(1).and_then(|at| openapi::templates().get(at));
            let route = route.map_or(UNMATCHED, String::as_str);
            Some(Requests { method: METHODS[method], route, status: CLASSES[class], latency_ns })
        })
    }

    /// How many requests each limit turned away, by status.
    pub(super) fn turned_away(&self) -> impl Iterator<Item = (u16, u64)> {
        LIMITS.into_iter().zip(self.limits.iter().map(Count::get))
    }

    /// Counts a record that was checked.
    pub(super) fn record_checked(&self, outcome: Outcome) {
        self.records[outcome as usize].add_one();
    }

    /// How many records were checked, by what became of them.
    pub(super) fn records_checked(&self) -> impl Iterator<Item = (Outcome, u64)> {
        Outcome::ALL.into_iter().zip(self.records.iter().map(Count::get))
    }

    /// How many connections are open.
    pub(super) fn connections(&self) -> u64 {
        self.connections_opened.get().saturating_sub(self.connections_closed.load(Relaxed))
    }

    pub(super) fn connection_closed(&self) {
        self.connections_closed.fetch_add(1, Relaxed);
    }
}
