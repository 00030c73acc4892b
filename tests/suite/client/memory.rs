//! What is remembered: bounds, one question for many, news in the background, and a registry that is gone.

use super::{Way, ask, hasty, with_each};
use crate::fake_registry::{FakeRegistry, Gate, Said};
use serde_json::json;
use sluicegate::client::{Freshness, Settings, Trouble};
use std::sync::Arc;
use std::time::{Duration, Instant};

const LATEST: &str = "/subjects/x/versions/latest";

fn as_usual(settings: Settings) -> Settings {
    settings
}

fn version(number: u32) -> Said {
    Said::Answer(200, json!({"subject": "x", "version": number, "id": number, "schema": "\"int\""}).to_string())
}

fn latest(way: &Way) -> (u32, Freshness) {
    let told = ask!(way, latest("x")).unwrap();
    (told.value.unwrap().version.unwrap(), told.freshness)
}

#[test]
fn what_cannot_change_is_asked_once() {
    with_each(as_usual, |registry, way| {
        registry.json("/schemas/ids/1", json!({"schema": "\"int\""}));
        for _ in 0..10 {
            assert!(ask!(way, schema_by_id(1, None)).unwrap().is_some());
        }
        assert_eq!(registry.asked().len(), 1);
        let figures = way.figures();
        assert_eq!((figures.sent, figures.misses, figures.hits, figures.entries), (1, 1, 9, 1));
    });
}

#[test]
fn a_hundred_who_ask_at_once_are_one_question() {
    for at in 0..2 {
        let (registry, gate) = (FakeRegistry::start(), Arc::new(Gate::default()));
        let body = json!({"schema": "\"int\""}).to_string();
        registry.say("/schemas/ids/1", Said::Held(Arc::clone(&gate), 200, body));
        match &Way::both(&hasty(&[registry.url()]))[at] {
            way @ Way::Blocking(client) => std::thread::scope(|scope| {
                let asking = || client.schema_by_id(1, None).unwrap().unwrap().id;
                let all: Vec<_> = (0..100).map(|_| scope.spawn(asking)).collect();
                way.until(|| way.figures().waiting == 99);
                gate.open();
                all.into_iter().for_each(|one| assert_eq!(one.join().unwrap(), Some(1)));
            }),
            way @ Way::Awaited(client, runtime) => {
                let asking = || {
                    let client = client.clone();
                    async move { client.schema_by_id(1, None).await.unwrap().unwrap().id }
                };
                let all: Vec<_> = (0..100).map(|_| runtime.spawn(asking())).collect();
                way.until(|| way.figures().waiting == 99);
                gate.open();
                for one in all {
                    assert_eq!(runtime.block_on(one).unwrap(), Some(1));
                }
            }
        }
        assert_eq!(registry.asked().len(), 1);
    }
}

#[test]
fn a_hundred_who_ask_a_registry_that_is_gone_share_its_failure() {
    let (registry, gate) = (FakeRegistry::start(), Arc::new(Gate::default()));
    registry.say("/schemas/ids/1", Said::Held(Arc::clone(&gate), 404, String::new()));
    let [way, _] = Way::both(&hasty(&[registry.url()]));
    let Way::Blocking(client) = &way else { panic!("the first one") };
    std::thread::scope(|scope| {
        let asking = || client.schema_by_id(1, None).unwrap_err().trouble;
        let all: Vec<_> = (0..100).map(|_| scope.spawn(asking)).collect();
        way.until(|| way.figures().waiting == 99);
        gate.open();
        for one in all {
            assert!(matches!(one.join().unwrap(), Trouble::Refused { status: 404, .. }));
        }
    });
    assert_eq!(registry.asked().len(), 1);
}

#[test]
fn who_waits_for_the_question_of_one_that_was_dropped_asks_itself() {
    let registry = FakeRegistry::start();
    registry.say("/schemas/ids/1", Said::Silence).json("/schemas/ids/1", json!({"schema": "\"int\""}));
    let [_, Way::Awaited(client, runtime)] = Way::both(&hasty(&[registry.url()])) else { panic!("the second one") };
    runtime.block_on(async {
        let first = tokio::spawn({
            let client = client.clone();
            async move { client.schema_by_id(1, None).await }
        });
        while registry.asked().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let second = tokio::spawn({
            let client = client.clone();
            async move { client.schema_by_id(1, None).await }
        });
        tokio::time::sleep(Duration::from_millis(50)).await;
        first.abort();
        assert!(second.await.unwrap().unwrap().is_some());
    });
}

#[test]
fn what_may_change_is_asked_again_in_the_background() {
    // As long as it is fresh nobody asks, and no longer.
    let fresh = |time: Duration| {
        move |mut settings: Settings| {
            settings.keep.fresh = time;
            settings
        }
    };
    with_each(fresh(Duration::from_secs(600)), |registry, way| {
        registry.say(LATEST, version(1));
        assert_eq!(latest(way), (1, Freshness::Fresh));
        registry.say_instead(LATEST, version(2));
        assert_eq!(latest(way), (1, Freshness::Fresh), "it is fresh enough");
        assert_eq!(registry.count(LATEST), 1);
    });
    with_each(fresh(Duration::ZERO), |registry, way| {
        registry.say(LATEST, version(1));
        assert_eq!(latest(way), (1, Freshness::Fresh));
        registry.say_instead(LATEST, version(2));
        let (number, freshness) = latest(way);
        assert!(number == 1 && matches!(freshness, Freshness::Stale { because: None, .. }), "{freshness:?}");
        way.until(|| registry.count(LATEST) == 2);
        way.until(|| latest(way).0 == 2);
    });
}

#[test]
fn a_registry_that_is_gone_leaves_what_was_known_and_says_so() {
    for stale in [Duration::ZERO, Duration::from_secs(600)] {
        let brief = |mut settings: Settings| {
            settings.keep.fresh = Duration::from_millis(30);
            settings.keep.stale = stale;
            settings.patience.tries = 1;
            settings
        };
        with_each(brief, |registry, way| {
            registry.say(LATEST, version(1)).json("/schemas/ids/1", json!({"schema": "\"int\""}));
            latest(way);
            assert!(ask!(way, schema_by_id(1, None)).unwrap().is_some());
            registry.is_down(true);
            way.pause(Duration::from_millis(40));
            way.until(|| matches!(latest(way), (1, Freshness::Stale { because: Some(_), .. })));
            assert!(ask!(way, schema_by_id(1, None)).unwrap().is_some());
            assert!(ask!(way, schema_by_id(2, None)).unwrap_err().is_outage(), "nothing is known of it");
            let figures = way.figures();
            assert!(figures.stale > 0 && (figures.refreshes_failed > 0 || stale.is_zero()), "{figures:?}");

            registry.is_down(false).say_instead(LATEST, version(2));
            way.until(|| latest(way).0 == 2);
        });
    }
}

#[test]
fn what_is_not_there_is_believed_for_a_moment() {
    let absent = |time: Duration| {
        move |mut settings: Settings| {
            settings.keep.absent = time;
            settings
        }
    };
    let is_there = |way: &Way| ask!(way, latest("x")).unwrap().value.is_some();
    with_each(absent(Duration::from_secs(600)), |registry, way| {
        assert!(!is_there(way));
        registry.say(LATEST, version(1));
        assert!(!is_there(way));
        assert_eq!(registry.count(LATEST), 1);
    });
    with_each(absent(Duration::ZERO), |registry, way| {
        assert!(!is_there(way));
        registry.say(LATEST, version(1));
        assert_eq!(latest(way).0, 1);
    });
}

#[test]
fn memory_is_bounded_in_entries_and_bytes() {
    for (entries, bytes, at_most) in [(10, 1 << 20, 10), (1_000, 20_000, 20)] {
        let small = |mut settings: Settings| {
            (settings.keep.entries, settings.keep.bytes) = (entries, bytes);
            settings
        };
        with_each(small, |registry, way| {
            for id in 0..60 {
                let text = format!("\"int\"{}", " ".repeat(200));
                registry.json(&format!("/schemas/ids/{id}"), json!({ "schema": text }));
                assert_eq!(ask!(way, schema_by_id(id, None)).unwrap().unwrap().id, Some(id));
                let figures = way.figures();
                assert!(figures.entries <= at_most && figures.bytes <= bytes, "{figures:?}");
            }
            assert!(way.figures().entries >= at_most / 2, "{:?}", way.figures());
        });
    }
}

#[test]
fn metadata_counts_towards_the_bytes_in_memory() {
    with_each(as_usual, |registry, way| {
        let properties: serde_json::Map<_, _> = (0..20).map(|at| (format!("k{at}"), json!("v".repeat(100)))).collect();
        registry.json("/schemas/ids/1", json!({"schema": "\"int\"", "metadata": {"properties": properties}}));
        assert!(ask!(way, schema_by_id(1, None)).unwrap().is_some());
        assert!(way.figures().bytes > 2_000, "{:?}", way.figures());
    });
}

#[test]
fn what_was_registered_is_the_latest_of_its_kind_at_once() {
    with_each(as_usual, |registry, way| {
        let major = std::collections::BTreeMap::from([("major".to_owned(), "1".to_owned())]);
        let asked = "/subjects/x/metadata?key=major&value=1";
        registry.say(asked, version(1)).say(asked, version(2));
        assert_eq!(ask!(way, latest_with("x", &major)).unwrap().value.unwrap().version, Some(1));
        // An id that was not there is not believed to be missing once it is given out.
        assert!(ask!(way, schema_by_id(2, Some("x"))).unwrap().is_none());
        registry.json("/subjects/x/versions", json!({"id": 2}));
        registry.json("/schemas/ids/2?subject=x", json!({"schema": "\"int\""}));
        let schema = sluicegate::client::Schema::avro("\"int\"").with_property("major", "1");
        assert_eq!(ask!(way, register("x", &schema)).unwrap().id, 2);
        assert_eq!(ask!(way, latest_with("x", &major)).unwrap().value.unwrap().version, Some(2));
        assert!(ask!(way, schema_by_id(2, Some("x"))).unwrap().is_some());
    });
}

#[test]
fn a_client_that_is_dropped_leaves_nothing_behind() {
    let registry = FakeRegistry::start();
    let mut settings = hasty(&[registry.url()]);
    settings.keep.fresh = Duration::ZERO;
    settings.limits.request = Duration::from_secs(2);
    registry.say(LATEST, version(1)).say(LATEST, Said::Silence);
    for way in Way::both(&settings) {
        registry.say_instead(LATEST, version(1));
        latest(&way);
        registry.say_instead(LATEST, Said::Silence);
        let asked = registry.count(LATEST);
        assert!(matches!(latest(&way).1, Freshness::Stale { .. }));
        way.until(|| registry.count(LATEST) > asked);
        let began = Instant::now();
        drop(way);
        // Not the ten seconds and more for which a question in the foreground would be asked again and again.
        assert!(began.elapsed() < Duration::from_secs(9), "{:?}", began.elapsed());
    }
}
