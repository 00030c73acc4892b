//! Lists of subjects, schemas and contexts.

use super::associations::Association;
use super::catalog::Catalog;
use super::error::RegistryError;
use super::face::{ListedSchema, Listing, Page, SchemaListing};
use super::journal::JournalError;
use super::names_index::NameIndex;
use super::reading::{Found, with_text};
use super::view::{Known, Row, SubjectView};
use super::world::World;
use crate::schema::names::{Context, SubjectName};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Bytes that the schemas of a page may take, with what is listed beside them; the limit of a page counts schemas alone.
/// Ours: the reference has no limit but its memory.
const PAGE_BYTES_MAX: usize = 64 << 20;
/// What an association takes, about.
const ASSOCIATION_BYTES: usize = 384;

/// Names of subjects, sorted.
pub(super) fn subjects(catalog: &Catalog, listing: &Listing, page: Page) -> Vec<SubjectName> {
    let names = catalog.names();
    let is_shown = |name: &SubjectName| match (listing.deleted_only, listing.deleted) {
        (true, _) => names.dormant.contains(name),
        (false, true) => true,
        (false, false) => !names.dormant.contains(name),
    };
    let mut shown = Vec::new();
    let mut skipped = 0;
    Prefix::read(&listing.prefix).each_name(&names.all, |name| {
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

/// Whole schemas, by subject and version. With aliases, what an alias matching the prefix stands for is listed as well,
/// wherever it lies.
pub(super) fn schemas(
    catalog: &Catalog,
    world: World<'_>,
    listing: &SchemaListing,
    page: Page,
) -> Result<Vec<ListedSchema>, RegistryError> {
    let mut found: Vec<(Found, Arc<[Arc<Association>]>)> = Vec::new();
    let mut skipped = 0;
    let prefix = Prefix::read(&listing.prefix);
    let aliases = if listing.aliases { prefix.aliases(catalog) } else { BTreeMap::new() };
    let each = |name: &SubjectName| {
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
    };
    if aliases.is_empty() {
        prefix.each_name(&catalog.names().all, each);
    } else {
        let names = catalog.names();
        names.all.iter().filter(|name| prefix.covers(name) || aliases.contains_key(name)).all(each);
    }
    let mut shown = Vec::with_capacity(found.len());
    let mut bytes = 0;
    for (found, associations) in found {
        match with_text(world, found, || JournalError::Conflict.into()) {
            Ok(schema) => {
                let aliases: Arc<[SubjectName]> =
                    aliases.get(&schema.subject).map(|names| names.as_slice().into()).unwrap_or_default();
                let alias_bytes = aliases.iter().map(|alias| alias.as_str().len()).sum::<usize>();
                bytes += schema.text.len() + associations.len() * ASSOCIATION_BYTES + alias_bytes;
                // The first schema is shown whatever its length.
                if bytes > PAGE_BYTES_MAX && !shown.is_empty() {
                    return Err(RegistryError::PageTooLong { max: PAGE_BYTES_MAX });
                }
                shown.push(ListedSchema { schema, associations, aliases });
            }
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

/// What a `subjectPrefix` means.
///
/// `:*:x`: names that begin with `x` in every context. `:.ctx:x`: in that context. `:.ct` without a second colon: all
/// of every context whose name begins so. Anything else: in the default context.
struct Prefix<'p> {
    scope: SubjectName,
    half_context: Option<&'p str>,
}

impl<'p> Prefix<'p> {
    fn read(prefix: &'p str) -> Self {
        let half_context = prefix.strip_prefix(':').filter(|rest| rest.starts_with('.') && !rest.contains(':'));
        Self { scope: SubjectName::read(prefix), half_context }
    }

    fn covers(&self, name: &SubjectName) -> bool {
        if let Some(begin) = self.half_context {
            return name.context().starts_with(begin);
        }
        (self.scope.context() == "*" || name.context() == self.scope.context())
            && name.name().starts_with(self.scope.name())
    }

    /// Hands over every name it covers, in order, until told to stop.
    fn each_name(&self, names: &NameIndex, mut each: impl FnMut(&SubjectName) -> bool) {
        let covered = |name: &&SubjectName| self.covers(name);
        if self.half_context.is_some() || self.scope.context() == "*" || self.scope.is_default_scope() {
            names.iter().filter(covered).all(&mut each);
        } else {
            let begins = |name: &&SubjectName| name.as_str().starts_with(self.scope.as_str());
            names.from(&self.scope).take_while(begins).filter(covered).all(&mut each);
        }
    }

    /// The names it covers that are aliases, by what they stand for.
    fn aliases(&self, catalog: &Catalog) -> BTreeMap<SubjectName, Vec<SubjectName>> {
        let mut aliases: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (alias, target) in catalog.aliases().into_iter().filter(|(alias, _)| self.covers(alias)) {
            aliases.entry(target).or_default().push(alias);
        }
        aliases
    }
}
