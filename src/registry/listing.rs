//! Lists of subjects, schemas and contexts.

use super::associations::Association;
use super::catalog::Catalog;
use super::error::RegistryError;
use super::face::{ListedSchema, Listing, Page, SchemaListing};
use super::journal::JournalError;
use super::reading::{Found, with_text};
use super::view::{Known, Row, SubjectView};
use super::world::World;
use crate::schema::names::{Context, SubjectName};
use std::sync::Arc;

/// Names of subjects, sorted.
pub(super) fn subjects(catalog: &Catalog, listing: &Listing, page: Page) -> Vec<SubjectName> {
    let is_shown = |name: &SubjectName| {
        let view = catalog.subject(name);
        view.is_some_and(|view| match (listing.deleted_only, view.latest().is_some()) {
            (true, has_live) => !has_live && !view.rows.is_empty(),
            (false, has_live) => has_live || listing.deleted && !view.rows.is_empty(),
        })
    };
    let mut shown = Vec::new();
    let mut skipped = 0;
    each_name(catalog, &listing.prefix, |name| {
        if is_shown(name) {
            if skipped < page.offset {
                skipped += 1;
            } else {
                shown.push(name.clone());
            }
        }
        shown.len() < page.limit
    });
    shown
}

/// Whole schemas, by subject and version.
pub(super) fn schemas(
    catalog: &Catalog,
    world: World<'_>,
    listing: &SchemaListing,
    page: Page,
) -> Result<Vec<ListedSchema>, RegistryError> {
    let mut found: Vec<(Found, Arc<[Arc<Association>]>)> = Vec::new();
    let mut skipped = 0;
    each_name(catalog, &listing.prefix, |name| {
        let Some(view) = catalog.subject(name) else { return true };
        let selected = listing.associations.as_ref().map_or(Some(Arc::default()), |selection| selection.of(&view));
        let Some(associations) = selected else { return true };
        for row in rows(&view, listing).filter(|row| has_rule(row, listing.rule_type.as_deref())) {
            if skipped < page.offset {
                skipped += 1;
            } else if found.len() < page.limit {
                found.push(((view.clone(), row.clone()), associations.clone()));
            }
        }
        found.len() < page.limit
    });
    let mut shown = Vec::with_capacity(found.len());
    for (found, associations) in found {
        match with_text(world, found, || JournalError::Conflict.into()) {
            Ok(schema) => shown.push(ListedSchema { schema, associations }),
            // Deleted for good while the list was made: it is not on it then.
            Err(RegistryError::Journal(JournalError::Conflict)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(shown)
}

fn rows<'a>(view: &'a Arc<SubjectView>, listing: &SchemaListing) -> impl Iterator<Item = &'a Row> + use<'a> {
    let deleted = listing.deleted;
    let mut visible = view.rows.iter().filter(move |row| deleted || !row.deleted);
    let latest = if listing.latest_only { visible.next_back() } else { None };
    let all = (!listing.latest_only).then_some(visible);
    latest.into_iter().chain(all.into_iter().flatten())
}

fn has_rule(row: &Row, rule_type: Option<&str>) -> bool {
    let Some(rule_type) = rule_type.filter(|rule_type| !rule_type.is_empty()) else { return true };
    row.content.rule_set().is_some_and(|rules| {
        let mut all = rules.migration_rules.iter().chain(&rules.domain_rules).chain(&rules.encoding_rules);
        all.any(|rule| rule.rule_type.as_deref() == Some(rule_type))
    })
}

/// Names of contexts that begin with `prefix`.
pub(super) fn contexts(catalog: &Catalog, prefix: &str, page: Page) -> Vec<Box<str>> {
    let names = std::iter::once(Arc::from(Context::DEFAULT)).chain(catalog.contexts());
    let names = names.filter(|name| name.starts_with(prefix));
    names.skip(page.offset).take(page.limit).map(|name| Box::from(&*name)).collect()
}

/// Hands over every name that a `subjectPrefix` means, in order, until told to stop.
///
/// `:*:x`: names that begin with `x` in every context. `:.ctx:x`: in that context. `:.ct` without a second colon: all
/// of every context whose name begins so. Anything else: in the default context.
fn each_name(catalog: &Catalog, prefix: &str, mut each: impl FnMut(&SubjectName) -> bool) {
    let names = catalog.names();
    let scope = SubjectName::read(prefix);
    let half_context = prefix.strip_prefix(':').filter(|rest| rest.starts_with('.') && !rest.contains(':'));
    if let Some(begin) = half_context {
        names.iter().filter(|name| name.context().starts_with(begin)).all(&mut each);
    } else if scope.context() == "*" {
        names.iter().filter(|name| name.name().starts_with(scope.name())).all(&mut each);
    } else if scope.is_default_scope() {
        names.iter().filter(|name| name.is_in_default_context()).all(&mut each);
    } else {
        let begins = |name: &&SubjectName| name.as_str().starts_with(scope.as_str());
        let own = |name: &&SubjectName| name.context() == scope.context();
        names.from(&scope).take_while(begins).filter(own).all(&mut each);
    }
}
