//! `rekindle erase PERSON`: somebody is forgotten everywhere (SPEC.md section 10).
//!
//! It makes the very decision that a `customer.deleted` event makes, waits until the system has removed what follows, and
//! clears what no function may look into. It may be run again at any time, also after it broke off: it goes on.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_engine::ids;
use rekindle_engine::time::Instant;
use rekindle_lambda::erasing::Place;
use rekindle_relay::archive::Folder;
use rekindle_store::{Erased, Erasure, People};
use serde_json::json;

use super::holdings::Holdings;
use super::letters::{self, Letters};
use super::marks::Marks;
use crate::person::{plain, table};
use crate::system;
use crate::target::{self, Target};

/// Seconds for which the system may take until everything but the archive is gone.
const PATIENCE: u32 = 120;
/// Seconds for which the system may take for the places beside the table.
const PLACES: u32 = 10;
/// Seconds for which Firehose may hold a line back.
const BUFFERED: i64 = 16 * 60;

/// Who is forgotten.
#[derive(clap::Args)]
pub struct EraseArguments {
    /// The person's id.
    id: String,
    /// Only show what there is.
    #[arg(long)]
    dry_run: bool,
    /// In AWS: a fresh copy of the archive's bucket, as `aws s3 sync` makes one. It is written anew without their lines.
    #[arg(long)]
    archive: Option<PathBuf>,
    #[command(flatten)]
    target: target::Which,
}

/// Runs the command.
///
/// # Errors
/// Where the system does not answer; run it again then.
#[tokio::main]
pub async fn erase(arguments: &EraseArguments) -> Result<ExitCode> {
    let target = Target::open(&arguments.target).await?;
    let (id, archive) = (arguments.id.as_str(), arguments.archive.as_deref());
    let outcome = if arguments.dry_run { look(&target, id, archive).await } else { run(&target, id, archive).await };
    let Outcome { counts, done, unsaid } = outcome?;
    let verb = if arguments.dry_run { "kept" } else { "removed" };
    let rows: Vec<_> = counts.iter().map(|(place, count)| vec![(*place).to_owned(), count.to_string()]).collect();
    say!("{}: {verb}\n{}", plain(id), table(&rows));
    unsaid.iter().for_each(|unsaid| say!("{unsaid}"));
    match done {
        _ if arguments.dry_run => {}
        Done::Everywhere => say!("nothing is left but a keyed hash of the id, and of the address if there was one"),
        Done::AllBut(remedy) => {
            say!("{remedy}");
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// How far an erasure is.
pub enum Done {
    /// Nothing is left.
    Everywhere,
    /// Something else has to be done first: what.
    AllBut(String),
}

/// What came of an erasure.
pub struct Outcome {
    /// How much there is or was, place by place.
    pub counts: Counts,
    /// How far it is.
    pub done: Done,
    /// What nobody can tell.
    pub unsaid: Option<String>,
}

/// How much there is or was, place by place.
pub type Counts = Vec<(&'static str, usize)>;

async fn look(target: &Target, id: &str, archive: Option<&Path>) -> Result<Outcome> {
    let held = Holdings::of(target, id, archive).await?;
    let marks = Marks::of(&target.store, id, held.person.profile.email.as_deref());
    let letters = letters::about(target, &marks, false).await?;
    is_somebody(target, id, &held, &letters).await?;
    Ok(outcome(&held, &letters, Done::Everywhere))
}

fn outcome(held: &Holdings, letters: &Letters, done: Done) -> Outcome {
    let counts = held.counts().into_iter().chain([("dead letters", letters.count())]).collect();
    Outcome { counts, done, unsaid: letters.unsaid() }
}

/// An id that was mistyped must not look like somebody who is forgotten. Whoever was erased has left a tombstone.
async fn is_somebody(target: &Target, id: &str, held: &Holdings, letters: &Letters) -> Result<()> {
    let known = held.counts().iter().any(|(_, count)| *count > 0) || letters.count() > 0;
    if !known && target.store.buried(id).await? == 0 {
        bail!(
            "nobody in {} has the id {id:?}, nor had before it was erased; ids are those of `detail.person.id`",
            target.described()
        );
    }
    Ok(())
}

/// Erases somebody; what was removed, place by place.
///
/// # Errors
/// Where nobody has that id, or the system does not answer. What was removed is gone; it goes on when it is run again.
pub async fn run(target: &Target, id: &str, archive: Option<&Path>) -> Result<Outcome> {
    hand_on(target).await?;
    let held = Holdings::of(target, id, archive).await?;
    // First, while it is known by which address they are recognised.
    let marks = Marks::of(&target.store, id, held.person.profile.email.as_deref());
    let letters = letters::about(target, &marks, true).await?;
    is_somebody(target, id, &held, &letters).await?;
    decide(target, id).await.context("the person cannot be erased")?;
    hand_on(target).await?;
    let done = match finished(target, id).await? {
        None => Done::Everywhere,
        Some(erased) => clear_copy(target, id, &erased, archive).await?,
    };
    let done = match (target.scrub().await, done) {
        (Ok(()), done) => done,
        (Err(error), Done::Everywhere) => Done::AllBut(format!(
            "the files of the running system still hold some of it ({error:#}); it takes that out as soon as it can: run \
             this again to see"
        )),
        (Err(_), done) => done,
    };
    Ok(outcome(&held, &letters, done))
}

/// The decision, unless it was made.
async fn decide(target: &Target, id: &str) -> Result<()> {
    let loaded = target.store.load(id).await?;
    if !loaded.person.is_known() {
        return Ok(());
    }
    let now = Instant::from(target.clock.now());
    // What was decided last may be ahead of this machine's clock.
    let time = loaded.person.clock.map_or(now, |clock| clock.max(now)).plus_seconds(1);
    let event = json!({
        "id": ids::short_hash(&format!("erase/{id}/{}", loaded.version), 20),
        "source": "rekindle",
        "detail-type": "customer.deleted",
        "time": time,
        "detail": { "person": { "id": id } },
    });
    let event = Event::from_value(event)?;
    target.deciding.decide(id, &Input::Event(&event), time, None).await?;
    Ok(())
}

/// Lets what was decided go its way, where nobody else does.
async fn hand_on(target: &Target) -> Result<()> {
    if let Some(system) = target.own() {
        system::stream(system).run_until_quiet().await.context("what was decided cannot be handed on")?;
    }
    Ok(())
}

/// Waits until the system has removed whatever it can; the erasure where the archive is left.
async fn finished(target: &Target, id: &str) -> Result<Option<Erased>> {
    let mut left_to_us = 0;
    for _ in 0..PATIENCE {
        let Some(erased) = target.store.unfinished(id).await? else { return Ok(None) };
        // Whoever buries goes on to the places beside the table, and to the item where it can clear them.
        left_to_us += u32::from(target.store.buried(id).await? >= erased.version);
        if left_to_us > PLACES {
            return Ok(Some(erased));
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    anyhow::bail!("the system has not handed the erasure on yet; is the relay function well? Run this again later.")
}

/// Removes their lines from a copy of the archive's bucket; once a fresh copy has none, they are forgotten.
async fn clear_copy(target: &Target, id: &str, erased: &Erased, archive: Option<&Path>) -> Result<Done> {
    let Some(folder) = archive else {
        return Ok(Done::AllBut(
            "their events are still in the archive's bucket: copy it with `aws s3 sync`, and run this again with \
             --archive FOLDER"
                .to_owned(),
        ));
    };
    let whole_at = erased.at.plus_seconds(BUFFERED);
    if whole_at > Instant::from(target.clock.now()) {
        return Ok(Done::AllBut(format!("Firehose may hold their events back until {whole_at}; run this again then")));
    }
    let removed = Folder::new(folder).clear(id, erased.at).await?.unwrap_or_default();
    if removed > 0 {
        return Ok(Done::AllBut(format!(
            "{removed} lines were taken out of {}: copy it back with `aws s3 sync`, then run this again with a fresh \
             copy, which proves that none is left",
            folder.display()
        )));
    }
    target.store.forget(id, erased).await?;
    Ok(Done::Everywhere)
}
