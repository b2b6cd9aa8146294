//! From nodes to the types of [`super::model`], every problem collected on the way.
//!
//! A reader returns `None` where its part cannot be made, after it has said why; its callers read on, so that one run
//! reports everything. What comes out is used only where no error was reported.

mod arms;
mod campaign;
mod entry;
mod expressions;
mod fields;
mod offers;
mod scalar;
mod senders;
mod steps;
mod syntax;
mod times;
mod trigger;
mod wait;
mod workspace;

use std::collections::BTreeMap;

use super::report::Report;
use super::yaml::{Node, Position};
use crate::expr::{Expr, ExprError, Site};

pub(super) use scalar::{id_help, is_id, is_mail_name};
pub(super) use steps::StepName;
pub(super) use workspace::Known;

/// [`Expr::compile`], or [`Expr::published`].
pub(super) type Compile = fn(&str, Site) -> Result<Expr, ExprError>;

/// Reading one file.
pub(super) struct Reader<'a> {
    pub(super) report: Report<'a>,
    /// What the workspace offers to be named.
    pub(super) known: &'a Known,
    /// How expressions are compiled.
    compile: Compile,
    /// The steps of the campaign, in the order that default ids follow.
    pub(super) steps: Vec<StepName<'a>>,
    /// How many steps of each kind there are so far.
    counts: BTreeMap<&'static str, usize>,
    /// The mails that steps name.
    pub(super) mails: Vec<MailUse<'a>>,
    /// Where offers are written.
    pub(super) offers: Vec<Position>,
    /// The expressions, to be checked once all names are known.
    pub(super) expressions: Vec<Written<'a>>,
    /// The event types that it waits for in any way, and where each is written.
    pub(super) events: Vec<(String, Position)>,
    /// The event types that it emits.
    pub(super) emitted: Vec<String>,
    /// Whether no event enters people into the campaign.
    pub(super) eventless: bool,
    /// Says what is wrong with the address of a sender.
    pub(super) address: AddressRule,
}

/// Says what is wrong with an address from which mails are to come, if anything is.
pub(super) type AddressRule = fn(&str) -> Option<String>;

/// A step names a mail.
pub(super) struct MailUse<'a> {
    pub(super) mail: String,
    pub(super) node: &'a Node,
}

/// An expression and where it is written.
pub(super) struct Written<'a> {
    pub(super) expr: Expr,
    pub(super) node: &'a Node,
}

impl<'a> Reader<'a> {
    pub(super) fn new(report: Report<'a>, known: &'a Known) -> Self {
        Self::compiling(report, known, Expr::compile)
    }

    pub(super) fn compiling(report: Report<'a>, known: &'a Known, compile: Compile) -> Self {
        Self {
            report,
            known,
            compile,
            steps: Vec::new(),
            counts: BTreeMap::new(),
            mails: Vec::new(),
            offers: Vec::new(),
            expressions: Vec::new(),
            events: Vec::new(),
            emitted: Vec::new(),
            eventless: false,
            address: |_| None,
        }
    }
}
