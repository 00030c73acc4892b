//! The base `http(s)://…`: history, level, policy and exemptions of any registry that speaks Confluent's API.
//!
//! No more of a history is fetched than the level, the choice of the predecessor and `--history` look at.

use super::registered::{Shelf, declared, previous, schema};
use super::way_on::told;
use super::{Base, BaseError, BaseSpec, Inquiry, Standing};
use crate::client::blocking::Client;
use crate::client::path::percent_decoded;
use crate::client::resolution::{asked_as, context_of, kept_as};
use crate::client::{
    Authorization, ClientError, Guid, OwnExemption, RegisteredVersion, ResolvedSubject, Schema, Settings,
    SubjectConfig, Verdict, is_address,
};
use crate::compat::{CompatibilityLevel, RESERVED_PROPERTY};
use crate::gate::estate::{Before, Candidate, PreviousVersion, RuleTreatment, Text};
use crate::policy::{Exemption, MAJOR_PROPERTY, PolicyLayer, Treatment, VERSION_PROPERTY};
use crate::records::wire::SchemaRef;
use crate::schema::names::{Context, SubjectName};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Subjects that are asked for at the same time.
const THREADS: usize = 4;

/// Most versions of one subject that are fetched.
const VERSIONS_MAX: usize = 5_000;

/// What was learnt of each subject.
type Known = BTreeMap<String, Result<Before, BaseError>>;

/// Versions by subject and number; `None` for one that is not there.
type Versions = BTreeMap<(String, u32), Option<Arc<RegisteredVersion>>>;

/// A registry as base.
pub(in crate::gate) struct Registry {
    client: Client,
    inquiry: Inquiry,
    /// The context that names without one lie in, where the address has one.
    context: Option<String>,
    /// Versions that others refer to.
    referenced: Mutex<Versions>,
    known: Mutex<Known>,
    /// By context: all that it has, or `None` where those are so many that each subject's are asked for.
    exemptions: Mutex<BTreeMap<String, Option<Arc<[OwnExemption]>>>>,
    has_policies: OnceLock<bool>,
}

/// The registry at `url`, whose credentials win over those of the inquiry.
pub(in crate::gate) fn open(url: &str, inquiry: Inquiry) -> Result<Registry, BaseError> {
    let mut settings = access(url, &inquiry).map_err(BaseError::Unavailable)?;
    settings.limits = inquiry.limits;
    // A check that waits long is worse than one that says so.
    settings.patience.tries = 2;
    let context = settings.addresses.first().and_then(|address| context_of(address));
    let client = Client::new(settings).map_err(|unusable| BaseError::Unavailable(unusable.to_string()))?;
    Ok(Registry {
        context,
        client,
        inquiry,
        referenced: Mutex::default(),
        known: Mutex::default(),
        exemptions: Mutex::default(),
        has_policies: OnceLock::new(),
    })
}

fn access(url: &str, inquiry: &Inquiry) -> Result<Settings, String> {
    let address = BaseSpec::Registry(url.to_owned()).shown();
    if address.contains(['?', '#']) {
        return Err(format!(
            "{}: the address of a registry ends before `?` and `#`",
            address.split(['?', '#']).next().unwrap_or("")
        ));
    }
    if !is_address(&address) {
        return Err(format!(
            "{address} is no address of a registry; write it as http://HOST:PORT or https://HOST:PORT"
        ));
    }
    let userinfo = url.split_once("://").and_then(|(_, rest)| {
        let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
        Some(authority.rsplit_once('@')?.0)
    });
    let authorization = match userinfo {
        Some(userinfo) => {
            let (username, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
            Some(Authorization::basic(&percent_decoded(username), &percent_decoded(password)))
        }
        None => inquiry.credentials.clone()?,
    };
    let mut settings = Settings::new([address]);
    settings.authorization = authorization;
    Ok(settings)
}

impl Registry {
    /// The numbers of a subject's live versions, in ascending order.
    pub(in crate::gate) fn live(&self, subject: &str) -> Result<Vec<u32>, BaseError> {
        Ok(self.client.versions(subject)?)
    }

    /// These versions of a subject with all they refer to, newest first; one that has gone meanwhile is left out.
    pub(in crate::gate) fn versions(&self, subject: &str, numbers: &[u32]) -> Result<Vec<PreviousVersion>, BaseError> {
        self.whole_history(subject, numbers)?.iter().map(|version| previous(self, version)).collect()
    }

    /// The mode in force for a subject where it keeps new versions out, `READONLY` and its like.
    pub(in crate::gate) fn closed_by_mode(&self, subject: &str) -> Result<Option<String>, BaseError> {
        const CLOSED: [&str; 4] = ["READONLY", "READONLY_OVERRIDE", "IMPORT", "FORWARD"];
        let there = self.client.resolve(subject)?;
        Ok(self.client.mode(&there.subject)?.filter(|mode| CLOSED.contains(&mode.as_str())))
    }

    /// The schema that a message names, an id in the context of `subject`, which may be empty; `None` where there is none.
    pub(in crate::gate) fn schema(&self, named: SchemaRef, subject: &str) -> Result<Option<Text>, BaseError> {
        let kept_as = kept_as(subject, self.context.as_deref());
        // Older registries take no subject here, and in the context of the address none is needed.
        let is_elsewhere = SubjectName::read(&kept_as).context() != self.context.as_deref().unwrap_or(Context::DEFAULT);
        let asked = self.asked_as(&kept_as);
        let asked = is_elsewhere.then_some(&*asked);
        let found = match named {
            SchemaRef::Id(id) => self.client.schema_by_id(id, asked)?,
            SchemaRef::Guid(guid) => self.client.schema_by_guid(Guid(guid))?,
        };
        found.map(|found| schema(&found, &format!("schema {named}"))).transpose()
    }

    fn learn(&self, subject: &str, candidate: Option<&Candidate>) -> Result<Before, BaseError> {
        let numbers = self.client.versions(subject)?;
        let ResolvedSubject { subject: asked, kept_as, config } = self.client.resolve(subject)?;
        let level = config.level.as_deref().map(|word| {
            CompatibilityLevel::read(word).ok_or_else(|| {
                BaseError::undecided(format!("the registry has level {word} for it, which this release does not know"))
            })
        });
        let level = level.transpose()?;
        let mut fetched = self.history(subject, candidate, &numbers, level, &config)?;
        // References are seen from where the versions are.
        fetched.iter_mut().for_each(|version| version.subject.clone_from(&kept_as));
        let versions = fetched.iter().map(|version| previous(self, version)).collect::<Result<_, _>>()?;
        let validates_fields = self.validates_fields(&asked, candidate, &fetched, &config)?;
        let rules = rules(&config, fetched.first());
        Ok(Before {
            rules,
            versions,
            lines_above: Vec::new(),
            level,
            policy: self.policy(&asked)?,
            exemptions: self.exemptions(&kept_as)?,
            treatment: Treatment { validates_fields, ..config.treatment() },
            compatibility_group: config.group,
            kept_as: (kept_as != subject).then_some(kept_as),
        })
    }

    /// Whether reserved fields are looked at. What the configuration leaves to the registry's own setting is asked only
    /// where a name is reserved; a registry that does not tell is taken to have the reference's default.
    fn validates_fields(
        &self,
        subject: &str,
        candidate: Option<&Candidate>,
        versions: &[RegisteredVersion],
        config: &SubjectConfig,
    ) -> Result<bool, BaseError> {
        let added = [&config.default_properties, &config.override_properties].into_iter();
        let mut all = added.chain(versions.iter().map(|version| &version.properties));
        let is_reserved = candidate.is_some_and(|candidate| candidate.reserved.is_some())
            || all.any(|properties| properties.contains_key(RESERVED_PROPERTY));
        match config.validates_fields {
            Some(validates) => Ok(validates),
            None if is_reserved && self.has_policies()? => Ok(self.client.validates_fields(subject)?.unwrap_or(false)),
            None => Ok(false),
        }
    }

    /// How a subject is asked for that the registry calls so.
    fn asked_as<'n>(&self, kept_as: &'n str) -> Cow<'n, str> {
        asked_as(kept_as, self.context.as_deref())
    }

    /// The versions that matter, newest first.
    fn history(
        &self,
        subject: &str,
        candidate: Option<&Candidate>,
        numbers: &[u32],
        there: Option<CompatibilityLevel>,
        config: &SubjectConfig,
    ) -> Result<Vec<RegisteredVersion>, BaseError> {
        let level = (self.inquiry.level)(subject, there);
        let newest = usize::try_from(self.inquiry.newest).unwrap_or(usize::MAX);
        let lays_down = |properties: &BTreeMap<String, String>| !properties.is_empty();
        let is_redeclared = lays_down(&config.default_properties) || lays_down(&config.override_properties);
        if level.is_transitive() || newest >= numbers.len() || is_redeclared {
            return self.whole_history(subject, numbers);
        }
        let group = config.group.as_deref();
        // A candidate that declares nothing joins the latest version, in line and group.
        let declares = candidate.is_none_or(Candidate::brings_metadata);
        let line = candidate.map_or(1, |candidate| candidate.declared.line());
        // What the candidate will have in a group of its own name cannot be known; then everything may matter.
        let group_value = match group {
            None => None,
            Some(MAJOR_PROPERTY) => Some(candidate.and_then(|it| it.declared.major).map(|major| major.to_string())),
            Some(VERSION_PROPERTY) => Some(candidate.and_then(|it| it.declared.version).map(|it| it.to_string())),
            Some(_) => Some(None),
        };
        let mut fetched: Vec<RegisteredVersion> = Vec::new();
        let (mut has_line, mut has_group) = (false, group_value.is_none());
        for number in numbers.iter().rev() {
            if fetched.len() >= newest && has_line && has_group {
                break;
            }
            if fetched.len() == VERSIONS_MAX {
                return Err(too_many(subject, numbers.len()));
            }
            let Some(version) = self.client.version(subject, *number)? else { continue };
            has_line |= !declares || declared(&version).line() == line;
            if let (Some(group), Some(value)) = (group, &group_value) {
                has_group |= !declares || version.properties.get(group) == value.as_ref();
            }
            fetched.push(version);
        }
        Ok(fetched)
    }

    fn whole_history(&self, subject: &str, numbers: &[u32]) -> Result<Vec<RegisteredVersion>, BaseError> {
        if numbers.len() > VERSIONS_MAX {
            return Err(too_many(subject, numbers.len()));
        }
        let newest_first: Vec<u32> = numbers.iter().rev().copied().collect();
        let threads = THREADS.min(newest_first.len() / 8 + 1); // a few versions are there sooner than threads
        let fetched = in_parallel(threads, &newest_first, |number| Ok(self.client.version(subject, *number)?));
        Ok(fetched.into_iter().collect::<Result<Vec<_>, BaseError>>()?.into_iter().flatten().collect())
    }

    /// Registries that have no policies are asked once whether they do.
    fn has_policies(&self) -> Result<bool, BaseError> {
        if let Some(known) = self.has_policies.get() {
            return Ok(*known);
        }
        let has = self.client.has_policies()?;
        Ok(*self.has_policies.get_or_init(|| has))
    }

    fn policy(&self, subject: &str) -> Result<PolicyLayer, BaseError> {
        if !self.has_policies()? {
            return Ok(PolicyLayer::default());
        }
        let told = self.client.policy(subject)?.unwrap_or_default();
        told.layer().map_err(|reason| BaseError::undecided(format!("the policy of the registry: {reason}")))
    }

    /// Those of a subject, by the name that the registry has for it.
    fn exemptions(&self, kept_as: &str) -> Result<Vec<Exemption>, BaseError> {
        if !self.has_policies()? {
            return Ok(Vec::new());
        }
        let name = SubjectName::read(kept_as);
        // One whose day cannot be read is in force on no day.
        let own = |told: &[OwnExemption]| -> Vec<Exemption> {
            told.iter().filter(|told| told.subject == kept_as).filter_map(OwnExemption::read).collect()
        };
        // Named with its context, whatever context the address has.
        let context = format!(":{}:", name.context());
        let lock = || self.exemptions.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock().get(&context).cloned();
        let of_context = match known {
            Some(known) => known,
            None => {
                let (told, is_all) = self.client.first_exemptions_of(&context)?;
                let told = is_all.then(|| Arc::from(told));
                lock().insert(context.clone(), told.clone());
                told
            }
        };
        match of_context {
            Some(told) => Ok(own(&told)),
            None => Ok(own(&self.client.exemptions_of(&format!("{context}{}", name.name()))?)),
        }
    }
}

impl Shelf for Registry {
    fn version(&self, subject: &str, version: u32) -> Result<Option<Arc<RegisteredVersion>>, BaseError> {
        let key = (subject.to_owned(), version);
        if let Some(known) = self.referenced.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(known.clone());
        }
        let found = self.client.referenced_version(&self.asked_as(subject), version)?;
        // Its own references are seen from where it is, too.
        let found = found.map(|found| Arc::new(RegisteredVersion { subject: subject.to_owned(), ..found }));
        self.referenced.lock().unwrap_or_else(PoisonError::into_inner).insert(key, found.clone());
        Ok(found)
    }
}

impl Base for Registry {
    fn name(&self) -> String {
        self.client.address().to_owned()
    }

    fn prepare(&self, candidates: &[Candidate]) -> Result<(), BaseError> {
        // The first is asked alone: what is wrong with the registry is told before it is asked a thousand times.
        let Some((first, rest)) = candidates.split_first() else { return Ok(()) };
        let learn = |candidate: &Candidate| match self.learn(&candidate.subject, Some(candidate)) {
            Err(error @ BaseError::Unavailable(_)) => Err(error),
            learnt => {
                let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
                known.insert(candidate.subject.clone(), learnt);
                Ok(())
            }
        };
        learn(first)?;
        in_parallel(THREADS, rest, learn).into_iter().collect()
    }

    fn before(&self, subject: &str, candidate: Option<&Candidate>) -> Result<Before, BaseError> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known().get(subject) {
            return known.clone();
        }
        let learnt = self.learn(subject, candidate);
        if candidate.is_none() {
            known().insert(subject.to_owned(), learnt.clone());
        }
        learnt
    }

    fn verdict(
        &self,
        subject: &str,
        schema: &str,
        properties: &BTreeMap<String, String>,
    ) -> Result<Option<Verdict>, BaseError> {
        // It stands alone: its references are written out in it.
        let properties = properties.iter();
        let schema = properties.fold(Schema::avro(schema), |schema, (name, value)| schema.with_property(name, value));
        Ok(self.client.compatibility(subject, &schema)?)
    }

    fn lines_above(&self, subject: &str, line: u32) -> Vec<u32> {
        self.client.lines_above(subject, line).unwrap_or_default()
    }

    /// Nothing: a registry holds the subjects of other teams as well.
    fn subjects(&self) -> Result<Vec<Standing>, BaseError> {
        Ok(Vec::new())
    }

    fn registered(&self) -> Result<Vec<String>, BaseError> {
        Ok(self.client.subjects()?)
    }
}

/// What becomes of the rules of a registration that brings none: those of the latest version, between default and
/// override.
fn rules(config: &SubjectConfig, latest: Option<&RegisteredVersion>) -> RuleTreatment {
    let inherited = latest.and_then(|latest| latest.rules.as_ref());
    let layers = [config.default_rules.as_ref(), inherited, config.override_rules.as_ref()];
    RuleTreatment {
        are_added: config.default_rules.is_some() || config.override_rules.is_some(),
        filled_in: layers.into_iter().flatten().cloned().reduce(|under, over| under.overlaid_with(&over)),
    }
}

fn too_many(subject: &str, versions: usize) -> BaseError {
    BaseError::undecided(format!("{subject} has {versions} versions; at most {VERSIONS_MAX} are fetched for a check"))
}

/// The results of `work` in the order of `items`; after a failure no more is begun.
fn in_parallel<T: Sync, R: Send>(
    threads: usize,
    items: &[T],
    work: impl Fn(&T) -> Result<R, BaseError> + Sync,
) -> Vec<Result<R, BaseError>> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(items.len()));
    let run = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return };
            let result = work(item);
            if result.is_err() {
                next.store(items.len(), Ordering::Relaxed);
            }
            done.lock().unwrap_or_else(PoisonError::into_inner).push((at, result));
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.min(items.len()) {
            scope.spawn(run);
        }
        run();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

impl From<ClientError> for BaseError {
    fn from(error: ClientError) -> Self {
        match error.concerns_one_subject() {
            true => Self::undecided(told(&error)),
            false => Self::Unavailable(told(&error)),
        }
    }
}
