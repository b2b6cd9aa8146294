#!/usr/bin/env python3
"""What 100,000 random runs of the proof cost, in simulations of a million events through `million`'s three campaigns.

    tests/bench/ratio.py target/release/rekindle target/release/prove [RUNS] [FOLDER]

Both are measured by processor time on one core and by turns, so that whatever else the machine does slows both: a ratio
says more about the programs than seconds do. Of the runs a sample is made (default: 2,000), less a tenth of it, so that
what comes before the first run does not count. Exit code 1 beyond 350 times, or where a run violates something.
"""

import os
import pathlib
import sys

from million import EVENTS, FEW, few_campaigns, run, written_past

WHOLE, MOST, TURNS = 100_000, 350, 2


def main():
    simulate, prove = map(os.path.abspath, sys.argv[1:3])
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 2_000
    folder = pathlib.Path(sys.argv[4] if len(sys.argv) > 4 else "target/bench")
    past = written_past(simulate, folder)
    few = few_campaigns(folder)
    million, sample = [], []
    for turn in range(TURNS):
        million.append(run(simulate, "simulate", "--campaigns", few, "--events", past)[0])
        least, most = (run(prove, "--random", number)[0] for number in (runs // 10, runs))
        sample.append((most - least) / (runs - runs // 10))
        print(f"turn {turn + 1}: {EVENTS:,} events {million[-1]:.2f} s, a run {sample[-1] * 1e3:.2f} ms", flush=True)
    million, each = sum(million) / TURNS, sum(sample) / TURNS
    ratio = each * WHOLE / million
    print(f"{', '.join(FEW)}: {million:.2f} s; {WHOLE:,} runs: {each * WHOLE:,.0f} s, {ratio:.0f} times that")
    held = ratio <= MOST
    print("held" if held else f"NOT held: at most {MOST} times is asked for")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
