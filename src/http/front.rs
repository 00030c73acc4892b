//! What happens to a request before its handler and to an answer after it.
//!
//! Confluent's server checks in an order of its own (`rest-api` 3.4): URI, size, unreadable media types, route, method,
//! `Content-Type`, `Accept`, parameters, body. The framework's router knows routes before anything else, answers 404
//! where 405 is due and decodes paths by other rules; so it gets one default service, and the order stands here.

use super::answer::{Answer, Lasting};
use super::body::{self, Unread};
use super::call::{Call, Door};
use super::context::Prefix;
use super::errors::ApiError;
use super::extensions::metrics::Format;
use super::kept::Question;
use super::media::{self, Acceptable, BodyType, Unreadable};
use super::response_headers::ResponseHeader;
use super::traffic::Passage;
use super::uri::{self, RawPath, RefusedUri};
use super::{compression, request_id, routes};
use actix_web::body::BoxBody;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::web::{Bytes, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use std::borrow::Cow;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

/// Bytes of a request line, and of all headers, above which the request is refused.
const HEAD_BYTES_MAX: usize = 8192;

/// Bytes up to which a body is compressed on the event loop: about a tenth of a millisecond.
const COMPRESSED_HERE_BYTES_MAX: usize = 16 << 10;

/// Requests that are refused before the application, each with the page's title.
enum Refused {
    Uri(RefusedUri),
    Head(StatusCode, &'static str),
    TooLarge { bytes: u64, bytes_max: usize },
    Unread { unread: Unread, bytes_max: usize },
    Unreadable,
}

/// The one service: answers every request.
pub(super) async fn serve(request: HttpRequest, payload: Payload, door: Data<Door>) -> HttpResponse {
    let passage = Passage::enter(door.clone());
    let request_id = request_id::of(request.headers());
    let answered = match check_head(&request, &door) {
        Ok(path) => match body::read(&request, payload, &door).await {
            Ok((body, held)) => {
                let answered = answer(&request, &path, body, &door, &passage).await;
                drop(held);
                answered
            }
            Err(unread) => Err(Refused::Unread { unread, bytes_max: door.settings.body_bytes_max }),
        },
        Err(refused) => Err(refused),
    };
    let half_read = matches!(answered, Err(Refused::Unread { .. }));
    let has_id = !matches!(answered, Err(Refused::Uri(_) | Refused::Head(..) | Refused::Unreadable));
    let mut response = answered.unwrap_or_else(|refused| refusal(&request, &refused, &door));
    if has_id {
        response.headers_mut().insert(request_id::NAME, request_id);
    }
    if half_read || door.traffic.is_closing() {
        response.head_mut().set_connection_type(ConnectionType::Close);
    }
    passage.end_with(request.method(), response)
}

fn check_head<'r>(request: &'r HttpRequest, door: &Door) -> Result<RawPath<'r>, Refused> {
    let target = request.uri();
    if let (Some(authority), Some(host)) = (target.authority(), request.headers().get(header::HOST))
        && request.version() < actix_web::http::Version::HTTP_2
        && authority.as_str().as_bytes() != host.as_bytes()
    {
        return Err(Refused::Head(StatusCode::BAD_REQUEST, "Authority!=Host"));
    }
    let target_bytes = target.path_and_query().map_or(0, |target| target.as_str().len());
    if target_bytes > HEAD_BYTES_MAX {
        return Err(Refused::Head(StatusCode::URI_TOO_LONG, "URI Too Long"));
    }
    let head_bytes: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if target_bytes + head_bytes > HEAD_BYTES_MAX {
        return Err(Refused::Head(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "Request Header Fields Too Large"));
    }
    let path = RawPath::read(target.path(), door.settings.uri_rules).map_err(Refused::Uri)?;
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let bytes_max = door.settings.body_bytes_max;
    match length {
        Some(bytes) if bytes > bytes_max as u64 => Err(Refused::TooLarge { bytes, bytes_max }),
        _ => Ok(path),
    }
}

/// Answers a request whose head and body are sound: what the operator's settings add, around the API itself.
async fn answer(
    request: &HttpRequest,
    path: &RawPath<'_>,
    body: Bytes,
    door: &Data<Door>,
    passage: &Passage,
) -> Result<HttpResponse, Refused> {
    let crossing = door.settings.cross_origin.as_ref().map(|rules| rules.judge(request));
    let is_answered = crossing.as_ref().is_some_and(|crossing| crossing.is_answered);
    let mut response = match is_answered {
        true => HttpResponse::new(StatusCode::OK),
        false => {
            let mut response = route(request, path, body, door, passage).await?;
            ResponseHeader::put_all(&door.settings.response_headers, response.headers_mut());
            response
        }
    };
    if let Some(crossing) = crossing {
        crossing.mark(response.headers_mut());
    }
    Ok(response)
}

async fn route(
    request: &HttpRequest,
    path: &RawPath<'_>,
    body: Bytes,
    door: &Data<Door>,
    passage: &Passage,
) -> Result<HttpResponse, Refused> {
    let headers = request.headers();
    let values = |name: HeaderName| headers.get_all(name).map(HeaderValue::as_bytes);
    let body_type = media::body_type(values(header::CONTENT_TYPE)).map_err(|Unreadable| Refused::Unreadable)?;
    let acceptable = media::acceptable(values(header::ACCEPT)).map_err(|Unreadable| Refused::Unreadable)?;
    let answer = |answer: Answer, media_type: Cow<'static, str>| framed(request, door, answer, media_type, None);
    let preferred = Cow::Borrowed(media::PREFERRED);

    let not_found = || Answer::error(404, 404, "HTTP 404 Not Found").untyped();
    let Some(segments) = path.segments() else { return Ok(answer(not_found(), preferred)) };
    let (prefix, segments) = Prefix::split(segments);
    let Some(route) = routes::find(segments, prefix.is_given()) else { return Ok(answer(not_found(), preferred)) };
    passage.takes(&route, segments);
    let context = match prefix.context(&route, request.method(), request.uri().query().unwrap_or("")) {
        Ok(context) => context,
        Err(error) => return Ok(answer(error.answer(door.settings.incompatible_error_code), preferred)),
    };
    if request.method() == Method::OPTIONS {
        return Ok(options(request, route.resource));
    }
    let Some(handler) = route.resource.handler(request.method().as_str()) else {
        return Ok(answer(Answer::error(405, 405, "HTTP 405 Method Not Allowed").untyped(), preferred));
    };
    let (accepted, media_type) = match acceptable {
        Acceptable::Type(media_type) => (true, media_type),
        Acceptable::Nothing => (route.is_text, preferred.clone()),
    };
    if body_type == BodyType::Unsupported {
        return Ok(answer(Answer::error(415, 415, "HTTP 415 Unsupported Media Type"), media_type));
    }
    if !accepted {
        return Ok(answer(Answer::error(406, 406, "HTTP 406 Not Acceptable").untyped(), preferred));
    }
    let question = if route.may_last { question(request, door, &body) } else { None };
    if let Some((answered, packed)) = question.as_ref().and_then(|question| kept(request, door, question)) {
        return Ok(framed(request, door, answered, media_type, packed));
    }
    let call = Call {
        door: door.clone(),
        arguments: route.arguments.map(|segment| uri::decode(segment).into_owned()),
        query: request.uri().query().unwrap_or("").to_owned(),
        body,
        is_octets: body_type == BodyType::Octets,
        context,
        format: if route.is_text { media::scraped(values(header::ACCEPT)) } else { Format::Plain },
    };
    let answered = guarded(handler(call)).await.unwrap_or_else(|error| failed(request, door, &error));
    let media_type = own_type(request, &answered, route.is_text).unwrap_or(media_type);
    let packed = packed(request, door, &answered).await;
    if let Some(question) = &question {
        door.kept.keep(question, &answered, packed.as_ref());
    }
    Ok(framed(request, door, answered, media_type, packed))
}

/// The type of an answer that has one of its own where none is asked for by name.
fn own_type(request: &HttpRequest, answer: &Answer, is_text: bool) -> Option<Cow<'static, str>> {
    let usual = Cow::Borrowed(answer.usual_type?);
    let accepted = || request.headers().get_all(header::ACCEPT).map(HeaderValue::as_bytes);
    Some(if is_text { usual } else { media::named(accepted()).unwrap_or(usual) })
}

/// What is asked, for answers that last.
fn question(request: &HttpRequest, door: &Door, body: &[u8]) -> Option<Question> {
    let target = request.uri().path_and_query().map_or("", |target| target.as_str());
    Question::new(&door.registry, request.method(), target, body)
}

/// The answer that was given before, in the form in which this client takes it, if it is kept.
fn kept(request: &HttpRequest, door: &Door, question: &Question) -> Option<(Answer, Option<Bytes>)> {
    let kept = door.kept.find(question)?;
    let answered = kept.answer();
    let packed = match is_packed(request, door, &answered) {
        true => Some(kept.packed()?.clone()),
        false => None,
    };
    if let Lasting::Verdict(is_compatible) = answered.lasting {
        door.registry.figures().verdict(is_compatible);
    }
    Some((answered, packed))
}

/// The answer that tells of an error; the log hears of those that are our fault.
fn failed(request: &HttpRequest, door: &Door, error: &ApiError) -> Answer {
    let answer = error.answer(door.settings.incompatible_error_code);
    if answer.status == 500 {
        // 503 is a state, which was logged when it began.
        tracing::error!(method = %request.method(), path = request.uri().path(), ?error, "a request failed");
    }
    answer
}

/// The body in gzip, where it goes out so. What takes long leaves the event loop; if there is no room for
/// it, the body goes out as it is.
async fn packed(request: &HttpRequest, door: &Door, answer: &Answer) -> Option<Bytes> {
    if !is_packed(request, door, answer) {
        return None;
    }
    if answer.body.len() < COMPRESSED_HERE_BYTES_MAX {
        return Some(compression::gzip(&answer.body));
    }
    let body = answer.body.clone();
    door.pool.run(move || compression::gzip(&body)).await.ok()
}

/// Whether the body goes out in gzip.
fn is_packed(request: &HttpRequest, door: &Door, answer: &Answer) -> bool {
    negotiates(request, door) && answer.status < 300 && compression::is_wanted(request.headers(), answer.body.len())
}

/// Whether the original's compression looks at the request at all.
fn negotiates(request: &HttpRequest, door: &Door) -> bool {
    door.settings.compression && (*request.method() == Method::GET || *request.method() == Method::POST)
}

/// Turns a panic of a handler into an answer. What it left behind is safe to go on with: handlers own their call, and
/// the registry publishes its state by whole pointers.
async fn guarded(handler: impl Future<Output = Result<Answer, ApiError>>) -> Result<Answer, ApiError> {
    let mut handler = pin!(handler);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| handler.as_mut().poll(context))) {
        Ok(progress) => progress,
        Err(_) => Poll::Ready(Err(ApiError::Panicked)),
    })
    .await
}

/// Puts an answer on the wire: type, compressed body, `Vary`, `Retry-After`.
fn framed(
    request: &HttpRequest,
    door: &Door,
    answer: Answer,
    media_type: Cow<'static, str>,
    packed: Option<Bytes>,
) -> HttpResponse {
    let mut response = HttpResponse::new(StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK));
    let headers = response.headers_mut();
    if answer.is_typed {
        headers.insert(header::CONTENT_TYPE, media_value(media_type));
    }
    if negotiates(request, door) {
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    if let Some(seconds) = answer.retry_after_s {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    match packed {
        Some(packed) => {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            response.set_body(BoxBody::new(packed))
        }
        None if answer.status == 204 => response,
        None => response.set_body(BoxBody::new(answer.body)),
    }
}

fn media_value(media_type: Cow<'static, str>) -> HeaderValue {
    match media_type {
        Cow::Borrowed(media_type) => HeaderValue::from_static(media_type),
        Cow::Owned(media_type) => {
            HeaderValue::try_from(media_type).unwrap_or_else(|_| HeaderValue::from_static(media::PREFERRED))
        }
    }
}

/// OPTIONS: the methods as a text, or no body where another type is preferred.
fn options(request: &HttpRequest, resource: &routes::Resource) -> HttpResponse {
    let methods = resource.methods();
    let asked = request.headers().get_all(header::ACCEPT).map(HeaderValue::as_bytes);
    let preferred = media::preferred_to_text(asked);
    let body = if preferred.is_some() { String::new() } else { methods.join(", ") };
    let media_type = preferred.map_or(Cow::Borrowed("text/plain"), Cow::Owned);
    let mut response = HttpResponse::new(StatusCode::OK);
    response.headers_mut().insert(header::CONTENT_TYPE, media_value(media_type));
    if let Ok(allowed) = HeaderValue::try_from(methods.join(",")) {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response.set_body(BoxBody::new(body))
}

fn too_large(bytes: impl std::fmt::Display, bytes_max: usize) -> Bytes {
    Answer::error(413, 413, &format!("Request body is too large: {bytes}>{bytes_max}")).body
}

/// The answer to a request whose body was not read.
fn unread_answer(unread: Unread, bytes_max: usize) -> (StatusCode, Bytes) {
    let (status, message) = match unread {
        Unread::TooLarge => {
            return (StatusCode::PAYLOAD_TOO_LARGE, too_large(format_args!("more than {bytes_max}"), bytes_max));
        }
        Unread::Silent => (StatusCode::REQUEST_TIMEOUT, "The request body did not arrive in time"),
        Unread::Broken => (StatusCode::BAD_REQUEST, "The request body is incomplete"),
        Unread::Crowded => (StatusCode::TOO_MANY_REQUESTS, "Too many large requests at once; try again"),
    };
    (status, Answer::error(status.as_u16(), status.as_u16().into(), message).body)
}

/// A request that never reached the application.
///
/// The original's server writes a body for GET, HEAD and POST alone, but for a malformed escape; its application adds
/// that the others but PUT get no header either.
fn refusal(request: &HttpRequest, refused: &Refused, door: &Door) -> HttpResponse {
    const PAGE: &str = "text/html;charset=iso-8859-1";
    let is_told = matches!(*request.method(), Method::GET | Method::HEAD | Method::POST);
    let mut is_handled = true;
    let (status, body): (_, Option<(Bytes, _)>) = match refused {
        Refused::Uri(uri) => {
            let page = (is_told || uri.page_for_every_method).then(|| page(400, uri.reason));
            (StatusCode::BAD_REQUEST, page.map(|page| (page.into_bytes().into(), PAGE)))
        }
        Refused::Head(status, reason) => (*status, Some((page(status.as_u16(), reason).into_bytes().into(), PAGE))),
        Refused::TooLarge { bytes, bytes_max } => {
            is_handled = is_told || *request.method() == Method::PUT;
            (StatusCode::PAYLOAD_TOO_LARGE, is_told.then(|| (too_large(bytes, *bytes_max), "application/json")))
        }
        Refused::Unread { unread, bytes_max } => {
            let (status, body) = unread_answer(*unread, *bytes_max);
            (status, Some((body, "application/json")))
        }
        Refused::Unreadable => {
            is_handled = is_told || *request.method() == Method::PUT;
            let accepted = request.headers().get_all(header::ACCEPT).map(HeaderValue::as_bytes);
            let is_explained = is_told && media::takes_a_page(accepted);
            let body = is_explained.then(|| (Answer::error(400, 400, "Bad Request").body, "application/json"));
            (StatusCode::BAD_REQUEST, body)
        }
    };
    let mut response = HttpResponse::new(status);
    let headers: &mut HeaderMap = response.headers_mut();
    if is_handled {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("must-revalidate,no-cache,no-store"));
    }
    if matches!(refused, Refused::TooLarge { .. } | Refused::Unread { .. }) && negotiates(request, door) {
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    if status == StatusCode::TOO_MANY_REQUESTS {
        headers.insert(header::RETRY_AFTER, 1.into());
    }
    match body {
        Some((body, media_type)) => {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
            response.set_body(BoxBody::new(body))
        }
        None => response,
    }
}

fn page(status: u16, reason: &str) -> String {
    format!(
        "<html>\n<head><title>Error {status} {reason}</title></head>\n<body><h2>HTTP ERROR {status} {reason}</h2></body>\n</html>\n"
    )
}
