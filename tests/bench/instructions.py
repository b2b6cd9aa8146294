#!/usr/bin/env python3
"""Compares counted instructions with those that are written down.

    tests/bench/instructions.py COUNTED tests/bench/instructions.json [write]

COUNTED is what `cargo bench --bench instructions -- --output-format=json` printed: a line of JSON for each count. Prints each
beside what is written down. Exit code 1 where one differs by more than 3 %, up or down: what became cheaper is written down
too, or it could become dearer again unseen. `write` writes down what was counted.

Only the program's own instructions are compared. Those of the C library differ from one release and processor to the next,
and where it clears memory, every byte counts as one; they are shown beside. Counts of another target than the one written
down cannot be compared: that is said, and passes.
"""

import json
import pathlib
import subprocess
import sys

PERCENT = 3.0


def own(lines, program):
    """Gives the instructions of `program` itself in what Callgrind wrote: a line under `ob=` is a place and its cost."""
    total, inside, called = 0, False, False
    for line in lines:
        if line.startswith("ob="):
            inside = line.strip() == f"ob={program}"
        elif line[:1].isdigit():
            # What a call cost as a whole is told, too, and belongs to whom it was made to.
            total += int(line.split()[1]) if inside and not called else 0
        called = line.startswith("calls=")
    return total


def counted(path):
    """Gives the program's own instructions and all of them, of each count by its name."""
    found = {}
    for summary in map(json.loads, pathlib.Path(path).read_text(encoding="utf-8").splitlines()):
        root = pathlib.Path(summary["project_root"])
        (written,) = (root / summary["output_dir"]).glob("callgrind.*.out")
        total = summary["profiles"][0]["data"]["total"]["metrics"]["Ir"]["values"]["new"]
        program = root / summary["benchmark_exe"]
        found[summary["function_name"]] = (own(written.read_text(encoding="utf-8").splitlines(), program), total)
    return found


def main():
    everything, baseline = counted(sys.argv[1]), sys.argv[2]
    found = {name: count for name, (count, _) in everything.items()}
    target = subprocess.check_output(["rustc", "--print", "host-tuple"], text=True).strip()
    if sys.argv[3:] == ["write"]:
        with open(baseline, "w", encoding="utf-8") as file:
            json.dump({"target": target, "instructions": found}, file, indent=2)
            file.write("\n")
    with open(baseline, encoding="utf-8") as file:
        written = json.load(file)
    same = written["target"] == target
    rows, held = [("name", "instructions", "baseline", "difference", "with libc", "")], True
    for name in sorted(found.keys() | written["instructions"].keys()):
        now, before = found.get(name), written["instructions"].get(name)
        if now is None or before is None:
            verdict, change = ("not counted" if now is None else "not written down"), ""
        else:
            percent = (now - before) / before * 100
            change = f"{percent:+.2f} %"
            verdict = "held" if abs(percent) <= PERCENT else "DEARER" if percent > 0 else "CHEAPER"
        held &= verdict == "held"
        now, before, total = ("" if n is None else f"{n:,}" for n in (now, before, everything.get(name, (0, None))[1]))
        rows.append((name, now, before, change, total, verdict if same else ""))
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
