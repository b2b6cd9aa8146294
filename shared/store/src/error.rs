//! What can go wrong when something is kept or read, and whether trying again helps.
//!
//! No error ever shows an address, a name or a stored value: they all end up in logs.

use thiserror::Error;

use crate::bounds::OverBounds;

/// The operating system gave no random bits. A retry may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the operating system gives no random bits, by which this process is told from others")]
pub struct NoRandomBits;

/// Why the store did not answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreError {
    /// It could not be reached or was too busy. A retry helps. A write may have happened all the same.
    #[error("the store did not answer a {operation}: {reason}")]
    Unavailable {
        /// What was asked.
        operation: &'static str,
        /// The service's own word for it.
        reason: String,
    },
    /// It refused the request, which is a mistake of configuration or of the program. A retry does not help.
    #[error("the store refused a {operation}: {reason}")]
    Refused {
        /// What was asked.
        operation: &'static str,
        /// The service's own word for it.
        reason: String,
    },
    /// Something that was read is not what this program writes. A retry does not help.
    #[error("what is stored under {key} cannot be read: {reason}")]
    Unreadable {
        /// Where it lies.
        key: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl StoreError {
    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }
}

/// Why a person was not written. Unless it is [`CommitError::Store`], nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CommitError {
    /// Somebody else wrote this person in the meantime. A retry on fresh data helps.
    #[error("the person was changed by somebody else")]
    Conflict,
    /// One of the person's lists is over its bound. A retry does not help.
    #[error(transparent)]
    OverBounds(#[from] OverBounds),
    /// The person's item would be larger than a table takes. A retry does not help.
    #[error(
        "the person has {bytes} bytes, the bound is {bound}: remove attributes that no campaign uses or end enrolments"
    )]
    TooLarge {
        /// How large it would be.
        bytes: usize,
        /// How large it may be.
        bound: usize,
    },
    /// The store did not answer; where a retry helps, the write may have happened all the same.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CommitError {
    /// Whether the whole of load, decide and commit may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Conflict => true,
            Self::OverBounds(_) | Self::TooLarge { .. } => false,
            Self::Store(error) => error.is_retryable(),
        }
    }

    /// Whether it lies with the person, and will be so whoever tries: their item cannot be written, or not be read. Whoever
    /// goes through many people steps over such a person, or nobody behind them would ever come to their turn.
    #[must_use]
    pub fn is_of_the_person(&self) -> bool {
        matches!(self, Self::OverBounds(_) | Self::TooLarge { .. } | Self::Store(StoreError::Unreadable { .. }))
    }
}

/// Why a publication did not become live. What was live before still is.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PublishError {
    /// Something else was published since the plan was made. A retry helps after a look at the new plan.
    #[error("publication {live} became live in the meantime: make the plan again")]
    Overtaken {
        /// The number of what is live now.
        live: u64,
    },
    /// There is no publication of that number. A retry does not help.
    #[error("there is no publication {number}")]
    Unknown {
        /// The number that was asked for.
        number: u64,
    },
    /// One file is larger than an item of the table may be. A retry does not help.
    #[error("{what} has {bytes} bytes, the bound is {}", crate::bounds::ITEM_BYTES)]
    TooLarge {
        /// Which file.
        what: String,
        /// How large it is.
        bytes: usize,
    },
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}
