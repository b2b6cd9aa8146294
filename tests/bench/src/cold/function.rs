//! A bootstrap behind a Lambda Runtime API of its own, on the loopback interface.
//!
//! The API does what Lambda does and nothing more: it holds back the answer to `next` until there is an event, and takes
//! what becomes of it. It runs in the bench's process, so that what the function's process used is the function's alone.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{Method, Response, StatusCode, Uri};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use super::child::Child;

/// As `infra/template.yaml` says, but for `sweep`, which has twice as much.
const MEMORY: &str = "256";
/// No answer takes longer, unless something is broken.
const PATIENCE: Duration = Duration::from_secs(60);
/// Lambda takes no larger answer.
const LARGEST_ANSWER: usize = 6 * 1024 * 1024;

type Answer = Result<Bytes, String>;
type Event = (Vec<u8>, oneshot::Sender<Answer>);

/// The Runtime API of one function.
struct Api {
    events: tokio::sync::Mutex<mpsc::Receiver<Event>>,
    open: Mutex<HashMap<String, oneshot::Sender<Answer>>>,
    /// How often `next` was asked for, or why the function could not start.
    asked: watch::Sender<Result<u64, String>>,
}

/// What a function used until it was ready, and until it had answered once.
#[derive(Debug, Clone, Copy, Default)]
pub struct Start {
    /// Seconds of processor time until it asked for its first event.
    pub ready: f64,
    /// And until it had answered it and asked for the next.
    pub first: f64,
    /// Connections that it made in all of that, each with a TLS handshake.
    pub connections: u64,
}

/// A running function. Dropping it ends it.
pub struct Function {
    name: &'static str,
    child: Child,
    events: mpsc::Sender<Event>,
    start: Mutex<Start>,
    connections: Arc<AtomicU64>,
    server: JoinHandle<()>,
}

impl Function {
    /// Starts a bootstrap and waits until it asks for an event. `connections` counts those of whoever works just then, and
    /// one function does at a time.
    ///
    /// # Panics
    /// Where it does not.
    pub async fn start(
        name: &'static str,
        program: &Path,
        mut environment: Vec<(String, String)>,
        logs: &Path,
        connections: Arc<AtomicU64>,
    ) -> Self {
        let before = connections.load(Ordering::Relaxed);
        let (events, receiver) = mpsc::channel(1);
        let (asked, mut told) = watch::channel(Ok(0));
        let api = Arc::new(Api { events: tokio::sync::Mutex::new(receiver), open: Mutex::default(), asked });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port is free");
        let address = listener.local_addr().expect("an address");
        let app = Router::new().fallback(answer).layer(DefaultBodyLimit::max(LARGEST_ANSWER)).with_state(api);
        let server = tokio::spawn(async move { axum::serve(listener, app).await.expect("the API is served") });
        for (setting, value) in [
            ("AWS_LAMBDA_RUNTIME_API", address.to_string()),
            ("AWS_LAMBDA_FUNCTION_NAME", format!("rekindle-bench-{name}")),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", MEMORY.to_owned()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
            ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/rekindle-bench-{name}")),
            ("AWS_LAMBDA_LOG_STREAM_NAME", format!("bench/{name}/{}", address.port())),
        ] {
            environment.push((setting.to_owned(), value));
        }
        let mut child = Child::start(program, &environment, &logs.join(format!("{name}.log")));
        let is_ready = tokio::time::timeout(PATIENCE, told.wait_for(|asked| asked.as_ref() != Ok(&0)));
        let ready = tokio::select! {
            ready = is_ready => ready.ok().and_then(Result::ok).is_some_and(|asked| asked.is_ok()),
            () = ended(&mut child) => false,
        };
        assert!(ready, "{name} does not start:\n{}", child.said());
        let ready = child.seconds().await;
        let start = Start { ready, first: f64::NAN, connections: connections.load(Ordering::Relaxed) - before };
        Self { name, child, events, start: Mutex::new(start), connections, server }
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Hands it an event; gives its answer.
    ///
    /// # Panics
    /// Where it fails: then nothing was measured.
    pub async fn invoke(&self, event: Vec<u8>) -> Bytes {
        let before = self.connections.load(Ordering::Relaxed);
        let (tell, told) = oneshot::channel();
        let asking = async {
            self.events.send((event, tell)).await.expect("the API waits for events");
            told.await.expect("the API gives an answer")
        };
        let answer = tokio::time::timeout(PATIENCE, asking).await;
        let answer = answer.unwrap_or_else(|_| Err("no answer".to_owned()));
        let answer = answer.unwrap_or_else(|error| panic!("{}: {error}\n{}", self.name, self.child.said()));
        if self.started().first.is_nan() {
            let first = self.child.seconds().await;
            let mut start = self.start.lock().unwrap_or_else(PoisonError::into_inner);
            start.first = first;
            start.connections += self.connections.load(Ordering::Relaxed) - before;
        }
        answer
    }

    /// What its start used; the part until its first answer is no number before it has given one.
    pub fn started(&self) -> Start {
        *self.start.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its process.
    pub fn child(&self) -> &Child {
        &self.child
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn ended(child: &mut Child) {
    while !child.has_ended() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn answer(State(api): State<Arc<Api>>, method: Method, uri: Uri, body: Bytes) -> Response<Body> {
    let path = uri.path().strip_prefix("/2018-06-01/runtime/").unwrap_or_default();
    let said = || String::from_utf8_lossy(&body).into_owned();
    match (method.as_str(), path.split('/').collect::<Vec<_>>().as_slice()) {
        ("GET", ["invocation", "next"]) => return next(&api).await,
        ("POST", ["invocation", id, "response"]) => api.settle(id, Ok(body.clone())),
        ("POST", ["invocation", id, "error"]) => api.settle(id, Err(said())),
        ("POST", ["init", "error"]) => drop(api.asked.send_replace(Err(said()))),
        _ => return response(StatusCode::NOT_FOUND, &[], Body::empty()),
    }
    response(StatusCode::ACCEPTED, &[], Body::empty())
}

async fn next(api: &Api) -> Response<Body> {
    let mut number = 0;
    api.asked.send_modify(|asked| {
        if let Ok(asked) = asked {
            *asked += 1;
            number = *asked;
        }
    });
    let Some((event, tell)) = api.events.lock().await.recv().await else {
        return response(StatusCode::GONE, &[], Body::empty());
    };
    let id = format!("00000000-0000-4000-8000-{number:012}");
    api.open.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), tell);
    let headers = [
        ("lambda-runtime-aws-request-id", id.as_str()),
        // Far enough away, and never looked at.
        ("lambda-runtime-deadline-ms", "9999999999999"),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:000000000000:function:bench"),
        ("lambda-runtime-trace-id", "Root=1-00000000-000000000000000000000000;Sampled=0"),
        ("content-type", "application/json"),
    ];
    response(StatusCode::OK, &headers, Body::from(event))
}

fn response(status: StatusCode, headers: &[(&str, &str)], body: Body) -> Response<Body> {
    let mut builder = Response::builder().status(status);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    builder.body(body).expect("a response")
}

impl Api {
    fn settle(&self, id: &str, answer: Answer) {
        if let Some(tell) = self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(id) {
            // Whoever asked may have given up.
            let _unheard = tell.send(answer);
        }
    }
}
