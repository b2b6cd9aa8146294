"""Who enters a campaign and why not (SPEC section 4, "Entry", and section 11, "Entry")."""

from cel import equal
from cel_values import is_number
from chance import held_out
from enrolment import Asker, Enrolment, no_mails
from instants import Duration

MOST_ACTIVE, MOST_CONVERTIBLE, MOST_KEYS = 500, 500, 1_000
LATE = Duration.parse("90d")


def _identity(value):
    """Something to tell values apart by as `equal` does."""
    if isinstance(value, dict):
        return ("map", *sorted((name, _identity(item)) for name, item in value.items()))
    if isinstance(value, list):
        return ("list", *map(_identity, value))
    return ("number" if is_number(value) else type(value).__name__, value)


class Gatekeeper:
    """Decides about one possible entry and starts the enrolment."""

    def __init__(self, workspace, journal, runner):
        self.workspace, self.journal, self.runner = workspace, journal, runner

    def asker(self, person, campaign, now, event):
        """Before entry the number is the one that the entry would have."""
        number = 1 + sum(past.campaign is campaign for past in person.enrolments)
        return Asker(self.journal, person, campaign, number, now, event, event)

    def consider(self, person, campaign, now, event, emitted):
        """The first reason that fails is journalled; otherwise the person enters or is held out."""
        ask = self.asker(person, campaign, now, event)
        scheduled = campaign.trigger["kind"] == "schedule"
        if scheduled and not ask.holds(campaign.audience):
            return
        key = ask.value(campaign.key) if campaign.key else None
        reason = self._refusal(person, campaign, now, key, ask, audience_done=scheduled)
        if reason:
            self._write(person, campaign, now, ask, "not_entered", reason=reason)
            return
        out = self._is_held_out(person, campaign)
        zone = person.zone(self.workspace)
        goal_end = campaign.goal.within.after(now, zone) if campaign.goal else None
        enrolment = Enrolment(
            campaign=campaign,
            number=ask.number,
            started=now,
            goal_end=goal_end,
            last_conversion=LATE.after(goal_end, zone) if campaign.goal else None,
            key=key,
            entry=event,
            active=not out,
            todo=[] if out else list(campaign.steps),
            mails=no_mails(campaign),
        )
        person.enrolments.append(enrolment)
        self._write(person, campaign, now, ask, "held_out" if out else "entered")
        if not out:
            self.runner.run(enrolment, person, now, event, emitted)

    def _write(self, person, campaign, now, ask, kind, **own):
        self.journal.write(now, person.id, campaign.id, ask.number, kind, **own)

    def _refusal(self, person, campaign, now, key, ask, audience_done):
        """already_in → entry_rule → audience → suppressed → no_consent → topic_left → bounds. In a
        simulation no campaign is paused."""
        past = [
            one for one in person.enrolments if one.campaign is campaign and equal(one.key, key)
        ]  # fmt: skip
        if any(one.active for one in past):
            return "already_in"
        if past and campaign.entry == "once":
            return "entry_rule"
        if past and campaign.again_after:
            allowed = campaign.again_after.after(past[-1].started, person.zone(self.workspace))
            if now < allowed:
                return "entry_rule"
        if not audience_done and not ask.holds(campaign.audience):
            return "audience"
        if person.is_suppressed():
            return "suppressed"
        if campaign.marketing and not person.consents():
            return "no_consent"
        if campaign.marketing and person.left(campaign.topic):
            return "topic_left"
        if self._is_at_a_bound(person, campaign, now, key):
            return "bounds"
        return None

    @staticmethod
    def _is_at_a_bound(person, campaign, now, key):
        """Section 11, "Bounds". Every value of a key that an entry or a holdout had counts."""
        if sum(one.active for one in person.enrolments) >= MOST_ACTIVE:
            return True
        open_goals = sum(one.can_convert(now) for one in person.enrolments)
        if campaign.goal and open_goals >= MOST_CONVERTIBLE:
            return True
        if campaign.key is None:
            return False
        had = {_identity(one.key) for one in person.enrolments if one.campaign is campaign}
        return len(had) >= MOST_KEYS and _identity(key) not in had

    def _is_held_out(self, person, campaign):
        """The workspace's first, which does not concern transactional campaigns."""
        if campaign.marketing and held_out("workspace", self.workspace.holdout, person.id):
            return True
        return held_out(campaign.id, campaign.holdout, person.id)
