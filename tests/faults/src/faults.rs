//! What AWS, time and computers may do to a run, and how a run chooses.
//!
//! Random runs switch each group of faults on or off by their seed, so that some see few kinds, each often (swarm testing:
//! Groce et al., 2012). Exhaustive runs name one or two calls and what happens at them.

use crate::points::Effect;
use crate::rng::Rng;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $words:literal,)*) => {
        /// A kind of fault.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $($(#[$doc])* $name,)* }

        /// All kinds with their names, in order.
        pub const KINDS: &[(Kind, &str)] = &[$((Kind::$name, $words),)*];
    };
}

kinds! {
    /// The process dies before a call takes effect.
    CrashBefore = "compute: crash before a call",
    /// The process dies after a call took effect.
    CrashAfter = "compute: crash after a call",
    /// The function runs out of time.
    FunctionTimeout = "compute: function time-out",
    /// The process stands still, past its lease or not.
    Frozen = "compute: frozen and thawed",
    /// It stands still for longer than a lease.
    FrozenPastLease = "compute: frozen past the lease and thawed",
    /// A worker's clock is wrong.
    ClockSkew = "time: clock skew",
    /// A worker's clock jumps.
    ClockJump = "time: clock jump",
    /// The secret cannot be read at the cold start.
    SecretMissing = "compute: secret missing at cold start",
    /// Everything fails for half an hour.
    Outage = "everything fails for 30 minutes",
    /// A worker decides by campaigns that are no longer live.
    StaleVersion = "two versions of the campaigns live at once",
    /// The version of a person has changed.
    ConditionFailed = "table: condition fails",
    /// A write happened and its reply is lost.
    ReplyLostAfter = "table: reply lost after the commit",
    /// A write did not happen and nobody is told.
    ReplyLostBefore = "table: request lost before the commit",
    /// Too busy.
    Throttled = "table: throttled",
    /// Somebody is shown as they were before their last change.
    StaleLook = "table: an eventually consistent read is old",
    /// The index does not show somebody who is due.
    StalePageMissing = "index: a due person missing",
    /// The index shows somebody who is not due.
    StalePageExtra = "index: somebody who is not due",
    /// A message comes twice at once.
    DuplicateAtOnce = "queue: duplicate at once",
    /// A message comes again after it was deleted.
    DuplicateAfterDelete = "queue: duplicate after the delete",
    /// Messages come in another order.
    Reordered = "queue: reordered",
    /// A message comes up to a day late.
    Delayed = "queue: delayed up to 24 h",
    /// A message becomes visible while it is worked on.
    VisibilityRanOut = "queue: visibility runs out mid-work",
    /// A message was received too often.
    DeadLettered = "queue: dead-lettered",
    /// Dead letters are put back.
    Redriven = "queue: redriven",
    /// A queue takes some messages of a request and refuses the others.
    QueuePartly = "queue: partial failure of a request",
    /// One record of a batch fails and others do not.
    MiddleRecordFailed = "batch: a record in the middle fails",
    /// A batch comes again after half of its effects.
    BatchRetried = "batch: retried after half its effects",
    /// The stream hands on a batch again.
    StreamRepeated = "stream: batch repeated",
    /// A failed batch comes again in halves.
    StreamBisected = "stream: batch bisected",
    /// The bus takes some entries and refuses others.
    BusPartly = "bus: partial failure of PutEvents",
    /// The bus delivers twice.
    BusDuplicate = "bus: duplicate",
    /// An event that is none.
    Malformed = "event: malformed",
    /// An event that is too large.
    Oversized = "event: oversized",
    /// An event that no campaign knows.
    UnknownEvent = "event: unknown type",
    /// A message that no handler can ever read.
    Poison = "queue: poison record",
    /// SES is asked too fast.
    SesThrottled = "SES: rate exceeded",
    /// SES's daily quota is used up.
    SesQuota = "SES: daily quota exceeded",
    /// SES has paused the account.
    SesPaused = "SES: account paused",
    /// SES rejects the message.
    SesRejected = "SES: address rejected",
    /// SES took it, and the reply was lost.
    SesTimeoutAccepted = "SES: time-out, accepted",
    /// SES did not take it, and nobody is told.
    SesTimeoutLost = "SES: time-out, not accepted",
    /// SES took it and said 5xx.
    SesErrorAccepted = "SES: 5xx, accepted",
    /// SES did not take it and said 5xx.
    SesErrorLost = "SES: 5xx, not accepted",
    /// SES takes it after the worker has died.
    SesAcceptedAfterDeath = "SES: accepted after the worker's death",
    /// SES does not report that it took a mail.
    ReportLost = "report: lost",
    /// SES reports twice.
    ReportTwice = "report: duplicated",
    /// SES reports in another order than things happened.
    ReportDisordered = "report: out of order",
    /// SES reports on a mail of somebody else's.
    ReportForeign = "report: foreign",
    /// A complaint comes days later.
    ReportLate = "report: a complaint days later",
    /// A mail comes back for good.
    ReportBounce = "report: hard bounce",
    /// Somebody is told what became known about an address by another id that has it.
    ToldByAddress = "address: told to another id of it",
    /// A reader leaves by the link of a mail.
    LeftByLink = "address: refused by a link",
    /// Somebody who is due cannot be written by anybody.
    SetAside = "person: due, and set aside as nobody can write them",
    /// SES's account has nothing left of its quota for hours.
    QuotaUsedUp = "SES: nothing left of the account's quota for hours",
    /// Somebody who has had as many types of events as are counted leaves.
    FullTypes = "bound: leaves with all types of events",
    /// Somebody who has had all events of a day leaves.
    FullDay = "bound: leaves with all events of a day",
    /// Somebody whose attributes take all room leaves.
    FullAttributes = "bound: leaves with all attributes",
    /// Somebody who holds as many codes as anybody may leaves.
    FullCodes = "bound: leaves with all codes",
    /// Somebody who had as many suppressed addresses as are remembered leaves.
    FullSuppressed = "bound: leaves with all suppressed addresses",
    /// Somebody who entered with as many keys as are remembered leaves.
    FullKeys = "bound: leaves with all keys",
    /// Somebody with as many active enrolments as anybody may have leaves.
    FullEnrolments = "bound: leaves with all enrolments",
    /// Somebody with as many enrolments that can still convert leaves.
    FullConversions = "bound: leaves with all conversions",
    /// Somebody with as many mails that wait to be made leaves.
    FullOutbox = "bound: leaves with all mails that wait",
    /// Somebody whose attributes are beyond what may be written leaves.
    FullBeyond = "bound: leaves beyond it",
    /// A reader presses the button.
    PageButton = "page: left by the button",
    /// A reader chooses topics.
    PageTopics = "page: topics chosen",
    /// A reader answers the survey.
    PageAnswer = "page: survey answered",
    /// Somebody is erased.
    Erased = "erasure: between mails",
    /// Somebody is erased while a worker asks SES for a mail of theirs.
    ErasedMidFlight = "erasure: with a mail armed",
    /// SES is asked for that mail after the erasure was written.
    AskedAfterErasure = "erasure: SES asked for the armed mail after it",
    /// Somebody whom the shop told of anew begins again.
    CameBack = "erasure: came back later",
    /// A checkout uses a code.
    Used = "offer: code used",
    /// A checkout may not use a code.
    UseRefused = "offer: use refused",
    /// A code is used by several orders at once.
    UsedTwice = "offer: code used twice at once",
    /// No code is left.
    OfferExhausted = "offer: budget or pool used up",
    /// A worker leaves mails to the next invocation.
    HandedBack = "deadline: mails left to the next invocation",
    /// An invocation runs out of time after some of its writes.
    CutMidWork = "deadline: cut off after some of its writes",
    /// A worker that has died begins anew under its old name.
    Restarted = "compute: restarted under the old name",
    /// A worker of the release before writes a person.
    WrittenBefore = "releases: a person written by a worker of the release before",
    /// A worker of the release before reads a person who has what it does not know: its next write takes that away.
    FieldUnknown = "releases: a person read without what the release before does not know",
    /// A message has what a worker of the release before does not know.
    MessageUnknown = "releases: a message taken without what the release before does not know",
    /// A worker of the release before is replaced.
    RolledForward = "releases: a worker replaced by one of this release",
    /// A deployment is taken back.
    RolledBack = "releases: a worker replaced by one of the release before",
    /// A command ends after its one write, before it asks for the pass that it owes.
    CommandKilled = "operator: a command killed before its pass",
}

/// What a call is told to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Takes effect and answers.
    Go,
    /// The handler dies before.
    DieBefore,
    /// Takes effect; the handler dies.
    DieAfter,
    /// Does not take effect; the answer is an error.
    FailBefore(Kind),
    /// Takes effect; the answer is an error.
    FailAfter(Kind),
    /// Takes effect for a part; the answer is an error.
    FailPartly(Kind),
    /// Takes effect; then the process stands still for so many seconds.
    FreezeAfter(i64),
    /// The process stands still for so many seconds, then it takes effect.
    FreezeBefore(i64),
    /// Never answers: the function runs out of time.
    Hang,
    /// SES's own answers.
    Ses(Kind),
}

/// How a run chooses its faults.
#[derive(Debug, Clone)]
pub enum Plan {
    /// None.
    Calm,
    /// At these calls, counted from 0, and nothing else.
    At(Vec<(u64, Verdict)>),
    /// By chance, so many of ten thousand calls for each group.
    Random(Rates),
}

/// How often each group of faults comes, of ten thousand occasions.
#[derive(Debug, Clone, Default)]
pub struct Rates {
    /// Crashes, at calls.
    pub crash: u32,
    /// Time-outs of functions, at calls.
    pub hang: u32,
    /// Freezes, at calls.
    pub freeze: u32,
    /// Lost and refused calls.
    pub calls: u32,
    /// Answers of SES.
    pub ses: u32,
    /// Duplicates, delays and early returns of messages.
    pub queue: u32,
    /// Repeated and bisected batches of the stream.
    pub stream: u32,
    /// Lost, doubled and late reports.
    pub reports: u32,
    /// Stale pages, and stale looks at people.
    pub index: u32,
    /// Wrong clocks.
    pub clock: u32,
    /// Cold starts without a secret, at invocations.
    pub secret: u32,
    /// Whether there is an outage of 30 minutes.
    pub outage: bool,
}

impl Rates {
    /// What a seed switches on.
    pub fn swarm(rng: &mut Rng) -> Self {
        let mut often = |rates: [u32; 3]| if rng.chance(5_000) { *rng.pick(&rates) } else { 0 };
        Self {
            crash: often([30, 100, 300]),
            hang: often([5, 20, 60]),
            freeze: often([20, 60, 150]),
            calls: often([50, 150, 400]),
            ses: often([300, 1_000, 3_000]),
            queue: often([200, 600, 1_500]),
            stream: often([300, 1_000, 2_000]),
            reports: often([500, 2_000, 5_000]),
            index: often([300, 1_000, 2_000]),
            clock: often([50, 200, 400]),
            secret: often([100, 300, 600]),
            outage: often([1, 1, 1]) > 0 && rng.chance(3_000),
        }
    }
}

impl Plan {
    /// What happens to the call of that number.
    pub fn verdict(&self, number: u64, effect: Effect, rng: &mut Rng) -> Verdict {
        match self {
            Self::Calm => Verdict::Go,
            Self::At(calls) => {
                calls.iter().find(|(own, _)| *own == number).map_or(Verdict::Go, |(_, verdict)| *verdict)
            }
            Self::Random(rates) => random(rates, effect, rng),
        }
    }

    /// How often each group comes; never, where the plan is not random.
    #[must_use]
    pub fn rates(&self) -> Rates {
        match self {
            Self::Random(rates) => rates.clone(),
            Self::Calm | Self::At(_) => Rates::default(),
        }
    }
}

fn random(rates: &Rates, effect: Effect, rng: &mut Rng) -> Verdict {
    let roll = rng.below(10_000) as u32;
    let mut edge = 0;
    let mut within = |rate: u32| {
        edge += rate;
        roll < edge
    };
    if within(rates.crash) {
        let after = effect.is_write() && rng.chance(6_000);
        return match (effect, after) {
            (Effect::AskSes, false) if rng.chance(4_000) => Verdict::Ses(Kind::SesAcceptedAfterDeath),
            (_, true) => Verdict::DieAfter,
            (_, false) => Verdict::DieBefore,
        };
    }
    if within(rates.hang) {
        return Verdict::Hang;
    }
    if within(rates.freeze) {
        let seconds = *rng.pick(&[1, 10, 38, 59, 61, 95, 200, 600, 7_200]);
        return if rng.chance(5_000) { Verdict::FreezeAfter(seconds) } else { Verdict::FreezeBefore(seconds) };
    }
    if effect == Effect::AskSes {
        if within(rates.ses) {
            return Verdict::Ses(*rng.pick(&SES_KINDS));
        }
        return Verdict::Go;
    }
    if within(rates.calls) {
        let write = effect.is_write();
        return match effect {
            Effect::PutEvents if rng.chance(4_000) => Verdict::FailPartly(Kind::BusPartly),
            Effect::QueueSends | Effect::QueueShards | Effect::QueuePass if rng.chance(4_000) => {
                Verdict::FailPartly(Kind::QueuePartly)
            }
            _ if write && rng.chance(5_000) => Verdict::FailAfter(Kind::ReplyLostAfter),
            _ if rng.chance(5_000) => Verdict::FailBefore(Kind::ReplyLostBefore),
            _ => Verdict::FailBefore(Kind::Throttled),
        };
    }
    Verdict::Go
}

/// What SES may answer.
pub const SES_KINDS: [Kind; 8] = [
    Kind::SesThrottled,
    Kind::SesQuota,
    Kind::SesPaused,
    Kind::SesRejected,
    Kind::SesTimeoutAccepted,
    Kind::SesTimeoutLost,
    Kind::SesErrorAccepted,
    Kind::SesErrorLost,
];

/// How often each kind was injected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts(Vec<u64>);

impl Default for Counts {
    fn default() -> Self {
        Self(vec![0; KINDS.len()])
    }
}

impl Counts {
    /// Once more.
    pub fn add(&mut self, kind: Kind) {
        self.0[kind as usize] += 1;
    }

    /// How often.
    #[must_use]
    pub fn of(&self, kind: Kind) -> u64 {
        self.0[kind as usize]
    }

    /// Both together.
    pub fn merge(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own += other);
    }
}
