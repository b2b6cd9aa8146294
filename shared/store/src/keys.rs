//! Every key of the table. Nothing else in the project spells one out.
//!
//! | partition | sort | what |
//! |---|---|---|
//! | `P#<keyed hash of a person's id>` | `P` | the person; of somebody who was erased, that they were, and when |
//! | | `J#<number>` | journal lines from that number on, and what else was noted with them |
//! | | `K#<version>` | what was noted up to a version of the person, where there were no lines |
//! | | `X` | up to which version of the person everything is erased |
//! | | `O#<campaign>#<offer>#<entry>` | a claimed code |
//! | | `A#<campaign>#<survey>#<entry>` | an answer, so that it is erased with its person |
//! | | `N#<second>#<act>#<campaign>` | what an operator did to them |
//! | | `S#<send_id>` | how far a send is; in the index `due` while that is unknown |
//! | `O#<campaign>#<offer>` | `N` | how many codes of an offer were issued |
//! | `K#<code>` | `K` | whose a code is, and whether it was used |
//! | `R#<campaign>#<offer>` | `<name>` | a use of a code, without whose, for the offer's report |
//! | `A#<campaign>#<survey>` | `<entry>#<person>` | the same answer, for the survey's report |
//! | `U#<keyed hash of an address>` | `U` | the suppression list: what is known about an address, whoever has it |
//! | `POOL#<pool>` | `N` | how many codes a pool has, and how many are taken |
//! | | `B#<number>` | codes from that number on |
//! | `W` | `LIVE` | the pointer to what is live |
//! | | `RUN#<campaign>` | whether it runs |
//! | | `V#<version>` | the workspace file |
//! | `C#<campaign>` | `V#<version>` | the campaign file and the choices |
//! | `C#<campaign>#V#<version>` | `M#<mail>#<locale>` | a compiled mail |
//! | `H` | `PUB#<number>` | a publication of the past |
//! | `PASS` | `<name>` | what a pass is asked, and where it is; in the index `due` until it is through |
//! | `T` | `D#<day>` | a day of the statistics, with its totals once it is over |
//! | `T#<day>` | `B#<name>` | what one batch of the stream counted |
//! | `R` | `SES` | what all workers together may still send |
//! | `N` | `N#<second>#<act>#<campaign>` | what an operator did to a campaign |
//!
//! Ids of campaigns, steps and mails have no `#` in them. A person's id is in no key of theirs: so what is left of somebody
//! who was erased can lie where they lay, and whoever writes their first item needs no second look at whether they were.

use crate::codes;
use crate::ports::{AnswerRow, Note, RedemptionRow};

/// The key of one item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    pub(crate) pk: String,
    pub(crate) sk: String,
}

impl Key {
    fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }
}

impl std::fmt::Display for Key {
    /// Without what may tell who a person is.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let pk = if self.pk.starts_with("P#") { "P#…" } else { &self.pk };
        write!(f, "{pk} {}", self.sk)
    }
}

/// The sort key of a person's own item.
pub(crate) const PERSON: &str = "P";
/// The sort key of what tells how far somebody is erased.
pub(crate) const BURIED: &str = "X";
/// Where the sort keys of journal lines begin.
pub(crate) const LINES: &str = "J#";
/// Where the sort keys of what was noted without lines begin.
pub(crate) const NOTED: &str = "K#";
/// Where the sort keys of sends begin.
pub(crate) const SENDS: &str = "S#";
/// Where the sort keys of claimed codes begin.
pub(crate) const CLAIMS: &str = "O#";
/// Where the keys of answers begin.
pub(crate) const ANSWERS: &str = "A#";
/// Where the sort keys of notes begin.
pub(crate) const NOTES: &str = "N#";
/// The partition of notes about campaigns.
pub(crate) const NOTES_PARTITION: &str = "N";
/// The partition of what is live.
pub(crate) const WORKSPACE: &str = "W";
/// The sort key of the pointer.
pub(crate) const LIVE: &str = "LIVE";
/// Where the sort keys of run states begin.
pub(crate) const RUNS: &str = "RUN#";
/// The partition of the history.
pub(crate) const HISTORY: &str = "H";

/// The partition of the statistics' days.
pub(crate) const STATISTICS: &str = "T";
/// Where the sort keys of days begin.
pub(crate) const DAYS: &str = "D#";
/// Where the sort keys of sheets begin.
pub(crate) const SHEETS: &str = "B#";

/// The partition of one person: the keyed hash of their id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Partition(String);

impl Partition {
    /// The partition of whose id has that hash.
    pub(crate) fn of(hash: &str) -> Self {
        Self(format!("P#{hash}"))
    }

    /// The partition key.
    pub(crate) fn pk(&self) -> &str {
        &self.0
    }

    /// The key of an item in it.
    pub(crate) fn at(&self, sk: impl Into<String>) -> Key {
        Key::new(&*self.0, sk)
    }

    pub(crate) fn person(&self) -> Key {
        self.at(PERSON)
    }

    pub(crate) fn tombstone(&self) -> Key {
        self.at(BURIED)
    }

    pub(crate) fn line(&self, number: u64) -> Key {
        self.at(format!("{LINES}{number:020}"))
    }

    pub(crate) fn noted(&self, version: u64) -> Key {
        self.at(format!("{NOTED}{version:020}"))
    }

    pub(crate) fn send(&self, send_id: &str) -> Key {
        self.at(format!("{SENDS}{send_id}"))
    }

    pub(crate) fn claim(&self, campaign: &str, offer: &str, entry: u32) -> Key {
        self.at(format!("{CLAIMS}{campaign}#{offer}#{entry}"))
    }

    pub(crate) fn answer(&self, row: &AnswerRow) -> Key {
        let AnswerRow { campaign, survey, entry, .. } = row;
        self.at(format!("{ANSWERS}{campaign}#{survey}#{entry}"))
    }

    pub(crate) fn note(&self, note: &Note) -> Key {
        self.at(note_sk(note))
    }
}

pub(crate) fn suppression(hash: &str) -> Key {
    Key::new(format!("U#{hash}"), "U")
}

/// The partition of all answers to a survey.
pub(crate) fn survey_partition(campaign: &str, survey: &str) -> String {
    format!("{ANSWERS}{campaign}#{survey}")
}

/// The twin of a person's answer in the survey's own partition, by the sort key of the person's.
pub(crate) fn answer_twin(person: &str, sk: &str) -> Option<Key> {
    let (survey, entry) = sk.strip_prefix(ANSWERS)?.rsplit_once('#')?;
    let entry: u64 = entry.parse().ok()?;
    Some(Key::new(format!("{ANSWERS}{survey}"), format!("{entry:020}#{person}")))
}

pub(crate) fn offer(campaign: &str, offer: &str) -> Key {
    Key::new(format!("O#{campaign}#{offer}"), "N")
}

/// Where it stands whose a code is; `None` for what is blank, or too long to be one.
pub(crate) fn code(code: &str) -> Option<Key> {
    codes::found_by(code).map(|code| Key::new(format!("K#{code}"), "K"))
}

/// The partition of all uses of an offer's codes.
pub(crate) fn redemptions_partition(campaign: &str, offer: &str) -> String {
    format!("R#{campaign}#{offer}")
}

pub(crate) fn redemption(row: &RedemptionRow) -> Key {
    Key::new(redemptions_partition(&row.campaign, &row.offer), &*row.name)
}

pub(crate) fn pool(pool: &str) -> Key {
    Key::new(format!("POOL#{pool}"), "N")
}

pub(crate) fn pool_block(pool: &str, first: u64) -> Key {
    Key::new(format!("POOL#{pool}"), format!("B#{first:020}"))
}

pub(crate) fn live() -> Key {
    Key::new(WORKSPACE, LIVE)
}

pub(crate) fn run(campaign: &str) -> Key {
    Key::new(WORKSPACE, format!("{RUNS}{campaign}"))
}

pub(crate) fn workspace_version(version: u32) -> Key {
    Key::new(WORKSPACE, format!("V#{version:010}"))
}

pub(crate) fn campaign_version(campaign: &str, version: u32) -> Key {
    Key::new(format!("C#{campaign}"), format!("V#{version:010}"))
}

pub(crate) fn mail(campaign: &str, version: u32, mail: &str, locale: &str) -> Key {
    Key::new(format!("C#{campaign}#V#{version}"), format!("M#{mail}#{locale}"))
}

pub(crate) fn publication(number: u64) -> Key {
    Key::new(HISTORY, format!("PUB#{number:020}"))
}

pub(crate) fn pass(name: &str) -> Key {
    Key::new("PASS", name)
}

pub(crate) fn allowance() -> Key {
    Key::new("R", "SES")
}

/// A day of the statistics, counted from 1970; none before it has any.
pub(crate) fn day(day: i64) -> Key {
    Key::new(STATISTICS, format!("{DAYS}{day:010}"))
}

/// The partition of a day's sheets.
pub(crate) fn sheets(day: i64) -> String {
    format!("T#{day:010}")
}

pub(crate) fn sheet(day: i64, name: &str) -> Key {
    Key::new(sheets(day), format!("{SHEETS}{name}"))
}

/// The key of a note that is about no person.
pub(crate) fn note(note: &Note) -> Key {
    Key::new(NOTES_PARTITION, note_sk(note))
}

fn note_sk(note: &Note) -> String {
    let Note { at, act, campaign, send_id, .. } = note;
    let what = send_id.as_ref().map_or_else(|| campaign.clone(), |send_id| format!("{campaign}#{send_id}"));
    format!("{NOTES}{:020}#{act}#{what}", at.seconds())
}

/// What errors about notes name.
pub(crate) fn notes() -> Key {
    Key::new(NOTES_PARTITION, NOTES)
}
