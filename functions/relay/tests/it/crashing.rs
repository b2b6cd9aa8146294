//! A store and its surroundings that crash, or fail, at a call: a crash is a future that never goes on.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, pending};
use jiff::SignedDuration;
use rekindle_archive::{Archive, ArchiveError};
use rekindle_engine::person::ConsentEntry;
use rekindle_engine::time::Instant;
use rekindle_lambda::queue::{Messages, QueueError};
use rekindle_relay::{BusError, Entries, Entry};
use rekindle_store::statistics::{Day, Sheet, Totals};
use rekindle_store::{
    AddressFact, Addresses, AnswerRow, ClaimedCode, CodeRow, Erased, Erasure, Ledger, LedgerPage, Memory,
    RedemptionRow, Redemptions, SendRow, Statistics, StoreError, Suppression, UnknownSend,
};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Plan {
    Nothing,
    Crash { calls_left: usize, after: bool },
    Fail { calls_left: usize },
}

/// What a call meets.
#[derive(Clone, Copy, PartialEq)]
enum Meets {
    Nothing,
    CrashBefore,
    CrashAfter,
    Failure,
}

/// Counts calls and says what each meets.
#[derive(Clone)]
pub struct Fate(Arc<Mutex<Plan>>);

impl Fate {
    fn next(&self) -> Meets {
        let mut plan = self.0.lock().unwrap();
        let meets = match &mut *plan {
            Plan::Nothing => return Meets::Nothing,
            Plan::Crash { calls_left: 0, after: true } => Meets::CrashAfter,
            Plan::Crash { calls_left: 0, after: false } => Meets::CrashBefore,
            Plan::Fail { calls_left: 0 } => Meets::Failure,
            Plan::Crash { calls_left, .. } | Plan::Fail { calls_left } => {
                *calls_left -= 1;
                return Meets::Nothing;
            }
        };
        *plan = Plan::Nothing;
        meets
    }

    async fn around<T, E>(&self, call: impl Future<Output = Result<T, E>>, failure: E) -> Result<T, E> {
        match self.next() {
            Meets::Nothing => call.await,
            Meets::CrashBefore => pending().await,
            Meets::CrashAfter => {
                drop(call.await);
                pending().await
            }
            Meets::Failure => Err(failure),
        }
    }
}

/// A store that crashes.
#[derive(Clone)]
pub struct Crashing {
    inner: Memory,
    fate: Fate,
}

impl Crashing {
    pub fn new(inner: Memory) -> Self {
        Self { inner, fate: Fate(Arc::new(Mutex::new(Plan::Nothing))) }
    }

    pub fn inner(&self) -> &Memory {
        &self.inner
    }

    pub fn crash_at(&self, calls_left: usize, after: bool) {
        *self.fate.0.lock().unwrap() = Plan::Crash { calls_left, after };
    }

    pub fn fail_at(&self, calls_left: usize) {
        *self.fate.0.lock().unwrap() = Plan::Fail { calls_left };
    }

    pub fn crash_never(&self) {
        *self.fate.0.lock().unwrap() = Plan::Nothing;
    }

    pub fn has_crashed(&self) -> bool {
        *self.fate.0.lock().unwrap() == Plan::Nothing
    }

    async fn around<T>(&self, call: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        let failure = StoreError::Unavailable { operation: "a call", reason: "on demand".to_owned() };
        self.fate.around(call, failure).await
    }
}

impl Ledger for Crashing {
    async fn append(&self, noted: &[LedgerPage]) -> Result<(), StoreError> {
        self.around(self.inner.append(noted)).await
    }

    async fn read(&self, person: &str) -> Result<Vec<String>, StoreError> {
        self.inner.read(person).await
    }

    async fn put_send(&self, row: &SendRow, version: u64) -> Result<bool, StoreError> {
        self.around(self.inner.put_send(row, version)).await
    }

    async fn marks(&self, person: &str) -> Result<Vec<(SendRow, String)>, StoreError> {
        self.inner.marks(person).await
    }

    async fn send(&self, person: &str, send_id: &str) -> Result<Option<SendRow>, StoreError> {
        self.inner.send(person, send_id).await
    }

    async fn sends(&self, person: &str) -> Result<Vec<SendRow>, StoreError> {
        self.inner.sends(person).await
    }

    async fn put_answer(&self, row: &AnswerRow) -> Result<(), StoreError> {
        self.inner.put_answer(row).await
    }

    async fn answers(&self, campaign: &str, survey: &str) -> Result<Vec<AnswerRow>, StoreError> {
        self.inner.answers(campaign, survey).await
    }

    async fn consents(&self, person: &str) -> Result<Vec<ConsentEntry>, StoreError> {
        self.inner.consents(person).await
    }

    async fn unknown(&self, limit: u32) -> Result<Vec<UnknownSend>, StoreError> {
        self.inner.unknown(limit).await
    }

    async fn answers_of(&self, person: &str) -> Result<Vec<AnswerRow>, StoreError> {
        self.inner.answers_of(person).await
    }

    async fn codes_of(&self, person: &str) -> Result<Vec<ClaimedCode>, StoreError> {
        self.inner.codes_of(person).await
    }

    async fn erase(&self, person: &str) -> Result<(), StoreError> {
        self.around(self.inner.erase(person)).await
    }
}

impl Addresses for Crashing {
    fn address_hash(&self, address: &str) -> String {
        self.inner.address_hash(address)
    }

    async fn note_address(&self, hash: &str, fact: AddressFact, at: Instant) -> Result<(), StoreError> {
        self.around(self.inner.note_address(hash, fact, at)).await
    }

    async fn suppressed(&self, address: &str) -> Result<Option<Suppression>, StoreError> {
        self.inner.suppressed(address).await
    }

    async fn all_suppressed(&self, hashes: &[String]) -> Result<Vec<Option<Suppression>>, StoreError> {
        self.around(self.inner.all_suppressed(hashes)).await
    }

    async fn having(&self, hash: &str) -> Result<Vec<String>, StoreError> {
        self.around(self.inner.having(hash)).await
    }
}

impl Erasure for Crashing {
    async fn pending_erasure(&self, person: &str) -> Result<Option<Erased>, StoreError> {
        self.inner.pending_erasure(person).await
    }

    async fn tombstone(&self, person: &str) -> Result<u64, StoreError> {
        self.around(self.inner.tombstone(person)).await
    }

    async fn has_come_back(&self, person: &str, erased: &Erased) -> Result<bool, StoreError> {
        self.around(self.inner.has_come_back(person, erased)).await
    }

    async fn write_tombstone(&self, person: &str, erased: &Erased) -> Result<(), StoreError> {
        self.around(self.inner.write_tombstone(person, erased)).await
    }

    async fn forget(&self, person: &str, erased: &Erased) -> Result<bool, StoreError> {
        self.around(self.inner.forget(person, erased)).await
    }
}

impl Redemptions for Crashing {
    async fn whose(&self, code: &str) -> Result<Option<CodeRow>, StoreError> {
        self.inner.whose(code).await
    }

    async fn put_redemption(&self, row: &RedemptionRow) -> Result<(), StoreError> {
        self.around(self.inner.put_redemption(row)).await
    }

    async fn redemptions(&self, campaign: &str, offer: &str) -> Result<Vec<RedemptionRow>, StoreError> {
        self.inner.redemptions(campaign, offer).await
    }
}

impl Statistics for Crashing {
    async fn open_day(&self, day: Day) -> Result<(), StoreError> {
        self.around(self.inner.open_day(day)).await
    }

    async fn put_sheet(&self, day: Day, sheet: &Sheet) -> Result<(), StoreError> {
        self.around(self.inner.put_sheet(day, sheet)).await
    }

    async fn days(&self) -> Result<Vec<(Day, Option<Totals>)>, StoreError> {
        self.around(self.inner.days()).await
    }

    async fn sheets(&self, day: Day) -> Result<Vec<Sheet>, StoreError> {
        self.around(self.inner.sheets(day)).await
    }

    async fn fold(&self, day: Day, totals: &Totals) -> Result<(), StoreError> {
        self.around(self.inner.fold(day, totals)).await
    }
}

/// Queue, bus and archive, which crash with the store.
#[derive(Default)]
pub struct Outside {
    fate: Option<Fate>,
    archive: Mutex<BTreeSet<String>>,
}

impl Outside {
    pub fn over(store: &Crashing) -> Self {
        Self { fate: Some(store.fate.clone()), ..Self::default() }
    }

    pub fn archived(&self) -> BTreeSet<String> {
        self.archive.lock().unwrap().clone()
    }

    async fn around<E>(&self, call: impl FnOnce(), failure: E) -> Result<(), E> {
        let call = async {
            call();
            Ok(())
        };
        match &self.fate {
            Some(fate) => fate.around(call, failure).await,
            None => call.await,
        }
    }
}

impl Messages for Outside {
    fn put<'a>(&'a self, bodies: &'a [String], _delay: SignedDuration) -> BoxFuture<'a, Result<(), QueueError>> {
        assert!(!bodies.is_empty());
        self.around(|| {}, QueueError::Refused(1)).boxed()
    }

    fn put_aside<'a>(&'a self, _body: &'a str, _reason: &'a str) -> BoxFuture<'a, Result<(), QueueError>> {
        self.around(|| {}, QueueError::Refused(1)).boxed()
    }
}

impl Entries for Outside {
    fn put<'a>(&'a self, entries: &'a [Entry]) -> BoxFuture<'a, Result<(), BusError>> {
        self.around(|| {}, BusError::Refused(entries.len())).boxed()
    }
}

impl Archive for Outside {
    fn put<'a>(&'a self, day: &'a str, lines: &'a [String]) -> BoxFuture<'a, Result<(), ArchiveError>> {
        let keep = || self.archive.lock().unwrap().extend(lines.iter().cloned());
        self.around(keep, ArchiveError { day: day.to_owned(), reason: "on demand".to_owned() }).boxed()
    }
}
