//! What Rust producers, consumers and their operators do with a registry, through the two client crates of the field.
//! Usage: PROGRAM URL SCHEMAS

mod converter;
mod kit;
mod registry_client;

use kit::Kit;
use std::path::PathBuf;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().expect("first argument: the registry's address");
    let schemas = PathBuf::from(arguments.next().expect("second argument: the folder of the schemas"));
    let kit = |client| Kit { client, url: url.clone(), schemas: schemas.clone() };

    // The blocking client starts a runtime of its own, so it must not run inside of one.
    converter::blocking::take_steps(&kit("converter"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(converter::asynchronous::take_steps(&kit("converter-async")));
    runtime.block_on(registry_client::take_steps(&kit("registry-client")));
}
