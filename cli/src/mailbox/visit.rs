//! What a request asks for: a language, and the words after the question mark. Reading it never fails; what is not
//! understood is as if it were not there.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use form_urlencoded::{Serializer, parse};

use super::language::Language;
use super::words::Words;

/// One request.
pub struct Visit {
    /// The language of the answer.
    pub language: Language,
    /// Whether `?lang=` asks for it, so that links have to hand it on.
    pub chosen: bool,
    path: String,
    query: Vec<(String, String)>,
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let mut query: Vec<_> = parse(query.as_bytes()).into_owned().filter(|(_, value)| !value.is_empty()).collect();
        let chosen = query.iter().find(|(name, _)| name == "lang").and_then(|(_, tag)| Language::named(tag));
        query.retain(|(name, _)| name != "lang");
        let accepted = || parts.headers.get(ACCEPT_LANGUAGE)?.to_str().ok().and_then(Language::accepted);
        Ok(Self {
            language: chosen.or_else(accepted).unwrap_or(Language::English),
            chosen: chosen.is_some(),
            path: parts.uri.path().to_owned(),
            query,
        })
    }
}

impl Visit {
    /// The texts of the answer's language.
    pub fn words(&self) -> &'static Words {
        Words::of(self.language)
    }

    /// A value of the query.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Whether this is the page at a path.
    pub fn is_at(&self, path: &str) -> bool {
        self.path == path
    }

    /// The address of a page, in the language that was chosen.
    pub fn link(&self, path: &str, query: &[(&str, &str)]) -> String {
        address(path, query.iter().copied(), self.chosen.then_some(self.language))
    }

    /// The address of this page with one value changed.
    pub fn with(&self, name: &str, value: &str) -> String {
        let others =
            self.query.iter().map(|(own, value)| (own.as_str(), value.as_str())).filter(|(own, _)| *own != name);
        address(&self.path, others.chain([(name, value)]), self.chosen.then_some(self.language))
    }

    /// The address of this page in a language.
    pub fn translated(&self, language: Language) -> String {
        let query = self.query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        address(&self.path, query, Some(language))
    }
}

fn address<'a>(path: &str, query: impl Iterator<Item = (&'a str, &'a str)>, language: Option<Language>) -> String {
    let mut written = Serializer::new(String::new());
    written.extend_pairs(query);
    written.extend_pairs(language.map(|language| ("lang", language.tag())));
    match written.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}
