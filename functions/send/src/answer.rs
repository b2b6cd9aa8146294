//! What an answer of SES means for a send: one table of everything that `SendEmail` of SES v2 can come to.
//!
//! SES has no idempotency token, so only a definite refusal may be tried again; whatever leaves doubt is unknown. Only the
//! service's own word for an error is kept: its message may hold an address.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sesv2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::send_email::{SendEmailError, SendEmailOutput};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

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

    /// Whether SES keeps mails back for a reason of the account, which somebody has to mend: not only for its rate.
    #[must_use]
    pub fn is_of_the_account(&self) -> bool {
        matches!(self, Self::Refused(_)) && !self.is_throttling()
    }

    /// Whether SES says that it was asked too fast, so that all workers slow down.
    #[must_use]
    pub fn is_throttling(&self) -> bool {
        matches!(self, Self::Refused(why) if meaning_of(why) == Some(Meaning::Throttled))
    }
}

/// What an error code means. SES has not taken the mail after any of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// Too fast, or today's quota is used up.
    Throttled,
    /// Something about the account, its rights or its settings: a later try may succeed.
    Refused,
    /// Something about this mail: the same again fails again.
    Rejected,
}

/// Every error of `SendEmail` (API reference of SES v2) and the common errors of all AWS services.
const CODES: [(&str, Meaning); 30] = [
    ("TooManyRequestsException", Meaning::Throttled),
    ("ThrottlingException", Meaning::Throttled),
    ("Throttling", Meaning::Throttled),
    ("RequestLimitExceeded", Meaning::Throttled),
    ("SlowDown", Meaning::Throttled),
    ("LimitExceededException", Meaning::Throttled),
    ("AccountSuspendedException", Meaning::Refused),
    ("SendingPausedException", Meaning::Refused),
    ("MailFromDomainNotVerifiedException", Meaning::Refused),
    ("NotFoundException", Meaning::Refused),
    ("AccessDenied", Meaning::Refused),
    ("AccessDeniedException", Meaning::Refused),
    ("ExpiredToken", Meaning::Refused),
    ("ExpiredTokenException", Meaning::Refused),
    ("IncompleteSignature", Meaning::Refused),
    ("InvalidClientTokenId", Meaning::Refused),
    ("InvalidSignatureException", Meaning::Refused),
    ("MissingAuthenticationToken", Meaning::Refused),
    ("MissingAuthenticationTokenException", Meaning::Refused),
    ("NotAuthorized", Meaning::Refused),
    ("OptInRequired", Meaning::Refused),
    ("RequestExpired", Meaning::Refused),
    ("SignatureDoesNotMatch", Meaning::Refused),
    ("UnrecognizedClientException", Meaning::Refused),
    ("UnknownOperationException", Meaning::Refused),
    ("MessageRejected", Meaning::Rejected),
    ("BadRequestException", Meaning::Rejected),
    ("MalformedHttpRequestException", Meaning::Rejected),
    ("ValidationError", Meaning::Rejected),
    ("ValidationException", Meaning::Rejected),
];

/// Why SES refuses a mail whose sender, or in the sandbox whose reader, is not verified. It says so as `MessageRejected`, a
/// code that otherwise condemns the mail itself; but the mail is as good as before, and goes when the identity is
/// verified. A text of our own: SES's names the address.
const NOT_VERIFIED: &str = "IdentityNotVerified";
/// What tells it from other rejections: "Email address is not verified. The following identities failed the check in region
/// US-EAST-1: ..." (Amazon SES Developer Guide, "Amazon SES email sending errors",
/// <https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-error-messages.html>, read 2026-11-30).
const SAYS_NOT_VERIFIED: &str = "not verified";

fn meaning_of(code: &str) -> Option<Meaning> {
    CODES.iter().find(|(known, _)| *known == code).map(|(_, meaning)| *meaning)
}

/// What an answer came in.
pub trait Reply: std::fmt::Debug + 'static {
    /// Its HTTP status, where it has one.
    fn status(&self) -> Option<u16>;
}

impl Reply for HttpResponse {
    fn status(&self) -> Option<u16> {
        Some(self.status().as_u16())
    }
}

/// For those who make answers without HTTP.
impl Reply for () {
    fn status(&self) -> Option<u16> {
        None
    }
}

/// Reads an answer.
#[must_use]
pub fn classify<R: Reply>(outcome: &Result<SendEmailOutput, SdkError<SendEmailError, R>>) -> Answer {
    let unknown = |why: &str| Answer::Unknown(why.to_owned());
    let error = match outcome {
        Ok(output) => return Answer::Accepted(output.message_id().unwrap_or_default().to_owned()),
        Err(error) => error,
    };
    match error {
        // Whatever it says of itself: a failing server may have taken the mail before it failed.
        SdkError::ServiceError(service) if Reply::status(service.raw()).is_some_and(|status| status >= 500) => {
            unknown("a failing server")
        }
        // What it took, it could not tell.
        SdkError::ServiceError(service) if Reply::status(service.raw()).is_some_and(|status| status < 300) => {
            unknown("unreadable reply")
        }
        SdkError::ServiceError(service)
            if service.err().code() == Some("MessageRejected")
                && service.err().message().is_some_and(|text| text.contains(SAYS_NOT_VERIFIED)) =>
        {
            Answer::Refused(NOT_VERIFIED.to_owned())
        }
        SdkError::ServiceError(service) => by_code(service.err().code().unwrap_or_default()),
        SdkError::ConstructionFailure(_) => Answer::Refused("the request could not be made".to_owned()),
        SdkError::DispatchFailure(_) if has_cause::<CredentialsError>(error) => {
            Answer::Refused("no credentials".to_owned())
        }
        SdkError::DispatchFailure(_) if never_connected(error) => Answer::Refused("no connection".to_owned()),
        SdkError::DispatchFailure(failure) if failure.is_user() => {
            Answer::Refused("the request could not be made".to_owned())
        }
        SdkError::DispatchFailure(failure) if failure.is_timeout() => unknown("time-out"),
        SdkError::DispatchFailure(_) => unknown("connection lost"),
        SdkError::TimeoutError(_) => unknown("time-out"),
        _ => unknown("unreadable reply"),
    }
}

fn by_code(code: &str) -> Answer {
    match meaning_of(code) {
        Some(Meaning::Throttled | Meaning::Refused) => Answer::Refused(code.to_owned()),
        Some(Meaning::Rejected) => Answer::Rejected(code.to_owned()),
        // A code is one word; anything else may be somebody's text.
        None if !code.is_empty() && code.len() <= 64 && code.chars().all(|letter| letter.is_ascii_alphanumeric()) => {
            Answer::Unknown(code.to_owned())
        }
        None => Answer::Unknown("an unnamed error".to_owned()),
    }
}

/// Whether the connection was never made, so that no byte has left.
fn never_connected(error: &(dyn Error + 'static)) -> bool {
    causes(error).any(|cause| {
        cause
            .downcast_ref::<hyper_util::client::legacy::Error>()
            .is_some_and(hyper_util::client::legacy::Error::is_connect)
    })
}

fn has_cause<E: Error + 'static>(error: &(dyn Error + 'static)) -> bool {
    causes(error).any(|cause| cause.is::<E>())
}

fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'e (dyn Error + 'static)| (**error).source())
}
