//! How tables and numbers look in a terminal of 100 columns, without colours, the same everywhere.

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

/// Columns of the terminal.
const WIDTH: u16 = 100;

/// A table whose first `texts` columns are texts and whose other columns are numbers. Nothing but `none` where there
/// are no rows.
pub fn table(header: &[&str], texts: usize, rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut table = empty(header);
    table.add_rows(rows);
    for column in table.column_iter_mut().skip(texts) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    drawn(&table)
}

/// A table of reason, number and the campaigns concerned.
pub fn reasons(rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut table = empty(&["reason", "times", "campaigns"]);
    table.add_rows(rows);
    if let Some(column) = table.column_mut(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    drawn(&table)
}

fn empty(header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(TableStyle::new().header_separator(LineStyle::new('─', '─', '─', '─')))
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(WIDTH)
        .set_header(header.to_vec());
    table
}

fn drawn(table: &Table) -> String {
    if table.is_empty() {
        return " none\n".to_owned();
    }
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// A text broken into lines, after a blank one.
pub fn paragraph(text: &str) -> String {
    let mut out = "\n".to_owned();
    let mut column = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > usize::from(WIDTH) {
            out.push('\n');
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out.push('\n');
    out
}

/// `1,234,567`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 mail`, `1,234 mails`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// A share of a hundred with one digit, in integers so that it is rounded alike everywhere.
pub fn share(part: u64, whole: u64) -> String {
    let per_mille = (u128::from(part) * 2000 + u128::from(whole)) / (u128::from(whole) * 2).max(1);
    format!("{}.{} %", per_mille / 10, per_mille % 10)
}

/// A sum of millionths: with two digits after the point, or with none where all of it is integral.
pub fn sum(millionths: i128) -> String {
    let hundredths = (millionths.unsigned_abs() + 5_000) / 10_000;
    let sign = if millionths < 0 && hundredths > 0 { "-" } else { "" };
    let whole = thousands(u64::try_from(hundredths / 100).unwrap_or(u64::MAX));
    if millionths % 1_000_000 == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{:02}", hundredths % 100)
    }
}

/// A word of a command line, in quotes where a shell would read it as more.
pub fn argument(word: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "-_.@:/".contains(letter);
    if word.chars().all(plain) && !word.starts_with('-') {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
