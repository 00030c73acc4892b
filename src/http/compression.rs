//! Gzip of answers (`rest-api` 12.2).

use actix_web::http::header::{self, HeaderMap};
use actix_web::web::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;

/// Bytes below which a body is sent as it is.
const BODY_BYTES_MIN: usize = 32;

/// Whether the client takes gzip and the body is worth it. `*` does not name it, `q=0` refuses it.
pub(super) fn is_wanted(headers: &HeaderMap, body_bytes: usize) -> bool {
    body_bytes >= BODY_BYTES_MIN
        && headers.get_all(header::ACCEPT_ENCODING).any(|value| {
            value.to_str().is_ok_and(|value| {
                value.split(',').any(|coding| {
                    let mut parts = coding.split(';').map(str::trim);
                    let names_gzip = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
                    let q = parts.find_map(|part| part.strip_prefix("q=")).and_then(|q| q.parse::<f32>().ok());
                    names_gzip && q.unwrap_or(1.0) > 0.0
                })
            })
        })
}

/// The body, compressed for speed: schemas are repetitive, and readers are many.
pub(super) fn gzip(body: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 2 + 64), Compression::fast());
    let packed = encoder.write_all(body).and_then(|()| encoder.finish());
    Bytes::from(packed.expect("writing to memory does not fail"))
}
