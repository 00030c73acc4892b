//! The door for continuous integration: judges schema files against a base, with the engine the server uses.

pub mod args;
pub mod base;
pub mod config;
pub mod discover;
pub mod estate;
pub mod references;
pub mod render;
pub mod report;
