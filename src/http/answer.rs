//! An answer before it is framed: status and body, JSON mostly. Headers and compression are the front's business.

use super::json::Writer;
use actix_web::web::Bytes;

/// What a handler answers with.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Bytes,
    /// Whether the negotiated type is announced; the errors that routing itself raises carry none.
    pub(super) is_typed: bool,
    /// The type where none is asked for by name, if it is not the one that is preferred elsewhere.
    pub(super) usual_type: Option<&'static str>,
    /// Seconds after which the client should try again.
    pub(super) retry_after_s: Option<u32>,
    /// Whether it may be given again ([`super::kept`]).
    pub(super) lasting: Lasting,
}

/// Whether an answer follows from the request's target and body and from what the registry knows, and from nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lasting {
    /// It does not, or nobody has thought about it.
    No,
    /// It does.
    Yes,
    /// It does, and tells a verdict of the level, which is counted each time: whether a schema is compatible.
    Verdict(bool),
}

impl Answer {
    /// 200 with the JSON that `write` writes.
    pub(super) fn json(write: impl FnOnce(&mut Writer)) -> Self {
        Self::json_sized(128, write)
    }

    /// [`Self::json`] for a body of about `bytes`.
    pub(super) fn json_sized(bytes: usize, write: impl FnOnce(&mut Writer)) -> Self {
        let mut writer = Writer::with_capacity(bytes);
        write(&mut writer);
        Self::bytes(writer.into_bytes())
    }

    /// 200 with a text that is sent as it is.
    pub(super) fn text(text: &str) -> Self {
        Self::bytes(text.as_bytes().to_vec())
    }

    /// 200 with a body that stands already.
    pub(super) fn bytes(body: impl Into<Bytes>) -> Self {
        let body = body.into();
        Self { status: 200, body, is_typed: true, usual_type: None, retry_after_s: None, lasting: Lasting::No }
    }

    /// 204.
    pub(super) fn nothing() -> Self {
        Self { status: 204, is_typed: false, ..Self::bytes(Vec::new()) }
    }

    /// `{"error_code":…,"message":…}`.
    pub(super) fn error(status: u16, code: u32, message: &str) -> Self {
        let mut answer = Self::json_sized(message.len() + 64, |json| {
            json.object(|json| {
                json.key("error_code").number(code.into());
                json.key("message").text(message);
            });
        });
        answer.status = status;
        answer
    }

    /// The same with a type of its own where none is asked for by name.
    pub(super) fn usually(mut self, media_type: &'static str) -> Self {
        self.usual_type = Some(media_type);
        self
    }

    /// The same, which may be given again until something changes ([`super::kept`]).
    pub(super) fn lasting(mut self) -> Self {
        self.lasting = Lasting::Yes;
        self
    }

    /// The same without a type.
    pub(super) fn untyped(mut self) -> Self {
        self.is_typed = false;
        self
    }
}
