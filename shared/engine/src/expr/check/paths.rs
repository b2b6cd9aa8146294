//! Fields and ids: `person.orders.count`, `offers["come-back"]`.

use cel::common::ast::{Expr as Ast, IdedExpr, operators};

use super::types::{Ids, Type};
use super::{Checker, literal_text};
use crate::suggest::{did_you_mean, quote};

impl Checker<'_> {
    /// The type of a field, by `.name` or `["name"]`. `at` is the whole, `operand` what the field is of.
    pub(super) fn field(&mut self, at: &IdedExpr, operand: &IdedExpr, of: &Type, field: &str) -> Type {
        match of {
            Type::Dyn => Type::Dyn,
            Type::Map(value) => (**value).clone(),
            Type::Ids(ids) => {
                self.known_id(at, *ids, field);
                ids.value()
            }
            Type::Record(record) => {
                let fields = record.fields();
                if let Some((_, found)) = fields.iter().find(|(name, _)| *name == field) {
                    return found.clone();
                }
                let whole = path(operand).unwrap_or_else(|| "it".to_owned());
                let help = did_you_mean(field, fields.iter().map(|(name, _)| *name));
                let help = if whole == "person" && !help.starts_with("did") {
                    format!("{help}; your own fields are in `person.attributes.{field}`")
                } else {
                    help
                };
                self.error(at, format!("`{whole}` has no field {}", quote(field)), help);
                Type::Dyn
            }
            other => {
                let whole = path(operand).map_or_else(|| "this".to_owned(), |path| format!("`{path}`"));
                self.error(
                    at,
                    format!("{whole} is {} and has no field {}", other.describe(), quote(field)),
                    "remove the field",
                );
                Type::Dyn
            }
        }
    }

    /// The type of `operand[index]`.
    pub(super) fn index(&mut self, at: &IdedExpr, operand: &IdedExpr, index: &IdedExpr) -> Type {
        let of = self.infer(operand);
        let by = self.infer(index);
        if let Some(field) = literal_text(index).filter(|_| !matches!(of, Type::List(_))) {
            return self.field(at, operand, &of, field);
        }
        match of {
            Type::List(element) if by.is_number() || by.is_dyn() => *element,
            Type::List(_) => {
                self.error(
                    index,
                    format!("a list has numbered elements, this is {}", by.describe()),
                    "count from 0: list[0]",
                );
                Type::Dyn
            }
            Type::Map(value) => *value,
            Type::Ids(ids) => ids.value(),
            Type::Record(_) | Type::Dyn => Type::Dyn,
            other => {
                self.error(at, format!("{} has no elements", other.describe()), "only lists and mappings have");
                Type::Dyn
            }
        }
    }

    /// Refuses an id that nothing has; answers stay with the person when the survey goes, so theirs are only doubted.
    fn known_id(&mut self, at: &IdedExpr, ids: Ids, id: &str) {
        let known = self.ids(ids);
        if known.contains(&id) {
            return;
        }
        let help = did_you_mean(id, known.iter().copied());
        let message = format!("{} {}", ids.what(), quote(id));
        match ids {
            Ids::Answers => self.doubted(at, message, help),
            Ids::Offers | Ids::Mails => self.error(at, message, help),
        }
    }

    pub(super) fn ids(&self, ids: Ids) -> &[&str] {
        match ids {
            Ids::Answers => &self.names.surveys,
            Ids::Offers => &self.names.offers,
            Ids::Mails => &self.names.mails,
        }
    }
}

/// A path as it is written, where the expression is one.
pub(super) fn path(expr: &IdedExpr) -> Option<String> {
    match &expr.expr {
        Ast::Ident(name) => Some(name.clone()),
        Ast::Select(select) if !select.test => Some(format!("{}.{}", path(&select.operand)?, select.field)),
        Ast::Call(call) if call.func_name == operators::INDEX => match call.args.as_slice() {
            [operand, index] => Some(format!("{}[\"{}\"]", path(operand)?, literal_text(index)?)),
            _ => None,
        },
        _ => None,
    }
}
