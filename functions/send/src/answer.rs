//! What an answer of SES means for a send: one table (FACTS of SES v2's API, `SendEmail`).
//!
//! SES has no idempotency token, so only a definite refusal may be tried again; whatever leaves doubt is unknown.

use aws_sdk_sesv2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::send_email::{SendEmailError, SendEmailOutput};

/// What became of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// SES took it, under this id.
    Accepted(String),
    /// SES did not take it; a later try may succeed.
    Refused(String),
    /// SES did not take it and will not.
    Rejected(String),
    /// Nobody knows.
    Unknown(String),
}

impl Answer {
    /// Its name in logs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Accepted(_) => "accepted",
            Self::Refused(_) => "refused",
            Self::Rejected(_) => "rejected",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// Error codes after which SES has not taken the mail, and whether a later try may succeed.
const DEFINITE: [(&str, bool); 14] = [
    ("TooManyRequestsException", true),
    ("ThrottlingException", true),
    ("LimitExceededException", true),
    ("AccountSuspendedException", true),
    ("SendingPausedException", true),
    ("MailFromDomainNotVerifiedException", true),
    ("NotFoundException", true),
    ("ExpiredTokenException", true),
    ("UnrecognizedClientException", true),
    ("AccessDeniedException", true),
    ("InvalidClientTokenId", true),
    ("MessageRejected", false),
    ("BadRequestException", false),
    ("ValidationException", false),
];

/// Reads an answer.
#[must_use]
pub fn classify<R>(outcome: &Result<SendEmailOutput, SdkError<SendEmailError, R>>) -> Answer {
    match outcome {
        Ok(output) => Answer::Accepted(output.message_id().unwrap_or_default().to_owned()),
        Err(SdkError::ServiceError(error)) => by_code(error.err().code().unwrap_or_default()),
        // The request was never built, so no byte has left.
        Err(SdkError::ConstructionFailure(_)) => Answer::Refused("the request could not be made".to_owned()),
        Err(SdkError::TimeoutError(_)) => Answer::Unknown("time-out".to_owned()),
        Err(SdkError::DispatchFailure(failure)) => match failure.as_connector_error() {
            // The connection was never made, so no byte has left.
            Some(error) if error.is_user() => Answer::Refused("the request could not be made".to_owned()),
            _ => Answer::Unknown("connection failed".to_owned()),
        },
        Err(_) => Answer::Unknown("unreadable reply".to_owned()),
    }
}

fn by_code(code: &str) -> Answer {
    match DEFINITE.iter().find(|(known, _)| *known == code) {
        Some((_, true)) => Answer::Refused(code.to_owned()),
        Some((_, false)) => Answer::Rejected(code.to_owned()),
        None => Answer::Unknown(if code.is_empty() { "an unnamed error".to_owned() } else { code.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_to_be_definite_is_tried_again() {
        assert_eq!(by_code("TooManyRequestsException"), Answer::Refused("TooManyRequestsException".to_owned()));
        assert_eq!(by_code("MessageRejected"), Answer::Rejected("MessageRejected".to_owned()));
        for doubtful in ["InternalServiceErrorException", "ServiceUnavailable", "SomethingNew", ""] {
            assert!(matches!(by_code(doubtful), Answer::Unknown(_)), "{doubtful}");
        }
    }
}
