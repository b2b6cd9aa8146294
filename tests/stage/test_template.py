"""What the templates promise that no schema asks for: forms that AWS takes everywhere, throttles, what is counted and by whom,
and that the pages and the pipelines that tell of it agree with them."""

import re

import pytest
from permissions import INFRA, ROOT, listed, plain
from samtranslator.yaml_helper import yaml_parse

DATA, TEMPLATE, OPERATIONS, ROLES = (yaml_parse((INFRA / f"{name}.yaml").read_text()) for name in ("data", "template", "operations", "github"))
RESOURCES = TEMPLATE["Resources"]
ALARMS = {
    plain(one["Properties"]["AlarmName"], "dev").removeprefix("rekindle-dev-"): one["Properties"]
    for one in OPERATIONS["Resources"].values()
    if one["Type"] == "AWS::CloudWatch::Alarm"
}


def page(name):
    """A page of docs, its lines as one text."""
    return " ".join((ROOT / "docs" / name).read_text().split())


def of_type(kind):
    return {logical: one["Properties"] for logical, one in RESOURCES.items() if one["Type"] == kind}


def choices(value):
    """What a value may be, whatever its conditions say."""
    return [one for branch in value["Fn::If"][1:] for one in choices(branch)] if isinstance(value, dict) else [value]


def counted(alarm):
    """What an alarm watches: namespace, metric and dimensions of each of its metrics."""
    single = [alarm] if "MetricName" in alarm else []
    every = single + [metric["MetricStat"]["Metric"] for metric in alarm.get("Metrics", []) if "MetricStat" in metric]
    return [(one["Namespace"], one["MetricName"], {pair["Name"]: plain(pair["Value"], "dev") for pair in one["Dimensions"]}) for one in every]


def test_kinds_of_reports_are_written_as_the_registry_documents_them():
    """In lower camel case. Whether upper case is taken has changed before, and a refusal fails a first deployment."""
    destinations = of_type("AWS::SES::ConfigurationSetEventDestination")
    kinds = [kind for one in destinations.values() for choice in choices(one["EventDestination"]["MatchingEventTypes"]) for kind in choice]
    assert {"bounce", "complaint", "deliveryDelay"} <= set(kinds)
    assert not [kind for kind in kinds if not re.fullmatch("[a-z]+([A-Z][a-z]+)*", kind)]


def test_a_flood_of_the_pages_uses_up_no_throttle_but_their_own():
    stage = RESOURCES["PagesStage"]
    routes = {one["RouteKey"]: logical for logical, one in of_type("AWS::ApiGatewayV2::Route").items()}
    rate = lambda settings: {settings["ThrottlingRateLimit"]["Ref"], settings["ThrottlingBurstLimit"]["Ref"]}
    assert rate(stage["Properties"]["DefaultRouteSettings"]) == {"PagesRate"}
    own = {key: rate(settings) for key, settings in stage["Properties"]["RouteSettings"].items()}
    assert own == {"POST /o/{token}": {"OneClickRate"}, "GET /v1/codes": {"OffersRate"}, "POST /v1/redemptions": {"OffersRate"}}
    # The gateway refuses settings of a route that it does not know yet.
    assert {routes[key] for key in own} == set(stage["DependsOn"])
    assert set(routes) - set(own) == {"$default"}
    for name in ("PagesRate", "OneClickRate", "OffersRate"):
        assert TEMPLATE["Parameters"][name]["Type"] == "Number" and TEMPLATE["Parameters"][name]["MinValue"] == 1


def test_whoever_is_refused_is_counted():
    assert counted(ALARMS["refused-requests"]) == [("AWS/ApiGateway", "4xx", {"ApiId": "<Api>"})]
    assert TEMPLATE["Resources"]["Operations"]["Properties"]["Parameters"]["Api"] == {"Ref": "PagesApi"}
    assert counted(ALARMS["refused-mails"]) == [("Rekindle", "MailsRefused", {"Stage": "dev"})]
    # Whoever raises a throttle finds by the page which.
    assert all(f"`{name}`" in page("runbook/refused-requests.md") or f"{name}=" in page("runbook/refused-requests.md") for name in ("PagesRate", "OneClickRate"))


def test_every_metric_of_our_own_that_an_alarm_watches_is_counted_by_some_function():
    sources = [path.read_text() for folder in ("functions", "shared/lambda") for path in (ROOT / folder).glob("**/src/**/*.rs")]
    watched = {metric for alarm in ALARMS.values() for namespace, metric, _ in counted(alarm) if namespace == "Rekindle"}
    assert {"SecondsLate", "MailsUnknown", "MailsRefused", "CampaignsUnwanted"} <= watched
    for metric in watched:
        assert any(f'"{metric}"' in source for source in sources), metric


def test_the_table_and_each_of_its_indexes_are_watched_for_throttles():
    table = DATA["Resources"]["People"]["Properties"]
    name = plain(table["TableName"], "dev")
    each = [{"TableName": name}, *({"TableName": name, "GlobalSecondaryIndexName": index["IndexName"]} for index in table["GlobalSecondaryIndexes"])]
    assert counted(ALARMS["table-throttles"]) == [("AWS/DynamoDB", "WriteThrottleEvents", one) for one in each]
    assert [metric["Expression"] for metric in ALARMS["table-throttles"]["Metrics"] if "Expression" in metric] == ["SUM(METRICS())"]
    for index in table["GlobalSecondaryIndexes"]:
        assert f"index `{index['IndexName']}`" in page("runbook/table-throttles.md")


def test_an_archive_that_is_not_written_is_told_before_firehose_forgets():
    stream = plain(RESOURCES["ArchiveStream"]["Properties"]["DeliveryStreamName"], "dev")
    assert counted(ALARMS["archive-lag"]) == [("AWS/Firehose", "DeliveryToS3.DataFreshness", {"DeliveryStreamName": stream})]
    buffers = RESOURCES["ArchiveStream"]["Properties"]["ExtendedS3DestinationConfiguration"]
    alarm = ALARMS["archive-lag"]
    # Later than it may be, and long before the day that Firehose keeps a line for.
    assert buffers["BufferingHints"]["IntervalInSeconds"] < alarm["Threshold"] < 86400 - alarm["EvaluationPeriods"] * alarm["Period"]
    # What it could not write as lines goes with whoever is erased, too.
    folder = buffers["ErrorOutputPrefix"].split("/")[0]
    for name in ("privacy.md", "privacy.ko.md"):
        assert f"aws s3 rm s3://BUCKET/{folder} --recursive" in page(name), name


def test_a_domain_says_where_it_is_to_point_and_links_lead_there_only_when_told():
    outputs = TEMPLATE["Outputs"]
    for name, attribute in (("PublicDomainTarget", "RegionalDomainName"), ("PublicDomainZone", "RegionalHostedZoneId")):
        assert listed(outputs[name]["Value"]["Fn::GetAtt"]) in (["PagesDomain", attribute], [f"PagesDomain.{attribute}"]), name
        assert outputs[name]["Condition"] == RESOURCES["PagesDomain"]["Condition"] and f"`{name}`" in page("domain.md")
    assert TEMPLATE["Parameters"]["LinksOnPublicDomain"]["Default"] == "no"
    assert TEMPLATE["Conditions"]["LinksOnDomain"] == {"Fn::Equals": [{"Ref": "LinksOnPublicDomain"}, "yes"]}
    functions = {logical: one["Environment"]["Variables"].get("BASE_URL") for logical, one in of_type("AWS::Serverless::Function").items() if "Environment" in one}
    addresses = [*(one for one in functions.values() if one), outputs["Pages"]["Value"]]
    assert {logical for logical, one in functions.items() if one} == {"SendFunction", "PagesFunction"}
    for address in addresses:
        condition, domain, otherwise = address["Fn::If"]
        assert condition == "LinksOnDomain" and domain == {"Fn::Sub": "https://${PublicDomain}"}
        assert listed(otherwise["Fn::GetAtt"]) in (["PagesApi", "ApiEndpoint"], ["PagesApi.ApiEndpoint"])


def test_mails_go_out_from_the_identities_that_are_named():
    [policy] = RESOURCES["SendRole"]["Properties"]["Policies"]
    of_mails = [one for one in policy["PolicyDocument"]["Statement"] if "ses:SendEmail" in listed(one["Action"])]
    [identities] = [one["Resource"] for one in of_mails if "Fn::If" in one["Resource"]]
    condition, named, _ = identities["Fn::If"]
    assert TEMPLATE["Conditions"][condition] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "SendingIdentities"}, ""]}]}
    assert named == {"Fn::Split": [",", {"Ref": "SendingIdentities"}]}
    # The others name the configuration set, which SES asks for beside the identity.
    assert [plain(one["Resource"], "dev").split(":")[-1] for one in of_mails if one["Resource"] is not identities] == ["configuration-set/<ConfigurationSet>"]


def test_plans_are_made_against_the_stage_that_their_role_may_read():
    workflow = (ROOT / ".github/workflows/deploy.yml").read_text()
    plan = yaml_parse(workflow)["jobs"]["plan"]
    [stage] = [step["env"]["STAGE"] for step in plan["steps"] if "STAGE" in step.get("env", {})]
    # A variable of the repository: of an environment it would be unknown here, for the job has none.
    assert "environment" not in plan
    assert stage == "${{ vars.PLAN_STAGE || '%s' }}" % ROLES["Parameters"]["PlanStage"]["Default"]
    assert "PLAN_STAGE" in ROLES["Parameters"]["PlanStage"]["Description"]


@pytest.mark.parametrize("alarm", sorted(name for name in ALARMS if re.search("move-task", page(f"runbook/{name}.md"))))
def test_what_is_redriven_is_told_where_to(alarm):
    """A function itself puts letters aside, and SQS knows the source of none of those."""
    text = page(f"runbook/{alarm}.md")
    commands = re.findall(r"start-message-move-task[^`]*", text)
    assert commands and all("--destination-arn" in command for command in commands)
    assert {"dead-letters", "refused-events"} <= {name for name in ALARMS if "move-task" in page(f"runbook/{name}.md")}


def test_the_pages_say_of_reports_and_of_tls_what_the_template_does():
    by_topic = RESOURCES["SesToTopic"]["Properties"]["EventDestination"]["MatchingEventTypes"]
    assert f"on {' and '.join(f'{kind}s' for kind in by_topic)}, by SNS as well" in page("architecture.md")
    assert RESOURCES["ConfigurationSet"]["Properties"]["DeliveryOptions"] == {"TlsPolicy": "REQUIRE"}
    section = (ROOT / "docs/operations.md").read_text().split("### Mails to servers without TLS\n")[1].split("\n#")[0]
    assert "bounce" in section and "`TlsPolicy`" in section and "`OPTIONAL`" in section


def test_the_first_campaign_verifies_its_domain_alone():
    for name in ("first-live-campaign.md", "first-live-campaign.ko.md"):
        blocks = (ROOT / "docs" / name).read_text().split("```")[1::2]
        made = [line for block in blocks for line in block.splitlines() if "create-email-identity" in line]
        assert made == ["aws sesv2 create-email-identity --email-identity shop.example"], name
