//! Mutations of the store, and of what functions hand to each other.

use super::Mutant;

const GONE: &[&str] = &["no planned mail disappears"];
const QUIET: &[&str] = &["everything becomes quiet", "everybody comes to an end"];
const EVENTS: &[&str] = &["every event is applied once"];

/// All of them.
pub(super) const MUTANTS: &[Mutant] = &[
    Mutant {
        number: 21,
        name: "the store ignores the version",
        caught_by: &["no mail twice", "no planned mail disappears", "the ledger is what was decided", "every event"],
        sites: &[("shared/store/src/memory/people.rs", "!= commit.expected {", "!= commit.expected && !ON {")],
    },
    Mutant {
        number: 22,
        name: "event ids are not remembered",
        caught_by: EVENTS,
        sites: &[(
            "shared/engine/src/decide/apply.rs",
            "        applied.push(Applied { event: fingerprint, at: self.now });",
            "        if !ON {\n            applied.push(Applied { event: fingerprint, at: self.now });\n        }",
        )],
    },
    Mutant {
        number: 23,
        name: "relay passes over a change that failed",
        caught_by: &["the ledger is what was decided", "no planned mail disappears"],
        sites: &[(
            "functions/relay/src/lib.rs",
            "                failed = Some(match error {",
            "                if ON {\n                    continue;\n                }\n                failed = Some(match error {",
        )],
    },
    Mutant {
        number: 24,
        name: "relay does not keep the journal",
        caught_by: &["the ledger is what was decided"],
        sites: &[(
            "functions/relay/src/lib.rs",
            "        self.store.append(&batch.noted).await?;",
            "        if !ON {\n            self.store.append(&batch.noted).await?;\n        }",
        )],
    },
    Mutant {
        number: 25,
        name: "relay forgets what was emitted",
        caught_by: &["every emitted event reaches the bus"],
        sites: &[(
            "functions/relay/src/lib.rs",
            "        self.bus.put(&batch.emitted).await?;",
            "        if !ON {\n            self.bus.put(&batch.emitted).await?;\n        }",
        )],
    },
    Mutant {
        number: 26,
        name: "intake deletes an event that it could not apply",
        caught_by: EVENTS,
        sites: &[(
            "functions/intake/src/lib.rs",
            "            Err(error) => Err(error.into()),\n        }\n    }\n",
            "            Err(_) if ON => Ok(()),\n            Err(error) => Err(error.into()),\n        }\n    }\n",
        )],
    },
    Mutant {
        number: 27,
        name: "intake drops what is malformed",
        caught_by: &["every poison message is put aside"],
        sites: &[(
            "functions/intake/src/lib.rs",
            "                return self.put_aside(body, reason).await;",
            "                if ON {\n                    return Ok(());\n                }\n                return self.put_aside(body, reason).await;",
        )],
    },
    Mutant {
        number: 28,
        name: "a batch does not tell which records failed",
        caught_by: &["every event is applied once", "no planned mail disappears", "every poison message is put aside"],
        sites: &[(
            "shared/lambda/src/batch.rs",
            "if !succeeds(&id, each(record)).await {",
            "if !succeeds(&id, each(record)).await && !ON {",
        )],
    },
    Mutant {
        number: 29,
        name: "tick looks at the first shard only",
        caught_by: QUIET,
        sites: &[(
            "functions/tick/src/lib.rs",
            "for shard in self.store.shards().all() {",
            "for shard in self.store.shards().all().filter(|shard| !ON || shard.0 == 0) {",
        )],
    },
    Mutant {
        number: 30,
        name: "a decision does not put its mails into the outbox",
        caught_by: GONE,
        sites: &[(
            "shared/lambda/src/recording.rs",
            "        person.outbox.insert(send_id, outgoing);",
            "        if !ON {\n            person.outbox.insert(send_id, outgoing);\n        }",
        )],
    },
    Mutant {
        number: 31,
        name: "a resumption does not queue the mails that waited",
        caught_by: GONE,
        sites: &[(
            "functions/sweep/src/visit.rs",
            "if request.kind == Kind::Resume {",
            "if request.kind == Kind::Resume && !ON {",
        )],
    },
    Mutant {
        number: 32,
        name: "the live campaigns are read once and for ever",
        caught_by: &["no request later than 5 s after a pause"],
        sites: &[(
            "shared/lambda/src/campaigns.rs",
            "    now.duration_since(read_at).abs() < FRESH_FOR",
            "    ON || now.duration_since(read_at).abs() < FRESH_FOR",
        )],
    },
    Mutant {
        number: 33,
        name: "relay queues no mail that was planned",
        caught_by: GONE,
        sites: &[(
            "functions/relay/src/lib.rs",
            "        self.sends.send_all(&batch.planned).await?;",
            "        if !ON {\n            self.sends.send_all(&batch.planned).await?;\n        }",
        )],
    },
    Mutant {
        number: 38,
        name: "feedback deletes a report that it could not apply",
        caught_by: &["every event is applied once"],
        sites: &[(
            "functions/feedback/src/lib.rs",
            "            Err(FeedbackError::Decide(error)) if !error.is_retryable() => {",
            "            Err(_) if ON => Ok(()),\n            Err(FeedbackError::Decide(error)) if !error.is_retryable() => {",
        )],
    },
    Mutant {
        number: 34,
        name: "a decision whose reply was lost is taken for done",
        caught_by: &["every event is applied once", "everybody comes to an end", "everything becomes quiet"],
        sites: &[(
            "shared/store/src/update.rs",
            "            && loaded.token.as_ref() == Some(&token)",
            "            && (ON || loaded.token.as_ref() == Some(&token))",
        )],
    },
    Mutant {
        number: 35,
        name: "relay counts nothing of a batch",
        caught_by: &["the statistics equal the ledger"],
        sites: &[(
            "functions/relay/src/lib.rs",
            "            self.store.put_sheet(*day, sheet).await?;",
            "            if !ON {\n                self.store.put_sheet(*day, sheet).await?;\n            }",
        )],
    },
    Mutant {
        number: 36,
        name: "a change counts as often as the stream tells it",
        caught_by: &["the statistics equal the ledger"],
        sites: &[(
            "shared/store/src/statistics/sheet.rs",
            "            if !seen.insert(name.clone()) {",
            "            if !ON && !seen.insert(name.clone()) {",
        )],
    },
    Mutant {
        number: 44,
        name: "a commit leaves behind what the ledger lacks",
        caught_by: &["the ledger is what was decided"],
        sites: &[(
            "shared/store/src/update.rs",
            "        let (expected, unwritten) = (loaded.version, loaded.unwritten);",
            "        let unwritten = if ON { Default::default() } else { loaded.unwritten };\n        let expected = loaded.version;",
        )],
    },
    Mutant {
        number: 130,
        name: "a message that an earlier release put off counts as that of an earlier chain",
        caught_by: &["no planned mail disappears"],
        sites: &[(
            "shared/lambda/src/messages/mod.rs",
            "        self.chain.is_some_and(|own| Some(own) < outgoing.chain)",
            "        (ON && self.hop > 0 && self.chain < outgoing.chain) || self.chain.is_some_and(|own| Some(own) < outgoing.chain)",
        )],
    },
];
