//! Plans of publications.
