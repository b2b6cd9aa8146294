//! One planned mail: write it, arm it, ask SES once, settle it (DESIGN.md, Send protocol).
//!
//! It never asks SES without having armed the send in the person's own item, and never asks again unless SES has
//! definitely refused. What nobody knows is held.

mod answer;
mod in_flight;
mod mailer;
mod prefetched;
mod rate;
mod settle;

use std::sync::Arc;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use jiff::SignedDuration;
use rekindle_engine::catalog::{Catalog, LiveCampaign, RunState};
use rekindle_engine::lang::Purpose;
use rekindle_engine::notices::Notice;
use rekindle_engine::person::{Outgoing, Person, SendState};
use rekindle_engine::program::Program;
use rekindle_engine::time::Instant;
use rekindle_lambda::batch::each_record;
use rekindle_lambda::clock::Clock;
use rekindle_lambda::deadline::Deadline;
use rekindle_lambda::deciding::{Deciding, Store};
use rekindle_lambda::mails::{Mails, MailsError};
use rekindle_lambda::messages::PlannedSend;
use rekindle_lambda::metrics::{self, Unit};
use rekindle_lambda::queue::Queue;
use rekindle_lambda::tags::MailTags;
use rekindle_mail::{Links, Message, MessageError, RenderError, compose};
use thiserror::Error;
use tracing::{debug, info, warn};

pub use answer::{Answer, Reply, classify};
use in_flight::InFlight;
pub use mailer::{Mailer, Request, Ses};
use prefetched::Prefetched;
pub use rate::{Account, Grant, Pace, Quota, Rate, Share};
use rate::{Permits, Turn};
pub use settle::SendError;
use settle::{Arming, HeldLease, TRIES};

/// How long one request to SES may take; a lease is longer, so that nobody asks when it is over.
pub const REQUEST: SignedDuration = SignedDuration::from_secs(20);
/// What arming may take before the request: some writes of one item, each asked for again where the table was slow.
const ARMING: SignedDuration = SignedDuration::from_secs(3);
/// What settling may take after the answer, likewise.
pub const SETTLING: SignedDuration = SignedDuration::from_secs(5);
/// What a mail may take from arming to settling: with less time left, none is armed.
pub const LONGEST: SignedDuration =
    SignedDuration::from_secs(ARMING.as_secs() + REQUEST.as_secs() + SETTLING.as_secs());

/// How often a mail is put off in one chain of messages: a bound of our own where Lambda sets none. Of a quarter of an hour each,
/// which is how long most wait, 10,000 are three months; no mail waits for as long (`give_up_after`).
pub const LONGEST_CHAIN: u32 = 10_000;

/// Handles batches of the queue of planned mails.
pub struct Send<S> {
    deciding: Deciding<S>,
    mails: Mails<S>,
    mailer: Arc<dyn Mailer>,
    links: Links,
    lease: SignedDuration,
    clock: Arc<dyn Clock>,
    pacing: Option<Pacing>,
}

/// Who says when a mail may go, and the queue by which it comes again.
struct Pacing {
    pace: Arc<dyn Pace>,
    queue: Queue,
}

/// What the mails of one batch share.
struct Shared {
    permits: Permits,
    prefetched: Prefetched,
    in_flight: InFlight,
    deadline: Deadline,
}

/// Why a mail cannot be written. The same mail and data fail again, so it is settled and shown.
#[derive(Debug, Error)]
enum Unwritable {
    #[error("its campaign is not published any more")]
    NoCampaign,
    #[error(transparent)]
    Mail(MailsError),
    #[error(transparent)]
    Render(#[from] RenderError),
    #[error(transparent)]
    Message(#[from] MessageError),
    #[error(transparent)]
    Link(#[from] rekindle_mail::LinkError),
}

impl<S: Store> Send<S> {
    /// A handler over a store and what sends mails. `lease` is how long a worker may take between arming and SES's answer,
    /// after which the outcome is unknown; the queue's visibility time-out must be longer, so that a message comes back
    /// only when the lease is over.
    pub fn new(
        deciding: Deciding<S>,
        mailer: Arc<dyn Mailer>,
        links: Links,
        lease: SignedDuration,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let mails = Mails::new(deciding.store().clone());
        Self { deciding, mails, mailer, links, lease, clock, pacing: None }
    }

    /// The same, at a pace. Mails that may not go yet, or that SES refused, come again by `queue`, which is the one that
    /// they come from, as new messages: waiting does not bring them nearer to the dead letters.
    #[must_use]
    pub fn with_pace(self, pace: Arc<dyn Pace>, queue: Queue) -> Self {
        Self { pacing: Some(Pacing { pace, queue }), ..self }
    }

    /// With the mails that `other` has prepared, of a store that has the same versions.
    #[must_use]
    pub fn sharing_cache_with(mut self, other: &Self) -> Self {
        self.mails = Mails::sharing_cache_with(self.deciding.store().clone(), &other.mails);
        self
    }

    /// Handles one batch; what is not settled stays in the queue. When a mail could not be settled before the deadline any
    /// more, none is armed: the rest of the batch comes again as new messages, or stays in the queue.
    pub async fn handle(&self, event: SqsEvent, deadline: Deadline) -> SqsBatchResponse {
        // Two mails of one person would only conflict with each other.
        let by_person = |record: &SqsMessage| read(record).map_or_else(|_| String::new(), |planned| planned.person);
        let people = event.records.iter().filter_map(|record| Some(read(record).ok()?.person));
        let prefetched = Prefetched::at(&self.deciding, people.collect(), self.now()).await;
        let permits = Permits::new(prefetched.may_go(event.records.iter().filter_map(|record| read(record).ok())));
        let shared = Shared { permits, prefetched, in_flight: InFlight::default(), deadline };
        each_record(event.records, by_person, |record| self.take(record, &shared)).await
    }

    #[expect(clippy::too_many_lines, reason = "the order of these steps is the protocol: it is read in one piece")]
    async fn take(&self, record: SqsMessage, shared: &Shared) -> Result<(), SendError> {
        let Shared { permits, prefetched, in_flight, deadline } = shared;
        let planned = read(&record)?;
        let PlannedSend { person, send_id, .. } = planned.clone();
        let mut may_go = false;
        let mut seen = prefetched.planned(&person, &send_id);
        let mut catalog = self.deciding.catalog().await?;
        for _ in 0..TRIES {
            if !deadline.allows(LONGEST, self.clock.now()) {
                in_flight.end();
                return self.hand_back(&planned).await;
            }
            let loaded = match seen.take() {
                Some(seen) => seen,
                None => self.deciding.store().load(&person).await?,
            };
            let Some(outgoing) = loaded.person.outbox.get(&send_id).cloned() else { return Ok(()) };
            catalog = self.deciding.complete(catalog, &loaded.person).await?;
            if !is_armed(&outgoing)
                && let Some(reason) = self.suppressed(&loaded.person, &outgoing, &catalog, prefetched).await?
            {
                info!(send_id, reason, "a mail is withdrawn: its address is on the suppression list");
                return self.withdraw(loaded, &send_id, reason).await;
            }
            if let Some(pacing) = self.pacing.as_ref().filter(|_| !may_go && !is_armed(&outgoing)) {
                match permits.take(&*pacing.pace).await? {
                    Turn::Now => may_go = true,
                    Turn::Later(_) if planned.is_superseded(&outgoing) => return Ok(()),
                    Turn::Later(wait) => return self.put_off(loaded, &planned, &catalog, pacing, wait).await,
                }
            }
            // Written once it may go, so that nothing is written for a mail that waits; before it is armed, so that what
            // cannot be written never leaves doubt; and anew whenever the person has changed, so that it goes to the address
            // that is armed.
            let message = match self.write(&loaded.person, &outgoing, &catalog).await {
                Ok(message) => message,
                Err(Unwritable::Mail(MailsError::Store(error))) => return Err(error.into()),
                Err(reason) => {
                    warn!(send_id, %reason, "a mail could not be written and is withdrawn");
                    return self.withdraw(loaded, &send_id, &reason.to_string()).await;
                }
            };
            let armed = match self.arm(loaded, &send_id, &catalog).await? {
                Arming::HeldLease(armed) => armed,
                Arming::Nothing => return Ok(()),
                Arming::Conflict => {
                    catalog = self.deciding.catalog().await?;
                    continue;
                }
                // Only what is paused now may be dropped: the pass of a resumption has already been where it was not.
                Arming::Paused => {
                    catalog = self.deciding.read_catalog().await?;
                    if is_paused(&catalog, &outgoing) {
                        return Ok(());
                    }
                    continue;
                }
            };
            let tags = self.tags(&person, &send_id, &outgoing, armed.attempt);
            let answer = match self.reason_not_to_send(&armed, &outgoing, prefetched, *deadline).await {
                Some(reason) => Answer::Refused(reason.to_owned()),
                None => {
                    let ask = self.mailer.send(Request { message, tags });
                    let others_may_come = || deadline.allows(LONGEST, self.clock.now());
                    let answer = in_flight.wait_for_batch(ask, others_may_come).await;
                    if answer.is_of_the_account() {
                        metrics::emit("MailsRefused", Unit::Count, 1, self.clock.now());
                    }
                    answer
                }
            };
            match &answer {
                Answer::Accepted(_) => debug!(send_id, attempt = armed.attempt, "SES has taken it"),
                _ => info!(send_id, attempt = armed.attempt, answer = answer.name(), "SES has not taken it, or maybe"),
            }
            let (throttled, attempt) = (answer.is_throttling(), armed.attempt);
            return match (self.settle(*armed, &outgoing, answer, catalog).await, &self.pacing) {
                (Err(SendError::Refused(_)), Some(pacing)) => {
                    if throttled {
                        pacing.pace.slow_down().await?;
                    }
                    // It went on as the mail's message, from whichever chain it came.
                    let chain = planned.chain_of(&outgoing);
                    pacing.again(&PlannedSend { chain, ..planned }, after_refusal(attempt)).await
                }
                (settled, _) => settled,
            };
        }
        Err(SendError::Contended)
    }

    /// Why an armed send must be handed back unasked: whoever stood still since has lost the right to ask, though nothing has
    /// left their hands. Looked at in the last moment before the request.
    async fn reason_not_to_send(
        &self,
        armed: &HeldLease,
        outgoing: &Outgoing,
        prefetched: &Prefetched,
        deadline: Deadline,
    ) -> Option<&'static str> {
        let catalog = self.deciding.catalog().await;
        // Asked again only where the last answer is older than some seconds.
        let by_address = match &catalog {
            Ok(catalog) => match self.suppressed(&armed.person, outgoing, catalog, prefetched).await {
                Ok(None) => None,
                Ok(Some(_)) => Some("the address was suppressed meanwhile"),
                Err(_) => Some("what is known about the address could not be read"),
            },
            Err(_) => None,
        };
        match catalog {
            Err(_) => Some("the live campaigns are not known"),
            Ok(_) if by_address.is_some() => by_address,
            Ok(catalog) if is_paused(&catalog, outgoing) => Some("the campaign was paused"),
            Ok(_) if self.now().plus_seconds(REQUEST.as_secs()) > armed.lease => Some("the lease is over"),
            Ok(_) if !deadline.allows(REQUEST + SETTLING, self.clock.now()) => Some("the invocation ends"),
            Ok(_) => None,
        }
    }

    /// Leaves a mail that was not armed to the next invocation. As a new message it comes at once and no nearer to the dead
    /// letters.
    async fn hand_back(&self, planned: &PlannedSend) -> Result<(), SendError> {
        info!(send_id = planned.send_id, "a mail is left to the next invocation: this one ends");
        match &self.pacing {
            Some(pacing) => pacing.again(planned, SignedDuration::ZERO).await,
            None => Err(SendError::OutOfTime),
        }
    }

    /// Why the suppression list keeps a mail back: what became known about the address by anybody who has or had it. The
    /// person learns it too, as an event; until then, and of somebody who was erased, this is all that keeps a mail back.
    async fn suppressed(
        &self,
        person: &Person,
        outgoing: &Outgoing,
        catalog: &Catalog,
        prefetched: &Prefetched,
    ) -> Result<Option<&'static str>, SendError> {
        let Some(address) = person.profile.email.as_deref() else { return Ok(None) };
        let now = self.now();
        let entry = match prefetched.suppressed(address, now) {
            Some(entry) => entry,
            None => {
                let entry = self.deciding.store().suppressed(address).await?;
                prefetched.keep(address, entry, now);
                entry
            }
        };
        let Some(entry) = entry else { return Ok(None) };
        let live = catalog.get(&outgoing.campaign);
        let is_marketing = |live: &LiveCampaign| live.program.campaign.purpose == Purpose::Marketing;
        let marketing = Notice::of(outgoing).is_none() && live.is_none_or(is_marketing);
        Ok(entry.obstacle(marketing, &person.profile.consent))
    }

    async fn write(&self, person: &Person, outgoing: &Outgoing, catalog: &Catalog) -> Result<Message, Unwritable> {
        if let Some(notice) = Notice::of(outgoing) {
            return self.write_notice(&notice, person, outgoing, catalog);
        }
        let live = catalog.get(&outgoing.campaign).ok_or(Unwritable::NoCampaign)?;
        let program: &Program = live.version(outgoing.version).unwrap_or(&live.program);
        let workspace = &catalog.workspace;
        let locale = person.profile.locale.as_deref().unwrap_or_default();
        let fallback = workspace.locales.first().map_or("", String::as_str);
        let mail = self.mails.get(outgoing, locale, fallback).await.map_err(Unwritable::Mail)?;
        let signed = compose::sign(
            &self.links,
            person,
            outgoing,
            program,
            workspace,
            compose::joining_until(outgoing.planned_at),
        )?;
        let rendered = mail.render(&compose::data(person, outgoing, program, workspace, &signed, mail.locale()))?;
        let rendered = signed.counted(&self.links, rendered, person, program, self.now());
        let sender = workspace.senders.get(program.campaign.sender).ok_or(Unwritable::NoCampaign)?;
        Ok(compose::address(rendered, &signed, person, program, sender, workspace.policy)?)
    }

    fn write_notice(
        &self,
        notice: &Notice,
        person: &Person,
        outgoing: &Outgoing,
        catalog: &Catalog,
    ) -> Result<Message, Unwritable> {
        let workspace = &catalog.workspace;
        let sender = workspace.senders.first().ok_or(Unwritable::NoCampaign)?;
        let rendered = compose::notice::write(notice, person, outgoing, workspace, sender, &self.links)?;
        Ok(compose::address_notice(rendered, person, sender, workspace.policy)?)
    }

    fn tags(&self, person: &str, send_id: &str, outgoing: &Outgoing, attempt: u32) -> MailTags {
        MailTags {
            send_id: send_id.to_owned(),
            attempt,
            campaign: outgoing.campaign.to_string(),
            version: outgoing.version,
            step: outgoing.step.to_string(),
            entry: outgoing.entry,
            mail: outgoing.mail.to_string(),
            person: self.deciding.store().pseudonym(person),
        }
    }

    fn now(&self) -> Instant {
        Instant::from(self.clock.now())
    }
}

impl Pacing {
    /// Lets a planned mail come again; at the end of its chain by the queue's own means, which are the dead letters.
    async fn again(&self, planned: &PlannedSend, wait: SignedDuration) -> Result<(), SendError> {
        if planned.hop >= LONGEST_CHAIN {
            return Err(SendError::Endless);
        }
        let next = PlannedSend { hop: planned.hop + 1, ..planned.clone() };
        // Queues know whole seconds; nobody comes too early.
        let wait = SignedDuration::from_secs(wait.as_secs() + i64::from(wait.subsec_nanos() > 0));
        Ok(self.queue.send_later(&[next], wait).await?)
    }
}

/// How long a mail waits after so many refusals: twice as long each time, up to the queue's longest delay.
fn after_refusal(attempt: u32) -> SignedDuration {
    SignedDuration::from_secs((15_i64 << attempt.min(10)).min(15 * 60))
}

/// Whether a mail's campaign is paused.
fn is_paused(catalog: &Catalog, outgoing: &Outgoing) -> bool {
    catalog.get(&outgoing.campaign).is_some_and(|live| live.run == RunState::Paused)
}

/// Whether somebody else may be asking SES: then this worker will not.
fn is_armed(outgoing: &Outgoing) -> bool {
    matches!(outgoing.state, SendState::Armed { .. })
}

fn read(record: &SqsMessage) -> Result<PlannedSend, SendError> {
    Ok(serde_json::from_str(record.body.as_deref().unwrap_or_default())?)
}
