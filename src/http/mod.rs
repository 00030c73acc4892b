//! The only place that knows HTTP: Confluent's REST API and endpoints of our own, on actix-web.
//!
//! Requests go through `front` (what is refused, in which order), `routes` (every URL) and a handler, which unpacks a
//! `call::Call`, asks the registry once and writes the answer. Work that computes runs on `pool`, never here.

mod answer;
mod body;
mod call;
mod compression;
mod confluent;
mod context;
mod cors;
mod errors;
mod extensions;
mod front;
mod json;
mod kept;
mod media;
mod openapi;
mod pool;
mod request_id;
mod response_headers;
mod routes;
mod server;
mod settings;
mod tally;
mod traffic;
mod uri;

pub use cors::CrossOrigin;
pub use response_headers::ResponseHeader;
pub use server::{Bound, Server};
pub use settings::{HttpSettings, IncompatibleErrorCode, PageLimits, SearchLimits, UriRules};
