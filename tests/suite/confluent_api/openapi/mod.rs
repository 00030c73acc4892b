//! `GET /openapi.json`: whether it is OpenAPI, whether it describes the routes and nothing else, and whether every
//! recorded request and answer is as it says.

pub(crate) mod description;
mod document;
mod inventory;
mod own;
mod requests;
mod routes;
