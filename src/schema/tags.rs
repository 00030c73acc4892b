//! Inline tags: words that stand in a schema text itself, at a record or a field (`registry-semantics` 9.4).
//!
//! Where they stand and how they are changed is each language's own; see [`super::avro`].

/// A part of a schema that can bear tags.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entity {
    /// The full name of the record, for a field followed by a dot and its name. One dot in front means nothing.
    pub path: String,
    /// What stands there.
    pub entity_type: EntityType,
}

impl Entity {
    /// The same for two spellings of one entity.
    pub(super) fn key(&self) -> (&str, EntityType) {
        (self.path.strip_prefix('.').unwrap_or(&self.path), self.entity_type)
    }
}

/// What can bear tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntityType {
    /// A record.
    Record,
    /// A field of a record.
    Field,
}

impl EntityType {
    /// The spelling of requests and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Record => "sr_record",
            Self::Field => "sr_field",
        }
    }
}

/// An entity with tags, in order and each once where they were read from a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaggedEntity {
    /// Which.
    pub entity: Entity,
    /// At least one where they were read from a schema.
    pub tags: Vec<String>,
}

/// Tags to add and to remove. Within an entity adding comes first.
#[derive(Clone, Copy, Debug)]
pub struct TagChanges<'a> {
    /// To add, behind those that are there.
    pub add: &'a [TaggedEntity],
    /// To remove; one that is not there is no mistake.
    pub remove: &'a [TaggedEntity],
}

/// Why tags cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagProblem {
    /// The text defines no such entity.
    NoMatch {
        /// As asked.
        path: String,
    },
    /// The path has fewer parts than a name of its kind needs. The reference says so with the end of a range of parts.
    TooShort {
        /// Parts that the path has, less those that it needs.
        end: i8,
    },
    /// What the entity has for tags is no list. Ours: the reference fails (500).
    NoList {
        /// As asked.
        path: String,
    },
    /// The paths of what bears tags take more than a name repeated for each field may. Ours: the reference has no limit.
    LongPaths {
        /// At most so many bytes.
        max: usize,
    },
    /// The text would become longer than tags may make it. Ours: the reference has no limit but the topic's.
    LongText {
        /// At most so many bytes.
        max: usize,
    },
}
