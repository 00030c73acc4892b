//! `X-Request-ID`: the client's own, or a fresh one (`rest-api` 12.1).

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use std::cell::Cell;

pub(super) const NAME: HeaderName = HeaderName::from_static("x-request-id");

/// The single non-blank value the client sent, else a random UUID.
pub(super) fn of(headers: &HeaderMap) -> HeaderValue {
    let mut given = headers.get_all(NAME);
    match (given.next(), given.next()) {
        (Some(value), None) if value.as_bytes().iter().any(|b| !b.is_ascii_whitespace()) => value.clone(),
        _ => fresh(),
    }
}

/// A version 4 UUID from a generator seeded once per thread: these ids need be distinct, not secret, and a system call
/// for each would be felt in reads.
fn fresh() -> HeaderValue {
    thread_local! {
        static STATE: Cell<u128> = Cell::new(uuid::Uuid::new_v4().as_u128() | 1);
    }
    let random = STATE.with(|state| {
        // PCG: a linear congruential step, then the high half xored into the low one.
        let next = state.get().wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645).wrapping_add(1 | 2 << 64);
        state.set(next);
        next ^ (next >> 64)
    });
    let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
    let id = uuid::Builder::from_random_bytes(random.to_be_bytes()).into_uuid();
    let text = id.hyphenated().encode_lower(&mut text);
    HeaderValue::from_str(text).expect("a UUID is a legal header value")
}
