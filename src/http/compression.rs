//! Gzip of answers (`rest-api` 12.2).

use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::web::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;

/// Bytes below which a body is sent as it is.
const BODY_BYTES_MIN: usize = 32;

/// Whether the client takes gzip and the body is worth it.
pub(super) fn is_wanted(headers: &HeaderMap, body_bytes: usize) -> bool {
    let takes = |value: &HeaderValue| value.to_str().is_ok_and(|list| list.split(',').any(names_gzip));
    body_bytes >= BODY_BYTES_MIN && headers.get_all(header::ACCEPT_ENCODING).any(takes)
}

/// Whether an element of `Accept-Encoding` names gzip without weighing it zero. `*` does not name it; a weight that is
/// not the first parameter, or no number, does not count: so the original's server reads it.
fn names_gzip(element: &str) -> bool {
    let (name, parameters) = element.split_once(';').unwrap_or((element, ""));
    let parameters = parameters.replace([' ', '\t'], "").to_ascii_lowercase();
    let weighs_nothing =
        parameters.strip_prefix("q=0").is_some_and(|rest| rest.bytes().all(|b| matches!(b, b'0' | b'.')));
    name.trim().eq_ignore_ascii_case("gzip") && !weighs_nothing
}

/// The body, compressed for speed: schemas are repetitive, and readers are many.
pub(super) fn gzip(body: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 2 + 64), Compression::fast());
    let packed = encoder.write_all(body).and_then(|()| encoder.finish());
    Bytes::from(packed.expect("writing to memory does not fail"))
}

#[cfg(test)]
mod tests {
    use super::names_gzip;

    #[test]
    fn gzip_is_taken_where_it_is_named_and_not_weighed_zero() {
        for (element, expected) in [
            ("gzip", true),
            (" GZip ; Q=0.5", true),
            ("gzip;q=0", false),
            ("gzip; q = 0.00", false),
            ("gzip;q=0.001", true),
            ("gzip;q=x", true),
            ("*", false),
            ("x-gzip", false),
            ("", false),
        ] {
            assert_eq!(names_gzip(element), expected, "{element}");
        }
    }
}
