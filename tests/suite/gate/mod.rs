//! The gate: what it finds, decides and says.

mod folder_base;
mod git_base;
mod references;
mod render;
mod reports;
mod repository;
