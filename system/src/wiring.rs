//! The handlers, made as the `main.rs` of each function makes them; what differs is handed in.

use std::sync::Arc;

use aws_config::SdkConfig;
use jiff::SignedDuration;
use rekindle_advance::Advance;
use rekindle_archive::Archive;
use rekindle_feedback::Feedback;
use rekindle_intake::Intake;
use rekindle_lambda::clock::Clock;
use rekindle_lambda::dead_letters::DeadLetters;
use rekindle_lambda::deciding::Deciding;
use rekindle_lambda::erasing::Place;
use rekindle_lambda::queue::Queue;
use rekindle_mail::Links;
use rekindle_relay::{Bus, Relay};
use rekindle_send::{Account, Rate, Send, Ses};
use rekindle_store::Dynamo;
use rekindle_sweep::{Pace, Sweep};
use rekindle_tick::Tick;

use crate::{ADVANCE, BUS, FEEDBACK, INTAKE, SEND, SWEEP};

/// What the handlers of a system are made of.
#[derive(Clone)]
pub struct Wiring {
    /// Its AWS.
    pub config: SdkConfig,
    /// Its people table.
    pub store: Dynamo,
    /// Decides by the live campaigns.
    pub deciding: Deciding<Dynamo>,
    /// Who tells the time.
    pub clock: Arc<dyn Clock>,
    /// Its queues by their names.
    pub queues: Arc<dyn Fn(&str) -> Queue + std::marker::Send + Sync>,
    /// Under which configuration set mails go out.
    pub configuration_set: Option<String>,
    /// Where events are kept that were applied.
    pub archive: Option<Arc<dyn Archive>>,
    /// What keeps something about people beside the table.
    pub places: Vec<Arc<dyn Place>>,
}

impl Wiring {
    /// What reads events.
    #[must_use]
    pub fn intake(&self) -> Intake<Dynamo> {
        let refused = DeadLetters::new(self.queue(&format!("{INTAKE}-dead")));
        Intake::new(self.deciding.clone(), refused, self.clock())
    }

    /// What does what is due.
    #[must_use]
    pub fn advance(&self) -> Advance<Dynamo> {
        Advance::new(self.deciding.clone(), self.clock())
    }

    /// What sends mails, whose links `links` signs; a send belongs to its worker for `lease`.
    #[must_use]
    pub fn send(&self, links: Links, lease: SignedDuration) -> Send<Dynamo> {
        let own = aws_sdk_sesv2::config::Builder::from(&self.config);
        let ses = Arc::new(Ses::new(own, self.configuration_set.clone()));
        let rate = Rate::new(self.store.clone(), Arc::clone(&ses) as Arc<dyn Account>, self.clock());
        let send = Send::new(self.deciding.clone(), ses, links, lease, self.clock());
        send.with_pace(Arc::new(rate), self.queue(SEND))
    }

    /// What reads SES's reports.
    #[must_use]
    pub fn feedback(&self) -> Feedback<Dynamo> {
        let refused = DeadLetters::new(self.queue(&format!("{FEEDBACK}-dead")));
        Feedback::new(self.deciding.clone(), refused, self.configuration_set.clone(), self.clock())
    }

    /// What hands on the changes of the table.
    #[must_use]
    pub fn relay(&self) -> Relay<Dynamo> {
        let bus = Bus::new(aws_sdk_eventbridge::Client::new(&self.config), BUS);
        let relay = Relay::new(self.store.clone(), self.queue(SEND), bus, self.clock());
        let relay = match &self.archive {
            Some(archive) => relay.with_archive(Arc::clone(archive)),
            None => relay,
        };
        self.places.iter().cloned().fold(relay, Relay::with_place)
    }

    /// What makes passes over everyone.
    #[must_use]
    pub fn sweep(&self, pace: Pace) -> Sweep<Dynamo> {
        let sweep = Sweep::new(self.deciding.clone(), self.queue(SWEEP), self.queue(SEND), pace, self.clock());
        self.places.iter().cloned().fold(sweep, Sweep::with_place)
    }

    /// The minute's tick.
    #[must_use]
    pub fn tick(&self) -> Tick<Dynamo> {
        Tick::new(self.store.clone(), self.queue(ADVANCE), self.queue(SWEEP), self.clock())
    }

    fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    fn queue(&self, name: &str) -> Queue {
        (self.queues)(name)
    }
}
