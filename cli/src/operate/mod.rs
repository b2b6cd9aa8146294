//! What operators do to what is live: history and rollback, pause and resume, enrol and exit, passes over everyone.
//!
//! Every act has a reason, which is kept with who did it and when; it changes no file and no version.

mod audit;
pub(crate) mod confirmed;
mod history;
mod passes;
mod people;
mod runs;
#[cfg(test)]
mod tests;
mod unknown;

use rekindle_lambda::config::environment;
use rekindle_workbench::operate::Act;

pub use audit::{AuditArguments, audit};
pub use history::{HistoryArguments, RollbackArguments, history, rollback};
pub use passes::{SweepArguments, carry_on, sweep};
pub(crate) use passes::{line as pass_line, object as pass_object};
pub use people::{EnrolArguments, ExitArguments, enrol, exit};
pub use runs::{PauseArguments, ResumeArguments, pause, resume};
pub use unknown::{UnknownArguments, unknown};

/// Why, and who says so.
#[derive(clap::Args)]
pub struct ReasonArgs {
    /// Why; it is kept.
    #[arg(long)]
    reason: String,
    /// Who says so; default: the machine's user.
    #[arg(long)]
    by: Option<String>,
}

impl ReasonArgs {
    fn by(&self) -> String {
        let user = || environment().optional("USER").unwrap_or_else(|| "somebody".to_owned());
        self.by.clone().unwrap_or_else(user)
    }

    /// It, with who it is where nobody was named.
    fn act(&self) -> Act {
        Act { reason: self.reason.clone(), by: self.by() }
    }
}
