//! A field goes by another name, and an alias says so.

use crate::evolution::avro::changes::case;
use crate::evolution::avro::found::{Found, Spot, Words};
use crate::evolution::{Bump, ChangeClass, ChangeKind, ClassOf};
use crate::schema::avro::model::Field;

pub(in crate::evolution) static RENAMED: ChangeKind = ChangeKind {
    id: "field-renamed",
    summary: "a field was renamed, linked by an alias",
    class: ClassOf::Always(ChangeClass::Forbidden),
    bump: Bump::Major,
    backward: "if the new field names the old one as alias",
    forward: "if the old field has a default, or names the new one as alias",
    why: "The alias helps readers of the new schema and nobody else. Views, models and dashboards ask for the old column; consumers on the old schema find no such field and fail, or, if it has a default, read that default for every new record without an error.",
    fix: "keep the old name; add a second field under the new name with a default and fill both for as long as the old one is read",
    example: Some(case!("field_renamed/with_alias")),
};

/// Two fields that only an alias links.
///
/// The path is the old one, as for a removal: that is the name that consumers lose (case E024).
pub(in crate::evolution::avro) fn changes(found: &mut Found<'_>, spot: Spot, old: &Field, new: &Field) {
    let (from, to) = (old.name(), new.name());
    if from == to {
        return;
    }
    let message = format!("the field {from} is called {to} now");
    let remedy =
        format!("call the field {from} again; if the name {to} is wanted, add it beside {from} with a default");
    found.push_at_old_path(&RENAMED, spot, Words { detail: Some(format!("{from} -> {to}")), message, remedy });
}
