//! Who is set aside, as nobody can write them.

use anyhow::Result;
use rekindle_store::{Aside, Due, Dynamo};

/// People who are shown; the others come when these are mended.
const SHOWN: u32 = 100;

/// Everybody who is set aside, by id, with since when and why.
///
/// # Errors
/// Where the store does not answer.
pub async fn set_aside(store: &Dynamo) -> Result<Vec<(String, Aside)>> {
    let mut all = Vec::new();
    for person in store.all_aside(SHOWN).await? {
        // Whoever was written since is aside no more.
        all.extend(store.aside(&person.id).await?.map(|aside| (person.id, aside)));
    }
    Ok(all)
}
