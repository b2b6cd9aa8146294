//! The functions of CEL's standard library: what they take and give.

use std::sync::Arc;

use cel::common::ast::{CallExpr, Expr as Ast, IdedExpr};
use cel::{Context, Value as Cel};

use super::types::Type;
use super::{Checker, literal_text};
use crate::expr::zones::{GETTERS, fixed};
use crate::suggest::{did_you_mean, quote};

/// Functions before brackets.
pub(super) const GLOBAL: [&str; 12] =
    ["bool", "bytes", "double", "duration", "dyn", "has", "int", "matches", "size", "string", "timestamp", "uint"];
/// Functions after a dot.
pub(super) const TEXT: [&str; 5] = ["contains", "endsWith", "matches", "size", "startsWith"];
pub(super) const DURATION: [&str; 4] = ["getHours", "getMilliseconds", "getMinutes", "getSeconds"];
pub(super) const MACROS: [&str; 5] = ["all", "exists", "exists_one", "filter", "map"];

impl Checker<'_> {
    /// The type of a call.
    pub(super) fn call(&mut self, at: &IdedExpr, call: &CallExpr) -> Type {
        let name = call.func_name.as_str();
        if let Some(result) = call.target.is_none().then(|| self.operator(at, name, &call.args)).flatten() {
            return result;
        }
        let args: Vec<Type> = call.args.iter().map(|arg| self.infer(arg)).collect();
        match &call.target {
            Some(target) => {
                let of = self.infer(target);
                self.method(at, name, &of, &args, call)
            }
            None => self.function(at, name, &args, call),
        }
    }

    fn function(&mut self, at: &IdedExpr, name: &str, args: &[Type], call: &CallExpr) -> Type {
        use Type::{Bool, Bytes, Double, Duration, Dyn, Int, Text, Timestamp, Uint};
        let (allowed, result): (&[Type], Type) = match name {
            "bool" => (&[Bool, Text], Bool),
            "bytes" => (&[Bytes, Text], Bytes),
            "double" => (&[Int, Uint, Double, Text], Double),
            "duration" => (&[Duration, Text], Duration),
            "int" => (&[Int, Uint, Double, Text, Timestamp], Int),
            "string" => (&[Text, Bool, Int, Uint, Double, Bytes, Timestamp, Duration], Text),
            "timestamp" => (&[Text, Int, Timestamp], Timestamp),
            "uint" => (&[Int, Uint, Double, Text], Uint),
            "dyn" | "type" => return self.count(at, name, args, 1, Dyn),
            "matches" => {
                self.pattern(call.args.get(1));
                return self.count(at, name, args, 2, Bool);
            }
            "size" => {
                if let [of] = args {
                    self.size(at, of);
                }
                return self.count(at, name, args, 1, Int);
            }
            _ => return self.unknown(at, name, &GLOBAL, "function"),
        };
        if let [of] = args {
            let fits = matches!(of, Dyn)
                || allowed.iter().any(|allowed| of == allowed || (allowed.is_number() && *of == Type::Number));
            if fits {
                self.constant(name, call.args.first());
            } else {
                self.error(
                    at,
                    format!("`{name}(…)` does not take {}", of.describe()),
                    "see https://cel.dev for what it takes",
                );
            }
        }
        self.count(at, name, args, 1, result)
    }

    fn method(&mut self, at: &IdedExpr, name: &str, of: &Type, args: &[Type], call: &CallExpr) -> Type {
        let known: &[&str] = match of {
            Type::Text => &TEXT,
            Type::Timestamp => &GETTERS,
            Type::Duration => &DURATION,
            Type::List(_) | Type::Map(_) | Type::Record(_) | Type::Ids(_) | Type::Bytes => {
                &["size", "all", "exists", "exists_one", "filter", "map"]
            }
            _ => &[],
        };
        let anywhere = TEXT.iter().chain(&GETTERS).chain(&DURATION).any(|own| *own == name);
        if MACROS.contains(&name) {
            // A macro that was not expanded has the wrong arguments.
            self.error(at, format!("`{name}` needs a name and an expression"), format!("list.{name}(x, x > 1)"));
            return Type::Dyn;
        }
        if of.is_dyn() && !anywhere {
            let all: Vec<&str> = TEXT.into_iter().chain(GETTERS).chain(MACROS).collect();
            return self.unknown(at, name, &all, "method");
        }
        if !of.is_dyn() && !known.contains(&name) {
            let help = match known.is_empty() {
                true => "numbers, truth values and null have no methods".to_owned(),
                false => did_you_mean(name, known.iter().copied()),
            };
            self.error(at, format!("{} has no method {}", of.describe(), quote(name)), help);
            return Type::Dyn;
        }
        match name {
            "size" => self.count(at, name, args, 0, Type::Int),
            "contains" | "endsWith" | "startsWith" | "matches" => {
                for (arg, own) in call.args.iter().zip(args) {
                    if !matches!(own, Type::Text | Type::Dyn) {
                        self.error(
                            arg,
                            format!("`{name}` takes a text, this is {}", own.describe()),
                            "put it into quotation marks",
                        );
                    }
                }
                if name == "matches" {
                    self.pattern(call.args.first());
                }
                self.count(at, name, args, 1, Type::Bool)
            }
            _ => {
                if let Some(zone) = call.args.first().and_then(literal_text) {
                    self.zone(at, zone);
                }
                if args.len() > 1 { self.count(at, name, args, 1, Type::Int) } else { Type::Int }
            }
        }
    }

    /// Refuses a wrong number of arguments.
    fn count(&mut self, at: &IdedExpr, name: &str, args: &[Type], wanted: usize, result: Type) -> Type {
        if args.len() != wanted {
            self.error(
                at,
                format!("`{name}` takes {wanted} in its brackets, not {}", args.len()),
                "see https://cel.dev for what it takes",
            );
        }
        result
    }

    fn unknown(&mut self, at: &IdedExpr, name: &str, known: &[&str], what: &str) -> Type {
        self.error(at, format!("there is no {what} {}", quote(name)), did_you_mean(name, known.iter().copied()));
        Type::Dyn
    }

    fn size(&mut self, at: &IdedExpr, of: &Type) {
        let sized = matches!(
            of,
            Type::Dyn | Type::Text | Type::Bytes | Type::List(_) | Type::Map(_) | Type::Record(_) | Type::Ids(_)
        );
        if !sized {
            self.error(at, format!("{} has no size", of.describe()), "texts, lists and mappings have");
        }
    }

    /// A conversion of a literal text fails now or never.
    fn constant(&mut self, name: &str, arg: Option<&IdedExpr>) {
        let Some((arg, text)) = arg.and_then(|arg| Some((arg, literal_text(arg)?))) else {
            return;
        };
        if fails(name, None, Some(arg)) {
            let help = match name {
                "duration" => duration_help(text),
                "timestamp" => "write RFC 3339 with an offset: timestamp(\"2026-01-31T00:00:00Z\")".to_owned(),
                _ => "write the value itself".to_owned(),
            };
            self.error(arg, format!("{} is no {name}", quote(text)), help);
        }
    }

    fn pattern(&mut self, arg: Option<&IdedExpr>) {
        let Some((arg, text)) = arg.and_then(|arg| Some((arg, literal_text(arg)?))) else {
            return;
        };
        let nothing = IdedExpr { id: 0, expr: Ast::Literal(cel::common::ast::LiteralValue::String("".into())) };
        if fails("matches", Some(nothing), Some(arg)) {
            self.error(arg, format!("{} is no regular expression", quote(text)), "the syntax is RE2's");
        }
    }

    fn zone(&mut self, at: &IdedExpr, zone: &str) {
        let known = zone.is_empty() || fixed(zone).is_some() || crate::time::zone_named(zone).is_some();
        if !known {
            let help = "an IANA name such as \"Asia/Seoul\", or an offset such as \"+09:00\"";
            self.error(at, format!("there is no time zone {}", quote(zone)), help);
        }
    }
}

/// CEL's durations know no days.
fn duration_help(text: &str) -> String {
    let hours = crate::time::Span::parse(text).map(crate::time::Span::most_days).filter(|days| *days > 0);
    let units = "CEL's units are h, m and s";
    hours.map_or_else(|| units.to_owned(), |days| format!("{units}: write duration(\"{}h\")", days * 24))
}

/// Whether a call of constants fails.
fn fails(name: &str, target: Option<IdedExpr>, arg: Option<&IdedExpr>) -> bool {
    let call =
        CallExpr { func_name: name.to_owned(), target: target.map(Box::new), args: arg.cloned().into_iter().collect() };
    let context = Context::with_env(Arc::clone(&super::super::STANDARD));
    Cel::resolve(&IdedExpr { id: 0, expr: Ast::Call(call) }, &context).is_err()
}
