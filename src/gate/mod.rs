//! The door for continuous integration: judges schema files against a base, with the engine the server uses.

pub mod base;
pub mod estate;
pub mod render;
pub mod report;
