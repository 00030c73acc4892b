//! The surprises of the API, numbered as in the check-list of the reference (rest-api 14), one test each.
//!
//! Where we depart on purpose, the test pins our answer and names the heading in `quirks.md`.

mod compatibility;
mod config_and_mode;
mod contexts;
mod deletion;
mod errors;
mod http;
mod import;
mod listings;
mod reading;
mod registration;

/// The files above.
const FILES: [&str; 10] = [
    include_str!("compatibility.rs"),
    include_str!("config_and_mode.rs"),
    include_str!("contexts.rs"),
    include_str!("deletion.rs"),
    include_str!("errors.rs"),
    include_str!("http.rs"),
    include_str!("import.rs"),
    include_str!("listings.rs"),
    include_str!("reading.rs"),
    include_str!("registration.rs"),
];

#[test]
fn each_of_the_fifty_five_surprises_has_its_test() {
    let tests = FILES.iter().flat_map(|file| file.split("\n#[test]\nfn s").skip(1));
    let mut numbers: Vec<u32> = tests.map(|test| test[..2].parse().expect("a number of two digits")).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=55).collect::<Vec<_>>());
}

#[test]
fn every_departure_that_a_test_names_is_explained() {
    let page = include_str!("../../../../src/http/confluent/quirks.md");
    for heading in FILES.iter().flat_map(|file| file.split("// quirks.md: ").skip(1)) {
        let heading = heading.lines().next().expect("a line");
        assert!(page.contains(&format!("\n## {heading}\n")), "no heading {heading:?} in quirks.md");
    }
}
