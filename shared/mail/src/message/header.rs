//! Header values: encoded, bounded, and refused where a line break could hide.

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use super::MessageError;
use crate::{Address, url};

/// SES: a header's value has at most 995 characters of printable ASCII.
const MAX_VALUE: usize = 995;
/// RFC 2047: an encoded word has at most 75 characters, 12 of them `=?UTF-8?B?` and `?=`; 63 of base64 hold 45 bytes.
const WORD_BYTES: usize = 45;
/// What Korean law wants a subject to begin with, and the blank behind it.
const LABEL: &str = "(광고) ";

/// One header line of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value: printable ASCII.
    pub value: String,
}

/// `"Han River Coffee" <hello@example.com>`, or RFC 2047 encoded words for a name beyond ASCII.
pub(super) fn mailbox(name: &str, address: &Address) -> Result<String, MessageError> {
    let name = name.trim();
    if name.is_empty() {
        return Err(MessageError::NoSenderName);
    }
    if name.chars().any(char::is_control) {
        return Err(MessageError::Control("sender's name"));
    }
    let shown = if name.is_ascii() {
        format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        encoded_words(name)
    };
    Ok(format!("{shown} <{}>", address.as_str()))
}

fn encoded_words(text: &str) -> String {
    let mut words = vec![String::new()];
    for c in text.chars() {
        match words.last_mut() {
            Some(word) if word.len() + c.len_utf8() <= WORD_BYTES => word.push(c),
            _ => words.push(c.to_string()),
        }
    }
    let encode = |word: &String| format!("=?UTF-8?B?{}?=", BASE64.encode(word.as_bytes()));
    words.iter().map(encode).collect::<Vec<_>>().join(" ")
}

/// RFC 2369 and RFC 8058: mailbox providers show a button that POSTs to this link.
pub(super) fn list_unsubscribe(one_click: &str) -> Result<Vec<Header>, MessageError> {
    let value = format!("<{one_click}>");
    let fits = value.len() <= MAX_VALUE && value.bytes().all(|byte| byte.is_ascii_graphic());
    if !fits || !one_click.starts_with("http") || !url::is_own(one_click) {
        return Err(MessageError::UnsubscribeLink);
    }
    Ok(vec![
        Header { name: "List-Unsubscribe".to_owned(), value },
        Header { name: "List-Unsubscribe-Post".to_owned(), value: "List-Unsubscribe=One-Click".to_owned() },
    ])
}

/// A subject that is read in the order in which it is written: controls that turn the direction of text around could show
/// its end before its beginning, and with it before the label.
pub(super) fn in_order(subject: &str) -> String {
    // Unicode Standard Annex 9: embeddings, overrides and isolates. Marks (LRM, RLM, ALM) turn nothing around.
    let turns = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    subject.replace(turns, "").trim().to_owned()
}

/// The subject behind the label; labels that are already there, however they are written, are taken off first.
pub(super) fn labelled(subject: &str) -> Result<String, MessageError> {
    let mut bare = subject.trim_start_matches(is_invisible);
    while let Some(rest) = without_label(bare) {
        bare = rest;
    }
    if bare.is_empty() { Err(MessageError::EmptySubject) } else { Ok(format!("{LABEL}{bare}")) }
}

/// What shows nothing: blanks, and what Unicode calls default ignorable, as far as it is no letter.
fn is_invisible(c: char) -> bool {
    let ignorable = matches!(
        c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}'..='\u{1160}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}'
    );
    c.is_whitespace() || ignorable
}

/// Takes one `(광고)`, `[광고]`, `（광고）` or `( 광고 )` off the front, and invisible characters before it.
fn without_label(subject: &str) -> Option<&str> {
    let inside = subject.trim_start_matches(is_invisible).strip_prefix(['(', '（', '[', '［', '【'])?;
    let after = inside.trim_start_matches(is_invisible).strip_prefix("광고")?;
    let rest = after.trim_start_matches(is_invisible).strip_prefix([')', '）', ']', '］', '】'])?;
    Some(rest.trim_start_matches(is_invisible))
}
