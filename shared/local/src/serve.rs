//! The way in by HTTP on the loopback interface, for any AWS SDK and the AWS CLI.
//!
//! Whoever can reach the port may do everything, so it is never bound to another address, and takes nothing that a browser
//! sends for a page of somebody else ([`guard`](crate::guard)).

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response as HttpResponse};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::dispatch::{Outcome, dispatch};
use crate::error::LocalError;
use crate::guard::own_pages;
use crate::http::{MAX_BODY, Patience, listen};
use crate::wire::{Request, Response};
use crate::world::World;

/// What a client that means AWS calls a body. A page may send a body of another kind to anybody without asking first.
const KINDS: [&str; 3] = ["application/json", "application/x-amz-json-1.0", "application/x-amz-json-1.1"];

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

/// Takes `127.0.0.1:port`; port 0 takes any.
///
/// # Errors
/// If the port cannot be had.
pub async fn bind(port: u16) -> Result<TcpListener, LocalError> {
    let failed = |source| LocalError::Io { what: format!("cannot listen on 127.0.0.1:{port}"), source };
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(failed)
}

/// Answers on `listener`; `beside` are further routes, of the program around it.
pub(crate) fn serve(world: Arc<World>, listener: TcpListener, beside: Router) -> Result<Server, LocalError> {
    let failed = |source| LocalError::Io { what: "cannot listen".to_owned(), source };
    let address = listener.local_addr().map_err(failed)?;
    let aws = Router::new().fallback(answer).with_state(world);
    let app = beside.fallback_service(aws).layer(DefaultBodyLimit::max(MAX_BODY)).layer(from_fn(own_pages));
    let (stop, stopped) = oneshot::channel::<()>();
    let until = async move { drop(stopped.await) };
    let task = tokio::spawn(listen(listener, app, Patience::default(), until));
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
    let kind = header(header::CONTENT_TYPE.as_str()).and_then(|kind| kind.split(';').next()).unwrap_or_default();
    if method == Method::POST && !KINDS.contains(&kind.trim()) {
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, "AWS takes JSON: say so in Content-Type.\n").into_response();
    }
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
