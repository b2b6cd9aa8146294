"""CEL, evaluated, with the reading of absent paths that SPEC section 11, "Expressions", asks for."""

from cel_syntax import parse
from cel_values import EvalFault, binary, call, equal, negate

ROOTS = ("person", "event", "entry", "answers", "offers", "mails", "now")
_NO_EVENTS = {"count": 0, "first_at": None, "last_at": None}
_TEXTS = ("email", "locale", "timezone")
_ABSENT = object()


def _path(node, local):
    """(root, segment, …) when the node is a path named as such; None for anything else."""
    if node[0] == "name" and node[1] in ROOTS and node[1] not in local:
        return (node[1],)
    if node[0] == "field":
        base = _path(node[1], local)
        return base and base + (node[2],)
    if node[0] == "index" and node[2][0] == "lit" and isinstance(node[2][1], str):
        base = _path(node[1], local)
        return base and base + (node[2][1],)
    return None


def _asked(node, found):
    """Every path that `has()` asks for, anywhere in the expression."""
    if isinstance(node, (tuple, list)):
        if isinstance(node, tuple) and node and node[0] == "has":
            base = _path(node[1], ())
            if base:
                found.add(base + (node[2],))
        for part in node:
            _asked(part, found)
    return found


class Expression:
    """One parsed expression. `source` is the trimmed text, as the journal shows it."""

    def __init__(self, source):
        self.source = source.strip()
        self._tree = parse(self.source)
        self._has = _asked(self._tree, set())

    def evaluate(self, names):
        """The value; raises `EvalFault` for what CEL makes an error."""
        try:
            return self._eval(self._tree, names, {})
        except RecursionError as fault:
            raise EvalFault("too deep") from fault

    def _read(self, path, names):
        """Absent reads as null (null on the way counts as absent), unless `has()` asks for the path
        or a beginning of it; an event type is always there, an absent text of the person is ""."""
        strict = any(path[: len(asked)] == asked for asked in self._has)
        value = names[path[0]]
        for depth, segment in enumerate(path[1:], start=1):
            if value is None and not strict:
                return None
            if not isinstance(value, dict):
                raise EvalFault(f"no field {segment!r} here")
            value = value.get(segment, _ABSENT)
            if value is _ABSENT:
                if path[:2] == ("person", "events") and depth == 2:
                    value = _NO_EVENTS
                elif path[0] == "person" and depth == 1 and segment in _TEXTS:
                    value = ""
                elif strict:
                    raise EvalFault(f"no such key: {segment!r}")
                else:
                    return None
        return value

    def _eval(self, node, names, local):
        path = _path(node, local)
        if path:
            return self._read(path, names)
        kind = node[0]
        if kind == "lit":
            return node[1]
        if kind == "name":
            if node[1] not in local:
                raise EvalFault(f"unknown name {node[1]!r}")
            return local[node[1]]
        if kind in ("field", "index"):
            base = self._eval(node[1], names, local)
            key = node[2] if kind == "field" else self._eval(node[2], names, local)
            return _element(base, key)
        if kind == "has":
            base = self._eval(node[1], names, local)
            if not isinstance(base, dict):
                raise EvalFault("has() of something that has no fields")
            return node[2] in base or self._is_event_type(node, local)
        if kind == "call":
            target = [] if node[2] is None else [node[2]]
            return call(node[1], [self._eval(arg, names, local) for arg in target + node[3]])
        if kind == "list":
            return [self._eval(item, names, local) for item in node[1]]
        if kind == "map":
            return {
                self._eval(key, names, local): self._eval(value, names, local)
                for key, value in node[1]
            }
        if kind == "unary":
            return self._unary(node, names, local)
        if kind == "binary":
            left = self._eval(node[2], names, local)
            return binary(node[1], left, self._eval(node[3], names, local))
        if kind in ("and", "or"):
            parts = [lambda part=part: self._eval(part, names, local) for part in node[1:]]
            return absorb(parts, decisive=kind == "or")
        if kind == "if":
            condition = self._eval(node[1], names, local)
            if not isinstance(condition, bool):
                raise EvalFault("a condition that is no boolean")
            return self._eval(node[2] if condition else node[3], names, local)
        return self._fold(node, names, local)

    @staticmethod
    def _is_event_type(node, local):
        return _path(node[1], local) == ("person", "events")

    def _unary(self, node, names, local):
        value = self._eval(node[2], names, local)
        if node[1] == "-":
            return negate(value)
        if not isinstance(value, bool):
            raise EvalFault("no such overload: !")
        return not value

    def _fold(self, node, names, local):
        """The macros; `all` and `exists` absorb as && and || do."""
        _, macro, source, variable, bodies = node
        items = self._eval(source, names, local)
        if not isinstance(items, (list, dict)):
            raise EvalFault(f"nothing to go over in {macro}")

        def of(body, item):
            return self._eval(body, names, {**local, variable: item})

        if macro in ("all", "exists"):
            parts = [lambda item=item: of(bodies[0], item) for item in items]
            return absorb(parts, decisive=macro == "exists")
        if macro == "map" and len(bodies) == 1:
            return [of(bodies[0], item) for item in items]
        kept = [item for item in items if truth(of(bodies[0], item))]
        if macro == "exists_one":
            return len(kept) == 1
        return [of(bodies[1], item) for item in kept] if macro == "map" else kept


def truth(value):
    if not isinstance(value, bool):
        raise EvalFault("not a boolean")
    return value


def absorb(parts, decisive):
    """CEL's || (decisive true) and && (decisive false): one decisive side absorbs errors."""
    fault = None
    for part in parts:
        try:
            if truth(part()) is decisive:
                return decisive
        except EvalFault as problem:
            fault = fault or problem
    if fault:
        raise fault
    return not decisive


def _element(base, key):
    if isinstance(base, dict) and isinstance(key, str):
        if key in base:
            return base[key]
        raise EvalFault(f"no such key: {key!r}")
    if isinstance(base, list) and isinstance(key, int) and not isinstance(key, bool):
        if 0 <= key < len(base):
            return base[key]
        raise EvalFault("index out of range")
    raise EvalFault("no such overload: []")


__all__ = ["EvalFault", "Expression", "equal", "truth"]
