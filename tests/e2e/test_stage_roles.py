"""Each role against the calls that its function was seen to make in the tests before: no more, no less. And the roles of CI
against the calls of `rekindle plan` and of deploy.sh: no less; what CloudFormation itself calls is tests/stage's to read."""

import json
import sys

import pytest

from cloud import PREFIX, ROOT, STAGE, functions
from recorder import resource

sys.path.insert(0, str(ROOT / "tests" / "stage"))
import permissions  # noqa: E402

# Permissions that the tests do not use, each with the reason why the function needs it all the same.
RARE = {
    ("advance", "dynamodb:UpdateItem"): "the code of an offer is claimed when a person comes to it after a wait",
    ("tick", "sqs:SendMessage"): "a pass over everyone that stands still is queued again",
    ("sweep", "dynamodb:UpdateItem"): "the same, when a publication moves them to it",
    ("sweep", "dynamodb:BatchWriteItem"): "the audit finishes an erasure that broke off",
    ("send", "sqs:SendMessage"): "a mail comes again when its turn by SES's rate comes, or when SES refused it for now",
    ("sweep", "sqs:SendMessage"): "mails that were planned when a pause began are queued again when it ends",
    ("feedback", "dynamodb:UpdateItem"): "the same, when a wait for a report of SES ends",
    ("feedback", "dynamodb:Query"): "a report that names no person is found by its address",
    ("pages", "dynamodb:Query"): "whoever takes their refusal back is asked for the other ids of their address",
    ("relay", "dynamodb:Query"): "what somebody said of their address holds for its other ids",
    ("relay", "dynamodb:BatchGetItem"): "the same, as their people are looked at together",
    ("sweep", "dynamodb:Query"): "the audit brings to the ids of one address what was said under one of them",
    ("intake", "dynamodb:PartiQLInsert"): "several people of a batch are written by one request",
    ("intake", "dynamodb:PartiQLUpdate"): "several people of a batch are written by one request",
    ("advance", "dynamodb:PartiQLInsert"): "several people of a batch are written by one request",
    ("advance", "dynamodb:PartiQLUpdate"): "several people of a batch are written by one request",
    ("send", "dynamodb:PartiQLInsert"): "several people of a batch are written by one request",
    ("send", "dynamodb:PartiQLUpdate"): "several people of a batch are written by one request",
    ("feedback", "dynamodb:PartiQLInsert"): "several people of a batch are written by one request",
    ("feedback", "dynamodb:PartiQLUpdate"): "several people of a batch are written by one request",
    ("sweep", "dynamodb:PartiQLInsert"): "several people of a batch are written by one request",
    ("sweep", "dynamodb:PartiQLUpdate"): "several people of a batch are written by one request",
    ("pages", "dynamodb:UpdateItem"): "the same, when a wait for an answer or a click ends",
    ("offers", "dynamodb:UpdateItem"): "the same, when a wait for a redemption ends",
}


def name(arn):
    """What the recorder calls a resource."""
    if ":secretsmanager:" in arn:
        return resource(arn)
    if not arn.startswith("arn:"):
        # MiniStack refers to a secret by its name.
        return arn
    kind = arn.split(":", 5)[5]
    return kind.partition("/")[2] if kind.startswith(("table/", "event-bus/", "configuration-set/")) else kind.rpartition(":")[2]


def granted(cloud, function):
    """The pairs of action and resource that the deployed role of a function allows."""
    role = cloud.client("lambda").get_function_configuration(FunctionName=f"{PREFIX}-{function}")["Role"].rpartition("/")[2]
    iam, pairs = cloud.client("iam"), set()
    assert not iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
        document = json.loads(document) if isinstance(document, str) else document
        for statement in document["Statement"]:
            if statement["Effect"] == "Deny":
                continue
            arns = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
            pairs |= {(action, arn) for action in statement["Action"] for arn in arns}
    return pairs


def by_the_platform(cloud, function):
    """What Lambda itself does under the role: logs, polling what is mapped, putting failures aside."""
    client = cloud.client("lambda")
    pairs = {(action, f"/aws/lambda/{PREFIX}-{function}") for action in ("logs:CreateLogStream", "logs:PutLogEvents")}
    mappings = client.list_event_source_mappings(FunctionName=f"{PREFIX}-{function}")["EventSourceMappings"]
    for mapping in mappings:
        source = mapping["EventSourceArn"]
        if ":sqs:" in source:
            polls = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
            pairs |= {(action, name(source)) for action in polls}
        else:
            reads = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
            pairs |= {(action, name(source)) for action in reads}
            pairs.add(("dynamodb:ListStreams", f"{PREFIX}/stream/*"))
            pairs.add(("sqs:SendMessage", f"{PREFIX}-undelivered"))
    if function == "tick":
        # Called asynchronously by the schedule: a failure is put aside.
        pairs.add(("sqs:SendMessage", f"{PREFIX}-undelivered"))
    return pairs


def log_group(action, arn):
    return (action, arn.split(":log-group:")[1].removesuffix(":*")) if action.startswith("logs:") else (action, name(arn))


@pytest.mark.parametrize("function", functions())
def test_a_role_allows_what_its_function_calls_and_nothing_else(cloud, function):
    allowed = {log_group(action, arn) for action, arn in granted(cloud, function)}
    # The identity that mails are sent from is the owner's choice, so any of this account may be.
    allowed -= {("ses:SendEmail", "*"), ("ses:SendEmail", "identity/*")}
    with cloud.seen.lock:
        calls = list(cloud.seen.calls)
    seen = {(call.action, call.resource) for call in calls if call.function == function}
    assert seen, f"{function} was not seen at all"
    assert seen <= allowed, f"{function} calls what its role does not allow: {sorted(seen - allowed)}"
    needed = seen | by_the_platform(cloud, function)
    rare = {pair for pair in allowed - needed if (function, pair[0]) in RARE}
    assert allowed - needed == rare, f"the role of {function} allows what was never used: {sorted(allowed - needed - rare)}"



def seen_of(cloud, actor):
    with cloud.seen.lock:
        found = [(call.action, call.resource) for call in cloud.seen.calls if call.function == actor]
    assert found, f"{actor} was not seen at all"
    return found


def test_a_deployment_from_ci_may_do_what_deploying_was_seen_to_do(cloud):
    def arn(action, resource):
        service = action.partition(":")[0]
        if service == "s3":
            return f"arn:aws:s3:::{resource}"
        return f"arn:aws:{service}:{permissions.REGION}:{permissions.ACCOUNT}:stack/{resource}/1"

    for action, resource in seen_of(cloud, "deploy"):
        for role in ("StagingRole", "ProductionRole"):
            assert permissions.allowed(role, STAGE, action, arn(action, resource)), (role, action, resource)
            assert not permissions.allowed(role, "another", action, arn(action, resource)), (role, action, resource)


def test_a_plan_from_ci_may_do_what_planning_was_seen_to_do_and_sees_nobody(cloud):
    [statement] = permissions.statements("PlanRole", STAGE)
    seen = seen_of(cloud, "plan")
    assert {action for action, _ in seen} <= set(statement["Action"]), seen
    assert {resource for _, resource in seen} == {PREFIX}, seen
    leading = statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    with cloud.seen.lock:
        partitions = {key for (actor, _), keys in cloud.seen.partitions.items() if actor == "plan" for key in keys}
    assert partitions and all(any(permissions.matches(one, key) for one in leading) for key in partitions), partitions
    # The control: what looks at people would be refused.
    assert not any(permissions.matches(one, "P#abc") for one in leading)


@pytest.mark.parametrize("function", ["pages", "offers"])
def test_the_public_functions_write_nothing_that_they_are_denied(cloud, function):
    template = permissions.yaml_parse((ROOT / "infra" / "template.yaml").read_text())["Resources"]
    role = template[f"{function.capitalize()}Role"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    [denied] = [one["Condition"]["ForAnyValue:StringLike"]["dynamodb:LeadingKeys"] for one in role if one["Effect"] == "Deny"]
    with cloud.seen.lock:
        found = cloud.seen.partitions.items()
        written = {key for (actor, operation), keys in found if actor == function and operation not in ("GetItem", "BatchGetItem", "Query") for key in keys}
    assert written and not [key for key in written if any(permissions.matches(one, key) for one in denied)], written
