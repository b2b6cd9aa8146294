"""A stage that is destroyed and deployed again, with its data and without, and a first deployment that fails. After all others."""

import pytest
from cloud import PREFIX, STAGE
from test_stage import one_mail, sign_up

# A resource that no account can make, after a function.
BROKEN = """  Broken:
    Type: AWS::Lambda::Url
    DependsOn: [IntakeFunction]
    Properties: { AuthType: AWS_IAM, TargetFunctionArn: rekindle-nobody }

Outputs:
"""


def kept(cloud, prefix=PREFIX):
    """What there is of a stage's data."""
    tables = cloud.client("dynamodb").list_tables()["TableNames"]
    secrets = [secret["Name"] for secret in cloud.client("secretsmanager").list_secrets()["SecretList"]]
    buckets = [bucket["Name"] for bucket in cloud.client("s3").list_buckets()["Buckets"] if "-archive-" in bucket["Name"]]
    return sorted(name for name in [*tables, *secrets, *buckets] if name == prefix or name.startswith(f"{prefix}-"))


def functions(cloud, prefix=PREFIX):
    found = cloud.client("lambda").list_functions()["Functions"]
    return [one["FunctionName"] for one in found if one["FunctionName"].startswith(f"{prefix}-")]


def test_a_stage_that_was_destroyed_is_deployed_again_around_the_same_people(cloud):
    before = kept(cloud)
    assert len(before) == 5
    assert "kept in the stack" in cloud.destroy()
    assert not functions(cloud) and kept(cloud) == before
    cloud.deploy()
    assert len(functions(cloud)) == 9 and kept(cloud) == before


def test_people_are_still_there_and_mails_go_out_as_before(cloud):
    assert cloud.journal("ann")
    sign_up(cloud, "returned")
    one_mail(cloud, "returned")


def test_a_stage_that_was_destroyed_with_its_data_leaves_nothing_and_is_deployed_again(cloud):
    cloud.destroy("delete")
    assert not functions(cloud) and not kept(cloud)
    # Once more: nothing is left to do, and nothing fails.
    cloud.destroy("delete")
    cloud.deploy()
    assert len(functions(cloud)) == 9 and len(kept(cloud)) == 5


def test_a_first_deployment_that_fails_is_followed_by_one_that_works(cloud):
    stage, prefix = f"{STAGE}first", f"{PREFIX}first"
    # A domain is one stage's alone.
    domain = "PublicDomain=first.example.com"
    with pytest.raises(AssertionError, match="Broken"):
        cloud.deploy(domain, stage=stage, edit=lambda template: template.replace("\nOutputs:\n", f"\n{BROKEN}"))
    assert not functions(cloud, prefix) and len(kept(cloud, prefix)) == 5
    cloud.deploy(domain, stage=stage)
    assert len(functions(cloud, prefix)) == 9 and len(kept(cloud, prefix)) == 5
    cloud.destroy("delete", stage=stage)
    assert not kept(cloud, prefix)
