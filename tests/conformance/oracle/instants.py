"""Instants, zones and durations (SPEC sections 3 and 11, "Time").

An instant is a whole number of seconds since 1970-01-01T00:00:00Z. A wall-clock time is a naive
`datetime`. Nothing here reads the clock of the machine.
"""

import re
import zoneinfo
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

# The zone data is the pinned `tzdata` package, never what the machine happens to carry.
zoneinfo.reset_tzpath(())

EPOCH = datetime(1970, 1, 1)
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?([Zz]|[+-]\d\d:\d\d)"
)
_WHEN = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?))?(Z|[+-]\d\d:\d\d)?")
_DURATION = re.compile(r"(?:(\d+)mo)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?")


def offset_seconds(text):
    """The seconds of `Z` or `±HH:MM`; raises `ValueError`."""
    if text in ("Z", "z"):
        return 0
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 23 or minutes > 59:
        raise ValueError("offset out of range")
    return (-1 if text[0] == "-" else 1) * (hours * 3600 + minutes * 60)


def parse_instant(text):
    """RFC 3339 with an offset; a fraction of a second is cut off (section 11)."""
    match = _RFC3339.fullmatch(text) if isinstance(text, str) else None
    if not match:
        raise ValueError(f"not RFC 3339 with offset: {text!r}")
    fields = [int(part) for part in match.groups()[:6]]
    return seconds_of(datetime(*fields)) - offset_seconds(match.group(7))


def seconds_of(utc):
    """The instant of a naive UTC time."""
    return (utc - EPOCH) // timedelta(seconds=1)


def format_instant(instant):
    return (EPOCH + timedelta(seconds=instant)).strftime("%Y-%m-%dT%H:%M:%SZ")


def find_zone(name):
    """The IANA zone of that name, or None."""
    if not isinstance(name, str) or not name:
        return None
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


def to_local(instant, zone):
    """The wall clock at an instant, as a naive datetime."""
    there = datetime.fromtimestamp(instant, timezone.utc).astimezone(zone)
    return there.replace(tzinfo=None, fold=0)


def to_instant(wall, zone):
    """Section 3: a time that does not exist moves forward by the gap; of two it is the earlier.

    `fold=0` is the offset before a change, which is just that in both cases.
    """
    aware = wall.replace(tzinfo=zone, fold=0)
    return seconds_of(aware.astimezone(timezone.utc).replace(tzinfo=None))


@dataclass(frozen=True)
class Duration:
    """`1mo2w3d12h30m`: calendar months and days and exact seconds, with one sign for all."""

    months: int
    days: int
    seconds: int
    sign: int = 1

    @property
    def exact(self):
        """Whether it asks no calendar."""
        return self.months == 0 and self.days == 0

    @staticmethod
    def parse(text, signed=False):
        sign = 1
        if signed and text.startswith("-"):
            sign, text = -1, text[1:]
        match = _DURATION.fullmatch(text)
        if not match or not text:
            raise ValueError(f"not a duration: {text!r}")
        months, weeks, days, hours, minutes = (int(part or 0) for part in match.groups())
        return Duration(months, weeks * 7 + days, hours * 3600 + minutes * 60, sign)

    def after_wall(self, wall, zone):
        """The instant that lies this far from a wall-clock time: the months first (the same day of
        the month, or its last), then the days, then the clock is set, then the hours."""
        month = wall.year * 12 + wall.month - 1 + self.sign * self.months
        day = clamp_day(month // 12, month % 12 + 1, wall.day)
        moved = datetime.combine(day, wall.time()) + timedelta(days=self.sign * self.days)
        return to_instant(moved, zone) + self.sign * self.seconds

    def after(self, instant, zone):
        """The instant that lies this far from another; hours alone are exact and ask no zone."""
        if self.exact:
            return instant + self.sign * self.seconds
        return self.after_wall(to_local(instant, zone), zone)


def parse_clock(text):
    """`HH:MM` as minutes since midnight; `24:00` is 1440 (windows only)."""
    match = re.fullmatch(r"(\d\d):(\d\d)", text)
    if not match or int(match.group(2)) > 59 or int(match.group(1)) > 24:
        raise ValueError(f"not a time of day: {text!r}")
    return int(match.group(1)) * 60 + int(match.group(2))


def clock_on(day, minutes, zone):
    """The instant of a time of day on a local date; 1440 is midnight of the next date."""
    return to_instant(datetime.combine(day, time()) + timedelta(minutes=minutes), zone)


@dataclass(frozen=True)
class When:
    """A date, local time or instant as written: `YYYY-MM-DD[THH:MM[:SS]][offset]`."""

    wall: datetime
    offset: int | None

    @staticmethod
    def parse(text):
        """None when the text does not read so or names no date that exists."""
        match = _WHEN.fullmatch(text) if isinstance(text, str) else None
        if not match:
            return None
        try:
            wall = datetime.fromisoformat(f"{match.group(1)}T{match.group(2) or '00:00'}")
            return When(wall, match.group(3) and offset_seconds(match.group(3)))
        except ValueError:
            return None

    @staticmethod
    def of_instant(instant):
        return When(EPOCH + timedelta(seconds=instant), 0)

    def wall_in(self, zone):
        """The wall-clock time meant, in that zone."""
        if self.offset is None:
            return self.wall
        return to_local(seconds_of(self.wall) - self.offset, zone)

    def instant_in(self, zone):
        if self.offset is None:
            return to_instant(self.wall, zone)
        return seconds_of(self.wall) - self.offset


def clamp_day(year, month, day):
    """That day, or the last one of a shorter month (Feb 29 → Feb 28; `on: 31`)."""
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1
