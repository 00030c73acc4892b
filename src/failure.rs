//! Why a command ends early, and the exit codes for it (`command-line` 1).

/// What it came for could not be done; one line on standard error says why.
pub(crate) const COULD_NOT_COMPLETE: u8 = 101;
/// The command line makes no sense.
pub(crate) const WRONG_USAGE: u8 = 2;

/// Why a command ends early: the exit code and the one line that says what is wrong and what to do.
pub(crate) struct Failure {
    /// The exit code.
    pub(crate) code: u8,
    /// The line.
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn incomplete(message: impl Into<String>) -> Self {
        Self { code: COULD_NOT_COMPLETE, message: message.into() }
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { code: WRONG_USAGE, message: message.into() }
    }
}
