//! What a pass over everyone is asked to do, as it travels through its queue from invocation to invocation: `sweep` makes
//! passes, `tick` sees to it that they go on, and commands ask for them.

use std::collections::BTreeSet;

use rekindle_engine::decide::Input;
use rekindle_engine::person::{Enrolment, Person};
use rekindle_engine::reason::Ended;
use rekindle_engine::time::Instant;
use rekindle_store::OwedPass;
use serde::{Deserialize, Serialize};

/// The reason with which people end whose campaign was taken out with that choice.
const TAKEN_OUT: &str = Ended::CampaignRemoved.as_str();

/// One pass over everyone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepRequest {
    /// Its name, under which its progress is kept. The same name is the same pass.
    pub pass: String,
    /// What it is for.
    pub kind: Kind,
    /// The campaigns that it is about: whoever stands in one of them is written, whether or not anything has changed, so
    /// that the index of due people agrees.
    #[serde(default)]
    pub campaigns: BTreeSet<String>,
    /// When what it follows happened.
    pub since: Instant,
    /// How many invocations of one chain it went through before this one.
    #[serde(default, skip_serializing_if = "is_first")]
    pub hop: u32,
}

pub(super) fn is_first(hop: &u32) -> bool {
    *hop == 0
}

/// What a pass is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Campaigns were published.
    Publish {
        /// Campaigns that were taken out and in which nobody is to go on.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        end: BTreeSet<String>,
    },
    /// Campaigns run again: mails that were planned before the pause are queued again.
    Resume,
    /// Whoever waits for longer than they should is found.
    Audit,
    /// The pass of that name, which stands still, goes on; what is asked of it is kept with it.
    GoOn,
    /// No pass: campaigns whose mails are not wanted are found.
    Rates,
}

impl SweepRequest {
    /// The pass after publication `number`. `campaigns` are those that are new, changed or gone; of those gone, nobody
    /// goes on in `end`.
    #[must_use]
    pub fn published(number: u64, campaigns: BTreeSet<String>, end: BTreeSet<String>, since: Instant) -> Self {
        Self { pass: Self::publish_name(number), kind: Kind::Publish { end }, campaigns, since, hop: 0 }
    }

    /// The pass after a campaign was resumed.
    #[must_use]
    pub fn resumed(campaign: &str, since: Instant) -> Self {
        let pass = Self::resume_name(campaign, since);
        Self { pass, kind: Kind::Resume, campaigns: BTreeSet::from([campaign.to_owned()]), since, hop: 0 }
    }

    /// What the pass decides first about somebody: they end in the campaigns that were taken out with that choice. Whoever
    /// entered since, as the campaign came back, stays.
    #[must_use]
    pub fn exits<'r>(&'r self, person: &Person) -> Vec<Input<'r>> {
        let Kind::Publish { end } = &self.kind else { return Vec::new() };
        let inside = |campaign: &&String| {
            let is_owed = |own: &Enrolment| own.is_active() && own.started <= self.since;
            person.standings.get(campaign).is_some_and(|standing| standing.enrolments.iter().any(is_owed))
        };
        let exit = |campaign| Input::Exit { campaign, reason: TAKEN_OUT, until: Some(self.since) };
        end.iter().filter(inside).map(String::as_str).map(exit).collect()
    }

    /// What it decides then.
    #[must_use]
    pub fn look(&self) -> Input<'_> {
        Input::Sweep { since: self.since }
    }

    /// The audit that is begun at an instant: once a day. EventBridge Scheduler asks for it with this input:
    /// `{"pass":"audit-<aws.scheduler.scheduled-time>","kind":"audit","since":"<aws.scheduler.scheduled-time>"}`.
    #[must_use]
    pub fn audit(at: Instant) -> Self {
        Self { pass: format!("audit-{at}"), kind: Kind::Audit, campaigns: BTreeSet::new(), since: at, hop: 0 }
    }

    /// The look at rates of an instant, every ten minutes: as [`Self::audit`], of the kind `rates`.
    #[must_use]
    pub fn rates(at: Instant) -> Self {
        Self { pass: format!("rates-{at}"), kind: Kind::Rates, campaigns: BTreeSet::new(), since: at, hop: 0 }
    }

    /// Lets the pass of that name go on, if it is not through.
    #[must_use]
    pub fn go_on(pass: &str, at: Instant) -> Self {
        Self { pass: pass.to_owned(), kind: Kind::GoOn, campaigns: BTreeSet::new(), since: at, hop: 0 }
    }

    /// The pass as it is kept in the write that owes it.
    ///
    /// # Errors
    /// Where it cannot be written as JSON.
    pub fn owed(&self) -> Result<OwedPass, serde_json::Error> {
        Ok(OwedPass { name: self.pass.clone(), request: serde_json::to_string(self)? })
    }

    /// The name of the pass after a publication.
    #[must_use]
    pub fn publish_name(number: u64) -> String {
        format!("publish-{number}")
    }

    /// The name of the pass after a campaign was resumed at an instant.
    #[must_use]
    pub fn resume_name(campaign: &str, at: Instant) -> String {
        format!("resume-{campaign}-{}", at.seconds())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_scheduler_asks_for_is_understood() {
        // As the comment at `audit` has it, with the time filled in as EventBridge Scheduler does.
        let input = r#"{"pass":"audit-2026-03-02T03:00:00Z","kind":"audit","since":"2026-03-02T03:00:00Z"}"#;
        let at = Instant::parse("2026-03-02T03:00:00Z").unwrap();
        assert_eq!(serde_json::from_str::<SweepRequest>(input).unwrap(), SweepRequest::audit(at));
        let rates = input.replace("audit", "rates");
        assert_eq!(serde_json::from_str::<SweepRequest>(&rates).unwrap(), SweepRequest::rates(at));
    }
}
