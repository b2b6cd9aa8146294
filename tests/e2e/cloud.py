"""An AWS on the loopback interface with the real template deployed in it by the real script, around release bootstraps.

MiniStack plays everything but SES; SES is the project's own sink, whose events are handed on to MiniStack's bus, as SES
does itself. What MiniStack cannot do is left out by the template's own parameters (no archive of the bus) or listed in
docs/operations.md.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

import boto3

from recorder import Recorder, Seen

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "target" / "e2e"
# Seconds after which something hangs, on any machine.
HANGS = 20 * 60
# Where the programs lie: what is tested is what is released, unless somebody tries this test itself.
RELEASE = ROOT / os.environ.get("BUILT", "target/release")
STAGE = "e2e"
PREFIX = f"rekindle-{STAGE}"
REGION = "us-east-1"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION}
# Credentials and endpoints of whoever runs the test must not reach it.
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
# The pages' own domain, since MiniStack's addresses are neither https nor this machine's number.
PAGES = "https://mail.example.com"
CERTIFICATE = f"arn:aws:acm:{REGION}:000000000000:certificate/11111111-2222-3333-4444-555555555555"
PARAMETERS = [
    "BatchingSeconds=0", "ArchiveDays=0", "Shards=4", "Alarms=no", "PublicDomain=mail.example.com", f"CertificateArn={CERTIFICATE}",
    "LinksOnPublicDomain=yes",
]
# Version 2 of the AWS CLI is on no registry; version 1 does the same for what the scripts ask.
AWS = """#!/bin/sh
[ "$1" = --version ] && echo "aws-cli/2.0.0 (version 1 in its place)" && exit
exec "$VIRTUAL_ENV/bin/aws" "$@"
"""


def free_port():
    """A port that nobody uses right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def functions():
    """The functions of the template, by their folders."""
    return sorted(path.parent.name for path in (ROOT / "functions").glob("*/Cargo.toml"))


class Cloud:
    """Everything that runs; use it as a context."""

    def __enter__(self):
        shutil.rmtree(WORK, ignore_errors=True)
        (WORK / "bin").mkdir(parents=True)
        (WORK / "bin" / "aws").write_text(AWS)
        (WORK / "bin" / "aws").chmod(0o755)
        self.processes, self.recorders, self.seen = [], [], Seen()
        try:
            return self.begin()
        except BaseException:
            # Whatever was started must not outlive a start that failed.
            self.__exit__()
            raise

    def begin(self):
        """Starts everything and deploys."""
        port, sink = free_port(), free_port()
        self.endpoint, self.sink = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{sink}"
        self.start("sink", [RELEASE / "local-aws", str(sink)], KEYS)
        self.recorders = [Recorder(self.endpoint, self.seen), Recorder(self.sink, self.seen)]
        environment = {
            **KEYS,
            "GATEWAY_PORT": str(port),
            "BIND_HOST": "127.0.0.1",
            # What a function inherits: without it, it would call the real AWS.
            "AWS_ENDPOINT_URL": self.recorders[0].url,
            "AWS_ENDPOINT_URL_SESV2": self.recorders[1].url,
            "IOT_MTLS_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
        }
        self.start("ministack", [Path(os.environ["VIRTUAL_ENV"]) / "bin" / "ministack"], environment)
        self.until("MiniStack answers", lambda: answers(self.endpoint + "/_ministack/health"))
        self.until("the sink answers", lambda: answers(self.sink))
        self.deploy()
        self.handing_on = threading.Thread(target=self.hand_on, daemon=True)
        self.handing_on.start()
        return self

    def __exit__(self, *_):
        self.stopping = True
        for process in reversed(self.processes):
            # The group, as MiniStack starts the functions.
            os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        for recorder in self.recorders:
            recorder.stop()

    stopping = False

    def start(self, name, command, environment):
        """Starts a program in a process group of its own, with its output in a file."""
        with open(WORK / f"{name}.log", "wb") as log:
            process = subprocess.Popen(
                [str(part) for part in command], env={**CLEAN, **environment}, stdout=log, stderr=log, start_new_session=True
            )
        self.processes.append(process)

    def client(self, service, endpoint=None, region=REGION):
        """A client of MiniStack, or of the sink."""
        return boto3.client(
            service,
            endpoint_url=endpoint or self.endpoint,
            region_name=region,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def deploy(self, *parameters, edit=lambda template: template, stage=STAGE):
        """Packages and deploys the template by the script that deploys it to AWS, perhaps edited."""
        layout = self.layout(edit)
        said = self.run([layout / "infra" / "deploy.sh", stage, *PARAMETERS, *parameters], actor="deploy")
        self.mend()
        return said

    def destroy(self, *words, stage=STAGE):
        """Deletes a stage by the script that deletes it in AWS."""
        return self.run([self.layout() / "infra" / "destroy.sh", stage, *words])

    def layout(self, edit=lambda template: template):
        """A clone with the functions as `make artifacts` makes them, but for this machine."""
        layout = WORK / "clone"
        shutil.copytree(ROOT / "infra", layout / "infra", dirs_exist_ok=True)
        template = layout / "infra" / "template.yaml"
        template.write_text(edit(template.read_text()))
        for name in functions():
            folder = layout / "target" / "lambda" / name
            folder.mkdir(parents=True, exist_ok=True)
            # A fixed time, so that the same program makes the same zip.
            entry = zipfile.ZipInfo("bootstrap", (1980, 1, 1, 0, 0, 0))
            entry.external_attr, entry.compress_type = 0o755 << 16, zipfile.ZIP_DEFLATED
            with zipfile.ZipFile(folder / "bootstrap.zip", "w", compresslevel=1) as archive:
                archive.writestr(entry, (RELEASE / name).read_bytes())
        return layout

    def mend(self, region=REGION):
        """MiniStack keeps numbers that a parameter gives as text, and cannot compare them; they are given again."""
        client = self.client("lambda", region=region)
        for mapping in client.list_event_source_mappings()["EventSourceMappings"]:
            numbers = {"MaximumBatchingWindowInSeconds": int(mapping.get("MaximumBatchingWindowInSeconds") or 0)}
            if factor := mapping.get("ParallelizationFactor"):
                numbers["ParallelizationFactor"] = int(factor)
            if concurrency := mapping.get("ScalingConfig", {}).get("MaximumConcurrency"):
                numbers["ScalingConfig"] = {"MaximumConcurrency": int(concurrency)}
            client.update_event_source_mapping(UUID=mapping["UUID"], **numbers)

    def run(self, command, check=True, actor="operator", cwd=None):
        """Runs a program against MiniStack as somebody whose calls are seen; gives what it prints."""
        path = f"{WORK / 'bin'}:{os.environ['VIRTUAL_ENV']}/bin:{os.environ['PATH']}"
        environment = {**CLEAN, **KEYS, "AWS_ENDPOINT_URL": self.recorders[0].url, "PATH": path}
        environment |= {"AWS_SDK_UA_APP_ID": f"rekindle-{actor}"}
        done = subprocess.run(
            [str(part) for part in command], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=cwd
        )
        if check and done.returncode:
            raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def rekindle(self, *arguments, check=True, actor="operator"):
        """Runs the `rekindle` command against the deployed stage."""
        return self.run([RELEASE / "rekindle", *arguments, "--aws", "--table", PREFIX, "--shards", "4"], check, actor)

    def hand_on(self):
        """Hands the sink's events on as SES does: by the account's own bus, whose rules say where to.

        Nobody but AWS may put events of `aws.ses` there, so the deployed rules are asked and followed from here.
        """
        sqs, events, target = self.client("sqs", self.sink), self.client("events"), self.client("sqs")
        queue = sqs.get_queue_url(QueueName="ses-events")["QueueUrl"]
        while not self.stopping:
            try:
                messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
                for message in messages.get("Messages", []):
                    for rule in events.list_rules()["Rules"]:
                        asked = events.test_event_pattern(EventPattern=rule["EventPattern"], Event=message["Body"])
                        for found in events.list_targets_by_rule(Rule=rule["Name"])["Targets"] if asked["Result"] else []:
                            name = found["Arn"].rpartition(":")[2]
                            url = target.get_queue_url(QueueName=name)["QueueUrl"]
                            target.send_message(QueueUrl=url, MessageBody=message["Body"])
                    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            except Exception:
                if not self.stopping:
                    raise

    def put(self, kind, person, event_id=None, **detail):
        """Puts an event of the shop on the bus."""
        detail["person"] = person if isinstance(person, dict) else {"id": person}
        if event_id:
            detail["event_id"] = event_id
        entry = {"EventBusName": PREFIX, "Source": "shop", "DetailType": kind, "Detail": json.dumps(detail)}
        answer = self.client("events").put_events(Entries=[entry])
        assert answer["FailedEntryCount"] == 0, answer

    def browse(self, url, form=None):
        """Opens a link of a mail, or posts a form to it, by the deployed API; gives status and body."""
        assert url.startswith(PAGES + "/"), url
        return self.ask(url.removeprefix(PAGES), urllib.parse.urlencode(form).encode() if form else None)

    def checkout(self, path, redemption=None):
        """Asks the offers' API with the stack's key; gives status and what it says."""
        key = self.client("secretsmanager").get_secret_value(SecretId=f"{PREFIX}-offers")["SecretString"]
        data = json.dumps(redemption).encode() if redemption else None
        status, body = self.ask(path, data, {"Authorization": f"Bearer {key}", "Content-Type": "application/json"})
        return status, json.loads(body)

    def ask(self, path, data=None, headers=None):
        """Asks the deployed API; gives status and body."""
        api = self.client("apigatewayv2").get_apis()["Items"][0]["ApiId"]
        url = f"{self.endpoint}/_aws/execute-api/{api}/$default{path}"
        try:
            with urllib.request.urlopen(urllib.request.Request(url, data, headers or {}), timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def journal(self, person):
        """Somebody's journal, as one text."""
        return self.shown(person, "journal")

    def sends(self, person):
        """What became of somebody's mails, as one text."""
        return self.shown(person, "sends")

    def shown(self, person, part):
        """A part of what `rekindle person` shows, as one text; nothing of somebody unknown."""
        shown = self.rekindle("person", person, "--format", "json", check=False)
        found = json.loads(shown)[part] if shown else []
        return "\n".join(json.dumps(one) for one in found)

    def mails(self, address):
        """What SES has taken for an address."""
        with self.seen.lock:
            return [mail for mail in self.seen.mails if mail["Destination"]["ToAddresses"] == [address]]

    def queue(self, name):
        """The URL of one of the stage's queues."""
        return self.client("sqs").get_queue_url(QueueName=f"{PREFIX}-{name}")["QueueUrl"]

    def until(self, what, probe):
        """Asks until there is an answer that counts. The bound is against hanging for ever, and says nothing about how fast the machine is."""
        deadline = time.monotonic() + HANGS
        while not (found := probe()):
            assert time.monotonic() < deadline, f"{what}: not within {HANGS} s; see {WORK}"
            for process in self.processes:
                assert process.poll() is None, f"{process.args} has ended; see {WORK}"
            time.sleep(0.2)
        return found


def answers(url):
    """Whether somebody answers there, whatever it is."""
    try:
        urllib.request.urlopen(url, timeout=2).read()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
