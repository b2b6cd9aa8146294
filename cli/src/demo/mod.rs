//! `rekindle demo`: a shop's past played through the whole system under virtual time, and what came of it.

mod events;
mod orders;
mod shop;
mod table;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rekindle_engine::notices::CAMPAIGN;
use rekindle_engine::person::SendState;
use rekindle_lambda::clock::{Clock, ManualClock, SystemClock};
use rekindle_store::statistics::{Totals, totals};
use rekindle_store::{Ledger, Passes, People};
use rekindle_system::{Driver, LocalState, MAILBOX, System};
use rekindle_workbench::publish as live;
use serde_json::{Value, json};

use self::events::{Planned, planned};
use self::orders::Orders;
use crate::output::Output;
use crate::publish;

/// The campaigns that a past of orders alone can show.
const RECIPES: [&str; 3] = ["welcome", "win-back", "after-purchase"];
/// People whose journals are read in one page.
const PAGE: u32 = 500;

/// What is played.
#[derive(clap::Args)]
pub struct Arguments {
    /// A CSV with `customer_id,date,amount`; without it, an invented shop.
    #[arg(long)]
    orders: Option<PathBuf>,
    /// The folder that holds workspace.yaml.
    #[arg(long, default_value = "campaigns")]
    campaigns: PathBuf,
    /// The campaigns that are published.
    #[arg(long = "recipe", default_values_t = RECIPES.map(str::to_owned))]
    recipes: Vec<String>,
    /// Where everything is kept; what an earlier demo left there is removed.
    #[arg(long, default_value = ".rekindle/demo")]
    state: PathBuf,
    /// Write the events as they were decided on, and the journal, into this folder: `simulate` gives the same journal.
    #[arg(long)]
    record: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// Where the orders or campaigns cannot be used, or the system fails.
#[tokio::main]
pub async fn run(arguments: &Arguments, out: &Output) -> Result<ExitCode> {
    let began = SystemClock.now();
    let publication = publish::compiled_for(&arguments.campaigns, &arguments.recipes, out)?;
    let catalog = live::catalog(&publication)?;
    let (zone, currency) = (&catalog.workspace.timezone, &catalog.workspace.currency);
    let orders = read(arguments.orders.as_deref(), zone)?;
    let (Some(first), Some(last)) = (orders.rows.first(), orders.rows.last()) else {
        bail!("there is no order to play; the file needs rows of customer_id,date,amount");
    };
    let state = LocalState::afresh(&arguments.state)?;
    let clock = Arc::new(ManualClock::new(first.at));
    let system = System::over(Some(state), Arc::clone(&clock) as Arc<dyn Clock>, 1).await?;
    live::publish(&system.store, &publication, clock.now()).await?;
    let mut recorder = Recorder::open(arguments.record.as_deref())?;
    let played = play(&system, &clock, (&orders, currency), &mut recorder, out).await?;
    system.state().map_or(Ok(()), |state| state.leave_at(last.at))?;
    let mut tally = table::Tally::new(&catalog);
    journal(&system, &mut |line| {
        tally.add(line)?;
        recorder.line(line)
    })
    .await?;
    recorder.close()?;
    let queues = system.aws.queues()?;
    let dead_letters = queues.iter().filter(|queue| queue.name.ends_with("-dead")).map(|queue| queue.visible).sum();
    let counted = totals(&system.store).await.context("the statistics cannot be read")?;
    let notices = notices(&counted);
    for (fact, times) in counted.0.iter().filter(|(fact, _)| fact.campaign != CAMPAIGN && fact.kind == "withdrawn") {
        tally.withdrawn(&fact.campaign, &fact.detail, times.count);
    }
    let ended = table::Ended {
        source: arguments.orders.as_deref(),
        orders: &orders,
        currency,
        zone,
        until: last.at,
        events: played,
        mails: system.aws.mail_count()?.saturating_sub(notices),
        notices,
        dead_letters,
        unknown: unknown(&system).await?,
        mailbox: MAILBOX,
        state: &arguments.state,
        seconds: SystemClock.now().duration_since(began).as_secs_f64(),
    };
    out.data(|view| table::show(&tally, &ended, &view), || table::json(&tally, &ended))?;
    Ok(ExitCode::SUCCESS)
}

/// How many notices about consent went out, which no campaign decided.
fn notices(counted: &Totals) -> u64 {
    let accepted = counted.0.iter().filter(|(fact, _)| fact.campaign == CAMPAIGN && fact.kind == "accepted");
    accepted.map(|(_, tally)| tally.count).sum()
}

fn read(path: Option<&Path>, zone: &TimeZone) -> Result<Orders> {
    let Some(path) = path else { return Orders::read(shop::csv()?.as_bytes(), zone) };
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let orders = Orders::read(file, zone).with_context(|| format!("cannot read {}", path.display()))?;
    let complaints = orders.complaints(&path.display().to_string());
    if !complaints.is_empty() {
        crate::output::aside(complaints.trim_end());
    }
    Ok(orders)
}

/// Plays every order; gives how many events there were.
async fn play(
    system: &System,
    clock: &ManualClock,
    (orders, currency): (&Orders, &str),
    recorder: &mut Recorder,
    out: &Output,
) -> Result<u64> {
    let driver = Driver::new(system, clock)?;
    let bar = out.progress(&out.words().playing_orders(), Some(orders.rows.len() as u64));
    let mut events = planned(orders, currency).peekable();
    let mut played = 0;
    while let Some(at) = events.peek().map(|event| event.at) {
        let mut together: Vec<Planned> = Vec::new();
        while let Some(event) = events.next_if(|event| event.at == at) {
            recorder.event(&event)?;
            together.push(event);
        }
        played += together.len() as u64;
        let paid = together.iter().filter(|event| event.detail_type == "order.completed").count();
        driver.play(at, together.into_iter().map(Planned::arrival).collect()).await?;
        bar.inc(paid as u64);
    }
    // What falls due at the very instant of the last order still belongs to the past that was played.
    driver.pass_to(clock.now()).await?;
    Ok(played)
}

/// Mails of which nobody knows whether SES took them.
async fn unknown(system: &System) -> Result<u64> {
    let (mut unknown, mut after) = (0, None);
    loop {
        let page = system.store.people_page(after.as_ref(), PAGE).await?;
        for id in page.ids {
            let outbox = system.store.load(&id).await?.person.outbox;
            unknown += outbox.values().filter(|send| matches!(send.state, SendState::Unknown { .. })).count() as u64;
        }
        after = page.next;
        if after.is_none() {
            return Ok(unknown);
        }
    }
}

/// Gives every line of everybody's journal to `take`, in the order of SPEC.md section 9.
async fn journal(system: &System, take: &mut dyn FnMut(&str) -> Result<()>) -> Result<()> {
    let mut lines: Vec<(String, Arc<str>, usize, String)> = Vec::new();
    let mut after = None;
    loop {
        let page = system.store.people_page(after.as_ref(), PAGE).await?;
        for id in page.ids {
            let id: Arc<str> = id.into();
            for (number, line) in system.store.read(&id).await?.into_iter().enumerate() {
                let at = line.get(7..27).unwrap_or_default().to_owned();
                lines.push((at, Arc::clone(&id), number, line));
            }
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    lines.sort_unstable();
    lines.iter().try_for_each(|(_, _, _, line)| take(line))
}

/// Writes what `simulate` needs to give the same journal.
struct Recorder(Option<(BufWriter<File>, BufWriter<File>)>);

impl Recorder {
    fn open(folder: Option<&Path>) -> Result<Self> {
        let Some(folder) = folder else { return Ok(Self(None)) };
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let create = |name: &str| {
            let path = folder.join(name);
            File::create(&path).map(BufWriter::new).with_context(|| format!("cannot write {}", path.display()))
        };
        Ok(Self(Some((create("events.jsonl")?, create("journal.jsonl")?))))
    }

    fn event(&mut self, event: &Planned) -> Result<()> {
        let Some((events, _)) = &mut self.0 else { return Ok(()) };
        let id = event.detail.get("event_id").cloned().unwrap_or(Value::Null);
        let time = Timestamp::from_second(event.at.as_second())?;
        let envelope = json!({
            "id": id, "source": "demo", "detail-type": event.detail_type, "time": time, "received_at": time,
            "detail": event.detail,
        });
        writeln!(events, "{envelope}").context("cannot write the events")
    }

    fn line(&mut self, line: &str) -> Result<()> {
        let Some((_, journal)) = &mut self.0 else { return Ok(()) };
        writeln!(journal, "{line}").context("cannot write the journal")
    }

    fn close(self) -> Result<()> {
        let Some((mut events, mut journal)) = self.0 else { return Ok(()) };
        events.flush().and_then(|()| journal.flush()).context("cannot write the record")
    }
}
