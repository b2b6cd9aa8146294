//! The queues, the bus and SES behind the gate.
//!
//! Reproduced of SES: every kind of answer, accepted or not, also after the asker has died. The real table of answers
//! (`classify`) reads what it says. What SES says of a mail that it took is in `reports`.

use aws_sdk_sesv2::error::{ErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::send_email::{SendEmailError, SendEmailOutput};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use rekindle_archive::{Archive, ArchiveError};
use rekindle_engine::time::Instant;
use rekindle_lambda::erasing::{EraseError, Place};
use rekindle_lambda::queue::{Messages, QueueError};
use rekindle_relay::{BusError, Entries, Entry};
use rekindle_send::{Account, Answer, Mailer, Quota, Request, classify};
use rekindle_store::People;

use crate::faults::{Kind, Verdict};
use crate::gate::Sim;
use crate::points::{Effect, Function};
use crate::queue::{Message, QueueName};
use crate::releases::Form;
use crate::truth::Accepted;
use crate::world::{HOUR, MAILS_A_SECOND, SECOND};

/// A queue as handlers see it.
pub struct SimQueue {
    /// The world.
    pub sim: Sim,
    /// Which.
    pub name: QueueName,
    /// Where the process is of a release before this one, what that knows.
    pub form: Option<&'static Form>,
}

impl Messages for SimQueue {
    fn put<'a>(&'a self, bodies: &'a [String], delay: SignedDuration) -> BoxFuture<'a, Result<(), QueueError>> {
        let effect = match self.name {
            QueueName::Advance => Effect::QueueShards,
            QueueName::Send => Effect::QueueSends,
            QueueName::Sweep => Effect::QueuePass,
            QueueName::Intake | QueueName::Feedback | QueueName::Web | QueueName::Checkout => Effect::Other,
        };
        let delay = delay.as_millis() as i64;
        async move {
            let verdict = self.sim.gate(effect).await;
            let taken = match verdict {
                Verdict::FailPartly(_) => &bodies[..bodies.len() / 2],
                Verdict::FailBefore(_) | Verdict::DieBefore => &[],
                _ => bodies,
            };
            {
                let mut world = self.sim.world();
                let by = world.current.map(|slot| world.slots[slot].function);
                if (self.name, by, delay) == (QueueName::Send, Some(Function::Send), 0) {
                    world.count(Kind::HandedBack);
                }
                for body in taken.iter().cloned() {
                    let body = match self.form {
                        Some(form) => form.message(self.name, body),
                        None => body,
                    };
                    world.enqueue(self.name, body, delay);
                }
            }
            after(&self.sim, verdict, |kind| match kind {
                Kind::QueuePartly => QueueError::Refused(bodies.len() - taken.len()),
                _ => QueueError::Unavailable("no answer".to_owned()),
            })
            .await
        }
        .boxed()
    }

    fn put_aside<'a>(&'a self, body: &'a str, reason: &'a str) -> BoxFuture<'a, Result<(), QueueError>> {
        let put = || {
            let mut world = self.sim.world();
            let (id, sent_at) = (world.number(), world.now);
            let (body, reason) = (body.to_owned(), Some(reason.to_owned()));
            let letter = Message { id, body, reason, sent_at, visible_at: sent_at, receives: 0 };
            world.queue(self.name).dead.push(letter);
            Ok(())
        };
        let failed = |reason: &'static str| QueueError::Unavailable(reason.to_owned());
        self.sim.call(Effect::PutAside, failed, put).boxed()
    }
}

/// What follows the effect of a call that has no other answer than that it was done.
async fn after<E>(sim: &Sim, verdict: Verdict, failed: impl Fn(Kind) -> E) -> Result<(), E> {
    match verdict {
        Verdict::DieBefore => std::future::pending().await,
        Verdict::DieAfter => sim.die().await,
        Verdict::FailBefore(kind) | Verdict::FailAfter(kind) | Verdict::FailPartly(kind) => {
            sim.world().count(kind);
            Err(failed(kind))
        }
        Verdict::FreezeAfter(seconds) => {
            sim.stand_still(seconds).await;
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The bus as handlers see it.
pub struct SimBus {
    /// The world.
    pub sim: Sim,
}

impl Entries for SimBus {
    fn put<'a>(&'a self, entries: &'a [Entry]) -> BoxFuture<'a, Result<(), BusError>> {
        async move {
            let verdict = self.sim.gate(Effect::PutEvents).await;
            let taken = match verdict {
                Verdict::FailPartly(_) => &entries[..entries.len() / 2],
                Verdict::FailBefore(_) | Verdict::DieBefore => &[],
                _ => entries,
            };
            {
                let mut world = self.sim.world();
                for entry in taken {
                    let detail: serde_json::Value = serde_json::from_str(&entry.detail).unwrap_or_default();
                    world.truth.on_bus.extend(detail["event_id"].as_str().map(str::to_owned));
                    world.told(entry);
                    world.bus_at(entry.time.seconds() * SECOND, &entry.source, &entry.kind, &entry.detail);
                }
            }
            after(&self.sim, verdict, |kind| match kind {
                Kind::BusPartly => BusError::Refused(entries.len() - taken.len()),
                _ => BusError::Unavailable(entries.len(), "no answer".to_owned()),
            })
            .await
        }
        .boxed()
    }
}

/// The archive as `relay` sees it.
pub struct SimArchive {
    /// The world.
    pub sim: Sim,
}

impl Archive for SimArchive {
    fn put<'a>(&'a self, day: &'a str, lines: &'a [String]) -> BoxFuture<'a, Result<(), ArchiveError>> {
        let keep = || {
            self.sim.world().archive.extend(lines.iter().cloned());
            Ok(())
        };
        let failed = |reason: &'static str| ArchiveError { day: day.to_owned(), reason: reason.to_owned() };
        self.sim.call(Effect::KeepEvents, failed, keep).boxed()
    }
}

impl Place for SimArchive {
    fn clear<'a>(&'a self, person: &'a str, until: Instant) -> BoxFuture<'a, Result<Option<u64>, EraseError>> {
        let clear = move || {
            let kept = &mut self.sim.world().archive;
            let before = kept.len();
            kept.retain(|line| !is_about(line, person, until));
            Ok(Some((before - kept.len()) as u64))
        };
        let failed = |reason: &'static str| EraseError::Place { place: "the archive", reason: reason.to_owned() };
        self.sim.call(Effect::ClearPlace, failed, clear).boxed()
    }
}

/// Whether a line of the archive is about somebody, up to an instant.
fn is_about(line: &str, person: &str, until: Instant) -> bool {
    let line: serde_json::Value = serde_json::from_str(line).expect("a line of the archive is JSON");
    let received: Option<Instant> = serde_json::from_value(line["received_at"].clone()).ok();
    line["detail"]["person"]["id"] == person && received.is_none_or(|received| received <= until)
}

/// SES as handlers see it.
pub struct Sink {
    /// The world.
    pub sim: Sim,
}

/// What the SDK gives; as large as it is, since the real table of answers reads it.
type Outcome = Result<SendEmailOutput, SdkError<SendEmailError, ()>>;

/// What SES is asked for, and in which life its person had planned it.
type Asked = (Request, u32);

impl Mailer for Sink {
    fn send(&self, request: Request) -> BoxFuture<'_, Answer> {
        // What was asked is asked here, whenever the request arrives.
        let life = {
            let mut world = self.sim.world();
            let now = world.now;
            world.truth.asked(&request.tags.campaign, &request.tags.send_id, now);
            world.ask_about_leaving(&request.tags.campaign, &request.tags.send_id);
            world.ask_in_time(&request.tags.send_id);
            let person = request.tags.person.as_deref().and_then(|pseudonym| world.memory.behind(pseudonym));
            world.ask_about_erasure(&person.unwrap_or_default(), &request.tags.send_id)
        };
        let asked = (request, life);
        async move {
            let verdict = self.sim.gate(Effect::AskSes).await;
            if !matches!(verdict, Verdict::DieBefore | Verdict::FreezeBefore(_)) {
                self.sim.world().meter();
            }
            match verdict {
                Verdict::DieBefore => std::future::pending().await,
                Verdict::DieAfter => {
                    self.accept(&asked, 0);
                    self.sim.die().await
                }
                Verdict::FreezeAfter(seconds) => {
                    self.accept(&asked, 0);
                    self.sim.stand_still(seconds).await;
                    classify(&accepted())
                }
                // It stood still before a byte has left; the SDK's own time-out runs out when it thaws.
                Verdict::FreezeBefore(seconds) => {
                    self.sim.stand_still(seconds).await;
                    classify(&timed_out())
                }
                Verdict::Ses(Kind::SesAcceptedAfterDeath) => {
                    let late = {
                        let mut world = self.sim.world();
                        world.count(Kind::SesAcceptedAfterDeath);
                        world.dice.between(1, HOUR)
                    };
                    self.accept(&asked, late);
                    self.sim.die().await
                }
                Verdict::FailBefore(_) => self.answer(Kind::SesTimeoutLost, &asked),
                Verdict::FailAfter(_) => self.answer(Kind::SesTimeoutAccepted, &asked),
                Verdict::Ses(kind) => self.answer(kind, &asked),
                _ => {
                    self.accept(&asked, 0);
                    classify(&accepted())
                }
            }
        }
        .boxed()
    }
}

impl Account for Sink {
    fn quota(&self) -> BoxFuture<'_, Result<Quota, String>> {
        let quota = || {
            let mut world = self.sim.world();
            let is_dry = world.dry.is_some_and(|(from, to)| (from..to).contains(&world.now));
            if is_dry {
                world.count(Kind::QuotaUsedUp);
            }
            Ok(Quota { per_second: f64::from(MAILS_A_SECOND), left: is_dry.then_some(0) })
        };
        self.sim.call(Effect::AskAccount, |reason| reason.to_owned(), quota).boxed()
    }
}

impl Sink {
    fn answer(&self, kind: Kind, asked: &Asked) -> Answer {
        self.sim.world().count(kind);
        if matches!(kind, Kind::SesTimeoutAccepted | Kind::SesErrorAccepted) {
            self.accept(asked, 0);
        }
        classify(&match kind {
            Kind::SesThrottled => refused("TooManyRequestsException"),
            Kind::SesQuota => refused("LimitExceededException"),
            Kind::SesPaused => refused("SendingPausedException"),
            Kind::SesRejected => refused("MessageRejected"),
            Kind::SesErrorAccepted | Kind::SesErrorLost => refused("InternalServiceErrorException"),
            _ => timed_out(),
        })
    }

    /// SES takes it, so many milliseconds later.
    fn accept(&self, (request, life): &Asked, late: i64) {
        let mut world = self.sim.world();
        let at = world.now + late;
        let person = request.tags.person.as_deref().and_then(|pseudonym| world.memory.behind(pseudonym));
        let person = person.unwrap_or_default();
        let accepted = Accepted {
            send_id: request.tags.send_id.clone(),
            attempt: request.tags.attempt,
            to: request.message.to.clone(),
            at,
            tags: tags(request),
            person,
            life: *life,
        };
        world.tell(|| format!("  SES takes {} try {} in {late} ms", accepted.send_id, accepted.attempt));
        if late > 0 { world.late.push((at, accepted)) } else { world.took(accepted) }
    }
}

/// The tags of a mail as SES reports them.
fn tags(request: &Request) -> String {
    let tags: Vec<String> =
        request.tags.pairs().into_iter().map(|(name, value)| format!(r#""{name}":["{value}"]"#)).collect();
    format!("{{{}}}", tags.join(","))
}

#[expect(clippy::result_large_err, reason = "it is the SDK's own type")]
fn accepted() -> Outcome {
    Ok(SendEmailOutput::builder().message_id("m").build())
}

#[expect(clippy::result_large_err, reason = "it is the SDK's own type")]
fn refused(code: &str) -> Outcome {
    Err(SdkError::service_error(SendEmailError::generic(ErrorMetadata::builder().code(code).build()), ()))
}

#[expect(clippy::result_large_err, reason = "it is the SDK's own type")]
fn timed_out() -> Outcome {
    Err(SdkError::timeout_error("time-out"))
}
