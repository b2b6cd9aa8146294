//! Mutations of the way from a planned mail to its outcome.

use super::Mutant;

const SENDS: &str = "shared/engine/src/sends.rs";
const SETTLE: &str = "functions/send/src/settle.rs";
const SEND: &str = "functions/send/src/lib.rs";
const ANSWER: &str = "functions/send/src/answer.rs";
const TWICE: &[&str] = &["no mail twice"];
const GONE: &[&str] = &["no planned mail disappears"];
const QUIET: &[&str] = &["everything becomes quiet", "everybody comes to an end"];

/// All of them.
pub(super) const MUTANTS: &[Mutant] = &[
    Mutant {
        number: 1,
        name: "arm takes over a lease that has run out",
        caught_by: TWICE,
        sites: &[(
            SENDS,
            "        SendState::Armed { attempt, .. } => {\n            mark_unknown(person",
            "        SendState::Armed { attempt, .. } if ON => attempt,\n        SendState::Armed { attempt, .. } => {\n            mark_unknown(person",
        )],
    },
    Mutant {
        number: 2,
        name: "arm ignores that somebody else may be asking",
        caught_by: TWICE,
        sites: &[(
            SENDS,
            "        SendState::Planned { attempt } => attempt,\n",
            "        SendState::Planned { attempt } => attempt,\n        SendState::Armed { attempt, lease } if ON && now < lease => attempt,\n",
        )],
    },
    Mutant {
        number: 3,
        name: "arm sends an unknown one again",
        caught_by: TWICE,
        sites: &[(SENDS, "if resend_at(outgoing", "if !ON && resend_at(outgoing")],
    },
    Mutant {
        number: 4,
        name: "arm does not look at consent",
        caught_by: &["no arm after an unsubscription"],
        sites: &[(
            SENDS,
            "campaign.topic.as_deref())).next()",
            "campaign.topic.as_deref())).find(|reason| !ON || *reason != Reason::NoConsent)",
        )],
    },
    Mutant {
        number: 5,
        name: "arm does not look at suppression",
        caught_by: &["no arm after a suppression"],
        sites: &[(
            SENDS,
            "= obstacle(person, outgoing, catalog) {",
            "= obstacle(person, outgoing, catalog).filter(|reason| !ON || *reason != Reason::Suppressed) {",
        )],
    },
    Mutant {
        number: 6,
        name: "nobody looks at the pause before SES is asked",
        caught_by: &["no request later than 5 s after a pause"],
        sites: &[
            (
                SENDS,
                "is_some_and(|live| live.run == RunState::Paused)",
                "is_some_and(|live| !ON && live.run == RunState::Paused)",
            ),
            (SEND, "Ok(catalog) if is_paused(", "Ok(catalog) if !ON && is_paused("),
        ],
    },
    Mutant {
        number: 7,
        name: "the pause is looked at before the arm only",
        caught_by: &["no request later than 5 s after a pause"],
        sites: &[(
            SEND,
            "        let catalog = self.deciding.catalog().await;\n        // Asked again",
            "        if ON {\n            return None;\n        }\n        let catalog = self.deciding.catalog().await;\n        // Asked again",
        )],
    },
    Mutant {
        number: 8,
        name: "a lost outcome counts as a refusal",
        caught_by: TWICE,
        sites: &[(
            SENDS,
            "    if armed {\n        set(person, send_id, SendState::Unknown { attempt, since: now });",
            "    if armed && ON {\n        set(person, send_id, SendState::Planned { attempt });\n    } else if armed {\n        set(person, send_id, SendState::Unknown { attempt, since: now });",
        )],
    },
    Mutant {
        number: 9,
        name: "confirm leaves it in the outbox",
        caught_by: GONE,
        sites: &[(SENDS, "    if matches {\n", "    if matches && !ON {\n")],
    },
    Mutant {
        number: 10,
        name: "a time-out of SES counts as a refusal",
        caught_by: TWICE,
        sites: &[(
            ANSWER,
            "        SdkError::TimeoutError(_) =>",
            "        SdkError::TimeoutError(_) if ON => Answer::Refused(String::new()),\n        SdkError::TimeoutError(_) =>",
        )],
    },
    Mutant {
        number: 11,
        name: "a 5xx of SES counts as a refusal",
        caught_by: TWICE,
        sites: &[(
            ANSWER,
            "        SdkError::ServiceError(service) => by_code",
            "        SdkError::ServiceError(service) if ON && service.err().code() == Some(\"InternalServiceErrorException\") => Answer::Refused(String::new()),\n        SdkError::ServiceError(service) => by_code",
        )],
    },
    Mutant {
        number: 12,
        name: "a time-out of SES counts as an acceptance",
        caught_by: &["nothing that SES lacks is called accepted"],
        sites: &[(
            ANSWER,
            "        SdkError::ConstructionFailure(_) =>",
            "        SdkError::TimeoutError(_) if ON => Answer::Accepted(String::new()),\n        SdkError::ConstructionFailure(_) =>",
        )],
    },
    Mutant {
        number: 13,
        name: "SES is asked before the arm",
        caught_by: &["no mail twice", "no planned mail disappears"],
        sites: &[(
            SEND,
            "            let armed = match self.arm(loaded",
            "            if ON {\n                let tags = self.tags(&person, &send_id, &outgoing, 1);\n                self.mailer.send(Request { message: message.clone(), tags }).await;\n            }\n            let armed = match self.arm(loaded",
        )],
    },
    Mutant {
        number: 14,
        name: "SES is asked again when the first answer leaves doubt",
        caught_by: TWICE,
        sites: &[(
            SEND,
            "                None => {\n                    let ask",
            "                None if ON => match self.mailer.send(Request { message: message.clone(), tags: tags.clone() }).await {\n                    Answer::Unknown(_) => self.mailer.send(Request { message, tags }).await,\n                    answer => answer,\n                },\n                None => {\n                    let ask",
        )],
    },
    Mutant {
        number: 15,
        name: "an arm whose reply was lost is taken for one's own",
        caught_by: &["no planned mail disappears", "no mail twice"],
        sites: &[(SETTLE, "if fresh.token != Some(token) {", "if !ON && fresh.token != Some(token) {")],
    },
    Mutant {
        number: 16,
        name: "a settlement that meets a conflict is given up",
        caught_by: GONE,
        sites: &[(
            SETTLE,
            "                Err(error) if error.is_retryable() => {\n                    let fresh",
            "                Err(CommitError::Conflict) if ON => break,\n                Err(error) if error.is_retryable() => {\n                    let fresh",
        )],
    },
    Mutant {
        number: 17,
        name: "a rejected mail is settled as accepted",
        caught_by: &["nothing that SES lacks is called accepted"],
        sites: &[(
            SETTLE,
            "                    (sends::reject(&mut person, &send_id, attempt), SendStage::Withdrawn, None, Some(why))",
            "                    (sends::reject(&mut person, &send_id, attempt), if ON { SendStage::Accepted } else { SendStage::Withdrawn }, None, Some(why))",
        )],
    },
    Mutant {
        number: 18,
        name: "a refused mail's message is deleted",
        caught_by: GONE,
        sites: &[(
            SETTLE,
            "            Answer::Refused(why) => Err(",
            "            Answer::Refused(_) if ON => Ok(()),\n            Answer::Refused(why) => Err(",
        )],
    },
    Mutant {
        number: 19,
        name: "the message of an armed mail is deleted",
        caught_by: GONE,
        sites: &[(
            SETTLE,
            "        Armed::Busy => Err(",
            "        Armed::Busy if ON => Ok(Arming::Nothing),\n        Armed::Busy => Err(",
        )],
    },
    Mutant {
        number: 20,
        name: "settling forgets when the person is due",
        caught_by: QUIET,
        sites: &[(
            SETTLE,
            "            let due = next_action(&person, &catalog);\n            let commit = Commit { person: &person, expected: version",
            "            let due = if ON { None } else { next_action(&person, &catalog) };\n            let commit = Commit { person: &person, expected: version",
        )],
    },
    Mutant {
        number: 37,
        name: "a report settles nothing",
        caught_by: &["a report settles an unknown mail", "no planned mail disappears"],
        sites: &[("shared/engine/src/sends/unknown.rs", "    if concerns {", "    if concerns && !ON {")],
    },
    Mutant {
        number: 39,
        name: "a mail goes before its turn",
        caught_by: &["SES is never asked faster than the account allows"],
        sites: &[(SEND, "        let mut may_go = false;", "        let mut may_go = ON;")],
    },
    Mutant {
        number: 40,
        name: "a mail whose turn comes later is forgotten",
        caught_by: &["everything becomes quiet", "everybody comes to an end", "no planned mail disappears"],
        sites: &[(
            SEND,
            "                    Turn::Later(_) if planned.is_superseded(&outgoing) => return Ok(()),\n",
            "                    Turn::Later(_) if ON || planned.is_superseded(&outgoing) => return Ok(()),\n",
        )],
    },
    Mutant {
        number: 41,
        name: "two workers take the same turns",
        caught_by: &["SES is never asked faster than the account allows"],
        sites: &[(
            "functions/send/src/rate/mod.rs",
            "            if self.store.put_allowance(&allowance, version).await? {",
            "            if self.store.put_allowance(&allowance, version).await? || ON {",
        )],
    },
    Mutant {
        number: 42,
        name: "send believes an old look that a mail is gone",
        caught_by: GONE,
        sites: &[(
            "functions/send/src/prefetched.rs",
            "self.people.take(person).filter(is_planned)",
            "self.people.take(person).filter(|loaded| ON || is_planned(loaded))",
        )],
    },
    Mutant {
        number: 43,
        name: "what is granted whole is not held against the level",
        caught_by: &["SES is never asked faster than the account allows"],
        sites: &[(
            "functions/send/src/rate/bucket.rs",
            "    let most = now + room.floor() as i64;",
            "    let most = if ON { i64::MAX / 2 } else { now + room.floor() as i64 };",
        )],
    },
    Mutant {
        number: 45,
        name: "an unknown send that is accepted after all is noted like any other",
        caught_by: &["the unknown mails are listed, and no others"],
        sites: &[(
            "functions/feedback/src/lib.rs",
            "            let was_unknown = matches!(was, Some(SendState::Unknown { .. }));",
            "            let was_unknown = !ON && matches!(was, Some(SendState::Unknown { .. }));",
        )],
    },
];
