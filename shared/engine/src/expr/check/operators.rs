//! The types that operators take and give.

use cel::common::ast::{Expr as Ast, IdedExpr, LiteralValue, operators};

use super::paths::path;
use super::types::{Ids, Type};
use super::{Checker, literal_text};
use crate::suggest::did_you_mean;

impl Checker<'_> {
    /// The type of an operator's result; `None` where `name` is no operator.
    pub(super) fn operator(&mut self, at: &IdedExpr, name: &str, args: &[IdedExpr]) -> Option<Type> {
        Some(match (name, args) {
            (operators::INDEX, [operand, index]) => self.index(at, operand, index),
            (operators::LOGICAL_AND | operators::LOGICAL_OR, args) => {
                for arg in args {
                    self.truth(arg);
                }
                Type::Bool
            }
            (operators::LOGICAL_NOT, [arg]) => {
                self.truth(arg);
                Type::Bool
            }
            (operators::CONDITIONAL, [condition, then, other]) => {
                self.truth(condition);
                self.infer(then).join(self.infer(other))
            }
            (operators::EQUALS | operators::NOT_EQUALS, [left, right]) => self.equality(left, right),
            (
                operators::LESS | operators::LESS_EQUALS | operators::GREATER | operators::GREATER_EQUALS,
                [left, right],
            ) => self.order(left, right),
            (operators::IN, [needle, hay]) => self.membership(needle, hay),
            (
                operators::ADD | operators::SUBSTRACT | operators::MULTIPLY | operators::DIVIDE | operators::MODULO,
                [left, right],
            ) => self.arithmetic(at, name, left, right),
            (operators::NEGATE, [arg]) => {
                let of = self.infer(arg);
                if !of.is_number() && !of.is_dyn() {
                    self.error(arg, format!("`-` before {}", of.describe()), "only numbers can be negative");
                }
                of
            }
            (operators::NOT_STRICTLY_FALSE, [arg]) => {
                self.infer(arg);
                Type::Bool
            }
            (operators::OPT_INDEX | operators::OPT_SELECT, args) => {
                for arg in args {
                    self.infer(arg);
                }
                Type::Dyn
            }
            _ => return None,
        })
    }

    /// An operand that has to be true or false.
    fn truth(&mut self, expr: &IdedExpr) {
        let of = self.infer(expr);
        if !matches!(of, Type::Bool | Type::Dyn) {
            let whole = named(expr);
            self.error(expr, format!("{whole} is {}, not true or false", of.describe()), "compare it: == , != , < , >");
        }
    }

    fn equality(&mut self, left: &IdedExpr, right: &IdedExpr) -> Type {
        let (own, other) = (self.infer(left), self.infer(right));
        if !own.can_equal(&other) {
            self.mismatch(left, &own, right, &other, "is never equal to");
        }
        Type::Bool
    }

    fn order(&mut self, left: &IdedExpr, right: &IdedExpr) -> Type {
        let (own, other) = (self.infer(left), self.infer(right));
        if !own.can_order(&other) {
            self.mismatch(left, &own, right, &other, "cannot be compared with");
        }
        Type::Bool
    }

    fn mismatch(&mut self, left: &IdedExpr, own: &Type, right: &IdedExpr, other: &Type, verb: &str) {
        let help = [(own, right), (other, left)].into_iter().find_map(|(typed, written)| {
            let text = literal_text(written)?;
            if typed.is_number() && text.parse::<f64>().is_ok() {
                return Some(format!("leave the quotation marks out: {text}"));
            }
            (*typed == Type::Timestamp).then(|| "write timestamp(\"2026-01-31T00:00:00Z\")".to_owned())
        });
        let help = help.unwrap_or_else(|| "compare values of one type".to_owned());
        let message = format!("{} is {}, which {verb} {}", named(left), own.describe(), other.describe());
        self.error(left, message, help);
    }

    fn membership(&mut self, needle: &IdedExpr, hay: &IdedExpr) -> Type {
        let own = self.infer(needle);
        match self.infer(hay) {
            Type::List(element) if !own.can_equal(&element) => {
                self.error(
                    needle,
                    format!("{} is never in a list of {}", named(needle), element.describe()),
                    "compare values of one type",
                );
            }
            Type::Ids(ids) => self.doubted_id(needle, ids),
            Type::List(_) | Type::Map(_) | Type::Record(_) | Type::Dyn => {}
            Type::Text => {
                self.error(hay, "`in` looks into lists and mappings, this is a text", "write text.contains(\"part\")")
            }
            other => self.error(
                hay,
                format!("`in` looks into lists and mappings, this is {}", other.describe()),
                "write `== `",
            ),
        }
        Type::Bool
    }

    /// `"gift" in offers` of an id that nothing has is simply false.
    fn doubted_id(&mut self, needle: &IdedExpr, ids: Ids) {
        let Some(id) = literal_text(needle) else { return };
        let known = self.ids(ids);
        if !known.contains(&id) {
            let help = did_you_mean(id, known.iter().copied());
            self.doubted(needle, format!("{} `{id}`, so this is always false", ids.what()), help);
        }
    }

    fn arithmetic(&mut self, at: &IdedExpr, name: &str, left: &IdedExpr, right: &IdedExpr) -> Type {
        use Type::{Bytes, Double, Duration, Dyn, Int, List, Number, Text, Timestamp, Uint};
        let (own, other) = (self.infer(left), self.infer(right));
        let sign = name.trim_matches('_');
        if sign == "/" && matches!(own, Number | Dyn) && matches!(right.expr, Ast::Literal(LiteralValue::Int(_))) {
            let message = format!("{} may be a whole number, and two whole numbers give one: 7 / 2 is 3", named(left));
            self.doubted(at, message, "write the number after `/` with a point: 2.0");
        }
        match (sign, &own, &other) {
            ("+", Timestamp, Duration) | ("+", Duration, Timestamp) | ("-", Timestamp, Duration) => Timestamp,
            ("-", Timestamp, Timestamp) | ("+" | "-", Duration, Duration) => Duration,
            ("-", Timestamp, Dyn) => Dyn,
            ("+", Text, Text | Dyn) | ("+", Dyn, Text) => Text,
            ("+", Bytes, Bytes) => Bytes,
            ("+", List(own), List(other)) => List(Box::new((**own).clone().join((**other).clone()))),
            ("%", Int, Int) | ("+" | "-" | "*" | "/", Int, Int) => Int,
            ("%", Uint, Uint) | ("+" | "-" | "*" | "/", Uint, Uint) => Uint,
            ("+" | "-" | "*" | "/", Double, Double | Int | Number) | ("+" | "-" | "*" | "/", Int | Number, Double) => {
                Double
            }
            // An int or a double, by what the person has: `%` may work.
            ("+" | "-" | "*" | "/" | "%", Number, own) | ("+" | "-" | "*" | "/" | "%", own, Number)
                if own.is_number() || own.is_dyn() =>
            {
                Number
            }
            (_, Dyn, _) | (_, _, Dyn) => Dyn,
            (_, own, other) if own.is_number() && other.is_number() => {
                let message = format!("`{sign}` does not go between {} and {}", own.describe(), other.describe());
                self.error(at, message, "write int(…) or double(…) around one of them");
                Dyn
            }
            (_, own, other) => {
                let message = format!("`{sign}` does not go between {} and {}", own.describe(), other.describe());
                let help = if matches!((own, other), (Text, _) | (_, Text)) {
                    "write string(…) around the other"
                } else {
                    "see https://cel.dev for what it takes"
                };
                self.error(at, message, help);
                Dyn
            }
        }
    }
}

/// An operand as a message calls it.
fn named(expr: &IdedExpr) -> String {
    path(expr).map_or_else(|| "this".to_owned(), |path| format!("`{path}`"))
}
