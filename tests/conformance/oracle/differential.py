"""Compares a binary of the engine with the oracle on random scenarios.

    python3 differential.py BINARY [--seeds N] [--start S] [--keep DIR]

Each seed gives one scenario (`generate.py`). Journals are compared byte for byte, but for what the
specification leaves free. A difference is shrunk, shown, and saved as a case folder under `--keep`.
Exits 1 on any difference.
"""

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from check import canonical
from generate import scenario
from instants import parse_instant
from shrink import shrink
from simulate import simulate

MAIL = """---
subject: About {name}
preheader: A word on {name}
---
<mjml><mj-body><mj-section><mj-column><mj-text>A word on {name}.</mj-text></mj-column></mj-section></mj-body></mjml>
"""


def write_case(folder, case):
    """The files of a scenario, in the layout of the conformance cases. JSON is YAML 1.2."""
    workspace = folder / "workspace"
    workspace.mkdir(parents=True, exist_ok=True)
    _write_json(workspace / "workspace.yaml", case["workspace"])
    for name, campaign in case["campaigns"].items():
        (workspace / name).mkdir(exist_ok=True)
        _write_json(workspace / name / "campaign.yaml", campaign)
        for mail in _mails(campaign["steps"]):
            (workspace / name / f"{mail}.mjml").write_text(MAIL.format(name=mail))
    lines = [json.dumps(event, ensure_ascii=False) + "\n" for event in case["events"]]
    (folder / "events.jsonl").write_text("".join(lines), encoding="utf-8")
    if "until" in case:
        (folder / "until.txt").write_text(case["until"] + "\n")


def _mails(node):
    """The mails named anywhere in steps; unused files would be a fault of their own."""
    if isinstance(node, list):
        return set().union(*map(_mails, node))
    if not isinstance(node, dict):
        return set()
    own = {node["send"]} if isinstance(node.get("send"), str) else set()
    if isinstance(node.get("survey"), dict):
        own.add(node["survey"]["mail"])
    inner = (node.get(key) for key in ("steps", "otherwise", "then", "else", "arms", "branch"))
    return own.union(*map(_mails, inner))


def _write_json(path, data):
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def run_engine(binary, folder, until):
    command = [binary, "simulate", "--format", "jsonl", "--campaigns", folder / "workspace"]
    command += ["--events", folder / "events.jsonl"] + (["--until", until] if until else [])
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode != 0:
        return [f"exit {done.returncode}: {done.stderr.strip()}"]
    return [canonical(line) for line in done.stdout.splitlines()]


def journals(binary, case):
    """(oracle's lines, engine's lines)"""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        write_case(folder, case)
        until = case.get("until")
        end = parse_instant(until) if until else None
        ours = simulate(folder / "workspace", folder / "events.jsonl", end)
        return [canonical(line) for line in ours], run_engine(binary, folder, until)


def differs(binary, case):
    """Whether both run it and disagree; a scenario that shrinking made invalid is none."""
    try:
        ours, theirs = journals(binary, case)
    except Exception:  # noqa: BLE001 - shrinking makes scenarios that nobody can read
        return False
    return ours != theirs and not (theirs and theirs[0].startswith("exit "))


def report(binary, seed, case, keep):
    print(f"seed {seed} differs")
    small = shrink(case, lambda smaller: differs(binary, smaller))
    ours, theirs = journals(binary, small)
    folder = Path(keep) / f"seed-{seed}"
    write_case(folder, small)
    (folder / "journal.jsonl").write_text("".join(line + "\n" for line in ours), encoding="utf-8")
    for mine, other in itertools.zip_longest(ours, theirs, fillvalue="(nothing)"):
        if mine != other:
            print(f"  oracle {mine}\n  engine {other}\n  saved  {folder}")
            return


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("binary")
    arguments.add_argument("--seeds", type=int, default=200)
    arguments.add_argument("--start", type=int, default=1)
    arguments.add_argument("--keep", default="differences")
    given = arguments.parse_args()
    kinds, lines, different = Counter(), 0, 0
    for seed in range(given.start, given.start + given.seeds):
        case = scenario(seed)
        ours, theirs = journals(given.binary, case)
        lines += len(ours)
        kinds.update(json.loads(line)["kind"] for line in ours)
        if ours != theirs:
            different += 1
            if theirs and theirs[0].startswith("exit "):
                print(f"seed {seed} refused by the engine: {theirs[0]}")
            else:
                report(given.binary, seed, case, given.keep)
    print(f"{given.seeds} scenarios, {lines} lines, {different} different")
    print(", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())))
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
