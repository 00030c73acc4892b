//! Several addresses, busy and broken registries, deadlines, redirects, credentials.

use super::{Way, ask, hasty, nowhere, with_each};
use crate::fake_registry::{FakeRegistry, Said};
use serde_json::json;
use sluicegate::client::{Authorization, ClientError, Producing, Schema, Settings, Trouble, Writer, blocking};
use std::time::{Duration, Instant};

const SUBJECTS: &str = "/subjects";

fn as_usual(settings: Settings) -> Settings {
    settings
}

fn trouble(way: &Way) -> Trouble {
    ask!(way, subjects()).unwrap_err().trouble
}

#[test]
fn the_next_address_is_asked_where_one_cannot_be_reached_and_the_good_one_is_remembered() {
    let registry = FakeRegistry::start();
    registry.json(SUBJECTS, json!(["a"]));
    for way in Way::both(&hasty(&[nowhere(), nowhere(), registry.url()])) {
        assert_eq!(ask!(&way, subjects()).unwrap(), ["a"]);
        assert_eq!(way.address(), registry.url());
        let sent = way.figures().sent;
        assert_eq!(ask!(&way, subjects()).unwrap(), ["a"]);
        assert_eq!(way.figures().sent, sent + 1, "straight to the address that answered");
    }
}

#[test]
fn a_registry_that_hangs_or_breaks_off_or_stays_busy_is_left_for_the_next() {
    for said in [Said::Silence, Said::Hangup, Said::Answer(503, String::new()), Said::Cut("[\"a\"]".to_owned())] {
        let (bad, good) = (FakeRegistry::start(), FakeRegistry::start());
        bad.say(SUBJECTS, said.clone());
        good.json(SUBJECTS, json!(["b"]));
        let mut settings = hasty(&[bad.url(), good.url()]);
        if matches!(said, Said::Silence) {
            settings.limits.request = Duration::from_secs(2);
        }
        for way in Way::both(&settings) {
            assert_eq!(ask!(&way, subjects()).unwrap(), ["b"], "{said:?}");
        }
        let tries = if matches!(said, Said::Answer(..)) { 4 } else { 1 };
        assert_eq!(bad.count(SUBJECTS), 2 * tries, "{said:?}");
    }
}

#[test]
fn what_is_no_registry_is_left_for_one_that_is() {
    for said in [
        Said::Answer(200, "<html>".to_owned()),
        Said::Answer(404, "<html>".to_owned()),
        Said::Slowly(Duration::ZERO, 302, &[("Location", "https://login.example.org/")], String::new()),
    ] {
        let (bad, good) = (FakeRegistry::start(), FakeRegistry::start());
        bad.say(SUBJECTS, said.clone());
        good.json(SUBJECTS, json!(["b"]));
        for way in Way::both(&hasty(&[bad.url(), good.url()])) {
            for _ in 0..2 {
                assert_eq!(ask!(&way, subjects()).unwrap(), ["b"], "{said:?}");
            }
            assert_eq!(way.address(), good.url());
        }
        assert_eq!(bad.count(SUBJECTS), 2, "once by each client: {said:?}");
    }
}

#[test]
fn nobody_waits_for_one_address_while_another_answers() {
    let (busy, good) = (FakeRegistry::start(), FakeRegistry::start());
    busy.say(SUBJECTS, Said::Slowly(Duration::ZERO, 503, &[("Retry-After", "5")], String::new()));
    good.json(SUBJECTS, json!(["b"]));
    for way in Way::both(&hasty(&[busy.url(), good.url()])) {
        let began = Instant::now();
        assert_eq!(ask!(&way, subjects()).unwrap(), ["b"]);
        assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    }
}

#[test]
fn an_address_that_never_answers_leaves_time_for_the_others() {
    let (hangs, good) = (FakeRegistry::start(), FakeRegistry::start());
    hangs.say(SUBJECTS, Said::Silence);
    good.json(SUBJECTS, json!(["b"]));
    let mut settings = Settings::new([hangs.url(), good.url()]);
    settings.patience.deadline = Duration::from_secs(1); // less than one request may take
    for way in Way::both(&settings) {
        for _ in 0..2 {
            assert_eq!(ask!(&way, subjects()).unwrap(), ["b"]);
        }
    }
}

#[test]
fn who_has_time_does_not_share_the_failure_of_one_in_a_hurry() {
    let registry = FakeRegistry::start();
    let after = Duration::from_millis(600);
    registry.say("/schemas/ids/1", Said::Slowly(after, 200, &[], r#"{"schema":"\"int\""}"#.to_owned()));
    let client = blocking::Client::new(Settings::new([registry.url()])).unwrap();
    std::thread::scope(|scope| {
        let hasty = client.within(Duration::from_millis(300));
        let hurried = scope.spawn(move || hasty.schema_by_id(1, None));
        std::thread::sleep(Duration::from_millis(100));
        assert!(client.schema_by_id(1, None).unwrap().is_some());
        let error = hurried.join().unwrap().unwrap_err();
        assert!(error.to_string().ends_with("gave no whole answer within 0.3 s"), "{error}");
    });
}

#[test]
fn a_busy_registry_is_asked_again_when_it_wants_to_be() {
    with_each(as_usual, |registry, way| {
        registry.say(SUBJECTS, Said::Slowly(Duration::ZERO, 429, &[("Retry-After", "1")], String::new()));
        registry.json(SUBJECTS, json!([]));
        let began = Instant::now();
        assert_eq!(ask!(way, subjects()).unwrap(), Vec::<String>::new());
        assert!(began.elapsed() >= Duration::from_secs(1), "{:?}", began.elapsed());
        assert_eq!(registry.count(SUBJECTS), 2);
    });
}

#[test]
fn nobody_waits_for_a_registry_that_wants_to_be_left_alone_for_longer_than_the_deadline() {
    with_each(as_usual, |registry, way| {
        registry.say(SUBJECTS, Said::Slowly(Duration::ZERO, 503, &[("Retry-After", "60")], String::new()));
        let began = Instant::now();
        let error = ask!(&way.within(Duration::from_secs(20)), subjects()).unwrap_err();
        assert!(matches!(error.trouble, Trouble::Refused { status: 503, .. }) && error.is_outage(), "{error}");
        assert!(began.elapsed() < Duration::from_secs(20));
    });
}

#[test]
fn a_date_is_as_good_a_time_to_be_asked_again_as_a_number_of_seconds() {
    const OVER: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const NEVER: &str = "Fri, 31 Dec 9999 23:59:59 GMT";
    let [second, long] = [Duration::from_secs(1), Duration::from_secs(30)];
    // By the registry's clock, if it tells; else by ours. A registry that wants too long a rest is not asked again.
    type Headers = &'static [(&'static str, &'static str)];
    let cases: [(Headers, Option<Duration>); 4] = [
        (&[("Retry-After", OVER)], Some(Duration::ZERO)),
        (&[("Date", "Sun, 06 Nov 1994 08:49:36 GMT"), ("Retry-After", OVER)], Some(second)),
        (&[("Date", NEVER), ("Retry-After", OVER)], Some(Duration::ZERO)),
        (&[("Retry-After", NEVER)], None),
    ];
    for (headers, wait) in cases {
        with_each(as_usual, |registry, way| {
            registry.say(SUBJECTS, Said::Slowly(Duration::ZERO, 503, headers, String::new()));
            registry.json(SUBJECTS, json!([]));
            let began = Instant::now();
            let answer = ask!(way, subjects());
            let took = began.elapsed();
            assert_eq!(answer.is_ok(), wait.is_some(), "{headers:?}: {answer:?}");
            assert!(took >= wait.unwrap_or_default() && took < long, "{headers:?}: {took:?}");
            assert_eq!(registry.count(SUBJECTS), 1 + usize::from(wait.is_some()), "{headers:?}");
        });
    }
}

#[test]
fn the_deadline_ends_everything() {
    let registry = FakeRegistry::start();
    registry.say(SUBJECTS, Said::Slowly(Duration::from_millis(150), 502, &[], String::new()));
    let mut settings = hasty(&[registry.url(), registry.url()]);
    settings.patience.tries = 1_000;
    for way in Way::both(&settings) {
        let began = Instant::now();
        let error = ask!(&way.within(Duration::from_millis(800)), subjects()).unwrap_err();
        let took = began.elapsed();
        assert!(took >= Duration::from_millis(500) && took < Duration::from_secs(60), "{took:?}: {error}");
    }
}

#[test]
fn one_deadline_holds_for_all_that_a_producer_asks() {
    with_each(as_usual, |registry, way| {
        let after = Duration::from_millis(250);
        registry.say("/subjects/a-value", Said::Slowly(after, 404, &[], r#"{"error_code":40401}"#.to_owned()));
        registry.say("/subjects/a-value/versions", Said::Slowly(after, 200, &[], r#"{"id":7}"#.to_owned()));
        let text = r#"{"schema":"\"int\""}"#.to_owned();
        registry.say("/schemas/ids/7?subject=a-value", Said::Slowly(after, 200, &[], text));
        let schema = Schema::avro("\"int\"");
        let mut producing = Producing::registered("a", schema.clone());
        producing.writer = Writer::Registering(schema);
        // Each answer would be there in time, if each had as much.
        assert!(ask!(&way.within(Duration::from_millis(400)), encoder(&producing)).is_err());
    });
}

#[test]
fn no_deadline_is_too_far_for_a_clock() {
    let forever = |mut settings: Settings| {
        settings.patience.deadline = Duration::MAX;
        settings.patience.pause_max = Duration::MAX;
        settings.limits.request = Duration::MAX;
        settings.limits.connect = Duration::MAX;
        settings
    };
    with_each(forever, |registry, way| {
        registry.json("/subjects", json!(["a"]));
        assert_eq!(ask!(way, subjects()), Ok(vec!["a".to_owned()]));
        assert_eq!(ask!(&way.within(Duration::MAX), subjects()), Ok(vec!["a".to_owned()]));
    });
}

#[test]
fn what_is_wrong_is_told_and_asked_once() {
    for said in [
        Said::Answer(200, "<html>".to_owned()),
        Said::Answer(200, "{}".to_owned()),
        Said::Answer(401, String::new()),
        Said::Answer(403, String::new()),
        Said::Answer(404, "<html>".to_owned()),
        Said::Answer(501, String::new()),
        Said::Answer(200, format!("[{}]", " ".repeat(5_000))),
    ] {
        with_each(as_usual, |registry, way| {
            registry.say(SUBJECTS, said.clone());
            let trouble = trouble(way);
            let is_right = match (&said, &trouble) {
                (Said::Answer(200, body), Trouble::TooLarge { bytes: 4_096, .. }) => body.len() > 4_096,
                (Said::Answer(200, _), Trouble::Garbage { .. }) => true,
                (Said::Answer(401, _), Trouble::Unauthorized { had_credentials: false }) => true,
                (Said::Answer(403, _), Trouble::Forbidden { .. }) => true,
                (Said::Answer(status, _), Trouble::Refused { status: told, .. }) => status == told,
                _ => false,
            };
            assert!(is_right, "{said:?}: {trouble:?}");
            assert_eq!(registry.count(SUBJECTS), 1, "{said:?}");
        });
    }
}

#[test]
fn what_is_no_registry_at_all_is_an_error_of_one_line() {
    for said in [Said::Noise, Said::Hangup, Said::Cut("[".to_owned()), Said::Silence] {
        with_each(as_usual, |registry, way| {
            registry.say(SUBJECTS, said.clone());
            let error = ask!(way, subjects()).unwrap_err();
            assert!(error.is_outage(), "{said:?}: {error}");
            assert!(!error.to_string().contains('\n') && error.to_string().contains(&registry.url()), "{error}");
        });
    }
    for way in Way::both(&hasty(&[nowhere()])) {
        assert_eq!(trouble(&way), Trouble::Unreachable("nothing listens there".to_owned()));
    }
}

#[test]
fn a_redirect_is_followed_within_the_address_and_nowhere_else() {
    let elsewhere = FakeRegistry::start();
    elsewhere.json(SUBJECTS, json!(["stolen"]));
    let port: &'static str = elsewhere.url().rsplit_once(':').unwrap().1.to_owned().leak();
    let to_elsewhere: &'static str = format!("http://127.0.0.1:{port}/subjects").leak();
    let moved = |location: &'static str| {
        let headers: &'static [(&str, &str)] = Box::leak(Box::new([("Location", location)]));
        Said::Slowly(Duration::ZERO, 307, headers, String::new())
    };
    let with_credentials = |mut settings: Settings| {
        settings.authorization = Some(Authorization::bearer("t0ken"));
        settings
    };
    with_each(with_credentials, |registry, way| {
        registry.say(SUBJECTS, moved("/there")).json("/there", json!(["a"]));
        assert_eq!(ask!(way, subjects()).unwrap(), ["a"]);
        let shown: Vec<_> = registry.asked().into_iter().map(|asked| asked.authorization).collect();
        assert_eq!(shown, vec![Some("Bearer t0ken".to_owned()); 2], "it stays with the address");

        registry.say_instead(SUBJECTS, moved(to_elsewhere));
        let error = ask!(way, subjects()).unwrap_err();
        assert!(matches!(&error.trouble, Trouble::Redirected { to } if to.contains(port)), "{error}");
        registry.say_instead(SUBJECTS, moved("//127.0.0.1/x"));
        assert!(matches!(trouble(way), Trouble::Redirected { .. }));
        registry.say_instead(SUBJECTS, moved("/subjects"));
        assert!(matches!(trouble(way), Trouble::Redirected { .. }), "in a circle");
    });
    assert_eq!(elsewhere.asked(), [], "neither credentials nor schemas went there");
}

#[test]
fn credentials_are_sent_and_never_told() {
    for (authorization, sent) in [
        (Authorization::basic("ann", "s3cret"), "Basic YW5uOnMzY3JldA=="),
        (Authorization::bearer("t0ken"), "Bearer t0ken"),
    ] {
        let with = |mut settings: Settings| {
            settings.authorization = Some(authorization.clone());
            settings
        };
        with_each(with, |registry, way| {
            registry.say(SUBJECTS, Said::Answer(401, r#"{"error_code":401,"message":"who?"}"#.to_owned()));
            let error: ClientError = ask!(way, subjects()).unwrap_err();
            assert_eq!(error.trouble, Trouble::Unauthorized { had_credentials: true });
            assert_eq!(registry.asked()[0].authorization.as_deref(), Some(sent));
            let shown = match way {
                Way::Blocking(client) => format!("{client:?} {error} {error:?}"),
                Way::Awaited(client, _) => format!("{client:?} {error} {error:?}"),
            };
            for secret in ["s3cret", "t0ken", "YW5uOnMzY3JldA"] {
                assert!(!shown.contains(secret), "{shown}");
            }
        });
    }
}
