//! Confluent's REST API, held against the answers that its own server of release 8.3.1 gave.
//!
//! Each scenario runs on a fresh memory store behind a real socket. What we answer differently on purpose stands in
//! [`quirks`], what is not served yet in [`waiting`], and nothing else may differ; all that does is reported at once.

mod associations;
mod behaviour;
pub(crate) mod client;
mod compare;
pub(crate) mod conversation;
mod defaults;
mod exchange;
mod extent;
mod kept;
pub(crate) mod openapi;
mod pressure;
mod quirks;
mod replay;
mod requests;
mod sentences;
mod settings;
pub(crate) mod start;
mod surprises;
mod tags;
mod tools;
mod waiting;

macro_rules! replayed {
    ($($test:ident: $file:literal,)+) => {$(
        #[test]
        fn $test() {
            replay::file($file);
        }
    )+};
}

replayed! {
    negotiation_bodies_and_paths_are_answered_as_recorded: "http",
    avro_registration_is_answered_as_recorded: "avro-registration",
    avro_references_are_answered_as_recorded: "references",
    listings_ids_and_guids_are_answered_as_recorded: "reading",
    deletion_is_answered_as_recorded: "deletion",
    compatibility_is_answered_as_recorded: "compatibility",
    avro_vectors_are_answered_as_recorded: "avro-vectors",
    configuration_is_answered_as_recorded: "config",
    modes_are_answered_as_recorded: "mode",
    contexts_are_answered_as_recorded: "contexts",
    tags_are_answered_as_recorded: "tags",
    associations_are_answered_as_recorded: "associations",
    other_settings_are_answered_as_recorded: "settings",
}
