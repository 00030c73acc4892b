//! Random commands from a seed against the real registry and a naive one: after every step, every reopening and every
//! failure both say the same.

use super::model::{Answer, Command, Content, Level, Mode, Model, context_of};
use super::model_associations::{NAMESPACE, Use, Wanted, own_subject};
use super::model_governance::{self, Governing};
use super::recovery::wait_until_writable;
use super::{ask, name_of, number, record, start, subject};
use sluicegate::compat::CompatibilityLevel;
use sluicegate::registry::journal::Journal;
use sluicegate::registry::{
    self, AskedAssociation, AskedReference, AskedResource, Association, AssociationFilter, AssociationRequest,
    Deletion, Lifecycle, Listing, Page, Registry, RegistryError, Submission, VersionListing, Way,
};
use sluicegate::schema::names::SchemaId;
use sluicegate::storage::memory::{Fault, MemoryStore};

const RUNS: u64 = 1_000;
const STEPS: usize = 50;
/// Versions of these hold plain records and may be referred to.
const TARGETS: [&str; 2] = ["r1", "r2"];
const REFERRERS: [&str; 2] = ["a", "b"];
const RESOURCES: [&str; 2] = ["t1", "t2"];

#[test]
fn the_registry_in_memory_does_what_the_model_does_first_half() {
    (0..RUNS / 2).for_each(|seed| run_in_memory(seed, MemoryStore::new()));
}

#[test]
fn the_registry_in_memory_does_what_the_model_does_second_half() {
    (RUNS / 2..RUNS).for_each(|seed| run_in_memory(seed, MemoryStore::keeping_everything()));
}

#[cfg(feature = "rocksdb")]
#[test]
fn the_registry_on_disk_does_what_the_model_does_first_half() {
    (RUNS..RUNS + RUNS / 2).for_each(run_on_disk);
}

#[cfg(feature = "rocksdb")]
#[test]
fn the_registry_on_disk_does_what_the_model_does_second_half() {
    (RUNS + RUNS / 2..2 * RUNS).for_each(run_on_disk);
}

#[cfg(feature = "rocksdb")]
fn run_on_disk(seed: u64) {
    let folder = quick_folder();
    let open = || sluicegate::storage::rocksdb::open(folder.path()).expect("a store that is whole");
    run(seed, &open, None);
    let found = sluicegate::storage::rocksdb::inspect(folder.path()).expect("a stopped store");
    assert!(found.findings.is_empty(), "seed {seed}: {:?}", found.findings);
}

/// A folder in memory where there is room: the question here is what is kept, and 50,000 real syncs would only show how
/// fast the disk is. That syncs happen is tested elsewhere.
#[cfg(feature = "rocksdb")]
fn quick_folder() -> tempfile::TempDir {
    let memory = "/dev/shm";
    let room = rustix::fs::statvfs(memory).map_or(0, |disk| disk.f_bavail * disk.f_frsize);
    let quick = (room > 1 << 30).then(|| tempfile::tempdir_in(memory));
    quick.and_then(Result::ok).unwrap_or_else(|| tempfile::tempdir().expect("a temporary folder"))
}

fn run_in_memory(seed: u64, store: MemoryStore) {
    run(seed, &|| store.journal(), Some(&store));
    super::replay::says_the_same_compacted(seed, &store);
}

/// One run. The journal is opened again now and then; only a store in memory can be made to fail.
pub(super) fn run(seed: u64, open: &dyn Fn() -> Journal, faulty: Option<&MemoryStore>) {
    let mut random = Random::new(seed);
    let mut model = Model::default();
    let mut registry = start(open());
    for step in 0..STEPS {
        let place = format!("seed {seed}, step {step}");
        if random.below(12) == 0 {
            registry.stop();
            drop(registry);
            registry = start(open());
            compare(&registry, &model, &format!("{place}, reopened"));
        }
        let command = random.command(&model);
        let fault = if random.below(40) == 0 { faulty } else { None };
        match fault {
            Some(store) => step_with_fault(&registry, &mut model, &command, store, &mut random, &place),
            None => {
                let expected = model.command(&command);
                let answer = execute(&registry, &command).map_err(|error| name_of(&error));
                let expected = expected.map_err(str::to_owned);
                assert_eq!(answer, expected, "{place}: {command:?}");
            }
        }
        compare(&registry, &model, &format!("{place}: {command:?}"));
    }
}

/// A write that fails is there afterwards or not, as a whole, and was not acknowledged.
fn step_with_fault(
    registry: &Registry,
    model: &mut Model,
    command: &Command,
    store: &MemoryStore,
    random: &mut Random,
    place: &str,
) {
    let written = random.below(2) == 0;
    let mut fault = Some(if written { Fault::FailAfter } else { Fault::FailBefore });
    store.set_faults(Some(Box::new(move |_| fault.take().unwrap_or(Fault::None))));
    let mut changed = model.clone();
    let expected: Answer = changed.command(command);
    let answer = execute(registry, command);
    match &answer {
        Err(RegistryError::Journal(_)) => {
            assert!(expected.is_ok(), "{place}: {command:?} had nothing to write");
            wait_until_writable(registry);
            if written {
                *model = changed;
            }
        }
        // Nothing had to be written.
        _ => {
            let answer = answer.map_err(|error| name_of(&error));
            assert_eq!(answer, expected.map_err(str::to_owned), "{place}: {command:?}");
            *model = changed;
        }
    }
    store.set_faults(None);
}

fn execute(registry: &Registry, command: &Command) -> Result<String, RegistryError> {
    let deletion = |permanent: bool| if permanent { Deletion::Permanent } else { Deletion::Soft };
    match command {
        Command::Register { subject: name, content, id, version } => {
            let submission =
                Submission { id: *id, version: version.map(|number| number as i32), ..submission(name, content) };
            let schema = ask(|reply| registry.register(submission, reply)).wait()?;
            Ok(format!("{} {}", schema.id, schema.version))
        }
        Command::DeleteVersion { subject: name, version, permanent } => {
            let selector = version.map_or(sluicegate::schema::names::VersionSelector::Latest, number);
            let deletion = deletion(*permanent);
            let version = ask(|reply| registry.delete_version(subject(name), selector, deletion, reply)).wait()?;
            Ok(version.to_string())
        }
        Command::DeleteSubject { subject: name, permanent } => {
            let deletion = deletion(*permanent);
            let versions = ask(|reply| registry.delete_subject(subject(name), deletion, reply)).wait()?;
            Ok(versions.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
        }
        Command::SetLevel { scope, level } => {
            let update = super::level_update(real_level(*level));
            ask(|reply| registry.update_config(subject(scope), update, reply)).wait()?;
            Ok(String::new())
        }
        Command::RemoveConfig { scope } => {
            ask(|reply| registry.remove_config(subject(scope), reply)).wait()?;
            Ok(String::new())
        }
        Command::SetMode { scope, mode, force } => {
            ask(|reply| registry.set_mode(subject(scope), Some(real_mode(*mode)), *force, reply)).wait()?;
            Ok(String::new())
        }
        Command::RemoveMode { scope } => {
            ask(|reply| registry.remove_mode(subject(scope), false, reply)).wait()?;
            Ok(String::new())
        }
        Command::DeleteContext { context } => {
            ask(|reply| registry.delete_context(context.as_str().into(), reply)).wait()?;
            Ok(String::new())
        }
        Command::Govern(governing) => model_governance::execute(registry, governing),
        Command::Put(wanted) => put(registry, wanted),
        Command::TakeAway { resource, kind, cascade } => {
            let filter = AssociationFilter { association_types: kind.iter().cloned().collect(), ..every() };
            let id = format!("id-{resource}");
            ask(|reply| registry.remove_associations(id, filter, *cascade, false, reply)).wait()?;
            Ok(String::new())
        }
    }
}

fn put(registry: &Registry, wanted: &Wanted) -> Result<String, RegistryError> {
    let text = |text: &str| Some(text.to_owned());
    let resource = AskedResource {
        name: text(&wanted.resource),
        namespace: text(NAMESPACE),
        id: text(&format!("id-{}", wanted.resource)),
        resource_type: None,
    };
    let asked = AskedAssociation {
        subject: wanted.subject.clone(),
        association_type: text(&wanted.kind),
        lifecycle: wanted.strong.map(|strong| if strong { Lifecycle::Strong } else { Lifecycle::Weak }),
        frozen: wanted.frozen,
        schema: wanted.schema.map(|mask| Submission::avro(subject(""), record(mask))),
        normalize: false,
    };
    let request = AssociationRequest { resource, associations: vec![asked] };
    let way = if wanted.create { Way::Create } else { Way::Update };
    let changed = ask(|reply| registry.put_associations(way, &subject(""), request, false, reply)).wait()?;
    Ok(changed.associations.first().map_or_else(String::new, |(association, schema)| {
        let schema = schema.as_ref().map(|schema| format!("{} {}", schema.id, schema.version));
        format!("{:?} {schema:?}", used(association))
    }))
}

fn every() -> AssociationFilter {
    AssociationFilter { resource_type: Some("topic".to_owned()), ..AssociationFilter::default() }
}

fn used(association: &Association) -> Use {
    let Association { key, value, .. } = association;
    let strong = value.lifecycle == Lifecycle::Strong;
    Use { subject: key.subject.to_string(), strong, frozen: association.is_frozen() }
}

fn submission(name: &str, content: &Content) -> Submission {
    match content {
        Content::Plain(mask) => Submission::avro(subject(name), record(*mask)),
        Content::Referring(target, version) => {
            let text = r#"{"type":"record","name":"U","fields":[{"name":"r","type":"R"}]}"#;
            let reference = AskedReference {
                name: Some("R".to_owned()),
                subject: Some(target.clone()),
                version: Some(*version as i32),
            };
            Submission { references: vec![reference], ..Submission::avro(subject(name), text) }
        }
    }
}

fn real_level(level: Level) -> CompatibilityLevel {
    match level {
        Level::None => CompatibilityLevel::None,
        Level::Backward => CompatibilityLevel::Backward,
        Level::ForwardTransitive => CompatibilityLevel::ForwardTransitive,
        Level::Full => CompatibilityLevel::Full,
    }
}

fn real_mode(mode: Mode) -> registry::Mode {
    match mode {
        Mode::ReadWrite => registry::Mode::ReadWrite,
        Mode::ReadOnly => registry::Mode::ReadOnly,
        Mode::Import => registry::Mode::Import,
    }
}

/// Everything a client can see.
fn compare(registry: &Registry, model: &Model, place: &str) {
    let listing = Listing { prefix: ":*:".to_owned(), deleted: true, deleted_only: false };
    let names: Vec<String> = registry.subjects(&listing, Page::ALL).iter().map(ToString::to_string).collect();
    assert_eq!(names, model.subjects.keys().cloned().collect::<Vec<_>>(), "subjects, {place}");
    let live = Listing { deleted: false, ..listing };
    let names: Vec<String> = registry.subjects(&live, Page::ALL).iter().map(ToString::to_string).collect();
    let expected = model.subjects.iter().filter(|(_, rows)| rows.values().any(|row| !row.deleted));
    assert_eq!(names, expected.map(|(name, _)| name.clone()).collect::<Vec<_>>(), "live subjects, {place}");

    for (name, rows) in &model.subjects {
        let all = VersionListing { deleted: true, ..VersionListing::default() };
        let versions = registry.versions(&subject(name), all, Page::ALL).expect("a subject with versions");
        let versions: Vec<_> = versions.into_iter().map(|(version, deleted)| (version.get(), deleted)).collect();
        let expected: Vec<_> = rows.iter().map(|(version, row)| (*version, row.deleted)).collect();
        assert_eq!(versions, expected, "versions of {name}, {place}");
        for (version, row) in rows {
            compare_version(registry, model, name, *version, row, place);
        }
    }
    for scope in ["", "a", ":.c:", ":.c:a"] {
        let level = registry.effective_config(&subject(scope)).level;
        assert_eq!(level, Some(real_level(model.level(scope))), "level of {scope}, {place}");
        assert_eq!(registry.effective_mode(&subject(scope)), real_mode(model.mode(scope)), "mode of {scope}, {place}");
        assert_eq!(registry.config(&subject(scope)).is_ok(), scope.is_empty() || model.levels.contains_key(scope));
        assert_eq!(registry.mode(&subject(scope)).is_ok(), scope.is_empty() || model.modes.contains_key(scope));
    }
    for context in [".", ".c"] {
        assert_eq!(registry.highest_id(context), SchemaId(model.highest(context)), "{context}, {place}");
    }
    compare_associations(registry, model, place);
    model_governance::compare(registry, &model.governance, place);
    let contexts: Vec<String> = registry.contexts("", Page::ALL).iter().map(ToString::to_string).collect();
    let expected: Vec<_> = std::iter::once(".".to_owned()).chain(model.contexts.iter().cloned()).collect();
    assert_eq!(contexts, expected, "contexts, {place}");
}

fn compare_version(registry: &Registry, model: &Model, name: &str, version: u32, row: &super::model::Row, place: &str) {
    let schema = registry.version(&subject(name), number(version), true).expect("a version");
    let expected = submission(name, &row.content);
    assert_eq!((schema.id.0, Some(&*schema.text)), (row.id, expected.text.as_deref()), "{name} {version}, {place}");
    assert_eq!(schema.stored.map(|stored| stored.deleted), Some(row.deleted), "{name} {version}, {place}");
    let by_id = registry.schema_by_id(schema.id, Some(&subject(name))).expect("a schema with this id");
    assert_eq!((by_id.guid, &by_id.text), (schema.guid, &schema.text), "id {}, {place}", row.id);
    for deleted in [false, true] {
        let ids = registry.referenced_by(&subject(name), number(version), deleted, Page::ALL).expect("a version");
        let ids: Vec<i32> = ids.into_iter().map(|id| id.0).collect();
        assert_eq!(ids, model.referring_ids(name, version, deleted), "referrers of {name} {version}, {place}");
    }
    let context = context_of(name);
    let ids = registry.ids_of_guid(&schema.guid.to_string());
    let id = ids.into_iter().find(|(other, _)| **other == *context).map(|(_, id)| id.0);
    assert_eq!(id, model.id_of(context, &row.content), "id of the content of {name} {version}, {place}");
    let shown = registry.schema_by_id(schema.id, Some(&subject(&context_prefix(context)))).expect("an id in use");
    let first = model.rows_of(context).filter(|(_, _, other)| other.id == row.id).min_by_key(|(_, _, row)| row.born);
    assert_eq!(Some(shown.subject.as_str()), first.map(|(name, _, _)| name.as_str()), "first use, {place}");
}

/// By every way that leads to them.
fn compare_associations(registry: &Registry, model: &Model, place: &str) {
    let told = |found: Vec<std::sync::Arc<Association>>| -> Vec<_> {
        let told = found
            .iter()
            .map(|found| (found.key.resource_name.to_string(), found.key.association_type.to_string(), used(found)));
        told.collect()
    };
    let all: Vec<_> =
        model.uses.iter().map(|((name, kind), used)| (name.clone(), kind.clone(), used.clone())).collect();
    assert_eq!(told(registry.associations_named(None, None, &every(), Page::ALL)), all, "associations, {place}");
    for name in RESOURCES {
        let own: Vec<_> = all.iter().filter(|(other, _, _)| other == name).cloned().collect();
        let found = registry.associations_of_resource(&format!("id-{name}"), &every(), Page::ALL);
        assert_eq!(told(found), own, "associations of {name} by id, {place}");
        let found = registry.associations_named(Some(name), Some(NAMESPACE), &every(), Page::ALL);
        assert_eq!(told(found), own, "associations of {name}, {place}");
    }
    for name in ["a", ":.c:a", ":.c:t1-key", ":.c:t1-value"] {
        let found = registry.associations_of_subject(&subject(name), &every(), Page::ALL);
        assert_eq!(told(found), model.users(name), "associations of subject {name}, {place}");
    }
}

fn context_prefix(context: &str) -> String {
    format!(":{context}:")
}

/// A small generator of our own, so that a seed means the same for ever.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % bound
    }

    fn one_of<T: Clone>(&mut self, options: &[T]) -> T {
        options[self.below(options.len())].clone()
    }

    fn command(&mut self, model: &Model) -> Command {
        match self.below(100) {
            0..30 => self.registration(model),
            30..42 => self.association(),
            42..47 => {
                let kind = if self.below(2) == 0 { None } else { Some(self.kind()) };
                Command::TakeAway { resource: self.one_of(&RESOURCES).to_owned(), kind, cascade: self.below(2) == 0 }
            }
            47..60 => {
                let version = if self.below(4) == 0 { None } else { Some(1 + self.below(5) as u32) };
                Command::DeleteVersion { subject: self.subject(), version, permanent: self.below(3) == 0 }
            }
            60..72 => Command::DeleteSubject { subject: self.subject(), permanent: self.below(2) == 0 },
            72..80 => {
                let level = self.one_of(&[Level::None, Level::Backward, Level::ForwardTransitive, Level::Full]);
                Command::SetLevel { scope: self.scope(), level }
            }
            80..84 => Command::RemoveConfig { scope: self.scope() },
            84..91 => {
                let mode = self.one_of(&[Mode::ReadWrite, Mode::ReadOnly, Mode::Import, Mode::ReadWrite]);
                Command::SetMode { scope: self.scope(), mode, force: self.below(2) == 0 }
            }
            91..94 => Command::RemoveMode { scope: self.scope() },
            94..99 => Command::Govern(self.governing()),
            _ => Command::DeleteContext { context: ".c".to_owned() },
        }
    }

    fn governing(&mut self) -> Governing {
        let number = self.below(4) as u8;
        let scope = if self.below(8) == 0 { ":.__GLOBAL:".to_owned() } else { self.scope() };
        match self.below(8) {
            0..3 => Governing::SetPolicy { scope, layer: self.one_of(&model_governance::layers()) },
            3 => Governing::RemovePolicy { scope },
            4..7 => Governing::AddExemption { number, subject: self.subject(), reason: self.below(2) as u8 },
            _ => Governing::RemoveExemption { number },
        }
    }

    fn registration(&mut self, model: &Model) -> Command {
        let subject = self.subject();
        let refers = REFERRERS.iter().any(|name| subject.ends_with(name)) && self.below(3) == 0;
        let content = match refers {
            true => Content::Referring(self.one_of(&TARGETS).to_owned(), 1 + self.below(3) as u32),
            false => Content::Plain(self.one_of(&[1, 2, 3, 7])),
        };
        let imports = model.mode(&subject) == Mode::Import;
        let with_id = self.below(10) < if imports { 9 } else { 1 };
        let id = with_id.then(|| self.below(12) as i32);
        let version = (self.below(4) == 0 && imports).then(|| 1 + self.below(4) as u32);
        Command::Register { subject, content, id, version }
    }

    fn association(&mut self) -> Command {
        let (resource, kind) = (self.one_of(&RESOURCES).to_owned(), self.kind());
        let subject = match self.below(4) {
            0 | 1 => Some(self.subject()),
            2 => Some(own_subject(&resource, &kind)),
            _ => None,
        };
        let schema = (self.below(3) == 0).then(|| self.one_of(&[1, 2, 3, 7]));
        let strong = self.one_of(&[None, None, Some(true), Some(false)]);
        let frozen = self.one_of(&[None, None, None, Some(true), Some(false)]);
        Command::Put(Wanted { create: self.below(2) == 0, resource, kind, subject, strong, frozen, schema })
    }

    fn kind(&mut self) -> String {
        self.one_of(&["key", "value"]).to_owned()
    }

    fn subject(&mut self) -> String {
        if self.below(12) == 0 {
            return own_subject(self.one_of(&RESOURCES), &self.kind());
        }
        let name = if self.below(2) == 0 { self.one_of(&TARGETS) } else { self.one_of(&REFERRERS) };
        if self.below(4) == 0 { format!(":.c:{name}") } else { name.to_owned() }
    }

    fn scope(&mut self) -> String {
        match self.below(4) {
            0 => String::new(),
            1 => ":.c:".to_owned(),
            _ => self.subject(),
        }
    }
}
