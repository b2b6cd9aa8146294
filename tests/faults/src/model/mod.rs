//! The send protocol of one mail, explored in every order: two workers, and bounded faults. The transitions are those that
//! production calls (`rekindle_engine::sends`); around them is what the handler does between them, call by call.
//!
//! Explored without sampling: a breadth-first search over all states that can be reached. Bounded are the crashes, the lost
//! replies, the lost events, the duplicates, SES's refusals, and how far time goes.

mod person;
mod steps;

use std::collections::{HashSet, VecDeque};

use person::catalog;
use steps::World;

/// Steps of time after which an armed send is nobody's.
const LEASE: u8 = 2;
/// Steps of time that are explored: a lease, another, and what follows.
pub const LONG: u8 = 6;
/// A lease, and what follows.
pub const SHORT: u8 = 4;

/// A way to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Ours.
    Ours,
    /// A control: a lease that has run out is taken over.
    LeaseAndRetry,
    /// A control: an unknown one is planned again.
    ResendWithoutEvent,
    /// A control: SES is asked without arming.
    WithoutArming,
}

/// What was explored.
#[derive(Debug, Default)]
pub struct Explored {
    /// States.
    pub states: u64,
    /// Transitions between them.
    pub transitions: u64,
    /// States in which nothing can happen any more.
    pub ends: u64,
    /// What must not be, with the shortest way there.
    pub violation: Option<(String, Vec<String>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Stage {
    Planned(u32),
    Armed(u32, u8),
    Unknown(u32, u8),
    Accepted,
    Withdrawn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Said {
    Accepted,
    Refused,
    Rejected,
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Worker {
    Idle,
    /// Has loaded this version.
    Loaded {
        version: u8,
        stage: Stage,
        consent: bool,
    },
    /// Has armed, in this version; the reply is lost where `unsure`.
    Armed {
        attempt: u32,
        version: u8,
        unsure: bool,
    },
    /// Has asked SES.
    Asked {
        attempt: u32,
    },
    /// Has the answer.
    Told {
        attempt: u32,
        said: Said,
    },
}

/// What may still go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Budget {
    crashes: u8,
    lost_replies: u8,
    lost_events: u8,
    duplicates: u8,
    refusals: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct State {
    now: u8,
    version: u8,
    stage: Stage,
    consent: bool,
    /// Whether the message that names it is in its queue.
    message: bool,
    workers: [Worker; 2],
    /// Requests that left and that SES has not looked at: by whom, and which try.
    requests: Vec<(Option<usize>, u32)>,
    /// Tries that SES took.
    taken: Vec<u32>,
    /// Events of SES under way.
    events: Vec<u32>,
    budget: Budget,
}

/// Explores everything that a protocol can do in so many steps of time.
#[must_use]
pub fn explore(protocol: Protocol, end: u8) -> Explored {
    let world = World { catalog: catalog(), protocol, end };
    let first = State {
        now: 0,
        version: 0,
        stage: Stage::Planned(0),
        consent: true,
        message: true,
        workers: [Worker::Idle; 2],
        requests: Vec::new(),
        taken: Vec::new(),
        events: Vec::new(),
        budget: Budget { crashes: 1, lost_replies: 1, lost_events: 1, duplicates: 1, refusals: 1 },
    };
    let mut explored = Explored::default();
    let mut seen: HashSet<State> = HashSet::new();
    // Where each state was reached from, to tell the way.
    let mut ways: Vec<(usize, String)> = vec![(0, String::new())];
    let mut queue = VecDeque::from([(first.clone(), 0_usize)]);
    seen.insert(first);
    let mut next = Vec::new();
    while let Some((state, place)) = queue.pop_front() {
        explored.states += 1;
        next.clear();
        world.next(&state, &mut next);
        let broken = world.broken(&state, next.is_empty());
        explored.ends += u64::from(next.is_empty());
        if let Some(broken) = broken {
            explored.violation = Some((broken, way(&ways, place)));
            return explored;
        }
        for (label, state) in next.drain(..) {
            explored.transitions += 1;
            if !seen.contains(&state) {
                ways.push((place, label));
                seen.insert(state.clone());
                queue.push_back((state, ways.len() - 1));
            }
        }
    }
    explored
}

fn way(ways: &[(usize, String)], mut place: usize) -> Vec<String> {
    let mut steps = Vec::new();
    while place > 0 {
        steps.push(ways[place].1.clone());
        place = ways[place].0;
    }
    steps.reverse();
    steps
}
