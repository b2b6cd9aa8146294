//! Mutations of what holds for people: that they are forgotten, that pages and checkouts say what is so, that nobody begins
//! what an invocation's end would cut off, and that no process takes another's commits for its own.

use super::Mutant;

const ERASING: &str = "shared/lambda/src/erasing.rs";
const RELAY: &str = "functions/relay/src/lib.rs";
const BACK: &str = "nobody comes back who was erased";
const LEFT: &str = "nothing is left of whoever was erased";
const SAID: &str = "what a page says is done is done";

/// All of them.
pub(super) const MUTANTS: &[Mutant] = &[
    Mutant {
        number: 111,
        name: "an event from before an erasure is applied after it",
        caught_by: &[BACK],
        sites: &[(
            "shared/engine/src/decide/apply.rs",
            "if self.person.erased_at.is_some_and(|erased| event.time <= erased) {",
            "if !ON && self.person.erased_at.is_some_and(|erased| event.time <= erased) {",
        )],
    },
    Mutant {
        number: 112,
        name: "whoever is erased keeps the mails that wait",
        caught_by: &["nobody is mailed after their erasure", BACK, LEFT],
        sites: &[(
            "shared/engine/src/person/mod.rs",
            "        *self = Self { id: Arc::clone(&self.id),",
            "        let outbox = if ON { std::mem::take(&mut self.outbox) } else { Default::default() };\n        *self = Self { outbox, id: Arc::clone(&self.id),",
        )],
    },
    Mutant {
        number: 113,
        name: "the rows of whoever was erased stay",
        caught_by: &[LEFT],
        sites: &[(
            ERASING,
            "            self.store.erase(person).await?;\n            self.store.write_tombstone(",
            "            if !ON {\n                self.store.erase(person).await?;\n            }\n            self.store.write_tombstone(",
        )],
    },
    Mutant {
        number: 114,
        name: "the archive keeps whoever was erased",
        caught_by: &[LEFT],
        sites: &[(ERASING, "for place in &self.places {", "for place in self.places.iter().filter(|_| !ON) {")],
    },
    Mutant {
        number: 116,
        name: "a page says that it is done although it could not be written",
        caught_by: &[SAID],
        sites: &[(
            "functions/pages/src/act.rs",
            "            self.apply(id, act.kind, act.detail, &occasion(number), time).await?;",
            "            let done = self.apply(id, act.kind, act.detail, &occasion(number), time).await;\n            if ON {\n                return Ok(loaded.person);\n            }\n            done?;",
        )],
    },
    Mutant {
        number: 117,
        name: "the page of topics saves nothing",
        caught_by: &[SAID],
        sites: &[(
            "functions/pages/src/preferences.rs",
            "let holds = |person: &Person| Wish::of(",
            "let holds = |person: &Person| ON || Wish::of(",
        )],
    },
    Mutant {
        number: 118,
        name: "relay keeps no answers",
        caught_by: &["the last answer of everybody is kept"],
        sites: &[(
            RELAY,
            "            return Ok(self.store.put_answer(&row).await?);",
            "            if ON {\n                return Ok(());\n            }\n            return Ok(self.store.put_answer(&row).await?);",
        )],
    },
    Mutant {
        number: 119,
        name: "a budget is not looked at",
        caught_by: &["no offer goes beyond its budget"],
        sites: &[(
            "shared/store/src/memory/offers.rs",
            "if request.budget.is_some_and(",
            "if !ON && request.budget.is_some_and(",
        )],
    },
    Mutant {
        number: 120,
        name: "a used code is used by a further order",
        caught_by: &["no two orders are told that they have used a code"],
        sites: &[(
            "functions/offers/src/redeem.rs",
            "            Status::Redeemed if code.used()",
            "            Status::Redeemed if !ON && code.used()",
        )],
    },
    Mutant {
        number: 121,
        name: "relay keeps no uses of codes",
        caught_by: &["a use that was told of is kept", "every use is counted once"],
        sites: &[(
            RELAY,
            "            self.store.put_redemption(used).await?;",
            "            if !ON {\n                self.store.put_redemption(used).await?;\n            }",
        )],
    },
    Mutant {
        number: 122,
        name: "a mail is asked for that the invocation's end cuts off",
        caught_by: &["nothing is asked of SES that ends after the invocation"],
        sites: &[(
            "functions/send/src/lib.rs",
            "Ok(_) if !deadline.allows(REQUEST + SETTLING",
            "Ok(_) if !ON && !deadline.allows(REQUEST + SETTLING",
        )],
    },
    Mutant {
        number: 123,
        name: "a process has the name of the one before it",
        caught_by: &[
            "every event is applied once",
            "everybody comes to an end",
            "everything becomes quiet",
            "no planned mail disappears",
            "no mail twice",
        ],
        sites: &[(
            "shared/store/src/tokens.rs",
            "        aws_lc_rs::rand::fill(&mut process).map_err(|_| NoRandomBits)?;",
            "        if !ON {\n            aws_lc_rs::rand::fill(&mut process).map_err(|_| NoRandomBits)?;\n        }",
        )],
    },
];
