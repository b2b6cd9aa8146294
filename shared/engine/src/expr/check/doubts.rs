//! What works, but hardly as it is meant (SPEC.md section 11).

use cel::common::ast::{Expr as Ast, IdedExpr, LiteralValue, operators};

use super::Checker;
use super::paths::path;
use crate::expr::Site;
use crate::expr::slots::children;

impl Checker<'_> {
    /// Looks for doubtful parts.
    pub(super) fn doubt(&mut self, expr: &IdedExpr) {
        let mut asked = Vec::new();
        asked_about(expr, &mut asked);
        self.doubt_within(expr, &asked);
    }

    fn doubt_within(&mut self, expr: &IdedExpr, asked: &[String]) {
        if let Ast::Call(call) = &expr.expr
            && call.func_name == operators::EQUALS
            && let [left, right] = call.args.as_slice()
        {
            self.both_absent(expr, left, right, asked);
        }
        if let Ast::Ident(name) = &expr.expr {
            self.nothing_there(expr, name);
        }
        for child in children(expr) {
            self.doubt_within(child, asked);
        }
    }

    /// Where both sides are absent, both read as null, and null equals null.
    fn both_absent(&mut self, at: &IdedExpr, left: &IdedExpr, right: &IdedExpr, asked: &[String]) {
        let (Some(left), Some(right)) = (may_be_absent(left), may_be_absent(right)) else {
            return;
        };
        let answered = |path: &String| {
            asked.iter().any(|asked| {
                path == asked || path.strip_prefix(asked.as_str()).is_some_and(|rest| rest.starts_with(['.', '[']))
            })
        };
        if left != right && !answered(&left) && !answered(&right) {
            let message = format!("this also holds where both `{left}` and `{right}` are absent");
            self.doubted(at, message, format!("write `has({left}) && {left} == {right}`"));
        }
    }

    /// Names that stand for nothing at this place.
    fn nothing_there(&mut self, at: &IdedExpr, name: &str) {
        if self.bound.iter().any(|(own, _)| own == name) {
            return;
        }
        let before_entry = matches!(self.site, Site::Audience | Site::TriggerWhere | Site::Key);
        let before_event = self.names.eventless && before_entry;
        match name {
            "offers" | "mails" if before_entry => {
                self.doubted(
                    at,
                    format!("`{name}` are those of an enrolment, and there is none before the entry"),
                    "look at them in a `branch` or in `stay_while`",
                );
            }
            "entry" if self.names.eventless => {
                self.doubted(
                    at,
                    "`entry` is empty: no event enters people into this campaign",
                    "look at `person` instead",
                );
            }
            "event" if before_event => {
                self.doubted(
                    at,
                    "`event` is empty: no event enters people into this campaign",
                    "look at `person` instead",
                );
            }
            _ => {}
        }
    }
}

/// A path that reads as null where it is absent.
fn may_be_absent(expr: &IdedExpr) -> Option<String> {
    let path = path(expr)?;
    let open =
        ["event.", "event[", "entry.", "entry[", "person.attributes.", "person.attributes[", "answers", "offers"];
    open.iter().any(|open| path.starts_with(open)).then_some(path)
}

/// The paths whose absence the expression looks at itself: `has(path)`, `path != null`, `path == null`.
fn asked_about(expr: &IdedExpr, asked: &mut Vec<String>) {
    match &expr.expr {
        Ast::Select(select) if select.test => {
            asked.extend(path(&select.operand).map(|operand| format!("{operand}.{}", select.field)));
        }
        Ast::Call(call) if matches!(call.func_name.as_str(), operators::EQUALS | operators::NOT_EQUALS) => {
            if let [left, right] = call.args.as_slice() {
                let null = |side: &IdedExpr| matches!(side.expr, Ast::Literal(LiteralValue::Null));
                asked.extend(
                    [(left, right), (right, left)]
                        .into_iter()
                        .filter(|(_, other)| null(other))
                        .filter_map(|(side, _)| path(side)),
                );
            }
        }
        _ => {}
    }
    for child in children(expr) {
        asked_about(child, asked);
    }
}
