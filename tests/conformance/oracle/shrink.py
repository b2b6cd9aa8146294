"""Makes a failing scenario smaller, greedily: events, campaigns, then single keys and steps."""

import copy

# What a scenario cannot do without; all else may go if the difference stays.
NEEDED = {"name", "timezone", "currency", "senders", "purpose", "trigger", "steps", "id", "source",
          "detail-type", "time", "detail", "person", "within", "event"}  # fmt: skip


def shrink(case, still_fails):
    """The smallest scenario found for which `still_fails` holds."""
    changed = True
    while changed:
        changed = False
        for smaller in _smaller(case):
            if still_fails(smaller):
                case, changed = smaller, True
                break
    return case


def _smaller(case):
    yield from _halves(case)
    for name in case["campaigns"]:
        yield _without(case, ("campaigns", name))
    for number in reversed(range(len(case["events"]))):
        yield _without(case, ("events", number))
    for top in ("campaigns", "events", "workspace"):
        for path in _paths(case[top], (top,)):
            yield _without(case, path)


def _halves(case):
    """Large pieces of the events first."""
    size = len(case["events"]) // 2
    while size > 1:
        for start in range(0, len(case["events"]), size):
            kept = case["events"][:start] + case["events"][start + size :]
            yield {**case, "events": kept}
        size //= 2


def _paths(node, prefix):
    """Every key and list element that might go, the outer ones first."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    items = list(items)
    for key, value in items:
        if len(prefix) > 1 and key not in NEEDED:
            yield (*prefix, key)
    for key, value in items:
        if isinstance(value, (dict, list)):
            yield from _paths(value, (*prefix, key))


def _without(case, path):
    smaller = copy.deepcopy(case)
    node = smaller
    for key in path[:-1]:
        node = node[key]
    del node[path[-1]]
    return smaller
