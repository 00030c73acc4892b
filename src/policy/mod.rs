//! What may this team do? Joins the level verdict and the changes with versions, enforcement and exemptions.
//!
//! One pure decision (`change-classification` 8), the same for the gate and the server. Today's date is handed in.

pub mod answer;
mod version;

pub use version::SchemaVersion;
