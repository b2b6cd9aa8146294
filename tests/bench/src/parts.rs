//! The parts of a decision and of a mail, each measured on its own.

use std::hint::black_box;

use rekindle_bench::subjects::{Checking, Deciding, Rendering};
use rekindle_mail::LinkKind;

use crate::cpu::{Runs, each};

const RUNS: u32 = 9;

/// Seconds of one decision about somebody who stands in three campaigns and did a dozen things.
#[must_use]
pub fn deciding() -> Runs {
    let (subject, person) = Deciding::ready();
    // A decision changes the person, so each is about a copy; the copy alone is measured too, and taken off.
    let copies = each(RUNS, 200_000, || drop(black_box(person.clone()))).median();
    let both = each(RUNS, 200_000, || {
        let mut person = person.clone();
        drop(black_box(subject.decide(&mut person)));
    });
    let mut own = Runs::default();
    own.push(both.spread().0 - copies);
    own.push(both.median() - copies);
    own.push(both.spread().1 - copies);
    own
}

/// Seconds of rendering the welcome mail.
#[must_use]
pub fn rendering() -> Runs {
    let Rendering { mail, data } = Rendering::ready();
    each(RUNS, 10_000, || drop(black_box(mail.render(&data))))
}

/// Seconds of checking a link's token.
#[must_use]
pub fn checking() -> Runs {
    let Checking { links, token } = Checking::ready();
    each(RUNS, 200_000, || drop(black_box(links.verify(LinkKind::Preferences, &token))))
}
