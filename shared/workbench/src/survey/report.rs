//! What the answers to one survey of one campaign come to.

use std::collections::{BTreeMap, HashSet};

use rekindle_engine::lang::{Survey, SurveyKind};
use rekindle_engine::time::Instant;
use rekindle_insight::{Estimate, Share, mean, net_promoter, wilson};
use rekindle_mail::compose::label;
use rekindle_store::{AnswerRow, SendRow, SendStage};

/// To how many the question went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Asked {
    /// Mails that SES took.
    pub sent: u64,
    /// Mails that arrived, where anything is known of arrivals.
    pub delivered: Option<u64>,
    /// Mails of [`Asked::base`] that were answered.
    pub answered: u64,
}

/// Which mails were answered by something that the survey offers, as the person and the entry.
pub struct Answered<'r>(HashSet<(&'r str, u64)>);

impl<'r> Answered<'r> {
    /// Of these answers.
    #[must_use]
    pub fn new(survey: &Survey, rows: &'r [AnswerRow]) -> Self {
        let scale: HashSet<String> = survey.scale().iter().map(label).collect();
        let offered = rows.iter().filter(|row| scale.contains(&label(&row.score)));
        Self(offered.map(|row| (row.person.as_str(), row.entry)).collect())
    }
}

impl Asked {
    /// Counts one mail of the survey. Answers to mails that did not arrive, or that nobody was sent, are no response: a call
    /// centre may have asked.
    pub fn add(&mut self, row: &SendRow, answered: &Answered<'_>) {
        if row.stage.rank() < SendStage::Accepted.rank() {
            return;
        }
        let answer = u64::from(answered.0.contains(&(row.person.as_str(), u64::from(row.entry))));
        self.sent += 1;
        if row.stage.rank() >= SendStage::Delivered.rank() && row.stage != SendStage::Bounced {
            // From the first arrival on, arrivals alone are what answers are counted over.
            if self.delivered.is_none() {
                self.answered = 0;
            }
            *self.delivered.get_or_insert(0) += 1;
            self.answered += answer;
        } else if self.delivered.is_none() {
            self.answered += answer;
        }
    }

    /// What the response rate is counted over: what arrived, else what was sent.
    #[must_use]
    pub fn base(self) -> u64 {
        self.delivered.unwrap_or(self.sent)
    }
}

/// What is known about one survey.
pub struct Report {
    /// The campaign's id.
    pub campaign: String,
    /// The survey's id.
    pub survey: String,
    /// Its scale.
    pub kind: SurveyKind,
    /// To how many it went.
    pub asked: Asked,
    /// Answered mails over what arrived, else over what was sent.
    pub response: Option<Estimate>,
    /// How many answered: occasions, of which a person may have several.
    pub answered: u64,
    /// How often each answer was given, in the scale's order.
    pub given: Vec<(String, u64)>,
    /// Answers that the survey does not offer any more, or never did.
    pub foreign: u64,
    /// The measures of its kind by name: shares from 0 to 1, the Net Promoter Score from -100 to 100.
    pub measures: Vec<(&'static str, Estimate)>,
    /// The mean, where answers are numbers and a mean says something.
    pub mean: Option<f64>,
    /// Answers of the scale that answer no mail of those that the response is counted over.
    pub elsewhere: u64,
    /// The comments, newest first: when, the answer, the words.
    pub comments: Vec<(Instant, String, String)>,
}

impl Report {
    /// Counts the answers.
    #[must_use]
    pub fn new(campaign: &str, id: &str, survey: &Survey, asked: Asked, rows: &[AnswerRow]) -> Self {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for row in rows {
            *counts.entry(label(&row.score)).or_default() += 1;
        }
        let scale: Vec<String> = survey.scale().iter().map(label).collect();
        let offered: HashSet<String> = scale.iter().cloned().collect();
        let given: Vec<_> =
            scale.into_iter().map(|answer| (answer.clone(), counts.remove(&answer).unwrap_or_default())).collect();
        let answered: u64 = given.iter().map(|(_, count)| count).sum();
        let of_the_scale = |row: &&AnswerRow| offered.contains(&label(&row.score));
        let scores: Vec<f64> = rows.iter().filter(of_the_scale).filter_map(|row| row.score.as_f64()).collect();
        let mut comments: Vec<_> =
            rows.iter().filter_map(|row| Some((row.at, label(&row.score), row.comment.as_str()?.to_owned()))).collect();
        comments.sort_by(|one, other| other.cmp(one));
        Self {
            campaign: campaign.to_owned(),
            survey: id.to_owned(),
            kind: survey.kind,
            asked,
            response: wilson(Share { part: asked.answered, whole: asked.base() }),
            elsewhere: answered.saturating_sub(asked.answered),
            answered,
            measures: measures(survey.kind, &given, answered),
            given,
            foreign: counts.values().sum(),
            mean: if survey.kind == SurveyKind::Ces { mean(&scores) } else { None },
            comments,
        }
    }
}

fn measures(kind: SurveyKind, given: &[(String, u64)], n: u64) -> Vec<(&'static str, Estimate)> {
    let sum = |from: usize, to: usize| -> u64 { given.get(from..=to).unwrap_or_default().iter().map(|(_, n)| n).sum() };
    let named = match kind {
        SurveyKind::Nps => ("NPS", net_promoter(sum(9, 10), sum(0, 6), n)),
        SurveyKind::Csat => ("satisfied (4 or 5)", wilson(Share { part: sum(3, 4), whole: n })),
        SurveyKind::Ces => ("easy (5 to 7)", wilson(Share { part: sum(4, 6), whole: n })),
        SurveyKind::Choice => return Vec::new(),
    };
    named.1.map(|estimate| (named.0, estimate)).into_iter().collect()
}
