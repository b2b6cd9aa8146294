"""What anyone can recompute: send ids, splits and holdouts (SPEC sections 6, 7, 11)."""

import base64
import hashlib
from fractions import Fraction


def send_id(campaign, step, person, entry):
    digest = hashlib.sha256(f"{campaign}/{step}/{person}/{entry}".encode()).digest()
    return base64.b32encode(digest[:20]).decode().lower()


def draw(campaign, step, person):
    """h: the first 8 bytes of the hash as a big-endian integer."""
    digest = hashlib.sha256(f"{campaign}/{step}/{person}".encode()).digest()
    return int.from_bytes(digest[:8], "big")


def held_out(scope, percent, person):
    """Section 11: holdout if h × 100 < percent × 2⁶⁴. The scope is a campaign's id or `workspace`."""
    return draw(scope, "holdout", person) * 100 < Fraction(str(percent)) * 2**64


def split_arm(campaign, step, person, arms):
    """Section 11: the first arm with running sum × 2⁶⁴ > h × total."""
    h, total, running = draw(campaign, step, person), sum(arm["weight"] for arm in arms), 0
    for arm in arms:
        running += arm["weight"]
        if running * 2**64 > h * total:
            return arm
    raise ValueError("the weights of a split have a sum above 0")
