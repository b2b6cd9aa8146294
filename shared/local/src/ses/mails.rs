//! The mails that were accepted. They live in the state only; memory holds the page that is read.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};

use crate::world::instant;

/// A header of a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Name.
    #[serde(rename = "Name", alias = "name")]
    pub name: String,
    /// Value.
    #[serde(rename = "Value", alias = "value")]
    pub value: String,
}

/// A message tag, by which SES events find their mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Name.
    #[serde(rename = "Name", alias = "name")]
    pub name: String,
    /// Value.
    #[serde(rename = "Value", alias = "value")]
    pub value: String,
}

/// What a list of mails shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailSummary {
    /// Position in the order of acceptance; later mails have higher numbers.
    pub n: i64,
    /// SES's message id.
    pub id: String,
    /// When it was accepted.
    pub at: Timestamp,
    /// Sender as the client wrote it.
    pub from: String,
    /// To, Cc and Bcc.
    pub to: Vec<String>,
    /// Subject.
    pub subject: String,
    /// Message tags.
    pub tags: Vec<Tag>,
}

/// A whole mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The part that lists show.
    pub summary: MailSummary,
    /// HTML body.
    pub html: Option<String>,
    /// Plain body.
    pub text: Option<String>,
    /// Headers that the client set.
    pub headers: Vec<Header>,
    /// Configuration set.
    pub configuration_set: Option<String>,
}

fn json<T: for<'a> Deserialize<'a> + Default>(text: &str) -> T {
    serde_json::from_str(text).unwrap_or_default()
}

const SUMMARY: &str = "n, id, at, sender, recipients, subject, tags";

fn summary(row: &Row<'_>) -> rusqlite::Result<MailSummary> {
    Ok(MailSummary {
        n: row.get(0)?,
        id: row.get(1)?,
        at: instant(row.get(2)?),
        from: row.get(3)?,
        to: json(row.get_ref(4)?.as_str()?),
        subject: row.get(5)?,
        tags: json(row.get_ref(6)?.as_str()?),
    })
}

/// Keeps a mail.
pub(super) fn keep(db: &Connection, mail: &Mail) -> rusqlite::Result<()> {
    let text = |value: serde_json::Result<String>| value.unwrap_or_default();
    db.prepare_cached(
        "INSERT INTO mails (n, id, at, sender, recipients, subject, html, text, headers, tags, configuration_set)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute((
        mail.summary.n,
        &mail.summary.id,
        mail.summary.at.as_millisecond(),
        &mail.summary.from,
        text(serde_json::to_string(&mail.summary.to)),
        &mail.summary.subject,
        &mail.html,
        &mail.text,
        text(serde_json::to_string(&mail.headers)),
        text(serde_json::to_string(&mail.summary.tags)),
        &mail.configuration_set,
    ))?;
    Ok(())
}

/// At most `limit` mails with `text` in their recipients or subject, newest first, beginning below number `before`.
pub(crate) fn latest(
    db: &Connection,
    text: &str,
    before: Option<i64>,
    limit: usize,
) -> rusqlite::Result<Vec<MailSummary>> {
    let found = "instr(lower(recipients), lower(?2)) OR instr(lower(subject), lower(?2))";
    db.prepare_cached(&format!(
        "SELECT {SUMMARY} FROM mails WHERE n < ?1 AND (?2 = '' OR {found}) ORDER BY n DESC LIMIT ?3"
    ))?
    .query_map((before.unwrap_or(i64::MAX), text, i64::try_from(limit).unwrap_or(i64::MAX)), summary)?
    .collect()
}

/// The mail with this message id.
pub(crate) fn by_id(db: &Connection, id: &str) -> rusqlite::Result<Option<Mail>> {
    db.prepare_cached(&format!("SELECT {SUMMARY}, html, text, headers, configuration_set FROM mails WHERE id = ?1"))?
        .query_row([id], |row| {
            Ok(Mail {
                summary: summary(row)?,
                html: row.get(7)?,
                text: row.get(8)?,
                headers: json(row.get_ref(9)?.as_str()?),
                configuration_set: row.get(10)?,
            })
        })
        .optional()
}

/// How many mails were accepted.
pub(crate) fn count(db: &Connection) -> rusqlite::Result<u64> {
    db.prepare_cached("SELECT count(*) FROM mails")?.query_row([], |row| row.get(0))
}

/// The mails with this message tag, in a condition whose parameters are the tag's name and value.
const TAGGED: &str = "EXISTS (SELECT 1 FROM json_each(mails.tags) AS tag
     WHERE json_extract(tag.value, '$.Name') = ?1 AND json_extract(tag.value, '$.Value') = ?2)";

/// How many mails have this message tag.
pub(crate) fn tagged(db: &Connection, tag: &str, value: &str) -> rusqlite::Result<u64> {
    db.prepare_cached(&format!("SELECT count(*) FROM mails WHERE {TAGGED}"))?.query_row((tag, value), |row| row.get(0))
}

/// Deletes the mails with this message tag that were accepted before `until` (epoch milliseconds); returns how many.
pub(crate) fn forget(db: &Connection, tag: &str, value: &str, until: i64) -> rusqlite::Result<usize> {
    db.prepare_cached(&format!("DELETE FROM mails WHERE at < ?3 AND {TAGGED}"))?.execute((tag, value, until))
}

/// How many mails were accepted since `at` (epoch milliseconds).
pub(crate) fn sent_since(db: &Connection, at: i64) -> rusqlite::Result<u64> {
    db.prepare_cached("SELECT count(*) FROM mails WHERE at >= ?1")?.query_row([at], |row| row.get(0))
}
