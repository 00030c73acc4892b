//! Keys. Compaction compares their bytes, so there is one way to write each and many ways to read it.

use std::borrow::Cow;

use super::json::{Malformed, ObjectWriter, Reader};
use super::{Unreadable, governance};
use crate::registry::record::{AssociationKey, FactKey};
use crate::schema::names::{SubjectName, Version};

/// The only tenant there is outside of Confluent's cloud.
pub(super) const TENANT: &str = "default";

/// Appends the key exactly as Confluent 8.3.1 writes it: members in its order, empty ones left out, no blanks.
pub fn write_key(key: &FactKey, out: &mut Vec<u8>) {
    let mut object = ObjectWriter::begin(out);
    object.text("keytype", key_type(key));
    match key {
        FactKey::Schema(subject, version) => {
            object.text_unless_empty("subject", subject.as_str());
            object.int("version", version.get().into());
        }
        FactKey::SubjectDeleted(scope)
        | FactKey::SubjectCleared(scope)
        | FactKey::Config(scope)
        | FactKey::Mode(scope) => object.text_unless_empty("subject", scope.as_str()),
        FactKey::Context(context) => {
            object.text("tenant", TENANT);
            object.text_unless_empty("context", context);
        }
        FactKey::Association(key) => {
            object.text("tenant", TENANT);
            object.text_unless_empty("resourceName", &key.resource_name);
            object.text_unless_empty("resourceNamespace", &key.resource_namespace);
            object.text_unless_empty("resourceType", &key.resource_type);
            object.text_unless_empty("associationType", &key.association_type);
            object.text_unless_empty("subject", key.subject.as_str());
        }
        FactKey::Policy(scope) => object.text("subject", &governance::policy_subject(scope)),
        FactKey::Exemption(fingerprint) => object.text("subject", &governance::exemption_subject(fingerprint)),
        FactKey::IdsIssued => {}
    }
    object.int("magic", i64::from(matches!(key, FactKey::Schema(..))));
    object.end();
}

fn key_type(key: &FactKey) -> &'static str {
    match key {
        FactKey::Schema(..) => "SCHEMA",
        FactKey::SubjectDeleted(_) => "DELETE_SUBJECT",
        FactKey::SubjectCleared(_) => "CLEAR_SUBJECT",
        FactKey::Config(_) => "CONFIG",
        FactKey::Mode(_) => "MODE",
        FactKey::Context(_) => "CONTEXT",
        FactKey::Association(_) => "ASSOC",
        FactKey::Policy(_) | FactKey::Exemption(_) | FactKey::IdsIssued => "NOOP",
    }
}

/// Reads a key in any form that is found in topics: any order of members, `null` for a missing subject, either magic.
///
/// # Errors
/// [`Unreadable::Key`] and [`Unreadable::KeyType`].
pub fn read_key(key: &[u8]) -> Result<FactKey, Unreadable> {
    let text = std::str::from_utf8(key).map_err(|_| Unreadable::Key("it is not UTF-8"))?;
    let members = Members::read(text).map_err(|malformed| Unreadable::Key(malformed.0))?;
    let subject = || SubjectName::read(&members.subject);
    let key_type = members.key_type.as_deref().ok_or(Unreadable::Key("it has no keytype"))?;
    let magic_max = i64::from(key_type == "SCHEMA");
    if !(0..=magic_max).contains(&members.magic) {
        return Err(Unreadable::Key("its magic is not known"));
    }
    Ok(match key_type {
        "SCHEMA" => {
            let version = Version::new(members.version).ok_or(Unreadable::Key("its version is not one"))?;
            FactKey::Schema(subject(), version)
        }
        "DELETE_SUBJECT" => FactKey::SubjectDeleted(subject()),
        "CLEAR_SUBJECT" => FactKey::SubjectCleared(subject()),
        "CONFIG" => FactKey::Config(subject()),
        "MODE" => FactKey::Mode(subject()),
        "CONTEXT" => FactKey::Context(members.context.into()),
        "ASSOC" => FactKey::Association(AssociationKey {
            resource_name: members.resource_name.into(),
            resource_namespace: members.resource_namespace.into(),
            resource_type: members.resource_type.into(),
            association_type: members.association_type.into(),
            subject: SubjectName::read(&members.subject),
        }),
        "NOOP" => governance::read_subject(&members.subject),
        other => return Err(Unreadable::KeyType(other.to_owned())),
    })
}

/// The members of a key of any kind; absent and `null` are empty.
#[derive(Default)]
struct Members<'a> {
    key_type: Option<Cow<'a, str>>,
    subject: Cow<'a, str>,
    version: i64,
    magic: i64,
    context: Cow<'a, str>,
    resource_name: Cow<'a, str>,
    resource_namespace: Cow<'a, str>,
    resource_type: Cow<'a, str>,
    association_type: Cow<'a, str>,
}

impl<'a> Members<'a> {
    fn read(text: &'a str) -> Result<Self, Malformed> {
        let mut members = Self::default();
        let mut reader = Reader::new(text);
        reader.object(|name, value| {
            match name {
                "keytype" => members.key_type = value.text()?,
                "subject" => members.subject = value.text()?.unwrap_or_default(),
                "version" => members.version = value.int()?.unwrap_or_default(),
                "magic" => members.magic = value.int()?.unwrap_or_default(),
                "context" => members.context = value.text()?.unwrap_or_default(),
                "resourceName" => members.resource_name = value.text()?.unwrap_or_default(),
                "resourceNamespace" => members.resource_namespace = value.text()?.unwrap_or_default(),
                "resourceType" => members.resource_type = value.text()?.unwrap_or_default(),
                "associationType" => members.association_type = value.text()?.unwrap_or_default(),
                _ => drop(value.skip()?),
            }
            Ok(())
        })?;
        reader.end()?;
        Ok(members)
    }
}
