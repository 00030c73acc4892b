//! Everything that is counted and measured, for Prometheus: `GET /metrics`.
//!
//! Reads atomics and writes a text, in far less than a millisecond; the writer is not asked, and a journal that does not
//! answer is not waited for.

mod confluent;
mod exposition;
mod process;
mod sampler;

pub(in crate::http) use exposition::Format;
pub(in crate::http) use sampler::Sampler;

use crate::http::answer::Answer;
use crate::http::call::{Call, Door};
use crate::http::errors::ApiError;
use crate::registry::figures::{AppendOutcome, CommandOutcome, DecisionOutcome};
use crate::registry::journal::Condition;
use crate::registry::{Registry, Sizes};
use exposition::{Exposition, Kind};

/// Nanoseconds in a second.
const NS: f64 = 1e9;

/// `GET /metrics`
pub(in crate::http) async fn get(call: Call) -> Result<Answer, ApiError> {
    let format = call.format;
    let sample = call.door.sampler.sample(call.shared_registry()).await;
    let (door, registry) = (&call.door, call.registry());
    let mut page = Exposition::new(format);
    let version = env!("CARGO_PKG_VERSION");
    page.family(Kind::Gauge, "sluicegate_build_info", "The release that runs.").sample(&[("version", version)], 1);
    if let Some(sample) = &sample {
        sample.process.write(&mut page);
    }
    requests(&mut page, door);
    writer(&mut page, registry);
    store(&mut page, door, sample.map(|sample| sample.store).unwrap_or_default());
    judgements(&mut page, registry);
    records(&mut page, door);
    if let Some((in_force, expired)) = sample.map(|sample| sample.exemptions) {
        let mut family = page.family(Kind::Gauge, "sluicegate_exemptions", "Exemptions, by whether they hold.");
        family.sample(&[("state", "in-force")], in_force);
        family.sample(&[("state", "expired")], expired);
    }
    confluent::write(&mut page, registry, &door.tally);
    Ok(Answer::text(&page.finish()).usually(format.media_type()))
}

fn requests(page: &mut Exposition, door: &Door) {
    let tally = &door.tally;
    let mut family = page.family(Kind::Counter, "sluicegate_http_requests", "Requests answered.");
    for requests in tally.requests() {
        let labels = [("method", requests.method), ("route", requests.route), ("status", requests.status)];
        family.sample(&labels, requests.latency_ns.classes().iter().sum::<u64>());
    }
    let help = "How long answers took to be ready, reading of the body included.";
    let mut family = page.histograms("sluicegate_http_request_duration_seconds", help);
    for requests in tally.requests() {
        let labels = [("method", requests.method), ("route", requests.route), ("status", requests.status)];
        family.histogram(&labels, requests.latency_ns, NS);
    }
    let help = "Requests under way, this one included.";
    page.single(Kind::Gauge, "sluicegate_http_requests_in_flight", help, door.traffic.requests());
    let help = "Requests turned away by a limit, by the status of the answer.";
    let mut family = page.family(Kind::Counter, "sluicegate_http_requests_limited", help);
    tally.turned_away().for_each(|(status, count)| family.sample(&[("status", &status.to_string())], count));
    let help = "Requests whose client went away before the answer was ready.";
    page.single(Kind::Counter, "sluicegate_http_requests_abandoned", help, tally.abandoned.get());
    let help = "Memory that bodies of requests take.";
    page.single(Kind::Gauge, "sluicegate_http_body_bytes", help, door.traffic.body_bytes());
    page.single(Kind::Gauge, "sluicegate_http_connections", "Open connections.", tally.connections());
    let opened = tally.connections_opened.get();
    page.single(Kind::Counter, "sluicegate_http_connections_opened", "Connections accepted.", opened);
    let mut family = page.family(Kind::Gauge, "sluicegate_pool_waiting", "Tasks that wait for a thread, by pool.");
    family.sample(&[("pool", "cpu")], door.pool.waiting());
    family.sample(&[("pool", "reader")], door.readers.waiting());
    family.sample(&[("pool", "records")], door.validators.waiting());
}

fn writer(page: &mut Exposition, registry: &Registry) {
    let figures = registry.figures();
    let Sizes { queued_commands, is_writable, .. } = registry.sizes();
    let help = "1 while commands can take effect, 0 while the registry is read-only.";
    page.single(Kind::Gauge, "sluicegate_writer_writable", help, u8::from(is_writable));
    let help = "Commands that wait for the writer.";
    page.single(Kind::Gauge, "sluicegate_writer_queue_commands", help, queued_commands);
    let mut family = page.family(Kind::Counter, "sluicegate_writer_commands", "Commands, by what became of them.");
    for outcome in CommandOutcome::ALL {
        let word = match outcome {
            CommandOutcome::Done => "done",
            CommandOutcome::Refused => "refused",
            CommandOutcome::Failed => "failed",
            CommandOutcome::TurnedAway => "turned-away",
        };
        family.sample(&[("outcome", word)], figures.commands(outcome));
    }
    let mut family = page.histograms("sluicegate_writer_batch_commands", "Commands that shared one sync.");
    family.histogram(&[], &figures.batch_commands, 1.0);
    let mut family = page.histograms("sluicegate_writer_sync_seconds", "How long appends took, sync included.");
    family.histogram(&[], &figures.sync_ns, NS);
    let mut family = page.family(Kind::Counter, "sluicegate_writer_appends", "Appends, by what became of them.");
    for outcome in AppendOutcome::ALL {
        let word = match outcome {
            AppendOutcome::Synced => "synced",
            AppendOutcome::Conflict => "conflict",
            AppendOutcome::TooLarge => "too-large",
            AppendOutcome::Refused => "refused",
            AppendOutcome::Failed => "failed",
        };
        family.sample(&[("outcome", word)], figures.appends(outcome));
    }
    let help = "How often the journal was opened again after a failure.";
    page.single(Kind::Counter, "sluicegate_writer_reopened", help, figures.reopened.get());
}

fn store(page: &mut Exposition, door: &Door, condition: Condition) {
    let registry = &door.registry;
    let sizes = registry.sizes();
    let caches = sizes.caches.into_iter().chain(door.checkers.sizes()).chain(door.kept.sizes());
    let caches: Vec<_> = caches.collect();
    page.single(Kind::Gauge, "sluicegate_subjects", "Subjects with at least one version.", sizes.subjects);
    let mut family = page.family(Kind::Gauge, "sluicegate_versions", "Versions, live or soft-deleted.");
    family.sample(&[("state", "live")], sizes.live_versions);
    family.sample(&[("state", "deleted")], sizes.deleted_versions);
    let mut family = page.family(Kind::Gauge, "sluicegate_schemas", "Schemas that have an id, by type.");
    family.sample(&[("schema_type", "avro")], sizes.schemas);
    page.single(Kind::Gauge, "sluicegate_contexts", "Contexts, the default one included.", sizes.contexts);
    let position = registry.figures().position.get();
    page.single(Kind::Gauge, "sluicegate_store_position", "How far the journal has got.", position);
    if let Some(free) = condition.free_bytes {
        page.single(Kind::Gauge, "sluicegate_store_disk_free_bytes", "Free space on the disk of the store.", free);
    }
    if let Some(behind) = condition.note_behind {
        let help = "For how long HEAD has been behind the store; it is written every second.";
        page.single(Kind::Gauge, "sluicegate_store_head_behind_seconds", help, behind.as_secs_f64());
    }
    let mut family = page.family(Kind::Gauge, "sluicegate_cache_bytes", "Memory that caches take, by cache.");
    caches.iter().for_each(|(name, size)| family.sample(&[("cache", name)], size.bytes));
    let mut family = page.family(Kind::Gauge, "sluicegate_cache_max_bytes", "Memory that caches may take, by cache.");
    caches.iter().for_each(|(name, size)| family.sample(&[("cache", name)], size.bytes_max));
    let mut family = page.family(Kind::Counter, "sluicegate_cache_hits", "Look-ups that found something, by cache.");
    caches.iter().for_each(|(name, size)| family.sample(&[("cache", name)], size.hits));
    let mut family = page.family(Kind::Counter, "sluicegate_cache_misses", "Look-ups that found nothing, by cache.");
    caches.iter().for_each(|(name, size)| family.sample(&[("cache", name)], size.misses));
}

fn judgements(page: &mut Exposition, registry: &Registry) {
    let figures = registry.figures();
    let help = "Compatibility verdicts over a level's history or one version, those of retries included.";
    let mut family = page.family(Kind::Counter, "sluicegate_level_verdicts", help);
    family.sample(&[("outcome", "compatible")], figures.verdicts(true));
    family.sample(&[("outcome", "incompatible")], figures.verdicts(false));
    let help = "Decisions of policy about registrations, by class of the changes and enforcement in force.";
    let mut family = page.family(Kind::Counter, "sluicegate_policy_decisions", help);
    for (class, enforcement, outcome, count) in figures.decisions() {
        let word = match outcome {
            DecisionOutcome::Accepted => "accepted",
            DecisionOutcome::Reported => "reported",
            DecisionOutcome::Refused => "refused",
        };
        let labels = [("class", class.as_str()), ("enforcement", enforcement.as_str()), ("outcome", word)];
        family.sample(&labels, count);
    }
    let help = "Changes for which policy refused registrations, by the id of the change.";
    let mut family = page.family(Kind::Counter, "sluicegate_policy_refusals", help);
    figures.refusals().for_each(|(id, count)| family.sample(&[("change", id)], count));
    let help = "Registrations that an exemption let pass.";
    page.single(Kind::Counter, "sluicegate_policy_exempted", help, figures.exempted.get());
}

fn records(page: &mut Exposition, door: &Door) {
    let help = "Records that were checked against schemas, by what became of them.";
    let mut family = page.family(Kind::Counter, "sluicegate_records_checked", help);
    door.tally.records_checked().for_each(|(outcome, count)| family.sample(&[("outcome", outcome.as_str())], count));
}
