//! Somebody is forgotten everywhere (SPEC.md section 10).
//!
//! It makes the very decision that a `customer.deleted` event makes, waits until the system has removed what follows, and
//! clears what no function may look into. It may be run again at any time, also after it broke off: it goes on.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rekindle_archive::Folder;
use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_engine::ids;
use rekindle_engine::time::Instant;
use rekindle_lambda::erasing::Place;
use rekindle_store::{Erased, Erasure, People};
use serde_json::json;

use super::Around;
use super::holdings::Holdings;
use super::letters::{self, Letters};
use super::marks::Marks;

/// Seconds for which the system may take until everything but the archive is gone.
const PATIENCE: u32 = 120;
/// Seconds for which the system may take for the places beside the table.
const PLACES: u32 = 10;
/// Seconds for which Firehose may hold a line back.
const BUFFERED: i64 = 16 * 60;

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

/// How much there is, place by place; nothing is changed.
///
/// # Errors
/// Where nobody has that id, or the system does not answer.
pub async fn look(around: &Around<'_>, id: &str) -> Result<Outcome> {
    let held = Holdings::of(around, id).await?;
    let marks = Marks::of(around.store, id, held.person.profile.email.as_deref());
    let letters = letters::about(around, &marks, false).await?;
    is_somebody(around, id, &held, &letters).await?;
    Ok(outcome(&held, &letters, Done::Everywhere))
}

fn outcome(held: &Holdings, letters: &Letters, done: Done) -> Outcome {
    let counts = held.counts().into_iter().chain([("dead letters", letters.count())]).collect();
    Outcome { counts, done, unsaid: letters.unsaid() }
}

/// An id that was mistyped must not look like somebody who is forgotten. Whoever was erased has left a tombstone.
async fn is_somebody(around: &Around<'_>, id: &str, held: &Holdings, letters: &Letters) -> Result<()> {
    let known = held.counts().iter().any(|(_, count)| *count > 0) || letters.count() > 0;
    if !known && around.store.tombstone(id).await? == 0 {
        bail!(
            "nobody in {} has the id {id:?}, nor had before it was erased; ids are those of `detail.person.id`",
            around.beside.described()
        );
    }
    Ok(())
}

/// Erases somebody; what was removed, place by place. `copy` is a fresh copy of the archive's bucket, which no function may
/// look into: it is written anew without their lines.
///
/// # Errors
/// Where nobody has that id, or the system does not answer. What was removed is gone; it goes on when it is run again.
pub async fn erase(around: &Around<'_>, id: &str, copy: Option<&Path>) -> Result<Outcome> {
    around.beside.hand_on().await?;
    let held = Holdings::of(around, id).await?;
    // First, while it is known by which address they are recognised.
    let marks = Marks::of(around.store, id, held.person.profile.email.as_deref());
    let letters = letters::about(around, &marks, true).await?;
    is_somebody(around, id, &held, &letters).await?;
    decide(around, id).await.context("the person cannot be erased")?;
    around.beside.hand_on().await?;
    let done = match finished(around, id).await? {
        None => Done::Everywhere,
        Some(erased) => clear_copy(around, id, &erased, copy).await?,
    };
    let done = match (around.beside.scrub().await, done) {
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
async fn decide(around: &Around<'_>, id: &str) -> Result<()> {
    let loaded = around.store.load(id).await?;
    if !loaded.person.is_known() {
        return Ok(());
    }
    let now = Instant::from(around.clock.now());
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
    around.deciding.decide(id, &Input::Event(&event), time, None).await?;
    Ok(())
}

/// Waits until the system has removed whatever it can; the erasure where the archive is left.
async fn finished(around: &Around<'_>, id: &str) -> Result<Option<Erased>> {
    let mut left_to_us = 0;
    for _ in 0..PATIENCE {
        let Some(erased) = around.store.pending_erasure(id).await? else { return Ok(None) };
        // Whoever buries goes on to the places beside the table, and to the item where it can clear them.
        left_to_us += u32::from(around.store.tombstone(id).await? >= erased.version);
        if left_to_us > PLACES {
            return Ok(Some(erased));
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    anyhow::bail!("the system has not handed the erasure on yet; is the relay function well? Run this again later.")
}

/// Removes their lines from a copy of the archive's bucket; once a fresh copy has none, they are forgotten.
async fn clear_copy(around: &Around<'_>, id: &str, erased: &Erased, copy: Option<&Path>) -> Result<Done> {
    let Some(folder) = copy else {
        return Ok(Done::AllBut(
            "their events are still in the archive's bucket: copy it with `aws s3 sync`, and run this again with \
             --archive FOLDER"
                .to_owned(),
        ));
    };
    let whole_at = erased.at.plus_seconds(BUFFERED);
    if whole_at > Instant::from(around.clock.now()) {
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
    around.store.forget(id, erased).await?;
    Ok(Done::Everywhere)
}
