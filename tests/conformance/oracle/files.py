"""The workspace as files: YAML 1.2 to campaigns ready to run (SPEC sections 2 and 11, "Files").

The oracle runs valid workspaces. It does not explain what is wrong with others.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from cel import Expression
from instants import WEEKDAYS, Duration, When, parse_clock

KINDS = (
    "send", "wait", "wait_for", "branch", "split", "offer", "survey", "set", "emit", "exit",
)  # fmt: skip
ALL_DAYS = frozenset(range(7))


class _Yaml(yaml.SafeLoader):
    """The core schema of YAML 1.2: `on`, `no` and 09:00 are text, dates are text."""


_Yaml.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in [
    ("null", r"null|Null|NULL|~|", ["n", "N", "~", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
]:
    _Yaml.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first)


def _core_int(_, node):
    text = node.value
    return int(text, 0) if text[:2] in ("0o", "0x") else int(text)


_Yaml.add_constructor("tag:yaml.org,2002:int", _core_int)


def read_yaml(path):
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_Yaml)


@dataclass(frozen=True)
class Window:
    """`[from, to)` in minutes of the local day, on the weekdays on which it opens."""

    opens: int
    closes: int
    days: frozenset


@dataclass
class Workspace:
    timezone: str
    cap: tuple | None
    window: Window | None
    holdout: Any
    campaigns: list = field(default_factory=list)


@dataclass
class Goal:
    event: str
    within: Duration
    where: Expression | None
    value: Expression | None
    exits: bool


@dataclass
class Step:
    """One step: its kind, its id, what stands under the kind, and the step lists inside it."""

    kind: str
    id: str
    body: Any
    raw: dict
    arms: list = field(default_factory=list)
    exprs: dict = field(default_factory=dict)


@dataclass
class Campaign:
    id: str
    marketing: bool
    topic: str | None
    trigger: dict
    audience: Expression | None
    entry: str
    again_after: Duration | None
    holdout: Any
    goal: Goal | None
    exit_on: list
    stay_while: Expression | None
    key: Expression | None
    window: Window | None
    give_up_after: Duration
    steps: list
    mail_steps: list


def parse_days(names):
    return frozenset(WEEKDAYS.index(name) for name in names) if names else ALL_DAYS


def parse_window(raw):
    if raw is None or raw == "none":
        return None
    opens, closes = parse_clock(raw["from"]), parse_clock(raw["to"])
    if opens == closes:
        raise ValueError("a window with `from` equal to `to` is refused")
    return Window(opens, closes, parse_days(raw.get("on")))


def _expression(raw):
    """Texts are expressions; a bare `true` in YAML is one too."""
    if raw is None:
        return None
    return Expression(raw if isinstance(raw, str) else str(raw).lower())


class _StepReader:
    """Reads steps depth first, counting each kind for the ids that are not written (section 2)."""

    def __init__(self):
        self.counts, self.mails = {}, []

    def steps(self, rows):
        return [self.step(row) for row in rows or []]

    def step(self, raw):
        kind = next(name for name in KINDS if name in raw)
        body = raw[kind]
        self.counts[kind] = self.counts.get(kind, 0) + 1
        written = raw.get("id")
        if kind in ("split", "offer", "survey") and isinstance(body, dict):
            written = written or body.get("id")
        step = Step(kind, written or f"{kind.replace('_', '-')}-{self.counts[kind]}", body, raw)
        if kind in ("send", "survey"):
            self.mails.append(step.id)
        elif kind == "wait_for":
            step.exprs["where"] = _expression(body.get("where"))
            step.arms = [self.steps(raw.get("then")), self.steps(raw.get("else"))]
        elif kind == "branch":
            step.exprs["when"] = [_expression(arm.get("when")) for arm in body]
            step.arms = [
                self.steps(arm["otherwise"] if "otherwise" in arm else arm.get("steps"))
                for arm in body
            ]
        elif kind == "split":
            step.arms = [self.steps(arm.get("steps")) for arm in raw["arms"]]
        elif kind == "wait" and isinstance(body, dict) and "until" in body:
            if When.parse(body["until"]) is None:
                step.exprs["until"] = _expression(body["until"])
        return step


def _read_goal(raw):
    if raw is None:
        return None
    return Goal(
        raw["event"],
        Duration.parse(raw["within"]),
        _expression(raw.get("where")),
        _expression(raw.get("value")),
        raw.get("exit", True),
    )


def _again(raw):
    if raw.get("yearly", False) and raw.get("monthly", False):
        raise ValueError("`yearly` and `monthly` exclude each other")
    return "yearly" if raw.get("yearly") else "monthly" if raw.get("monthly") else "once"


def _read_trigger(raw):
    """A dict with a `kind`; the parts of it that are expressions or durations are read here."""
    if raw == "manual" or "manual" in raw:
        return {"kind": "manual"}
    if "event" in raw:
        return {"kind": "event", "type": raw["event"], "where": _expression(raw.get("where"))}
    if "lapsed" in raw:
        lapsed = raw["lapsed"]
        after = Duration.parse(lapsed.get("after") or lapsed["fallback"])
        since = lapsed.get("since", "order.completed")
        catch_up = lapsed.get("catch_up", "none")
        if catch_up not in ("none", "all"):
            catch_up = Duration.parse(catch_up)
        return {"kind": "lapsed", "after": after, "since": since, "catch_up": catch_up}
    if "date" in raw:
        return {
            "kind": "date",
            "value": _expression(raw["date"]),
            "at": parse_clock(raw.get("at", "09:00")),
            "offset": Duration.parse(raw.get("offset", "0d"), signed=True),
            "again": _again(raw),
        }
    schedule = raw["schedule"]
    every = schedule.get("every")
    read = {"kind": "schedule", "every": every, "on": schedule.get("on")}
    if every is None:
        at = schedule["at"]
        read["once"] = When.parse(at if "T" in at else f"{at}T09:00")
    else:
        read["at"] = parse_clock(schedule.get("at", "09:00"))
    return read


def _read_campaign(path, workspace):
    raw = read_yaml(path / "campaign.yaml")
    entry = raw.get("entry", "once")
    again = Duration.parse(entry["again_after"]) if isinstance(entry, dict) else None
    reader = _StepReader()
    steps = reader.steps(raw["steps"])
    return Campaign(
        id=path.name,
        marketing=raw["purpose"] == "marketing",
        topic=raw.get("topic"),
        trigger=_read_trigger(raw["trigger"]),
        audience=_expression(raw.get("audience")),
        entry="again_after" if again else entry,
        again_after=again,
        holdout=raw.get("holdout", 0),
        goal=_read_goal(raw.get("goal")),
        exit_on=raw.get("exit_on") or [],
        stay_while=_expression(raw.get("stay_while")),
        key=_expression(raw.get("key")),
        window=parse_window(raw["window"]) if raw.get("window") else workspace.window,
        give_up_after=Duration.parse(raw.get("give_up_after", "7d")),
        steps=steps,
        mail_steps=reader.mails,
    )


def read_workspace(folder):
    """The workspace, its campaigns in order of id."""
    folder = Path(folder)
    raw = read_yaml(folder / "workspace.yaml")
    cap = raw.get("cap")
    workspace = Workspace(
        timezone=raw["timezone"],
        cap=cap and (cap["max"], Duration.parse(cap["per"])),
        window=parse_window(raw.get("window")),
        holdout=raw.get("holdout", 0),
    )
    paths = [path.parent for path in folder.glob("*/campaign.yaml")]
    paths.sort(key=lambda path: path.name.encode())
    workspace.campaigns = [_read_campaign(path, workspace) for path in paths]
    return workspace
