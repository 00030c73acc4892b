//! What a client associates: resources with a key's and a value's schema each, made and taken away as wholes.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use serde_json::{Value, json};

use super::http::Connection;
use crate::dice::Dice;

/// Resources of one client, by id.
pub(super) struct Uses {
    client: usize,
    made: u64,
    /// With their associations as they were seen last; `None` for what was acknowledged and not seen yet.
    there: BTreeMap<String, Option<Value>>,
    gone: BTreeSet<String>,
    unanswered: Option<String>,
}

impl Uses {
    pub(super) fn new(client: usize) -> Self {
        Self { client, made: 0, there: BTreeMap::new(), gone: BTreeSet::new(), unanswered: None }
    }

    /// Associates a resource, or takes one away with its subjects; an error means that nobody answered.
    pub(super) fn write(&mut self, connection: &mut Connection, dice: &mut Dice) -> io::Result<()> {
        let taken = (dice.below(3) == 0).then(|| dice.index(self.there.len().max(1)));
        if let Some(id) = taken.and_then(|at| self.there.keys().nth(at).cloned()) {
            self.unanswered = Some(id.clone());
            let path = format!("/associations/resources/{id}?cascadeLifecycle=true");
            let reply = connection.send("DELETE", &path, "")?;
            assert_eq!(reply.status, 204, "{path}: {}", reply.body);
            self.there.remove(&id);
            self.gone.insert(id);
            self.unanswered = None;
            return Ok(());
        }
        self.made += 1;
        let id = format!("r-{}-{}", self.client, self.made);
        let association = |of: &str| {
            let text = json!({ "type": "fixed", "name": format!("{of}_{}_{}", self.client, self.made), "size": 4 });
            json!({ "associationType": of, "schema": { "schema": text.to_string() } })
        };
        let request = json!({
            "resourceName": id, "resourceNamespace": "crash", "resourceId": id,
            "associations": [association("key"), association("value")],
        });
        self.unanswered = Some(id.clone());
        let reply = connection.send("POST", "/associations", &request.to_string())?;
        assert_eq!(reply.status, 200, "{request}: {}", reply.body);
        self.unanswered = None;
        self.there.insert(id.clone(), None);
        let seen = read(connection, &id)?;
        self.there.insert(id, Some(seen));
        Ok(())
    }

    pub(super) fn has_unanswered(&self) -> bool {
        self.unanswered.is_some()
    }

    /// Compares everything, ids of associations and times included, and takes over what became of the unanswered write.
    pub(super) fn compare(&mut self, connection: &mut Connection) {
        let unanswered = self.unanswered.take();
        let mut ids: BTreeSet<String> = self.there.keys().chain(&self.gone).cloned().collect();
        ids.extend(unanswered.clone());
        for id in ids {
            let found = read(connection, &id).expect("the server runs");
            let list = found.as_array().expect("a list");
            let is_whole = matches!(list.len(), 0 | 2);
            assert!(is_whole, "{id}: {found}");
            for of in ["key", "value"] {
                let path = format!("/subjects/:.crash:{id}-{of}/versions/1");
                let status = connection.send("GET", &path, "").expect("the server runs").status;
                assert_eq!(status == 200, !list.is_empty(), "{path}: {status}, {found}");
            }
            let may_be_either = unanswered.as_ref() == Some(&id);
            match self.there.get(&id) {
                None => assert!(list.is_empty() || may_be_either, "{id} came back: {found}"),
                Some(_) if list.is_empty() => assert!(may_be_either, "{id} is gone"),
                Some(known) => assert!(known.as_ref().is_none_or(|known| *known == found), "{known:?} became {found}"),
            }
            match list.is_empty() {
                true => drop((self.there.remove(&id), self.gone.insert(id))),
                false => drop(self.there.insert(id, Some(found))),
            }
        }
    }
}

fn read(connection: &mut Connection, id: &str) -> io::Result<Value> {
    let reply = connection.send("GET", &format!("/associations/resources/{id}"), "")?;
    assert_eq!(reply.status, 200, "{id}: {}", reply.body);
    Ok(reply.json())
}
