"""An independent reading of what a campaign means: events in, journal out.

    python3 simulate.py --campaigns DIR --events FILE [--until INSTANT] [--people FILE]

Written from the specification alone, rule by rule, so that a disagreement with the engine shows an
error in one of the two. It must never borrow from the engine. The code of an offer is
`<campaign>/<offer>/<person>/<entry>`.
"""

import argparse
import json
import sys

from engine import Simulation
from events import read_events
from files import read_workspace
from instants import parse_instant


def read_people(path):
    """One object a line, as `detail.person` of an event."""
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def simulate(campaigns, events_path, until=None, people_path=None):
    """The lines of the journal. People of a file are known since just before the first event, or
    before `until` where there are none."""
    workspace, events = read_workspace(campaigns), read_events(events_path)
    received = [event.received for event in events]
    if until is None:
        until = max(received, default=None)
        if until is None:
            return []
    people = read_people(people_path) if people_path else []
    start = min(received, default=until) - 1
    return list(Simulation(workspace, events, until, people, start).run().lines())


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--campaigns", required=True)
    arguments.add_argument("--events", required=True)
    arguments.add_argument("--until")
    arguments.add_argument("--people")
    given = arguments.parse_args()
    until = parse_instant(given.until) if given.until else None
    for line in simulate(given.campaigns, given.events, until, given.people):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
