"""Somebody who can send requests: forged and borrowed tokens, odd paths and methods, HTTP that two programs read differently,
pages of other sites, connections that are left open."""

import http.client
import json
import socket

from system import FORM, ONE_CLICK, PATIENCE, TALLY, ask, check, event, raw

JSON = "application/x-amz-json-1.1"
FORGED = "FORGED BY A WEBSITE"
MAIL = json.dumps({
    "FromEmailAddress": "Bank <security@bank.example>",
    "Destination": {"ToAddresses": ["dev@example.com"]},
    "Content": {"Simple": {"Subject": {"Data": FORGED}, "Body": {"Html": {"Data": "<h1>pay here</h1>"}}}},
})
LETTERS = "ouapcv"


class Visitor:
    """One open connection, as thousands of requests need no more."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def __call__(self, method, path, body=None, headers=None):
        for last in (False, True):
            try:
                self.connection.request(method, path, body=body, headers=headers or {})
                answer = self.connection.getresponse()
                return answer.status, answer.read()
            except (http.client.HTTPException, OSError):
                self.connection.close()
                if last:
                    raise


def tokens(dev):
    """Every token that is not exactly what was signed, for exactly that page, is the same 404."""
    TALLY.begin("tokens")
    links = {letter: paths[0] for letter, paths in dev.links("ann").items()}
    check("the mails have links to attack", {"o", "u", "p"} <= set(links), links)
    visit = Visitor(dev.mail)
    before = dev.person("ann")
    wrong = visit("GET", "/u/" + "A" * 60)
    check("a token of letters is nothing", wrong[0] == 404, wrong)

    def refused(what, path):
        for method, body in (("GET", None), ("POST", ONE_CLICK)):
            status, text = visit(method, path, body, FORM if body else None)
            check(f"{what}: {method} {path}", (status, text) == wrong, status)

    for letter, path in sorted(links.items()):
        token = path[3:]
        for at, known in enumerate(token):
            other = "B" if known == "A" else "A"
            refused("a letter changed", f"/{letter}/{token[:at]}{other}{token[at + 1:]}")
        for length in range(0, len(token), 4):
            refused("cut", f"/{letter}/{token[:length]}") if length else None
        for more in ("A", "=", "==", "AAAA", "%00", ".", "~"):
            refused("lengthened", f"/{letter}/{token}{more}")
        for purpose in LETTERS:
            if purpose != letter and not {purpose, letter} <= set("ou"):
                refused("another purpose", f"/{purpose}/{token}")
    if {"o", "u"} <= set(links):
        refused("one click as a page", "/u/" + links["o"][3:])
        refused("a page as one click", "/o/" + links["u"][3:])
    check("nobody was changed by all that", dev.person("ann") == before)


def paths_and_methods(dev):
    """What is no page is a 404, and no method but POST changes anything."""
    TALLY.begin("paths and methods")
    link = dev.links("ann")["u"][0]
    before = dev.person("ann")
    for path in [
        "/../secret", "/%2e%2e/secret", "/%252e%252e/secret", "/..%2fsecret", "/..%5csecret", "/static/../../secret",
        "/u/../p/" + link[3:], "/U/" + link[3:], link + "/", link + "/x", "/" + link, "/u//" + link[3:], "/u/%00", "/%c0%ae%c0%ae/x",
        "/mails/../secret", "/mails/%2e%2e%2fsecret/html", "/mails/1'%20or%20'1'='1", "/.git/config", "/secret", "/local.db",
    ]:
        status, _, text = ask(dev.mail, "GET", path)
        check(f"GET {path}", status in (400, 404) and b"SQLite format" not in text, status)
    for method in ["HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "PATCH", "PROPFIND", "CONNECT", "get", "GETX"]:
        for path in (link, "/", "/status"):
            answer = raw(dev.mail, f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{dev.mail}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            status = int(answer.split(b" ")[1]) if answer.startswith(b"HTTP/") else 0
            check(f"{method} {path[:3]}…", status in (200, 204, 400, 404, 405) and b"TRACE" not in answer.partition(b"\r\n\r\n")[2], answer[:80])
    check("nobody was changed by all that", dev.person("ann") == before)


def framing(dev):
    """HTTP that a proxy and a server could read as different requests gets at most one answer, and changes nothing."""
    TALLY.begin("HTTP framing")
    link = dev.links("ann")["o"][0]
    before = dev.person("ann")
    hidden = f"POST {link} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(ONE_CLICK)}\r\n\r\n{ONE_CLICK}"
    for port in (dev.mail, dev.aws):
        own = f"Host: 127.0.0.1:{port}\r\n"
        for what, request in {
            "length and chunks": f"POST / HTTP/1.1\r\n{own}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}",
            "chunks and length": f"POST / HTTP/1.1\r\n{own}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n{hidden}",
            "two lengths": f"POST / HTTP/1.1\r\n{own}Content-Length: 0\r\nContent-Length: {len(hidden)}\r\n\r\n{hidden}",
            "a list of lengths": f"POST / HTTP/1.1\r\n{own}Content-Length: 0, {len(hidden)}\r\n\r\n{hidden}",
            "a signed length": f"POST / HTTP/1.1\r\n{own}Content-Length: +0\r\n\r\n{hidden}",
            "a negative length": f"POST / HTTP/1.1\r\n{own}Content-Length: -1\r\n\r\n{hidden}",
            "a length beyond numbers": f"POST / HTTP/1.1\r\n{own}Content-Length: 99999999999999999999\r\n\r\n{hidden}",
            "a blank before the colon": f"POST / HTTP/1.1\r\n{own}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{hidden}",
            "a chunked that is none": f"POST / HTTP/1.1\r\n{own}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{hidden}",
            "two encodings": f"POST / HTTP/1.1\r\n{own}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{hidden}",
            "a folded header": f"POST / HTTP/1.1\r\n{own}X: a\r\n b: c\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n{hidden}",
            "a chunk beyond numbers": f"POST / HTTP/1.1\r\n{own}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{hidden}",
            "a chunk of minus one": f"POST / HTTP/1.1\r\n{own}Transfer-Encoding: chunked\r\n\r\n-1\r\n{hidden}",
            "HTTP/0.9": "GET /\r\n\r\n",
            "HTTP/2 by surprise": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "a NUL in a header": f"GET / HTTP/1.1\r\n{own}X: a\0b\r\n\r\n",
            "a carriage return in a header": f"GET / HTTP/1.1\r\n{own}X: a\rb\r\n\r\n",
            "no name": f"GET / HTTP/1.1\r\n{own}: x\r\n\r\n",
            "200 headers": f"GET / HTTP/1.1\r\n{own}" + "".join(f"X{n}: y\r\n" for n in range(200)) + "\r\n",
            "a header of a megabyte": f"GET / HTTP/1.1\r\n{own}X: {'y' * 1_000_000}\r\n\r\n",
            "a path of a megabyte": f"GET /{'y' * 1_000_000} HTTP/1.1\r\n{own}\r\n",
            "a foreign host by an absolute address": "GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
            "two hosts": f"GET / HTTP/1.1\r\n{own}Host: evil.example\r\n\r\n",
            "no host": "GET / HTTP/1.1\r\n\r\n",
        }.items():
            answer = raw(port, request.encode(), timeout=1)
            answers = answer.count(b"HTTP/1.1 ") + answer.count(b"HTTP/1.0 ")
            # Of two requests that are both whole by RFC 9112, the second may be answered, but as one of its own.
            held = answers <= (2 if what in PIPELINED else 1) and b"CanaryName" not in answer
            check(f"{what} on {'the mailbox' if port == dev.mail else 'the port for AWS'}", held, answer[:120])
    check("nobody was changed by all that", dev.person("ann") == before)
    check("dev is alive", dev.alive())


PIPELINED = set()


def sites(dev):
    """What a web site can do through its reader's browser: by DNS rebinding, and by requests that need no permission."""
    TALLY.begin("hosts and origins")

    def target(name):
        return {"X-Amz-Target": name, "Content-Type": JSON}

    planted = json.dumps({"Entries": [event("customer.signed_up", {"person": {"id": "evil", "email": "evil@example.com"}})]})
    asked = [
        (dev.aws, "POST", "/", target("AWSEvents.PutEvents"), planted),
        (dev.aws, "POST", "/", target("DynamoDB_20120810.Scan"), '{"TableName":"rekindle"}'),
        (dev.aws, "POST", "/", target("DynamoDB_20120810.DeleteTable"), '{"TableName":"rekindle"}'),
        (dev.aws, "POST", "/", target("AmazonSQS.ListQueues"), "{}"),
        (dev.aws, "POST", "/v2/email/outbound-emails", {"Content-Type": "application/json"}, MAIL),
        (dev.aws, "GET", "/v2/email/account", {}, None),
        (dev.aws, "GET", "/rekindle", {}, None),
        (dev.aws, "POST", "/rekindle/scrub", {}, None),
        (dev.mail, "GET", "/", {}, None),
        (dev.mail, "GET", "/status", {}, None),
        (dev.mail, "GET", "/v1/codes", {}, None),
        (dev.mail, "GET", dev.links("ann")["p"][0], {}, None),
    ]
    for host in ["evil.example:{}", "evil.example", "127.0.0.1.evil.example:{}", "localhost.evil.example", "evil.example@127.0.0.1:{}", "0.0.0.0:{}", "[::1]:{}", "127.0.0.1:{}, evil.example", ""]:
        for port, method, path, headers, body in asked:
            status, _, answer = ask(port, method, path, dict(headers, Host=host.format(port)), body)
            check(f"Host {host!r}: {method} {path[:3]} {headers.get('X-Amz-Target', '')}", status in (400, 403, 421) and b"ann-canary" not in answer, status)
    foreign = [
        {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:1"}, {"Origin": "https://127.0.0.1:{}"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    ]
    for more in foreign:
        # The pages behind links and the offers' API carry their own permission, and are asked from anywhere.
        for port, method, path, headers, body in asked[:-2]:
            added = {name: value.format(port) for name, value in more.items()}
            status, _, answer = ask(port, method, path, {**headers, **added}, body)
            check(f"{more}: {method} {path} {headers.get('X-Amz-Target', '')}", status == 403 and b"ann-canary" not in answer, status)
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain; application/json", None]:
        status = ask(dev.aws, "POST", "/v2/email/outbound-emails", {"Content-Type": kind} if kind else {}, MAIL)[0]
        check(f"a mail as {kind}", status == 415, status)
    check("no forged mail is in the mailbox", FORGED not in dev.page("/"))
    check("nobody was planted, and ann is still there", dev.person("evil") is None and dev.person("ann") is not None)


def left_open(dev):
    """Connections that send nothing, half a head or half a body keep nobody out."""
    TALLY.begin("connections left open")
    opened = []
    for port in (dev.mail, dev.aws):
        for sent in (b"", b"GET / HTTP/1.1\r\nHost: 127.", f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 1000\r\n\r\nx".encode()):
            for _ in range(50):
                connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
                connection.sendall(sent)
                opened.append(connection)
    for path in ("/", "/status"):
        check(f"{path} beside {len(opened)} of them", ask(dev.mail, "GET", path)[0] == 200)
    check("an event beside them", dev.put([event("page.viewed", {"person": {"id": "ann"}})])[0] == 200)
    for connection in opened:
        try:
            rest = b""
            while more := connection.recv(65536):
                rest += more
            ended = rest == b"" or b" 408 " in rest[:20] or b" 400 " in rest[:20]
        except ConnectionError:
            ended = True
        except socket.timeout:
            ended = False
        check("is ended by the port", ended)
        connection.close()
