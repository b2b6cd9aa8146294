//! What can be known to be wrong with an expression before anybody runs it (SPEC.md section 8): unknown names, wrong
//! types, and what is allowed but hardly meant.
//!
//! It never refuses what could work: attributes and the fields of events are of any type, and so is whatever is made of
//! them.

mod calls;
mod doubts;
mod operators;
mod paths;
#[cfg(test)]
mod tests;
mod types;
pub mod vocabulary;

use cel::common::ast::{ComprehensionExpr, EntryExpr, Expr as Ast, IdedExpr, LiteralValue, SourceInfo};

use super::{Expr, ExprError, Site};
use crate::suggest::{did_you_mean, nearest};
use types::Type;

/// What exists beside an expression: the ids that it may name.
#[derive(Debug, Clone, Default)]
pub struct Names<'a> {
    /// The offers of the campaign.
    pub offers: Vec<&'a str>,
    /// The steps of the campaign that send a mail, surveys included.
    pub mails: Vec<&'a str>,
    /// The surveys of all campaigns.
    pub surveys: Vec<&'a str>,
    /// Whether the campaign's trigger is one that no event pulls, so that `entry` is empty.
    pub eventless: bool,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// What cannot work.
    pub errors: Vec<ExprError>,
    /// What works, but probably means something else.
    pub doubts: Vec<ExprError>,
}

/// Checks a compiled expression against what exists at its place.
#[must_use]
pub fn check(expr: &Expr, names: &Names<'_>) -> Findings {
    let Some(program) = expr.program() else { return Findings::default() };
    let mut checker = Checker {
        names,
        site: expr.site(),
        source: expr.source(),
        info: program.source_info(),
        bound: Vec::new(),
        found: Findings::default(),
    };
    let result = checker.infer(program.expression());
    checker.result(program.expression(), &result);
    checker.doubt(program.expression());
    checker.found
}

struct Checker<'a> {
    names: &'a Names<'a>,
    site: Site,
    source: &'a str,
    info: &'a SourceInfo,
    /// What macros around here bind, the innermost last.
    bound: Vec<(String, Type)>,
    found: Findings,
}

impl Checker<'_> {
    /// The type of an expression; what is wrong in it is noted once.
    fn infer(&mut self, expr: &IdedExpr) -> Type {
        match &expr.expr {
            Ast::Literal(literal) => of_literal(literal),
            Ast::Ident(name) => self.ident(expr, name),
            Ast::Select(select) => {
                let operand = self.infer(&select.operand);
                let field = self.field(expr, &select.operand, &operand, &select.field);
                if select.test { Type::Bool } else { field }
            }
            Ast::Call(call) => self.call(expr, call),
            Ast::List(list) => {
                let elements: Vec<Type> = list.elements.iter().map(|element| self.infer(element)).collect();
                Type::List(Box::new(elements.into_iter().reduce(Type::join).unwrap_or(Type::Dyn)))
            }
            Ast::Map(map) => {
                for entry in &map.entries {
                    if let EntryExpr::MapEntry(entry) = &entry.expr {
                        self.infer(&entry.key);
                        self.infer(&entry.value);
                    }
                }
                Type::Map(Box::new(Type::Dyn))
            }
            Ast::Struct(structure) => {
                let message = format!("there are no messages such as `{}` here", structure.type_name);
                self.error(expr, message, "write a mapping: {\"name\": value}");
                Type::Dyn
            }
            Ast::Comprehension(own) => self.comprehension(own),
            Ast::Unspecified => Type::Dyn,
        }
    }

    fn ident(&mut self, expr: &IdedExpr, name: &str) -> Type {
        if let Some((_, bound)) = self.bound.iter().rev().find(|(own, _)| own == name) {
            return bound.clone();
        }
        if let Some(root) = types::root(name) {
            return root;
        }
        const TYPES: [&str; 11] =
            ["bool", "bytes", "double", "int", "list", "map", "null_type", "string", "timestamp", "type", "uint"];
        if TYPES.contains(&name) {
            return Type::Dyn;
        }
        let known = types::ROOTS.iter().map(|(own, _)| *own).chain(self.bound.iter().map(|(own, _)| own.as_str()));
        let known: Vec<&str> = known.filter(|own| !own.starts_with('@')).collect();
        let help = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            // Most often a text without its quotation marks, or an attribute without its path.
            None => format!("{}; a text needs quotation marks: \"{name}\"", did_you_mean(name, known.iter().copied())),
        };
        self.error(expr, format!("there is no `{name}`"), help);
        Type::Dyn
    }

    fn comprehension(&mut self, own: &ComprehensionExpr) -> Type {
        let range = self.infer(&own.iter_range);
        let (first, second) = match range {
            Type::List(element) if own.iter_var2.is_some() => (Type::Int, *element),
            Type::List(element) => (*element, Type::Dyn),
            Type::Map(value) => (Type::Text, *value),
            Type::Ids(_) => (Type::Text, Type::Dyn),
            Type::Record(_) => (Type::Text, Type::Dyn),
            Type::Dyn => (Type::Dyn, Type::Dyn),
            other => {
                self.error(
                    &own.iter_range,
                    format!("{} is no list", other.describe()),
                    "macros go through lists and mappings",
                );
                (Type::Dyn, Type::Dyn)
            }
        };
        let initial = match self.infer(&own.accu_init) {
            Type::List(_) => Type::List(Box::new(Type::Dyn)),
            other => other,
        };
        let before = self.bound.len();
        self.bound.push((own.iter_var.clone(), first));
        self.bound.extend(own.iter_var2.clone().map(|name| (name, second)));
        self.bound.push((own.accu_var.clone(), initial));
        self.infer(&own.loop_cond);
        self.infer(&own.loop_step);
        let result = self.infer(&own.result);
        self.bound.truncate(before);
        result
    }

    /// Whether the expression gives what its place asks for.
    fn result(&mut self, expr: &IdedExpr, result: &Type) {
        let (fits, asked) = match self.site {
            Site::Key => (true, ""),
            Site::GoalValue => (result.is_number() || matches!(result, Type::Dyn | Type::Null), "a number"),
            Site::Until | Site::Date => {
                (matches!(result, Type::Text | Type::Timestamp | Type::Dyn | Type::Null), "a date or a timestamp")
            }
            Site::Audience
            | Site::TriggerWhere
            | Site::GoalWhere
            | Site::StayWhile
            | Site::WaitForWhere
            | Site::When => (matches!(result, Type::Bool | Type::Dyn), "true or false"),
        };
        // One message is enough where a part is wrong already.
        if !fits && self.found.errors.is_empty() {
            let help =
                if asked == "true or false" { "compare it: == , != , < , >" } else { "name a field that holds one" };
            self.error(expr, format!("{asked} is asked for, this is {}", result.describe()), help);
        }
    }

    fn error(&mut self, at: &IdedExpr, message: impl Into<String>, help: impl Into<String>) {
        let error = self.finding(at, message.into(), help.into());
        // A macro's parts can be looked at twice.
        if !self.found.errors.contains(&error) {
            self.found.errors.push(error);
        }
    }

    fn doubted(&mut self, at: &IdedExpr, message: impl Into<String>, help: impl Into<String>) {
        let doubt = self.finding(at, message.into(), help.into());
        if !self.found.doubts.contains(&doubt) {
            self.found.doubts.push(doubt);
        }
    }

    fn finding(&self, at: &IdedExpr, message: String, help: String) -> ExprError {
        let before = self.start(at).and_then(|bytes| self.source.get(..bytes));
        ExprError { message, help, offset: before.map(|before| before.chars().count()) }
    }

    /// The byte at which an expression begins: its own place is that of its operator.
    fn start(&self, expr: &IdedExpr) -> Option<usize> {
        let own = self.info.offset_for(expr.id).map(|(start, _)| start as usize);
        let own = match &expr.expr {
            // A function's place is its bracket.
            Ast::Call(call)
                if call.target.is_none() && call.func_name.starts_with(|c: char| c.is_ascii_alphabetic()) =>
            {
                own.map(|own| own.saturating_sub(call.func_name.len()))
            }
            _ => own,
        };
        super::slots::children(expr).into_iter().filter_map(|child| self.start(child)).chain(own).min()
    }
}

fn of_literal(literal: &LiteralValue) -> Type {
    match literal {
        LiteralValue::Boolean(_) => Type::Bool,
        LiteralValue::Bytes(_) => Type::Bytes,
        LiteralValue::Double(_) => Type::Double,
        LiteralValue::Int(_) => Type::Int,
        LiteralValue::Null => Type::Null,
        LiteralValue::String(_) => Type::Text,
        LiteralValue::UInt(_) => Type::Uint,
    }
}

/// The text of a literal text.
fn literal_text(expr: &IdedExpr) -> Option<&str> {
    match &expr.expr {
        Ast::Literal(LiteralValue::String(text)) => Some(text.inner()),
        _ => None,
    }
}
