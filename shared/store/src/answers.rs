//! What answers of DynamoDB mean to a caller: one place for all operations.
//!
//! No message of the SDK goes on from here: messages may show values.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;

use crate::error::StoreError;

/// An operation whose write may depend on a condition.
pub(crate) trait Conditional: ProvideErrorMetadata {
    /// The operation's name.
    const OPERATION: &str;

    /// Whether the condition did not hold, so that nothing was written.
    fn is_unmet(&self) -> bool;
}

impl Conditional for PutItemError {
    const OPERATION: &str = "PutItem";

    fn is_unmet(&self) -> bool {
        self.is_conditional_check_failed_exception()
    }
}

impl Conditional for UpdateItemError {
    const OPERATION: &str = "UpdateItem";

    fn is_unmet(&self) -> bool {
        self.is_conditional_check_failed_exception()
    }
}

/// What a conditional write brought; `None` where its condition did not hold, which is an answer and no failure.
pub(crate) fn if_met<T, E: Conditional>(answer: Result<T, SdkError<E>>) -> Result<Option<T>, StoreError> {
    match answer {
        Ok(output) => Ok(Some(output)),
        Err(SdkError::ServiceError(error)) if error.err().is_unmet() => Ok(None),
        Err(error) => Err(failed(E::OPERATION, &error)),
    }
}

/// What an error of the SDK means to a caller. Only its name is kept: messages may show values.
pub(crate) fn failed<E: ProvideErrorMetadata>(operation: &'static str, error: &SdkError<E>) -> StoreError {
    /// Errors of the client's side by their status, and yet passing.
    const PASSING: [&str; 8] = [
        "ExpiredTokenException",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
        "UnrecognizedClientException",
    ];
    let unavailable = |reason: &str| StoreError::Unavailable { operation, reason: reason.to_owned() };
    match error {
        SdkError::ServiceError(service) => match service.err().code() {
            Some(code) if service.raw().status().as_u16() < 500 && !PASSING.contains(&code) => {
                StoreError::Refused { operation, reason: code.to_owned() }
            }
            code => unavailable(code.unwrap_or("no error code")),
        },
        SdkError::ConstructionFailure(_) => {
            StoreError::Refused { operation, reason: "the request cannot be built".to_owned() }
        }
        SdkError::TimeoutError(_) => unavailable("timed out"),
        SdkError::DispatchFailure(_) => unavailable("connection failed"),
        _ => unavailable("unreadable response"),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::config::http::HttpResponse;
    use aws_sdk_dynamodb::operation::put_item::PutItemOutput;
    use aws_sdk_dynamodb::types::error::{ConditionalCheckFailedException, ResourceNotFoundException};

    use super::*;

    fn answered(error: PutItemError) -> Result<Option<PutItemOutput>, StoreError> {
        let raw = HttpResponse::new(400.try_into().unwrap(), "".into());
        if_met(Err(SdkError::service_error(error, raw)))
    }

    #[test]
    fn a_condition_that_does_not_hold_is_an_answer_and_every_other_refusal_an_error() {
        let unmet = PutItemError::ConditionalCheckFailedException(ConditionalCheckFailedException::builder().build());
        assert!(matches!(answered(unmet), Ok(None)));
        let gone = PutItemError::ResourceNotFoundException(ResourceNotFoundException::builder().build());
        assert!(matches!(answered(gone), Err(StoreError::Unavailable { operation: "PutItem", .. })));
        let met: Result<_, SdkError<PutItemError>> = Ok(PutItemOutput::builder().build());
        assert!(matches!(if_met(met), Ok(Some(_))));
    }
}
