//! `offer`: one code for each person and enrolment.

use super::object::{Facet, Said, named, object, words};
use super::value::{Duration, Id, StepId};
use crate::journal::number_text;
use crate::lang::codes;
use crate::lang::read::{Fields, Reader};
use crate::lang::yaml::Node;
use crate::suggest::quote;
use crate::time::Span;

object! {
    /// One code for each person and enrolment.
    #[schemars(extend("oneOf" = [{ "required": ["percent_off"] }, { "required": ["amount_off"] }]))]
    #[derive(Debug, Clone, PartialEq)]
    pub struct Offer = "an offer", "{ id: come-back, percent_off: 15, expires: 14d }";
    read(reader, fields)
    elsewhere {
        /// The step's id.
        id: Option<StepId>;
        /// Percent off the price.
        #[schemars(extend("exclusiveMinimum" = 0, "maximum" = 100))]
        percent_off: Option<f64>;
        /// An amount off, in the workspace's currency.
        #[schemars(extend("exclusiveMinimum" = 0))]
        amount_off: Option<f64>;
    }
    keys {
        /// How long a code holds.
        expires: Duration => Option<Span>, [optional] |node| reader.span(node);
        /// How many codes there are for ever.
        budget: u64 => Option<u64>, [optional]
            |node| reader.integer(node, "the budget", 0, i64::MAX).and_then(|budget| u64::try_from(budget).ok());
        code: Code => Code, [or Code::default()] |node| Some(Code::read(reader, node).unwrap_or_default()),
            Code::facets;
        /// What follows where no code is left; default: `continue`.
        on_unavailable: OnUnavailable => OnUnavailable, [or OnUnavailable::Continue]
            |node| OnUnavailable::read(reader, node);
    }
    also {
        /// What it takes off.
        discount: Discount = discount(reader, fields);
    }
    then {
        reader.offers.push(fields.node.at);
    }
}

object! {
    /// What codes look like, or where they come from.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct Code = "a code", "{ prefix: BACK- }";
    read(reader, fields)
    keys {
        /// Letters before each code.
        #[schemars(regex(pattern = "^[A-Za-z0-9_-]{1,20}$"))]
        prefix: String => Option<String>, [optional] |node| prefix(reader, node);
        /// An uploaded list of codes.
        pool: Id => Option<String>, [optional] |node| reader.id(node, "a pool of codes", "spring");
    }
}

words! {
    /// What follows where no code is left.
    pub enum OnUnavailable = "what follows where no code is left" {
        /// People go on without one.
        Continue = "continue",
        /// The enrolment ends.
        Exit = "exit",
    }
}

/// What an offer takes off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Discount {
    /// A share of the price, above 0 and at most 100.
    Percent(f64),
    /// An amount in the workspace's currency.
    Amount(f64),
}

impl Said for Discount {
    fn said(&self, _: &str, facets: &mut Vec<Facet>) {
        facets.extend(named(
            "",
            match self {
                Self::Percent(percent) => format!("{} %", number_text(*percent)),
                Self::Amount(amount) => format!("{} off", number_text(*amount)),
            },
        ));
    }
}

fn discount<'a>(reader: &mut Reader<'a>, fields: &Fields<'a>) -> Option<Discount> {
    match reader.exactly_one(fields, &["percent_off", "amount_off"], codes::NOT_ONE_KEY)? {
        ("percent_off", node) => {
            let allowed = |off| off > 0.0 && off <= 100.0;
            let percent = reader.number(node, "`percent_off`", "15", allowed, "a number above 0 and at most 100");
            percent.map(Discount::Percent)
        }
        (_, node) => {
            let amount = reader.number(node, "`amount_off`", "5000", |off| off > 0.0, "a number above 0");
            amount.map(Discount::Amount)
        }
    }
}

/// Letters that people can type.
fn prefix(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    let text = reader.text(node, "a code's prefix", "BACK-")?;
    if text.len() <= 20 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') {
        return Some(text);
    }
    reader.report.error(
        node.at,
        codes::BAD_TEXT,
        format!("{} cannot begin a code", quote(&text)),
        "at most 20 letters A to Z, digits, `-` or `_`",
    );
    None
}
