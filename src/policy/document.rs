//! The answer as JSON: the object of `change-classification` 9, in its order of keys.

use super::answer::{Answer, AnsweredChange, AnsweredExemption, FORMAT, FilePosition, Predecessor};
use serde_json::{Value, json};

impl Answer {
    /// The answer as a document. Every key is always there; what is unknown is `null`.
    pub fn document(&self) -> Value {
        json!({
            "format": FORMAT,
            "class": self.class.as_str(),
            "bump": self.bump.as_str(),
            "profile": self.profile,
            "predecessor": self.predecessor.and_then(predecessor),
            "level": {
                "name": self.level.name.as_str(),
                "compatible": self.level.compatible,
                "messages": self.level.messages,
            },
            "forward_compatible": self.forward_compatible,
            "changes": self.changes.iter().map(change).collect::<Vec<Value>>(),
            "warnings": self.warnings,
            "exemptions": self.exemptions.iter().map(exemption).collect::<Vec<Value>>(),
        })
    }
}

/// A schema without version and id stands in no history, so there is no predecessor to speak of (`diff`).
fn predecessor(predecessor: Predecessor) -> Option<Value> {
    let Predecessor { version, id, major } = predecessor;
    (version.is_some() || id.is_some()).then(|| json!({ "version": version, "id": id, "major": major }))
}

fn change(answered: &AnsweredChange) -> Value {
    let AnsweredChange { change, class, bump, fix, fingerprint, old, new } = answered;
    json!({
        "id": change.kind.id,
        "path": change.path,
        "detail": change.detail,
        "class": class.as_str(),
        "bump": bump.as_str(),
        "message": change.message,
        "fix": fix,
        "old": old.as_ref().map(position),
        "new": new.as_ref().map(position),
        "fingerprint": fingerprint,
    })
}

fn position(position: &FilePosition) -> Value {
    let FilePosition { file, line, column } = position;
    json!({ "file": file, "line": line, "column": column })
}

fn exemption(exemption: &AnsweredExemption) -> Value {
    let AnsweredExemption { fingerprint, reason, approved_by, expires, is_expired } = exemption;
    json!({
        "fingerprint": fingerprint,
        "reason": reason,
        "approved_by": approved_by,
        "expires": expires,
        "expired": is_expired,
    })
}
