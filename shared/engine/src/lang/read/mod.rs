//! How the tables of [`super::model`] read what stands in a file, every problem collected on the way.
//!
//! Nothing here knows an object of the language; it reads single values, and mappings by the keys that a table has.
//!
//! A reader returns `None` where its part cannot be made, after it has said why; its callers read on, so that one run
//! reports everything. What comes out is used only where no error was reported.

mod expressions;
mod fields;
mod scalar;
mod steps;
mod syntax;
mod times;

use std::collections::BTreeMap;

use super::report::Report;
use super::yaml::{Node, Position};
use crate::expr::{Expr, ExprError, Site};

pub(in crate::lang) use fields::Fields;
pub(in crate::lang) use scalar::{id_help, is_id, is_mail_name};
pub(in crate::lang) use steps::StepName;

/// [`Expr::compile`], or [`Expr::published`].
pub(in crate::lang) type Compile = fn(&str, Site) -> Result<Expr, ExprError>;

/// What campaigns can name of a workspace; `None` where it could not be read, so that nothing is held against it.
#[derive(Debug, Default)]
pub(in crate::lang) struct Known {
    pub(in crate::lang) locales: Option<Vec<String>>,
    pub(in crate::lang) senders: Option<Vec<KnownSender>>,
    pub(in crate::lang) topics: Option<Vec<String>>,
    /// Whether mails follow the rules of Korea.
    pub(in crate::lang) is_korean: bool,
}

/// A sender, as far as campaigns are checked against it.
#[derive(Debug)]
pub(in crate::lang) struct KnownSender {
    pub(in crate::lang) id: String,
    pub(in crate::lang) has_address: bool,
    pub(in crate::lang) has_phone: bool,
}

/// Reading one file.
pub(in crate::lang) struct Reader<'a> {
    pub(in crate::lang) report: Report<'a>,
    /// What the workspace offers to be named.
    pub(in crate::lang) known: &'a Known,
    /// What it has found that campaigns can name.
    pub(in crate::lang) found: Known,
    /// How expressions are compiled.
    compile: Compile,
    /// The steps of the campaign, in the order that default ids follow.
    pub(in crate::lang) steps: Vec<StepName<'a>>,
    /// How many steps of each kind there are so far.
    counts: BTreeMap<&'static str, usize>,
    /// The mails that steps name.
    pub(in crate::lang) mails: Vec<MailUse<'a>>,
    /// Where offers are written.
    pub(in crate::lang) offers: Vec<Position>,
    /// The expressions, to be checked once all names are known.
    pub(in crate::lang) expressions: Vec<Written<'a>>,
    /// The event types that it waits for in any way, and where each is written.
    pub(in crate::lang) events: Vec<(String, Position)>,
    /// The event types that it emits.
    pub(in crate::lang) emitted: Vec<String>,
    /// Whether no event enters people into the campaign.
    pub(in crate::lang) eventless: bool,
    /// Says what is wrong with the address of a sender.
    pub(in crate::lang) address: AddressRule,
}

/// Says what is wrong with an address from which mails are to come, if anything is.
pub(in crate::lang) type AddressRule = fn(&str) -> Option<String>;

/// A step names a mail.
pub(in crate::lang) struct MailUse<'a> {
    pub(in crate::lang) mail: String,
    pub(in crate::lang) node: &'a Node,
}

/// An expression and where it is written.
pub(in crate::lang) struct Written<'a> {
    pub(in crate::lang) expr: Expr,
    pub(in crate::lang) node: &'a Node,
}

impl<'a> Reader<'a> {
    pub(in crate::lang) fn new(report: Report<'a>, known: &'a Known) -> Self {
        Self::compiling(report, known, Expr::compile)
    }

    pub(in crate::lang) fn compiling(report: Report<'a>, known: &'a Known, compile: Compile) -> Self {
        Self {
            report,
            known,
            found: Known::default(),
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
