//! What letting a paused campaign run again would do, in words and for machines.

use rekindle_workbench::plan::{Resumption, Stands};
use serde_json::{Value, json};

use super::show::{outlook_text, standing_text};
use crate::words::Words;

/// It in words.
pub fn resumption_text(resumption: &Resumption, words: Words) -> String {
    let Resumption { campaign, paused, steps, outlook } = resumption;
    let mut out = words.would_resume(campaign, &paused.at.to_string(), &paused.by, &paused.reason) + "\n";
    for Stands { step, versions, over } in steps {
        let over = if *over == 0 { words.still_wait() } else { words.due_at_once(*over) };
        let who = format!("{}: {over}", standing_text(versions, words));
        out.push_str(&format!("    {}\n", words.on_step(step, &who)));
    }
    out.push_str(&outlook_text(outlook, words));
    if outlook.campaigns.values().any(|day| day.mails.at_once > day.without.at_once) {
        out.push_str(&format!("{}\n", words.if_too_late(campaign)));
    }
    out
}

/// It for machines.
pub fn resumption_json(resumption: &Resumption) -> Value {
    let Resumption { campaign, paused, steps, outlook } = resumption;
    let step = |own: &Stands| json!({ "step": own.step, "versions": own.versions, "due_at_once": own.over });
    json!({
        "campaign": campaign, "paused_since": paused.at, "by": paused.by, "reason": paused.reason,
        "steps": steps.iter().map(step).collect::<Vec<_>>(), "outlook": outlook,
    })
}
