//! Which column of a file is what, by the names in its first line.

use anyhow::{Result, bail};
use csv::ByteRecord;

/// The columns that a file must have.
const WANTED: &str = "customer_id, date and amount";

/// The places of the columns.
pub struct Columns {
    /// The names of all columns, for messages.
    pub names: Vec<String>,
    pub customer: usize,
    pub date: usize,
    pub amount: usize,
    pub email: Option<usize>,
    pub locale: Option<usize>,
    pub timezone: Option<usize>,
    pub consent: Option<usize>,
    /// The columns that are attributes of the person. A column without a name is none: some programs number their rows
    /// in one.
    pub attributes: Vec<Attribute>,
}

/// A column that is an attribute of the person.
pub struct Attribute {
    pub name: String,
    pub at: usize,
}

impl Columns {
    /// Reads the first record of a file, which stands on `line`. Letter case does not matter in the names that are known.
    ///
    /// # Errors
    /// Where a column is missing or named twice, or the names are no UTF-8.
    pub fn of(record: &ByteRecord, line: u64) -> Result<Self> {
        if record.iter().all(<[u8]>::is_empty) {
            bail!("the file is empty; its first line must name the columns {WANTED}");
        }
        let mut names = Vec::new();
        for field in record {
            let Ok(name) = std::str::from_utf8(field) else {
                bail!("line {line}: the names of the columns are not UTF-8; save the file as \"CSV UTF-8\"");
            };
            names.push(name.trim().to_owned());
        }
        let mut columns = Self {
            customer: wanted(&names, "customer_id", line)?,
            date: wanted(&names, "date", line)?,
            amount: wanted(&names, "amount", line)?,
            email: known(&names, "email", line)?,
            locale: known(&names, "locale", line)?,
            timezone: known(&names, "timezone", line)?,
            consent: known(&names, "consent", line)?,
            attributes: Vec::new(),
            names,
        };
        let taken = [columns.email, columns.locale, columns.timezone, columns.consent];
        let taken = |at| [columns.customer, columns.date, columns.amount].contains(&at) || taken.contains(&Some(at));
        for (at, name) in columns.names.iter().enumerate().filter(|(at, name)| !name.is_empty() && !taken(*at)) {
            if columns.attributes.iter().any(|other: &Attribute| other.name == *name) {
                bail!("line {line}: two columns are named `{name}`; rename one of them");
            }
            columns.attributes.push(Attribute { name: name.clone(), at });
        }
        Ok(columns)
    }
}

fn known(names: &[String], name: &str, line: u64) -> Result<Option<usize>> {
    let mut places = names.iter().enumerate().filter(|own| own.1.eq_ignore_ascii_case(name)).map(|own| own.0);
    let first = places.next();
    if places.next().is_some() {
        bail!("line {line}: two columns are named `{name}`; remove or rename one of them");
    }
    Ok(first)
}

fn wanted(names: &[String], name: &str, line: u64) -> Result<usize> {
    if let Some(at) = known(names, name, line)? {
        return Ok(at);
    }
    if let [only] = names
        && let Some(separator) = [';', '\t', '|'].into_iter().find(|separator| only.contains(*separator))
    {
        bail!("line {line}: the columns are separated by {separator:?}; save the file with commas");
    }
    let names: Vec<String> = names.iter().map(|name| format!("`{}`", shortened(name))).collect();
    bail!("line {line}: no column `{name}` among {}; the first line must name {WANTED}", names.join(", "))
}

/// A name as far as a message should show it: what is no CSV file may have any.
fn shortened(name: &str) -> String {
    const LONGEST: usize = 40;
    let mut short: String = name.chars().filter(|letter| !letter.is_control()).take(LONGEST).collect();
    if short.len() < name.len() {
        short.push('…');
    }
    short
}
