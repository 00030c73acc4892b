//! How a registry is asked from outside: the part of Confluent's API that every compatible registry has.
//!
//! Endpoints of our own (`command-line` 3) are asked as well; a registry that does not have them answers 404. Blocking,
//! shareable between threads, and silent about credentials in whatever it prints.

mod access;
mod answers;
mod call;
mod error;
mod path;

pub use access::{Access, Authorization, is_address};
pub use answers::{
    OwnExemption, OwnPolicy, RegisteredSchema, RegisteredVersion, SubjectConfig, Verdict, VersionReference,
};
pub use call::Limits;
pub use error::{ClientError, Trouble};

use call::{Caller, Found};
use path::segment;
use serde_json::{Map, Value, json};

/// A registry to ask.
#[derive(Debug)]
pub struct Client {
    caller: Caller,
}

impl Client {
    /// Nothing is sent yet.
    pub fn new(access: Access, limits: Limits) -> Self {
        Self { caller: Caller::new(access, limits) }
    }

    /// The registry's address, without credentials.
    pub fn address(&self) -> &str {
        self.caller.address()
    }

    /// The names of all subjects with a live version.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn subjects(&self) -> Result<Vec<String>, ClientError> {
        match self.caller.get("/subjects", &[])? {
            Found::Answer(answer) => answers::names(&answer).ok_or_else(|| self.caller.garbage("/subjects")),
            Found::Nothing => Ok(Vec::new()),
        }
    }

    /// The numbers of a subject's live versions, in ascending order; empty for a subject that is not there.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn versions(&self, subject: &str) -> Result<Vec<u32>, ClientError> {
        let path = format!("/subjects/{}/versions", segment(subject));
        match self.caller.get(&path, &[40401])? {
            Found::Answer(answer) => answers::versions(&answer).ok_or_else(|| self.caller.garbage(&path)),
            Found::Nothing => Ok(Vec::new()),
        }
    }

    /// One live version of a subject; `None` where there is none.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn version(&self, subject: &str, version: u32) -> Result<Option<RegisteredVersion>, ClientError> {
        self.version_at(subject, version, "")
    }

    /// The same for a version that another refers to: it counts even if it is soft-deleted.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn referenced_version(&self, subject: &str, version: u32) -> Result<Option<RegisteredVersion>, ClientError> {
        self.version_at(subject, version, "?deleted=true")
    }

    fn version_at(&self, subject: &str, version: u32, query: &str) -> Result<Option<RegisteredVersion>, ClientError> {
        let path = format!("/subjects/{}/versions/{version}{query}", segment(subject));
        match self.caller.get(&path, &[40401, 40402])? {
            Found::Answer(answer) => {
                answers::version(&answer, subject, version).map(Some).ok_or_else(|| self.caller.garbage(&path))
            }
            Found::Nothing => Ok(None),
        }
    }

    /// The schema that has an id; `None` where none has it. Ids belong to a context: that of `subject`, where one is
    /// named, else the default one.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn schema_by_id(&self, id: u32, subject: Option<&str>) -> Result<Option<RegisteredSchema>, ClientError> {
        let query = subject.map_or_else(String::new, |subject| format!("?subject={}", segment(subject)));
        self.schema(&format!("/schemas/ids/{id}{query}"))
    }

    /// The schema that has a guid, which is the same in every registry; `None` where none has it.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn schema_by_guid(&self, guid: &str) -> Result<Option<RegisteredSchema>, ClientError> {
        self.schema(&format!("/schemas/guids/{}", segment(guid)))
    }

    fn schema(&self, path: &str) -> Result<Option<RegisteredSchema>, ClientError> {
        // 40403 says that there is no such schema; 404 alone that the registry is too old to know guids.
        match self.caller.get(path, &[40403])? {
            Found::Answer(answer) => answers::schema(&answer).map(Some).ok_or_else(|| self.caller.garbage(path)),
            Found::Nothing => Ok(None),
        }
    }

    /// The configuration in force for a subject, whether it exists or not.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn config(&self, subject: &str) -> Result<SubjectConfig, ClientError> {
        let path = format!("/config/{}?defaultToGlobal=true", segment(subject));
        // Older registries know no `defaultToGlobal`, and answer that the subject has no level of its own.
        let (path, answer) = match self.caller.get(&path, &[40401, 40408])? {
            Found::Answer(answer) => (path, answer),
            Found::Nothing => match self.caller.get("/config", &[])? {
                Found::Answer(answer) => ("/config".to_owned(), answer),
                Found::Nothing => return Err(self.caller.garbage("/config")),
            },
        };
        answers::config(&answer).ok_or_else(|| self.caller.garbage(&path))
    }

    /// The policy in force for a subject, of a registry that has policies; without what is set nowhere.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn policy(&self, subject: &str) -> Result<Option<OwnPolicy>, ClientError> {
        let path = format!("/policy/{}?defaultToGlobal=true&withoutDefaults=true", segment(subject));
        self.own(&path, answers::policy)
    }

    /// Whether the registry has policies and exemptions at all.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn has_policies(&self) -> Result<bool, ClientError> {
        Ok(self.own("/policy?defaultToGlobal=true", answers::policy)?.is_some())
    }

    /// The exemptions, of a registry that has them.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn exemptions(&self) -> Result<Vec<OwnExemption>, ClientError> {
        Ok(self.own("/exemptions", answers::exemptions)?.unwrap_or_default())
    }

    /// What the registry itself says about `schema` as the next version of a subject, on the level in force there.
    /// `None` for a subject that is not there.
    ///
    /// `schema` stands alone, its references written out in it. `properties` become its metadata.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn compatibility(
        &self,
        subject: &str,
        schema: &str,
        properties: &[(&str, String)],
    ) -> Result<Option<Verdict>, ClientError> {
        let path = format!("/compatibility/subjects/{}/versions?verbose=true", segment(subject));
        let mut body = json!({ "schema": schema });
        if !properties.is_empty() {
            let properties = properties.iter().map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str())));
            body["metadata"] = json!({ "properties": properties.collect::<Map<_, _>>() });
        }
        match self.caller.post(&path, &body.to_string(), &[40401, 40402])? {
            Found::Answer(answer) => answers::verdict(&answer).map(Some).ok_or_else(|| self.caller.garbage(&path)),
            Found::Nothing => Ok(None),
        }
    }

    /// Asks an endpoint of our own: any 404 or 405 says that it is not there.
    fn own<T>(&self, path: &str, read: fn(&Value) -> Option<T>) -> Result<Option<T>, ClientError> {
        match self.caller.get_if_there(path)? {
            Found::Answer(answer) => read(&answer).map(Some).ok_or_else(|| self.caller.garbage(path)),
            Found::Nothing => Ok(None),
        }
    }
}
