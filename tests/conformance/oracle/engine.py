"""The simulation: events and due work under a virtual clock (SPEC section 4; section 11, "Clock
and order")."""

from collections import defaultdict, deque

from cel import equal
from cel_values import is_amount
from enrolment import Asker
from entry import Gatekeeper
from events import Malformed, check_detail, says_leaving
from journal import Journal, plain_number
from person import Person
from steps import Runner
from triggers import Triggers

DUE, EVENT = 0, 1
MOST_EMITTED = 100
MOST_EVENTS, DAY = 5_000, 24 * 60 * 60


class Simulation:
    """One run over a workspace. `people` are profiles known from `start` on."""

    def __init__(self, workspace, events, until, people=(), start=None):
        self.workspace, self.until = workspace, until
        self.journal = Journal()
        self.runner = Runner(workspace, self.journal)
        self.gate = Gatekeeper(workspace, self.journal, self.runner)
        self.triggers = Triggers(workspace)
        self.people, self.clock, self.tombstones = {}, {}, {}
        self.suppressed = defaultdict(set)
        self.emitted = defaultdict(deque)
        self.emits_left = defaultdict(int)
        self.lines = defaultdict(deque)
        for event in events:
            self.lines[event.person].append(event)
        for fields in people:
            self._know(fields, start)

    def _know(self, fields, start):
        person = Person(fields["id"], start, suppressed=self.suppressed[fields["id"]])
        person.take_profile(fields, start)
        self.people[person.id], self.clock[person.id] = person, start
        self.triggers.refresh(person, start)

    def run(self):
        """Across people: by instant, due work before events, person id, file order."""
        while task := self._next():
            instant, kind, person_id = task[0], task[1], task[2]
            if instant > self.until:
                break
            if instant != self.clock.get(person_id):
                self.emits_left[person_id] = MOST_EMITTED
            self.clock[person_id] = instant
            if kind == DUE:
                self._due_work(self.people[person_id], instant)
            elif self.emitted[person_id]:
                self._emitted_event(person_id, instant)
            else:
                self.emits_left[person_id] = MOST_EMITTED
                self._event(self.lines[person_id].popleft(), instant)
            if person_id in self.people:
                self.triggers.refresh(self.people[person_id], instant)
        return self.journal

    def _next(self):
        tasks = []
        for person_id, person in self.people.items():
            due = self._earliest_due(person)
            if due is not None:
                due = max(due, self.clock[person_id])
                tasks.append((due, DUE, person_id, 0))
        for person_id, queue in self.emitted.items():
            if queue:
                tasks.append((self.clock[person_id], EVENT, person_id, -1))
        for person_id, queue in self.lines.items():
            if queue:
                instant = max(queue[0].received, self.clock.get(person_id, queue[0].received))
                tasks.append((instant, EVENT, person_id, queue[0].line))
        return min(tasks, key=lambda task: (*task[:2], task[2].encode(), task[3]), default=None)

    def _earliest_due(self, person):
        waits = [one.due for one in person.enrolments if one.due is not None]
        waits += [self.triggers.due(person, campaign) for campaign in self.triggers.campaigns]
        return min((instant for instant in waits if instant is not None), default=None)

    def _due_work(self, person, now):
        """At one instant: enrolments by campaign id and entry number, then triggers."""
        ready = [one for one in person.enrolments if one.due is not None and one.due <= now]
        for enrolment in sorted(ready, key=lambda one: one.order()):
            self.runner.run(enrolment, person, now, {}, self.emitted[person.id])
            self.triggers.refresh(person, now)
        for campaign in self.triggers.campaigns:
            due = self.triggers.due(person, campaign)
            if due is not None and due <= now:
                self.triggers.fired(person, campaign, now)
                self.gate.consider(person, campaign, now, {}, self.emitted[person.id])
                self.triggers.refresh(person, now)

    def _emitted_event(self, person_id, now):
        """Comes back before the person's next event, at most 100 times; the rest is lost. A
        malformed one is refused, changes nothing, and is none of the 100."""
        if self.emits_left[person_id] == 0:
            self.emitted[person_id].clear()
            return
        event = self.emitted[person_id].popleft()
        try:
            check_detail(event.type, event.detail)
        except Malformed:
            return
        self.emits_left[person_id] -= 1
        self._event(event, now)

    def _event(self, event, now):
        """Section 4, steps 1 to 6. A tombstone drops what is not later than the erasure."""
        if event.time <= self.tombstones.get(event.person, event.time - 1):
            return
        person = self.people.get(event.person)
        if person and event.id is not None and event.id in person.applied:
            return
        full = person is not None and self._is_full(person, now)
        if full and not says_leaving(event):
            return
        if event.type == "customer.deleted":
            self._erase(event.person, now)
            return
        if person is None:
            suppressed = self.suppressed[event.person]
            person = self.people[event.person] = Person(
                event.person, event.time, suppressed=suppressed
            )  # fmt: skip
        if not full:
            person.decided.append(now)
            if event.id is not None:
                person.applied.add(event.id)
        suppressed = person.fold(event)
        self._exits_by_consent(person, suppressed, now)
        self.triggers.learn(person, event, now)
        if event.history:
            return
        self._goals(person, event, now)
        self._exit_on(person, event, now)
        self._wait_for(person, event, now)
        self._entries(person, event, now)

    def _active(self, person):
        return sorted((one for one in person.enrolments if one.active), key=lambda one: one.order())

    def _erase(self, person_id, now):
        """Active enrolments exit, then the person is forgotten; nothing of them remains but that
        their address is suppressed."""
        person = self.people.pop(person_id, None)
        for enrolment in self._active(person) if person else []:
            self.runner.exit(enrolment, person, now, "customer.deleted")
        self.emitted[person_id].clear()
        self.suppressed[person_id].discard("")
        self.tombstones[person_id] = now

    @staticmethod
    def _is_full(person, now):
        """Section 11, "Bounds": 5,000 events in 24 hours, by their instants of decision."""
        return sum(at > now - DAY for at in person.decided) >= MOST_EVENTS

    def _exits_by_consent(self, person, suppressed, now):
        """Section 6: leaving exits marketing campaigns on the topic, suppression exits all."""
        refused = person.marketing is not None and not person.marketing[1]
        for enrolment in self._active(person):
            campaign = enrolment.campaign
            if campaign.marketing and (refused or person.left(campaign.topic)):
                self.runner.exit(enrolment, person, now, "unsubscribed")
        for enrolment in self._active(person) if suppressed else []:
            self.runner.exit(enrolment, person, now, "suppressed")

    def _asker(self, person, enrolment, event, now):
        return Asker(
            self.journal, person, enrolment.campaign, enrolment.number, now, event.detail,
            enrolment.entry, enrolment,
        )  # fmt: skip

    def _same_key(self, person, enrolment, event, now):
        """Section 11, "Entry": a key of the event that is null (or fails) touches all."""
        if enrolment.campaign.key is None:
            return True
        ask = self._asker(person, enrolment, event, now)
        key = ask.value(enrolment.campaign.key, quiet=True)
        return key is None or equal(key, enrolment.key)

    def _goals(self, person, event, now):
        """The window is judged by the event's own time; the first conversion of an entry counts."""
        for enrolment in sorted(person.enrolments, key=lambda one: one.order()):
            goal = enrolment.campaign.goal
            if goal is None or enrolment.converted or goal.event != event.type:
                continue
            if not enrolment.started <= event.time < enrolment.goal_end:
                continue
            if not enrolment.can_convert(now):
                continue
            ask = self._asker(person, enrolment, event, now)
            if goal.where is None and not self._same_key(person, enrolment, event, now):
                continue
            if not ask.holds(goal.where):
                continue
            enrolment.converted = True
            value = ask.value(goal.value) if goal.value else None
            own = {"value": plain_number(value)} if is_amount(value) else {}
            self.runner.write(enrolment, person, now, "converted", **own)
            if enrolment.active and goal.exits:
                self.runner.exit(enrolment, person, now, "converted")

    def _exit_on(self, person, event, now):
        for enrolment in self._active(person):
            named = event.type in enrolment.campaign.exit_on
            if named and self._same_key(person, enrolment, event, now):
                self.runner.exit(enrolment, person, now, event.type)

    def _wait_for(self, person, event, now):
        """One event resumes an enrolment once."""
        waiting = [one for one in self._active(person) if one.waiting_for is not None]
        for enrolment in waiting:
            step = enrolment.waiting_for
            if step.body["event"] != event.type:
                continue
            ask = self._asker(person, enrolment, event, now)
            if ask.holds(step.exprs["where"], step.id):
                emitted = self.emitted[person.id]
                self.runner.resume(enrolment, person, now, event.detail, emitted)

    def _entries(self, person, event, now):
        """For every campaign in order of id; a failed `where` is no entry."""
        for campaign in self.workspace.campaigns:
            trigger = campaign.trigger
            if trigger["kind"] != "event" or trigger["type"] != event.type:
                continue
            ask = self.gate.asker(person, campaign, now, event.detail)
            if ask.holds(trigger["where"]):
                self.gate.consider(person, campaign, now, event.detail, self.emitted[person.id])
