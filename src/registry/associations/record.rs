//! What is kept of an association: a resource, such as a topic, uses a subject for its keys or values
//! (`schemas-topic` 3 and 4.2).

use crate::schema::names::{SubjectName, utf16_order};
use std::cmp::Ordering;
use std::sync::Arc;

/// Names one association. Ordered as answers list them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the members of the reference's key, in its order")]
pub struct AssociationKey {
    pub resource_name: Box<str>,
    pub resource_namespace: Box<str>,
    pub resource_type: Box<str>,
    pub association_type: Box<str>,
    pub subject: SubjectName,
}

/// What is said of one association.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssociationValue {
    /// A UUID that it keeps for life; another text where a foreign writer chose one.
    pub guid: Box<str>,
    /// The resource's id, which no other resource gets even if it gets its name. Empty where a foreign writer left it
    /// out: no request leads to such an association then.
    pub resource_id: Box<str>,
    /// How closely subject and resource belong together.
    pub lifecycle: Lifecycle,
    /// Whether nothing of it may be changed. `None` where a foreign writer left it out: not frozen.
    pub frozen: Option<bool>,
    /// When it was made, in milliseconds since 1970, UTC; `None`: when this was said. The reference takes the first
    /// record that it has seen since its start, so that compaction and a restart make an association younger; it has
    /// the member and ignores what is written there.
    pub created_ms: Option<i64>,
}

/// How closely a subject and the resource that uses it belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifecycle {
    /// The subject is the resource's own and goes with it.
    Strong,
    /// The resource uses a subject that others may use as well.
    Weak,
}

/// An association as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Association {
    /// Which.
    pub key: Arc<AssociationKey>,
    /// What was said last.
    pub value: AssociationValue,
    /// When it was made. Milliseconds since 1970, UTC.
    pub created_ms: i64,
    /// When it was changed last. Milliseconds since 1970, UTC.
    pub updated_ms: i64,
}

impl Lifecycle {
    /// As requests, records and answers spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Strong => "STRONG",
            Self::Weak => "WEAK",
        }
    }

    /// Reads the word exactly as it is written.
    pub fn read(word: &str) -> Option<Self> {
        [Self::Strong, Self::Weak].into_iter().find(|lifecycle| lifecycle.as_str() == word)
    }
}

impl Association {
    /// Whether nothing of it may be changed.
    pub fn is_frozen(&self) -> bool {
        self.value.frozen.unwrap_or(false)
    }
}

impl Ord for AssociationKey {
    fn cmp(&self, other: &Self) -> Ordering {
        utf16_order(&self.resource_name, &other.resource_name)
            .then_with(|| utf16_order(&self.resource_namespace, &other.resource_namespace))
            .then_with(|| utf16_order(&self.resource_type, &other.resource_type))
            .then_with(|| utf16_order(&self.association_type, &other.association_type))
            .then_with(|| self.subject.cmp(&other.subject))
    }
}

impl PartialOrd for AssociationKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
