"""Triggers that time pulls: `lapsed`, `date`, `schedule` (SPEC sections 2 and 11, "Time")."""

from calendar_rules import date_occurrences, never_matches, schedule_occurrences
from cel import EvalFault
from chance import draw
from dates import MonthDay, read_date
from enrolment import names
from instants import Duration, to_local

GRACE = Duration.parse("1d")


class Triggers:
    """When each trigger of a person comes next. The state lies in `person.triggers`.

    `date` and `schedule` keep the next occurrence, found anew when the value or the zone changes:
    so only occurrences after that change fire, each once. `lapsed` keeps the `last_at` for which it
    fired, and when it fires for one that was past when an event of the past told of it.
    """

    def __init__(self, workspace):
        self.workspace = workspace
        kinds = ("lapsed", "date", "schedule")
        self.campaigns = [one for one in workspace.campaigns if one.trigger["kind"] in kinds]

    def refresh(self, person, now):
        """Look at the profile as it is after a decision at `now`."""
        for campaign in self.campaigns:
            kind = campaign.trigger["kind"]
            if kind == "lapsed":
                continue
            state = person.triggers.setdefault(campaign.id, {"basis": None, "fired": set()})
            zone = person.zone(self.workspace)
            value = self._value(person, campaign, state, now) if kind == "date" else None
            if state["basis"] != (str(zone), value):
                state["basis"] = (str(zone), value)
                state["next"] = self._next(person, campaign, value, state, now)

    def learn(self, person, event, now):
        """What an event of the past makes due in the past does not come at once."""
        for campaign in self.campaigns if event.history else ():
            if campaign.trigger["kind"] != "lapsed":
                continue
            counter = person.events.get(campaign.trigger["since"])
            if counter is None or self._lapse_state(person, campaign)["late"][0] == counter.last_at:
                continue
            due = self.due(person, campaign)
            if due is not None and due <= now:
                late = (counter.last_at, self._caught_up(person, campaign, now))
                self._lapse_state(person, campaign)["late"] = late

    def _caught_up(self, person, campaign, known):
        rule, zone = campaign.trigger["catch_up"], person.zone(self.workspace)
        if rule == "none":
            return None
        first = GRACE.after(known, zone)
        if rule == "all":
            return first
        length = rule.after(first, zone) - first
        return first + draw(campaign.id, "catch-up", person.id) * length // 2**64

    @staticmethod
    def _lapse_state(person, campaign):
        return person.triggers.setdefault(campaign.id, {"fired": None, "late": (None, None)})

    def due(self, person, campaign):
        """The instant at which the trigger fires next, or None. A lapse may lie in the past: it
        then fires at once."""
        if campaign.trigger["kind"] != "lapsed":
            coming = person.triggers[campaign.id]["next"]
            return coming and coming[0]
        counter = person.events.get(campaign.trigger["since"])
        state = self._lapse_state(person, campaign)
        if counter is None or state["fired"] == counter.last_at:
            return None
        if state["late"][0] == counter.last_at:
            return state["late"][1]
        zone = person.zone(self.workspace)
        return campaign.trigger["after"].after(counter.last_at, zone)

    def fired(self, person, campaign, now):
        """A lapse fires once per `last_at`, a date and a schedule once per occurrence."""
        if campaign.trigger["kind"] == "lapsed":
            last_at = person.events[campaign.trigger["since"]].last_at
            self._lapse_state(person, campaign)["fired"] = last_at
            return
        state = person.triggers[campaign.id]
        state["fired"].add(state["next"][1])
        state["next"] = self._next(person, campaign, state["basis"][1], state, now)

    def _next(self, person, campaign, day, state, now):
        zone, trigger = person.zone(self.workspace), campaign.trigger
        if trigger["kind"] == "schedule":
            coming = schedule_occurrences(trigger, zone, now)
        elif day is None:
            return None
        else:
            coming = date_occurrences(trigger, day, zone, now)
        return next((one for one in coming if one[1] not in state["fired"]), None)

    def _value(self, person, campaign, state, now):
        """(year, month, day); what fails, is missing or cannot be read is no date and no error. A day
        without a year has the local year in which it became known."""
        try:
            bound = names(person, campaign, None, {}, {}, now)
            value = campaign.trigger["value"].evaluate(bound)
        except EvalFault:
            return None
        zone = person.zone(self.workspace)
        day = read_date(value, campaign.trigger["again"] == "yearly", zone)
        known, state["own"] = state.get("own"), None
        if isinstance(day, MonthDay):
            year = known[1] if known and known[0] == day else to_local(now, zone).year
            state["own"] = (day, year)
            return year, day.month, day.day
        if day is None or never_matches(day.year, day.month, day.day):
            return None
        return day.year, day.month, day.day
