"""Stands between the functions and AWS, and keeps which function made which call on what.

Roles are held against what it has seen. Functions are told apart by the application id that the template gives each
of them and the SDK puts into its user agent.
"""

import http.client
import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

APP_ID = re.compile(r"\bapp/rekindle-([a-z]+)")


@dataclass(frozen=True)
class Call:
    """One kind of call: `function` did `action` (as IAM names it) on `resource` (the last part of its ARN)."""

    function: str
    action: str
    resource: str


@dataclass
class Seen:
    """Everything that was seen."""

    calls: dict[Call, int] = field(default_factory=dict)
    mails: list[dict] = field(default_factory=list)
    # By who asked and what for: the partitions of the table.
    partitions: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, function, actions):
        with self.lock:
            for action, resource in actions:
                call = Call(function, action, resource)
                self.calls[call] = self.calls.get(call, 0) + 1


def dynamodb(operation, body):
    """DynamoDB's calls; what a transaction does needs the permission of each of its parts."""
    if operation == "TransactWriteItems":
        kinds = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
        for item in body["TransactItems"]:
            for kind, part in item.items():
                yield f"dynamodb:{kinds[kind]}", part["TableName"]
        return
    if operation == "BatchExecuteStatement":
        for statement in body["Statements"]:
            verb, table = re.match(r'(INSERT INTO|UPDATE) "([^"]+)"', statement["Statement"]).groups()
            yield f"dynamodb:PartiQL{verb.split()[0].capitalize()}", table
        return
    if operation in ("BatchWriteItem", "BatchGetItem"):
        for table in body["RequestItems"]:
            yield f"dynamodb:{operation}", table
        return
    if "TableName" not in body:
        # Of the whole account.
        yield f"dynamodb:{operation}", "*"
        return
    index = body.get("IndexName")
    yield f"dynamodb:{operation}", body["TableName"] + (f"/index/{index}" if index else "")


def actions(service, headers, path, body, method, query):
    """What IAM would be asked: pairs of action and resource."""
    target = headers.get("X-Amz-Target", "")
    operation = target.rpartition(".")[2]
    if service == "dynamodb":
        return list(dynamodb(operation, json.loads(body)))
    if service == "secretsmanager":
        return [(f"secretsmanager:{operation}", resource(json.loads(body)["SecretId"]))]
    if service == "sts":
        # Needs no permission.
        return []
    if service == "cloudformation":
        return [cloudformation({name: values[0] for name, values in parse_qs(body.decode()).items()})]
    if service == "s3":
        return [s3(method, path, query)]
    if service == "sqs":
        # A batch needs the permission of its single call.
        asked = json.loads(body)
        return [(f"sqs:{operation.removesuffix('Batch')}", asked.get("QueueName") or asked["QueueUrl"].rpartition("/")[2])]
    if service == "events":
        return [("events:PutEvents", entry["EventBusName"]) for entry in json.loads(body)["Entries"]]
    if service == "ses" and path.endswith("/outbound-emails"):
        return [("ses:SendEmail", json.loads(body).get("ConfigurationSetName", ""))]
    if service == "ses" and path.endswith("/account"):
        return [("ses:GetAccount", "*")]
    if service == "firehose":
        return [(f"firehose:{operation}", f"deliverystream/{json.loads(body)['DeliveryStreamName']}")]
    # No role allows it, so that the test of roles fails and names it.
    return [(f"{service}: a call that the recorder does not know", f"{target} {path}")]


def cloudformation(asked):
    """A call of CloudFormation on a stack, by its name."""
    stack = asked.get("StackName", "*")
    return f"cloudformation:{asked['Action']}", stack.split("/")[1] if stack.startswith("arn:") else stack


# The permissions of what S3 is asked at a bucket (Service Authorization Reference, "Actions for S3").
BUCKET = {
    ("HEAD", ""): "ListBucket", ("GET", ""): "ListBucket", ("PUT", ""): "CreateBucket", ("DELETE", ""): "DeleteBucket", ("GET", "list-type"): "ListBucket",
    ("PUT", "publicAccessBlock"): "PutBucketPublicAccessBlock", ("PUT", "policy"): "PutBucketPolicy",
    ("PUT", "lifecycle"): "PutLifecycleConfiguration", ("GET", "location"): "GetBucketLocation",
}
OBJECT = {"HEAD": "GetObject", "GET": "GetObject", "PUT": "PutObject", "POST": "PutObject", "DELETE": "DeleteObject"}


def s3(method, path, query):
    """A call of S3 on a bucket or an object; addressed by path, as a local AWS is."""
    bucket, _, key = path.lstrip("/").partition("/")
    if key:
        return f"s3:{OBJECT[method]}", f"{bucket}/{key}"
    asked = next((name for name in parse_qs(query, keep_blank_values=True) if (method, name) in BUCKET), "")
    return f"s3:{BUCKET[(method, asked)]}", bucket


def keys(operation, body):
    """The partition keys that a call of DynamoDB names, as IAM's `dynamodb:LeadingKeys` has them; none of a scan."""
    values = body.get("ExpressionAttributeValues", {})
    found = [body.get(part, {}).get("pk") for part in ("Key", "Item")]
    if operation == "Query" and "IndexName" not in body:
        name = re.search(r"pk = (:\w+)", body["KeyConditionExpression"]).group(1)
        found.append(values[name])
    for asked in body.get("RequestItems", {}).values():
        found += [key["pk"] for key in asked.get("Keys", [])] if isinstance(asked, dict) else []
    for item in body.get("TransactItems", []):
        found += [part.get("Key", part.get("Item", {})).get("pk") for part in item.values()]
    return {value["S"] for value in found if value}


def resource(arn):
    """A secret's name from its ARN, whose last six letters are chosen by AWS."""
    name = arn.rpartition(":")[2]
    return re.sub(r"-[A-Za-z0-9]{6}$", "", name) if arn.startswith("arn:") else name


class Recorder:
    """A proxy on the loopback interface before `upstream`."""

    def __init__(self, upstream, seen):
        host, port = urlsplit(upstream).hostname, urlsplit(upstream).port

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def relay(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                agents = (self.headers.get(name, "") for name in ("User-Agent", "X-Amz-User-Agent"))
                function = APP_ID.search(" ".join(agents))
                service = re.search(r"Credential=[^/]*/\d+/[^/]*/([^/]+)/", self.headers.get("Authorization", ""))
                connection = http.client.HTTPConnection(host, port, timeout=60)
                connection.request(self.command, self.path, body, {name: value for name, value in self.headers.items() if name.lower() != "expect"})
                answer = connection.getresponse()
                content = answer.read()
                if function and service:
                    service = service.group(1)
                    asked = urlsplit(self.path)
                    seen.note(function.group(1), actions(service, self.headers, asked.path, body, self.command, asked.query))
                    if service == "dynamodb":
                        operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
                        with seen.lock:
                            seen.partitions.setdefault((function.group(1), operation), set()).update(keys(operation, json.loads(body)))
                    if service == "ses" and self.path.endswith("/outbound-emails") and answer.status == 200:
                        with seen.lock:
                            seen.mails.append(json.loads(body))
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = relay

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        """Ends it."""
        self.server.shutdown()
