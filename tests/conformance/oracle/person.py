"""One person: profile, consent, counters, and the folding of events (SPEC sections 4.2 and 11)."""

from dataclasses import dataclass, field

from cel_values import Timestamp, from_json, is_number
from instants import find_zone


MOST_TYPES = 200


def merge_patch(target, patch):
    """RFC 7396."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


@dataclass
class Counter:
    """How often something happened; `first_at` moves only backwards, `last_at` only forwards."""

    count: int = 0
    first_at: int | None = None
    last_at: int | None = None

    def add(self, time):
        self.count += 1
        self.first_at = time if self.first_at is None else min(self.first_at, time)
        self.last_at = time if self.last_at is None else max(self.last_at, time)

    def view(self):
        return {
            "count": self.count,
            "first_at": timestamp(self.first_at),
            "last_at": timestamp(self.last_at),
        }


def timestamp(instant):
    return None if instant is None else Timestamp(instant)


@dataclass
class Person:
    """What is known of one customer. `enrolments` holds holdouts too, in order of entry."""

    id: str
    created_at: int
    email: str | None = None
    locale: str | None = None
    timezone: str | None = None
    attributes: dict = field(default_factory=dict)
    marketing: tuple | None = None
    topics: dict = field(default_factory=dict)
    suppressed: set = field(default_factory=set)
    events: dict = field(default_factory=dict)
    orders: Counter = field(default_factory=Counter)
    orders_total: float = 0
    answers: dict = field(default_factory=dict)
    applied: set = field(default_factory=set)
    decided: list = field(default_factory=list)
    enrolments: list = field(default_factory=list)
    sent: list = field(default_factory=list)
    triggers: dict = field(default_factory=dict)

    def zone(self, workspace):
        """Section 3: `person.timezone` if valid, else `workspace.timezone`."""
        return find_zone(self.timezone) or find_zone(workspace.timezone)

    def consents(self):
        return self.marketing is not None and self.marketing[1]

    def is_suppressed(self):
        """Section 11, "Addresses": it is the address that is suppressed, whatever its letter case."""
        return (self.email or "").lower() in self.suppressed

    def left(self, topic):
        """A topic is left only by `false`."""
        return topic is not None and self.topics.get(topic, (0, True))[1] is False

    def take_profile(self, fields, time):
        """Merge `detail.person`: by arrival, but consent by the time of the statement."""
        if "email" in fields:
            self.email = fields["email"]
            if self.email:
                self.suppressed.discard("")
        for name in ("locale", "timezone"):
            if name in fields:
                setattr(self, name, fields[name])
        if "attributes" in fields:
            self.take_attributes(fields["attributes"])
        self.take_consent(fields.get("consent"), time)

    def take_attributes(self, patch):
        self.attributes = {} if patch is None else merge_patch(self.attributes, patch)

    def take_consent(self, consent, time):
        """For each of marketing and the topics the statement with the newest event time holds."""
        consent = consent or {}
        if consent.get("marketing") is not None:
            if self.marketing is None or self.marketing[0] <= time:
                self.marketing = (time, consent["marketing"])
        for topic, state in (consent.get("topics") or {}).items():
            if state is not None and (topic not in self.topics or self.topics[topic][0] <= time):
                self.topics[topic] = (time, state)

    def fold(self, event):
        """Step 2 of section 4, erasure apart. True where the person's address was suppressed."""
        detail = event.detail
        self.take_profile(detail["person"], event.time)
        if event.type in self.events or len(self.events) < MOST_TYPES:
            self.events.setdefault(event.type, Counter()).add(event.time)
        if event.type == "consent.changed":
            self.take_consent(detail.get("consent"), event.time)
        elif event.type in ("order.completed", "order.refunded"):
            self._fold_order(event)
        elif event.type == "email.complained":
            return self._suppress(detail)
        elif event.type == "email.bounced" and detail.get("bounce") == "hard":
            return self._suppress(detail)
        elif event.type in ("email.delivered", "email.opened", "email.clicked"):
            self._fold_feedback(event.type.removeprefix("email."), detail)
        elif event.type == "survey.answered" and isinstance(detail.get("survey"), str):
            answer = {"score": detail.get("score"), "comment": detail.get("comment")}
            self.answers[detail["survey"]] = answer
        elif event.type == "offer.redeemed":
            self._fold_redeemed(detail)
        return False

    def _suppress(self, detail):
        """The address that the event names (`address`), else the one that the person has. True where
        that is theirs, and was not suppressed before they had it (`suppressed_before`)."""
        named = detail.get("address")
        own = (self.email or "").lower()
        address = named.lower() if isinstance(named, str) and named else own
        self.suppressed.add(address)
        return address == own and detail.get("suppressed_before") is not True

    def _fold_order(self, event):
        order = event.detail.get("order")
        total = order.get("total") if isinstance(order, dict) else None
        total = total if is_number(total) else 0
        if event.type == "order.completed":
            self.orders.add(event.time)
            self.orders_total += total
        else:
            self.orders.count = max(0, self.orders.count - 1)
            self.orders_total -= total

    def _fold_feedback(self, what, detail):
        """Of the enrolment named by `entry`, else of the newest in which the mail was sent."""
        for enrolment in reversed(self.enrolments):
            mail = enrolment.mails.get(detail.get("step"))
            named = detail.get("entry") in (None, enrolment.number)
            if enrolment.campaign.id == detail.get("campaign") and mail and mail["sent"] and named:
                mail[what] = True
                return

    def _fold_redeemed(self, detail):
        for enrolment in reversed(self.enrolments):
            offer = enrolment.offers.get(detail.get("offer"))
            named = offer and detail.get("code") in (None, offer["code"])
            if enrolment.campaign.id == detail.get("campaign") and named:
                offer["redeemed"] = True
                return

    def _orders_view(self):
        """Instants that no order gave are not there; paths to them read as null all the same."""
        view = self.orders.view() | {"total": from_json(self.orders_total)}
        return {name: value for name, value in view.items() if value is not None}

    def view(self):
        """`person` as an expression sees it (section 8)."""
        consent = {"topics": {topic: state for topic, (_, state) in self.topics.items()}}
        if self.marketing is not None:
            consent["marketing"] = self.marketing[1]
        texts = {"email": self.email, "locale": self.locale, "timezone": self.timezone}
        return {name: text for name, text in texts.items() if text is not None} | {
            "id": self.id,
            "attributes": from_json(self.attributes),
            "consent": consent,
            "orders": self._orders_view(),
            "events": {kind: counter.view() for kind, counter in self.events.items()},
            "created_at": timestamp(self.created_at),
        }
