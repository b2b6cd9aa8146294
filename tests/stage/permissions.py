"""Reads the roles of infra/github.yaml as IAM would, conditions aside."""

import re
from pathlib import Path

from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).resolve().parents[2]
INFRA = ROOT / "infra"
ACCOUNT, REGION = "111122223333", "ap-northeast-2"
STAGES = {"PlanStage": "prod", "StagingStage": "dev", "ProductionStage": "prod"}
GITHUB = yaml_parse((INFRA / "github.yaml").read_text())["Resources"]


def plain(value, stage):
    """A value of a template as it stands once Ref and Sub are resolved."""
    names = {**STAGES, "Stage": stage, "AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": ACCOUNT, "Repository": "o/r", "Subject": "o@1/r@2"}
    if isinstance(value, list):
        return [plain(one, stage) for one in value]
    if not isinstance(value, dict):
        return value
    if "Fn::Sub" in value and isinstance(value["Fn::Sub"], str):
        text = value["Fn::Sub"].replace("${!aws:PrincipalTag/rekindle}", stage)
        return re.sub(r"\$\{([^}]+)\}", lambda found: names.get(found.group(1), f"<{found.group(1)}>"), text)
    if "Ref" in value:
        return names.get(value["Ref"], f"<{value['Ref']}>")
    if "Fn::Split" in value:
        return plain(value["Fn::Split"][1], stage)
    if "Fn::If" in value:
        return plain(value["Fn::If"][1], stage)
    return {key: plain(one, stage) for key, one in value.items()}


def statements(role, stage):
    """All statements of a role of github.yaml, its managed policy's included."""
    properties = GITHUB[role]["Properties"]
    documents = [policy["PolicyDocument"] for policy in properties["Policies"]]
    documents += [GITHUB[policy["Ref"]]["Properties"]["PolicyDocument"] for policy in properties.get("ManagedPolicyArns", [])]
    return [plain(statement, stage) for document in documents for statement in document["Statement"]]


def listed(value):
    return value if isinstance(value, list) else [value]


def matches(pattern, text):
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), text, re.IGNORECASE) is not None


def allowed(role, stage, action, arn):
    """Whether a role may do that to that, conditions aside."""
    says = {"Allow": False, "Deny": False}
    for statement in statements(role, stage):
        if any(matches(one, action) for one in listed(statement["Action"])) and any(matches(one, arn) for one in listed(statement["Resource"])):
            says[statement["Effect"]] = True
    return says["Allow"] and not says["Deny"]
