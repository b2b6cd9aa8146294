//! advance.
