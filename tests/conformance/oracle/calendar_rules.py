"""Waits, windows, caps and the occurrences of dates and schedules (SPEC sections 5, 6, 11, "Time")."""

from datetime import datetime, time, timedelta

from files import parse_days
from instants import WEEKDAYS, Duration, clamp_day, clock_on, parse_clock, to_local

DAY = timedelta(days=1)


def wait_until(body, value, now, zone):
    """The instant that a `wait` lasts to, or None if it does not wait.

    `value` is what `until` came to: a `When`, or None when it is missing or unparsable.
    """
    if isinstance(body, str):
        return Duration.parse(body).after(now, zone)
    at, days = body.get("at"), parse_days(body.get("on"))
    if "until" in body:
        if value is None:
            return None
        offset = Duration.parse(body.get("offset", "0d"), signed=True)
        base = _until_base(value, offset, zone)
    else:
        base = Duration.parse(body["for"]).after(now, zone) if "for" in body else now
    if at is not None:
        return first_clock(base, parse_clock(at), days, zone)
    return _allowed_day(base, days, zone)


def _until_base(value, offset, zone):
    if offset.exact:
        return value.instant_in(zone) + offset.sign * offset.seconds
    return offset.after_wall(value.wall_in(zone), zone)


def first_clock(base, minutes, days, zone):
    """The first local time of day on an allowed weekday that is not earlier than `base`."""
    day = to_local(base, zone).date() - DAY
    while True:
        candidate = clock_on(day, minutes, zone)
        if day.weekday() in days and candidate >= base:
            return candidate
        day += DAY


def _allowed_day(base, days, zone):
    """`on` without `at`: now if today is allowed, else 00:00 of the next allowed day."""
    day = to_local(base, zone).date()
    if day.weekday() in days:
        return base
    while day.weekday() not in days:
        day += DAY
    return clock_on(day, 0, zone)


def window_from(window, now, zone):
    """The earliest instant at or after `now` that is inside the window."""
    if window is None:
        return now
    day = to_local(now, zone).date() - DAY
    while True:
        opens = clock_on(day, window.opens, zone)
        last_day = day + DAY if window.closes < window.opens else day
        closes = clock_on(last_day, window.closes, zone)
        if day.weekday() in window.days and opens < closes and now < closes:
            return max(now, opens)
        day += DAY


def cap_from(cap, sent, now, zone):
    """The earliest instant at or after `now` that is under the cap: a mail planned at s counts
    until s + per."""
    if cap is None:
        return now
    most, per = cap
    ends = sorted((per.after(at, zone) for at in sent), reverse=True)
    if len(ends) < most or ends[most - 1] <= now:
        return now
    return ends[most - 1]


def never_matches(year, month, day):
    """Before 1900-01-02, and 1970-01-01: what tools write where nothing is known."""
    return (year, month, day) < (1900, 1, 2) or (year, month, day) == (1970, 1, 1)


def date_occurrences(trigger, value, zone, after):
    """(instant, date) of each occurrence whose instant lies after `after`, in order. `value` is
    (year, month, day), whose month may lack the day (Feb 29)."""
    year, month, day = value

    def instant_of(occurrence):
        wall = _wall(occurrence, trigger["at"])
        return trigger["offset"].after_wall(wall, zone)

    step = {"once": None, "yearly": 12, "monthly": 1}[trigger["again"]]
    here = year * 12 + month - 1
    while here < 9990 * 12:
        occurrence = clamp_day(here // 12, here % 12 + 1, day)
        if instant_of(occurrence) > after:
            yield instant_of(occurrence), occurrence
        if step is None:
            return
        here += step


def schedule_occurrences(trigger, zone, after):
    """(instant, local date) of each occurrence whose instant lies after `after`, in order."""
    if trigger["every"] is None:
        instant = trigger["once"].instant_in(zone)
        if instant > after:
            yield instant, trigger["once"].wall.date()
        return
    day = to_local(after, zone).date() - DAY
    while day.year < 9990:
        if _scheduled(trigger, day):
            instant = clock_on(day, trigger["at"], zone)
            if instant > after:
                yield instant, day
        day += DAY


def _scheduled(trigger, day):
    """`every: week` defaults to Monday, `month` to the 1st; 31 is the last day of a short month."""
    if trigger["every"] == "week":
        return day.weekday() == WEEKDAYS.index(trigger["on"] or "mon")
    if trigger["every"] == "month":
        return day == clamp_day(day.year, day.month, trigger["on"] or 1)
    return True


def _wall(day, minutes):
    return datetime.combine(day, time()) + timedelta(minutes=minutes)
