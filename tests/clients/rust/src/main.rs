//! What Rust producers, consumers and their operators do with a registry, through the two client crates of the field.
//! Usage: PROGRAM URL SCHEMAS [write|read FOLDER]. With FOLDER, messages are written into it, or those in it are read.

mod converter;
mod kit;
mod messages;
mod registry_client;

use kit::Kit;
use std::path::{Path, PathBuf};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().expect("first argument: the registry's address");
    let schemas = PathBuf::from(arguments.next().expect("second argument: the folder of the schemas"));
    let kit = |client| Kit { client, url: url.clone(), schemas: schemas.clone() };

    if let (Some(exchange), Some(folder)) = (arguments.next(), arguments.next()) {
        return exchange_messages(&kit("sluicegate"), &exchange, Path::new(&folder));
    }

    // The blocking client starts a runtime of its own, so it must not run inside of one.
    converter::blocking::take_steps(&kit("converter"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(converter::asynchronous::take_steps(&kit("converter-async")));
    runtime.block_on(registry_client::take_steps(&kit("registry-client")));
}

fn exchange_messages(kit: &Kit, exchange: &str, folder: &Path) {
    let cases = messages::cases();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    match exchange {
        "write" => runtime.block_on(messages::write(kit, &cases, folder)),
        _ => runtime.block_on(messages::read(kit, &cases, folder)),
    }
}
