//! Mutations of what keeps mails from whoever has left.

use super::Mutant;

const SEND: &str = "functions/send/src/lib.rs";
const HOLDS: &[&str] = &["what was said about leaving holds"];
const KNOWS: &[&str] = &["whoever has the address knows"];

/// All of them.
pub(super) const MUTANTS: &[Mutant] = &[
    Mutant {
        number: 101,
        name: "send does not look at the address",
        caught_by: HOLDS,
        sites: &[(
            SEND,
            "Ok(entry.obstacle(marketing, &person.profile.consent))",
            "Ok(entry.obstacle(marketing, &person.profile.consent).filter(|_| !ON))",
        )],
    },
    Mutant {
        number: 102,
        name: "the address is looked at before the arm only",
        caught_by: HOLDS,
        sites: &[(
            SEND,
            "Ok(_) if by_address.is_some() => by_address,",
            "Ok(_) if !ON && by_address.is_some() => by_address,",
        )],
    },
    Mutant {
        number: 103,
        name: "nobody else who has the address is told",
        caught_by: KNOWS,
        sites: &[(
            "shared/lambda/src/addresses.rs",
            "people.iter().filter(|person| *person != except)",
            "people.iter().filter(|person| !ON && *person != except)",
        )],
    },
    Mutant {
        number: 104,
        name: "whoever gets an address is not told what was known of it",
        caught_by: KNOWS,
        sites: &[("functions/relay/src/addresses.rs", "if hashes.is_empty() {", "if ON || hashes.is_empty() {")],
    },
    Mutant {
        number: 105,
        name: "what is told about an address is applied to whoever has another one",
        caught_by: &["every event is applied once"],
        sites: &[(
            "shared/lambda/src/deciding.rs",
            "about.is_none() || hash_of(&self.store, person) == about",
            "ON || about.is_none() || hash_of(&self.store, person) == about",
        )],
    },
    Mutant {
        number: 106,
        name: "whoever has had too many events of a day cannot leave",
        caught_by: &["no bound keeps anybody from leaving"],
        sites: &[(
            "shared/engine/src/decide/apply.rs",
            "return if event.is_about_leaving() {",
            "return if !ON && event.is_about_leaving() {",
        )],
    },
];
