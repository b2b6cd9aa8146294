#!/usr/bin/env python3
"""Attacks on a local system, class by class; docs/threats.md says which threat each class is for.

    tests/attacks/attacks.py target/debug/rekindle            everything, some minutes
    tests/attacks/attacks.py target/debug/rekindle --short    what `make test` runs

Starts its own `rekindle dev` on free ports of 127.0.0.1, works in one temporary folder, and takes it away at the end. Prints how
much was tried of each class and how much gave way, each of those with what was seen; exit code 1 where anything gave way.
"""

import os
import sys

os.environ["REKINDLE"] = os.path.abspath(sys.argv[1])

import author  # noqa: E402  (the binary has to be known first)
import outsider  # noqa: E402
import owner  # noqa: E402
import privacy  # noqa: E402
import sender  # noqa: E402
from system import TALLY, Dev, signed_up  # noqa: E402


def main():
    short = "--short" in sys.argv[2:]
    dev = Dev("outside")
    dev.put([signed_up("ann", "ann-canary@example.com", attributes={"first_name": "CanaryName"}), signed_up("bob", "bob@example.com")])
    dev.quiet()
    for attack in (outsider.tokens, outsider.paths_and_methods, outsider.framing, outsider.sites, sender.offers, sender.hostile_events):
        attack(dev)
    author.workspaces()
    if not short:
        outsider.left_open(dev)
    dev.stop()
    owner.starts(dev)
    if not short:
        owner.demos()
        owner.harmed(owner.systems())
    private = Dev("private")
    privacy.files(private)
    if not short:
        privacy.others(private)
    private.stop()
    return TALLY.report()


if __name__ == "__main__":
    sys.exit(main())
