//! The HTTP messages of AWS's JSON protocols, stripped to what the local services look at.
//!
//! Both ways in (TCP and in process) translate to and from these, so no service knows which one a
//! request came by. Signatures are not looked at.

use crate::error::AwsError;

/// A request to any service.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    /// `POST`, `GET`.
    pub method: &'a str,
    /// The path without the query, percent-encoded as it came.
    pub path: &'a str,
    /// `X-Amz-Target`: service and operation of the JSON RPC protocols.
    pub target: Option<&'a str>,
    /// The authority the client used, for the queue URLs it is given.
    pub host: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
}

/// A response to a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Response {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// Headers that the protocol needs beside the content type.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
}

/// How a service writes its errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// AWS JSON 1.0 (DynamoDB): the error's name in the body.
    Json10,
    /// The same with the error's older name in a header, as SQS has it.
    Json10Query,
    /// AWS JSON 1.1 (EventBridge): the same with another content type.
    Json11,
    /// REST JSON (SES v2): the error's name in a header.
    Rest,
}

impl Protocol {
    fn content_type(self) -> &'static str {
        match self {
            Self::Json10 | Self::Json10Query => "application/x-amz-json-1.0",
            Self::Json11 => "application/x-amz-json-1.1",
            Self::Rest => "application/json",
        }
    }

    /// A successful answer.
    pub(crate) fn answer(self, body: String) -> Response {
        self.with_status(200, body)
    }

    /// An answer whose body is ready.
    pub(crate) fn with_status(self, status: u16, body: String) -> Response {
        Response { status, content_type: self.content_type(), headers: Vec::new(), body }
    }

    /// An error in the words of the protocol.
    pub(crate) fn error(self, error: &AwsError) -> Response {
        let mut body = serde_json::json!({ "message": error.message });
        let mut headers = Vec::new();
        match self {
            Self::Rest => headers.push(("x-amzn-errortype", error.code.to_string())),
            Self::Json10 | Self::Json10Query | Self::Json11 => {
                if let Some(fields) = body.as_object_mut() {
                    fields.insert("__type".to_owned(), error.code.as_ref().into());
                }
            }
        }
        if self == Self::Json10Query {
            let fault = if error.status < 500 { "Sender" } else { "Receiver" };
            headers.push(("x-amzn-query-error", format!("{};{fault}", query_code(&error.code))));
        }
        Response { status: error.status, content_type: self.content_type(), headers, body: body.to_string() }
    }
}

/// The name that SQS errors had in its older protocol; SDKs made for it still compare with these.
fn query_code(code: &str) -> String {
    match code {
        "QueueDoesNotExist" => "AWS.SimpleQueueService.NonExistentQueue".to_owned(),
        "QueueNameExists" => "QueueAlreadyExists".to_owned(),
        "ReceiptHandleIsInvalid" | "InvalidMessageContents" | "InternalFailure" => code.to_owned(),
        "InvalidParameterValueException" => "InvalidParameterValue".to_owned(),
        other => format!("AWS.SimpleQueueService.{other}"),
    }
}
