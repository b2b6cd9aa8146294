//! What a function is told by its environment, read once at cold start.
//!
//! A missing setting is an error that names the variable; nothing falls back to a value that would work by accident.

use thiserror::Error;

/// A setting that is missing or unreadable. Starting again does not help; the deployment has to be mended.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ConfigError {
    /// The variable is not set.
    #[error("the environment variable {0} is not set; the deployment template sets it")]
    Missing(&'static str),
    /// The variable's value is not what it should be.
    #[error("the environment variable {0} must be {1}")]
    Invalid(&'static str, &'static str),
}

/// Reads settings by name.
pub struct Environment<F>(pub F);

impl<F: Fn(&str) -> Option<String>> Environment<F> {
    /// A setting that must be there.
    ///
    /// # Errors
    /// Where it is missing or empty.
    pub fn required(&self, name: &'static str) -> Result<String, ConfigError> {
        self.optional(name).ok_or(ConfigError::Missing(name))
    }

    /// A setting that may be missing.
    pub fn optional(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    /// A whole number that may be missing.
    ///
    /// # Errors
    /// Where it is there and no number.
    pub fn number(&self, name: &'static str, default: u64) -> Result<u64, ConfigError> {
        let Some(text) = self.optional(name) else { return Ok(default) };
        text.parse().map_err(|_| ConfigError::Invalid(name, "a whole number"))
    }
}

/// The process's own environment.
#[must_use]
pub fn environment() -> Environment<impl Fn(&str) -> Option<String>> {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    Environment(|name: &str| std::env::var(name).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_setting_is_named() {
        let environment = Environment(|name: &str| (name == "TABLE").then(|| "rekindle".to_owned()));
        assert_eq!(environment.required("TABLE").unwrap(), "rekindle");
        assert_eq!(environment.required("QUEUE"), Err(ConfigError::Missing("QUEUE")));
        assert_eq!(environment.number("RATE", 14).unwrap(), 14);
        assert_eq!(environment.number("TABLE", 1), Err(ConfigError::Invalid("TABLE", "a whole number")));
    }
}
