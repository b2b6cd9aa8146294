//! A compiled mail and a person's data become subject, HTML and text.
//!
//! Templates are parsed once and rendered many times. Must never let a value become markup, a second header line or a
//! link with a foreign scheme, and must end fast whatever the template and the data are.

mod environment;
mod error;
mod filters;
mod format;
mod links;
mod value;

use std::collections::BTreeMap;
use std::io;

use minijinja::value::Serde;
use minijinja::{Environment, Value};
use serde::{Deserialize, Serialize};

use crate::CompiledMail;

#[cfg(feature = "compile")]
pub use environment::{FILTERS, TESTS};
pub use error::{Fault, Part, RenderError};
pub use format::grouped;
use value::ValueSize;
pub(crate) use value::escape_html;
pub use value::is_nothing;

/// The longest body, in bytes. Gmail clips a mail at 102 KB, so nobody needs more than this.
pub(crate) const MAX_BODY: usize = 256 * 1024;
/// The longest subject, in bytes: RFC 5322 allows 998 characters a line.
const MAX_SUBJECT: usize = 900;

/// What a person's mail says, before it is addressed. Holds personal data.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendered {
    /// One line, without the label that a policy may put in front.
    pub subject: String,
    /// The line that inboxes show after the subject; may be empty. It is already part of the HTML.
    pub preheader: String,
    /// The HTML body.
    pub html: String,
    /// The text body.
    pub text: String,
    /// The locale the mail is written in.
    pub locale: String,
}

/// A compiled mail whose templates are parsed. Cheap to render, safe to share between threads.
#[derive(Debug)]
pub struct PreparedMail {
    environment: Environment<'static>,
    locale: String,
    roots: Vec<&'static str>,
}

impl PreparedMail {
    /// Parses the templates of `mail`.
    ///
    /// # Errors
    /// [`RenderError::Corrupt`] if they are not what [`compile`](crate::compile()) wrote.
    pub fn new(mail: &CompiledMail) -> Result<Self, RenderError> {
        let mut environment = environment::limited();
        for (part, source) in [
            (Part::Subject, &mail.subject),
            (Part::Preheader, &mail.preheader),
            (Part::Html, &mail.html),
            (Part::Text, &mail.text),
        ] {
            environment.add_template_owned(part.name(), source.clone()).map_err(|_| RenderError::Corrupt { part })?;
        }
        let roots = crate::ROOTS.into_iter().filter(|root| mail.uses(root)).collect();
        Ok(Self { environment, locale: mail.locale.clone(), roots })
    }

    /// The locale the mail is written in.
    #[must_use]
    pub fn locale(&self) -> &str {
        &self.locale
    }

    /// Renders the mail for `data`, an object with (some of) [`ROOTS`](crate::ROOTS) and `timezone`, the IANA name of the
    /// zone in which instants become dates; `locale` is set by this function.
    ///
    /// # Errors
    /// [`RenderError`]: the data lack something that the mail needs, or the templates ask for too much. The same data
    /// give the same error, so trying again does not help. Errors name paths, never values.
    pub fn render(&self, data: &serde_json::Value) -> Result<Rendered, RenderError> {
        let context = self.context(data);
        let line = |part| self.part(part, &context, |text| text).map(|text| shortened(one_line(&text)));
        let subject = line(Part::Subject)?;
        if subject.is_empty() {
            return Err(RenderError::EmptySubject);
        }
        Ok(Rendered {
            subject,
            preheader: line(Part::Preheader)?,
            html: self.part(Part::Html, &context, links::without_attributes)?,
            text: tidy(&self.part(Part::Text, &context, links::without_targets)?),
            locale: self.locale.clone(),
        })
    }

    /// Only what the templates read is converted; money and dates need two values in any case.
    fn context(&self, data: &serde_json::Value) -> Value {
        let mut context: BTreeMap<&str, Value> = self
            .roots
            .iter()
            .copied()
            .chain(["workspace", "timezone"])
            .filter_map(|root| Some((root, Value::from(Serde(data.get(root)?)))))
            .collect();
        context.insert("locale", Value::from(self.locale.as_str()));
        Value::from_pairs(context)
    }

    /// One part, `without` the links that were left out in it: most have none, and nobody looks for any then.
    fn part(&self, part: Part, context: &Value, without: fn(String) -> String) -> Result<String, RenderError> {
        let template = self.environment.get_template(part.name()).map_err(|_| RenderError::Corrupt { part })?;
        let mut out = Capped { bytes: Vec::with_capacity(template.source().len().min(MAX_BODY)), limit: MAX_BODY };
        let rendered = template
            .render_captured_to(context.clone(), &mut out)
            .map_err(|error| error::explain(&error, part, template.source(), MAX_BODY))?;
        let left_out = rendered.state().get_extension::<ValueSize>().is_some_and(|made| made.left_out);
        let text = String::from_utf8(out.bytes).map_err(|_| RenderError::Corrupt { part })?;
        Ok(if left_out { without(text) } else { text })
    }
}

/// A writer that ends a rendering once it is too long, before the memory is taken.
struct Capped {
    bytes: Vec<u8>,
    limit: usize,
}

impl io::Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// At most [`MAX_SUBJECT`] bytes, the last of them `…` if something was cut.
fn shortened(text: String) -> String {
    if text.len() <= MAX_SUBJECT {
        return text;
    }
    let end = (0..=MAX_SUBJECT - '…'.len_utf8()).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    format!("{}…", text.get(..end).unwrap_or_default().trim_end())
}

/// Joins lines and runs of blanks: a subject is one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Conditions that did not hold leave blank lines and blanks behind; at most one line stays.
pub(crate) fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut blank = true;
    for line in text.lines().map(str::trim_end) {
        let line = line.strip_prefix(' ').filter(|rest| !rest.starts_with(' ')).unwrap_or(line);
        if !(line.is_empty() && blank) {
            tidy.push_str(line);
            tidy.push('\n');
        }
        blank = line.is_empty();
    }
    tidy.truncate(tidy.trim_end().len());
    tidy.push('\n');
    tidy
}
