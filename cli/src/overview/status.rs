//! Whether a system is well: it was reached, its clock, its queues, what is paused, what is under way, what nobody knows of.

use std::process::ExitCode;

use anyhow::{Context, Result};
use aws_sdk_sqs::types::QueueAttributeName;
use jiff::Timestamp;
use rekindle_engine::catalog::RunState;
use rekindle_lambda::clock::{Clock, SystemClock};
use rekindle_lambda::queue::code;
use rekindle_store::{Due, Ledger, Pass, Publications, Published, Run};
use rekindle_workbench::operate::known_passes;
use serde_json::{Value, json};

use crate::operate::{pass_line, pass_object};
use crate::output::table::{Table, row};
use crate::output::{Output, View};
use crate::target::{self, Target};

/// What the name of a dead-letter queue ends with.
const DEAD: &str = "-dead";
/// People who are set aside and mails of unknown outcome are counted up to here.
const COUNTED: u32 = 1_000;

/// Which system.
#[derive(clap::Args)]
pub struct StatusArguments {
    #[command(flatten)]
    target: target::TargetArgs,
}

/// How full a queue is, or why it does not say so.
pub(super) struct Queue {
    pub(super) name: String,
    /// Whether nothing but what could not be handled lies in it.
    pub(super) is_dead: bool,
    pub(super) depth: Result<(u64, u64), String>,
}

/// Everything that is looked at.
pub(super) struct Status {
    pub(super) system: String,
    pub(super) clock: Timestamp,
    /// How far that is ahead of this machine's, in seconds.
    pub(super) ahead: i64,
    pub(super) published: Option<Published>,
    pub(super) queues: Vec<Queue>,
    pub(super) passes: Vec<(String, Option<Pass>)>,
    pub(super) unknown: usize,
    pub(super) set_aside: usize,
}

/// Shows whether the system is well; ends with 1 where somebody should look.
///
/// # Errors
/// Where the system cannot be reached.
#[tokio::main]
pub async fn status(arguments: &StatusArguments, out: &Output) -> Result<ExitCode> {
    let target = Target::open(&arguments.target).await?;
    let clock = target.clock.now();
    let status = Status {
        system: target.described(),
        clock,
        ahead: clock.duration_since(SystemClock.now()).as_secs(),
        published: target.store.live().await?,
        queues: queues(&target).await,
        passes: known_passes(&target.store).await?,
        unknown: target.store.unknown(COUNTED).await.context("the unknown mails cannot be read")?.len(),
        set_aside: target.store.all_aside(COUNTED).await?.len(),
    };
    out.data(|view| status.text(&view), || status.json())?;
    Ok(if status.to_look_at().is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Every queue that work or dead letters lie in. Work's is called as its dead letters', without their ending.
async fn queues(target: &Target) -> Vec<Queue> {
    let work = target.dead_letters.iter().filter_map(|name| Some((name.strip_suffix(DEAD)?, false)));
    let mut queues = Vec::new();
    for (name, is_dead) in work.chain(target.dead_letters.iter().map(|name| (name.as_str(), true))) {
        queues.push(Queue { name: name.to_owned(), is_dead, depth: depth(&target.sqs, name).await });
    }
    queues
}

/// Messages that wait, and those that are being handled. SQS says both approximately.
async fn depth(sqs: &aws_sdk_sqs::Client, name: &str) -> Result<(u64, u64), String> {
    let found = sqs.get_queue_url().queue_name(name).send().await.map_err(|error| code(&error).to_string())?;
    let wanted =
        [QueueAttributeName::ApproximateNumberOfMessages, QueueAttributeName::ApproximateNumberOfMessagesNotVisible];
    let asked = sqs.get_queue_attributes().set_queue_url(found.queue_url).set_attribute_names(Some(wanted.to_vec()));
    let attributes = asked.send().await.map_err(|error| code(&error).to_string())?.attributes.unwrap_or_default();
    let number = |name: &QueueAttributeName| attributes.get(name).and_then(|count| count.parse().ok()).unwrap_or(0);
    let [waiting, in_flight] = wanted.each_ref().map(number);
    Ok((waiting, in_flight))
}

impl Status {
    fn paused(&self) -> impl Iterator<Item = (&String, &Run)> {
        let runs = self.published.iter().flat_map(|published| published.runs.iter());
        runs.filter(|(_, run)| run.state == RunState::Paused)
    }

    /// The commands and pages that say more of what somebody should look at.
    pub(super) fn to_look_at(&self) -> Vec<&'static str> {
        let lies = |queue: &Queue| queue.depth.as_ref().map_or(true, |(waiting, _)| *waiting > 0);
        let dead = self.queues.iter().any(|queue| queue.is_dead && lies(queue));
        let found = [
            (self.published.is_none(), "rekindle publish"),
            (dead, "docs/runbook/dead-letters.md"),
            (self.unknown > 0, "rekindle unknown list"),
            (self.set_aside > 0, "rekindle audit"),
        ];
        found.into_iter().filter(|(is_so, _)| *is_so).map(|(_, command)| command).collect()
    }

    /// For people.
    pub(super) fn text(&self, view: &View) -> String {
        let words = view.words;
        let clock = self.clock.strftime("%Y-%m-%d %H:%M:%SZ").to_string();
        let ahead =
            if self.ahead.abs() < 60 { String::new() } else { format!("  ({})", words.clock_ahead(self.ahead)) };
        let published = match &self.published {
            Some(published) => words.status_campaigns(published.number, published.campaigns.len()),
            None => words.status_nothing_published(),
        };
        let mut rows = vec![
            row(&words.status_system(), self.system.clone()),
            row(&words.status_clock(), format!("{clock}{ahead}")),
            row(&words.status_publication(), published),
        ];
        let mut section = |name: String, lines: Vec<String>| {
            let lines = if lines.is_empty() { vec![words.none()] } else { lines };
            rows.extend(lines.into_iter().enumerate().map(|(at, line)| row(if at == 0 { &name } else { "" }, line)));
        };
        let line = |queue: &Queue| match &queue.depth {
            Ok((waiting, in_flight)) => format!("{}: {}", queue.name, words.status_waiting(*waiting, *in_flight)),
            Err(why) => format!("{}: {}", queue.name, words.status_unreadable(why)),
        };
        let busy = |queue: &&Queue| queue.depth.as_ref().map_or(true, |(waiting, in_flight)| waiting + in_flight > 0);
        let (work, dead): (Vec<&Queue>, Vec<&Queue>) = self.queues.iter().filter(busy).partition(|own| !own.is_dead);
        section(words.status_queues(), work.into_iter().map(line).collect());
        section(words.status_dead_letters(), dead.into_iter().map(line).collect());
        let paused =
            self.paused().map(|(id, run)| format!("{id}: {}, {}", run.at, words.act_was(&run.by, &run.reason)));
        section(words.status_paused(), paused.collect());
        let under_way =
            self.passes.iter().filter(|(_, pass)| pass.as_ref().is_some_and(|pass| pass.finished.is_none()));
        section(words.status_passes(), under_way.map(|(name, pass)| pass_line(name, pass.as_ref(), words)).collect());
        for (name, count) in [(words.status_unknown(), self.unknown), (words.status_set_aside(), self.set_aside)] {
            section(name, if count == 0 { Vec::new() } else { vec![count.to_string()] });
        }
        let look = self.to_look_at();
        let end = match look.as_slice() {
            [] => view.green(&words.status_well()),
            commands => view.yellow(&words.status_look_at(&commands.join(", "))),
        };
        format!("{}\n{end}\n", Table::new(rows).write(view))
    }

    /// For machines.
    fn json(&self) -> Value {
        let queue = |queue: &Queue| match &queue.depth {
            Ok((waiting, in_flight)) => json!({ "queue": queue.name, "waiting": waiting, "in_flight": in_flight }),
            Err(why) => json!({ "queue": queue.name, "error": why }),
        };
        let paused =
            |(id, run): (&String, &Run)| json!({ "campaign": id, "since": run.at, "by": run.by, "reason": run.reason });
        json!({
            "system": self.system, "clock": self.clock, "seconds_ahead": self.ahead,
            "publication": self.published.as_ref().map(|published| published.number),
            "campaigns": self.published.as_ref().map_or(0, |published| published.campaigns.len()),
            "queues": self.queues.iter().map(queue).collect::<Vec<_>>(),
            "paused": self.paused().map(paused).collect::<Vec<_>>(),
            "passes": self.passes.iter().map(pass_object).collect::<Vec<_>>(),
            "unknown": self.unknown, "set_aside": self.set_aside, "well": self.to_look_at().is_empty(),
        })
    }
}
