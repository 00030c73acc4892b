//! Associations in the naive registry: who uses what, decided with nothing but maps.

use super::model::{Answer, Content, Mode, Model};

/// The only namespace, which is a context too.
pub(super) const NAMESPACE: &str = "c";

/// What a resource is to use.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// Created, or else updated.
    pub(super) create: bool,
    pub(super) resource: String,
    pub(super) kind: String,
    pub(super) subject: Option<String>,
    pub(super) strong: Option<bool>,
    pub(super) frozen: Option<bool>,
    /// A schema to register: the fields of a plain record.
    pub(super) schema: Option<u32>,
}

/// What a resource uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Use {
    pub(super) subject: String,
    pub(super) strong: bool,
    pub(super) frozen: bool,
}

const INVALID: &str = "InvalidAssociation";

/// The subject that is a resource's own.
pub(super) fn own_subject(resource: &str, kind: &str) -> String {
    format!(":.{NAMESPACE}:{resource}-{kind}")
}

fn require(holds: bool, or_else: &'static str) -> Result<(), &'static str> {
    if holds { Ok(()) } else { Err(or_else) }
}

impl Wanted {
    fn fill_in(&mut self) -> Result<(), &'static str> {
        if self.schema.is_some() {
            require(self.strong != Some(false) && self.frozen.is_none_or(|frozen| frozen == self.create), INVALID)?;
            (self.strong, self.frozen) = (Some(true), Some(self.create));
        }
        let (strong, frozen) = (*self.strong.get_or_insert(false), *self.frozen.get_or_insert(false));
        require(strong || !frozen, INVALID)
    }
}

impl Model {
    /// Answers with the association if it changed, and with what was registered.
    pub(super) fn put(&mut self, wanted: &Wanted) -> Answer {
        let mut wanted = wanted.clone();
        let own = own_subject(&wanted.resource, &wanted.kind);
        if wanted.create {
            wanted.fill_in()?;
            let is_own = wanted.subject.as_ref().map_or(wanted.strong == Some(true), |subject| *subject == own);
            require(wanted.strong == Some(true) || wanted.subject.is_some() && !is_own, INVALID)?;
            require(is_own || wanted.frozen != Some(true), INVALID)?;
            wanted.subject.get_or_insert_with(|| own.clone());
        }
        require(wanted.strong != Some(false) || wanted.schema.is_none() && wanted.frozen != Some(true), INVALID)?;
        if let Some(subject) = &wanted.subject {
            require(self.mode(subject) != Mode::ReadOnly, "AssociationReadOnly")?;
        }
        let place = (wanted.resource.clone(), wanted.kind.clone());
        let known = self.uses.get(&place).cloned();
        if known.is_none() {
            wanted.fill_in()?;
        }
        let subject = wanted.subject.clone().or_else(|| Some(known.as_ref()?.subject.clone()));
        let subject = subject.or_else(|| (wanted.strong == Some(true)).then(|| own.clone())).ok_or(INVALID)?;
        let strong = wanted.strong.or(known.as_ref().map(|known| known.strong)).unwrap_or(false);
        require(strong || wanted.schema.is_none() && subject != own, INVALID)?;
        require(subject == own || !known.as_ref().map_or(wanted.frozen == Some(true), |known| known.frozen), INVALID)?;
        let is_kept = match &known {
            None => {
                self.require_fresh(&wanted, &subject)?;
                false
            }
            Some(known) => self.may_stay(&wanted, known, &subject)?,
        };
        self.require_free(&wanted, &place, &subject, strong)?;
        let content = wanted.schema.map(Content::Plain);
        if let Some(content) = &content {
            require(self.is_compatible(&subject, content), "AssociationIncompatible")?;
        }
        let registered = match &content {
            Some(content) if self.mode(&subject) != Mode::Import => Some(self.register(&subject, content, None, None)?),
            _ => None,
        };
        if is_kept {
            return Ok(String::new());
        }
        require(self.mode(&subject) != Mode::ReadOnly, "AssociationReadOnly")?;
        let frozen = wanted.frozen.or(known.map(|known| known.frozen)).unwrap_or(false);
        let made = Use { subject, strong, frozen };
        let answer = format!("{made:?} {registered:?}");
        self.uses.insert(place, made);
        Ok(answer)
    }

    /// A frozen association begins with the first version.
    fn require_fresh(&self, wanted: &Wanted, subject: &str) -> Result<(), &'static str> {
        if wanted.frozen != Some(true) || self.mode(subject) == Mode::Import {
            return Ok(());
        }
        require(wanted.schema.is_some() || !wanted.create, INVALID)?;
        let latest = self.subjects.get(subject).and_then(|rows| rows.iter().rev().find(|(_, row)| !row.deleted));
        let is_first = |number: u32| number == 1 && self.has(subject, wanted.schema);
        require(latest.is_none_or(|(number, _)| is_first(*number)), INVALID)
    }

    fn has(&self, subject: &str, schema: Option<u32>) -> bool {
        let content = schema.map(Content::Plain);
        let mut live = self.subjects.get(subject).into_iter().flat_map(|rows| rows.values()).filter(|row| !row.deleted);
        live.any(|row| Some(&row.content) == content.as_ref())
    }

    /// Whether what is there is what is wanted; else it must be open to the change.
    fn may_stay(&self, wanted: &Wanted, known: &Use, subject: &str) -> Result<bool, &'static str> {
        let same_frozen = wanted.frozen.is_none_or(|frozen| frozen == known.frozen);
        let is_same = known.subject == subject && wanted.strong.is_none_or(|strong| strong == known.strong);
        if is_same && same_frozen {
            let may_stay = !wanted.create || wanted.schema.is_none() || self.has(subject, wanted.schema);
            return require(may_stay, "AssociationForResourceExists").map(|()| true);
        }
        require(!wanted.create, "AssociationForResourceExists")?;
        require(wanted.strong.is_some() || wanted.schema.is_some(), INVALID)?;
        require(known.subject == subject && same_frozen, INVALID)?;
        require(!known.frozen, "AssociationFrozen").map(|()| false)
    }

    fn require_free(
        &self,
        wanted: &Wanted,
        place: &(String, String),
        subject: &str,
        strong: bool,
    ) -> Result<(), &'static str> {
        let rows = self.subjects.get(subject);
        let is_live = rows.is_some_and(|rows| rows.values().any(|row| !row.deleted));
        require(is_live || wanted.schema.is_some(), "NoLiveVersion")?;
        let mut others = self.uses.iter().filter(|(other, used)| *other != place && used.subject == subject);
        match strong {
            true => require(others.next().is_none(), "AssociationForSubjectExists"),
            false => require(others.all(|(_, used)| !used.strong), "StrongAssociationForSubjectExists"),
        }
    }

    /// Takes what a resource uses away, with `cascade` strong subjects too: all of it or nothing.
    pub(super) fn take_away(&mut self, resource: &str, kind: Option<&str>, cascade: bool) -> Answer {
        let fits = |(other, of): &(String, String)| other == resource && kind.is_none_or(|kind| kind == of);
        let found: Vec<_> =
            self.uses.iter().filter(|(place, _)| fits(place)).map(|(p, u)| (p.clone(), u.clone())).collect();
        require(!found.is_empty(), "AssociationNotFound")?;
        for (_, used) in &found {
            require(self.mode(&used.subject) != Mode::ReadOnly, "AssociationReadOnly")?;
            require(cascade || !used.frozen, "AssociationFrozen")?;
        }
        let mut after = self.clone();
        for (place, used) in found {
            after.uses.remove(&place);
            if cascade && used.strong && after.mode(&used.subject) != Mode::Import {
                after.forget(&used.subject)?;
            }
        }
        *self = after;
        Ok(String::new())
    }

    fn forget(&mut self, subject: &str) -> Result<(), &'static str> {
        let Some(rows) = self.subjects.get(subject).cloned() else { return Ok(()) };
        for version in rows.keys() {
            let mut referrers = self.referrers(subject, *version, true).into_iter();
            require(referrers.all(|referrer| referrer == subject), "Referenced")?;
        }
        self.subjects.insert(subject.to_owned(), Default::default());
        self.forget_if_empty(subject);
        Ok(())
    }

    /// What forbids taking versions of a subject away.
    pub(super) fn require_unused(&self, subject: &str) -> Result<(), &'static str> {
        require(self.uses.values().all(|used| used.subject != subject), "AssociationForSubjectExists")
    }

    /// Whether a soft delete would leave a subject in use without a live version.
    pub(super) fn require_not_last(&self, subject: &str, version: u32) -> Result<(), &'static str> {
        let mut live = self.subjects[subject].iter().filter(|(_, row)| !row.deleted);
        let is_last = live.all(|(number, _)| *number == version);
        require(!is_last || self.require_unused(subject).is_ok(), "NoLiveVersion")
    }

    /// What uses a subject, sorted.
    pub(super) fn users(&self, subject: &str) -> Vec<(String, String, Use)> {
        let users = self.uses.iter().filter(|(_, used)| used.subject == subject);
        users.map(|((resource, kind), used)| (resource.clone(), kind.clone(), used.clone())).collect()
    }
}
