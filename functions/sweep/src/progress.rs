//! Where a pass is: it is taken up, and goes on page by page.
//!
//! Invariants: what is kept of a pass goes forward only, as a worker whose turn another worker has taken writes nothing and
//! leaves the rest to that one; every time it is taken up puts off the instant at which `tick` queues it again, for longer
//! each time in which it does not get on, so that a pass that always fails does not fill the dead letters.

use jiff::SignedDuration;
use rekindle_engine::time::Instant;
use rekindle_lambda::deciding::Store;
use rekindle_lambda::findings::is_finding;
use rekindle_store::Pass;
use tracing::info;

use super::{Kind, Sweep, SweepError, SweepRequest, audit};
/// After so many tries without a page the time until the next look grows no more: 64 times five minutes.
const LONGEST_WAIT: u32 = 6;

impl<S: Store> Sweep<S> {
    /// Takes a pass up: what is asked of it, and where it is. `None` where it is through, unknown, or another worker has
    /// just taken it up.
    pub(super) async fn take_up(&self, asked: &SweepRequest) -> Result<Option<(SweepRequest, Pass)>, SweepError> {
        let store = self.deciding.store();
        let known = store.pass(&asked.pass).await?;
        let (request, mut pass) = match (&asked.kind, known) {
            (_, Some(pass)) if pass.finished.is_some() => return Ok(None),
            (Kind::GoOn, Some(pass)) => match serde_json::from_str::<SweepRequest>(&pass.request) {
                Ok(request) => (SweepRequest { hop: asked.hop, ..request }, pass),
                Err(error) => return Err(error.into()),
            },
            (Kind::GoOn, None) => return Ok(None),
            (_, Some(pass)) => (asked.clone(), pass),
            (_, None) => (asked.clone(), Pass::owed(&kept(asked)?, self.now())),
        };
        if pass.turn == 0 {
            // By this clock alone, whoever asked for it: from here on it is counted when every function knows what is live.
            pass.started = self.now();
        }
        // One that an earlier release began has it in its message only.
        if pass.request.is_empty() {
            pass.request = kept(&request)?;
        }
        pass.look_at = self.look_at(pass.tries);
        pass.tries = pass.tries.saturating_add(1);
        Ok(self.keep(&request.pass, &mut pass).await?.then_some((request, pass)))
    }

    /// Goes on with a pass for some pages, from where it is; gives where it is then.
    ///
    /// # Errors
    /// Where the store or a queue does not answer; what was done is kept, and the page at hand comes again.
    pub async fn go_on(&self, asked: &SweepRequest) -> Result<Pass, SweepError> {
        if let Some((request, mut pass)) = self.take_up(asked).await? {
            for _ in 0..self.pace.pages {
                if pass.finished.is_some() || !self.page(&request, &mut pass).await? {
                    break;
                }
            }
        }
        let pass = self.deciding.store().pass(&asked.pass).await?;
        Ok(pass.unwrap_or_else(|| Pass::owed("", self.now())))
    }

    /// The next page of a pass; false where another worker has taken it up meanwhile, and goes on with it.
    pub(super) async fn page(&self, request: &SweepRequest, pass: &mut Pass) -> Result<bool, SweepError> {
        let page = self.deciding.store().people_page(pass.position.as_ref(), self.pace.page).await?;
        let seen = u64::try_from(page.ids.len()).unwrap_or(u64::MAX);
        let visited = self.visit_all(request, page.ids).await?;
        self.sends.send_all(&visited.planned).await?;
        pass.seen += seen;
        pass.changed += visited.changed;
        audit::add(&mut pass.found, visited.found);
        pass.finished = if page.next.is_none() { Some(self.now()) } else { None };
        pass.position = page.next;
        (pass.tries, pass.look_at) = (0, self.look_at(0));
        let is_ours = self.keep(&request.pass, pass).await?;
        if is_ours && pass.finished.is_some() {
            info!(pass = request.pass, seen = pass.seen, changed = pass.changed, "a pass is through");
        }
        if is_ours && pass.finished.is_some() && request.kind == Kind::Audit {
            let found = pass.found.iter().filter(|(reason, _)| is_finding(reason));
            let found: u64 = found.map(|(_, count)| count).sum();
            info!(pass = request.pass, found, by_reason = ?pass.found, "the audit is through");
        }
        Ok(is_ours)
    }

    async fn keep(&self, name: &str, pass: &mut Pass) -> Result<bool, SweepError> {
        let is_ours = self.deciding.store().put_pass(name, pass).await?;
        if is_ours {
            pass.turn += 1;
        } else {
            info!(pass = name, "another worker goes on with this pass");
        }
        Ok(is_ours)
    }

    /// When somebody is to look whether a pass goes on that was taken up so often without getting on.
    fn look_at(&self, tries: u32) -> Instant {
        let wait: SignedDuration = self.pace.still.saturating_mul(1 << tries.min(LONGEST_WAIT));
        self.now().plus_seconds(wait.as_secs())
    }
}

fn kept(request: &SweepRequest) -> Result<String, SweepError> {
    Ok(serde_json::to_string(&SweepRequest { hop: 0, ..request.clone() })?)
}
