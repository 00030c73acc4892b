//! Questions about associations.

use super::index;
use super::problem::AssociationProblem as Problem;
use super::record::{Association, AssociationKey, Lifecycle};
use super::request::{AskedResource, ResourceAssociations, TOPIC};
use crate::registry::catalog::Catalog;
use crate::registry::error::RegistryError;
use crate::registry::face::Page;
use crate::registry::reading;
use crate::registry::view::{Known, SubjectView};
use crate::registry::world::World;
use crate::schema::names::SubjectName;
use std::sync::Arc;

/// Associations that a question by name looks at: were they one resource's, there would be two.
const OF_NAME_MAX: usize = 1_000;

/// Which associations to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssociationFilter {
    /// Of resources of this type alone.
    pub resource_type: Option<String>,
    /// Of these types alone; all where there is none.
    pub association_types: Vec<String>,
    /// Of this lifecycle alone.
    pub lifecycle: Option<Lifecycle>,
}

/// A question about one resource, among several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssociationQuery {
    /// Which: by its id, else by name and namespace.
    pub resource: AskedResource,
    /// As in [`AssociationFilter`].
    pub association_types: Vec<String>,
    /// As in [`AssociationFilter`].
    pub lifecycle: Option<Lifecycle>,
}

/// Which schemas to list by what uses their subjects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssociationSelection {
    /// As in [`AssociationFilter`].
    pub resource_type: Option<String>,
    /// As in [`AssociationFilter`].
    pub association_types: Vec<String>,
    /// Of these lifecycles alone; any where there is none and `unused` is not asked for.
    pub lifecycles: Vec<Lifecycle>,
    /// Those of subjects that nothing uses in this way, too.
    pub unused: bool,
}

impl AssociationFilter {
    fn takes(&self, association: &Association) -> bool {
        let Self { resource_type, association_types, lifecycle } = self;
        fits(association, resource_type.as_deref(), association_types)
            && lifecycle.is_none_or(|wanted| wanted == association.value.lifecycle)
    }
}

impl AssociationSelection {
    /// The associations to show with the schemas of a subject; `None` where these are not listed.
    pub(in crate::registry) fn of(&self, view: &SubjectView) -> Option<Arc<[Arc<Association>]>> {
        let Self { resource_type, association_types, lifecycles, unused } = self;
        let fits = |known: &&Arc<Association>| fits(known, resource_type.as_deref(), association_types);
        let mut fitting = view.associations().iter().filter(fits).peekable();
        if fitting.peek().is_none() {
            return unused.then(Arc::default);
        }
        if lifecycles.is_empty() {
            return (!unused).then(|| fitting.cloned().collect());
        }
        let shown: Arc<[_]> = fitting.filter(|known| lifecycles.contains(&known.value.lifecycle)).cloned().collect();
        (!shown.is_empty()).then_some(shown)
    }
}

fn fits(association: &Association, resource_type: Option<&str>, association_types: &[String]) -> bool {
    let key = &association.key;
    resource_type.is_none_or(|wanted| *wanted == *key.resource_type)
        && (association_types.is_empty() || association_types.iter().any(|wanted| **wanted == *key.association_type))
}

/// The associations of a subject, by key.
pub(super) fn of_subject(
    known: &dyn Known,
    subject: &SubjectName,
    filter: &AssociationFilter,
    page: Page,
) -> Vec<Arc<Association>> {
    let view = known.subject(subject);
    let all = view.iter().flat_map(|view| view.associations()).filter(|known| filter.takes(known));
    all.skip(page.offset).take(page.limit).cloned().collect()
}

/// The associations of a resource, by key.
pub(super) fn of_resource(
    known: &dyn Known,
    resource_id: &str,
    filter: &AssociationFilter,
    page: Page,
) -> Vec<Arc<Association>> {
    let keys = known.associations_of(resource_id);
    let all = keys.iter().filter_map(|key| index::known(known, key));
    // What a key led to may belong to another resource by now.
    let own = all.filter(|found| *found.value.resource_id == *resource_id && filter.takes(found));
    own.skip(page.offset).take(page.limit).collect()
}

/// The associations of resources with a name and namespace; `None` stands for any.
pub(super) fn named(
    catalog: &Catalog,
    name: Option<&str>,
    namespace: Option<&str>,
    filter: &AssociationFilter,
    page: Page,
) -> Vec<Arc<Association>> {
    let names = catalog.associations.names();
    let start = AssociationKey {
        resource_name: name.unwrap_or_default().into(),
        resource_namespace: "".into(),
        resource_type: "".into(),
        association_type: "".into(),
        subject: SubjectName::read(""),
    };
    let start = Arc::new(start);
    let all = names.from(&start).take_while(|key| name.is_none_or(|name| *name == *key.resource_name));
    let fitting = all.filter(|key| namespace.is_none_or(|wanted| *wanted == *key.resource_namespace));
    let found = fitting.filter_map(|key| index::known(catalog, key)).filter(|known| filter.takes(known));
    found.skip(page.offset).take(page.limit).collect()
}

/// Answers one question of several, with the latest schema of each subject where `with_schemas`.
pub(super) fn answer(
    catalog: &Catalog,
    world: World<'_>,
    query: &AssociationQuery,
    with_schemas: bool,
) -> Result<ResourceAssociations, RegistryError> {
    let AssociationQuery { resource, association_types, lifecycle } = query;
    let given = |text: &'_ Option<String>| text.as_deref().is_some_and(|text| !text.is_empty());
    if !given(&resource.id) && !given(&resource.name) {
        return Err(Problem::NeitherIdNorName.into());
    }
    if given(&resource.name) && !given(&resource.namespace) {
        return Err(Problem::NamespaceMissing.into());
    }
    let resource_type = resource.resource_type.clone().filter(|word| !word.is_empty());
    let resource_type = resource_type.unwrap_or_else(|| TOPIC.to_owned());
    let filter = AssociationFilter {
        resource_type: Some(resource_type.clone()),
        association_types: association_types.clone(),
        lifecycle: *lifecycle,
    };
    let found = match resource.id.as_deref().filter(|id| !id.is_empty()) {
        Some(id) => of_resource(catalog, id, &filter, Page::ALL),
        None => {
            let namespace = resource.namespace.as_deref().filter(|namespace| *namespace != "-");
            let page = Page { offset: 0, limit: OF_NAME_MAX };
            named(catalog, resource.name.as_deref(), namespace, &filter, page)
        }
    };
    let mut shown = AskedResource { resource_type: Some(resource_type), ..resource.clone() };
    if let Some(first) = found.first() {
        shown.name.get_or_insert_with(|| first.key.resource_name.to_string());
        shown.namespace.get_or_insert_with(|| first.key.resource_namespace.to_string());
        shown.id.get_or_insert_with(|| first.value.resource_id.to_string());
    }
    let mut associations = Vec::with_capacity(found.len());
    for association in found {
        if !shown.is_that_of(&association) {
            return Err(Problem::ResourceNamesDiffer.into());
        }
        let view = if with_schemas { catalog.subject(&association.key.subject) } else { None };
        let latest = view.and_then(|view| view.latest().cloned().map(|row| (view, row)));
        let schema = latest.map(|found| reading::with_text(world, found, || RegistryError::SchemaNotFound));
        associations.push((association, schema.transpose()?));
    }
    Ok(ResourceAssociations { resource: shown, associations })
}
