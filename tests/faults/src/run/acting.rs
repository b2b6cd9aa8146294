//! What happens to the system from outside: the shop, strangers, operators.

use futures_util::FutureExt;
use rekindle_engine::time::Instant;
use rekindle_lambda::messages::SweepRequest;
use rekindle_store::Publications;

use super::{REDRIVE, Run};
use crate::faults::Kind;
use crate::gate::Sim;
use crate::queue::{Message, QUEUES, QueueName};
use crate::shop::{self, Act, DELETED};
use crate::world::{SECOND, World};

/// Publishes a version, as the command does.
pub(super) fn publish(sim: &Sim, version: u32) {
    let (memory, at) = {
        let world = sim.world();
        (world.memory.clone(), Instant::from_seconds(world.now / SECOND))
    };
    thread_local! {
        static PUBLICATIONS: [rekindle_store::Publication; 2] = [shop::publication(1), shop::publication(2)];
    }
    let number = PUBLICATIONS.with(|publications| {
        let publication = &publications[version as usize - 1];
        let owed = (version > 1).then(|| shop::pass_after_publication(u64::from(version), at).owed());
        let owed = owed.transpose().expect("a request is JSON");
        memory.publish(publication, u64::from(version) - 1, owed.as_ref(), at).now_or_never()
    });
    let number = number.expect("memory answers at once").expect("a publication that fits");
    let mut world = sim.world();
    world.live = number;
    world.index_changed = true;
}

/// Asks for a pass that is owed, as a command does unless it was killed before that.
fn ask_for(world: &mut World, request: &SweepRequest) {
    world.index_changed = true;
    if world.plan.rates().crash > 0 && world.dice.chance(5_000) {
        world.count(Kind::CommandKilled);
        return;
    }
    world.enqueue(QueueName::Sweep, serde_json::to_string(request).expect("a request is JSON"), 0);
}

impl Run<'_> {
    /// An operator puts dead letters back.
    pub(super) fn redrive(&mut self) {
        let mut world = self.sim.world();
        self.next_redrive = world.now + REDRIVE;
        for name in QUEUES {
            let letters = std::mem::take(&mut world.queue(name).dead);
            for mut letter in letters {
                if is_redriven(&world, &letter) {
                    world.count(Kind::Redriven);
                    letter.receives = 0;
                    letter.visible_at = world.now;
                    world.queue(name).messages.push(letter);
                } else {
                    world.queue(name).dead.push(letter);
                }
            }
        }
    }

    /// An operator lets a campaign run again that was paused because its mails came back. Whether there was one.
    pub(super) fn resume_unwanted(&mut self) -> bool {
        let unwanted =
            self.sim.world().truth.pauses.iter().find(|pause| pause.2.is_none()).map(|pause| pause.0.clone());
        let Some(campaign) = unwanted else { return false };
        self.act(Act::Resume(if campaign == "welcome" { "welcome" } else { "receipt" }));
        true
    }

    /// Something happens.
    pub(super) fn act(&mut self, act: Act) {
        let mut world = self.sim.world();
        world.tell(|| format!("act: {:.120}", format!("{act:?}")));
        let now = world.now;
        let at = Instant::from_seconds(now / SECOND);
        match act {
            Act::Event { person, kind, detail, id } => {
                if kind == DELETED {
                    return world.shop_deletes(&person, &detail);
                }
                world.truth.erasing.told_of(&person);
                // Of a further type than may be counted nothing is counted.
                if let Some(bound) = crate::full::bound_of(&person) {
                    world.count(bound);
                } else {
                    world.truth.events.entry((person, kind.to_owned())).or_default().insert(id);
                }
                if kind == "thing.nobody_knows" {
                    world.count(Kind::UnknownEvent);
                }
                world.bus(kind, &detail.to_string());
            }
            Act::DeleteOnceArmed(person) => drop(world.truth.erasing.awaited.insert(person)),
            Act::Page(person, page) => {
                world.count(crate::full::bound_of(&person).unwrap_or(page.kind()));
                world.enqueue(QueueName::Web, crate::web::post_of(&person, &page), 0);
            }
            Act::Use { person, orders, by_bus } => world.use_code(&person, orders, by_bus),
            Act::NoEvent(body, kind) => {
                world.count(kind);
                world.truth.poison.insert(body.clone());
                world.enqueue(QueueName::Intake, body, 0);
            }
            Act::Poison(queue, body) => {
                world.count(Kind::Poison);
                world.truth.poison.insert(body.clone());
                world.enqueue(QUEUES[queue], body, 0);
            }
            Act::Pause(campaign) => {
                let paused = world.memory.pause(campaign, "", "", at).now_or_never();
                if paused == Some(Ok(true)) {
                    world.truth.pauses.push((campaign.to_owned(), now, None));
                }
            }
            Act::Resume(campaign) => {
                let request = SweepRequest::resumed(campaign, at);
                let owed = request.owed().expect("a request is JSON");
                let resumed = world.memory.resume(campaign, "", "", Some(&owed), at).now_or_never();
                if resumed == Some(Ok(true)) {
                    let open = world.truth.pauses.iter_mut().find(|own| own.0 == campaign && own.2.is_none());
                    if let Some(open) = open {
                        open.2 = Some(now);
                    }
                    ask_for(&mut world, &request);
                }
            }
            Act::Judge => {
                let request = SweepRequest::rates(at);
                world.enqueue(QueueName::Sweep, serde_json::to_string(&request).expect("a request is JSON"), 0);
            }
            Act::Publish => {
                drop(world);
                publish(&self.sim, 2);
                let mut world = self.sim.world();
                let request = shop::pass_after_publication(world.live, at);
                ask_for(&mut world, &request);
            }
        }
    }
}

/// Whether a dead letter may be handled after all.
pub(super) fn is_redriven(world: &World, letter: &Message) -> bool {
    letter.reason.is_none() && !world.truth.poison.contains(&letter.body)
}
