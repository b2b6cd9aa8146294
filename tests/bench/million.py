#!/usr/bin/env python3
"""A million events of 100,000 people, on one core: through every recipe, and through the three that most shops begin with.

    tests/bench/million.py target/release/rekindle [FOLDER]

Writes the invented past once into FOLDER (default: target/bench), simulates it in both formats, and prints what each took.
Exit code 1 beyond 10 s or 600 MB for all recipes, or below 200,000 events a second for the three. Seconds are those of the processor, so that a busy machine does not change them much. What
is printed goes nowhere while it is timed: the journal has two gigabytes, and keeping them is the disk's time. Its lines are
counted in a run of their own, through a pipe.
"""

import os
import pathlib
import shutil
import subprocess
import sys

EVENTS, PEOPLE, SECONDS, MEGABYTES = 1_000_000, 100_000, 10.0, 600
FEW, RATE = ("welcome", "win-back", "nps"), 200_000
CAMPAIGNS = pathlib.Path(__file__).parents[2] / "campaigns"


def run(binary, *arguments):
    """Gives seconds of processor time and peak megabytes of one run."""
    child = os.fork()
    if child == 0:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.execv(binary, [binary, *map(str, arguments)])
    _, status, usage = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{' '.join(map(str, arguments))} failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def written_past(binary, folder):
    """Writes the invented past, and gives where it lies."""
    folder.mkdir(parents=True, exist_ok=True)
    past = folder / "million.jsonl"
    run(binary, "sample", "--events", EVENTS, "--people", PEOPLE, "--seed", 1, "--out", past)
    return past


def few_campaigns(folder):
    """A folder of campaigns that has but the few."""
    few = folder / "few"
    shutil.rmtree(few, ignore_errors=True)
    for name in ("layouts", *FEW):
        shutil.copytree(CAMPAIGNS / name, few / name)
    shutil.copy(CAMPAIGNS / "workspace.yaml", few)
    return few


def main():
    binary = os.path.abspath(sys.argv[1])
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else "target/bench")
    past = written_past(binary, folder)
    lines = subprocess.Popen([binary, "simulate", "--events", past, "--format", "jsonl"], stdout=subprocess.PIPE)
    written = sum(chunk.count(b"\n") for chunk in iter(lambda: lines.stdout.read(1 << 20), b""))
    if lines.wait() != 0:
        sys.exit("simulate failed")
    print(f"{EVENTS:,} events of {PEOPLE:,} people: {written:,} journal lines")
    held = True
    for form in ("jsonl", "summary"):
        seconds, megabytes = run(binary, "simulate", "--events", past, "--format", form)
        held &= seconds < SECONDS and megabytes < MEGABYTES
        print(f"{form}: {seconds:.2f} s of one core, {EVENTS / seconds:,.0f} events/s, {megabytes:.0f} MB")
    print("held" if held else f"NOT held: under {SECONDS:.0f} s and {MEGABYTES} MB are asked for")
    seconds, megabytes = run(binary, "simulate", "--campaigns", few_campaigns(folder), "--events", past)
    fast = EVENTS / seconds >= RATE
    print(f"{', '.join(FEW)}: {seconds:.2f} s of one core, {EVENTS / seconds:,.0f} events/s, {megabytes:.0f} MB")
    print("held" if fast else f"NOT held: {RATE:,} events a second are asked for")
    return 0 if held and fast else 1


if __name__ == "__main__":
    sys.exit(main())
