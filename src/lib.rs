#![doc = include_str!("README.md")]

#[cfg(feature = "server")]
pub mod admin;
pub mod compat;
#[cfg(feature = "server")]
pub mod http;
#[cfg(feature = "server")]
pub mod registry;
pub mod schema;
#[cfg(feature = "server")]
pub mod storage;
#[cfg(feature = "server")]
pub mod topic;
