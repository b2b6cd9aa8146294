//! What enters a person (SPEC.md section 2, Triggers).

use jiff::civil::{Time, Weekday};

use super::Reader;
use super::fields::Fields;
use crate::expr::Site;
use crate::lang::codes;
use crate::lang::model::{Again, CatchUp, LikelyGone, Moment, Schedule, Trigger};
use crate::lang::suggest::quote;
use crate::lang::yaml::Node;
use crate::time::{Span, read_local};

const KINDS: &[&str] = &["event", "lapsed", "date", "schedule"];
const KEYS: &[&str] = &["event", "where", "lapsed", "date", "at", "offset", "yearly", "monthly", "schedule"];
const BELONGS: &[(&str, &[&str])] =
    &[("where", &["event"]), ("at", &["date"]), ("offset", &["date"]), ("yearly", &["date"]), ("monthly", &["date"])];

#[derive(Clone, Copy)]
enum Every {
    Day,
    Week,
    Month,
}

impl<'a> Reader<'a> {
    /// Reads a trigger of any kind.
    pub(super) fn trigger(&mut self, node: &'a Node) -> Option<Trigger> {
        const WHAT: &str = "a trigger";
        if node.string() == Some("manual") {
            return Some(Trigger::Manual);
        }
        if let Some(manual) = node.get("manual") {
            self.report.error(manual.at, codes::WRONG_TYPE, "`manual` stands alone", "write `trigger: manual`");
            return None;
        }
        let fields = self.fields(node, WHAT, "{ event: order.completed }", KEYS)?;
        let (kind, value) = self.exactly_one(&fields, KINDS, codes::NOT_ONE_TRIGGER)?;
        self.misplaced(&fields, kind, BELONGS);
        match kind {
            "event" => {
                let event = self.event(value);
                let filter = fields.get("where").and_then(|node| self.expr(node, Site::TriggerWhere));
                Some(Trigger::Event { event: event?, filter })
            }
            "lapsed" => self.lapsed(value),
            "date" => {
                let value = self.expr(value, Site::Date);
                let at = fields.get("at").map_or(Some(nine()), |node| self.time(node));
                let offset = fields.get("offset").map_or(Some(Span::ZERO), |node| self.offset(node));
                let again = self.again(&fields);
                Some(Trigger::Date { value: value?, at: at?, offset: offset?, again: again? })
            }
            _ => self.schedule(value).map(Trigger::Schedule),
        }
    }

    /// `yearly` or `monthly`, which exclude each other.
    fn again(&mut self, fields: &Fields<'a>) -> Option<Again> {
        let yearly = fields.get("yearly").map_or(Some(false), |node| self.boolean(node));
        let monthly = fields.get("monthly").map_or(Some(false), |node| self.boolean(node));
        match (yearly?, monthly?) {
            (false, false) => Some(Again::Never),
            (true, false) => Some(Again::Yearly),
            (false, true) => Some(Again::Monthly),
            (true, true) => {
                let at = fields.entry("monthly").map_or(fields.node.at, |(key, _)| key.at);
                let message = "`yearly` and `monthly` exclude each other";
                self.report.error(at, codes::NOT_ONE_KEY, message, "keep one of them");
                None
            }
        }
    }

    fn lapsed(&mut self, node: &'a Node) -> Option<Trigger> {
        let keys = ["after", "since", "likely_gone", "within", "fallback", "catch_up"];
        let fields = self.fields(node, "`lapsed`", "{ after: 60d, since: order.completed }", &keys)?;
        let (kind, value) = self.exactly_one(&fields, &["after", "likely_gone"], codes::NOT_ONE_KEY)?;
        self.misplaced(&fields, kind, &[("within", &["likely_gone"]), ("fallback", &["likely_gone"])]);
        let catch_up = fields.get("catch_up").map_or(Some(CatchUp::Never), |node| self.catch_up(node));
        if kind == "after" {
            let after = self.some_span(value, "`after`");
            let since = self.required(&fields, "since", "since: order.completed").and_then(|node| self.event(node));
            return Some(Trigger::Lapsed { after: after?, since: since?, likely_gone: None, catch_up: catch_up? });
        }
        let probability = self.number(
            value,
            "`likely_gone`",
            "0.2",
            |share| share > 0.0 && share < 1.0,
            "a probability above 0 and below 1",
        );
        let within = self.required(&fields, "within", "within: 90d").and_then(|node| self.some_span(node, "`within`"));
        let fallback =
            self.required(&fields, "fallback", "fallback: 60d").and_then(|node| self.some_span(node, "`fallback`"));
        let since = fields.get("since").map_or_else(|| Some("order.completed".to_owned()), |node| self.event(node));
        let likely_gone = Some(LikelyGone { probability: probability?, within: within? });
        Some(Trigger::Lapsed { after: fallback?, since: since?, likely_gone, catch_up: catch_up? })
    }

    /// `none`, `all`, or a duration over which people are spread.
    fn catch_up(&mut self, node: &Node) -> Option<CatchUp> {
        let span = node.string().and_then(Span::parse);
        let is_number = node.string().is_some_and(|text| text.starts_with(|letter: char| letter.is_ascii_digit()));
        match span {
            Some(span) => Some(CatchUp::Within(span)),
            // What begins with a digit was meant as a duration, and is told what is wrong with it.
            None if is_number || node.string().is_none() => self.span(node).map(CatchUp::Within),
            None => {
                let words = [("none", CatchUp::Never), ("all", CatchUp::All)];
                self.one_of(node, "`none`, `all` or a duration such as `14d`", &words)
            }
        }
    }

    fn schedule(&mut self, node: &'a Node) -> Option<Schedule> {
        let fields =
            self.fields(node, "a schedule", "{ every: week, on: mon, at: \"09:00\" }", &["every", "at", "on"])?;
        let Some(every) = fields.get("every") else {
            self.misplaced(&fields, "at", &[("on", &["every"])]);
            let at = self.required(&fields, "at", "at: \"2026-12-01T09:00\"")?;
            return self.moment(at).map(|moment| match moment {
                Moment::Local(date, None) => Schedule::Once(Moment::Local(date, Some(nine()))),
                moment => Schedule::Once(moment),
            });
        };
        let every =
            self.one_of(every, "a rhythm", &[("day", Every::Day), ("week", Every::Week), ("month", Every::Month)]);
        let at = fields.get("at").map_or(Some(nine()), |node| self.time(node));
        let on = fields.entry("on");
        match every? {
            Every::Day => {
                if let Some((key, _)) = on {
                    self.report.error(
                        key.at,
                        codes::MISPLACED_KEY,
                        "`on` does not go with `every: day`",
                        "remove it, or write `every: week`",
                    );
                }
                Some(Schedule::Daily(at?))
            }
            Every::Week => {
                let day = on.map_or(Some(Weekday::Monday), |(_, node)| self.weekday(node));
                Some(Schedule::Weekly(day?, at?))
            }
            Every::Month => {
                let day = on.map_or(Some(1), |(_, node)| self.integer(node, "the day of the month", 1, 31));
                Some(Schedule::Monthly(i8::try_from(day?).ok()?, at?))
            }
        }
    }

    /// A literal `YYYY-MM-DD[THH:MM[:SS]][offset]`.
    fn moment(&mut self, node: &Node) -> Option<Moment> {
        let text = self.text(node, "a date and time", "2026-12-01T09:00")?;
        let moment = literal(&text);
        if moment.is_none() {
            let help = if text.contains(':') && !text.contains('-') {
                "a time alone needs `every: day`"
            } else {
                "write `YYYY-MM-DDTHH:MM`: `2026-12-01T09:00`"
            };
            self.report.error(node.at, codes::BAD_DATE, format!("{} is no date", quote(&text)), help);
        }
        moment
    }
}

/// A literal point in time, where `text` is one.
pub(super) fn literal(text: &str) -> Option<Moment> {
    let (date, time, instant) = read_local(text)?;
    Some(instant.map_or(Moment::Local(date, time), Moment::Instant))
}

/// The default hour of `date` and `schedule` (SPEC.md section 11).
fn nine() -> Time {
    Time::constant(9, 0, 0, 0)
}
