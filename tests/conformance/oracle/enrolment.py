"""One pass of a person through a campaign, and the names that its expressions see."""

from dataclasses import dataclass, field
from typing import Any

from cel import EvalFault, truth
from cel_values import Timestamp, from_json
from files import Campaign, Step


@dataclass
class Enrolment:
    """`todo` are the steps still ahead; `due` is the instant waited for, None when nothing is.

    A holdout is an enrolment that was never active.
    """

    campaign: Campaign
    number: int
    started: int
    goal_end: int | None
    last_conversion: int | None
    key: Any
    entry: dict
    active: bool
    todo: list = field(default_factory=list)
    due: int | None = None
    waiting_for: Step | None = None
    give_up_at: int | None = None
    converted: bool = False
    offers: dict = field(default_factory=dict)
    mails: dict = field(default_factory=dict)

    def order(self):
        return (self.campaign.id.encode(), self.number)

    def can_convert(self, now):
        """Not converted yet, and less than 90 days after the window closed."""
        return self.goal_end is not None and not self.converted and now < self.last_conversion

    def end(self):
        self.active, self.due, self.waiting_for, self.todo = False, None, None, []


def no_mails(campaign):
    """`mails` has every mail step of the campaign, all false."""
    states = ("sent", "delivered", "opened", "clicked")
    return {step: dict.fromkeys(states, False) for step in campaign.mail_steps}


def names(person, campaign, enrolment, event, entry, now):
    """Everything an expression may name. Outside of an enrolment, nothing was offered or sent."""
    return {
        "person": person.view(),
        "event": from_json(event),
        "entry": from_json(entry),
        "answers": from_json(person.answers),
        "offers": enrolment.offers if enrolment else {},
        "mails": enrolment.mails if enrolment else no_mails(campaign),
        "now": Timestamp(now),
    }


@dataclass
class Asker:
    """Evaluates expressions for one person, campaign and entry and journals what fails."""

    journal: Any
    person: Any
    campaign: Campaign
    number: int
    now: int
    event: dict
    entry: dict
    enrolment: Enrolment | None = None

    def value(self, expression, step=None, quiet=False, want=None):
        """The value, or None after an `expression_error` (no line when `quiet`)."""
        bound = names(
            self.person, self.campaign, self.enrolment, self.event, self.entry, self.now
        )  # fmt: skip
        try:
            value = expression.evaluate(bound)
            return want(value) if want else value
        except EvalFault as fault:
            if not quiet:
                self.journal.write(
                    self.now, self.person.id, self.campaign.id, self.number, "expression_error",
                    step=step, expression=expression.source, error=str(fault),
                )  # fmt: skip
            return None

    def holds(self, expression, step=None):
        """True where there is no expression or it is true; an error is false and journalled."""
        return expression is None or self.value(expression, step, want=truth) is True
