"""Runs the oracle over every case beside it and compares the journals.

    python3 check.py [CASE …]

Exits 1 when a case differs. The text of `error` and the letters of `code` are free.
"""

import difflib
import json
import sys
from pathlib import Path

from instants import parse_instant
from simulate import simulate

CASES = Path(__file__).resolve().parent.parent


def canonical(line):
    """A journal line with what is free made equal; everything else stays byte for byte."""
    row = json.loads(line)
    for free in ("error", "code"):
        if free in row:
            row[free] = "…"
            line = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
    return line


def run_case(case):
    until, people = case / "until.txt", case / "people.jsonl"
    return simulate(
        case / "workspace",
        case / "events.jsonl",
        parse_instant(until.read_text().strip()) if until.exists() else None,
        people if people.exists() else None,
    )


def main():
    named = sys.argv[1:]
    cases = [CASES / name for name in named] or sorted(
        path.parent for path in CASES.glob("*/events.jsonl")
    )
    failed = 0
    for case in cases:
        expected = [canonical(line) for line in (case / "journal.jsonl").read_text().splitlines()]
        found = [canonical(line) for line in run_case(case)]
        if expected != found:
            failed += 1
            print(f"DIFFERS {case.name}")
            for line in difflib.unified_diff(expected, found, "journal", "oracle", "", "", 1, ""):
                print("   ", line)
    print(f"{len(cases) - failed} of {len(cases)} cases agree")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
