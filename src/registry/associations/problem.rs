//! What can be wrong with a request about associations, as facts (42212; release 8.3.1 for the conditions).

/// Why a request cannot be carried out as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssociationProblem {
    /// A batch has no requests.
    NoRequests,
    /// A batch has too many requests, or operations in them. Ours: the reference has no limit.
    TooManyRequests {
        /// At most so many of either.
        max: usize,
    },
    /// A batch asks for schemas that would make its answer too long; it may ask for fewer. Ours: the reference has no
    /// limit.
    TooMuchText {
        /// At most so many bytes of text.
        max: usize,
    },
    /// Parts of the batch before this one have failed, by level or policy, with so much to say that nothing more is
    /// tried. Ours.
    TooMuchRefused,
    /// Parts of the batch before this one have brought schemas that were so much to check that nothing more is. Ours.
    TooMuchToCheck,
    /// A request has no associations.
    NoAssociations,
    /// A name of the resource is missing.
    NameMissing(NameMember),
    /// A name of the resource, or its id, has too many UTF-16 units; of an id that is ours.
    NameTooLong {
        /// Which name.
        member: NameMember,
        /// At most so many.
        max: usize,
    },
    /// A name of the resource has something other than letters, digits, `_` and `-`.
    NameCharacter {
        /// Which name.
        member: NameMember,
        /// The first such character.
        character: char,
    },
    /// The resource's id is missing.
    ResourceIdMissing,
    /// Path and body name different resources.
    ResourceIdDiffers,
    /// A resource that is no topic.
    ResourceTypeUnknown,
    /// The resource is known under other names than the request's.
    ResourceNamesDiffer,
    /// A question about a resource says neither its id nor its name.
    NeitherIdNorName,
    /// A question about a resource says its name without the namespace.
    NamespaceMissing,
    /// The subject is empty or has a control character.
    SubjectMissing,
    /// The subject has more bytes than any path could. Ours: the reference has no limit.
    SubjectTooLong {
        /// At most so many.
        max: usize,
    },
    /// Neither `key` nor `value`.
    TypeUnknown,
    /// Two associations of one type in a request.
    TypeTwice {
        /// Which.
        association_type: &'static str,
    },
    /// A weak association brings a schema.
    WeakWithSchema,
    /// A weak association without a subject.
    WeakWithoutSubject,
    /// A weak association asks to be frozen.
    WeakFrozen,
    /// A weak association with the subject that is the resource's own.
    WeakWithOwnSubject {
        /// That subject.
        own: String,
    },
    /// A frozen association with a subject that is not the resource's own.
    FrozenWithOtherSubject {
        /// The subject it would have to have.
        own: String,
    },
    /// A new association brings a schema and asks not to be frozen.
    NotFrozenWithSchema,
    /// An update makes an association and asks for it to be frozen.
    FrozenByUpdate,
    /// A new frozen association brings no schema.
    FrozenWithoutSchema,
    /// A new frozen association whose subject has schemas already.
    FrozenOverSchemas,
    /// An update that says nothing new.
    NothingToUpdate,
    /// An update with another subject.
    SubjectChanged {
        /// As it is.
        from: String,
        /// As asked.
        to: String,
    },
    /// An update that freezes or thaws.
    FrozenChanged,
}

/// Which of a resource's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the members' own names")]
pub enum NameMember {
    ResourceName,
    ResourceNamespace,
    ResourceId,
}
