"""The steps of a campaign and the gates of a mail (SPEC sections 5 and 6)."""

from calendar_rules import cap_from, wait_until, window_from
from cel_values import Timestamp
from chance import send_id, split_arm
from enrolment import Asker
from events import Event
from instants import Duration, When, format_instant


class Runner:
    """Runs enrolments of one simulation. `run` goes on until the enrolment waits or ends."""

    def __init__(self, workspace, journal):
        self.workspace, self.journal = workspace, journal
        self.codes = {}

    def write(self, enrolment, person, now, kind, **own):
        self.journal.write(now, person.id, enrolment.campaign.id, enrolment.number, kind, **own)

    def exit(self, enrolment, person, now, reason):
        enrolment.end()
        self.write(enrolment, person, now, "exited", reason=reason)

    def run(self, enrolment, person, now, event, emitted):
        """`event` is the detail of the event at hand ({} at a due instant); what is emitted is
        appended to `emitted`."""
        enrolment.due = None
        ask = Asker(
            self.journal, person, enrolment.campaign, enrolment.number, now, event,
            enrolment.entry, enrolment,
        )  # fmt: skip
        if enrolment.waiting_for is not None:
            self._resume(enrolment, person, now, "timeout", arm=1)
        while enrolment.active:
            if not enrolment.todo:
                enrolment.end()
                self.write(enrolment, person, now, "completed")
                return
            if not ask.holds(enrolment.campaign.stay_while):
                self.exit(enrolment, person, now, "no_longer_matches")
                return
            step = enrolment.todo[0]
            if getattr(self, f"_{step.kind}")(step, enrolment, person, ask, emitted):
                return

    def resume(self, enrolment, person, now, event, emitted):
        """The event that a `wait_for` waited for came."""
        self._resume(enrolment, person, now, "event", arm=0)
        self.run(enrolment, person, now, event, emitted)

    def _resume(self, enrolment, person, now, by, arm):
        step = enrolment.waiting_for
        enrolment.waiting_for = None
        enrolment.todo = step.arms[arm] + enrolment.todo
        self.write(enrolment, person, now, "resumed", step=step.id, by=by)

    # Each step takes itself off `todo` when it is done and returns True where it has to wait.

    def _send(self, step, enrolment, person, ask, _emitted):
        return self._mail(step, step.body, enrolment, person, ask.now)

    def _survey(self, step, enrolment, person, ask, _emitted):
        return self._mail(step, step.body["mail"], enrolment, person, ask.now)

    def _mail(self, step, mail, enrolment, person, now):
        """Section 6: the gates in order, each time the mail is looked at."""
        campaign, zone = enrolment.campaign, person.zone(self.workspace)
        give_up = step.raw.get("give_up_after")
        give_up = Duration.parse(give_up) if give_up else campaign.give_up_after
        if enrolment.give_up_at is None:
            enrolment.give_up_at = give_up.after(now, zone)
        reason, until = self._gate(campaign, person, now, zone), None
        if reason in ("cap", "window"):
            until = window_from(
                campaign.window, cap_from(self.workspace.cap, person.sent, now, zone), zone
            )
            if until <= enrolment.give_up_at:
                enrolment.due = until
                self._say(enrolment, person, now, "delayed", step, reason=reason, until=until)
                return True
        enrolment.todo, enrolment.give_up_at = enrolment.todo[1:], None
        if reason:
            self._say(enrolment, person, now, "skipped", step, reason=reason)
            return False
        if campaign.marketing:
            person.sent.append(now)
        enrolment.mails[step.id]["sent"] = True
        planned = send_id(campaign.id, step.id, person.id, enrolment.number)
        self._say(enrolment, person, now, "sent", step, mail=mail, send_id=planned)
        return False

    def _gate(self, campaign, person, now, zone):
        """The first gate that fails now, or None."""
        if person.is_suppressed():
            return "suppressed"
        if not person.email:
            return "no_address"
        if not campaign.marketing:
            return None
        if not person.consents():
            return "no_consent"
        if person.left(campaign.topic):
            return "topic_left"
        if cap_from(self.workspace.cap, person.sent, now, zone) > now:
            return "cap"
        if window_from(campaign.window, now, zone) > now:
            return "window"
        return None

    def _say(self, enrolment, person, now, kind, step, **own):
        if "until" in own:
            own["until"] = format_instant(own["until"])
        self.write(enrolment, person, now, kind, step=step.id, **own)

    def _wait(self, step, enrolment, person, ask, _emitted):
        enrolment.todo = enrolment.todo[1:]
        body, value = step.body, None
        if isinstance(body, dict) and "until" in body:
            value = self._until(step, ask)
        until = wait_until(body, value, ask.now, person.zone(self.workspace))
        if until is None or until <= ask.now:
            return False
        enrolment.due = until
        self._say(enrolment, person, ask.now, "waiting", step, until=until)
        return True

    @staticmethod
    def _until(step, ask):
        """A literal, else what the expression gives: missing or unparsable is None, no error."""
        if "until" not in step.exprs:
            return When.parse(step.body["until"])
        value = ask.value(step.exprs["until"], step.id)
        return When.of_instant(value.seconds) if isinstance(value, Timestamp) else When.parse(value)

    def _wait_for(self, step, enrolment, person, ask, _emitted):
        enrolment.todo = enrolment.todo[1:]
        enrolment.waiting_for = step
        until = Duration.parse(step.body["timeout"]).after(ask.now, person.zone(self.workspace))
        if until <= ask.now:
            self._resume(enrolment, person, ask.now, "timeout", arm=1)
            return False
        enrolment.due = until
        self._say(enrolment, person, ask.now, "waiting", step, until=until)
        return True

    def _branch(self, step, enrolment, person, ask, _emitted):
        rest = enrolment.todo[1:]
        for number, (arm, when) in enumerate(zip(step.body, step.exprs["when"])):
            otherwise = "otherwise" in arm
            if otherwise or ask.holds(when, step.id):
                taken = "otherwise" if otherwise else number
                self._say(enrolment, person, ask.now, "branched", step, arm=taken)
                rest = step.arms[number] + rest
                break
        enrolment.todo = rest
        return False

    def _split(self, step, enrolment, person, ask, _emitted):
        arms = step.raw["arms"]
        arm = split_arm(enrolment.campaign.id, step.id, person.id, arms)
        self._say(enrolment, person, ask.now, "split", step, arm=arm["name"])
        enrolment.todo = step.arms[arms.index(arm)] + enrolment.todo[1:]
        return False

    def _offer(self, step, enrolment, person, ask, _emitted):
        """The budget counts the codes of one campaign and offer over all people, for ever."""
        enrolment.todo = enrolment.todo[1:]
        campaign, budget = enrolment.campaign, step.body.get("budget")
        issued = self.codes.get((campaign.id, step.id), 0)
        if budget is not None and issued >= budget:
            self._say(enrolment, person, ask.now, "offer_unavailable", step, offer=step.id)
            if step.body.get("on_unavailable") == "exit":
                self.exit(enrolment, person, ask.now, "offer_unavailable")
            return False
        self.codes[campaign.id, step.id] = issued + 1
        code = f"{campaign.id}/{step.id}/{person.id}/{enrolment.number}"
        enrolment.offers[step.id] = {"code": code, "redeemed": False}
        self._say(enrolment, person, ask.now, "offered", step, offer=step.id, code=code)
        return False

    def _set(self, step, enrolment, person, ask, _emitted):
        enrolment.todo = enrolment.todo[1:]
        person.take_attributes(step.body["attributes"])
        return False

    def _emit(self, step, enrolment, person, ask, emitted):
        """Comes back to the same person, whoever the detail names."""
        enrolment.todo = enrolment.todo[1:]
        detail = dict(step.body.get("detail") or {})
        named = detail.get("person")
        detail["person"] = {**(named if isinstance(named, dict) else {}), "id": person.id}
        emitted.append(Event(None, step.body["detail_type"], person.id, ask.now, ask.now, detail))
        return False

    def _exit(self, step, enrolment, person, ask, _emitted):
        self.exit(enrolment, person, ask.now, str(step.body))
        return False
