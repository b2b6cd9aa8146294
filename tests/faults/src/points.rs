//! The crash points: every call that a handler makes to the world outside of its process, by name.
//!
//! Handlers see the world through ports only, and each port call names its [`Effect`], so none can be unnamed. [`POINTS`]
//! says which function has which; a run in which a function makes another call is a violation, and so is a proof in which
//! a listed one was never reached.

/// A Lambda function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Function {
    /// Customer events.
    Intake,
    /// Each minute.
    Tick,
    /// Due people.
    Advance,
    /// The table's stream.
    Relay,
    /// Planned mails.
    Send,
    /// Passes over everyone.
    Sweep,
    /// What SES reports.
    Feedback,
    /// The public pages.
    Pages,
    /// What checkouts ask.
    Offers,
}

/// One call to the world outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Reads what is live.
    ReadLive,
    /// Reads a workspace file.
    ReadWorkspace,
    /// Reads a campaign's version.
    ReadVersion,
    /// Reads a compiled mail.
    ReadMail,
    /// Looks at several people.
    Look,
    /// Loads a person.
    Load,
    /// Reads the head of a shard of the index.
    ReadHead,
    /// Reads a page of due people.
    ReadDue,
    /// Reads what may still be sent.
    ReadAllowance,
    /// Takes from what may still be sent.
    PutAllowance,
    /// Asks SES what the account may send.
    AskAccount,
    /// Reads which sends are of unknown outcome.
    ReadUnknown,
    /// Reads where a pass is.
    ReadPass,
    /// Reads which passes stand still.
    ReadUnfinished,
    /// Reads a page of all people.
    ReadPeople,
    /// Commits a decision about a person.
    CommitDecision,
    /// Commits the arming of a send.
    CommitArmed,
    /// Commits that SES took it.
    CommitAccepted,
    /// Commits that SES refused it and it is planned again.
    CommitPlannedAgain,
    /// Commits that nobody knows.
    CommitUnknown,
    /// Commits that it will not be made.
    CommitWithdrawn,
    /// Sets somebody aside who is due and whom nobody can write.
    SetAside,
    /// Claims a code.
    Claim,
    /// Keeps journal lines and what was said about consent.
    AppendLines,
    /// Keeps how far a send is.
    PutSend,
    /// Makes a day of the statistics known.
    OpenDay,
    /// Keeps what a batch of the stream counted.
    PutSheet,
    /// Reads which days of the statistics there are.
    ReadDays,
    /// Reads what was counted on a day.
    ReadSheets,
    /// Folds a day that is over.
    FoldDay,
    /// Keeps events in the archive.
    KeepEvents,
    /// Pauses a campaign whose mails are not wanted.
    PauseCampaign,
    /// Keeps what an operator would have noted.
    KeepNote,
    /// Keeps where a pass is.
    PutPass,
    /// Queues shards with due people.
    QueueShards,
    /// Queues planned mails.
    QueueSends,
    /// Queues the next part of a pass.
    QueuePass,
    /// Puts events on the bus.
    PutEvents,
    /// Puts a message aside.
    PutAside,
    /// Asks SES to send a mail.
    AskSes,
    /// Reads what the suppression list says of an address.
    ReadSuppression,
    /// Notes what became known about an address.
    NoteAddress,
    /// Reads who has an address.
    ReadAddress,
    /// Keeps an answer to a survey.
    PutAnswer,
    /// Keeps the use of a code.
    PutRedemption,
    /// Reads whose a code is.
    ReadCode,
    /// Clears a place beside the table.
    ClearPlace,
    /// Reads whether somebody was buried.
    ReadTombstone,
    /// Removes the rows of somebody who was erased.
    EraseRows,
    /// Leaves a tombstone.
    Bury,
    /// Removes the item of somebody who was erased.
    Forget,
    /// Any other call that the ports offer and no handler makes.
    Other,
}

impl Effect {
    /// Whether it changes anything outside.
    #[must_use]
    pub fn is_write(self) -> bool {
        use Effect::{
            AskAccount, Load, Look, ReadAddress, ReadAllowance, ReadCode, ReadDays, ReadDue, ReadHead, ReadLive,
            ReadMail, ReadPass, ReadPeople, ReadSheets, ReadSuppression, ReadTombstone, ReadUnfinished, ReadUnknown,
            ReadVersion, ReadWorkspace,
        };
        !matches!(
            self,
            AskAccount
                | Load
                | Look
                | ReadAddress
                | ReadAllowance
                | ReadCode
                | ReadTombstone
                | ReadDays
                | ReadSheets
                | ReadDue
                | ReadHead
                | ReadLive
                | ReadMail
                | ReadPass
                | ReadPeople
                | ReadSuppression
                | ReadUnfinished
                | ReadUnknown
                | ReadVersion
                | ReadWorkspace
        )
    }
}

/// Every crash point of every handler.
pub const POINTS: &[(Function, &[Effect])] = {
    use Effect::*;
    &[
        (Function::Intake, &[ReadLive, ReadWorkspace, ReadVersion, Look, Load, CommitDecision, Claim, PutAside]),
        (Function::Tick, &[ReadHead, QueueShards, ReadUnfinished, QueuePass, ReadUnknown]),
        (
            Function::Advance,
            &[ReadDue, ReadLive, ReadWorkspace, ReadVersion, Look, Load, CommitDecision, Claim, SetAside],
        ),
        (
            Function::Relay,
            &[
                NoteAddress,
                ReadAddress,
                ReadSuppression,
                AppendLines,
                PutSend,
                QueueSends,
                PutEvents,
                OpenDay,
                PutSheet,
                ReadDays,
                ReadSheets,
                FoldDay,
                KeepEvents,
                PutAnswer,
                PutRedemption,
                ReadTombstone,
                EraseRows,
                Bury,
                ClearPlace,
                Forget,
            ],
        ),
        (
            Function::Send,
            &[
                ReadLive,
                ReadWorkspace,
                ReadVersion,
                Look,
                Load,
                ReadMail,
                ReadSuppression,
                ReadAllowance,
                PutAllowance,
                AskAccount,
                CommitArmed,
                AskSes,
                CommitAccepted,
                CommitPlannedAgain,
                CommitUnknown,
                CommitWithdrawn,
                CommitDecision,
                QueueSends,
            ],
        ),
        (
            Function::Feedback,
            &[
                ReadLive,
                ReadWorkspace,
                ReadVersion,
                Look,
                Load,
                CommitAccepted,
                CommitDecision,
                Claim,
                PutAside,
                NoteAddress,
                ReadAddress,
            ],
        ),
        (
            Function::Pages,
            &[ReadLive, ReadWorkspace, ReadVersion, Load, Look, ReadSuppression, ReadAddress, CommitDecision, Claim],
        ),
        (Function::Offers, &[ReadCode, Load, ReadLive, ReadWorkspace, ReadVersion, CommitDecision]),
        (
            Function::Sweep,
            &[
                ReadPass,
                PutPass,
                ReadPeople,
                ReadLive,
                ReadWorkspace,
                ReadVersion,
                Load,
                CommitDecision,
                Claim,
                QueueSends,
                QueuePass,
                ReadDays,
                ReadSheets,
                PauseCampaign,
                KeepNote,
            ],
        ),
    ]
};

/// Whether a function is known to make a call.
#[must_use]
pub fn is_known(function: Function, effect: Effect) -> bool {
    POINTS.iter().any(|(own, effects)| *own == function && effects.contains(&effect))
}
