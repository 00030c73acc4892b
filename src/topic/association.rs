//! Values of associations. They are kept, not served: what the key does not tell travels as JSON text.

use super::json::{Malformed, ObjectWriter, Reader};
use super::key::TENANT;
use crate::registry::record::AssociationKey;

/// Members that the key tells already.
const IN_KEY: [&str; 6] = ["tenant", "resourceName", "resourceNamespace", "resourceType", "associationType", "subject"];

/// Reads the members that the key lacks, as one JSON object in the order found.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Box<str>, Malformed> {
    let mut kept = Vec::new();
    let mut object = ObjectWriter::begin(&mut kept);
    reader.object(|name, value| {
        let json = value.skip()?;
        if !IN_KEY.contains(&name) {
            object.raw(name, json);
        }
        Ok(())
    })?;
    object.end();
    String::from_utf8(kept).map(Into::into).map_err(|_| Malformed("the value is not UTF-8"))
}

/// Appends the value in the reference's order of members. `kept` is what [`read`] returned.
pub(super) fn write(key: &AssociationKey, kept: &str, out: &mut Vec<u8>) {
    let mut members: Vec<(String, &str)> = Vec::new();
    // A text that is no object of ours has no members to give back; nothing but `read` makes one.
    let _ = Reader::new(kept).object(|name, value| {
        members.push((name.to_owned(), value.skip()?));
        Ok(())
    });
    let mut object = ObjectWriter::begin(out);
    let mut take = |object: &mut ObjectWriter<'_>, wanted: &str| {
        if let Some(at) = members.iter().position(|(name, _)| name == wanted) {
            let (name, json) = members.remove(at);
            object.raw(&name, json);
        }
    };
    take(&mut object, "guid");
    object.text("tenant", TENANT);
    object.text_unless_empty("resourceName", &key.resource_name);
    object.text_unless_empty("resourceNamespace", &key.resource_namespace);
    take(&mut object, "resourceId");
    object.text_unless_empty("resourceType", &key.resource_type);
    object.text_unless_empty("associationType", &key.association_type);
    object.text_unless_empty("subject", key.subject.as_str());
    take(&mut object, "lifecycle");
    take(&mut object, "frozen");
    for (name, json) in &members {
        object.raw(name, json);
    }
    object.end();
}
