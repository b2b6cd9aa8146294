"""What reads as a date in a profile (SPEC section 11, "Dates")."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from cel_values import Timestamp
from instants import offset_seconds, seconds_of, to_local

_DAY = r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
_FORMS = [
    _DAY,
    _DAY.replace("-(", "/("),
    _DAY.replace("-(", r"\.\s*(") + r"\.?",
    r"([0-9]{4})([0-9]{2})([0-9]{2})",
]
_CLOCK = (
    r"(?:(?:T|\s+)([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
_FULL = [re.compile(form + _CLOCK) for form in _FORMS]
_MONTH_DAY = re.compile(r"(?:--([0-9]{2})-|([0-9]{2})[-/])([0-9]{2})")


@dataclass(frozen=True)
class MonthDay:
    """A day of every year, without a year of its own."""

    month: int
    day: int


def read_date(value, yearly, zone):
    """A `date`, a `MonthDay`, or None for what does not read."""
    if isinstance(value, Timestamp):
        return _local(value.seconds, zone)
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        whole = value == int(value) if abs(value) < 1e15 else False
        return _read_full(str(int(value)), zone) if whole and len(str(int(value))) == 8 else None
    if not isinstance(value, str):
        return None
    text = value.strip()
    return (_read_month_day(text) if yearly else None) or _read_full(text, zone)


def _read_month_day(text):
    match = _MONTH_DAY.fullmatch(text)
    if not match:
        return None
    month, day = int(match.group(1) or match.group(2)), int(match.group(3))
    try:
        date(2000, month, day)
    except ValueError:
        return None
    return MonthDay(month, day)


def _read_full(text, zone):
    for form in _FULL:
        match = form.fullmatch(text)
        if match:
            return _of_parts(*match.groups(), zone)
    return None


def _of_parts(year, month, day, hour, minute, second, offset, zone):
    try:
        wall = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
        if offset is None:
            return wall.date()
        midnight = (wall.hour, wall.minute, wall.second) == (0, 0, 0)
        if midnight and offset in ("Z", "+00:00"):
            return wall.date()
        return _local(seconds_of(wall) - offset_seconds(offset), zone)
    except ValueError:
        return None


def _local(instant, zone):
    try:
        return to_local(instant, zone).date()
    except (OverflowError, ValueError):
        return None
