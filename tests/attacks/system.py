"""What the attacks share: a `rekindle dev` of their own, requests to it, and a tally of what was tried and what gave way.

All traffic stays on 127.0.0.1, and everything lies in one temporary folder that goes with the process. Never point this at a
state or a folder that matters.
"""

import atexit
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ONE_CLICK = "List-Unsubscribe=One-Click"
ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
SCRATCH = tempfile.mkdtemp(prefix="rekindle-attacks-")
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)
# Seconds that a debug build may take on a busy machine; nothing is judged by time.
PATIENCE = 120


class Tally:
    """Counts, class by class, what was tried, and keeps what gave way."""

    def __init__(self):
        self.tried, self.gave_way, self.kind = {}, [], ""

    def begin(self, kind):
        self.kind = kind
        self.tried.setdefault(kind, 0)

    def check(self, what, held, seen=""):
        self.tried[self.kind] += 1
        if not held:
            self.gave_way.append((self.kind, what, str(seen)))
            print(f"GAVE WAY  {self.kind}: {what}  {str(seen)[:300]!r}", flush=True)

    def report(self):
        width = max(map(len, self.tried), default=0)
        for kind, tried in self.tried.items():
            lost = sum(1 for own, *_ in self.gave_way if own == kind)
            print(f"{kind:{width}}  {tried:>6} tried  {lost:>4} gave way")
        print(f"{'all':{width}}  {sum(self.tried.values()):>6} tried  {len(self.gave_way):>4} gave way")
        return 1 if self.gave_way else 0


TALLY = Tally()
check = TALLY.check


def binary():
    return os.environ["REKINDLE"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def workspace(folder):
    """A copy of the recipes without the workspace's window, so that mails go at any hour."""
    shutil.copytree(os.path.join(ROOT, "campaigns"), folder)
    path = os.path.join(folder, "workspace.yaml")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    write(path, re.sub(r"(?m)^window:.*\n", "", text))
    return folder


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)


def ask(port, method, path, headers=None, body=None, timeout=PATIENCE):
    """Status, headers (names in small letters) and body of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def raw(port, data, timeout=3):
    """What comes back for bytes that no HTTP library would send, until the port closes or says no more."""
    out = b""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        try:
            connection.sendall(data)
            while len(out) < 4_000_000 and (more := connection.recv(65536)):
                out += more
        except (socket.timeout, ConnectionError):
            pass
    return out


def event(kind, detail):
    return {"EventBusName": "rekindle", "Source": "shop", "DetailType": kind, "Detail": json.dumps(detail)}


def signed_up(person, email, **more):
    about = {"id": person, "email": email, "locale": "en", "consent": {"marketing": True}, **more}
    return event("customer.signed_up", {"person": about})


def cli(*arguments, cwd=SCRATCH, timeout=600):
    """Exit code, standard output and standard error of one command."""
    environment = dict(os.environ, LC_ALL="C.UTF-8")
    done = subprocess.run([binary(), *arguments], cwd=cwd, env=environment, capture_output=True, timeout=timeout, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


class Dev:
    """A running `rekindle dev` on two free ports."""

    def __init__(self, name, campaigns=None, state=None, must=True):
        self.dir = os.path.join(SCRATCH, name)
        os.makedirs(self.dir, exist_ok=True)
        self.campaigns = campaigns or workspace(os.path.join(self.dir, "campaigns"))
        self.state = state or os.path.join(self.dir, "state")
        self.aws, self.mail = free_port(), free_port()
        command = [binary(), "dev", "--campaigns", self.campaigns, "--state", self.state]
        command += ["--port", str(self.aws), "--mailbox", str(self.mail)]
        self.log = open(os.path.join(self.dir, "log"), "ab")
        self.process = subprocess.Popen(command, cwd=self.dir, stdout=self.log, stderr=self.log, start_new_session=True)
        atexit.register(self.kill)
        self.ready = self.wait()
        if must and not self.ready:
            sys.exit(f"dev did not start: {self.text()}")

    def wait(self):
        end = time.time() + PATIENCE
        while time.time() < end and self.process.poll() is None:
            try:
                ask(self.mail, "GET", "/", timeout=5)
                return True
            except OSError:
                time.sleep(0.1)
        return False

    def alive(self):
        return self.process.poll() is None and ask(self.mail, "GET", "/")[0] == 200

    def text(self):
        with open(os.path.join(self.dir, "log"), errors="replace") as file:
            return file.read()

    def stop(self):
        """As Ctrl-C does."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def put(self, entries):
        headers = {"X-Amz-Target": "AWSEvents.PutEvents", "Content-Type": "application/x-amz-json-1.1"}
        return ask(self.aws, "POST", "/", headers, json.dumps({"Entries": entries}))

    def cli(self, *arguments):
        return cli(*arguments, "--state", self.state, cwd=self.dir)

    def person(self, person):
        """One person as JSON; None where nobody has the id."""
        code, out, err = self.cli("person", person, "--format", "json")
        if code != 0 and "nobody" not in err:
            raise RuntimeError(err)
        return json.loads(out) if code == 0 else None

    def page(self, path):
        return ask(self.mail, "GET", path)[2].decode(errors="replace")

    def mails(self, search):
        """The ids of the mails that a search finds, at most the 50 newest."""
        return list(dict.fromkeys(re.findall(r'href="/mails/([^"?/]+)', self.page(f"/?q={search}"))))

    def links(self, search):
        """Paths of the signed pages in those mails, by their letter: o one-click, u unsubscribe, p preferences, v view, ..."""
        found = {}
        for mail in self.mails(search):
            text = (self.page(f"/mails/{mail}/html") + self.page(f"/mails/{mail}")).replace("&#x2f;", "/")
            for path in re.findall(r"http://127\.0\.0\.1:\d+(/[a-z]/[A-Za-z0-9_\-]+)", text):
                found.setdefault(path[1], []).append(path)
        return found

    def queues(self):
        """Messages by queue: waiting, in flight and delayed together."""
        cell = r'<td class="number">([\d,]+)</td>'
        rows = re.findall(r'<th scope="row">([^<]+)</th>' + cell * 3, self.page("/status"))
        return {name: sum(int(number.replace(",", "")) for number in numbers) for name, *numbers in rows}

    def dead(self):
        return self.queues().get("intake-dead", 0)

    def quiet(self):
        """Waits until no queue but the dead letters' has anything for a second."""
        end, still = time.time() + PATIENCE, 0
        while time.time() < end and still < 4:
            busy = any(count for name, count in self.queues().items() if not name.endswith("-dead"))
            still = 0 if busy else still + 1
            time.sleep(0.25)
