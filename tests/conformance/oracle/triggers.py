"""Triggers that time pulls: `lapsed`, `date`, `schedule` (SPEC sections 2 and 11, "Time")."""

from calendar_rules import date_occurrences, date_value, schedule_occurrences
from cel import EvalFault
from cel_values import Timestamp
from enrolment import names
from instants import When


class Triggers:
    """When each trigger of a person comes next. The state lies in `person.triggers`.

    `date` and `schedule` keep the next occurrence, found anew when the value or the zone changes:
    so only occurrences after that change fire, each once.
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
            value = self._value(person, campaign, now) if kind == "date" else None
            if state["basis"] != (str(zone), value):
                state["basis"] = (str(zone), value)
                state["next"] = self._next(person, campaign, value, state, now)

    def due(self, person, campaign):
        """The instant at which the trigger fires next, or None. A lapse may lie in the past: it
        then fires at once."""
        if campaign.trigger["kind"] != "lapsed":
            coming = person.triggers[campaign.id]["next"]
            return coming and coming[0]
        counter = person.events.get(campaign.trigger["since"])
        if counter is None or person.triggers.get(campaign.id) == counter.last_at:
            return None
        zone = person.zone(self.workspace)
        return campaign.trigger["after"].after(counter.last_at, zone)

    def fired(self, person, campaign, now):
        """A lapse fires once per `last_at`, a date and a schedule once per occurrence."""
        if campaign.trigger["kind"] == "lapsed":
            last_at = person.events[campaign.trigger["since"]].last_at
            person.triggers[campaign.id] = last_at
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

    def _value(self, person, campaign, now):
        """The local date; what fails, is missing or cannot be read is no date and no error."""
        try:
            bound = names(person, campaign, None, {}, {}, now)
            value = campaign.trigger["value"].evaluate(bound)
        except EvalFault:
            return None
        if isinstance(value, Timestamp):
            value = When.of_instant(value.seconds)
        return date_value(value, person.zone(self.workspace))
