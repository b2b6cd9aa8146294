"""Random workspaces with events, by seed: small, valid, and crowded with clashing instants.

A scenario is plain data (`workspace`, `campaigns`, `events`, `until`), so that it can be shrunk and
written to files. Only what the specification leaves no doubt about is generated.
"""

import random

from instants import format_instant, parse_instant

# Days around clock changes, month ends, a leap day and the turn of the year.
DAYS = [
    "2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01",
    "2024-02-28", "2025-02-27", "2026-01-30", "2025-12-30", "2026-09-06",
]  # fmt: skip
ZONES = [
    "America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Seoul", "Asia/Kathmandu",
    "America/Santiago", "Asia/Beirut", "Pacific/Chatham", "America/Nuuk", "Antarctica/Troll",
    "America/St_Johns", "Africa/Cairo", "UTC", "Pacific/Apia", "Mars/Olympus", "",
]  # fmt: skip
PEOPLE = ["ann", "bob", "Zoë", "한강", "z/1"]
TYPES = ["go", "buy", "order.completed", "order.completed", "cart", "ping", "customer.signed_up"]
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DURATIONS = ["30m", "1h", "12h", "1d", "2d", "1d12h", "3d", "1w", "24h", "90m", "1w1d", "1mo", "1mo1d12h"]
CLOCKS = ["00:00", "00:30", "01:30", "01:45", "02:10", "02:30", "03:00", "09:00", "17:30", "23:30"]
CONDITIONS = [
    "event.n > 2", "event.n == entry.n", "person.attributes.n > 1", "person.attributes.vip == true",
    "person.orders.count >= 2", "person.orders.total > 9.5", "event.order.total >= 10",
    "has(event.n) && event.n > 1", "!has(event.n) || event.n < 3", "event.n > 1 || person.attributes.vip",
    "person.attributes.vip && event.n > 1", 'person.timezone == ""', 'person.email.endsWith("com")',
    'person.events["go"].count < 3', 'person.events["never"].last_at == null', "entry.n != null",
    'person.locale.startsWith("ko")', "now - person.created_at < duration(\"48h\")",
    'answers["ask"].score >= 9', 'answers["ask"].comment == null', "event.items.exists(i, i.n == 2)",
    '"n" in person.attributes && person.attributes.ghost == null', "event.items.all(i, i.n > 0)",
    "event.n in [1, 2.0, 3]", "person.orders.last_at < now", "person.consent.topics.news != false",
    "event.deep.er == null && event.deep == null", "person.attributes.n", "event.n % 2 == 0",
    "person.attributes.d * 2.0 > 4.0", "size(person.attributes) > 2", "event.n == 2.0",
    "person.consent.marketing", "event.n > 1 && event.none > 1", "true", "false",
    "event.n * 1.5 > 2.0", "event.order.total / 2 >= 2", "person.attributes.d + event.n - 1 > 3",
    "event.n * person.attributes.d == 5", '"email" in person', '"last_at" in person.orders',
    "has(person.email) && person.email != event.cart", "event.items.exists(i, i.n * 0.5 == 1)",
    "event.big == 9007199254740992.0", "event.big > 9007199254740992.0 || event.n % 0.5 == 0",
]  # fmt: skip
EMITS = [
    {"detail_type": "ping", "detail": {"n": 2}},
    {"detail_type": "go", "detail": {"cart": "c1", "n": None}},
    {"detail_type": "ding"},
    {"detail_type": "order.completed", "detail": {"order": {"total": 4.5}}},
    {"detail_type": "order.completed", "detail": {"order": {"total": "free"}}},
    {"detail_type": "consent.changed", "detail": {"consent": {"topics": {"offers": False}}}},
    {"detail_type": "customer.deleted"},
]
KEYS = ["event.cart", "event.n", "event.cart + event.cart", "person.attributes.n"]
VALUES = [
    "event.order.total", "event.n", "event.n * 2", "event.cart", "event.order.total / 3.0",
    "event.order.total * 0.9", "event.order.total / 2", "1.5 + event.n", "event.big", "event.n / 0",
]  # fmt: skip
DATES = ["person.attributes.day", "person.attributes.born", "person.orders.first_at"]


class Source:
    """Random choices of one seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.base = parse_instant(self.random.choice(DAYS) + "T00:00:00Z")
        # Some scenarios know a few instants only, which everything then shares.
        self.stride = self.pick([1, 1, 1, 24, 48])
        self.counts = {}

    def pick(self, options):
        return self.random.choice(options)

    def chance(self, percent):
        return self.random.randrange(100) < percent

    def maybe(self, percent, target, key, make):
        if self.chance(percent):
            target[key] = make()

    def instant(self, first=-3, last=5):
        """Mostly on the half hour, so that instants clash; sometimes a second beside."""
        steps = self.random.randrange(first * 48, last * 48, self.stride)
        return self.base + steps * 1800 + self.pick([0, 0, 0, 0, 1, -1])

    def step_id(self, kind):
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return f"{kind}-{self.counts[kind]}"

    def condition(self):
        return self.pick(CONDITIONS)

    def days(self):
        return self.random.sample(WEEKDAYS, self.random.randrange(1, 6))

    def window(self):
        opens, closes = self.random.sample(CLOCKS, 2)
        window = {"from": opens, "to": self.pick([closes, closes, closes, "24:00"])}
        self.maybe(40, window, "on", self.days)
        return window

    def local_date(self, first=-4, last=12):
        return format_instant(self.base + self.random.randrange(first, last) * 86400)[:10]


def _wait(source):
    form = source.random.randrange(5)
    if form == 0:
        return source.pick(DURATIONS)
    if form in (1, 2):
        wait = {}
        source.maybe(60, wait, "for", lambda: source.pick(DURATIONS))
        source.maybe(60, wait, "at", lambda: source.pick(CLOCKS))
        if "at" not in wait or source.chance(50):
            wait["on"] = source.days()
        return wait
    literal = source.local_date() + source.pick(["", "T02:30", "T01:30:30", "T09:00Z", "T10:00-05:00"])
    wait = {"until": literal if form == 3 else source.pick(DATES[:2] + ["person.attributes.when"])}
    source.maybe(40, wait, "offset", lambda: source.pick(["-3d", "-1d12h", "2d", "-90m"]))
    source.maybe(40, wait, "at", lambda: source.pick(CLOCKS))
    return wait


def _offer(source):
    offer = {"id": source.step_id("gift"), "percent_off": 10, "expires": "7d"}
    source.maybe(70, offer, "budget", lambda: source.random.randrange(1, 4))
    source.maybe(40, offer, "on_unavailable", lambda: source.pick(["exit", "continue"]))
    return offer


def _step(source, depth):
    kinds = ["send", "send", "send", "wait", "wait", "wait_for", "branch", "split", "offer",
             "survey", "set", "emit", "exit"]  # fmt: skip
    kind = source.pick(kinds if depth < 2 else ["send", "wait", "set", "exit", "offer", "send"])
    if kind == "offer":
        return {"offer": _offer(source)}
    if kind == "survey":
        survey = {"id": source.step_id("ask"), "kind": "nps", "mail": "ask", "expires": "7d"}
        return {"survey": survey}
    step = {"id": source.step_id(kind.replace("_", "-"))}
    if kind == "send":
        step["send"] = source.pick(["hi", "again"])
        source.maybe(20, step, "give_up_after", lambda: source.pick(DURATIONS))
    elif kind == "wait":
        step["wait"] = _wait(source)
    elif kind == "wait_for":
        step["wait_for"] = {"event": source.pick(TYPES), "timeout": source.pick(DURATIONS)}
        source.maybe(60, step["wait_for"], "where", source.condition)
        step["then"], step["else"] = _steps(source, depth + 1), _steps(source, depth + 1)
    elif kind == "branch":
        arms = [
            {"when": source.condition(), "steps": _steps(source, depth + 1)}
            for _ in range(source.random.randrange(1, 3))
        ]
        if source.chance(50):
            arms.append({"otherwise": _steps(source, depth + 1)})
        step["branch"] = arms
    elif kind == "split":
        step["split"] = {"id": step.pop("id")}
        step["arms"] = [
            {"name": name, "weight": source.random.randrange(1, 4), "steps": _steps(source, depth + 1)}
            for name in ("left", "right", "none")
        ]
    elif kind == "set":
        step["set"] = {"attributes": _attributes(source)}
    elif kind == "emit":
        step["emit"] = source.pick(EMITS)
    else:
        step["exit"] = source.pick(["done", "끝", 'a "quoted" one'])
    return step


def _steps(source, depth=0):
    low = 1 if depth == 0 and source.chance(95) else 0
    return [_step(source, depth) for _ in range(source.random.randrange(low, 7 - 2 * depth))]


def _trigger(source):
    kind = source.random.randrange(9)
    if kind == 8:
        gone = {"likely_gone": 0.2, "within": "90d", "fallback": "2d"}
        return source.pick(["manual", {"lapsed": gone}, {"lapsed": gone}])
    if kind < 4:
        trigger = {"event": source.pick(TYPES)}
        source.maybe(25, trigger, "where", source.condition)
        return trigger
    if kind == 4:
        after = source.pick(["1d", "2d", "36h", "1w", "1mo"])
        lapsed = {"after": after, "since": source.pick(["order.completed", "go"])}
        source.maybe(70, lapsed, "catch_up", lambda: source.pick(["none", "all", "all", "3d", "1mo", "12h"]))
        return {"lapsed": lapsed}
    if kind == 5:
        trigger = {"date": source.pick(DATES)}
        source.maybe(60, trigger, "at", lambda: source.pick(CLOCKS))
        source.maybe(30, trigger, "offset", lambda: source.pick(["-1d", "2d", "-12h", "1w", "-1mo", "1mo1d", "60d"]))
        again = source.pick(["yearly", "yearly", "monthly", None])
        if again:
            trigger[again] = True
        return trigger
    if kind == 6:
        return {"schedule": {"at": f"{source.local_date(-2)}T{source.pick(CLOCKS)}"}}
    schedule = {"every": source.pick(["day", "week", "month"])}
    source.maybe(70, schedule, "at", lambda: source.pick(CLOCKS))
    if schedule["every"] == "week":
        source.maybe(70, schedule, "on", lambda: source.pick(WEEKDAYS))
    elif schedule["every"] == "month":
        source.maybe(70, schedule, "on", lambda: source.pick([1, 8, 29, 30, 31]))
    return {"schedule": schedule}


def _goal(source):
    goal = {"event": source.pick(TYPES), "within": source.pick(DURATIONS)}
    source.maybe(50, goal, "where", source.condition)
    source.maybe(60, goal, "value", lambda: source.pick(VALUES))
    source.maybe(40, goal, "exit", lambda: False)
    return goal


def _campaign(source, name):
    source.counts = {}
    campaign = {"name": name, "purpose": source.pick(["marketing"] * 3 + ["transactional"])}
    campaign["trigger"] = _trigger(source)
    source.maybe(50, campaign, "topic", lambda: source.pick(["offers", "news"]))
    source.maybe(30, campaign, "audience", source.condition)
    source.maybe(75, campaign, "entry", lambda: source.pick(["every", "every", {"again_after": source.pick(DURATIONS)}]))
    source.maybe(20, campaign, "holdout", lambda: source.pick([5, 30, 100]))
    source.maybe(50, campaign, "goal", lambda: _goal(source))
    source.maybe(25, campaign, "exit_on", lambda: [source.pick(TYPES)])
    source.maybe(15, campaign, "stay_while", source.condition)
    source.maybe(25, campaign, "key", lambda: source.pick(KEYS))
    source.maybe(40, campaign, "window", lambda: source.pick(["none", source.window(), source.window()]))
    source.maybe(20, campaign, "give_up_after", lambda: source.pick(DURATIONS))
    campaign["steps"] = _steps(source)
    if source.chance(30):
        campaign["steps"] += _looking_back(source)
    return campaign


def _looking_back(source):
    """A branch on what the enrolment itself was sent and offered."""
    known = [f'mails["send-{n + 1}"].sent' for n in range(source.counts.get("send", 0))]
    known += [f'mails["send-{n + 1}"].opened' for n in range(source.counts.get("send", 0))]
    known += [f'offers["gift-{n + 1}"].redeemed == true' for n in range(source.counts.get("gift", 0))]
    known += [f'"gift-{n + 1}" in offers' for n in range(source.counts.get("gift", 0))]
    known += ["event.n == null", "entry.n == null"]
    arms = [{"when": source.pick(known), "steps": []} for _ in range(3)]
    return [{"id": source.step_id("branch"), "branch": arms}]


def _written(source):
    """A date as shops and tools write it, or something near one."""
    year, month, day = source.local_date().split("-")
    form = source.pick([
        "{y}/{m}/{d}", "{y}.{m}.{d}.", "{y}. {n}. {e}.", "{y}{m}{d}", "{y}-{n}-{e}", " {y}-{m}-{d} ",
        "{y}-{m}-{d}T00:00:00Z", "{y}-{m}-{d} 23:30+09:00", "{y}. {n}. {e}. 09:30", "{y}-{m}-{d}T00:00:00+00:00",
        "--{m}-{d}", "{m}-{d}", "{m}/{d}", "--02-29", "02-30", "{m}/{d}/{y}", "{d}.{m}.{y}", "1970-01-01", "1900-01-01",
    ])
    text = form.format(y=year, m=month, d=day, n=int(month), e=int(day))
    return int(text) if text.isdigit() and source.chance(50) else text


def _attributes(source):
    attributes = {}
    source.maybe(50, attributes, "n", lambda: source.pick([0, 1, 2, 2.5, "x", None]))
    source.maybe(40, attributes, "vip", lambda: source.pick([True, False, None]))
    source.maybe(30, attributes, "d", lambda: source.pick([1.5, 2.0, 3]))
    source.maybe(40, attributes, "day", lambda: source.pick([source.local_date(), source.local_date(), "soon", None]))
    source.maybe(25, attributes, "day", lambda: _written(source))
    source.maybe(30, attributes, "born", lambda: source.pick(["1990", "2024", "1899"]) + source.pick([source.local_date()[4:], "-02-28", "-03-01"]))
    source.maybe(25, attributes, "when", lambda: source.local_date() + source.pick(["", "T01:30", "T02:30:15", "T09:00:00Z", "T05:00+09:00", " 9h"]))
    return attributes


def _consent(source):
    consent = {}
    source.maybe(60, consent, "marketing", lambda: source.chance(70))
    source.maybe(50, consent, "topics", lambda: {source.pick(["offers", "news"]): source.chance(50)})
    return consent


def _profile(source, person, first):
    fields = {"id": person}
    if first:
        source.maybe(90, fields, "email", lambda: f"p{PEOPLE.index(person)}@example.com")
        source.maybe(90, fields, "consent", lambda: {"marketing": True})
    source.maybe(70 if first else 8, fields, "timezone", lambda: source.pick(ZONES))
    source.maybe(30 if first else 4, fields, "locale", lambda: source.pick(["ko-KR", "en", None]))
    source.maybe(60 if first else 20, fields, "attributes", lambda: _attributes(source))
    if not first:
        source.maybe(4, fields, "consent", lambda: _consent(source))
        source.maybe(8, fields, "email", lambda: source.pick(["New@example.com", f"P{PEOPLE.index(person)}@Example.com", None]))
    return fields


def _detail(source, kind, campaigns):
    detail = {}
    source.maybe(70, detail, "n", lambda: source.pick([1, 2, 3, 2.0, "two", None]))
    source.maybe(50, detail, "cart", lambda: source.pick(["c1", "c2", None, 7]))
    source.maybe(20, detail, "items", lambda: [{"n": 2}, {"n": source.pick([1, "x"])}])
    source.maybe(15, detail, "big", lambda: source.pick([2**53, 2**53 + 1, 2.0**53, 1e300, -3.5]))
    if kind.startswith("order."):
        totals = [10, 2.5, 0, 33.1, 101, 2**53 + 1]
        source.maybe(80, detail, "order", lambda: {"total": source.pick(totals)})
    if kind == "consent.changed":
        detail["consent"] = _consent(source)
    if kind == "email.bounced":
        detail["bounce"] = source.pick(["hard", "soft"])
    if kind in ("email.bounced", "email.complained"):
        source.maybe(20, detail, "suppressed_before", lambda: source.pick([True, True, False]))
    if kind.startswith("email.") or kind == "offer.redeemed":
        detail["campaign"] = source.pick(campaigns)
        detail["step"], detail["offer"] = "send-1", "gift-1"
    if kind == "survey.answered":
        detail.update(survey="ask-1", score=source.random.randrange(0, 11))
    return detail


def _events(source, campaigns):
    rare = ["order.refunded", "consent.changed", "email.bounced", "email.opened", "survey.answered",
            "offer.redeemed", "customer.deleted", "profile.changed", "email.complained"]  # fmt: skip
    people = PEOPLE[: source.random.randrange(1, len(PEOPLE) + 1)]
    rows, seen = [], set()
    instants = sorted(source.instant() for _ in range(source.random.randrange(4, 30)))
    for number, instant in enumerate(instants):
        person = source.pick(people)
        kind = source.pick(rare) if source.chance(25) else source.pick(TYPES)
        row = {"id": f"e{number}", "source": "shop", "detail-type": kind, "time": format_instant(instant)}
        if source.chance(15):
            row["time"] = format_instant(instant - source.pick([1, 1800, 86400, 3 * 86400]))
            row["received_at"] = format_instant(instant)
        row["detail"] = {"person": _profile(source, person, person not in seen), **_detail(source, kind, campaigns)}
        # An id is surely known for 24 hours, so none comes again on another day.
        day = instant // 86_400
        source.maybe(8, row["detail"], "event_id", lambda: f"{source.pick(['k1', 'k2'])}/{day}")
        source.maybe(20, row["detail"], "history", lambda: source.pick([True] * 9 + [False] * 3 + [None, "yes"]))
        if row["detail"].get("history") and source.chance(60):
            row["time"] = format_instant(instant - source.pick([86400, 5 * 86400, 40 * 86400]))
            row["received_at"] = format_instant(instant)
        seen.add(person)
        rows.append(row)
        if source.chance(8):
            rows.append(dict(row))
        elif source.chance(4):
            rows.append({**row, "id": f"m{number}", "time": "yesterday"})
    for _ in range(source.random.randrange(0, 3)):
        first = source.random.randrange(len(rows))
        rows.insert(min(len(rows), first + 3), rows.pop(first))
    return rows


def scenario(seed):
    """Everything one comparison needs."""
    source = Source(seed)
    workspace = {
        "name": "Shop",
        "timezone": source.pick(ZONES[:14]),
        "locales": ["en"],
        "currency": "USD",
        "senders": [{
            "id": "shop", "name": "Shop", "email": "shop@example.com",
            "reply_to": "help@example.com", "address": "1 Main Street", "phone": "+1-555-0100",
        }],
        "topics": [{"id": "offers", "name": {"en": "Offers"}}, {"id": "news", "name": {"en": "News"}}],
    }  # fmt: skip
    source.maybe(50, workspace, "cap", lambda: {"max": source.random.randrange(1, 3), "per": source.pick(DURATIONS)})
    source.maybe(40, workspace, "window", source.window)
    source.maybe(20, workspace, "holdout", lambda: source.pick([10, 50]))
    names = ["a", "b", "c1", "d-d", "e"][: source.random.randrange(1, 6)]
    campaigns = {name: _campaign(source, name) for name in names}
    made = {"workspace": workspace, "campaigns": campaigns, "events": _events(source, names)}
    if source.chance(85):
        made["until"] = format_instant(source.base + source.pick([4, 12, 40]) * 86400)
    return made
