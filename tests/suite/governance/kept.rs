//! Exemptions beyond one request: the day they end, and a registry that starts again.

use crate::registry::{ask, name_of};
use jiff::civil::date;
use sluicegate::policy::{Enforcement, Profile};
use sluicegate::registry::{Exemption, Page, PolicyLayer, Registry, Settings};
use sluicegate::schema::names::SubjectName;
use sluicegate::storage::memory::MemoryStore;

fn exemption(reason: &str, expires: jiff::civil::Date) -> Exemption {
    Exemption {
        fingerprint: "00000000000000aa".to_owned(),
        subject: ":.c:s".to_owned(),
        change: "field-removed".to_owned(),
        path: "$".to_owned(),
        reason: reason.to_owned(),
        approved_by: "board".to_owned(),
        expires,
    }
}

const ALL: Page = Page { offset: 0, limit: usize::MAX };

#[test]
fn an_exemption_holds_on_its_last_day_and_gives_way_to_a_new_one_after_it() {
    let registry = Registry::start(MemoryStore::default().journal(), Settings::default()).expect("an empty journal");
    let (last, next) = (date(2030, 6, 30), date(2030, 7, 1));
    let (old, new) = (exemption("old", last), exemption("new", date(2031, 1, 1)));
    let add = |exemption: &Exemption, today| {
        let added = ask(|reply| registry.add_exemption(exemption.clone(), today, reply)).wait();
        added.map(|added| added.reason.clone()).map_err(|error| name_of(&error))
    };
    assert_eq!(add(&old, next), Err("InvalidExemption".to_owned()));
    assert_eq!(add(&old, last), Ok("old".to_owned()));
    assert_eq!(add(&new, last), Err("ExemptionExists".to_owned()));
    assert_eq!(add(&new, next), Ok("new".to_owned()));
    let listed = registry.exemptions(None, ALL);
    assert_eq!(listed.iter().map(|exemption| exemption.reason.as_str()).collect::<Vec<_>>(), ["new"]);
    assert_eq!(registry.exemption("00000000000000AA").expect("it is there").expires, date(2031, 1, 1));
}

#[test]
fn policies_and_exemptions_are_there_after_a_start_and_gone_ones_are_not() {
    let store = MemoryStore::default();
    let scope = SubjectName::read;
    let layer = PolicyLayer { profile: Some(Profile::Avro), ..PolicyLayer::default() };
    let start = || Registry::start(store.journal(), Settings::default()).expect("the journal replays");
    let today = date(2026, 1, 1);

    let registry = start();
    for name in ["", ":.c:", ":.c:s", "gone"] {
        ask(|reply| registry.set_policy(scope(name), layer.clone(), reply)).wait().expect("it may be set");
    }
    ask(|reply| registry.remove_policy(scope("gone"), reply)).wait().expect("it is there");
    ask(|reply| registry.add_exemption(exemption("r", date(2030, 1, 1)), today, reply))
        .wait()
        .expect("it is a good one");
    let other = Exemption { fingerprint: "00000000000000bb".to_owned(), ..exemption("r", date(2030, 1, 1)) };
    ask(|reply| registry.add_exemption(other, today, reply)).wait().expect("it is a good one");
    ask(|reply| registry.remove_exemption("00000000000000BB", reply)).wait().expect("it is there");
    registry.stop();

    let registry = start();
    assert_eq!(registry.policy(&scope(":.c:s")), Ok(layer.clone()));
    assert_eq!(registry.policy(&scope("")), Ok(layer));
    assert_eq!(registry.policy(&scope("gone")).map_err(|error| name_of(&error)), Err("PolicyNotFound".to_owned()));
    let effective = registry.effective_policy(&scope(":.c:t"));
    assert_eq!((effective.profile, effective.enforcement), (Profile::Avro, Enforcement::Off));
    let listed = registry.exemptions(Some(&scope(":.c:s")), ALL);
    assert_eq!(listed.iter().map(|one| (**one).clone()).collect::<Vec<_>>(), [exemption("r", date(2030, 1, 1))]);
    assert!(registry.exemption("00000000000000bb").is_err());
    registry.stop();
}
