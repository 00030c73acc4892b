//! References among files: which files hold the named types that a schema uses and does not define itself.
//!
//! A file that uses such a name gets the texts that define it, in either order of the files: first those that its
//! subject's `references` list, else any schema file at hand that defines the full name.

use super::report::Problem;
use crate::policy::answer::FilePosition;
use crate::schema::ReferencedText;
use crate::schema::avro::{self, Mentions, Need};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Most schemas that one schema may refer to, directly and through others: the limit of registrations.
pub const REFERENCES_MAX: usize = 1_000;

/// A schema file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaFile {
    /// Its name, the same for every mention of it.
    pub file: String,
    /// What it holds.
    pub text: Arc<str>,
    /// The files that define what it refers to, where that is configured.
    pub references: Vec<String>,
}

/// Schema files in which definitions are looked for.
#[derive(Debug, Default)]
pub struct Definitions {
    files: Vec<SchemaFile>,
    mentions: Vec<Mentions>,
    by_file: BTreeMap<String, usize>,
    by_name: BTreeMap<String, Definers>,
    /// A full name for each simple one, for hints.
    by_simple_name: BTreeMap<String, String>,
}

/// Who defines a name. Files that are about nothing else than the name stand for all others.
#[derive(Clone, Copy, Debug)]
struct Definers {
    first: usize,
    /// A file that defines it differently.
    rival: Option<usize>,
    are_roots: bool,
}

/// Whether `text` uses a name that it does not define. Cheap, and false for a text that is no schema.
pub fn needs_references(text: &str) -> bool {
    avro::mentions(text).is_some_and(|mentions| !mentions.needed.is_empty())
}

impl Definitions {
    /// Reads the names of every file once. Of files with the same name the first counts.
    pub fn new(files: Vec<SchemaFile>) -> Self {
        let mut definitions = Self::default();
        for file in files {
            if definitions.by_file.contains_key(&file.file) {
                continue;
            }
            let at = definitions.files.len();
            definitions.by_file.insert(file.file.clone(), at);
            definitions.mentions.push(avro::mentions(&file.text).unwrap_or_default());
            definitions.files.push(file);
            definitions.note_definitions(at);
        }
        definitions
    }

    fn note_definitions(&mut self, at: usize) {
        let definition = |file: usize, name: &str| avro::definition_text(&self.files[file].text, name);
        for defined in &self.mentions[at].defined {
            let alone = Definers { first: at, rival: None, are_roots: defined.is_root };
            let Some(known) = self.by_name.get_mut(&defined.name) else {
                let simple = simple_name(&defined.name).to_owned();
                self.by_simple_name.entry(simple).or_insert_with(|| defined.name.clone());
                self.by_name.insert(defined.name.clone(), alone);
                continue;
            };
            match (known.are_roots, defined.is_root) {
                (false, true) => *known = alone,
                (true, false) => {}
                _ if known.first == at || known.rival.is_some() => {}
                _ if definition(known.first, &defined.name) == definition(at, &defined.name) => {}
                _ => known.rival = Some(at),
            }
        }
    }

    /// The texts that `file` refers to, directly and through others, each after what it refers to itself.
    ///
    /// `file` need not be among them. A text that is no schema refers to nothing; its parser says what is wrong.
    ///
    /// # Errors
    /// A name nobody defines, or that two files define differently; files that refer to each other in a circle; more
    /// than [`REFERENCES_MAX`]. With the place of the name.
    pub fn references_of(&self, file: &SchemaFile) -> Result<Vec<ReferencedText>, Problem> {
        let Some(mentions) = avro::mentions(&file.text) else { return Ok(Vec::new()) };
        if mentions.needed.is_empty() {
            return Ok(Vec::new());
        }
        Search {
            definitions: self,
            start: file,
            start_mentions: &mentions,
            path: vec![Step { file: None, next: 0, wanted: String::new() }],
            found: Vec::new(),
            provided: BTreeSet::new(),
        }
        .run()
    }
}

/// A walk along the references of one file.
struct Search<'l> {
    definitions: &'l Definitions,
    start: &'l SchemaFile,
    start_mentions: &'l Mentions,
    /// From the start to the file being looked at.
    path: Vec<Step>,
    found: Vec<ReferencedText>,
    /// Names that the files found so far define.
    provided: BTreeSet<&'l str>,
}

struct Step {
    /// `None` for the start.
    file: Option<usize>,
    /// The need to look at next.
    next: usize,
    /// The name for which it was entered.
    wanted: String,
}

impl<'l> Search<'l> {
    fn run(mut self) -> Result<Vec<ReferencedText>, Problem> {
        while let Some(step) = self.path.last_mut() {
            let (file, next) = (step.file, step.next);
            step.next += 1;
            let Some(need) = self.mentions(file).needed.get(next) else {
                let step = self.path.pop().expect("the loop has just seen it");
                if let Some(file) = step.file {
                    self.finish(file, step.wanted)?;
                }
                continue;
            };
            let is_provided = |name: &str| self.provided.contains(name);
            if is_provided(&need.name) || need.bare.as_deref().is_some_and(is_provided) {
                continue;
            }
            let (name, target) = self.definer(file, need)?;
            self.refuse_circle(file, need, target)?;
            self.path.push(Step { file: Some(target), next: 0, wanted: name.to_owned() });
        }
        Ok(self.found)
    }

    fn finish(&mut self, file: usize, wanted: String) -> Result<(), Problem> {
        if self.found.len() == REFERENCES_MAX {
            let message = format!("it refers to more than {REFERENCES_MAX} schemas, directly and through others");
            return Err(Problem { message, at: None });
        }
        let definitions = self.definitions;
        self.provided.extend(definitions.mentions[file].defined.iter().map(|defined| defined.name.as_str()));
        self.found.push(ReferencedText { name: wanted, text: Arc::clone(&definitions.files[file].text) });
        Ok(())
    }

    /// Who defines what `file` needs, and under which of its names.
    fn definer(&self, file: Option<usize>, need: &'l Need) -> Result<(&'l str, usize), Problem> {
        let names = || std::iter::once(need.name.as_str()).chain(need.bare.as_deref());
        for name in names() {
            if let Some(target) = self.configured(file, name)? {
                return Ok((name, target));
            }
        }
        for name in names() {
            if let Some(target) = self.discovered(file, name, need)? {
                return Ok((name, target));
            }
        }
        let unseen = || "; if a file does define it, list that under `references` of this subject".to_owned();
        let hint = self.definitions.by_simple_name.get(simple_name(&need.name)).map_or_else(unseen, |name| {
            format!("; {} defines `{name}`", self.definitions.files[self.definitions.by_name[name].first].file)
        });
        let message = format!("`{}` is used here and defined in no schema file{hint}", need.name);
        Err(self.problem(file, need, message))
    }

    /// A definition in the files that are configured for `file`, or for the start.
    fn configured(&self, file: Option<usize>, name: &str) -> Result<Option<usize>, Problem> {
        let own = file.map_or(&[][..], |file| &self.definitions.files[file].references);
        for listed in own.iter().chain(&self.start.references) {
            let Some(&target) = self.definitions.by_file.get(listed) else {
                let message = format!("`references` lists {listed}, which cannot be read or is no schema file");
                return Err(Problem { message, at: None });
            };
            let defines = self.definitions.mentions[target].defined.iter().any(|defined| defined.name == name);
            if defines && Some(target) != file && *listed != self.start.file {
                return Ok(Some(target));
            }
        }
        Ok(None)
    }

    /// The definition in any file.
    fn discovered(&self, file: Option<usize>, name: &str, need: &Need) -> Result<Option<usize>, Problem> {
        let Some(definers) = self.definitions.by_name.get(name) else { return Ok(None) };
        let Some(rival) = definers.rival else { return Ok(Some(definers.first)) };
        let (one, two) = (&self.definitions.files[definers.first].file, &self.definitions.files[rival].file);
        let message = format!(
            "`{name}` is used here and defined differently in {one} and {two}: list the right one in the subject's \
             `references`"
        );
        Err(self.problem(file, need, message))
    }

    fn refuse_circle(&self, file: Option<usize>, need: &Need, target: usize) -> Result<(), Problem> {
        let is_start = self.definitions.files[target].file == self.start.file;
        let from = match is_start {
            true => Some(0),
            false => self.path.iter().position(|step| step.file == Some(target)),
        };
        let Some(from) = from else { return Ok(()) };
        let mut circle: Vec<&str> = self.path[from..].iter().map(|step| self.file(step.file).file.as_str()).collect();
        circle.push(circle[0]);
        let message = format!("`{}` closes a circle of references: {}", need.name, circle.join(" -> "));
        Err(self.problem(file, need, message))
    }

    fn problem(&self, file: Option<usize>, need: &Need, message: String) -> Problem {
        let file = self.file(file);
        let place = need.position(&file.text);
        let at = FilePosition { file: file.file.clone(), line: place.line, column: place.column };
        Problem { message, at: Some(at) }
    }

    fn file(&self, file: Option<usize>) -> &'l SchemaFile {
        file.map_or(self.start, |file| &self.definitions.files[file])
    }

    fn mentions(&self, file: Option<usize>) -> &'l Mentions {
        file.map_or(self.start_mentions, |file| &self.definitions.mentions[file])
    }
}

fn simple_name(full: &str) -> &str {
    full.rsplit('.').next().unwrap_or(full)
}
