#!/usr/bin/env python3
"""Bad input that would cost minutes or gigabytes if it were read without budgets, through the command itself.

    tests/bombs/bombs.py target/release/rekindle

Each is read, checked and, where that is possible, written for somebody (`rekindle preview`). It must be refused with an error that names a place and a code, in under 200 MB and in no more processor time than a long campaign
without any harm takes: whatever makes the machine or the build slow makes both slow. Prints what each took; exit code 1 if one did not hold. It must never leave anything behind: all is made in a temporary folder.
"""

import json
import os
import pathlib
import re
import shutil
import sys
import tempfile

TIMES, MEGABYTES = 1, 200
WORKSPACE = """\
name: Shop
timezone: Asia/Seoul
currency: KRW
senders: [ { id: shop, name: Shop, email: shop@example.com, address: "1 Teheran-ro, Seoul" } ]
"""
HEAD = "name: Bomb\npurpose: marketing\ntrigger: manual\n"
LAYOUTS = pathlib.Path(__file__).parents[2] / "campaigns/layouts"


def audience(expression):
    return {"campaign.yaml": f"{HEAD}audience: '{expression}'\nsteps: []\n"}


def mail(body):
    text = f"---\nsubject: hi\npreheader: hi\n---\n<mj-section><mj-column><mj-text>{body}</mj-text></mj-column></mj-section>\n"
    return {"campaign.yaml": f"{HEAD}steps: [ {{ id: s, send: m }} ]\n", "m.mjml": text}


def aliases(inner, levels):
    lists = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * inner)}]\n" for n in range(1, levels))
    return {"campaign.yaml": f"a0: &a0 [x]\n{lists}{HEAD}steps: []\n"}


BOMBS = {
    "expression: parentheses": audience("(" * 900 + "true" + ")" * 900),
    "expression: macros in macros": audience("[1, 2, 3, 4, 5, 6, 7, 8, 9].all(a, " * 12 + "true" + ")" * 12),
    "expression: half a megabyte": audience(" || ".join(["person.orders.count > 1"] * 20_000)),
    "expression: lists": audience("[" * 900 + "]" * 900 + " == []"),
    "expression: regular expression": audience('person.id.matches("(a{1,1000}){1,1000}")'),
    "YAML: aliases of aliases": aliases(9, 12),
    "YAML: a hundred thousand aliases": {
        "campaign.yaml": f"long: &long {'x' * 100_000}\nlist: [{', '.join(['*long'] * 100_000)}]\n{HEAD}steps: []\n"
    },
    "YAML: depth": {"campaign.yaml": f"{HEAD}steps: {'[' * 100_000}"},
    "100,000 steps": {"campaign.yaml": f"{HEAD}steps:\n" + "- wait: 1d\n" * 100_000},
    "80,000 steps within the size": {"campaign.yaml": f"{HEAD}steps:\n" + "- exit: x\n" * 80_000},
    "template: loops in loops": mail(
        "{% for a in range(10000) %}{% for b in range(10000) %}{% for c in range(10000) %}x{% endfor %}{% endfor %}{% endfor %}"
    ),
    "template: text that doubles": mail(
        "{% set ns = namespace(t='xxxxxxxxxx') %}{% for a in range(10000) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}{{ ns.t }}"
    ),
    "template: loops over what a person brings": mail(
        "{% for a in person.attributes.list %}{% for b in person.attributes.list %}{% for c in person.attributes.list %}"
        "x{% endfor %}{% endfor %}{% endfor %}"
    ),
    "template: a macro that calls itself": mail("{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}"),
    "template: a filter that widens": mail("{{ 'x' | indent(1000000000) }}"),
    "template: a text times two thousand million": mail("{{ 'x' * 2000000000 }}"),
    "template: depth": mail("{% if true %}" * 5_000 + "{% endif %}" * 5_000),
    "MJML: depth": mail("</mj-text></mj-column>" + "<mj-wrapper>" * 8_000 + "</mj-wrapper>" * 8_000),
}


# What the bombs are held against: as many steps, expressions and mails as the limits allow, and nothing wrong with any.
MAILS = 60
HARMLESS = {
    "campaign.yaml": HEAD.replace("Bomb", "Long")
    + "steps:\n"
    + "".join(
        f"  - {{ id: s{n}, send: m{n} }}\n  - {{ id: b{n}, branch: [ {{ when: 'person.orders.count > {n} && person.events[\"x\"].count == 0', steps: [] }} ] }}\n"
        for n in range(MAILS)
    )
} | {f"m{n}.mjml": mail("Hello. " * 400)["m.mjml"] for n in range(MAILS)}


def measured(binary, files):
    """Runs the command on a workspace with one campaign of those files."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        shutil.copytree(LAYOUTS, folder / "layouts")
        (folder / "workspace.yaml").write_text(WORKSPACE)
        (folder / "bomb").mkdir()
        for path, text in files.items():
            (folder / "bomb" / path).write_text(text)
        return run(binary, folder)


def run(binary, folder):
    """Gives the exit code, what was printed, seconds of processor time and peak megabytes."""
    person = folder / "person.json"
    person.write_text(json.dumps({"id": "ann", "email": "ann@example.com", "attributes": {"list": list(range(1000))}}))
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(writing, 1)
        os.dup2(writing, 2)
        # Only a mail that is written for somebody can grow by what they bring.
        out = ["--out", str(folder / "out"), "--person", str(person)]
        os.execv(binary, [binary, "preview", str(folder), *out])
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        printed = pipe.read().decode(errors="replace")
    _, status, usage = os.wait4(child, 0)
    return os.waitstatus_to_exitcode(status), printed, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    binary = os.path.abspath(sys.argv[1])
    failed = 0
    code, printed, harmless, _ = measured(binary, HARMLESS)
    if code != 0:
        sys.exit(f"what the bombs are held against is refused itself: {printed[:400]}")
    limit = TIMES * harmless
    for name, files in BOMBS.items():
        code, printed, seconds, megabytes = measured(binary, files)
        errors = [line for line in printed.splitlines() if re.search(r":\d+:\d+: error [A-Z]\d{3}:|cannot be written", line)]
        held = code == 1 and errors and seconds < limit and megabytes < MEGABYTES
        failed += not held
        about = re.sub(r"^.*?error ", "", errors[0])[:90] if errors else printed[:90]
        print(f"{'' if held else 'FAILED '}{name}: {seconds:.2f} s, {megabytes:.0f} MB: {about}")
    print(f"{len(BOMBS)} bombs, {failed} failed; limits {limit:.2f} s (a long harmless campaign) and {MEGABYTES} MB")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
