//! What a template may say: known names, known filters, and nothing that could make a bomb.
//!
//! Fuel counts instructions, so the rules here keep every instruction small: no operator makes text or lists, lists
//! are literal, and nothing is called. Must never evaluate anything: folding `"x" * 100000000` would be the bomb.

use std::collections::{BTreeSet, HashMap};

use minijinja::machinery::ast::{BinOpKind, CallArg, Expr, Stmt, UnaryOpKind};
use minijinja::machinery::parse;
use minijinja::syntax::SyntaxConfig;

use super::problem::{Code, Problems, suggest};
use crate::ROOTS;
use crate::render::{FILTERS, TESTS};

/// Roots whose links this crate made itself.
const OWN_LINKS: [&str; 4] = ["unsubscribe_url", "preferences_url", "view_url", "survey"];

/// What checking found out.
pub(super) struct Checked {
    /// Every path the template reads.
    pub(super) names: BTreeSet<String>,
    /// Byte offsets of the printed expressions that are links of our own.
    pub(super) own_links: BTreeSet<usize>,
}

/// A path's place in its file.
type Place<'p> = dyn Fn(usize) -> (String, (usize, usize)) + 'p;

/// Checks one template; `None` if it cannot be read at all.
pub(super) fn template(text: &str, place: &Place<'_>, problems: &mut Problems) -> Option<Checked> {
    if super::tags::has_mark_characters(text) {
        let (path, at) = place(0);
        problems.add(
            &path,
            at,
            Code::Syntax,
            "the text holds `⸨` or `⸩`, which mark places while a mail is compiled",
            "Use other brackets.",
        );
        return None;
    }
    if let Some(offset) = super::tags::oversized(text) {
        let (path, at) = place(offset);
        problems.add(&path, at, Code::TooLarge, "the tag is too long", "Split it with `{% set name = value %}`.");
        return None;
    }
    let tree = match parse(text, "mail", SyntaxConfig::default()) {
        Ok(tree) => tree,
        Err(error) => {
            let (path, at) = place(error.range().map_or(0, |range| range.start));
            let message = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
            problems.add(
                &path,
                at,
                Code::Syntax,
                message,
                "Tags are `{{ value }}`, `{% if … %}…{% endif %}` and `{% for … in … %}…{% endfor %}`.",
            );
            return None;
        }
    };
    let mut check = Check {
        text,
        place,
        problems,
        scopes: vec![HashMap::new()],
        found: Checked { names: BTreeSet::new(), own_links: BTreeSet::new() },
    };
    check.statement(&tree);
    Some(check.found)
}

struct Check<'c, 'p> {
    text: &'c str,
    place: &'c Place<'p>,
    problems: &'c mut Problems,
    /// Names that the template itself sets, innermost last, with the path that each stands for.
    scopes: Vec<HashMap<String, Option<String>>>,
    found: Checked,
}

impl Check<'_, '_> {
    fn report(&mut self, offset: usize, code: Code, message: impl Into<String>, help: impl Into<String>) {
        if self.problems.is_full() {
            return;
        }
        let (path, at) = (self.place)(offset);
        self.problems.add(&path, at, code, message, help);
    }

    fn refuse(&mut self, offset: usize, what: &str, help: &str) {
        self.report(offset, Code::NotAllowed, format!("{what} cannot be used in a mail"), help);
    }

    fn statements(&mut self, statements: &[Stmt<'_>]) {
        self.scopes.push(HashMap::new());
        statements.iter().for_each(|statement| self.statement(statement));
        self.scopes.pop();
    }

    fn statement(&mut self, statement: &Stmt<'_>) {
        const KNOWN: &str = "Known here: if, for, set, with.";
        match statement {
            Stmt::Template(template) => template.children.iter().for_each(|child| self.statement(child)),
            Stmt::EmitRaw(_) => {}
            Stmt::EmitExpr(emit) => {
                let root = self.path(&emit.expr).unwrap_or_default();
                if OWN_LINKS.contains(&root.split(['.', '[']).next().unwrap_or_default()) {
                    self.found.own_links.insert(offset(&emit.expr));
                }
                self.expression(&emit.expr);
            }
            Stmt::ForLoop(each) => {
                if each.recursive {
                    self.refuse(offset(&each.iter), "`recursive`", "Write the inner loop out.");
                }
                self.expression(&each.iter);
                let item = self.path(&each.iter).map(|path| format!("{path}[]"));
                self.scopes.push(HashMap::from([("loop".to_owned(), None)]));
                self.bind(&each.target, item);
                each.filter_expr.iter().for_each(|filter| self.expression(filter));
                self.statements(&each.body);
                self.scopes.pop();
                self.statements(&each.else_body);
            }
            Stmt::IfCond(condition) => {
                self.expression(&condition.expr);
                self.statements(&condition.true_body);
                self.statements(&condition.false_body);
            }
            Stmt::Set(set) => {
                self.expression(&set.expr);
                let path = self.path(&set.expr);
                self.bind(&set.target, path);
            }
            Stmt::WithBlock(with) => {
                self.scopes.push(HashMap::new());
                for (target, value) in &with.assignments {
                    self.expression(value);
                    let path = self.path(value);
                    self.bind(target, path);
                }
                self.statements(&with.body);
                self.scopes.pop();
            }
            Stmt::SetBlock(set) => self.refuse(
                set.span().start_offset as usize,
                "`{% set %}` around text",
                "Write `{% set name = value %}`.",
            ),
            Stmt::AutoEscape(escape) => {
                self.refuse(escape.span().start_offset as usize, "`autoescape`", "Values are always escaped.")
            }
            Stmt::FilterBlock(filter) => {
                self.refuse(filter.span().start_offset as usize, "`{% filter %}`", "Put the filter behind each value.")
            }
            Stmt::Do(call) => self.refuse(call.span().start_offset as usize, "`{% do %}`", KNOWN),
            #[allow(unreachable_patterns, reason = "further statements exist where other crates switch features on")]
            _ => self.refuse(0, "this statement", KNOWN),
        }
    }

    /// Makes the names that a `set`, `with` or `for` binds known; only a single name keeps its path.
    fn bind(&mut self, target: &Expr<'_>, path: Option<String>) {
        match target {
            Expr::Var(name) => {
                if let Some(scope) = self.scopes.last_mut() {
                    scope.insert(name.id.to_owned(), path);
                }
            }
            Expr::List(list) => list.items.iter().for_each(|item| self.bind(item, None)),
            Expr::Tuple(tuple) => tuple.items.iter().for_each(|item| self.bind(item, None)),
            other => self.refuse(offset(other), "this assignment", "Assign to a plain name."),
        }
    }

    fn expression(&mut self, expression: &Expr<'_>) {
        if let Some(path) = self.path(expression) {
            self.found.names.insert(path);
        }
        match expression {
            Expr::Const(_) => {}
            Expr::Var(name) => self.known(name.id, offset(expression)),
            // The whole path was recorded above; only what it is made of is looked at here.
            Expr::GetAttr(get) => self.base(&get.expr),
            Expr::GetItem(get) => {
                self.base(&get.expr);
                self.expression(&get.subscript_expr);
            }
            Expr::UnaryOp(unary) => self.expression(&unary.expr),
            Expr::BinOp(binary) => {
                self.operator(binary.op, &binary.left, &binary.right);
                self.expression(&binary.left);
                self.expression(&binary.right);
            }
            Expr::Compare(compare) => {
                self.expression(&compare.expr);
                compare.ops.iter().for_each(|operand| self.expression(&operand.expr));
            }
            Expr::IfExpr(choice) => {
                self.expression(&choice.test_expr);
                self.expression(&choice.true_expr);
                match &choice.false_expr {
                    Some(otherwise) => self.expression(otherwise),
                    None => self.refuse(
                        offset(expression),
                        "`… if …` without `else`",
                        "Say what to print otherwise: `… if … else \"\"`.",
                    ),
                }
            }
            Expr::Filter(filter) => {
                self.one_of(&FILTERS, expression, filter.name, Code::UnknownFilter, "filter");
                filter.expr.iter().for_each(|inner| self.expression(inner));
                self.arguments(&filter.args);
            }
            Expr::Test(test) => {
                self.one_of(&TESTS, expression, test.name, Code::UnknownTest, "test");
                self.expression(&test.expr);
                self.arguments(&test.args);
            }
            Expr::List(list) => {
                if let Some(item) = list.items.iter().find(|item| !is_literal(item)) {
                    self.refuse(
                        offset(item),
                        "a value in a list",
                        "Lists hold texts and numbers only: `[\"gold\", \"silver\"]`.",
                    );
                }
            }
            Expr::Call(call) => self.refuse(offset(&call.expr), "a call", "Use a filter: `value | filter`."),
            Expr::Slice(_) => self.refuse(offset(expression), "a slice", "Use `| truncate(20)` or `| first`."),
            Expr::Tuple(_) | Expr::Map(_) => {
                self.refuse(offset(expression), "a tuple or an object", "Write a list: `[\"gold\", \"silver\"]`.")
            }
        }
    }

    /// Reports the name of a filter or a test in an expression, unless it is one of those that there are.
    fn one_of(&mut self, names: &[&str], expression: &Expr<'_>, name: &str, code: Code, what: &str) {
        if !names.contains(&name) {
            let at = self.name_offset(expression, name);
            self.report(at, code, format!("unknown {what} `{name}`"), suggest(name, names));
        }
    }

    /// The object in front of a dot or bracket.
    fn base(&mut self, expression: &Expr<'_>) {
        match expression {
            Expr::Var(_) | Expr::GetAttr(_) | Expr::GetItem(_) if self.path(expression).is_some() => match expression {
                Expr::Var(name) => self.known(name.id, offset(expression)),
                Expr::GetAttr(get) => self.base(&get.expr),
                Expr::GetItem(get) => self.base(&get.expr),
                _ => {}
            },
            other => self.expression(other),
        }
    }

    fn known(&mut self, name: &str, at: usize) {
        let is_set = self.scopes.iter().any(|scope| scope.contains_key(name));
        if !is_set && !ROOTS.contains(&name) {
            self.report(at, Code::UnknownName, format!("unknown name `{name}`"), suggest(name, &ROOTS));
        }
    }

    fn arguments(&mut self, arguments: &[CallArg<'_>]) {
        for argument in arguments {
            match argument {
                CallArg::Pos(value) | CallArg::Kwarg(_, value) => self.expression(value),
                CallArg::PosSplat(value) | CallArg::KwargSplat(value) => {
                    self.refuse(offset(value), "`*`", "Write the arguments out.")
                }
            }
        }
    }

    /// Refuses the operators by which text or lists grow.
    fn operator(&mut self, operator: BinOpKind, left: &Expr<'_>, right: &Expr<'_>) {
        let (refused, help) = match operator {
            BinOpKind::Concat => (true, "Write the two values next to each other."),
            BinOpKind::Pow => (true, "Compute it before the event is sent."),
            BinOpKind::Add => (
                !is_numeric(left) && !is_numeric(right),
                "Say that it is a number: `(a | float) + b`; for texts, write the two values next to each other.",
            ),
            BinOpKind::Mul => {
                (!is_numeric(left) || !is_numeric(right), "Say that both are numbers: `(a | float) * (b | float)`.")
            }
            _ => (false, ""),
        };
        if refused {
            let sign = match operator {
                BinOpKind::Concat => "`~`",
                BinOpKind::Pow => "`**`",
                BinOpKind::Add => "`+` on what may be text",
                _ => "`*` on what may be text",
            };
            self.refuse(offset(left), sign, help);
        }
    }

    /// `person.attributes.name` for an expression that is such a path, with the template's own names resolved.
    fn path(&self, expression: &Expr<'_>) -> Option<String> {
        match expression {
            Expr::Var(name) => match self.scopes.iter().rev().find_map(|scope| scope.get(name.id)) {
                Some(set) => set.clone(),
                None => Some(name.id.to_owned()),
            },
            Expr::GetAttr(get) => Some(format!("{}.{}", self.path(&get.expr)?, get.name)),
            Expr::GetItem(get) => {
                let base = self.path(&get.expr)?;
                Some(match &get.subscript_expr {
                    Expr::Const(key) if key.value.as_str().is_some() => format!("{base}.{}", key.value.as_str()?),
                    _ => format!("{base}[]"),
                })
            }
            Expr::Filter(filter) if filter.name == "default" => self.path(filter.expr.as_ref()?),
            _ => None,
        }
    }

    /// Where a filter's or test's name stands: the tree only knows where its expression does.
    fn name_offset(&self, expression: &Expr<'_>, name: &str) -> usize {
        let span = expression.span();
        let (start, end) = (span.start_offset as usize, span.end_offset as usize);
        self.text.get(start..end).and_then(|text| text.rfind(name)).map_or(start, |at| start + at)
    }
}

fn offset(expression: &Expr<'_>) -> usize {
    expression.span().start_offset as usize
}

fn is_literal(expression: &Expr<'_>) -> bool {
    match expression {
        Expr::Const(_) => true,
        Expr::UnaryOp(unary) => matches!((&unary.op, &unary.expr), (UnaryOpKind::Neg, Expr::Const(_))),
        _ => false,
    }
}

/// Whether an expression is a number or fails, whatever the data are.
fn is_numeric(expression: &Expr<'_>) -> bool {
    match expression {
        Expr::Const(constant) => constant.value.is_number(),
        Expr::UnaryOp(unary) => matches!(unary.op, UnaryOpKind::Neg),
        Expr::BinOp(binary) => matches!(
            binary.op,
            BinOpKind::Add | BinOpKind::Sub | BinOpKind::Mul | BinOpKind::Div | BinOpKind::FloorDiv | BinOpKind::Rem
        ),
        Expr::Filter(filter) => matches!(filter.name, "abs" | "float" | "int" | "length" | "round"),
        _ => false,
    }
}
