//! Acts that may make many mails at once: they are shown first, and made when somebody has said yes.

use std::io::{self, BufRead, IsTerminal};

use anyhow::{Context, Result, bail};

use super::ReasonArgs;
use crate::output::{self, Output};

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
    pub fn answer(&self, question: &str, out: &Output) -> Result<Answer> {
        if self.dry_run {
            return Ok(Answer::OnlyShown);
        }
        agreed(self.yes, question, out).map(|yes| if yes { Answer::Yes } else { Answer::No })
    }

    /// Why, and who says so.
    pub fn because(&self) -> ReasonArgs {
        ReasonArgs { reason: self.reason.clone().unwrap_or_default(), by: self.by.clone() }
    }
}

/// Whether somebody sits there who is asked before an act that names whom or what it is about: without a terminal, who names
/// them has said what is wanted. A deletion that a script asks for is never refused for want of a question.
pub fn is_asked(yes: bool) -> bool {
    !yes && has_terminal()
}

fn has_terminal() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Whether somebody says yes to `question`, unless that was said by an option.
///
/// # Errors
/// Where nobody can be asked, and it was not.
pub fn agreed(yes: bool, question: &str, out: &Output) -> Result<bool> {
    agreed_by(yes, question, out, has_terminal().then(|| io::stdin().lock()))
}

fn agreed_by(yes: bool, question: &str, out: &Output, terminal: Option<impl BufRead>) -> Result<bool> {
    if yes {
        return Ok(true);
    }
    let words = out.words();
    let Some(mut terminal) = terminal else { bail!(words.no_terminal()) };
    output::ask(&format!("{question} {} ", words.choice()));
    let mut answer = String::new();
    terminal.read_line(&mut answer).context("the answer cannot be read")?;
    Ok(["y", "yes", "예", "네"].contains(&answer.trim().to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(yes: bool, typed: Option<&str>) -> Result<bool> {
        agreed_by(yes, "Do it?", &Output::default(), typed.map(str::as_bytes))
    }

    #[test]
    fn nothing_is_done_before_somebody_says_yes() {
        for typed in ["y\n", "Yes\n", " y \r\n", "예\n"] {
            assert!(answer(false, Some(typed)).unwrap(), "{typed:?}");
        }
        for typed in ["", "\n", "n\n", "no\n", "yess\n", "아니요\n"] {
            assert!(!answer(false, Some(typed)).unwrap(), "{typed:?}");
        }
        assert!(answer(true, None).unwrap());
        assert!(answer(false, None).unwrap_err().to_string().contains("--yes"));
        let confirmed = Confirmed { dry_run: true, yes: false, reason: None, by: None };
        assert_eq!(confirmed.answer("Do it?", &Output::default()).unwrap(), Answer::OnlyShown);
    }
}
