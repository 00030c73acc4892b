//! The gate: what it finds, decides and says.

mod adopted;
mod arguments;
mod config;
mod discover;
mod exemptions;
mod export_base;
mod folder_base;
mod forms;
mod git_base;
mod hostile;
mod manifest;
mod passed_over;
mod past;
mod preflight;
mod product;
mod recipes;
mod records;
mod references;
mod registry_base;
mod render;
mod reports;
mod repository;
mod rules;
pub(crate) mod session;
mod survey;
mod surveyed_base;
mod witness;

use crate::fake_registry;
