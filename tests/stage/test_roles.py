"""The roles of infra/github.yaml by reading: who may take them, what CloudFormation needs of them, and what they never may.

What CloudFormation needs is what the registry's own schema of each type says that its handlers call; cfn-lint brings the
schemas. `make e2e` holds the same roles against calls that were seen.
"""

import json
import re

import pytest
from permissions import ACCOUNT, GITHUB, INFRA, REGION, ROOT, allowed, listed, matches, plain, statements
from samtranslator.yaml_helper import yaml_parse

TEMPLATES = [yaml_parse((INFRA / f"{name}.yaml").read_text()) for name in ("data", "template", "operations")]
SCHEMAS = next((ROOT / "target/tools/lint/lib").glob("python3*/site-packages/cfnlint/data/schemas"))

# What handlers would call for what our resources do not have; each with the reason.
NEVER = [
    (r"s3:(getObject|GetObject|GetObjectVersion|ListBucket|REST.PUT.OBJECT)$", "nothing is imported from a bucket; zips are judged as the function's"),
    (r"logs:(CreateLogGroup|CreateLogStream|DescribeLogStreams|PutLogEvents|PutRetentionPolicy)$", "an import of a table would write a log"),
    (r"firehose:TagDeliveryStream", "no log is delivered to a stream"),
    (r"iam:GetRole$", "topics have no role that tells of deliveries"),
    (r"kms:", "nothing is encrypted under a key of ours"),
    (r"iam:(Attach|Detach)RolePolicy|iam:DeleteRolePermissionsBoundary|iam:GetPolicy", "roles have inline policies and keep their boundary"),
    (r"iam:CreateServiceLinkedRole", "an account has the gateway's and DynamoDB's by its first use, which is an operator's"),
    (r"iam:PassRole", "judged by itself below"),
    (r"ec2:|elasticfilesystem:|s3files:|kafka:|kinesis:|mq:|rds:|docdb|redshift|glue:|lambda:.*Kafka", "functions are in no VPC and have no such source"),
    (r"dynamodb:DeleteTable|s3:DeleteBucket$|secretsmanager:DeleteSecret", "denied on purpose: an operator deletes what is kept"),
    (r"apigateway:(AddCertificateToDomain|RemoveCertificateFromDomain|UpdateDomainName.*|CreateAccessAssociation|RejectAccessAssociation|TagResource|UntagResource)|acm:|vpc|servicecatalog", "no mutual TLS, and the gateway's tags are PUT and DELETE of /tags"),
    (r"s3:.*(Metadata|Inventory|Intelligent|ReplicationConfiguration|ObjectLock|Website|Cors|Acceler|Analytics|Metrics|Abac|Annotation)", "the bucket has none of these"),
    (r"s3tables:|s3vectors:|s3-outposts:|sns:.*(DataProtection)|states:|pipes:|organizations:|iot|events:.*(Connection|ApiDestination|Endpoint)", "there are none"),
]


def arns(logical, kind, properties, stage):
    """What a resource is called in permissions."""
    own = lambda key: plain(properties[key], stage)
    here = lambda service, rest: f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"
    gateway = f"arn:aws:apigateway:{REGION}::/apis/a1"
    return {
        "AWS::ApiGatewayV2::Api": lambda: [f"arn:aws:apigateway:{REGION}::/apis", gateway],
        "AWS::ApiGatewayV2::ApiMapping": lambda: [f"arn:aws:apigateway:{REGION}::/domainnames/d/apimappings"],
        "AWS::ApiGatewayV2::DomainName": lambda: [f"arn:aws:apigateway:{REGION}::/domainnames"],
        "AWS::ApiGatewayV2::Integration": lambda: [gateway + "/integrations"],
        "AWS::ApiGatewayV2::Route": lambda: [gateway + "/routes"],
        "AWS::ApiGatewayV2::Stage": lambda: [gateway + "/stages"],
        "AWS::CloudFormation::Stack": lambda: [here("cloudformation", f"stack/rekindle-{stage}-{logical}-X/1")],
        "AWS::CloudWatch::Alarm": lambda: [here("cloudwatch", f"alarm:{own('AlarmName')}")],
        "AWS::CloudWatch::Dashboard": lambda: [f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/{own('DashboardName')}"],
        "AWS::DynamoDB::Table": lambda: [here("dynamodb", f"table/{own('TableName')}")],
        "AWS::Events::Archive": lambda: [here("events", f"archive/{own('ArchiveName')}"), here("events", f"event-bus/rekindle-{stage}")],
        "AWS::Events::EventBus": lambda: [here("events", f"event-bus/{own('Name')}")],
        "AWS::Events::Rule": lambda: [here("events", f"rule/rekindle-{stage}-{logical}-X" if "EventBusName" not in properties else f"rule/rekindle-{stage}/r")],
        "AWS::IAM::Role": lambda: [f"arn:aws:iam::{ACCOUNT}:role/rekindle-{stage}-{logical}-X"],
        "AWS::KinesisFirehose::DeliveryStream": lambda: [here("firehose", f"deliverystream/{own('DeliveryStreamName')}"), f"arn:aws:iam::{ACCOUNT}:role/rekindle-{stage}-ArchiveRole-X"],
        "AWS::Lambda::Permission": lambda: [here("lambda", f"function:rekindle-{stage}-pages")],
        "AWS::Serverless::Function": lambda: [here("lambda", f"function:{own('FunctionName')}"), f"arn:aws:s3:::rekindle-{stage}-artifacts-1/zip"],
        "AWS::Lambda::EventSourceMapping": lambda: [here("lambda", "event-source-mapping:1")],
        "AWS::Logs::LogGroup": lambda: [here("logs", f"log-group:{own('LogGroupName')}:*")],
        "AWS::Logs::LogStream": lambda: [here("logs", f"log-group:/aws/kinesisfirehose/rekindle-{stage}-archive:log-stream:{own('LogStreamName')}")],
        "AWS::S3::Bucket": lambda: [f"arn:aws:s3:::{own('BucketName')}"],
        "AWS::S3::BucketPolicy": lambda: [f"arn:aws:s3:::rekindle-{stage}-archive-1"],
        "AWS::Scheduler::Schedule": lambda: [here("scheduler", f"schedule/default/{own('Name')}")],
        "AWS::SecretsManager::Secret": lambda: [here("secretsmanager", f"secret:{own('Name')}-a1b2c3")],
        "AWS::SES::ConfigurationSet": lambda: [here("ses", f"configuration-set/{own('Name')}")],
        "AWS::SES::ConfigurationSetEventDestination": lambda: [here("ses", f"configuration-set/rekindle-{stage}")],
        "AWS::SNS::Subscription": lambda: [here("sns", f"rekindle-{stage}-ses")],
        "AWS::SNS::Topic": lambda: [here("sns", own("TopicName"))],
        "AWS::SNS::TopicPolicy": lambda: [here("sns", f"rekindle-{stage}-ses")],
        "AWS::SQS::Queue": lambda: [here("sqs", own("QueueName"))],
        "AWS::SQS::QueuePolicy": lambda: [here("sqs", f"rekindle-{stage}-intake")],
    }[kind]()


def needed(kind):
    """What CloudFormation calls to make, read, change and delete a resource of that type."""
    file = json.loads((SCHEMAS / "providers" / f"{REGION}.json").read_text())[kind]
    handlers = json.loads((SCHEMAS / "resources" / f"{file}.json").read_text()).get("handlers", {})
    return {action for name, handler in handlers.items() if name != "list" for action in handler["permissions"]}


def all_resources():
    for template in TEMPLATES:
        for logical, resource in template["Resources"].items():
            yield logical, resource["Type"], resource.get("Properties", {})
    yield "Mapping", "AWS::Lambda::EventSourceMapping", {}


@pytest.mark.parametrize(("role", "stage"), [("StagingRole", "dev"), ("ProductionRole", "prod")])
def test_cloudformation_may_make_change_and_delete_all_that_a_stage_is_of(role, stage):
    missing, excused = set(), set()
    for logical, kind, properties in all_resources():
        real = "AWS::Lambda::Function" if kind == "AWS::Serverless::Function" else kind
        for action in needed(real):
            found = arns(logical, kind, properties, stage)
            if any(allowed(role, stage, action, arn) for arn in [*found, "*"]):
                continue
            reason = next((one for one, _ in NEVER if re.match(one, action)), None)
            if reason:
                excused.add(reason)
            else:
                missing.add((kind, action))
    assert not missing, sorted(missing)
    assert {one for one, _ in NEVER} == excused, f"exceptions that nothing needs: {({one for one, _ in NEVER}) - excused}"


@pytest.mark.parametrize(("role", "own", "other"), [("StagingRole", "dev", "prod"), ("ProductionRole", "prod", "dev")])
def test_a_role_of_one_stage_touches_nothing_of_the_other(role, own, other):
    numbered = {"AWS::ApiGatewayV2::" + kind for kind in ("Api", "ApiMapping", "DomainName", "Integration", "Route", "Stage")}
    for logical, kind, properties in all_resources():
        if kind in numbered or kind == "AWS::Lambda::EventSourceMapping":
            continue
        for arn in arns(logical, kind, properties, other):
            for action in ("dynamodb:Scan", "secretsmanager:GetSecretValue", "s3:GetObject", "lambda:UpdateFunctionCode", "iam:PassRole", "sqs:SendMessage", "cloudformation:DeleteStack", "iam:CreateRole", "iam:PutRolePolicy"):
                assert not allowed(role, own, action, arn), (action, arn)
    assert allowed(role, own, "dynamodb:Scan", f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/rekindle-{own}")


@pytest.mark.parametrize(("role", "stage"), [("StagingRole", "dev"), ("ProductionRole", "prod")])
def test_a_deployment_makes_no_administrator(role, stage):
    assert GITHUB[role]["Properties"]["Tags"] == [{"Key": "rekindle", "Value": {"Ref": role.removesuffix("Role") + "Stage"}}]
    for statement in statements(role, stage):
        iam = [action for action in listed(statement["Action"]) if action.startswith("iam:")]
        if statement["Effect"] == "Deny" or not iam:
            continue
        assert listed(statement["Resource"]) == [f"arn:aws:iam::{ACCOUNT}:role/rekindle-{stage}-*"]
        if {"iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"} & set(iam):
            boundary = f"<{role.removesuffix('Role')}Boundary>"
            assert statement["Condition"] == {"StringEquals": {"iam:PermissionsBoundary": boundary}}
        assert not {"iam:DeleteRolePermissionsBoundary", "iam:CreatePolicyVersion", "iam:*", "*"} & set(iam)
        if "iam:PassRole" in iam:
            assert set(statement["Condition"]["StringEquals"]["iam:PassedToService"]) == {"firehose.amazonaws.com", "lambda.amazonaws.com", "scheduler.amazonaws.com"}
    # Its own roles are under another name, whatever the page says that the stack is called.
    assert "--stack-name github-rekindle" in (ROOT / "docs/operations.md").read_text()


@pytest.mark.parametrize(("boundary", "stage"), [("StagingBoundary", "dev"), ("ProductionBoundary", "prod")])
def test_a_boundary_holds_all_that_the_functions_may_do(boundary, stage):
    bounds = [plain(one, stage) for one in GITHUB[boundary]["Properties"]["PolicyDocument"]["Statement"]]
    assert all(one["Effect"] == "Allow" for one in bounds)
    table = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/rekindle-{stage}"
    here = lambda service, rest: f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"
    known = {
        "<PeopleArn>": table, "<PeopleStreamArn>": table + "/stream/1", "<ArchiveBucketArn>": f"arn:aws:s3:::rekindle-{stage}-archive-1",
        "<HashSecret>": here("secretsmanager", f"secret:rekindle-{stage}-a1b2c3"), "<LinkSecret>": here("secretsmanager", f"secret:rekindle-{stage}-links-a1b2c3"),
        "<OfferKey>": here("secretsmanager", f"secret:rekindle-{stage}-offers-a1b2c3"), "<NamesIdentities>": "", "<SendingIdentities>": here("ses", "identity/shop.example"),
        "<ConfigurationSet>": f"rekindle-{stage}",
    }
    resources = TEMPLATES[1]["Resources"]

    def resolved(value):
        if isinstance(value, dict) and "Fn::GetAtt" in value:
            logical = listed(value["Fn::GetAtt"])[0].split(".")[0]
            return arns(logical, resources[logical]["Type"], resources[logical]["Properties"], stage)[0]
        text = plain(value, stage)
        for name, arn in known.items():
            text = text.replace(name, arn)
        return text

    count = 0
    for name, role in resources.items():
        if role["Type"] != "AWS::IAM::Role":
            continue
        for policy in role["Properties"]["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                if statement["Effect"] == "Deny":
                    continue
                for action in statement["Action"]:
                    for arn in map(resolved, listed(statement["Resource"])):
                        held = [one for one in bounds if action in listed(one["Action"]) and any(matches(bound, arn) for bound in listed(one["Resource"]))]
                        assert held, (name, action, arn)
                        count += 1
    assert count > 80


def test_both_forms_of_githubs_subject_are_taken_and_no_other():
    for role, what in (("PlanRole", "pull_request"), ("StagingRole", "environment:staging"), ("ProductionRole", "environment:production")):
        [statement] = GITHUB[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        condition = plain(statement["Condition"]["StringEquals"], "prod")
        assert condition["token.actions.githubusercontent.com:sub"] == [f"repo:o/r:{what}", f"repo:o@1/r@2:{what}"]
    parameters = yaml_parse((INFRA / "github.yaml").read_text())["Parameters"]
    pattern = parameters["Subject"]["AllowedPattern"]
    assert re.fullmatch(pattern, "octo-org@123456/octo-repo@456789") and re.fullmatch(pattern, "")
    for wrong in ("octo-org/octo-repo", "*@1/x@2", "o@1/r@2:ref", "o@*/r@2"):
        assert not re.fullmatch(pattern, wrong), wrong


def test_whoever_plans_reads_neither_people_nor_a_secret():
    [statement] = statements("PlanRole", "prod")
    assert set(statement["Action"]) == {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"}
    assert statement["Resource"] == f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/rekindle-prod"
    assert statement["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["W", "C#*"]}, "Null": {"dynamodb:LeadingKeys": "false"}}


def test_no_name_of_one_stage_is_a_name_of_another_and_none_is_too_long():
    """Limits: the API reference of each service."""
    longest = {"AWS::S3::Bucket": ("BucketName", 63), "AWS::SQS::Queue": ("QueueName", 80), "AWS::Serverless::Function": ("FunctionName", 64), "AWS::Scheduler::Schedule": ("Name", 64), "AWS::KinesisFirehose::DeliveryStream": ("DeliveryStreamName", 64), "AWS::SES::ConfigurationSet": ("Name", 64), "AWS::Events::Archive": ("ArchiveName", 48), "AWS::SecretsManager::Secret": ("Name", 512), "AWS::SNS::Topic": ("TopicName", 256), "AWS::CloudWatch::Alarm": ("AlarmName", 255), "AWS::Logs::LogGroup": ("LogGroupName", 512), "AWS::DynamoDB::Table": ("TableName", 255), "AWS::Events::EventBus": ("Name", 256)}
    pattern = TEMPLATES[0]["Parameters"]["Stage"]["AllowedPattern"]
    assert pattern == TEMPLATES[1]["Parameters"]["Stage"]["AllowedPattern"]
    words = ["a", "b" * 16, "prod", "github", "data", *(part for word in ("links", "offers", "table", "archive", "intake") for part in (word, f"prod-{word}", f"prod{word}"))]
    stages = [word for word in words if re.fullmatch(pattern, word)]
    assert "b" * 16 in stages and not any("-" in stage for stage in stages) and not re.fullmatch(pattern, "b" * 17)
    seen = {("stack", "github-rekindle"): ""}
    for stage in stages:
        for name in (f"rekindle-{stage}", f"rekindle-{stage}-data"):
            assert seen.setdefault(("stack", name), stage) == stage, name
        for _, kind, properties in all_resources():
            key, limit = longest.get(kind, (None, 0))
            if key in properties:
                # The longest name of a region has 14 letters.
                name = plain(properties[key], stage)
                assert len(name.replace(REGION, "ap-northeast-2")) <= limit, name
                assert seen.setdefault((kind, name), stage) == stage, name
        zips = f"rekindle-{stage}-artifacts-{ACCOUNT}-ap-northeast-2"
        assert len(zips) <= 63 and f"$name-artifacts-$account-$region" in (INFRA / "deploy.sh").read_text()
