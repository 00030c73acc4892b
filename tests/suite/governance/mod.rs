//! Policies and exemptions of a registry: set, inherited, kept, and read by the gate.

mod exemptions;
#[cfg(feature = "gate")]
mod gate;
mod kept;
mod policies;

use crate::confluent_api::client::Client;
use crate::confluent_api::start;
use sluicegate::http::{Bound, HttpSettings};
use sluicegate::registry::Settings;

/// A fresh server, and a client of it.
struct Talk {
    server: Bound,
    client: Client,
}

impl Talk {
    fn begin() -> Self {
        let server = start::server(Settings::default(), HttpSettings::default());
        let client = Client::new(server.addresses()[0]);
        Self { server, client }
    }

    /// Sends a request; status and body of the answer.
    fn send(&mut self, method: &str, target: &str, body: &str) -> (u16, String) {
        let body = (!body.is_empty()).then_some(body.as_bytes());
        let answer = self.client.send(method, target, &[], body).expect("an answer");
        (answer.status, answer.text())
    }

    /// Sends requests one after the other: method, target, body, and what status and body must be.
    fn exchange(&mut self, exchanges: &[(&str, &str, &str, u16, &str)]) {
        for (method, target, body, status, expected) in exchanges {
            let (found, text) = self.send(method, target, body);
            assert_eq!((found, text.as_str()), (*status, *expected), "{method} {target} {body}");
        }
    }

    fn end(self) {
        drop(self.client);
        self.server.abort().expect("the server ends well");
    }
}

/// Sends requests to a fresh server.
fn talk(exchanges: &[(&str, &str, &str, u16, &str)]) {
    let mut talk = Talk::begin();
    talk.exchange(exchanges);
    talk.end();
}
