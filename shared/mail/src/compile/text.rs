//! The text body, made from the HTML so that nobody has to write a mail twice.
//!
//! MJML lays out with tables, which say nothing to a reader of text: they become plain blocks before the text is taken.

use html2text::render::TextDecorator;

use super::MailSource;
use super::problem::{Code, Problems};
use super::tags::{self, restore};
use super::weave::Woven;
use crate::render::tidy;

/// Lines are not broken: mail readers do that, and a break inside a tag would destroy it.
const WIDTH: usize = 100_000;

/// The text template of a marked HTML document.
pub(super) fn from_html(html: &str, woven: &Woven, source: &MailSource<'_>, problems: &mut Problems) -> Option<String> {
    let config = html2text::config::with_decorator(Plain::default()).no_link_wrapping().allow_width_overflow();
    match config.string_from_read(flatten(html).as_bytes(), WIDTH) {
        Ok(text) => Some(restore(tidy(&text).trim_end(), &woven.tags)),
        Err(error) => {
            problems.add(
                source.path,
                (1, 1),
                Code::Mjml,
                format!("no text can be made of the mail: {error}"),
                "Simplify its HTML.",
            );
            None
        }
    }
}

/// The body without tables and comments; comments that are marks become the mark.
fn flatten(html: &str) -> String {
    let body = html.find("<body").and_then(|start| html.get(start..)).unwrap_or(html);
    let mut flat = String::with_capacity(body.len());
    let mut tables = Vec::new();
    let mut rest = body;
    while let Some((before, tag)) = rest.split_once('<') {
        flat.push_str(before);
        if let Some(comment) = tag.strip_prefix("!--") {
            let (inside, after) = comment.split_once("-->").unwrap_or((comment, ""));
            flat.push_str(if tags::is_mark(inside) { inside } else { "" });
            rest = after;
        } else {
            let (inside, after) = tag.split_once('>').unwrap_or((tag, ""));
            flat.push_str(&block(inside, &mut tables));
            rest = after;
        }
    }
    flat + rest
}

/// One HTML tag, without its brackets, as text wants it. `tables` holds the open tables, and whether each is layout.
fn block(tag: &str, tables: &mut Vec<bool>) -> String {
    let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let is_end = tag.starts_with('/');
    match (name.to_ascii_lowercase().as_str(), is_end) {
        ("table", false) => {
            tables.push(tag.contains("presentation"));
            "<div>".to_owned()
        }
        ("table", true) => {
            tables.pop();
            "</div>".to_owned()
        }
        // A row of a layout is a paragraph, a row of a table is a line.
        ("tr", true) if tables.last() == Some(&true) => "</div><br>".to_owned(),
        ("tbody" | "thead" | "tfoot" | "tr" | "center", false) => "<div>".to_owned(),
        ("tbody" | "thead" | "tfoot" | "tr" | "center", true) => "</div>".to_owned(),
        ("td" | "th", false) => "<span>".to_owned(),
        ("td" | "th", true) => "</span> ".to_owned(),
        ("hr", _) => "<br>".to_owned(),
        _ => format!("<{tag}>"),
    }
}

/// Plain words; a link's target follows its words in angle brackets (RFC 3986, appendix C).
#[derive(Debug, Clone, Default)]
struct Plain {
    targets: Vec<String>,
}

impl TextDecorator for Plain {
    type Annotation = ();

    fn decorate_link_start(&mut self, url: &str) -> (String, ()) {
        self.targets.push(url.to_owned());
        (String::new(), ())
    }

    fn decorate_link_end(&mut self) -> String {
        match self.targets.pop() {
            Some(url) if !url.starts_with("mailto:") && !url.starts_with("tel:") => format!(" <{url}>"),
            _ => String::new(),
        }
    }

    fn decorate_em_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_em_end(&self) -> String {
        String::new()
    }

    fn decorate_strong_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_strong_end(&self) -> String {
        String::new()
    }

    fn decorate_strikeout_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_strikeout_end(&self) -> String {
        String::new()
    }

    fn decorate_code_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_code_end(&self) -> String {
        String::new()
    }

    fn decorate_preformat_first(&self) {}

    fn decorate_preformat_cont(&self) {}

    fn decorate_image(&mut self, _source: &str, alternative: &str) -> (String, ()) {
        (alternative.to_owned(), ())
    }

    fn header_prefix(&self, _level: usize) -> String {
        String::new()
    }

    fn quote_prefix(&self) -> String {
        "> ".to_owned()
    }

    fn unordered_item_prefix(&self) -> String {
        "- ".to_owned()
    }

    fn ordered_item_prefix(&self, number: i64) -> String {
        format!("{number}. ")
    }

    fn make_subblock_decorator(&self) -> Self {
        Self::default()
    }
}
