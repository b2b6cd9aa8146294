"""Somebody who wants to be forgotten: nothing of them stays, and nothing of anybody else goes."""

import glob
import json
import os
import time

from system import TALLY, Dev, check, event, signed_up

CANARY = "canary-zq7x"
PERSON = "canaryid-k3v9"
WORDS = [CANARY, PERSON, "CanaryName-w8", "CanaryText-p1", "CanaryOrder", "CanaryNote-m2", "CanaryDead-d4"]


def found(state):
    """How often each word stands in each file of the state."""
    out = {}
    for path in sorted(glob.glob(f"{state}/**", recursive=True)):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                data = file.read().lower()
            counts = {word: data.count(word.lower().encode()) for word in WORDS}
            counts = {word: count for word, count in counts.items() if count}
            if counts:
                out[os.path.relpath(path, state)] = counts
    return out


def known(dev):
    dev.put([signed_up(PERSON, f"{CANARY}@example.com", attributes={"first_name": "CanaryName-w8"}, consent={"marketing": True, "how": "checkbox", "text": "words CanaryText-p1"})])
    dev.put([event("order.completed", {"person": {"id": PERSON}, "order": {"id": "o-CanaryOrder", "total": 5}, "note": "CanaryNote-m2"})])
    dev.quiet()


def files(dev):
    """What an erasure leaves in the files, by command and by event, while `dev` runs."""
    TALLY.begin("files after an erasure")
    for number in range(0, 30, 10):
        dev.put([signed_up(f"o{n}", f"o{n}@example.com") for n in range(number, number + 10)])
    known(dev)
    dev.put([event("bad.event", {"person": {"id": PERSON, "email": 5}, "note": "CanaryDead-d4"})])
    dev.quiet()
    before = found(dev.state)
    check("the test begins with something in the files", {"local.db-wal", "tables.db-wal"} & set(before), before)
    code, out, err = dev.cli("export", PERSON)
    export = json.loads(out) if code == 0 else {}
    check("an export beside dev has the archive's events", export.get("events"), err[-200:])
    check("an export has the refused events", "CanaryDead-d4" in json.dumps(export.get("refused")), err[-200:])
    check("an export beside dev gives no advice for AWS", "aws s3" not in err, err[-200:])
    code, out, err = dev.cli("erase", PERSON)
    check("erase says that nothing is left", code == 0 and "nothing is left" in out, (code, (out + err)[-200:]))
    check("nothing is left by then, while dev runs", not found(dev.state), found(dev.state))
    # What happened in the very second of an erasure is of the life that it ended, and brings nobody back (SPEC.md section 11).
    for _ in range(50):
        known(dev)
        if dev.person(PERSON) is not None:
            break
    check("they may come back", dev.person(PERSON) is not None)
    dev.put([event("customer.deleted", {"person": {"id": PERSON}})])
    dev.quiet()
    end = time.time() + 120
    while found(dev.state) and time.time() < end:
        time.sleep(0.5)
    check("nothing is left after an event either", not found(dev.state), found(dev.state))
    dev.put([dict(signed_up(PERSON, f"{CANARY}@example.com"), Time=time.time() - 86_400)])
    dev.quiet()
    check("an old event brings nobody back", dev.person(PERSON) is None)
    for arguments in [("erase", "no-such-person"), ("erase", "no-such-person", "--dry-run"), ("erase", PERSON.upper(), "--yes"), ("export", "no-such-person")]:
        code, out, err = dev.cli(*arguments)
        check(f"{arguments} is said to be nobody", code != 0 and "nothing is left" not in out, (code, (out + err)[-200:]))
    code, out, err = dev.cli("erase", PERSON)
    check("who was erased before is no mistake", code == 0, (code, err[-200:]))


def others(dev):
    """Erasing one person leaves everybody else's dead letters where they are."""
    TALLY.begin("letters of others")

    def refused(person, email):
        return event("order.completed", {"person": {"id": person, "email": email, "locale": "en"}, "order": {"id": "1", "total": "twelve"}})

    for person in ("ann", "en", "1", "jo", "joann"):
        dev.put([signed_up(person, f"{person}@example.com")])
    dev.quiet()
    for erased, letters in {
        "ann": [refused("joann", "joann@example.com"), refused("zoe", "zoe@example.com"), refused("Ann", "x@example.com"), refused("annex", "ann@example.com.kr")],
        "1": [refused("joann", "jo2@example.com"), refused("11", "x@example.com")], "en": [refused("zoe", "zoe@example.com"), refused("jen", "x@example.com")], "jo": [refused("joann", "joann@example.com")],
    }.items():
        for letter in letters:
            dev.put([letter])
        dev.quiet()
        before = dev.dead()
        code, _, err = dev.cli("erase", erased)
        check(f"erasing {erased!r} leaves {len(letters)} letters of others", code == 0 and dev.dead() == before, (code, before, dev.dead(), err[-200:]))
        dev.put([refused(erased, f"{erased}2@example.com")])
        dev.quiet()
        dev.cli("erase", erased)
        check(f"erasing {erased!r} takes their own letter", dev.dead() == before, (before, dev.dead()))
