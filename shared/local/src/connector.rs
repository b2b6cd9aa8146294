//! The way in without TCP: an HTTP client for the AWS SDK that calls the dispatcher.
//!
//! The SDK does everything that it does against AWS, signing and retries included, up to the point
//! where it would open a connection.

use std::fmt;
use std::sync::Arc;

use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;

use crate::dispatch::{Outcome, dispatch};
use crate::wire::{Request, Response};
use crate::world::World;

/// The authority that in-process clients see in queue URLs.
const HOST: &str = "localhost";

#[derive(Clone)]
struct InProcess(Arc<World>);

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InProcess")
    }
}

impl HttpClient for InProcess {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let world = self.0.clone();
        HttpConnectorFuture::new(async move { answer(&world, &request).await })
    }
}

async fn answer(world: &World, request: &HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let failed = |reason: &str| ConnectorError::user(reason.to_owned().into());
    let message = Request {
        method: request.method(),
        path: path(request.uri()),
        target: request.headers().get("x-amz-target"),
        host: Some(HOST),
        body: request.body().bytes().ok_or_else(|| failed("the body must not be a stream"))?,
    };
    match dispatch(world, message).await {
        Outcome::Answer(response) => to_sdk(response).map_err(|error| ConnectorError::other(error.into(), None)),
        Outcome::Silence => Err(ConnectorError::timeout("the local AWS was told not to answer".into())),
    }
}

/// The path in `http://host/path?query`.
fn path(uri: &str) -> &str {
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/");
    path.split('?').next().unwrap_or(path)
}

fn to_sdk(response: Response) -> Result<HttpResponse, aws_smithy_runtime_api::http::HttpError> {
    let mut answer = HttpResponse::new(response.status.try_into()?, SdkBody::from(response.body));
    let headers = answer.headers_mut();
    headers.try_insert("content-type", response.content_type)?;
    for (name, value) in response.headers {
        headers.try_insert(name, value)?;
    }
    Ok(answer)
}

/// A configuration for SDK clients that talk to `world`: dummy credentials, the given region.
pub(crate) fn sdk_config(world: &Arc<World>) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(world.region.clone()))
        .endpoint_url(format!("http://{HOST}"))
        .credentials_provider(SharedCredentialsProvider::new(credentials()))
        // Bodies are whole when they arrive; watching their pace would only cost time.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .http_client(InProcess(world.clone()))
        .build()
}

/// Signatures are not verified, so any will do.
pub(crate) fn credentials() -> Credentials {
    Credentials::from_keys("local", "local", None)
}
