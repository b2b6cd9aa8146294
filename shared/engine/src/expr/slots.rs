//! Turns each named path of an expression into one variable.
//!
//! It never looks inside macros' own variables: those name what a list holds, not what a person has.

use cel::common::ast::{ComprehensionExpr, EntryExpr, Expr as Ast, IdedExpr, LiteralValue, operators};

use super::slot::{Asks, Root, Slot, variable};
use super::{numbers, zones};

/// The expression with each path replaced by its variable, and the paths.
pub(super) fn resolve(expr: &IdedExpr) -> (IdedExpr, Vec<Slot>) {
    let mut resolver = Resolver { slots: Vec::new(), bound: Vec::new() };
    let mut resolved = expr.clone();
    resolver.visit(&mut resolved);
    let asked: Vec<(Root, Vec<String>)> = resolver
        .slots
        .iter()
        .filter(|slot| slot.asks == Asks::Presence)
        .map(|slot| (slot.root, slot.path.clone()))
        .collect();
    for slot in &mut resolver.slots {
        let guarded = asked.iter().any(|(root, path)| *root == slot.root && slot.path.starts_with(path));
        if guarded && slot.asks == Asks::Value {
            slot.asks = Asks::Guarded;
        }
    }
    (resolved, resolver.slots)
}

struct Resolver {
    slots: Vec<Slot>,
    /// Names that macros around here bind.
    bound: Vec<String>,
}

impl Resolver {
    fn visit(&mut self, expr: &mut IdedExpr) {
        if let Some((root, path)) = self.path(&expr.expr) {
            expr.expr = self.slot(root, path, Asks::Value);
            return;
        }
        match &mut expr.expr {
            Ast::Select(select) if select.test => {
                if let Some((root, mut path)) = self.path(&select.operand.expr) {
                    path.push(select.field.clone());
                    expr.expr = self.slot(root, path, Asks::Presence);
                } else {
                    self.visit(&mut select.operand);
                }
            }
            Ast::Comprehension(comprehension) => self.visit_macro(comprehension),
            other => {
                for child in children_mut(other) {
                    self.visit(child);
                }
                if let Ast::Call(call) = other {
                    zones::resolve(expr.id, call);
                    numbers::resolve(call, &self.slots);
                }
            }
        }
    }

    fn visit_macro(&mut self, comprehension: &mut ComprehensionExpr) {
        self.visit(&mut comprehension.iter_range);
        self.visit(&mut comprehension.accu_init);
        let before = self.bound.len();
        self.bound.push(comprehension.iter_var.clone());
        self.bound.extend(comprehension.iter_var2.clone());
        self.bound.push(comprehension.accu_var.clone());
        self.visit(&mut comprehension.loop_cond);
        self.visit(&mut comprehension.loop_step);
        self.visit(&mut comprehension.result);
        self.bound.truncate(before);
    }

    fn slot(&mut self, root: Root, path: Vec<String>, asks: Asks) -> Ast {
        let slot = Slot { root, path, asks };
        let at = self.slots.iter().position(|known| *known == slot).unwrap_or_else(|| {
            self.slots.push(slot);
            self.slots.len() - 1
        });
        Ast::Ident(variable(at))
    }

    /// The path that `expr` spells by fields and literal indices, if it begins with one of our names.
    fn path(&self, expr: &Ast) -> Option<(Root, Vec<String>)> {
        match expr {
            Ast::Ident(name) if !self.bound.contains(name) => Root::named(name).map(|root| (root, Vec::new())),
            Ast::Select(select) if !select.test => {
                let (root, mut path) = self.path(&select.operand.expr)?;
                path.push(select.field.clone());
                Some((root, path))
            }
            Ast::Call(call) if call.func_name == operators::INDEX => {
                let [operand, index] = call.args.as_slice() else { return None };
                let Ast::Literal(LiteralValue::String(key)) = &index.expr else { return None };
                let (root, mut path) = self.path(&operand.expr)?;
                path.push(key.inner().to_owned());
                Some((root, path))
            }
            _ => None,
        }
    }
}

/// The parts of an expression.
pub(super) fn children(expr: &IdedExpr) -> Vec<&IdedExpr> {
    match &expr.expr {
        Ast::Call(call) => call.target.iter().map(|target| &**target).chain(&call.args).collect(),
        Ast::Select(select) => vec![&*select.operand],
        Ast::List(list) => list.elements.iter().collect(),
        Ast::Map(map) => map.entries.iter().flat_map(|entry| entry_parts(&entry.expr)).collect(),
        Ast::Struct(structure) => structure.entries.iter().flat_map(|entry| entry_parts(&entry.expr)).collect(),
        Ast::Comprehension(own) => {
            vec![&own.iter_range, &own.accu_init, &own.loop_cond, &own.loop_step, &own.result]
        }
        Ast::Unspecified | Ast::Ident(_) | Ast::Literal(_) => Vec::new(),
    }
}

fn entry_parts(entry: &EntryExpr) -> Vec<&IdedExpr> {
    match entry {
        EntryExpr::StructField(field) => vec![&field.value],
        EntryExpr::MapEntry(entry) => vec![&entry.key, &entry.value],
    }
}

fn children_mut(expr: &mut Ast) -> Vec<&mut IdedExpr> {
    match expr {
        Ast::Call(call) => call.target.iter_mut().map(|target| &mut **target).chain(&mut call.args).collect(),
        Ast::Select(select) => vec![&mut *select.operand],
        Ast::List(list) => list.elements.iter_mut().collect(),
        Ast::Map(map) => map.entries.iter_mut().flat_map(|entry| entry_parts_mut(&mut entry.expr)).collect(),
        Ast::Struct(structure) => {
            structure.entries.iter_mut().flat_map(|entry| entry_parts_mut(&mut entry.expr)).collect()
        }
        Ast::Comprehension(_) | Ast::Unspecified | Ast::Ident(_) | Ast::Literal(_) => Vec::new(),
    }
}

fn entry_parts_mut(entry: &mut EntryExpr) -> Vec<&mut IdedExpr> {
    match entry {
        EntryExpr::StructField(field) => vec![&mut field.value],
        EntryExpr::MapEntry(entry) => vec![&mut entry.key, &mut entry.value],
    }
}

/// How deeply macros stand inside the bodies of macros.
pub(super) fn macro_depth(expr: &IdedExpr) -> usize {
    match &expr.expr {
        Ast::Comprehension(own) => {
            let body = [&own.loop_cond, &own.loop_step, &own.result].into_iter().map(macro_depth).max().unwrap_or(0);
            (1 + body).max(macro_depth(&own.iter_range))
        }
        _ => children(expr).into_iter().map(macro_depth).max().unwrap_or(0),
    }
}
