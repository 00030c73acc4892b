//! The producer of `examples/`: what the README shows of it is what it says.

#[expect(dead_code, reason = "its `main` is called by nobody here")]
#[path = "../../../examples/producer/main.rs"]
mod producer;

use super::ours::server;

#[test]
fn what_the_readme_shows_of_the_producer_is_what_it_says() {
    let (server, address) = server();
    let mut said = Vec::new();
    producer::run(&address, &mut said).unwrap();
    server.abort().unwrap();
    let said = String::from_utf8(said).unwrap();
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let section = readme.split("## For producers").nth(1).unwrap().split("\n## ").next().unwrap();
    assert!(section.contains(&format!("```text\n{said}```")), "the producer says\n{said}");
}
