//! The base `http(s)://…`: history, level, policy and exemptions of any registry that speaks Confluent's API.
//!
//! No more of a history is fetched than the level, the choice of the predecessor and `--history` look at.

use super::registered::{Shelf, declared, previous, schema};
use super::way_on::told;
use super::{Base, BaseError, BaseSpec, Inquiry, Standing};
use crate::client::blocking::Client;
use crate::client::{
    Authorization, ClientError, Guid, OwnExemption, OwnPolicy, RegisteredVersion, Schema, Settings, SubjectConfig,
    Verdict, is_address,
};
use crate::compat::CompatibilityLevel;
use crate::gate::estate::{Before, Candidate, Declared, PolicySetting, PreviousVersion, Text, Treatment};
use crate::policy::{Enforcement, Exemption, MAJOR_PROPERTY, Profile, Rules, VERSION_PROPERTY};
use crate::records::wire::SchemaRef;
use crate::schema::names::{Context, SubjectName};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Subjects that are asked for at the same time.
const THREADS: usize = 4;

/// Most versions of one subject that are fetched.
const VERSIONS_MAX: usize = 5_000;

/// Most major lines that are asked for above a candidate's.
const LINES_MAX: u32 = 100;

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
    exemptions: OnceLock<Vec<OwnExemption>>,
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
        exemptions: OnceLock::new(),
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

/// The context of `http://HOST:PORT/contexts/.c`, as servers read it: a colon at either end and a missing dot do not
/// matter. `None` for the default one.
fn context_of(address: &str) -> Option<String> {
    let (rest, context) = address.trim_end_matches('/').rsplit_once('/')?;
    rest.ends_with("/contexts").then_some(())?;
    let context = percent_decoded(context);
    let name = context.strip_prefix(':').unwrap_or(&context);
    let name = name.strip_suffix(':').unwrap_or(name);
    let name = name.strip_prefix('.').unwrap_or(name);
    (!name.is_empty()).then(|| format!(".{name}"))
}

/// What `%XX` stands for; anything else, and what is no UTF-8 then, stays as it is.
fn percent_decoded(text: &str) -> String {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match (first, tail) {
            (b'%', [high, low, ..]) => char::from(*high).to_digit(16).zip(char::from(*low).to_digit(16)),
            _ => None,
        };
        match escaped {
            Some((high, low)) => {
                decoded.extend(u8::try_from(high * 16 + low));
                rest = &tail[2..];
            }
            None => {
                decoded.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_owned())
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
        let (alias_of, _) = self.config(subject)?;
        let asked = alias_of.as_deref().unwrap_or(subject);
        Ok(self.client.mode(asked)?.filter(|mode| CLOSED.contains(&mode.as_str())))
    }

    /// The schema that a message names, an id in the context of `subject`; `None` where there is none.
    pub(in crate::gate) fn schema(&self, named: SchemaRef, subject: &SubjectName) -> Result<Option<Text>, BaseError> {
        // Older registries take no subject here, and in the default context none is needed.
        let asked = (!subject.is_in_default_context()).then_some(subject.as_str());
        let found = match named {
            SchemaRef::Id(id) => self.client.schema_by_id(id, asked)?,
            SchemaRef::Guid(guid) => self.client.schema_by_guid(Guid(guid))?,
        };
        found.map(|found| schema(&found, &format!("schema {named}"))).transpose()
    }

    fn learn(&self, subject: &str, candidate: Option<&Candidate>) -> Result<Before, BaseError> {
        let numbers = self.client.versions(subject)?;
        let (alias_of, config) = self.config(subject)?;
        let asked = alias_of.as_deref().unwrap_or(subject);
        let level = config.level.as_deref().map(|word| {
            CompatibilityLevel::read(word).ok_or_else(|| {
                BaseError::undecided(format!("the registry has level {word} for it, which this release does not know"))
            })
        });
        let level = level.transpose()?;
        let mut fetched = self.history(subject, candidate, &numbers, level, &config)?;
        // References are seen from where the versions are.
        fetched.iter_mut().for_each(|version| asked.clone_into(&mut version.subject));
        let versions = fetched.iter().map(|version| previous(self, version)).collect::<Result<_, _>>()?;
        let kept_as = self.kept_as(asked);
        Ok(Before {
            versions,
            lines_above: Vec::new(),
            level,
            policy: self.policy(asked)?,
            exemptions: self.exemptions(&kept_as)?,
            compatibility_group: config.group,
            kept_as: (kept_as != subject).then_some(kept_as),
            treatment: Treatment {
                normalizes: config.normalizes,
                default_properties: config.default_properties,
                override_properties: config.override_properties,
            },
        })
    }

    /// The subject that `subject` is an alias of, one hop as registries follow it, in a form in which it can be asked
    /// for; and the configuration in force.
    fn config(&self, subject: &str) -> Result<(Option<String>, SubjectConfig), BaseError> {
        let config = self.client.config(subject)?;
        // A subject without a configuration of its own is shown that of its context, alias included.
        let alias = match &config.alias {
            Some(_) => self.client.alias(subject)?,
            None => None,
        };
        let Some(alias) = alias else { return Ok((None, config)) };
        let named = SubjectName::read(&self.kept_as(subject));
        let target = SubjectName::referenced(&alias, named.context());
        // Inside a context a name without one is a name of that context.
        let target = match target.context() == Context::DEFAULT && self.context.is_some() {
            true => format!(":{}:{}", Context::DEFAULT, target.name()),
            false => target.as_str().to_owned(),
        };
        let config = self.client.config(&target)?;
        Ok((Some(target), config))
    }

    /// What the registry calls a subject.
    fn kept_as(&self, subject: &str) -> String {
        let is_qualified = subject.starts_with(":.") || subject.starts_with(":*:");
        let qualified = match &self.context {
            Some(context) if !is_qualified => format!(":{context}:{subject}"),
            Some(_) | None => subject.to_owned(),
        };
        SubjectName::read(&qualified).as_str().to_owned()
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
        let declares = candidate.is_none_or(|candidate| candidate.declared != Declared::default());
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

    fn policy(&self, subject: &str) -> Result<PolicySetting, BaseError> {
        if !self.has_policies()? {
            return Ok(PolicySetting::default());
        }
        let told = self.client.policy(subject)?;
        told.map_or(Ok(PolicySetting::default()), |policy| {
            setting(&policy).map_err(|reason| BaseError::undecided(format!("the policy of the registry: {reason}")))
        })
    }

    /// Those of a subject, by the name that the registry has for it.
    fn exemptions(&self, kept_as: &str) -> Result<Vec<Exemption>, BaseError> {
        if !self.has_policies()? {
            return Ok(Vec::new());
        }
        let all = match self.exemptions.get() {
            Some(all) => all,
            None => {
                let told = self.client.exemptions()?;
                self.exemptions.get_or_init(|| told)
            }
        };
        // One whose day cannot be read is in force on no day.
        Ok(all.iter().filter(|told| told.subject == kept_as).filter_map(exemption).collect())
    }
}

impl Shelf for Registry {
    fn version(&self, subject: &str, version: u32) -> Result<Option<Arc<RegisteredVersion>>, BaseError> {
        let key = (subject.to_owned(), version);
        if let Some(known) = self.referenced.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(known.clone());
        }
        let found = self.client.referenced_version(subject, version)?.map(Arc::new);
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
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(subject).cloned();
        known.unwrap_or_else(|| self.learn(subject, candidate))
    }

    fn verdict(&self, candidate: &Candidate, schema: &str) -> Result<Option<Verdict>, BaseError> {
        // It stands alone: its references are written out in it.
        let mut schema = Schema::avro(schema);
        if let Some(major) = candidate.declared.major {
            schema = schema.with_property(MAJOR_PROPERTY, &major.to_string());
        }
        if let Some(version) = candidate.declared.version {
            schema = schema.with_property(VERSION_PROPERTY, &version.to_string());
        }
        Ok(self.client.compatibility(&candidate.subject, &schema)?)
    }

    fn lines_above(&self, subject: &str, line: u32) -> Vec<u32> {
        let is_there = |line: &u32| {
            let property = BTreeMap::from([(MAJOR_PROPERTY.to_owned(), line.to_string())]);
            self.client.latest_with(subject, &property).is_ok_and(|told| told.value.is_some())
        };
        let above = line.saturating_add(1)..=line.saturating_add(LINES_MAX);
        above.take_while(is_there).collect()
    }

    /// Nothing: a registry holds the subjects of other teams as well.
    fn subjects(&self) -> Result<Vec<Standing>, BaseError> {
        Ok(Vec::new())
    }

    fn registered(&self) -> Result<Vec<String>, BaseError> {
        Ok(self.client.subjects()?)
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

fn setting(policy: &OwnPolicy) -> Result<PolicySetting, String> {
    let rules = policy.rules.iter().map(|(id, class)| (id.as_str(), class.as_str()));
    Ok(PolicySetting {
        profile: policy.profile.as_deref().map(Profile::read).transpose().map_err(|unknown| unknown.to_string())?,
        enforcement: policy
            .enforcement
            .as_deref()
            .map(Enforcement::read)
            .transpose()
            .map_err(|unknown| unknown.to_string())?,
        rules: Rules::parse(rules).map_err(|unknown| unknown.to_string())?,
    })
}

fn exemption(told: &OwnExemption) -> Option<Exemption> {
    Some(Exemption {
        fingerprint: told.fingerprint.clone(),
        subject: told.subject.clone(),
        change: told.change.clone(),
        path: told.path.clone(),
        reason: told.reason.clone(),
        approved_by: told.approved_by.clone(),
        expires: told.expires.parse().ok()?,
    })
}

impl From<ClientError> for BaseError {
    fn from(error: ClientError) -> Self {
        match error.concerns_one_subject() {
            true => Self::undecided(told(&error)),
            false => Self::Unavailable(told(&error)),
        }
    }
}
