"""Judges the templates by cfn-lint, cfn-guard and checkov, and every judge by red controls that it must refuse.

Guard and checkov see the templates as CloudFormation does after the SAM transform. What a rule of others may find is listed
in infra/exceptions.yaml, with the reason; a finding that is not listed fails, and so does a listing that nothing needs.
Usage: policies.py LINT_BIN GUARD_FOLDER
"""

import copy
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
from samtranslator.translator.transform import transform  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # noqa: E402

INFRA = Path(__file__).resolve().parents[1]


class NoManagedPolicies:
    """Roles name what they may do themselves."""

    def load(self):
        return {}


def expanded(source):
    """The template after the SAM transform."""
    template = copy.deepcopy(source)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://artifacts/zip"
    return transform(template, {}, NoManagedPolicies())


def written(template, folder, name="template.json"):
    path = Path(folder) / name
    path.write_text(json.dumps(template))
    return path


def guard(program, rules, path):
    """The names of rules that do not hold, each with the resources that break it."""
    command = [program, "validate", "-r", rules, "-d", path, "--output-format", "json", "--structured", "-S", "none"]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode not in (0, 19):
        raise SystemExit(f"cfn-guard: {done.stdout}{done.stderr}")
    found = set()
    for report in json.loads(done.stdout):
        for rule in report["not_compliant"]:
            found |= {(rule["Rule"]["name"], resource) for resource in resources(rule) or {"?"}}
    return found


def resources(node):
    """The resources that a report of guard names by their paths."""
    if isinstance(node, list):
        return set().union(*map(resources, node))
    if not isinstance(node, dict):
        return set()
    own = {parts[2] for parts in [str(node.get("path", "")).split("/")] if len(parts) > 2 and parts[1] == "Resources"}
    return own.union(*map(resources, node.values()))


def checkov(bin_, path):
    """The checks that fail, each with its resource."""
    command = [bin_ / "checkov", "--skip-download", "--framework", "cloudformation", "--quiet", "--compact", "-o", "json"]
    done = subprocess.run([*map(str, command), "-f", str(path)], capture_output=True, text=True)
    report = json.loads(done.stdout)
    if "results" not in report or report["summary"]["parsing_errors"]:
        raise SystemExit(f"checkov could not read the template: {done.stdout[:500]}")
    return {(check["check_id"], check["resource"].rpartition(".")[2]) for check in report["results"]["failed_checks"]}


def cfn_lint(bin_, path):
    """The rules that complain."""
    done = subprocess.run([str(bin_ / "cfn-lint"), "--format", "json", str(path)], capture_output=True, text=True)
    return {(found["Rule"]["Id"], found["Message"]) for found in json.loads(done.stdout or "[]")}


def set_in(template, path, value):
    """Sets or, with None, deletes what stands at a path."""
    *way, last = path
    for step in way:
        template = template[step]
    if value is None:
        del template[last]
    else:
        template[last] = value


def data_controls():
    """For every rule of ours about what is kept: what to break in data.yaml so that the rule must find it."""
    kept, last = "what_is_known_of_people_is_kept", "the_table_is_made_last"
    yield kept, ["People", "DeletionPolicy"], "Delete"
    yield kept, ["People", "Properties", "DeletionProtectionEnabled"], False
    for name in ("HashSecret", "LinkSecret", "OfferKey", "ArchiveBucket"):
        yield kept, [name, "DeletionPolicy"], "Retain"
        yield kept, [name, "UpdateReplacePolicy"], "Delete"
    yield last, ["People", "DependsOn"], ["HashSecret", "LinkSecret", "OfferKey", "ArchiveBucket"]
    yield last, ["OfferKey", "DependsOn"], "People"


def own_controls(template):
    """For every rule of ours, what to break in the template of what runs so that the rule must find it."""
    resources_ = template["Resources"]
    of = lambda kind: [name for name, resource in resources_.items() if resource["Type"] == kind]
    statement = ("Properties", "Policies", 0, "PolicyDocument", "Statement", 0)
    targets = "every_target_retries_and_has_a_dead_letter_queue"
    wide = "no_permission_is_for_everything"
    yield targets, ["CustomerEvents", "Properties", "Targets", 0, "RetryPolicy"], None
    yield targets, ["CustomerEvents", "Properties", "Targets", 0, "DeadLetterConfig"], None
    yield targets, ["EachMinute", "Properties", "Target", "DeadLetterConfig"], None
    yield "every_queue_is_encrypted", ["SendQueue", "Properties", "SqsManagedSseEnabled"], False
    mapping = of("AWS::Lambda::EventSourceMapping")[0]
    yield "every_mapping_reports_the_items_that_failed", [mapping, "Properties", "FunctionResponseTypes"], None
    yield "a_stream_never_blocks_on_one_record", ["RelayFunctionStream", "Properties", "DestinationConfig"], None
    for role in ("IntakeRole", "SchedulerRole"):
        yield wide, [role, *statement, "Action"], ["dynamodb:*"]
        yield wide, [role, *statement, "Resource"], "*"
        yield wide, [role, *statement, "Resource"], ["*"]
    account = [*statement[:-1], 4, "Action"]
    yield wide, ["SendRole", *account], ["ses:GetAccount", "ses:SendEmail"]
    yield wide, ["SendRole", "Properties", "ManagedPolicyArns"], ["arn:aws:iam::aws:policy/AdministratorAccess"]
    function = "every_function_is_small_and_has_its_own_role"
    yield function, ["SendFunction", "Properties", "Architectures"], ["x86_64"]
    yield function, ["SendFunction", "Properties", "LoggingConfig"], None
    secret = "no_secret_stands_in_the_environment"
    value = "{{resolve:secretsmanager:rekindle-prod}}"
    yield secret, ["SendFunction", "Properties", "Environment", "Variables", "KEY"], value
    yield secret, ["SendFunction", "Properties", "Environment", "Variables", "KEY"], {"Fn::Sub": value}
    loops = "only_sweep_and_send_may_feed_themselves"
    yield loops, ["IntakeFunction", "Properties", "RecursiveLoop"], "Allow"
    yield loops, ["SweepFunction", "Properties", "RecursiveLoop"], None
    yield loops, ["SendFunction", "Properties", "RecursiveLoop"], "Terminate"
    yield "what_runs_keeps_nothing", ["Bus", "DeletionPolicy"], "Retain"
    yield "every_queue_leaves_room_for_readers", ["IntakeFunctionQueue", "Properties", "ScalingConfig"], None
    yield "a_stream_never_blocks_on_one_record", ["RelayFunctionStream", "Properties", "MaximumRetryAttempts"], 100
    named = "whoever_calls_is_named"
    yield named, ["PagesPermission", "Properties", "SourceAccount"], {"Ref": "AWS::AccountId"}
    yield named, ["OffersPermission", "Properties", "SourceArn"], None
    queue_statement = ["QueuePolicy", "Properties", "PolicyDocument", "Statement", 0, "Condition"]
    yield named, queue_statement, {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    destination = ["ArchiveStream", "Properties", "ExtendedS3DestinationConfiguration"]
    yield "the_archive_says_what_it_could_not_write", [*destination, "CloudWatchLoggingOptions"], None
    yield "every_role_can_be_bounded", ["SendRole", "Properties", "PermissionsBoundary"], None
    for role in ("PagesRole", "OffersRole"):
        yield "the_public_functions_cannot_write_publications", [role, *statement[:-1], 1], None
    url = {"Type": "AWS::Lambda::Url", "Properties": {"AuthType": "NONE", "TargetFunctionArn": "x"}}
    yield "function_urls_ask_who_calls", ["Url"], url
    if "PagesRole" in resources_:
        pages = "the_public_function_cannot_send_mail"
        yield pages, ["PagesRole", *statement, "Action"], ["ses:SendEmail"]
        yield pages, ["PagesRole", *statement, "Action"], ["dynamodb:GetItem", "sqs:SendMessage"]
    yield "the_checkouts_function_cannot_send_mail", ["OffersRole", *statement, "Action"], ["ses:SendEmail"]


def judged(found, allowed, judge):
    """Fails for a finding that is not allowed, and for an allowance that nothing needs."""
    listed = {(rule, resource): reason for rule, entry in allowed.items() for resource in entry["for"] for reason in [entry["because"]]}
    wrong = [f"{judge}: {rule} at {resource}" for rule, resource in sorted(found - set(listed))]
    wrong += [f"{judge}: infra/exceptions.yaml excepts {rule} at {resource}, which nothing needs" for rule, resource in sorted(set(listed) - found)]
    print(f"{judge}: {len(found)} findings, {len(listed)} of them excepted with a reason")
    return wrong


def main():
    bin_, package = Path(sys.argv[1]), Path(sys.argv[2]) / "node_modules/@cdklabs/cdk-validator-cfnguard"
    system = "macos" if sys.platform == "darwin" else "ubuntu"
    machine = {"arm64": "aarch64"}.get(os.uname().machine, os.uname().machine)
    program, tower = package / "bin" / system / machine / "cfn-guard", package / "rules/control-tower/cfn-guard"
    exceptions = yaml_parse((INFRA / "exceptions.yaml").read_text())
    template_path = INFRA / "template.yaml"
    source = yaml_parse(template_path.read_text())
    template, rules, wrong = expanded(source), INFRA / "rules.guard", []
    data = yaml_parse((INFRA / "data.yaml").read_text())
    with tempfile.TemporaryDirectory() as folder:
        path, kept = written(template, folder), written(data, folder, "data.json")
        for every in sorted(INFRA.glob("*.yaml")):
            if "Resources:" in every.read_text():
                wrong += [f"cfn-lint: {every.name}: {rule} {message}" for rule, message in sorted(cfn_lint(bin_, every))]
        broken_rules = guard(program, rules, path) | guard(program, rules, kept)
        wrong += [f"rules.guard: {rule} at {resource}" for rule, resource in sorted(broken_rules)]
        alarms = Path(folder) / "operations.json"
        alarms.write_text(json.dumps(expanded(yaml_parse((INFRA / "operations.yaml").read_text()))))
        found = guard(program, tower, path) | guard(program, tower, kept) | guard(program, tower, alarms)
        wrong += judged(found, exceptions["control-tower"], "Control Tower")
        wrong += judged(checkov(bin_, path) | checkov(bin_, kept) | checkov(bin_, alarms), exceptions["checkov"], "checkov")
        # The red controls.
        seen, count = set(), 0
        controls = [(template, *control) for control in own_controls(template)]
        controls += [(data, *control) for control in data_controls()]
        for whole, rule, place, value in controls:
            broken = copy.deepcopy(whole)
            set_in(broken["Resources"], place, value)
            if rule not in {name for name, _ in guard(program, rules, written(broken, folder))}:
                wrong.append(f"rules.guard: {rule} did not find {place} = {value}")
            seen.add(rule)
            count += 1
        declared = {line.split()[1] for line in rules.read_text().splitlines() if line.startswith("rule ")}
        wrong += [f"rules.guard: {rule} has no red control" for rule in sorted(declared - seen)]
        broken = copy.deepcopy(template)
        set_in(broken["Resources"], ["SendDead", "Properties", "RedriveAllowPolicy"], None)
        without_dead_letters = written(broken, folder, "dead.json")
        broken = copy.deepcopy(data)
        set_in(broken["Resources"], ["People", "Properties", "PointInTimeRecoverySpecification"], None)
        path = written(broken, folder)
        for rule, broken_path in (("sqs_dlq_check", without_dead_letters), ("dynamodb_table_pitr_enabled_check", path)):
            if rule not in {name for name, _ in guard(program, tower, broken_path)}:
                wrong.append(f"Control Tower: {rule} did not find its red control")
        if ("CKV_AWS_28", "People") not in checkov(bin_, path):
            wrong.append("checkov: CKV_AWS_28 did not find its red control")
        broken = copy.deepcopy(data)
        set_in(broken["Resources"], ["People", "Properties", "TableNam"], "x")
        if "E3002" not in {rule for rule, _ in cfn_lint(bin_, written(broken, folder))}:
            wrong.append("cfn-lint: E3002 did not find its red control")
        count += 4
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"{count} red controls, {len(wrong)} problems")
    raise SystemExit(1 if wrong else 0)


main()
