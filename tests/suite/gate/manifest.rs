//! The manifest of a data product: both places of its two values, and texts made to do harm.

use sluicegate::compat::CompatibilityLevel as Level;
use sluicegate::gate::config::Manifest;
use std::time::{Duration, Instant};

fn read(text: &str) -> Result<(String, Option<Level>), String> {
    let read = Manifest::read("p.yaml", text).map_err(|error| error.message)?;
    Ok((read.version.value.to_string(), read.level.map(|level| level.value)))
}

fn complaint(text: &str) -> String {
    read(text).unwrap_err()
}

#[test]
fn both_places_are_read_and_must_agree() {
    for text in [
        "spec:\n  schema_version: \"2.1.0\"\n",
        "spec:\n  interface:\n    schema_version: 2.1.0\n",
        "spec: {interface: {schema_version: '2.1.0'}, schema_version: 2.1.0}",
        "\u{feff}---\r\nkind: DataProduct\r\nspec:\r\n  interface:\r\n    schema_version: \"2.1.0\"\r\n",
        "other:\n- spec: {schema_version: 9.9.9}\n- schema_version: 9.9.9\nspec:\n  schema_version: 2.1.0\n  x: [1, {schema_version: 9.9.9}]\n",
        "? {a: b}\n: {schema_version: 9.9.9}\nspec:\n  ? [1]\n  : schema_version\n  schema_version: 2.1.0\n",
        "spec:\n  x: {y: &here {schema_version: 9.9.9}, z: *here}\n  schema_version: !!str 2.1.0\n",
    ] {
        assert_eq!(read(text), Ok(("2.1.0".to_owned(), None)), "{text}");
    }
    let message = complaint("spec:\n  schema_version: 2.1.0\n  interface:\n    schema_version: 2.1.1\n");
    assert!(message.starts_with("p.yaml:4: `schema_version: 2.1.1` contradicts `2.1.0` at line 2"), "{message}");
    let message = complaint(
        "spec:\n  schema_version: 1.0.0\n  schema_evolution_policy: none\n  interface: {schema_evolution_policy: full_compatible}",
    );
    assert!(message.starts_with("p.yaml:4: `schema_evolution_policy: full_compatible` contradicts"), "{message}");
}

#[test]
fn the_words_of_the_evolution_policy_are_levels() {
    // `change-classification` 11.2
    for (word, level) in [
        ("backward_compatible", Level::Backward),
        ("backward_compatible_transitive", Level::BackwardTransitive),
        ("forward_compatible", Level::Forward),
        ("forward_compatible_transitive", Level::ForwardTransitive),
        ("full_compatible", Level::Full),
        ("full_compatible_transitive", Level::FullTransitive),
        ("none", Level::None),
    ] {
        let text = format!("spec:\n  interface:\n    schema_version: 1.0.0\n    schema_evolution_policy: {word}\n");
        assert_eq!(read(&text), Ok(("1.0.0".to_owned(), Some(level))), "{word}");
    }
    let message = complaint("spec:\n  schema_version: 1.0.0\n  schema_evolution_policy: backwards_compatible\n");
    assert!(message.starts_with("p.yaml:3: ") && message.contains("did you mean `backward_compatible`?"), "{message}");
}

#[test]
fn what_is_missing_or_of_another_form_is_told_with_its_place() {
    for (text, hint) in [
        ("", "p.yaml: declares no version"),
        ("schema_version: 1.0.0", "p.yaml: declares no version"),
        ("spec:\n  schema_version: 1.0", "p.yaml:2: `schema_version: 1.0` is no version"),
        ("spec:\n  schema_version: v1.0.0", "p.yaml:2: "),
        ("spec:\n  schema_version:\n", "p.yaml:2: `schema_version` has no value"),
        ("spec:\n  schema_version: ~\n", "p.yaml:2: `schema_version` has no value"),
        ("spec:\n  schema_version: [1, 0, 0]\n", "p.yaml:2: `schema_version` is a string"),
        ("v: &v 1.0.0\nspec:\n  schema_version: *v\n", "p.yaml:3: `schema_version` is an alias"),
        ("base: &b {schema_version: 1.0.0}\nspec:\n  <<: *b\n", "p.yaml: declares no version"),
        ("spec: {schema_version: 1.0.0}\n---\nspec: {}\n", "p.yaml:2: a manifest is one YAML document"),
        ("spec:\n  schema_version: 1.0.0\n broken: [\n", "p.yaml:"),
        ("spec: *unknown", "p.yaml:1: is no YAML"),
    ] {
        let message = complaint(text);
        assert!(message.starts_with(hint) && !message.contains('\n'), "{text:?}: {message}");
    }
}

#[test]
fn a_text_made_to_do_harm_costs_little() {
    let started = Instant::now();
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..60 {
        let alias = format!("*a{}", level - 1);
        bomb.push_str(&format!("a{level}: &a{level} [{}]\n", [alias.as_str(); 10].join(", ")));
    }
    bomb.push_str("spec: {schema_version: 1.0.0}\n");
    assert_eq!(read(&bomb), Ok(("1.0.0".to_owned(), None)));

    let flow = format!("a: {}", "[".repeat(200_000));
    let block = format!("a:\n{}", "- ".repeat(200_000));
    let keys = format!("a: {}", "{b: ".repeat(100_000));
    let complex = "? ".repeat(200_000);
    for text in [flow, block, keys, complex] {
        let message = complaint(&text);
        assert!(message.starts_with("p.yaml:"), "{message}");
    }
    assert!(complaint(&"#".repeat((1 << 20) + 1)).contains("at most 1048576 bytes"));
    for text in ["#".repeat(1 << 20), "a: 1\n".repeat(200_000), "\"".repeat(1 << 20), "x\n ".repeat(300_000)] {
        assert!(read(&text).is_err());
    }
    let elapsed = started.elapsed();
    assert!(elapsed < Duration::from_secs(20), "{elapsed:?}");
}
