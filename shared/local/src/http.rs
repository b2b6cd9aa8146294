//! HTTP/1.1 on a loopback port, with an end to everything that a client may leave undone.
//!
//! A connection that sends nothing, half a head or half a body is closed after a while, so that connections which are left
//! open block nobody: `axum::serve` alone would keep them for ever. Answers have no limit, as a client of SQS may wait for
//! a message.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::header::HOST;
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use hyper::client::conn::http1::handshake;
use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// DynamoDB's largest request; the other services allow less.
pub(crate) const MAX_BODY: usize = 16 * 1024 * 1024;

/// For how long a client may leave undone what it began.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Until a request's head is whole, from the end of the answer before it on. Longer than AWS SDKs leave a connection
    /// unused between two requests of one command.
    pub head: Duration,
    /// Until a request's body is whole.
    pub body: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { head: Duration::from_secs(30), body: Duration::from_secs(30) }
    }
}

/// Answers on `listener` until `until` is over; then takes no further requests and waits for those under way. Dropped, it
/// ends at once.
pub async fn listen(listener: TcpListener, app: Router, patience: Patience, until: impl Future<Output = ()>) {
    let app = app.layer(from_fn(move |request, next| whole(request, next, patience.body)));
    let (ending, ended) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut until = pin!(until);
    loop {
        tokio::select! {
            () = &mut until => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, app.clone(), patience.head, ended.clone()));
                }
                // Of this one connection, or that the process has no descriptor left until another one ends.
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop((ending, listener));
    while connections.join_next().await.is_some() {}
}

async fn connection(stream: TcpStream, app: Router, head: Duration, mut ended: watch::Receiver<()>) {
    // Small answers go out at once; that it cannot be set makes them slower only.
    let _slower = stream.set_nodelay(true);
    let service = TowerToHyperService::new(app);
    let serving = Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .serve_connection(TokioIo::new(stream), service);
    let mut serving = pin!(serving);
    let served = tokio::select! {
        served = serving.as_mut() => served,
        _ = ended.changed() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended");
    }
}

/// The answer of a server on this machine: its status and body.
///
/// # Errors
/// Where nobody answers, not in time, or `endpoint` is not `http://HOST:PORT`.
pub async fn ask(method: Method, endpoint: &str, path: &str, patience: Duration) -> io::Result<(StatusCode, Bytes)> {
    let asked = async {
        let no_address =
            || io::Error::new(io::ErrorKind::InvalidInput, "it is no address such as http://127.0.0.1:7071");
        let authority =
            endpoint.strip_prefix("http://").map(|rest| rest.trim_end_matches('/')).ok_or_else(no_address)?;
        let stream = TcpStream::connect(authority).await?;
        let (mut sender, connection) = handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        let request = Request::builder().method(method).uri(path).header(HOST, authority);
        let request = request.body(Body::empty()).map_err(io::Error::other)?;
        let answered = async {
            let (parts, body) = sender.send_request(request).await.map_err(io::Error::other)?.into_parts();
            let body = to_bytes(Body::new(body), MAX_BODY).await.map_err(io::Error::other)?;
            Ok((parts.status, body))
        };
        let mut connection = pin!(connection);
        let mut answered = pin!(answered);
        tokio::select! {
            answer = &mut answered => answer,
            // Ended by the server, which may have answered before.
            _ = &mut connection => answered.await,
        }
    };
    tokio::time::timeout(patience, asked).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}

/// Reads the whole body before anything is done with it.
async fn whole(request: Request, next: Next, patience: Duration) -> Response {
    let (parts, body) = request.into_parts();
    match tokio::time::timeout(patience, to_bytes(body, MAX_BODY)).await {
        Ok(Ok(body)) => next.run(Request::from_parts(parts, Body::from(body))).await,
        Ok(Err(_)) => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    }
}
