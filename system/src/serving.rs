//! A system that answers other processes, until it is stopped.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result};
use rekindle_local::{LocalAws, Server};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::scrubs::Scrubs;
use crate::state::{Address, Announced};
use crate::{System, answering};

impl System {
    /// Answers other processes on a port of this machine, and clears the files of who was erased, until that is stopped. The
    /// commands of its folder find it by themselves; `mailbox` is where its pages are.
    ///
    /// # Errors
    /// Where the folder cannot say so.
    pub fn serve(&self, port: TcpListener, mailbox: SocketAddr) -> Result<Serving> {
        let server = self.aws.serve_on(port, answering::routes(self))?;
        let address =
            Address { aws: server.endpoint(), mailbox: format!("http://{mailbox}"), process: std::process::id() };
        let announced = self.state.as_ref().map(|state| state.announce(&address)).transpose()?;
        let scrubbing = tokio::spawn(Arc::clone(&self.scrubs).keep(self.aws.clone()));
        Ok(Serving { announced, server, scrubbing, scrubs: Arc::clone(&self.scrubs), aws: self.aws.clone() })
    }
}

/// A system that answers other processes.
pub struct Serving {
    announced: Option<Announced>,
    server: Server,
    scrubbing: JoinHandle<()>,
    scrubs: Arc<Scrubs>,
    aws: LocalAws,
}

impl Serving {
    /// Where AWS SDKs and the AWS CLI find it.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.server.endpoint()
    }

    /// Takes no further requests, waits for those under way, and clears the files where that is still owed. After the
    /// handlers have ended.
    ///
    /// # Errors
    /// Where the files cannot be cleared; the next start does it.
    pub async fn stop(self) -> Result<()> {
        drop(self.announced);
        self.server.stop().await;
        self.scrubbing.abort();
        self.scrubs.settle(&self.aws).context("what was erased is still in the files; the next start clears them")
    }
}
