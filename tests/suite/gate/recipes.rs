//! The recipes of `examples/ci`, as far as a shell can run them: their commands in a clone with a change in it.

use super::product::product;
use super::repository::Repository;
use std::path::Path;
use std::process::{Command, Output};
use yaml_rust2::{Yaml, YamlLoader};

fn recipe(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/ci").join(name)).unwrap()
}

fn yaml(name: &str) -> Yaml {
    YamlLoader::load_from_str(&recipe(name)).unwrap().remove(0)
}

/// Runs `script` as a continuous integration does, with the gate on the path.
fn run(script: &str, repository: &Repository, variables: &[(&str, &str)]) -> Output {
    let gate = Path::new(env!("CARGO_BIN_EXE_sluicegate")).parent().unwrap();
    let path = std::env::var("PATH").unwrap_or_default();
    Command::new("bash")
        .args(["-e", "-o", "pipefail", "-c", script])
        .current_dir(&repository.folder)
        .env_clear()
        .env("PATH", format!("{}:{path}", gate.display()))
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("CI", "true")
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

/// A clone of the product that stands on `branch`, as a job finds it; its remote has the branch `main`.
fn clone_on(branch: &str) -> (Repository, Repository) {
    let (origin, _) = product(branch);
    let clone = origin.clone_with(&[]);
    (clone, origin)
}

/// Runs `script` on a branch that may pass and on one that may not.
fn tells_good_from_bad(script: &str, variables: &[(&str, &str)]) -> Vec<(Repository, Output)> {
    let mut runs = Vec::new();
    for (branch, code) in [("allowed", 0), ("forbidden", 100)] {
        let (clone, _origin) = clone_on(branch);
        let output = run(script, &clone, variables);
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{branch}: {}{told}", String::from_utf8_lossy(&output.stdout));
        runs.push((clone, output));
    }
    runs
}

#[test]
fn the_recipe_for_github_actions_annotates_and_refuses() {
    let recipe = yaml("github-actions.yml");
    let steps = recipe["jobs"]["gate"]["steps"].as_vec().unwrap();
    let step = steps.iter().find(|step| step["name"].as_str() == Some("Judge the schemas")).unwrap();
    assert_eq!(step["env"]["TARGET"].as_str(), Some("${{ github.base_ref }}"));
    let checkout = steps.iter().find(|step| step["uses"].as_str().is_some_and(|uses| uses.contains("checkout")));
    assert_eq!(checkout.unwrap()["with"]["fetch-depth"].as_i64(), Some(0));
    let variables = [("TARGET", "main"), ("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", "summary.md")];
    let runs = tells_good_from_bad(step["run"].as_str().unwrap(), &variables);
    let (clone, refused) = &runs[1];
    assert!(String::from_utf8_lossy(&refused.stdout).contains("::error file=schemas/order_events.avsc,line="));
    assert!(std::fs::read_to_string(clone.folder.join("summary.md")).unwrap().contains("field-removed"));

    let upload = steps.iter().find(|step| step["uses"].as_str().is_some_and(|uses| uses.contains("upload-sarif")));
    let comment = steps.iter().find(|step| step["uses"].as_str().is_some_and(|uses| uses.contains("github-script")));
    let script = comment.unwrap()["with"]["script"].as_str().unwrap();
    for (clone, _) in &runs {
        let sarif = clone.folder.join(upload.unwrap()["with"]["sarif_file"].as_str().unwrap());
        super::forms::assert_is_sarif(&std::fs::read_to_string(sarif).unwrap());
        let comment = std::fs::read_to_string(clone.folder.join("sluicegate.md")).unwrap();
        assert!(script.contains("'sluicegate.md'") && comment.starts_with("<!-- sluicegate"), "{comment}");
    }
}

#[test]
fn the_recipe_for_gitlab_refuses_and_keeps_the_document() {
    let job = &yaml("gitlab-ci.yml")["schemas"];
    let lines: Vec<&str> = job["script"].as_vec().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    let runs = tells_good_from_bad(&lines.join("\n"), &[("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main")]);
    let artifacts = &job["artifacts"];
    let names = [&artifacts["paths"][0], &artifacts["reports"]["codequality"], &artifacts["reports"]["junit"]];
    for (clone, _) in runs {
        let [document, quality, tests] =
            names.map(|name| std::fs::read_to_string(clone.folder.join(name.as_str().unwrap())).unwrap());
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(&document)["format"], 1);
        assert_eq!(read(&quality)[0]["location"]["path"], "schemas/order_events.avsc");
        assert!(tests.contains("<testsuite name=\"orders.order_events\""), "{tests}");
    }
}

#[test]
fn the_recipe_for_jenkins_refuses_and_keeps_the_document() {
    let text = recipe("Jenkinsfile");
    let script = text.split("'''").nth(1).unwrap();
    let runs = tells_good_from_bad(script, &[("CHANGE_TARGET", "main")]);
    let artifact = text.split("artifacts: '").nth(1).unwrap().split('\'').next().unwrap();
    let tests = text.split("testResults: '").nth(1).unwrap().split('\'').next().unwrap();
    for (clone, _) in runs {
        assert!(clone.folder.join(artifact).exists() && clone.folder.join(tests).exists());
    }
}

#[test]
fn the_hook_for_pre_commit_judges_what_is_about_to_be_committed() {
    let hook = &yaml("pre-commit-config.yaml")["repos"][0]["hooks"][0];
    assert_eq!(hook["language"].as_str(), Some("system"));
    assert_eq!(hook["pass_filenames"].as_bool(), Some(false));
    let entry = hook["entry"].as_str().unwrap();
    let (repository, _session) = product("main");
    assert_eq!(run(entry, &repository, &[]).status.code(), Some(0));
    super::product::edit(&repository, "schemas/order_events.avsc", "\"name\": \"channel\"", "\"name\": \"route\"");
    assert_eq!(run(entry, &repository, &[]).status.code(), Some(100));
}
