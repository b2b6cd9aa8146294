"""Somebody who can put events on the bus, or chooses what stands in one: names, addresses, numbers, shapes."""

import json
import re

from system import TALLY, ask, check, event

EVIL_TEXTS = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{ 7*7 }}", "{% for a in range(9) %}x{% endfor %}", "${7*7}", "</title><script>x</script>",
    "a\r\nBcc: victim@example.com", "a\nX-Injected: yes", "a\u2028b", "\u202egnp.exe", "\u001b[2J", "x" * 20_000, "=cmd|' /C calc'!A0", "' or 1=1 --", "../../etc/passwd",
    "javascript:alert(1)", "\ud83d\ude00" * 50, "\u0000", "a\u0000b", "%0d%0aBcc:x@y.z",
]
EVIL_ADDRESSES = [
    "a@example.com,b@example.com", "a@example.com;b@example.com", "a@example.com b@example.com", "Name <a@example.com>", "a@example.com\r\nBcc: v@example.com", "a@example.com\nBcc: v@example.com",
    "<a@example.com>", "a@", "@example.com", "a", "", " ", "a@b@c.com", "a@[127.0.0.1]", "\"a b\"@example.com", "a@exam ple.com", "a@example..com", "a" * 300 + "@example.com",
    "\u0430@example.com", "a@example.com\u0000", "a@example.com\u202e", "'or'1'='1@example.com",
]
EVIL_VALUES = [1e400, -1e400, 10 ** 400, 1e-400, 2 ** 63, -(2 ** 63) - 1, 0.1 + 0.2, True, None, [], {}, [[]], "1", " 1", "１", "0x10", "NaN", "Infinity"]
EVIL_IDS = ["", " ", "a" * 5_000, "a\r\nb", "a\u0000b", "__proto__", "constructor", "W", "C#1", "P#x", "*", "%", "\u202e", "../x", 7, 7.5, True, None, [], {}, ["ann"]]


def detail(person, **more):
    return {"person": person, **more}


def hostile_events(dev):
    """Nothing is taken that is malformed without saying why, nothing ends a worker, and nothing becomes part of a mail's head or
    markup."""
    TALLY.begin("hostile events")
    entries, serial = [], 0

    def known(**more):
        nonlocal serial
        serial += 1
        return {"id": f"h{serial}", "email": f"h{serial}@example.com", "locale": "en", "consent": {"marketing": True}, **more}

    for text in EVIL_TEXTS:
        entries.append(event("customer.signed_up", detail(known(attributes={"first_name": text, text[:50]: text}))))
        entries.append(event("customer.signed_up", detail(known(locale=text, timezone=text))))
        entries.append(event("order.completed", detail({"id": "ann"}, order={"id": text, "total": 5, "currency": text[:3]})))
        entries.append(event("consent.changed", detail({"id": "bob"}, consent={"marketing": True}, how=text, text=text, source=text)))
    for address in EVIL_ADDRESSES:
        entries.append(event("customer.signed_up", detail({**known(), "email": address})))
    for value in EVIL_VALUES:
        entries.append(event("order.completed", detail({"id": "bob"}, order={"id": "o", "total": value})))
        entries.append(event("customer.updated", detail({"id": "bob", "attributes": value})))
        entries.append(event("customer.updated", detail({"id": "bob", "attributes": {"x": value}})))
        entries.append(event("customer.signed_up", detail({"id": "bob", "consent": value})))
        entries.append(event("customer.signed_up", detail(value)))
    for person in EVIL_IDS:
        entries.append(event("customer.signed_up", detail({"id": person, "email": "odd@example.com"})))
    for kind in ["", "x" * 500, "a b", "customer.\r\n", "\u202e", "aws.ses", "customer.deleted\u0000"]:
        entries.append(event(kind, detail({"id": "bob"})))
    for deep in (100, 1_000):
        entries.append({**event("x.y", {}), "Detail": '{"person":{"id":"bob"},"x":' + "[" * deep + "]" * deep + "}"})
    entries.append({**event("x.y", {}), "Detail": "no json"})
    entries.append({**event("x.y", {}), "Detail": '{"person":{"id":"bob"},"person":{"id":"ann"}}'})
    entries.append({**event("x.y", {}), "Source": "aws.ses"})
    for entry in entries:
        try:
            status, _, answer = dev.put([entry])
        except (OSError, ValueError) as error:
            status, answer = 0, repr(error).encode()
        check(f"{entry['DetailType'][:30]!r} is answered", status in (200, 400), (status, answer[:100]))
    dev.quiet()
    check("dev is alive", dev.alive())
    status = dev.page("/status")
    letters = re.findall(r"<li><p>.*?<strong><bdi>(.*?)</bdi></strong>", status)
    check("each refused event says why", letters and all(letters), letters[:3])
    check("no letter is markup of the page", "<script>" not in status and "<img" not in status)
    mails = set(dev.mails("example.com")) | set(dev.mails(""))
    check("there are mails to look at", mails)
    for mail in mails:
        page, html = dev.page(f"/mails/{mail}"), dev.page(f"/mails/{mail}/html")
        check("no header was made by a text", not re.search(r'scope="row">(Bcc|X-Injected)', page))
        check("no markup was made by a text", not re.search(r"<script|onerror=|href=\"javascript:", html + page))
        check("one recipient", page.count('href="/?q=') <= 1 or len(set(re.findall(r'href="/\?q=([^"&]+)', page))) == 1)
    check("the table still answers", dev.person("ann") is not None)


def offers(dev):
    """No code is shown or spent without the key, whatever is asked."""
    TALLY.begin("offers' API")
    key = re.search(r"Bearer (\S+)", dev.text()).group(1)
    keys = [None, "", "Bearer", "Bearer ", "Bearer x", "Basic " + key, "bearer " + key[:-1], "Bearer " + key + "x", "Bearer " + key.upper(), "Bearer " + key[1:], key, "Bearer\t" + key[:-1]]
    for given in keys:
        headers = {"Authorization": given} if given is not None else {}
        for method, path, body in [("GET", "/v1/codes?code=x", None), ("POST", "/v1/redemptions", '{"code":"x","order":"1"}')]:
            status, _, _ = ask(dev.mail, method, path, {**headers, "Content-Type": "application/json"}, body)
            check(f"{given!r}: {method} {path}", status == 401, status)
    allowed = {"Authorization": "Bearer " + key, "Content-Type": "application/json"}
    for body in ["", "{", "[]", "null", '{"code":7}', '{"code":"' + "x" * 50_000 + '"}', '{"code":"x","order":{"$gt":""}}', "[" * 5_000, json.dumps({"code": "x", "order": "\u0000"})]:
        status, _, _ = ask(dev.mail, "POST", "/v1/redemptions", allowed, body)
        check(f"with the key: {body[:30]!r}", 400 <= status < 500, status)
    for code in ["x", "%00", "../x", "*", "%25", "a" * 3_000, "'%20or%20'1'='1"]:
        status, _, _ = ask(dev.mail, "GET", f"/v1/codes?code={code}", allowed)
        check(f"with the key: code {code[:20]}", 400 <= status < 500, status)
