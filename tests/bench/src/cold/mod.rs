//! What a function costs before it does anything: its cold start, the memory that it comes to have, the size of its zip.
//!
//! The bootstraps are the real ones, as processes of their own, with all of the repository's campaigns published. A start
//! includes everything that Lambda would wait for and AWS would not do for us: loading the program, reading the machine's
//! root certificates, building the TLS client, looking up hosts, whole handshakes with the secrets' and each other
//! service, and reading the campaigns at the first event. All traffic stays on the loopback interface, and only the
//! function's own process is counted.

mod child;
mod function;
mod round;
mod services;
mod shop;
mod size;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::cpu::Runs;
use crate::report::Report;
use round::NAMES;
use services::Services;
use shop::Shop;
use size::Size;

/// Cold starts of each function.
const STARTS: usize = 9;
/// People who then sign up, and as many who fall due.
const PEOPLE: usize = 1_000;
const MEGABYTE: f64 = 1024.0 * 1024.0;
/// Seconds of processor time of a cold start, bytes of memory, and bytes of a zip, at most.
const START: f64 = 10e-3;
const MEMORY: f64 = 20.0 * MEGABYTE;
const ZIP: f64 = 3.0 * MEGABYTE;

/// The folder of the bootstraps: the one given, or that of this program.
///
/// # Panics
/// Where one is missing.
pub fn bootstraps(given: Option<&str>) -> PathBuf {
    let own = || std::env::current_exe().ok().and_then(|own| own.parent().map(Path::to_owned));
    let folder = given.map(PathBuf::from).or_else(own).expect("this program has a place");
    for name in NAMES {
        let path = folder.join(name);
        assert!(path.is_file(), "{} is missing; `make bench` builds it", path.display());
    }
    folder
}

/// Measures all functions.
pub async fn measure(report: &mut Report, bootstraps: &Path) {
    let shop = Shop::open().await;
    let server = shop.aws.serve(0).await.expect("a port is free");
    let folder = tempfile::tempdir().expect("a folder");
    let services = Services::open(server.address(), folder.path()).await;
    let mut ready: BTreeMap<&str, Runs> = BTreeMap::new();
    let mut first: BTreeMap<&str, Runs> = BTreeMap::new();
    let mut connections: BTreeMap<&str, Runs> = BTreeMap::new();
    for group in 0..STARTS {
        let functions = round::start(bootstraps, &shop, &services, folder.path()).await;
        round::play(&shop, &functions, group, 1).await;
        for (name, running) in &functions {
            let start = running.function.started();
            ready.entry(name).or_default().push(start.ready);
            first.entry(name).or_default().push(start.first);
            connections.entry(name).or_default().push(start.connections as f64);
        }
    }
    for name in NAMES {
        report.time(&format!("cold start to the first answer: {name}"), &first[name], 1e-3, Some(START));
        report.time(&format!("  of it until ready: {name}"), &ready[name], 1e-3, None);
        report.part(&format!("  TLS handshakes in it: {name}"), connections[name].median(), "");
    }
    report.number("root certificates read at a cold start", services.roots as f64, None);
    let functions = round::start(bootstraps, &shop, &services, folder.path()).await;
    round::play(&shop, &functions, STARTS, PEOPLE).await;
    for name in NAMES {
        let running = &functions[name];
        let memory = running.function.child().memory();
        let what = match name {
            // It is asked for a shard, and finds its people.
            "advance" => format!("{PEOPLE} people"),
            "tick" | "sweep" => format!("{} calls", running.events()),
            _ => format!("{} events", running.events()),
        };
        report.size(&format!("memory after {what}: {name}"), memory.resident, Some(MEMORY));
        report.part(&format!("  at most: {name}"), memory.peak / MEGABYTE, "MB");
        report.part(&format!("  of it no pages of the program: {name}"), memory.own / MEGABYTE, "MB");
        report.part(&format!("  threads: {name}"), running.function.child().threads() as f64, "");
    }
    for name in NAMES {
        match size::of(name, &bootstraps.join(name)) {
            Size::Deployed(bytes) => report.size(&format!("zip for arm64: {name}"), bytes as f64, Some(ZIP)),
            Size::Host(bytes) => report.size(&format!("zip of the host's own build: {name}"), bytes as f64, None),
        }
    }
}
