"""The journal: one JSON object a line (SPEC section 9 and section 11, "Lines")."""

import json

from instants import format_instant


def plain_number(value):
    """Integral numbers without a fraction, others in their shortest form."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


class Journal:
    """Collects lines in the order of decision and gives them back in the order of the page."""

    def __init__(self):
        self._lines = []

    def write(self, at, person, campaign, entry, kind, step=None, **own):
        line = {"at": format_instant(at), "person": person, "campaign": campaign, "entry": entry}
        if step is not None:
            line["step"] = step
        line["kind"] = kind
        line.update(own)
        self._lines.append((at, person.encode(), len(self._lines), line))

    def lines(self):
        """Sorted by `at`, `person` (UTF-8 bytes), then the order in which it was decided."""
        for _, _, _, line in sorted(self._lines, key=lambda row: row[:3]):
            yield json.dumps(line, ensure_ascii=False, separators=(",", ":"))
