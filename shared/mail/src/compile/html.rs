//! Woven MJML becomes HTML with its styles inlined.

use css_inline::{CSSInliner, InlineOptions};
use mrml::prelude::parser::Error as ParseError;
use mrml::prelude::render::RenderOptions;

use super::document::Document;
use super::problem::{Code, Problems};
use super::structure::{self, Fault};
use super::tags::restore;
use super::weave::Woven;
use super::{MailSource, tags};
use crate::render::{MAX_BODY, escape_html};

/// Rules times elements: inlining tries each rule on each element. A usual mail has some 50,000.
const MAX_MATCHES: usize = 5_000_000;
/// Hides the preheader from the body while inboxes still find it.
const HIDDEN: &str = "display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden";

/// HTML of the woven document, marks and style sheets still in it.
pub(super) fn render(woven: &Woven, document: &Document<'_>, locale: &str, problems: &mut Problems) -> Option<String> {
    let parsed = match mrml::parse(&woven.text) {
        Ok(parsed) => parsed,
        Err(error) => {
            let fault = structure::fault(&woven.text).unwrap_or_else(|| Fault {
                offset: position(&error).unwrap_or_default(),
                message: message(&error),
                help: "Compare with the MJML documentation: sections hold columns, columns hold texts, buttons and images."
                    .to_owned(),
            });
            document.report(problems, woven.origin(fault.offset), Code::Mjml, fault.message, fault.help);
            return None;
        }
    };
    for warning in &parsed.warnings {
        document.report(
            problems,
            woven.origin(warning.span.start),
            Code::Mjml,
            warning.kind.to_string(),
            "Take it out.",
        );
    }
    // MJML would load well-known fonts from elsewhere; a mail loads those that it names in `<mj-font>`.
    let options = RenderOptions { fonts: Default::default(), ..RenderOptions::default() };
    match parsed.element.render(&options) {
        Ok(html) => {
            let html = html.replace(&woven.blank, " ");
            Some(html.replace("lang=\"und\"", &format!("lang=\"{}\"", escape_html(locale))))
        }
        Err(error) => {
            document.report(
                problems,
                0,
                Code::Mjml,
                format!("the MJML cannot be rendered: {error}"),
                "Check sizes and colours: `600px`, `50%`, `#2a2522`.",
            );
            None
        }
    }
}

/// The HTML template: styles inlined, title, preheader and tags put in.
pub(super) fn finish(
    markup: &str,
    woven: &Woven,
    (subject, preheader): (&str, &str),
    source: &MailSource<'_>,
    problems: &mut Problems,
) -> Option<String> {
    if markup.matches('{').count().saturating_mul(markup.matches('<').count()) > MAX_MATCHES {
        problems.add(
            source.path,
            (1, 1),
            Code::TooLarge,
            "the style sheet is too long for so many elements",
            "Use fewer rules in `<mj-style>`, or shorten the mail.",
        );
        return None;
    }
    // Rules for small screens and dark mode cannot be inlined and stay in the head.
    let options = InlineOptions {
        keep_style_tags: true,
        keep_at_rules: true,
        remove_inlined_selectors: true,
        load_remote_stylesheets: false,
        ..InlineOptions::default()
    };
    let inlined = match CSSInliner::new(options).inline(markup) {
        Ok(inlined) => inlined,
        Err(error) => {
            problems.add(
                source.path,
                (1, 1),
                Code::Mjml,
                format!("the styles cannot be inlined: {error}"),
                "Check the rules in `<mj-style>`.",
            );
            return None;
        }
    };
    let mut html = restore(&tags::uncomment(&inlined), &woven.tags);
    let title = format!("<title>{}</title>", as_html_template(subject));
    html = html.replacen("<title></title>", &title, 1);
    if !preheader.trim().is_empty() {
        let at = html.find("<body").and_then(|body| Some(body + html.get(body..)?.find('>')? + 1)).unwrap_or_default();
        html.insert_str(at, &format!("<div style=\"{HIDDEN}\">{}</div>", as_html_template(preheader)));
    }
    if html.len() > MAX_BODY {
        problems.add(
            source.path,
            (1, 1),
            Code::TooLarge,
            "the HTML is longer than 256 KB",
            "A mail over 102 KB is cut off by Gmail; shorten it.",
        );
        return None;
    }
    Some(html)
}

/// A plain-text template for use in HTML: what stands between the tags is escaped, values are by themselves.
fn as_html_template(template: &str) -> String {
    let mut html = String::new();
    let mut from = 0;
    for tag in tags::find(template).unwrap_or_default() {
        html.push_str(&escape_html(template.get(from..tag.range.start).unwrap_or_default()));
        html.push_str(template.get(tag.range.clone()).unwrap_or_default());
        from = tag.range.end;
    }
    html.push_str(&escape_html(template.get(from..).unwrap_or_default()));
    html
}

fn position(error: &ParseError) -> Option<usize> {
    match error {
        ParseError::UnexpectedElement { position, .. }
        | ParseError::UnexpectedToken { position, .. }
        | ParseError::MissingAttribute { position, .. }
        | ParseError::InvalidAttribute { position, .. }
        | ParseError::InvalidFormat { position, .. }
        | ParseError::IncludeLoaderError { position, .. } => Some(position.start),
        _ => None,
    }
}

/// The parser's message without its own positions, which are not the file's.
fn message(error: &ParseError) -> String {
    let text = error.to_string();
    let end = [" in root template", " in element in root template"].iter().filter_map(|tail| text.find(tail)).min();
    format!("the MJML cannot be read: {}", text.get(..end.unwrap_or(text.len())).unwrap_or_default())
}
