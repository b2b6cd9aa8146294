//! Faults on demand: tests make the next calls of an operation fail the way AWS fails.
//!
//! Nothing fails unless a test asked for it, and a fault is used up by the call that it hit.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::error::AwsError;

/// What happens to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Refused because of its rate; nothing was done.
    Throttle,
    /// Refused with this error name (`MessageRejected`, `SendingPausedException`); nothing was done.
    Refuse(String),
    /// Refused by SES because the identity of that name is not verified; nothing was done. The text is SES's own.
    NotVerified(String),
    /// Answered with HTTP 500; nothing was done, but the client cannot know.
    ServerError,
    /// A batch of reads or writes is answered, and none of it was processed (`UnprocessedKeys`, `UnprocessedItems`).
    Unprocessed,
    /// The request is lost and the client's wait runs out; nothing was done.
    RequestLost,
    /// The work is done, the reply is lost and the client's wait runs out.
    ReplyLost,
}

impl Fault {
    /// The error that the client reads, if it reads any.
    pub(crate) fn error(&self, operation: &str) -> Option<AwsError> {
        match self {
            Self::Throttle if operation == "SendEmail" || operation == "GetAccount" => Some(AwsError {
                status: 429,
                code: "TooManyRequestsException".into(),
                message: "Maximum sending rate exceeded.".to_owned(),
            }),
            Self::Throttle => Some(AwsError::client("ThrottlingException", "Rate exceeded")),
            Self::Refuse(code) => {
                Some(AwsError { status: 400, code: code.clone().into(), message: "refused on demand".to_owned() })
            }
            Self::NotVerified(identity) => Some(AwsError {
                status: 400,
                code: "MessageRejected".into(),
                message: format!(
                    "Email address is not verified. The following identities failed the check in region US-EAST-1: {identity}"
                ),
            }),
            Self::ServerError => Some(AwsError::service("InternalServiceErrorException", "failed on demand")),
            Self::Unprocessed | Self::RequestLost | Self::ReplyLost => None,
        }
    }
}

/// The faults that wait for their calls, by operation.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    waiting: AtomicUsize,
    by_operation: Mutex<HashMap<String, Vec<Fault>>>,
}

impl Faults {
    /// Makes the next `times` calls of `operation` meet `fault`, after those that wait already.
    pub(crate) fn add(&self, operation: &str, fault: &Fault, times: usize) {
        let mut faults = self.by_operation.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = faults.entry(operation.to_owned()).or_default();
        // Taken from the end, so the newest goes to the front.
        queue.splice(0..0, std::iter::repeat_n(fault.clone(), times));
        self.waiting.fetch_add(times, Ordering::Release);
    }

    /// The fault that this call of `operation` meets.
    pub(crate) fn take(&self, operation: &str) -> Option<Fault> {
        if self.waiting.load(Ordering::Acquire) == 0 {
            return None;
        }
        let mut faults = self.by_operation.lock().unwrap_or_else(PoisonError::into_inner);
        let fault = faults.get_mut(operation)?.pop()?;
        self.waiting.fetch_sub(1, Ordering::Release);
        Some(fault)
    }
}
