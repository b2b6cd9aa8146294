//! Where an int meets a double (SPEC.md section 11, "Expressions"): `+ - * /` of them computes in doubles, and they compare
//! by their exact values. The `cel` crate refuses the former, and rounds the int for the latter.
//!
//! An operator between the two becomes a call of ours when the expression is compiled, and only where they may meet so
//! that it matters; all others stay the crate's own. It must never change what an operator means for other types.

use std::cmp::Ordering;

use cel::common::ast::{CallExpr, Expr as Ast, LiteralValue, operators};
use cel::common::functions::Function;
use cel::common::types::{CelBool, CelDouble, CelInt, DYN_TYPE};
use cel::common::value::{CowVal, Val};
use cel::{Env, ExecutionError};

use super::slot::{Asks, Root, Slot, slot_of};

/// Operators and the calls that stand for them; no name of the language looks like one.
const ARITHMETIC: [(&str, &str, Function); 4] = [
    (operators::ADD, "@add", |args| compute(args, |a, b| a + b, |a, b| Some(a.as_adder()?.add(b)))),
    (operators::SUBSTRACT, "@subtract", |args| compute(args, |a, b| a - b, |a, b| Some(a.as_subtractor()?.sub(b)))),
    (operators::MULTIPLY, "@multiply", |args| compute(args, |a, b| a * b, |a, b| Some(a.as_multiplier()?.mul(b)))),
    (operators::DIVIDE, "@divide", |args| compute(args, |a, b| a / b, |a, b| Some(a.as_divider()?.div(b)))),
];
const COMPARISONS: [(&str, &str, Function); 6] = [
    (operators::EQUALS, "@equals", |args| equal(args, true)),
    (operators::NOT_EQUALS, "@differs", |args| equal(args, false)),
    (operators::LESS, "@less", |args| order(args, Ordering::is_lt)),
    (operators::LESS_EQUALS, "@at_most", |args| order(args, Ordering::is_le)),
    (operators::GREATER, "@greater", |args| order(args, Ordering::is_gt)),
    (operators::GREATER_EQUALS, "@at_least", |args| order(args, Ordering::is_ge)),
];

/// Declares the calls.
pub(super) fn declare(environment: &mut Env) {
    for (_, call, function) in ARITHMETIC.into_iter().chain(COMPARISONS) {
        // It fails only where the name is taken, and then the call is an error where it is made.
        let _taken = environment.add_overload(call, call, vec![DYN_TYPE, DYN_TYPE], function);
    }
}

/// Lets a call of ours stand for an operator where an int and a double may meet in it. Its operands are resolved.
pub(super) fn resolve(call: &mut CallExpr, slots: &[Slot]) {
    let named = |known: &[(&str, &'static str, Function)]| {
        known.iter().find(|(operator, _, _)| *operator == call.func_name).map(|(_, own, _)| *own)
    };
    let (arithmetic, comparison) = (named(&ARITHMETIC), named(&COMPARISONS));
    let (Some(own), [left, right]) = (arithmetic.or(comparison), call.args.as_slice()) else { return };
    let (left, right) = (kind(&left.expr, slots), kind(&right.expr, slots));
    let meet = if arithmetic.is_some() { left.may_compute_with(right) } else { left.may_be_rounded_beside(right) };
    if meet {
        own.clone_into(&mut call.func_name);
    }
}

/// What is known of a value before it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An int.
    Int,
    /// An int that a double holds exactly.
    SmallInt,
    /// A double.
    Double,
    /// A double below all ints that no double holds.
    SmallDouble,
    /// Out of JSON: anything, where a number an int or a double that is none.
    Json,
    /// Anything.
    Any,
    /// No number.
    Other,
}

impl Kind {
    const fn is_int(self) -> bool {
        matches!(self, Self::Int | Self::SmallInt)
    }

    const fn is_double(self) -> bool {
        matches!(self, Self::Double | Self::SmallDouble)
    }

    const fn may_compute_with(self, other: Self) -> bool {
        let alike = self.is_int() && other.is_int() || self.is_double() && other.is_double();
        !alike && !matches!(self, Self::Other) && !matches!(other, Self::Other)
    }

    /// Whether rounding an int to a double could tell in a comparison: a double as large as the ints that are rounded must
    /// be possible on one side, and such an int on the other.
    const fn may_be_rounded_beside(self, other: Self) -> bool {
        self.may_be_large_double() && other.may_be_large_int() || other.may_be_large_double() && self.may_be_large_int()
    }

    const fn may_be_large_double(self) -> bool {
        matches!(self, Self::Double | Self::Any)
    }

    const fn may_be_large_int(self) -> bool {
        matches!(self, Self::Int | Self::Json | Self::Any)
    }
}

fn kind(expr: &Ast, slots: &[Slot]) -> Kind {
    const EXACT: u64 = 1 << 53;
    match expr {
        Ast::Literal(LiteralValue::Int(number)) if number.inner().unsigned_abs() <= EXACT => Kind::SmallInt,
        Ast::Literal(LiteralValue::Int(_)) => Kind::Int,
        #[expect(clippy::cast_precision_loss, reason = "a power of two")]
        Ast::Literal(LiteralValue::Double(number)) if number.inner().abs() < EXACT as f64 => Kind::SmallDouble,
        Ast::Literal(LiteralValue::Double(_)) => Kind::Double,
        Ast::Literal(_) | Ast::List(_) | Ast::Map(_) | Ast::Struct(_) => Kind::Other,
        // What macros count with.
        Ast::Ident(name) if name.starts_with('@') => Kind::Int,
        Ast::Ident(name) => slot_of(name).and_then(|slot| slots.get(slot)).map_or(Kind::Any, of_slot),
        Ast::Call(call) => of_call(call, slots),
        Ast::Select(select) if select.test => Kind::Other,
        Ast::Select(_) | Ast::Comprehension(_) | Ast::Unspecified => Kind::Any,
    }
}

fn of_slot(slot: &Slot) -> Kind {
    let path: Vec<&str> = slot.path.iter().map(String::as_str).collect();
    match (slot.root, path.as_slice()) {
        _ if slot.asks == Asks::Presence => Kind::Other,
        (Root::Now | Root::Mails | Root::Offers, _) => Kind::Other,
        (Root::Person, ["orders" | "attributes", ..] | ["events", _, "count"]) if path.last() == Some(&"count") => {
            // An attribute may have that name.
            if path.first() == Some(&"attributes") { Kind::Json } else { Kind::Int }
        }
        (Root::Person, ["attributes", _, ..] | ["orders", "total"]) => Kind::Json,
        (Root::Person, _) => Kind::Other,
        (Root::Event | Root::Entry | Root::Answers, _) => Kind::Json,
    }
}

fn of_call(call: &CallExpr, slots: &[Slot]) -> Kind {
    match (call.func_name.as_str(), call.args.as_slice()) {
        ("size" | "int", _) => Kind::Int,
        ("double", _) => Kind::Double,
        ("string" | "timestamp" | "duration" | operators::IN | operators::LOGICAL_NOT, _) => Kind::Other,
        (operators::LOGICAL_AND | operators::LOGICAL_OR, _) => Kind::Other,
        (operators::NEGATE, [of]) => kind(&of.expr, slots),
        (name, [left, right]) if ARITHMETIC.iter().any(|(operator, ..)| *operator == name) => {
            match (kind(&left.expr, slots), kind(&right.expr, slots)) {
                (left, right) if left.is_int() && right.is_int() => Kind::Int,
                (left, right) if left.is_double() && right.is_double() => Kind::Double,
                // A time and a duration, texts, lists.
                (Kind::Other, _) | (_, Kind::Other) => Kind::Other,
                _ => Kind::Any,
            }
        }
        (name, _) if COMPARISONS.iter().any(|(operator, own, _)| [*operator, *own].contains(&name)) => Kind::Other,
        _ => Kind::Any,
    }
}

/// The two operands of one of our calls.
fn operands<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Result<[CowVal<'b, 'v>; 2], ExecutionError> {
    args.try_into().map_err(|_| ExecutionError::function_error("operator", "two operands are needed"))
}

/// An int and a double, in the order in which they stand, as doubles.
#[expect(clippy::cast_precision_loss, reason = "that is what computing in doubles means")]
fn as_doubles(left: &dyn Val, right: &dyn Val) -> Option<(f64, f64)> {
    match (left.downcast_ref::<CelInt>(), right.downcast_ref::<CelDouble>()) {
        (Some(left), Some(right)) => Some((*left.inner() as f64, *right.inner())),
        _ => Some((*left.downcast_ref::<CelDouble>()?.inner(), *right.downcast_ref::<CelInt>()?.inner() as f64)),
    }
}

/// What the crate makes of an operator: nothing, where the first operand does not know it.
type Plain<'v> = for<'o> fn(&'o (dyn Val + 'v), &'o (dyn Val + 'v)) -> Option<Result<CowVal<'o, 'v>, ExecutionError>>;

fn compute<'b, 'v>(
    args: Vec<CowVal<'b, 'v>>,
    doubles: fn(f64, f64) -> f64,
    plain: Plain<'v>,
) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let [left, right] = operands(args)?;
    if let Some((left, right)) = as_doubles(left.as_ref(), right.as_ref()) {
        return Ok(CowVal::owned(CelDouble::from(doubles(left, right))));
    }
    let none = || {
        let types = [left.as_ref(), right.as_ref()].map(|side| side.get_type().name().to_owned());
        ExecutionError::function_error("operator", format!("it does not go between {} and {}", types[0], types[1]))
    };
    Ok(CowVal::Owned(plain(left.as_ref(), right.as_ref()).ok_or_else(none)??.into_owned()))
}

fn equal<'b, 'v>(args: Vec<CowVal<'b, 'v>>, wanted: bool) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let [left, right] = operands(args)?;
    let equal = match exact(left.as_ref(), right.as_ref()) {
        Some(order) => order == Some(Ordering::Equal),
        None => left == right,
    };
    Ok(CowVal::owned(CelBool::from(equal == wanted)))
}

fn order<'b, 'v>(args: Vec<CowVal<'b, 'v>>, holds: fn(Ordering) -> bool) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let [left, right] = operands(args)?;
    let none = || ExecutionError::function_error("operator", "the two cannot be compared");
    let order = match exact(left.as_ref(), right.as_ref()) {
        Some(order) => order.ok_or_else(none)?,
        None => left.as_comparer().ok_or_else(none)?.compare(right.as_ref())?,
    };
    Ok(CowVal::owned(CelBool::from(holds(order))))
}

/// How an int and a double compare, whichever stands first; `None` where they are not one of each.
fn exact(left: &dyn Val, right: &dyn Val) -> Option<Option<Ordering>> {
    match (left.downcast_ref::<CelInt>(), right.downcast_ref::<CelDouble>()) {
        (Some(left), Some(right)) => Some(by_value(*left.inner(), *right.inner())),
        _ => {
            let (left, right) = (left.downcast_ref::<CelDouble>()?, right.downcast_ref::<CelInt>()?);
            Some(by_value(*right.inner(), *left.inner()).map(Ordering::reverse))
        }
    }
}

/// How an integer compares with a double, nothing rounded; `None` where the double is no number.
#[expect(clippy::cast_possible_truncation, reason = "the range was looked at")]
fn by_value(integer: i64, double: f64) -> Option<Ordering> {
    /// The first integer that is no `i64`.
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    if double.is_nan() {
        return None;
    }
    if double >= BEYOND {
        return Some(Ordering::Less);
    }
    if double < -BEYOND {
        return Some(Ordering::Greater);
    }
    let by_whole = integer.cmp(&(double.trunc() as i64));
    Some(by_whole.then(0.0_f64.total_cmp(&(double.fract() + 0.0))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_integer_and_a_double_compare_as_they_do_in_wider_integers(
            integer in prop_oneof![any::<i64>(), -20_i64..20, (1_i64 << 53) - 3..(1 << 53) + 3],
            double in prop_oneof![any::<f64>(), (-200_i32..200).prop_map(|n| f64::from(n) / 8.0)],
            near in any::<bool>(),
        ) {
            #[expect(clippy::cast_precision_loss, reason = "a double near the integer")]
            let double = if near { integer as f64 } else { double };
            // Eighths are exact in both, where the double is small enough for an i128.
            let eighths = double * 8.0;
            prop_assume!(double.is_nan() || eighths.fract() != 0.0 || eighths.abs() < 1e30);
            let expected = if double.is_nan() {
                None
            } else if eighths.fract() == 0.0 {
                #[expect(clippy::cast_possible_truncation, reason = "the range was looked at")]
                let eighths = eighths as i128;
                Some((i128::from(integer) * 8).cmp(&eighths))
            } else {
                #[expect(clippy::cast_possible_truncation, reason = "the range was looked at")]
                let below = double.floor() as i128;
                Some(if i128::from(integer) <= below { Ordering::Less } else { Ordering::Greater })
            };
            prop_assert_eq!(by_value(integer, double), expected);
        }
    }
}
