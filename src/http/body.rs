//! Reading a request's body: whole, within its limit, in time, and within what all bodies together may hold.

use super::call::Door;
use super::traffic::Held;
use actix_web::HttpRequest;
use actix_web::body::{BodyStream, MessageBody};
use actix_web::http::{Version, header};
use actix_web::web::{Bytes, Payload};
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is larger than one body may be.
    TooLarge,
    /// Nothing more of it came for too long.
    Silent,
    /// It broke off, or its framing is wrong. The request is not carried out: what it wanted is not known.
    Broken,
    /// All bodies that are being read or worked on hold too much already.
    Crowded,
}

/// Reads the body whole, also where no handler wants it: an answer to a half read request would cost the connection.
/// What it holds is counted until the second part of the result is dropped.
pub(super) async fn read<'d>(
    request: &HttpRequest,
    payload: Payload,
    door: &'d Door,
) -> Result<(Bytes, Held<'d>), Unread> {
    let mut held = door.traffic.hold();
    let has_body = request.headers().contains_key(header::CONTENT_LENGTH)
        || request.headers().contains_key(header::TRANSFER_ENCODING)
        || request.version() >= Version::HTTP_2;
    if !has_body {
        return Ok((Bytes::new(), held));
    }
    let settings = &door.settings;
    let mut stream = pin!(BodyStream::new(payload.into_inner()));
    let mut first = Bytes::new();
    let mut whole = Vec::new();
    loop {
        let chunk = poll_fn(|context| stream.as_mut().poll_next(context));
        let chunk = match in_time(settings.body_silence, chunk).await.map_err(|_| Unread::Silent)? {
            Some(chunk) => chunk.map_err(|_| Unread::Broken)?,
            None if whole.is_empty() => return Ok((first, held)),
            None => return Ok((whole.into(), held)),
        };
        if first.len().max(whole.len()) + chunk.len() > settings.body_bytes_max {
            return Err(Unread::TooLarge);
        }
        if !held.take(chunk.len(), settings.all_bodies_bytes_max) {
            return Err(Unread::Crowded);
        }
        if first.is_empty() && whole.is_empty() {
            first = chunk; // most bodies are one chunk, which need not be copied
        } else {
            whole.extend_from_slice(&std::mem::take(&mut first));
            whole.extend_from_slice(&chunk);
        }
    }
}

/// [`timeout`] without a timer for what is there at once, as most bodies are.
async fn in_time<F: Future>(time: Duration, future: F) -> Result<F::Output, Elapsed> {
    let mut future = pin!(future);
    match poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await {
        Poll::Ready(output) => Ok(output),
        Poll::Pending => timeout(time, future).await,
    }
}
