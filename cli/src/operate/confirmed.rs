//! Acts that may make many mails at once: they are shown first, and made when somebody has said yes.

use std::io::{self, BufRead, IsTerminal};

use anyhow::{Context, Result, bail};

use super::Because;
use crate::output;

/// Whether it is only shown, or made without a question; why, and who says so.
#[derive(clap::Args)]
pub struct Confirmed {
    /// Only show what it would do.
    #[arg(long)]
    dry_run: bool,
    /// Do it without a question: for scripts.
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
    /// Why; it is kept.
    #[arg(long, required_unless_present = "dry_run")]
    reason: Option<String>,
    /// Who says so; default: the machine's user.
    #[arg(long)]
    by: Option<String>,
}

/// What becomes of an act that was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is made.
    Yes,
    /// It is not made, because somebody said no.
    No,
    /// It was to be shown and nothing else.
    OnlyShown,
}

impl Confirmed {
    /// What becomes of the act, which was shown. Whoever sits at a terminal is asked `question`.
    ///
    /// # Errors
    /// Where nobody can be asked, and `--yes` was not given.
    pub fn answer(&self, question: &str) -> Result<Answer> {
        let is_terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
        self.answer_by(question, is_terminal.then(|| io::stdin().lock()))
    }

    fn answer_by(&self, question: &str, terminal: Option<impl BufRead>) -> Result<Answer> {
        if self.dry_run {
            return Ok(Answer::OnlyShown);
        }
        if self.yes {
            return Ok(Answer::Yes);
        }
        let Some(mut terminal) = terminal else {
            bail!(
                "nothing was changed: there is no terminal to ask at. Read what it would do, and give --yes to do it"
            );
        };
        output::ask(&format!("{question} [y/N] "));
        let mut answer = String::new();
        terminal.read_line(&mut answer).context("the answer cannot be read")?;
        let yes = ["y", "yes"].contains(&answer.trim().to_lowercase().as_str());
        Ok(if yes { Answer::Yes } else { Answer::No })
    }

    /// Why, and who says so.
    pub fn because(&self) -> Because {
        Because { reason: self.reason.clone().unwrap_or_default(), by: self.by.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(dry_run: bool, yes: bool, typed: Option<&str>) -> Result<Answer> {
        let confirmed = Confirmed { dry_run, yes, reason: Some("a test".to_owned()), by: None };
        confirmed.answer_by("Do it?", typed.map(str::as_bytes))
    }

    #[test]
    fn nothing_is_done_before_somebody_says_yes() {
        for typed in ["y\n", "Yes\n", " y \r\n"] {
            assert_eq!(answer(false, false, Some(typed)).unwrap(), Answer::Yes, "{typed:?}");
        }
        for typed in ["", "\n", "n\n", "no\n", "yess\n"] {
            assert_eq!(answer(false, false, Some(typed)).unwrap(), Answer::No, "{typed:?}");
        }
        assert_eq!(answer(true, false, Some("y\n")).unwrap(), Answer::OnlyShown);
        assert_eq!(answer(false, true, None).unwrap(), Answer::Yes);
        let refused = answer(false, false, None).unwrap_err().to_string();
        assert!(refused.starts_with("nothing was changed") && refused.contains("--yes"), "{refused}");
    }
}
