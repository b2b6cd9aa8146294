//! From a mail's source to a finished message, in two halves that never run at the same time.
//!
//! * [`compile()`] (feature `compile`): front matter, MJML and template become a [`CompiledMail`] when a campaign is
//!   loaded; every problem is reported with its place.
//! * [`PreparedMail`], [`compose`] and [`Message`]: a compiled mail and a person become one message when it is sent.
//!
//! [`Links`] signs what a mail links to. This crate must never know AWS, the clock or the store.

mod address;
#[cfg(feature = "compile")]
pub mod compile;
mod compiled;
pub mod compose;
mod language;
pub mod links;
mod message;
mod render;
mod url;

pub use address::{Address, AddressError};
#[cfg(feature = "compile")]
pub use compile::{LayoutSource, MailSource, Problem, compile, layout_name};
pub use compiled::{CompiledMail, ROOTS};
pub use language::{Language, is_same_locale, pick_locale};
pub use links::{Claim, Key, LinkError, LinkKind, Links};
pub use message::{Envelope, Header, MailLinks, Message, MessageError, SHOWN};
pub use render::{Fault, Part, PreparedMail, RenderError, Rendered, grouped, is_nothing};
