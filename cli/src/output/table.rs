//! The one drawer of tables: columns that line up, also where letters are two columns wide, as Korean ones are.
//!
//! A table is never cut. On a terminal whose lines are too short for it, the last column goes on below itself.

use unicode_width::UnicodeWidthStr;

use super::View;
use super::columns::{left, right, wrap};
use rekindle_workbench::plain::plain;

/// Blanks before a table and between its columns.
const GAP: usize = 2;
/// The last column is broken where it has at least so many columns of the terminal.
const LEAST: usize = 20;

/// A table.
#[derive(Debug, Default)]
pub struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    right: Vec<usize>,
}

impl Table {
    /// A table of these rows; whatever they say is made safe for a terminal.
    pub fn new(rows: impl IntoIterator<Item = Vec<String>>) -> Self {
        let rows = rows.into_iter().map(|row| row.iter().map(|cell| plain(cell)).collect());
        Self { rows: rows.collect(), ..Self::default() }
    }

    /// With the names of the columns above.
    pub fn head<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.head = names.into_iter().map(Into::into).collect();
        self
    }

    /// With numbers in these columns.
    pub fn numbers(mut self, columns: impl IntoIterator<Item = usize>) -> Self {
        self.right = columns.into_iter().collect();
        self
    }

    /// As lines, each of which ends.
    pub fn write(&self, view: &View) -> String {
        if self.rows.is_empty() && !self.head.is_empty() {
            return format!("{}{}\n", " ".repeat(GAP), view.words.none());
        }
        let widths = self.widths();
        let last = widths.len().saturating_sub(1);
        let before: usize = widths.iter().take(last).map(|width| width + GAP).sum::<usize>() + GAP;
        let room = if view.wraps && before + LEAST <= view.width { view.width - before } else { usize::MAX };
        let mut out = String::new();
        if !self.head.is_empty() {
            out.push_str(&view.bold(&self.line(&self.head, &widths)));
            let rule: usize = widths.iter().map(|width| width + GAP).sum::<usize>().saturating_sub(GAP);
            out.push_str(&format!(
                "\n{}{}\n",
                " ".repeat(GAP),
                "─".repeat(rule.min(before.saturating_add(room) - GAP))
            ));
        }
        for row in &self.rows {
            let text = row.get(last).filter(|text| text.width() > room && !self.right.contains(&last));
            let Some(text) = text else {
                out.push_str(&self.line(row, &widths));
                out.push('\n');
                continue;
            };
            for (place, piece) in wrap(text, room).into_iter().enumerate() {
                let cells = row.iter().take(last).map(|cell| if place == 0 { cell.clone() } else { String::new() });
                out.push_str(&self.line(&cells.chain([piece]).collect::<Vec<_>>(), &widths));
                out.push('\n');
            }
        }
        out
    }

    fn widths(&self) -> Vec<usize> {
        let mut widths = Vec::new();
        for row in std::iter::once(&self.head).chain(&self.rows) {
            // A sentence on a line of its own is no column.
            if row.len() == 1 && self.rows.iter().any(|other| other.len() > 1) {
                continue;
            }
            for (place, cell) in row.iter().enumerate() {
                match widths.get_mut(place) {
                    Some(width) => *width = cell.width().max(*width),
                    None => widths.push(cell.width()),
                }
            }
        }
        widths
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for (place, cell) in cells.iter().enumerate() {
            let width = widths.get(place).copied().unwrap_or_default();
            let cell = match self.right.contains(&place) {
                true => right(cell, width),
                // It is never cut.
                false => left(cell, width.max(cell.width())),
            };
            line.push_str(&" ".repeat(GAP));
            line.push_str(&cell);
        }
        line.trim_end().to_owned()
    }
}

/// A row of a name and a text.
pub fn row(name: &str, text: impl Into<String>) -> Vec<String> {
    vec![name.to_owned(), text.into()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn columns_line_up_and_the_last_goes_on_below_itself() {
        let rows = [row(&["할인", "1,200", "one two three four five six"]), row(&["x", "7", "\u{1b}[2J"])];
        let table = Table::new(rows).head(["name", "people", "why"]).numbers([1]);
        let narrow = View::english().narrow(40);
        insta::assert_snapshot!(table.write(&narrow), @r"
          name  people  why
          ──────────────────────────────────────
          할인   1,200  one two three four five
                        six
          x          7  \u{1b}[2J
        ");
        let piped = table.write(&View::english());
        assert!(piped.lines().any(|line| line == "  할인   1,200  one two three four five six"), "{piped}");
        assert_eq!(Table::new([]).head(["name"]).write(&View::korean()), "  없음\n");
    }
}
