//! Deployments: which workers are of the release before this one, and until when.
//!
//! Lambda ends nothing for a deployment: an invocation goes on as it began, and the next one finds the new release.

use serde_dynamo::Item;

use super::Run;
use crate::faults::Kind;
use crate::queue::QueueName;
use crate::rng::Rng;
use crate::shop::START;
use crate::workers::handler;
use crate::world::HOUR;

/// When a worker is of the release before: from the first instant on, until the second, in milliseconds.
pub(super) type Before = Option<(i64, i64)>;

/// Which of so many workers are of the release before, and when: half of them from the beginning on, as the deployment comes
/// in the middle of the run; of the others a few for some hours, as a deployment is taken back and made again.
pub(super) fn choose(workers: usize, rng: &mut Rng) -> Vec<Before> {
    let mut one = || {
        if rng.chance(5_000) {
            return Some((0, START + rng.between(0, 60 * HOUR)));
        }
        let from = START + rng.between(0, 40 * HOUR);
        rng.chance(2_500).then(|| (from, from + rng.between(HOUR, 20 * HOUR)))
    };
    (0..workers).map(|_| one()).collect()
}

impl Run<'_> {
    /// Sees to it that the next invocation in a slot finds the release that is there by now.
    pub(super) fn deploy(&mut self, slot: usize) {
        let Some(form) = self.beside else { return };
        let mut world = self.sim.world();
        let now = world.now;
        let form = self.before[slot].filter(|(from, until)| (*from..*until).contains(&now)).map(|_| form);
        if form.is_some() == world.slots[slot].form.is_some() {
            return;
        }
        if now > START {
            world.count(if form.is_some() { Kind::RolledBack } else { Kind::RolledForward });
        }
        world.slots[slot].form = form;
        let function = world.slots[slot].function;
        drop(world);
        self.handlers[slot] = handler(&self.sim, self.known, self.sender, function, slot);
    }

    /// A message as the worker in a slot reads it.
    pub(super) fn message_for(&self, slot: usize, name: QueueName, body: String) -> String {
        let form = self.sim.world().slots[slot].form;
        let Some(form) = form else { return body };
        let known = form.message(name, body.clone());
        if known != body {
            self.sim.world().count(Kind::MessageUnknown);
        }
        known
    }

    /// An image of the stream as the worker in a slot reads it.
    pub(super) fn image_for(&self, slot: usize, image: Item) -> Item {
        let form = self.sim.world().slots[slot].form;
        match form {
            Some(form) => form.image(image),
            None => image,
        }
    }
}
