//! What all pages share: head, style, the shop's name above the content. Every text put into a page is escaped by `maud`.

use axum::response::Html;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The one stylesheet. It stands in the page: one request is all that a page needs.
pub const STYLE: &str = include_str!("style.css");

/// A whole page. `shop` is the workspace's name.
pub fn document(lang: &str, title: &str, shop: Option<&str>, content: &Markup) -> Html<String> {
    let page = html! {
        (DOCTYPE)
        html lang=(lang) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                // Without it a browser asks for one at an address that is not ours to answer.
                link rel="icon" href="data:,";
                title { (title) @if let Some(shop) = shop { " · " (shop) } }
                style { (PreEscaped(STYLE)) }
            }
            body {
                @if let Some(shop) = shop { header { span.dot aria-hidden="true" {} bdi { (shop) } } }
                main { (content) }
            }
        }
    };
    Html(page.into_string())
}
