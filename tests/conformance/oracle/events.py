"""Events as they arrive, and which of them are malformed (SPEC sections 4 and 11, "Events")."""

import json
from dataclasses import dataclass
from typing import Any

from cel_values import is_amount
from instants import parse_instant


class Malformed(ValueError):
    """The line is refused whole."""


@dataclass
class Event:
    """One well-formed event: `time` is its own, `received` when it came; `detail` is as sent."""

    id: str | None
    type: str
    person: str
    time: int
    received: int
    detail: Any
    line: int = 0

    @property
    def history(self):
        """A fact of the past that is told now (section 11, "History")."""
        return self.detail.get("history") is True


def _check(condition, reason):
    if not condition:
        raise Malformed(reason)


def _text(value):
    return isinstance(value, str)


def _check_consent(consent):
    if consent is None:
        return
    _check(isinstance(consent, dict), "consent")
    marketing, topics = consent.get("marketing"), consent.get("topics")
    _check(marketing is None or isinstance(marketing, bool), "consent.marketing")
    _check(topics is None or isinstance(topics, dict), "consent.topics")
    for state in (topics or {}).values():
        _check(state is None or isinstance(state, bool), "consent.topics")


def _says_consent(consent):
    consent = consent or {}
    topics = (consent.get("topics") or {}).values()
    return consent.get("marketing") is not None or any(state is not None for state in topics)


def says_leaving(event):
    """Anything about consent, a bounce, a complaint or a deletion."""
    if event.type in ("email.bounced", "email.complained", "customer.deleted"):
        return True
    own = event.detail.get("consent") if event.type == "consent.changed" else None
    return _says_consent(event.detail["person"].get("consent")) or _says_consent(own)


def check_detail(event_type, detail):
    """Raises `Malformed` for a wrong type of one of the fields that section 11 names."""
    _check(isinstance(detail, dict), "detail")
    person = detail.get("person")
    _check(isinstance(person, dict), "person")
    _check(_text(person.get("id")) and person["id"], "person.id")
    for name in ("email", "locale", "timezone"):
        _check(person.get(name) is None or _text(person[name]), name)
    attributes = person.get("attributes")
    _check(attributes is None or isinstance(attributes, dict), "attributes")
    _check_consent(person.get("consent"))
    if event_type == "consent.changed":
        _check_consent(detail.get("consent"))
    _check(isinstance(detail.get("history", False), bool), "history")
    _check(detail.get("event_id") is None or _text(detail["event_id"]), "event_id")
    order = detail.get("order")
    if isinstance(order, dict) and order.get("total") is not None:
        _check(is_amount(order["total"]), "order.total")


def parse_event(text, line):
    """The event on a line; raises `Malformed`."""
    try:
        raw = json.loads(text)
    except ValueError as fault:
        raise Malformed("not JSON") from fault
    _check(isinstance(raw, dict), "not an object")
    for name in ("id", "detail-type"):
        _check(_text(raw.get(name)) and raw[name], name)
    try:
        time = parse_instant(raw.get("time"))
    except ValueError as fault:
        raise Malformed("time") from fault
    detail = raw.get("detail")
    check_detail(raw["detail-type"], detail)
    received = time
    if "received_at" in raw:
        try:
            received = parse_instant(raw["received_at"])
        except ValueError as fault:
            raise Malformed("received_at") from fault
    event_id = detail.get("event_id") or raw["id"]
    return Event(event_id, raw["detail-type"], detail["person"]["id"], time, received, detail, line)


def read_events(path):
    """The well-formed events in file order; others change nothing."""
    events = []
    with open(path, encoding="utf-8") as lines:
        for number, text in enumerate(lines):
            if text.strip():
                try:
                    events.append(parse_event(text, number))
                except Malformed:
                    continue
    return events
