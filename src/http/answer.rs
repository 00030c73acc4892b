//! An answer before it is framed: status and body, JSON mostly. Headers and compression are the front's business.

use super::json::Writer;

/// What a handler answers with.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    /// Whether the negotiated type is announced; the errors that routing itself raises carry none.
    pub(super) is_typed: bool,
    /// The type where none is asked for by name, if it is not the one that is preferred elsewhere.
    pub(super) usual_type: Option<&'static str>,
    /// Seconds after which the client should try again.
    pub(super) retry_after_s: Option<u32>,
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

    fn bytes(body: Vec<u8>) -> Self {
        Self { status: 200, body, is_typed: true, usual_type: None, retry_after_s: None }
    }

    /// 204.
    pub(super) fn nothing() -> Self {
        Self { status: 204, body: Vec::new(), is_typed: false, usual_type: None, retry_after_s: None }
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

    /// The same without a type.
    pub(super) fn untyped(mut self) -> Self {
        self.is_typed = false;
        self
    }
}
