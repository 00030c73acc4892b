//! Bases placed by the configuration that stands in them, as `check` opens them.

use super::repository::{Repository, candidate, texts};
use sluicegate::gate::args::CheckArgs;
use sluicegate::gate::base::{Base, BaseSpec, Inquiry, open};
use sluicegate::gate::config::{Configuration, Surroundings};
use sluicegate::gate::discover::Survey;

/// The base that `spec` names as a check in `repository` with its configuration sees it.
fn surveyed(repository: &Repository, spec: &str) -> Box<dyn Base> {
    let around = Surroundings { current_folder: &repository.folder, variable: &|_| None };
    let configuration = Configuration::resolve(&CheckArgs::default(), &around).unwrap();
    let spec = BaseSpec::read(spec).unwrap();
    let survey = Box::new(Survey::new(&configuration, Some(&spec)));
    open(Some(&spec), &repository.folder, survey, Inquiry::of(&configuration)).unwrap()
}

#[test]
fn declared_versions_come_from_the_configuration_and_manifest_of_the_revision() {
    let repository = Repository::new();
    let entry =
        "version = 1\n[[subject]]\nname = \"shop.order\"\nfile = \"schemas/order.avsc\"\nmanifest = \"product.yaml\"\n";
    let manifest = |version: &str| format!("spec:\n  interface:\n    schema_version: \"{version}\"\n");
    repository.write("sluicegate.toml", entry).write("product.yaml", manifest("1.4.0"));
    repository.write("schemas/order.avsc", "\"int\"").commit("one");
    repository.write("product.yaml", manifest("2.0.0"));
    let base = surveyed(&repository, "git:HEAD");
    let mut order = candidate("schemas/order.avsc");
    order.subject = "shop.order".to_owned();
    let found = base.before("shop.order", Some(&order)).unwrap();
    assert_eq!((texts(&found), found.versions[0].declared.to_string().as_str()), (vec!["\"int\""], "1.4.0"));
    assert_eq!(base.subjects().unwrap()[0].subject, "shop.order");
}

#[test]
fn one_file_is_the_base_of_the_one_candidate_although_no_pattern_covers_it() {
    let repository = Repository::new();
    repository.write("sluicegate.toml", "version = 1\n[check]\nschemas = [\"schemas/**/*.avsc\"]\n");
    repository.write("schemas/order.avsc", "\"long\"").write("old/before.avsc", "\"int\"");
    let order = candidate("schemas/order.avsc");
    let base = surveyed(&repository, "old/before.avsc");
    base.prepare(std::slice::from_ref(&order)).unwrap();
    assert_eq!(texts(&base.before("order", Some(&order)).unwrap()), ["\"int\""]);
}

#[test]
fn a_folder_of_old_schemas_is_searched_by_subject_although_no_pattern_covers_it() {
    let repository = Repository::new();
    repository.write("sluicegate.toml", "version = 1\n[check]\nschemas = [\"schemas/**/*.avsc\"]\n");
    repository
        .write("schemas/order.avsc", "\"long\"")
        .write("old/order.avsc", "\"int\"")
        .write("old/rest.avsc", "\"int\"");
    let base = surveyed(&repository, "old");
    assert_eq!(texts(&base.before("order", Some(&candidate("schemas/order.avsc"))).unwrap()), ["\"int\""]);
    assert_eq!(base.subjects().unwrap(), [], "what no pattern covers is not missed");
}
