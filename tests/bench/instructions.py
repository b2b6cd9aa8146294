#!/usr/bin/env python3
"""Compares counted instructions with those that are written down.

    tests/bench/instructions.py COUNTED tests/bench/instructions.json [write]

COUNTED is what `cargo bench --bench instructions -- --output-format=json` printed: a line of JSON for each count. Prints each
beside what is written down. Exit code 1 where one differs by more than 3 %, up or down: what became cheaper is written down
too, or it could become dearer again unseen. `write` writes down what was counted. Where the target is another than the one
written down, nothing can be compared; it is said, and passes.
"""

import json
import subprocess
import sys

PERCENT = 3.0


def counted(path):
    """Gives the instructions of each count by its name."""
    with open(path, encoding="utf-8") as file:
        summaries = [json.loads(line) for line in file if line.strip()]
    totals = {summary["function_name"]: summary["profiles"][0]["data"]["total"] for summary in summaries}
    return {name: total["metrics"]["Ir"]["values"]["new"] for name, total in totals.items()}


def main():
    found, baseline = counted(sys.argv[1]), sys.argv[2]
    target = subprocess.check_output(["rustc", "--print", "host-tuple"], text=True).strip()
    if sys.argv[3:] == ["write"]:
        with open(baseline, "w", encoding="utf-8") as file:
            json.dump({"target": target, "instructions": found}, file, indent=2)
            file.write("\n")
    with open(baseline, encoding="utf-8") as file:
        written = json.load(file)
    same = written["target"] == target
    rows, held = [("name", "instructions", "baseline", "difference", "")], True
    for name in sorted(found.keys() | written["instructions"].keys()):
        now, before = found.get(name), written["instructions"].get(name)
        if now is None or before is None:
            verdict, change = ("not counted" if now is None else "not written down"), ""
        else:
            percent = (now - before) / before * 100
            change = f"{percent:+.2f} %"
            verdict = "held" if abs(percent) <= PERCENT else "DEARER" if percent > 0 else "CHEAPER"
        held &= verdict == "held"
        number = lambda count: "" if count is None else f"{count:,}"
        rows.append((name, number(now), number(before), change, verdict if same else ""))
    for name, *numbers, verdict in rows:
        print(f"{name:<10}" + "".join(f"{text:>15}" for text in numbers) + f"  {verdict}".rstrip())
    if not same:
        print(f"written down for {written['target']}; on {target} there is nothing to compare with")
        return 0
    if not held:
        print(f"NOT held: within {PERCENT:g} % is asked for. If it is meant, `make instructions BASELINE=write`, and commit it")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
