//! Values of associations.

use super::Unreadable;
use super::json::{ObjectWriter, Reader};
use super::key::TENANT;
use crate::registry::record::{AssociationKey, AssociationValue, Lifecycle};

/// Reads what the key does not tell.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<AssociationValue, Unreadable> {
    let (mut guid, mut resource_id, mut lifecycle) = (None, None, None);
    let (mut frozen, mut created_ms) = (None, None);
    reader.object(|name, value| {
        match name {
            "guid" => guid = value.text()?,
            "resourceId" => resource_id = value.text()?,
            "lifecycle" => lifecycle = value.text()?,
            "frozen" => frozen = value.flag()?,
            "createTs" => created_ms = value.int()?,
            _ => drop(value.skip()?),
        }
        Ok(())
    })?;
    let lifecycle = lifecycle.and_then(|word| Lifecycle::read(&word));
    Ok(AssociationValue {
        guid: guid.ok_or(Unreadable::Value("it has no guid"))?.into(),
        // The reference skips a record without; format 1 of the store, which it did not matter to, may hold one.
        resource_id: resource_id.unwrap_or_default().into(),
        lifecycle: lifecycle.ok_or(Unreadable::Value("its lifecycle is not known"))?,
        frozen,
        created_ms,
    })
}

/// Appends the value in the reference's order of members.
pub(super) fn write(key: &AssociationKey, value: &AssociationValue, out: &mut Vec<u8>) {
    let mut object = ObjectWriter::begin(out);
    object.text("guid", &value.guid);
    object.text("tenant", TENANT);
    object.text_unless_empty("resourceName", &key.resource_name);
    object.text_unless_empty("resourceNamespace", &key.resource_namespace);
    object.text_unless_empty("resourceId", &value.resource_id);
    object.text_unless_empty("resourceType", &key.resource_type);
    object.text_unless_empty("associationType", &key.association_type);
    object.text_unless_empty("subject", key.subject.as_str());
    object.text("lifecycle", value.lifecycle.as_str());
    object.flag_if_some("frozen", value.frozen);
    if let Some(created_ms) = value.created_ms {
        object.int("createTs", created_ms);
    }
    object.end();
}
