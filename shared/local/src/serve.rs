//! The way in by HTTP on the loopback interface, for any AWS SDK and the AWS CLI.
//!
//! Whoever can reach the port may do everything, so it is never bound to another address.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::Response as HttpResponse;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::dispatch::{Outcome, dispatch};
use crate::error::LocalError;
use crate::wire::{Request, Response};
use crate::world::World;

/// DynamoDB's largest request; the other services allow less.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// A running server. Dropping it stops it without waiting for open requests.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What to set as endpoint URL of a client.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Takes no further requests and waits for those under way.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        // The task ends by itself; if it was aborted there is nothing to wait for.
        drop((&mut self.task).await);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Listens on `127.0.0.1:port`; port 0 takes any.
pub(crate) async fn serve(world: Arc<World>, port: u16) -> Result<Server, LocalError> {
    let failed = |source| LocalError::Io { what: format!("cannot listen on 127.0.0.1:{port}"), source };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let app = Router::new().fallback(answer).layer(DefaultBodyLimit::max(MAX_BODY)).with_state(world);
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(async move {
        let until = async move { drop(stopped.await) };
        if let Err(error) = axum::serve(listener, app).with_graceful_shutdown(until).await {
            tracing::error!(%error, "the local AWS stopped listening");
        }
    });
    Ok(Server { address, stop: Some(stop), task })
}

async fn answer(
    State(world): State<Arc<World>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> HttpResponse {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let request = Request {
        method: method.as_str(),
        path: uri.path(),
        target: header("x-amz-target"),
        host: header(header::HOST.as_str()),
        body: &body,
    };
    match dispatch(&world, request).await {
        Outcome::Answer(response) => to_http(response),
        // Ends when the client gives up and closes the connection.
        Outcome::Silence => std::future::pending().await,
    }
}

fn to_http(response: Response) -> HttpResponse {
    let mut builder =
        HttpResponse::builder().status(response.status).header(header::CONTENT_TYPE, response.content_type);
    for (name, value) in response.headers {
        builder = builder.header(name, value);
    }
    // Every status and header here is made by this crate and valid.
    builder.body(Body::from(response.body)).unwrap_or_default()
}
