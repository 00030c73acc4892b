//! `config --resolved`: everything that is in force, as TOML whose comments say where each value comes from.

use super::exemptions::toml_string;
use super::origin::{Origin, Sourced};
use super::paths::shown;
use super::{Configuration, SubjectEntry};
use std::fmt::Write as _;

impl Configuration {
    /// The resolved configuration as TOML. What a registry has is not in it; credentials never are.
    ///
    /// Paths are written as seen from the current folder, except those of `[[subject]]`, which are as in the file.
    pub fn resolved(&self) -> String {
        let mut page = Page::default();
        match &self.file {
            Some(file) => page.line(format_args!("# configuration file: {file}")),
            None => {
                page.line(format_args!("# no configuration file; `sluicegate.toml` is looked for from here upward"))
            }
        }
        page.line(format_args!("version = 1"));
        self.check(&mut page);
        self.policy(&mut page);
        for subject in &self.subjects {
            entry(&mut page, subject);
        }
        let described = self.registry.described();
        if !described.is_empty() {
            page.line(format_args!("\n# environment"));
        }
        for (name, value) in described {
            page.line(format_args!("# {name}: {value}"));
        }
        page.text
    }

    fn check(&self, page: &mut Page) {
        page.line(format_args!("\n[check]"));
        match &self.against {
            Some(against) => page.value("against", &toml_string(&against.value.shown()), &against.origin),
            None => page.line(format_args!(
                "# against: the merge base with the default branch of the remote    # {}",
                Origin::Default
            )),
        }
        match &self.schemas {
            Some(schemas) => page.value("schemas", &list(&schemas.value), &schemas.origin),
            None => page.line(format_args!(
                "# schemas: every *.avsc under the current folder that git does not ignore    # {}",
                Origin::Default
            )),
        }
        page.sourced("level", &self.level(None, None), |level| level.as_str().to_owned());
        page.sourced("history", &self.history, ToString::to_string);
        page.sourced("naming", &self.naming, |naming| naming.as_str().to_owned());
        page.sourced("removed-file", &self.removed_file, |class| class.as_str().to_owned());
        page.sourced("exemptions", &self.exemptions, |path| shown(path));
        if let Some(fail_on) = &self.fail_on {
            page.line(format_args!("# fail-on: {}    # {}", fail_on.value.as_str(), fail_on.origin));
        }
    }

    fn policy(&self, page: &mut Page) {
        page.line(format_args!("\n[policy]"));
        page.sourced("profile", &self.profile(None), |profile| profile.as_str().to_owned());
        page.sourced("enforcement", &self.enforcement(None), |enforcement| enforcement.as_str().to_owned());
        if !self.rules.is_empty() {
            page.line(format_args!("\n[policy.rules]"));
        }
        for (id, class) in &self.rules {
            page.sourced(id, class, |class| class.as_str().to_owned());
        }
    }
}

fn entry(page: &mut Page, subject: &SubjectEntry) {
    let origin = Origin::File(subject.place.clone());
    page.line(format_args!("\n[[subject]]"));
    page.value("name", &toml_string(&subject.name), &origin);
    if let Some(file) = &subject.file {
        page.value("file", &toml_string(file), &origin);
    }
    let declared = &subject.declaration;
    if let Some(manifest) = &declared.manifest {
        page.value("manifest", &toml_string(&manifest.value), &manifest.origin);
    }
    match (&declared.version, &declared.major) {
        (Some(version), _) => page.sourced("schema-version", version, ToString::to_string),
        (None, Some(major)) => page.value("major", &major.value.to_string(), &major.origin),
        (None, None) => page.line(format_args!("# major: 1    # {}", Origin::Default)),
    }
    if let Some(reserved) = &declared.reserved {
        page.value("reserved", &list(&reserved.value), &reserved.origin);
    }
    if let Some(level) = &declared.level {
        page.line(format_args!("# level: {}    # {}", level.value, level.origin));
    }
    if let Some(first) = subject.references.first() {
        let references: Vec<String> = subject.references.iter().map(|reference| reference.value.clone()).collect();
        page.value("references", &list(&references), &first.origin);
    }
}

fn list(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| toml_string(item)).collect();
    format!("[{}]", items.join(", "))
}

/// A text that grows line by line.
#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        writeln!(self.text, "{line}").expect("a String takes everything");
    }

    fn value(&mut self, key: &str, value: &str, origin: &Origin) {
        self.line(format_args!("{:<40}  # {origin}", format!("{key} = {value}")));
    }

    fn sourced<T>(&mut self, key: &str, sourced: &Sourced<T>, spelling: impl Fn(&T) -> String) {
        self.value(key, &toml_string(&spelling(&sourced.value)), &sourced.origin);
    }
}
