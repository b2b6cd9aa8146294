"""What deploy.sh and destroy.sh ask AWS for. Against a local AWS both are run by `make e2e`."""

import json
import re

import pytest
from conftest import ACCOUNT, INFRA, OUTPUTS
from samtranslator.yaml_helper import yaml_parse

REGION = {"AWS_REGION": "ap-northeast-2"}
DATA = yaml_parse((INFRA / "data.yaml").read_text())["Resources"]
# How destroy.sh deletes what a stack keeps, by its type and the property that names it.
DELETED_BY = {
    "AWS::DynamoDB::Table": ("TableName", "dynamodb delete-table --table-name {}"),
    "AWS::SecretsManager::Secret": ("Name", "secretsmanager delete-secret --secret-id {} --force-delete-without-recovery"),
    "AWS::S3::Bucket": ("BucketName", "s3 rb --force s3://{}"),
}
PROTECTED = ["dynamodb describe-table --table-name rekindle-dev --query", 0, "True"]


def status(stack, says):
    """The answer to whoever asks for a stack's status."""
    return [f"cloudformation describe-stacks --stack-name {stack} --query Stacks[0].StackStatus", 0 if says else 254, says or "Stack does not exist"]


def named(resource, stage="dev", region="ap-northeast-2"):
    """The name that data.yaml gives a resource."""
    text = resource["Properties"][DELETED_BY[resource["Type"]][0]]["Fn::Sub"]
    values = {"Stage": stage, "AWS::AccountId": ACCOUNT, "AWS::Region": region}
    return re.sub(r"\$\{([^}]+)\}", lambda found: values[found.group(1)], text)


def test_whatever_a_stack_keeps_is_deleted_with_the_data(shell):
    kept = [one for one in DATA.values() if "Retain" in one.get("DeletionPolicy", "")]
    assert len(kept) == 5
    code, said, calls = shell.run("destroy.sh", "dev", "delete", answers=[PROTECTED, status("rekindle-dev", "CREATE_COMPLETE")], environment=REGION)
    assert code == 0, said
    for resource in kept:
        name = named(resource)
        assert DELETED_BY[resource["Type"]][1].format(name) in calls, name
        assert re.search(rf"\b{name}\b", said.splitlines()[-1]), f"{name} is not said to be deleted"
    assert calls.index("dynamodb update-table --table-name rekindle-dev --no-deletion-protection-enabled") < calls.index(
        "dynamodb delete-table --table-name rekindle-dev"
    )
    data = [call for call in calls if "rekindle-dev-data" in call and "describe" not in call]
    assert data[0].endswith("--no-enable-termination-protection") and data[1].startswith("cloudformation delete-stack")


def test_without_the_word_nothing_of_the_data_is_touched(shell):
    code, said, calls = shell.run("destroy.sh", "dev", answers=[status("rekindle-dev", "CREATE_COMPLETE")], environment=REGION)
    assert code == 0, said
    changes = [call for call in calls if not re.match(r"--version|sts |cloudformation (describe|wait)", call)]
    # The zips of what ran go with it.
    assert changes == [
        "cloudformation delete-stack --stack-name rekindle-dev",
        f"s3api head-bucket --bucket rekindle-dev-artifacts-{ACCOUNT}-ap-northeast-2 --expected-bucket-owner {ACCOUNT}",
        f"s3 rb --force s3://rekindle-dev-artifacts-{ACCOUNT}-ap-northeast-2",
    ]
    for resource in DATA.values():
        if "Retain" in resource.get("DeletionPolicy", ""):
            assert re.search(rf"\b{named(resource)}\b", said.splitlines()[-1]), said


@pytest.mark.parametrize("environment", [{"AWS_REGION": "eu-west-1"}, {"AWS_DEFAULT_REGION": "eu-west-1"}, {}], ids=["AWS_REGION", "AWS_DEFAULT_REGION", "profile"])
@pytest.mark.parametrize("script", ["deploy.sh", "destroy.sh"])
def test_the_region_is_known_before_anything_is_done_and_every_tool_has_it(shell, script, environment):
    code, said, calls = shell.run(script, "dev", answers=[PROTECTED], environment=environment)
    assert code == 0, said
    bucket = f"{ACCOUNT}-eu-west-1"
    assert bucket in (said if script == "destroy.sh" else " ".join(calls))
    acting = [region for region, call in zip(shell.regions, calls) if not call.startswith(("--version", "configure"))]
    assert acting and all(region == ["eu-west-1", "eu-west-1"] for region in acting)


@pytest.mark.parametrize("script", ["deploy.sh", "destroy.sh"])
def test_without_a_region_credentials_or_the_second_version_nothing_is_done(shell, script):
    for answer, word in (
        (["configure get region", 1, ""], "AWS_REGION"),
        (["sts get-caller-identity", 253, "Unable to locate credentials"], "credentials"),
        (["--version", 0, "aws-cli/1.46.3 Python/3.11 botocore/1.44.8"], "version 2"),
    ):
        code, said, calls = shell.run(script, "dev", "delete", answers=[answer])
        assert code != 0 and word in said, said
        assert all(call.startswith(("--version", "configure", "sts")) for call in calls), calls


def test_a_destruction_that_broke_off_is_finished(shell):
    gone = [
        status("rekindle-dev", ""),
        status("rekindle-dev-data", ""),
        ["dynamodb describe-table", 254, "ResourceNotFoundException: Requested resource not found"],
        ["secretsmanager delete-secret --secret-id rekindle-dev --force", 254, "ResourceNotFoundException: no secret"],
    ]
    code, said, calls = shell.run("destroy.sh", "dev", "delete", answers=gone, environment=REGION)
    assert code == 0, said
    assert not [call for call in calls if "delete-stack" in call or "delete-table" in call]
    assert [call for call in calls if "rekindle-dev-offers" in call] and [call for call in calls if "s3 rb" in call and "archive" in call]


def test_a_destruction_that_is_not_allowed_says_so(shell):
    refused = [["dynamodb describe-table", 254, "AccessDeniedException: not yours"]]
    code, said, calls = shell.run("destroy.sh", "dev", "delete", answers=refused, environment=REGION)
    assert code != 0 and "not yours" in said and not [call for call in calls if "s3 rb" in call and "archive" in call]


def deploy(shell, *answers):
    outputs = ["cloudformation describe-stacks --stack-name rekindle-dev-data --query Stacks[0].Outputs", 0, OUTPUTS]
    return shell.run("deploy.sh", "dev", "Shards=4", answers=[*answers, outputs], environment=REGION)


def test_what_is_kept_is_deployed_first_and_protected_and_told_to_what_runs(shell):
    code, said, calls = deploy(shell)
    assert code == 0, said
    order = [call.split("--stack-name ")[1] for call in calls if re.match("cloudformation (deploy|update)", call)]
    assert [one.split()[0] for one in order] == ["rekindle-dev-data", "rekindle-dev-data", "rekindle-dev"]
    assert "--enable-termination-protection" in order[1]
    parameters = order[2].split("--parameter-overrides ")[1].split()
    declared = yaml_parse((INFRA / "template.yaml").read_text())["Parameters"]
    without_default = {name for name, parameter in declared.items() if "Default" not in parameter}
    assert without_default == {one.split("=")[0] for one in parameters} - {"Shards"}, "every parameter that has no default is given"
    assert set(yaml_parse((INFRA / "data.yaml").read_text())["Outputs"]) == without_default - {"Stage"}
    assert parameters[-1] == "Shards=4"


@pytest.mark.parametrize("says", ["ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS"])
@pytest.mark.parametrize("stack", ["rekindle-dev", "rekindle-dev-data"])
def test_a_first_deployment_that_failed_is_deleted_and_made_again(shell, stack, says):
    code, said, calls = deploy(shell, status(stack, says))
    assert code == 0 and "made again" in said, said
    delete = calls.index(f"cloudformation delete-stack --stack-name {stack}")
    wait = calls.index(f"cloudformation wait stack-delete-complete --stack-name {stack}")
    again = next(place for place, call in enumerate(calls) if call.startswith("cloudformation deploy") and f"--stack-name {stack} " in call + " ")
    assert delete < wait < again


def test_a_stage_that_runs_is_never_deleted_by_a_deployment(shell):
    for says in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED"):
        _, _, calls = deploy(shell, status("rekindle-dev", says), status("rekindle-dev-data", says))
        assert not [call for call in calls if "delete" in call], says
    code, said, calls = deploy(shell, status("rekindle-dev-data", "DELETE_FAILED"))
    assert code != 0 and "destroy.sh dev delete" in said and not [call for call in calls if "delete" in call]


def test_zips_go_to_a_bucket_of_this_account_alone(shell):
    stolen = ["s3api head-bucket", 254, "An error occurred (403) when calling the HeadBucket operation: Forbidden"]
    taken = ["s3api create-bucket", 254, "BucketAlreadyExists"]
    code, _, calls = deploy(shell, stolen, taken)
    assert code != 0 and not [call for call in calls if "package" in call]
    about = [call for call in deploy(shell)[2] if call.startswith("s3api") and "create-bucket" not in call]
    assert about and all(f"--expected-bucket-owner {ACCOUNT}" in call for call in about), about


@pytest.mark.parametrize(("region", "partition"), [("ap-northeast-2", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")])
def test_the_bucket_of_zips_is_private_takes_nothing_in_clear_and_keeps_no_remains(shell, region, partition):
    bucket = f"rekindle-dev-artifacts-{ACCOUNT}-{region}"
    # There is none yet; once it is made, it is there.
    new = [f"s3api head-bucket --bucket {bucket} --expected-bucket-owner {ACCOUNT}", 254, "404"]
    code, _, calls = shell.run("deploy.sh", "dev", answers=[new], environment={"AWS_REGION": region})
    assert code != 0 and any(call.startswith(f"s3api create-bucket --bucket {bucket}") for call in calls)
    assert not [call for call in calls if "s3api put" in call], "nothing is put into a bucket that may be another's"
    code, said, calls = shell.run("deploy.sh", "dev", answers=[["s3api head-bucket", "once", "404"]], environment={"AWS_REGION": region})
    put = {call.split()[1]: call for call in calls if call.startswith("s3api put-")}
    assert code == 0, said
    blocked = put["put-public-access-block"].rpartition(" ")[2].split(",")
    assert blocked == [f"{name}=true" for name in ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")]
    [statement] = json.loads(put["put-bucket-policy"].partition("--policy ")[2])["Statement"]
    arn = f"arn:{partition}:s3:::{bucket}"
    assert statement == {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [arn, arn + "/*"], "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    [rule] = json.loads(put["put-bucket-lifecycle-configuration"].partition("--lifecycle-configuration ")[2])["Rules"]
    assert rule["Status"] == "Enabled" and rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}


def test_old_uploads_of_this_stage_alone_go_once_it_is_deployed(shell):
    listed = ["s3api list-objects-v2", 0, "dev/old\tdev/older.template"]
    _, _, calls = deploy(shell, listed)
    deleted = [call.rpartition(" ")[2] for call in calls if call.startswith("s3api delete-object")]
    assert deleted == ["dev/old", "dev/older.template"]
    assert calls.index(next(call for call in calls if "delete-object" in call)) > max(
        place for place, call in enumerate(calls) if call.startswith("cloudformation deploy")
    )
    code, _, calls = deploy(shell, listed, ["cloudformation deploy --template-file /", 255, "Failed to create"])
    assert code != 0 and not [call for call in calls if "delete-object" in call]
