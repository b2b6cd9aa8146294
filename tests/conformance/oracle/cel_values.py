"""CEL's values, operators and functions (the CEL specification; SPEC section 11, "Expressions").

JSON values stand for themselves; timestamps and durations have types of their own. What CEL makes
an error raises `EvalFault`.
"""

import re
from dataclasses import dataclass
from datetime import timedelta, timezone

from instants import EPOCH, find_zone, format_instant, parse_instant


class EvalFault(Exception):
    """An expression that fails at run time."""


@dataclass(frozen=True, order=True)
class Timestamp:
    seconds: int


@dataclass(frozen=True, order=True)
class Span:
    """A CEL `duration`."""

    seconds: float


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_amount(value):
    """Section 11, "Bounds": a number not beyond ±2⁵³."""
    return is_number(value) and -(2**53) <= value <= 2**53


def from_json(value):
    """Section 11: integral JSON numbers are ints, others doubles."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**63:
        return int(value)
    if isinstance(value, dict):
        return {key: from_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [from_json(item) for item in value]
    return value


def equal(a, b):
    """Numbers by value, other types only with their own; never an error."""
    if is_number(a) and is_number(b):
        return a == b
    if type(a) is not type(b):
        return False
    if isinstance(a, list):
        return len(a) == len(b) and all(map(equal, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(equal(a[key], b[key]) for key in a)
    return a == b


def _ordered(a, b):
    if is_number(a) and is_number(b):
        return True
    return type(a) is type(b) and isinstance(a, (str, bool, Timestamp, Span))


def _whole(value):
    if not -(2**63) <= value < 2**63:
        raise EvalFault("integer overflow")
    return value


def _divide(op, a, b):
    if b == 0:
        raise EvalFault("division by zero")
    quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
    return _whole(quotient if op == "/" else a - b * quotient)


def _arithmetic(op, a, b):
    """Ints with ints, doubles with doubles; across them `+ - * /` computes in doubles."""
    kinds = (type(a), type(b))
    if kinds in ((int, float), (float, int)) and op != "%":
        a, b = float(a), float(b)
        kinds = (float, float)
    if kinds == (int, int):
        if op in "/%":
            return _divide(op, a, b)
        return _whole(a + b if op == "+" else a - b if op == "-" else a * b)
    if kinds == (float, float) and op != "%":
        if op == "/" and b == 0:
            return float("nan") if a == 0 else float("inf") * (1 if a > 0 else -1)
        return {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b}[op]()
    if op == "+" and kinds in ((str, str), (list, list)):
        return a + b
    if op == "+" and kinds in ((Timestamp, Span), (Span, Timestamp)):
        return Timestamp(a.seconds + b.seconds)
    if op == "-" and kinds == (Timestamp, Span):
        return Timestamp(a.seconds - b.seconds)
    if op == "-" and kinds == (Timestamp, Timestamp):
        return Span(a.seconds - b.seconds)
    if op in "+-" and kinds == (Span, Span):
        return Span(a.seconds + b.seconds if op == "+" else a.seconds - b.seconds)
    raise EvalFault(f"no such overload: {op}")


def binary(op, a, b):
    if op == "==":
        return equal(a, b)
    if op == "!=":
        return not equal(a, b)
    if op == "in":
        if isinstance(b, list):
            return any(equal(a, item) for item in b)
        if isinstance(b, dict):
            return isinstance(a, str) and a in b
        raise EvalFault("no such overload: in")
    if op in ("<", "<=", ">", ">="):
        if not _ordered(a, b):
            raise EvalFault(f"no such overload: {op}")
        return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[op]
    return _arithmetic(op, a, b)


def negate(value):
    if not is_number(value):
        raise EvalFault("no such overload: -")
    return _whole(-value) if isinstance(value, int) else -value


_SPAN = re.compile(r"(\d+(?:\.\d+)?)(h|m|s)")


def _span(text):
    body = text[1:] if text.startswith("-") else text
    parts = _SPAN.findall(body)
    if not parts or "".join(number + unit for number, unit in parts) != body:
        raise EvalFault(f"not a duration: {text!r}")
    total = sum(float(number) * {"h": 3600, "m": 60, "s": 1}[unit] for number, unit in parts)
    return Span(-total if text.startswith("-") else total)


def _calendar(name, at, zone):
    wall = EPOCH.replace(tzinfo=timezone.utc) + timedelta(seconds=at.seconds)
    if zone:
        if find_zone(zone[0]) is None:
            raise EvalFault(f"no such zone: {zone[0]!r}")
        wall = wall.astimezone(find_zone(zone[0]))
    return {
        "getFullYear": wall.year,
        "getMonth": wall.month - 1,
        "getDate": wall.day,
        "getDayOfMonth": wall.day - 1,
        "getDayOfWeek": wall.isoweekday() % 7,
        "getDayOfYear": wall.timetuple().tm_yday - 1,
        "getHours": wall.hour,
        "getMinutes": wall.minute,
        "getSeconds": wall.second,
        "getMilliseconds": 0,
    }[name]


def _to_int(value):
    if isinstance(value, Timestamp):
        return value.seconds
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return _whole(int(value))
    raise EvalFault("no such overload: int")


def _to_string(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Timestamp):
        return format_instant(value.seconds)
    if isinstance(value, (str, int, float)):
        return str(value)
    raise EvalFault("no such overload: string")


def call(name, args):
    """A function or method; of a method, the target is the first argument."""
    kinds = tuple(type(arg) for arg in args)
    try:
        if name == "size" and kinds in ((str,), (list,), (dict,)):
            return len(args[0])
        if name in ("startsWith", "endsWith", "contains", "matches") and kinds == (str, str):
            return {
                "startsWith": lambda: args[0].startswith(args[1]),
                "endsWith": lambda: args[0].endswith(args[1]),
                "contains": lambda: args[1] in args[0],
                "matches": lambda: re.search(args[1], args[0]) is not None,
            }[name]()
        if name.startswith("get") and kinds in ((Timestamp,), (Timestamp, str)):
            return _calendar(name, args[0], args[1:])
        if name == "timestamp" and kinds == (str,):
            return Timestamp(parse_instant(args[0]))
        if name == "duration" and kinds == (str,):
            return _span(args[0])
        if name == "int" and len(args) == 1:
            return _to_int(args[0])
        if name == "double" and kinds in ((int,), (float,), (str,)):
            return float(args[0])
        if name == "string" and len(args) == 1:
            return _to_string(args[0])
        if name == "dyn" and len(args) == 1:
            return args[0]
    except (ValueError, KeyError, re.error) as fault:
        raise EvalFault(str(fault)) from fault
    raise EvalFault(f"no such overload: {name}")
