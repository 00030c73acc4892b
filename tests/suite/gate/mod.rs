//! The gate: what it finds, decides and says.

mod export_base;
mod fake_registry;
mod folder_base;
mod git_base;
mod references;
mod registry_base;
mod render;
mod reports;
mod repository;
mod surveyed_base;
