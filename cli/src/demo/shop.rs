//! Half a year of an invented coffee shop, as the CSV file that the demo reads where none is given.
//!
//! It is the same file on every machine. Nobody in it exists: first names are common ones, addresses are under
//! example.com. Some customers order every other week and some once; most lapse at some time, a few come back by
//! themselves. No mail has any influence: whoever was held out comes back as often as others.

mod names;

use std::fmt::Write;

use jiff::civil::{Date, date};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

// Numbers that look random, follow from a seed and are the same for ever: no crate promises that, and nothing here is
// random.
use crate::sample::dice::Rng;
use names::{ENGLISH, KOREAN};

/// How many customers there are.
const PEOPLE: u64 = 500;
/// The day on which the shop opens; amounts are in Korean won.
const OPENING: Date = date(2026, 3, 2);
/// How many days are told.
const DAYS: i64 = 180;
/// Any other number would give another shop.
const SEED: u64 = 20_260_302;

const SEOUL: &str = "Asia/Seoul";
const ABROAD: [&str; 5] = ["Asia/Tokyo", "Asia/Singapore", "Australia/Sydney", "Europe/London", "America/New_York"];
/// Hours at which people order, the usual ones more than once; a mail at the late ones has to wait for the morning.
const HOURS: [i8; 20] = [7, 8, 8, 9, 9, 10, 11, 12, 12, 13, 13, 14, 15, 17, 18, 19, 20, 20, 21, 23];
/// Prices: bags of 200 g, drip bags, filters, bags of 500 g.
const PRICES: [u64; 8] = [13_000, 14_500, 16_000, 18_000, 12_000, 6_500, 28_000, 32_000];
/// What delivery costs, and from which amount on it is free.
const DELIVERY: (u64, u64) = (3_000, 30_000);

/// How a kind of customer behaves; shares are per mille.
struct Habit {
    /// How many customers are like that.
    share: u64,
    /// Days from one order to the next.
    every: (i64, i64),
    /// After how many of their orders they stop.
    stop: u64,
    /// How many of those who stopped come back by themselves.
    back: u64,
    /// At most so many things in an order.
    things: u64,
}

const HABITS: [Habit; 4] = [
    Habit { share: 260, every: (9, 21), stop: 50, back: 350, things: 3 },
    Habit { share: 340, every: (24, 39), stop: 130, back: 300, things: 3 },
    Habit { share: 200, every: (42, 78), stop: 250, back: 250, things: 2 },
    Habit { share: 200, every: (30, 60), stop: 1000, back: 120, things: 2 },
];
/// After how many days people who stopped come back.
const BACK_AFTER: (i64, i64) = (61, 115);

/// A customer as the shop knows them.
struct Customer {
    id: String,
    email: String,
    locale: &'static str,
    zone: TimeZone,
    zone_name: &'static str,
    first_name: &'static str,
    birthday: String,
    consent: bool,
    /// One point for every hundred won.
    points: u64,
}

/// The whole file.
///
/// # Errors
/// Where the zones of the customers are unknown on this machine, which they are nowhere: zone data is part of the
/// program.
pub fn csv() -> Result<String, jiff::Error> {
    let mut dice = Rng::new(SEED);
    let mut orders: Vec<(Timestamp, String)> = Vec::new();
    for number in 1..=PEOPLE {
        let mut customer = customer(number, &mut dice)?;
        visit(&mut customer, &mut dice, &mut orders)?;
    }
    // Rows of one instant stay in the order of their customers.
    orders.sort_by_key(|order| order.0);
    let mut file =
        "customer_id,date,amount,email,locale,timezone,consent,first_name,birthday,points,points_expire_on\n"
            .to_owned();
    for (_, row) in &orders {
        file.push_str(row);
    }
    Ok(file)
}

fn customer(number: u64, dice: &mut Rng) -> Result<Customer, jiff::Error> {
    let korean = dice.chance(820);
    let names: &[(&str, &str)] = if korean { &KOREAN } else { &ENGLISH };
    let (first_name, letters) = dice.one_of(names).unwrap_or_default();
    let abroad = dice.chance(if korean { 30 } else { 500 });
    let zone_name = if abroad { dice.one_of(&ABROAD).unwrap_or(SEOUL) } else { SEOUL };
    let born = date(1961, 1, 1).checked_add(dice.between(0, 45 * 365).days())?;
    Ok(Customer {
        id: format!("c-{number:04}"),
        // A few ordered at the counter.
        email: if dice.chance(15) { String::new() } else { format!("{letters}.{number:04}@example.com") },
        locale: if korean { "ko" } else { "en" },
        zone: TimeZone::get(zone_name)?,
        zone_name,
        first_name,
        birthday: if dice.chance(600) { born.to_string() } else { String::new() },
        consent: dice.chance(900),
        points: 0,
    })
}

/// Every order of a customer, from the first to the last.
fn visit(customer: &mut Customer, dice: &mut Rng, orders: &mut Vec<(Timestamp, String)>) -> Result<(), jiff::Error> {
    let mut kind = dice.below(HABITS.iter().map(|habit| habit.share).sum());
    let habit = HABITS.iter().find(|habit| {
        let own = kind < habit.share;
        kind = kind.saturating_sub(habit.share);
        own
    });
    let Some(habit) = habit else { return Ok(()) };
    // Three in ten come in the first weeks, the others whenever they hear of the shop.
    let mut day = if dice.chance(300) { dice.between(0, 28) } else { dice.between(0, DAYS - 4) };
    while day < DAYS {
        orders.push(order(customer, habit, day, dice)?);
        if customer.consent && dice.chance(8) {
            customer.consent = false;
        }
        let (from, to) = if !dice.chance(habit.stop) {
            habit.every
        } else if dice.chance(habit.back) {
            BACK_AFTER
        } else {
            break;
        };
        day += dice.between(from, to);
    }
    Ok(())
}

fn order(customer: &mut Customer, habit: &Habit, day: i64, dice: &mut Rng) -> Result<(Timestamp, String), jiff::Error> {
    let hour = dice.one_of(&HOURS).unwrap_or_default();
    let minute = i8::try_from(dice.below(60)).unwrap_or_default();
    let local = OPENING.checked_add(day.days())?;
    let at = customer.zone.to_timestamp(local.at(hour, minute, 0, 0))?;
    let things = 1 + dice.below(habit.things);
    let goods: u64 = (0..things).filter_map(|_| dice.one_of(&PRICES)).sum();
    let amount = goods + if goods < DELIVERY.1 { DELIVERY.0 } else { 0 };
    customer.points += goods / 100;
    let expire = local.checked_add(120.days())?;
    // The shop's clock: the same instant, whatever zone the workspace is given.
    let date = at.display_with_offset(Offset::constant(9));
    let Customer { id, email, locale, zone_name, first_name, birthday, points, .. } = customer;
    let consent = if customer.consent { "yes" } else { "no" };
    let mut row = String::new();
    let _infallible = writeln!(
        row,
        "{id},{date},{amount},{email},{locale},{zone_name},{consent},{first_name},{birthday},{points},{expire}"
    );
    Ok((at, row))
}

#[cfg(test)]
mod tests;
