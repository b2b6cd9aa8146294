//! Workers that run by themselves, for `rekindle dev`.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::Mapping;
use crate::error::LocalError;
use crate::world::World;

/// How long a worker rests after the state failed, so that a full disk is not hammered.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Workers in the background. Dropping it drops the handlers under way; their messages come again.
#[derive(Debug)]
pub struct Running {
    stop: watch::Sender<bool>,
    workers: JoinSet<()>,
}

impl Running {
    /// Takes no further batches and waits for those under way.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while self.workers.join_next().await.is_some() {}
    }
}

pub(super) fn spawn(world: &Arc<World>, mappings: &[Arc<Mapping>]) -> Result<Running, LocalError> {
    let stop = watch::Sender::new(false);
    let mut workers = JoinSet::new();
    for mapping in mappings {
        let source = mapping.source(world)?;
        for _ in 0..mapping.workers() {
            let arrivals = world.wakes.listen(source);
            let (world, mapping, stopped) = (world.clone(), mapping.clone(), stop.subscribe());
            workers.spawn(work(world, mapping, arrivals, stopped));
        }
    }
    Ok(Running { stop, workers })
}

async fn work(
    world: Arc<World>,
    mapping: Arc<Mapping>,
    mut arrivals: watch::Receiver<()>,
    mut stopped: watch::Receiver<bool>,
) {
    while !*stopped.borrow() {
        // Whatever arrives from here on is heard, even while the batch is handled.
        arrivals.borrow_and_update();
        let idle = match mapping.poll(&world).await {
            Ok(0) => mapping.next_at(&world),
            Ok(_) => continue,
            Err(error) => Err(error),
        };
        match idle {
            Ok(next) => tokio::select! {
                () = world.arrival_or(&mut arrivals, next) => {}
                _ = stopped.changed() => {}
            },
            Err(error) => {
                tracing::error!(%error, "a worker cannot use the local state");
                tokio::time::sleep(AFTER_FAILURE).await;
            }
        }
    }
}
