//! What letting a paused campaign run again would do, in words.

use std::fmt::{self, Write as _};

use rekindle_workbench::plan::{Resumption, Stands};

use super::show::{outlook_text, standing_text};

/// It in words.
///
/// # Errors
/// Never: text has room.
pub fn resumption_text(resumption: &Resumption) -> Result<String, fmt::Error> {
    let Resumption { campaign, paused, steps, outlook } = resumption;
    let mut out = String::new();
    writeln!(out, "{campaign}: paused since {} by {}: {}; it would run again", paused.at, paused.by, paused.reason)?;
    for Stands { step, versions, over } in steps {
        let over = if *over == 0 { "still wait".to_owned() } else { format!("{over} due at once") };
        writeln!(out, "    on {step}: {}: {over}", standing_text(versions))?;
    }
    outlook_text(&mut out, outlook)?;
    if outlook.campaigns.values().any(|day| day.mails.at_once > day.without.at_once) {
        writeln!(
            out,
            "if these mails come too late now, publish a version without their steps first: {campaign} stays paused meanwhile"
        )?;
    }
    Ok(out)
}
