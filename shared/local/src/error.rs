//! What goes wrong when the local AWS itself fails, and the errors it answers clients with.
//!
//! The two must not be mixed up: `LocalError` is for the program that hosts the local AWS,
//! `AwsError` is what a client sees on the wire, in AWS's own words.

use std::borrow::Cow;

/// A failure of the local AWS that its host has to know about.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// The state could not be read or written. A retry helps only if the disk recovers.
    #[error("the local state cannot be read or written: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The embedded DynamoDB could not be opened. A retry does not help.
    #[error("the local tables cannot be opened: {0}")]
    Tables(String),
    /// A file of the state is not whole. A retry does not help.
    #[error("{file} is damaged ({reason})")]
    Damaged {
        /// Which.
        file: &'static str,
        /// What SQLite says of it.
        reason: String,
    },
    /// A file of the state was written by another version of this program. A retry does not help.
    #[error("{file} is of another version of this program ({reason})")]
    OtherVersion {
        /// Which.
        file: &'static str,
        /// What it lacks.
        reason: String,
    },
    /// A directory or a port could not be had.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A worker ended in a way that it must not.
    #[error("a worker ended: {0}")]
    Worker(String),
    /// Another process works on the same directory. Helps: ending the other one.
    #[error("another process uses the state in {0}")]
    InUse(String),
    /// Somebody still reads what is to be written anew. A retry helps.
    #[error("the local state is being read")]
    Busy,
    /// Something that was asked for does not exist or is not allowed, in AWS's words.
    #[error("{0}")]
    Refused(#[from] AwsError),
}

/// An error as AWS answers it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct AwsError {
    /// HTTP status.
    pub status: u16,
    /// The error's name, without a namespace.
    pub code: Cow<'static, str>,
    /// One sentence for the developer.
    pub message: String,
}

impl AwsError {
    /// An error that the client caused; a retry of the same request does not help.
    pub fn client(code: &'static str, message: impl Into<String>) -> Self {
        Self { status: 400, code: Cow::Borrowed(code), message: message.into() }
    }

    /// An error on the service's side; SDKs retry it.
    pub fn service(code: &'static str, message: impl Into<String>) -> Self {
        Self { status: 500, code: Cow::Borrowed(code), message: message.into() }
    }
}

impl From<rusqlite::Error> for AwsError {
    fn from(error: rusqlite::Error) -> Self {
        tracing::error!(%error, "the local state failed");
        Self::service("InternalFailure", "the local state cannot be read or written")
    }
}

impl From<LocalError> for AwsError {
    fn from(error: LocalError) -> Self {
        match error {
            LocalError::Refused(refused) => refused,
            LocalError::Sqlite(error) => error.into(),
            other => Self::service("InternalFailure", other.to_string()),
        }
    }
}
