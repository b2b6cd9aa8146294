//! The gate: every call of a handler waits here until the scheduler lets it go on, dies, fails or stands still.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use crate::faults::{Kind, Verdict};
use crate::points::Effect;
use crate::world::{Call, CallState, World};

/// A handle to the world.
#[derive(Clone)]
pub struct Sim(Arc<Mutex<World>>);

impl Sim {
    /// A handle to a world.
    #[must_use]
    pub fn new(world: World) -> Self {
        Self(Arc::new(Mutex::new(world)))
    }

    /// The world.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until this call is let go, and tells what becomes of it. Outside of a handler nothing waits.
    pub fn gate(&self, effect: Effect) -> Gate<'_> {
        Gate { sim: self, effect, state: CallState::New, id: None }
    }

    /// A call to the world outside: `apply` is its effect, and `failed` says how an answer that never came looks.
    pub async fn call<T, E>(
        &self,
        effect: Effect,
        failed: impl Fn(&'static str) -> E,
        apply: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        match self.gate(effect).await {
            Verdict::Go | Verdict::FreezeBefore(_) | Verdict::Ses(_) | Verdict::Hang => apply(),
            Verdict::DieBefore => std::future::pending().await,
            Verdict::DieAfter => {
                drop(apply());
                self.die().await
            }
            Verdict::FailBefore(kind) => {
                self.world().count(kind);
                Err(failed("no answer"))
            }
            Verdict::FailAfter(kind) | Verdict::FailPartly(kind) => {
                drop(apply());
                self.world().count(kind);
                Err(failed("the answer was lost"))
            }
            Verdict::FreezeAfter(seconds) => {
                let answer = apply();
                self.stand_still(seconds).await;
                answer
            }
        }
    }

    /// The process dies here.
    pub async fn die<T>(&self) -> T {
        {
            let mut world = self.world();
            world.count(Kind::CrashAfter);
            if let Some(slot) = world.current {
                world.slots[slot].dead = true;
            }
        }
        std::future::pending().await
    }

    /// The process stands still here.
    pub async fn stand_still(&self, seconds: i64) {
        {
            let mut world = self.world();
            let Some(slot) = world.current else { return };
            world.freeze(slot, seconds);
        }
        Gate { sim: self, effect: Effect::Other, state: CallState::Parked, id: None }.await;
    }

    fn register(&self, effect: Effect, state: CallState, context: &Context<'_>) -> Option<u64> {
        let mut world = self.world();
        let slot = world.current?;
        let id = world.number();
        let waker = context.waker().clone();
        world.calls.push(Call { id, slot, effect, state, waker });
        Some(id)
    }

    /// The verdict about a call that was let go.
    fn verdict(&self, id: u64, context: &Context<'_>) -> Option<Verdict> {
        let mut world = self.world();
        let at = world.calls.iter().position(|call| call.id == id)?;
        let call = &mut world.calls[at];
        if let CallState::Released(verdict) = call.state {
            world.calls.remove(at);
            return Some(verdict);
        }
        call.waker = context.waker().clone();
        None
    }
}

/// A call that waits.
pub struct Gate<'s> {
    sim: &'s Sim,
    effect: Effect,
    state: CallState,
    id: Option<u64>,
}

impl Future for Gate<'_> {
    type Output = Verdict;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Verdict> {
        match self.id {
            None => match self.sim.register(self.effect, self.state, context) {
                Some(id) => {
                    self.id = Some(id);
                    Poll::Pending
                }
                None => Poll::Ready(Verdict::Go),
            },
            Some(id) => self.sim.verdict(id, context).map_or(Poll::Pending, Poll::Ready),
        }
    }
}
