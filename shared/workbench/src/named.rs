//! Finds a step of a live campaign by the name that somebody typed.

use anyhow::{Result, bail};

/// A step's id with its campaign's before it, and what it is.
pub type Named<T> = (String, String, T);

/// The one of that name: its own id, its campaign's, or `CAMPAIGN/ID`. `what` is the kind of thing, for the error.
///
/// # Errors
/// Where there is none of that name, or several.
pub fn find<'a, T>(what: &str, name: &str, all: &'a [Named<T>]) -> Result<&'a Named<T>> {
    let named = |(campaign, id, _): &&Named<T>| name == *id || name == *campaign || name == format!("{campaign}/{id}");
    let found: Vec<_> = all.iter().filter(named).collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => bail!("there is no {what} {name:?}; there are: {}", names(all)),
        _ => bail!("several campaigns have it: say which as CAMPAIGN/{}, of {}", what.to_uppercase(), names(all)),
    }
}

fn names<T>(all: &[Named<T>]) -> String {
    if all.is_empty() {
        return "none".to_owned();
    }
    all.iter().map(|(campaign, id, _)| format!("{campaign}/{id}")).collect::<Vec<_>>().join(", ")
}
