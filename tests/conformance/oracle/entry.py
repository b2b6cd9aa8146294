"""Who enters a campaign and why not (SPEC section 4, "Entry", and section 11, "Entry")."""

from cel import equal
from chance import held_out
from enrolment import Asker, Enrolment, no_mails


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
        enrolment = Enrolment(
            campaign=campaign,
            number=ask.number,
            started=now,
            goal_end=campaign.goal.within.after(now, zone) if campaign.goal else None,
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
        """already_in → entry_rule → audience → suppressed → no_consent → topic_left. In a
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
        if person.suppressed:
            return "suppressed"
        if campaign.marketing and not person.consents():
            return "no_consent"
        if campaign.marketing and person.left(campaign.topic):
            return "topic_left"
        return None

    def _is_held_out(self, person, campaign):
        """The workspace's first, which does not concern transactional campaigns."""
        if campaign.marketing and held_out("workspace", self.workspace.holdout, person.id):
            return True
        return held_out(campaign.id, campaign.holdout, person.id)
