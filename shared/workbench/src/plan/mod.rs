//! What publishing a workspace would change, and what would happen to the people inside. It changes nothing.

mod choices;
mod codes;
mod earlier;
mod ids;
mod mails;
mod make;
mod outlook;
mod people;
mod resumption;
mod standing;

use std::collections::BTreeSet;

use rekindle_engine::lang::Choice;
use rekindle_engine::lang::changes::Change;
use rekindle_store::Publication;
use serde::Serialize;

use crate::unread::Unread;
use choices::Ends;
pub use choices::{Chosen, chosen};
pub use mails::MailChange;
pub use outlook::{Day, Mails, Outlook};
pub use resumption::{Resumption, Stands};
pub use standing::Versions;

/// `1 person`, `12 people`.
#[must_use]
pub fn people(count: u64) -> String {
    if count == 1 { "1 person".to_owned() } else { format!("{count} people") }
}

/// What a publication would change.
#[derive(Debug, Clone, Serialize)]
pub struct Plan {
    /// The publication that is live; 0: none.
    pub live: u64,
    /// What is different in the workspace's own file.
    pub workspace: Vec<Change>,
    /// Every campaign, by id.
    pub campaigns: Vec<CampaignPlan>,
    /// What keeps it from being published.
    pub problems: Vec<String>,
    /// What should be known about it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Whether people may stand where something changes, and nobody looked. Publishing looks, and asks for choices then.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub uncounted: bool,
    /// What would be different about the next day; absent where nobody was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outlook: Option<Outlook>,
    /// Whether the workspace's file has another text.
    workspace_rewritten: bool,
    /// Whether it would be an earlier publication: nobody can choose anything then, and people finish where they are.
    #[serde(skip)]
    back: bool,
    /// What would be published, choices included.
    #[serde(skip)]
    pub publication: Publication,
    /// What happens to people in campaigns that are taken out.
    #[serde(skip)]
    ends: Ends,
}

/// What a publication would change in one campaign.
#[derive(Debug, Clone, Serialize)]
pub struct CampaignPlan {
    /// Its id.
    pub id: String,
    /// What becomes of it.
    pub state: State,
    /// Whether it is paused; publishing never un-pauses.
    pub paused: bool,
    /// The version that the files bring back, and from which it was rolled back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brings_back: Option<u32>,
    /// Who paused it, when and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused_because: Option<String>,
    /// What is different.
    pub changes: Vec<Change>,
    /// The mails that are different.
    pub mails: Vec<MailChange>,
    /// The people on steps that change or are gone.
    pub people: Vec<OnStep>,
    /// Values that its `date` trigger cannot read: for these people it never comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread_dates: Option<Unread>,
    /// Whether a matter of time enters people.
    #[serde(skip)]
    timed: bool,
}

impl CampaignPlan {
    fn new(id: &str, state: State, paused: bool) -> Self {
        Self {
            id: id.to_owned(),
            state,
            paused,
            brings_back: None,
            paused_because: None,
            changes: Vec::new(),
            mails: Vec::new(),
            people: Vec::new(),
            unread_dates: None,
            timed: false,
        }
    }
}

/// What becomes of a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is new, or comes back.
    New,
    /// It is different.
    Changed,
    /// Its file reads differently and means the same.
    Rewritten,
    /// It is taken out: nobody enters any more.
    Removed,
    /// It stays as it is.
    Unchanged,
}

/// The people who stand on one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OnStep {
    /// The step.
    pub step: String,
    /// How many, by the version in which they stand there.
    pub versions: Versions,
    /// What will happen to them.
    pub then: Then,
}

/// What will happen to people on a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// The step is still there: they go on in the new version.
    GoOn,
    /// The same, and the instant that they wait for stays.
    KeepWaiting,
    /// They begin another step.
    Move(String),
    /// They end.
    Exit,
    /// They go on in the version in which they stand, until they come to a step that the new one has.
    FinishOnOld,
    /// Nobody has said it yet.
    NeedsChoice,
}

impl OnStep {
    /// How many people.
    #[must_use]
    pub fn people(&self) -> u64 {
        self.versions.values().sum()
    }
}

impl Plan {
    /// Whether anything would be different.
    #[must_use]
    pub fn changes_anything(&self) -> bool {
        self.workspace_rewritten || self.campaigns.iter().any(|campaign| campaign.state != State::Unchanged)
    }

    /// Whether everyone has to be looked at after it: where people are inside, or time enters them.
    #[must_use]
    pub fn needs_a_pass(&self) -> bool {
        let concerns = |campaign: &CampaignPlan| match campaign.state {
            State::Unchanged => false,
            // What comes back may find people inside.
            State::New => campaign.timed || self.live > 0,
            State::Changed | State::Rewritten | State::Removed => true,
        };
        !self.workspace.is_empty() || self.campaigns.iter().any(concerns)
    }

    /// The campaigns that are taken out and in which nobody is to go on.
    #[must_use]
    pub fn end(&self) -> BTreeSet<String> {
        self.ends.iter().filter(|(_, choice)| **choice == Choice::Exit).map(|(id, _)| id.clone()).collect()
    }

    /// The campaigns that would be different.
    #[must_use]
    pub fn concerned(&self) -> BTreeSet<String> {
        self.campaigns
            .iter()
            .filter(|campaign| campaign.state != State::Unchanged)
            .map(|campaign| campaign.id.clone())
            .collect()
    }
}

impl Then {
    /// What helps where it cannot be done.
    const fn remedy(&self) -> &'static str {
        if matches!(self, Self::FinishOnOld) { "; choose move or exit" } else { "" }
    }

    /// What was chosen; `back`: nobody can choose, because an earlier publication becomes live again.
    fn of(choice: Option<&Choice>, back: bool) -> Self {
        match choice {
            None if back => Self::FinishOnOld,
            None => Self::NeedsChoice,
            Some(Choice::Move(to)) => Self::Move(to.clone()),
            Some(Choice::Exit) => Self::Exit,
            Some(Choice::FinishOnOld) => Self::FinishOnOld,
        }
    }
}
