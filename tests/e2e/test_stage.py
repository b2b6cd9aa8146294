"""The deployed stage by public APIs alone: events in at the bus, mails out at SES, and everything that may go wrong.

The tests run in the order in which they stand here; a stage is deployed once.
"""

import json
import re
import shutil

import pytest
from cloud import PREFIX, ROOT, WORK

CAMPAIGNS = ROOT / "tests" / "e2e" / "campaigns"


def person(name, **more):
    """Somebody who wants mail."""
    return {"id": name, "email": f"{name}@example.com", "locale": "en", "consent": {"marketing": True}, "attributes": {"name": name}, **more}


def sign_up(cloud, name, **more):
    cloud.put("customer.signed_up", person(name, **more))


def one_mail(cloud, name, address=None):
    """The only mail of somebody; waits for it."""
    address = address or f"{name}@example.com"
    cloud.until(f"a mail for {name}", lambda: cloud.mails(address))
    mails = cloud.mails(address)
    assert len(mails) == 1, mails
    return mails[0]


def subject(mail):
    return mail["Content"]["Simple"]["Subject"]["Data"]


def headers(mail):
    return {header["Name"]: header["Value"] for header in mail["Content"]["Simple"]["Headers"]}


def test_publishing_reaches_the_stage(cloud):
    cloud.rekindle("publish", CAMPAIGNS)
    assert "hello" in cloud.rekindle("history")


def test_an_event_becomes_a_mail(cloud):
    sign_up(cloud, "ann")
    mail = one_mail(cloud, "ann")
    assert subject(mail) == "Hello ann"
    assert mail["ConfigurationSetName"] == PREFIX
    assert headers(mail)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    tags = {tag["Name"] for tag in mail["EmailTags"]}
    assert {"send_id", "attempt", "campaign", "step"} <= tags


def test_an_event_that_comes_twice_is_one_mail(cloud):
    for _ in range(3):
        cloud.put("customer.signed_up", person("twice"), event_id="signed-up-twice")
    # Whoever signs up after it is handled after it.
    sign_up(cloud, "after-twice")
    one_mail(cloud, "after-twice")
    one_mail(cloud, "twice")


def redrive(sqs, dead, source):
    """What StartMessageMoveTask does, which MiniStack does not know."""
    while messages := sqs.receive_message(QueueUrl=dead, MaxNumberOfMessages=10, VisibilityTimeout=30).get("Messages"):
        for message in messages:
            sqs.send_message(QueueUrl=source, MessageBody=message["Body"])
            sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])


def test_a_poison_event_is_put_aside_with_its_reason_and_can_be_redriven(cloud):
    sqs, dead = cloud.client("sqs"), cloud.queue("intake-dead")
    cloud.put("customer.signed_up", {"id": ""})
    look = lambda: sqs.receive_message(QueueUrl=dead, MessageAttributeNames=["All"], VisibilityTimeout=0).get("Messages")
    [poison] = cloud.until("the poison event is put aside", look)
    reason = poison["MessageAttributes"]["reason"]["StringValue"]
    assert "person" in reason, reason
    # Beside it, one that failed for another reason, which is gone by now.
    envelope = json.loads(poison["Body"])
    envelope["id"], envelope["detail"]["person"] = "mended", person("mended")
    sqs.send_message(QueueUrl=dead, MessageBody=json.dumps(envelope))
    redrive(sqs, dead, cloud.queue("intake"))
    assert subject(one_mail(cloud, "mended")) == "Hello mended"
    [again] = cloud.until("the poison event is put aside again", look)
    assert again["MessageAttributes"]["reason"]["StringValue"] == reason


def test_a_pause_holds_and_a_new_version_reaches_who_is_inside(cloud):
    cloud.put("order.completed", person("inside"), order={"id": "o-1", "total": 100})
    cloud.until("they wait", lambda: "a-while" in cloud.journal("inside"))
    cloud.rekindle("pause", "slow", "--reason", "end to end", "--by", "the test")
    # The same wait, begun later in a campaign that runs: when it is over, the other has long been due.
    cloud.put("order.delivered", person("beside"), order={"id": "o-2", "total": 100})
    second = WORK / "second"
    shutil.copytree(CAMPAIGNS, second, dirs_exist_ok=True)
    mail = second / "slow" / "first.en.mjml"
    mail.write_text(mail.read_text().replace("First version", "Second version"))
    cloud.rekindle("publish", second)
    assert subject(one_mail(cloud, "beside")) == "Beside it"
    assert not cloud.mails("inside@example.com")
    cloud.rekindle("resume", "slow", "--yes", "--reason", "end to end", "--by", "the test")
    assert subject(one_mail(cloud, "inside")) == "Second version"


def html(mail):
    return mail["Content"]["Simple"]["Body"]["Html"]["Data"]


def person_shows(cloud, name, text):
    cloud.until(f"{name} shows {text}", lambda: text in cloud.journal(name))


def test_a_bounce_comes_back_and_nobody_writes_there_again(cloud):
    bouncing = "bounce@simulator.amazonses.com"
    sign_up(cloud, "bouncing", email=bouncing)
    one_mail(cloud, "bouncing", bouncing)
    cloud.until("the send is known to have bounced", lambda: "bounced" in cloud.sends("bouncing"))
    cloud.put("product.viewed", "bouncing", product={"id": "p-1"})
    person_shows(cloud, "bouncing", "suppressed")
    assert len(cloud.mails(bouncing)) == 1


def test_a_report_that_cannot_be_read_is_put_aside(cloud):
    sqs, dead = cloud.client("sqs"), cloud.queue("feedback-dead")
    sqs.send_message(QueueUrl=cloud.queue("feedback"), MessageBody="no report")
    look = lambda: sqs.receive_message(QueueUrl=dead, MessageAttributeNames=["All"], VisibilityTimeout=0).get("Messages")
    [found] = cloud.until("the report is put aside", look)
    assert found["Body"] == "no report" and found["MessageAttributes"]["reason"]["StringValue"]


def test_a_survey_is_answered_on_its_page(cloud):
    cloud.put("product.viewed", person("asked"), product={"id": "p-1"})
    question = one_mail(cloud, "asked")
    nine = [link for link in re.findall(r'href="([^"]+)"', html(question)) if ">9<" in html(question).split(link)[1][:12]][0]
    status, page = cloud.browse(nine)
    assert status == 200 and "<form" in page, page
    assert len(cloud.mails("asked@example.com")) == 1, "looking is no answer"
    assert cloud.browse(nine, {"score": "9"})[0] == 200
    cloud.until("they are thanked", lambda: len(cloud.mails("asked@example.com")) == 2)
    assert subject(cloud.mails("asked@example.com")[1]) == "Thank you for your answer"


def test_a_checkout_redeems_a_code_once(cloud):
    cloud.put("cart.abandoned", person("gifted"))
    person_shows(cloud, "gifted", "GIFT-")
    code = re.search(r"GIFT-[a-z2-7]{10}", cloud.journal("gifted"))[0]
    status, found = cloud.checkout(f"/v1/codes?code={code.upper()}&person=gifted")
    assert (status, found["status"], found["percent_off"]) == (200, "valid", 15), found
    assert cloud.ask(f"/v1/codes?code={code}")[0] == 401
    for order, expected in (("o-1", 200), ("o-1", 200), ("o-2", 409)):
        status, found = cloud.checkout("/v1/redemptions", {"code": code, "order": {"id": order, "total": 100}})
        assert (status, found["order"]) == (expected, "o-1"), found
    cloud.until("the offer counts it", lambda: re.search(r"redeemed +1\b", cloud.rekindle("offer", "gift")))


def test_a_pull_requests_plan_says_what_would_change_without_seeing_anybody(cloud):
    changed = WORK / "changed"
    shutil.copytree(WORK / "second", changed, dirs_exist_ok=True)
    campaign = changed / "slow" / "campaign.yaml"
    before = campaign.read_text()
    campaign.write_text(re.sub(r"wait: [0-9]+[smhd]", "wait: 9d", before, count=1))
    assert campaign.read_text() != before
    said = cloud.rekindle("plan", changed, "--without-people", check=False, actor="plan")
    assert "slow: changed" in said and "people were not counted" in said, said


def test_unsubscribing_holds_from_then_on(cloud):
    sign_up(cloud, "leaving")
    mail = one_mail(cloud, "leaving")
    link = headers(mail)["List-Unsubscribe"].strip("<>")
    cloud.browse(link)
    cloud.put("order.delivered", "leaving", order={"id": "o-3", "total": 100})
    person_shows(cloud, "leaving", "beside")
    assert cloud.browse(link, {"List-Unsubscribe": "One-Click"})[0] == 200
    person_shows(cloud, "leaving", "unsubscribed")
    cloud.put("product.viewed", "leaving", product={"id": "p-1"})
    person_shows(cloud, "leaving", "question")
    assert len(cloud.mails("leaving@example.com")) == 1
    assert cloud.browse(link[:-1] + ("A" if link[-1] != "A" else "B"), {"List-Unsubscribe": "One-Click"})[0] == 404


def test_deploying_again_changes_nothing(cloud):
    before = cloud.client("cloudformation").describe_stacks(StackName=PREFIX)["Stacks"][0]
    cloud.deploy()
    after = cloud.client("cloudformation").describe_stacks(StackName=PREFIX)["Stacks"][0]
    assert after == before


def test_a_failed_deployment_leaves_the_stage_as_it_was(cloud):
    def functions():
        found = cloud.client("lambda").list_functions()["Functions"]
        return {f["FunctionName"]: (f["CodeSha256"], f["MemorySize"], f["Environment"]["Variables"]) for f in found}

    def broken(template):
        # Every function changes first; then comes a resource that no account can make.
        url = "  Broken:\n    Type: AWS::Lambda::Url\n    DependsOn: [IntakeFunction, SendFunction]\n"
        url += "    Properties: { AuthType: AWS_IAM, TargetFunctionArn: rekindle-nobody }\n"
        assert template.count("    MemorySize: 256\n") == 1
        return template.replace("    MemorySize: 256\n", "    MemorySize: 300\n").replace("\nOutputs:\n", f"\n{url}\nOutputs:\n")

    before = functions()
    with pytest.raises(AssertionError, match="Broken"):
        cloud.deploy(edit=broken)
    assert functions() == before
    sign_up(cloud, "steadfast")
    one_mail(cloud, "steadfast")


def test_what_was_decided_about_is_in_the_archive(cloud):
    s3 = cloud.client("s3")
    bucket = next(b["Name"] for b in s3.list_buckets()["Buckets"] if b["Name"].startswith(f"{PREFIX}-archive-"))

    def lines():
        keys = [found["Key"] for found in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
        return "".join(s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode() for key in keys)

    cloud.until("ann in the archive", lambda: '"ann"' in lines())
    assert all(json.loads(line)["decision"] >= 1 for line in lines().splitlines())


def test_somebody_is_forgotten_by_the_functions_and_what_only_an_operator_can_do_is_said(cloud):
    assert cloud.journal("twice") and cloud.sends("twice")
    said = cloud.rekindle("erase", "twice", "--yes", check=False)
    assert "twice: removed" in said and "aws s3 sync" in said, said
    assert not cloud.journal("twice") and not cloud.sends("twice")
