//! The elements of MJML, by what they may hold, and those of HTML that matter here.

/// Elements that hold other elements and no text.
pub(super) const CONTAINERS: [&str; 6] = ["mj-body", "mj-wrapper", "mj-section", "mj-group", "mj-column", "mj-hero"];
/// Elements that hold text.
pub(super) const TEXTS: [&str; 10] = [
    "mj-text",
    "mj-button",
    "mj-table",
    "mj-raw",
    "mj-title",
    "mj-preview",
    "mj-accordion-text",
    "mj-accordion-title",
    "mj-navbar-link",
    "mj-social-element",
];
/// All further elements of MJML.
pub(super) const OTHERS: [&str; 20] = [
    "mjml",
    "mj-head",
    "mj-attributes",
    "mj-all",
    "mj-class",
    "mj-breakpoint",
    "mj-font",
    "mj-style",
    "mj-image",
    "mj-divider",
    "mj-spacer",
    "mj-social",
    "mj-navbar",
    "mj-accordion",
    "mj-accordion-element",
    "mj-carousel",
    "mj-carousel-image",
    "mj-include",
    "mj-html-attributes",
    "mj-selector",
];
/// Elements of HTML that are never closed.
pub(super) const VOID: [&str; 9] = ["area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"];
/// Attributes, apart from links, whose value a mail reader shows as text.
pub(super) const TEXT_ATTRIBUTES: [&str; 4] = ["alt", "title", "lang", "aria-label"];

/// Elements of HTML that mail readers drop or that could harm a page.
pub(super) const FORBIDDEN: [&str; 7] = ["script", "iframe", "form", "object", "embed", "base", "link"];
