//! Sends each request to its service, past the faults that a test asked for.

use crate::error::AwsError;
use crate::faults::Fault;
use crate::wake::Source;
use crate::wire::{Protocol, Request, Response};
use crate::world::World;
use crate::{events, ses, sqs, tables};

/// What becomes of a request.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It is answered.
    Answer(Response),
    /// It is never answered: the client's wait runs out.
    Silence,
}

#[derive(Clone, Copy)]
enum Service {
    Tables,
    Queues,
    Events,
    Mails,
}

/// Answers a request.
pub(crate) async fn dispatch(world: &World, request: Request<'_>) -> Outcome {
    let Some((service, operation)) = route(&request) else {
        let error = AwsError {
            status: 404,
            code: "UnknownOperationException".into(),
            message: "Neither the target nor the path names an operation that exists locally.".to_owned(),
        };
        return Outcome::Answer(Protocol::Json10.error(&error));
    };
    let fault = world.faults.take(operation);
    if let Some(error) = fault.as_ref().and_then(|fault| fault.error(operation)) {
        return Outcome::Answer(service.protocol().error(&error));
    }
    if fault == Some(Fault::RequestLost) {
        return Outcome::Silence;
    }
    if fault == Some(Fault::Unprocessed) {
        return Outcome::Answer(unprocessed(operation, request.body));
    }
    let response = service.answer(world, operation, &request).await;
    match fault {
        Some(_) => Outcome::Silence,
        None => Outcome::Answer(response),
    }
}

/// The answer to a batch of which nothing was processed: all of it comes back.
fn unprocessed(operation: &str, body: &[u8]) -> Response {
    let request: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let all = request.get("RequestItems").cloned().unwrap_or_default();
    let answer = match operation {
        "BatchGetItem" => serde_json::json!({ "Responses": {}, "UnprocessedKeys": all }),
        _ => serde_json::json!({ "UnprocessedItems": all }),
    };
    Protocol::Json10.answer(answer.to_string())
}

fn route<'a>(request: &Request<'a>) -> Option<(Service, &'a str)> {
    if let Some((prefix, operation)) = request.target.and_then(|target| target.split_once('.')) {
        return match prefix {
            "DynamoDB_20120810" | "DynamoDBStreams_20120810" => Some((Service::Tables, operation)),
            "AmazonSQS" => Some((Service::Queues, operation)),
            "AWSEvents" => Some((Service::Events, operation)),
            _ => None,
        };
    }
    let path = request.path.strip_prefix("/v2/email/")?;
    match (request.method, path.trim_end_matches('/')) {
        ("POST", "outbound-emails") => Some((Service::Mails, "SendEmail")),
        ("GET", "account") => Some((Service::Mails, "GetAccount")),
        _ => Some((Service::Mails, "")),
    }
}

impl Service {
    fn protocol(self) -> Protocol {
        match self {
            Self::Tables => Protocol::Json10,
            Self::Queues => Protocol::Json10Query,
            Self::Events => Protocol::Json11,
            Self::Mails => Protocol::Rest,
        }
    }

    async fn answer(self, world: &World, operation: &str, request: &Request<'_>) -> Response {
        let result = match self {
            Self::Tables => {
                let asking = world.usage.asking(request.body);
                let response = world.tables.handle(operation, asking.as_deref().unwrap_or(request.body));
                world.usage.count(operation, request.body, &response.body);
                if response.status == 200 && tables::writes(operation) {
                    world.wakes.ring(Source::Tables);
                }
                return response;
            }
            Self::Queues => sqs::handle(world, operation, request.body, request.host).await,
            Self::Events => events::handle(world, operation, request.body),
            Self::Mails => ses::handle(world, operation, request.body),
        };
        world.usage.count(operation, request.body, "");
        match result {
            Ok(body) => self.protocol().answer(body),
            Err(error) => self.protocol().error(&error),
        }
    }
}
