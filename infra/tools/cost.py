"""What a stage costs when nothing happens, computed from the template, item by item; and what a million mails cost.

Prices are those of us-east-1 in US dollars. The bill of an idle stage has two columns: the list price, and what is left after
the allowances that every AWS account has free for ever (which all stages of an account share). Usage: cost.py [REQUESTS]
where REQUESTS is what the end-to-end test has counted (target/e2e/requests.json).
"""

import json
import sys
from pathlib import Path

from samtranslator.yaml_helper import yaml_parse

INFRA = Path(__file__).resolve().parents[1]
LIMIT = 3.00
MINUTES = 30 * 24 * 60
MILLION = 1_000_000
# Prices: of a month, or of one.
SECRET, ALARM_METRIC, METRIC, DASHBOARD = 0.40, 0.10, 0.30, 3.00
QUEUE_REQUEST, READ, WRITE, CALL, SCHEDULE, EVENT = (price / MILLION for price in (0.40, 0.125, 0.625, 0.20, 1.00, 1.00))
ARM_GB_SECOND, LOG_GB = 0.0000133334, 0.50
# Lambda looks into an idle queue by five connections of 20 s each.
POLLS = 5 * 3 * MINUTES
# Measured of a tick: it runs for about 20 ms and writes about 1 KB of log, its metric and Lambda's own lines included.
TICK_SECONDS, TICK_LOG = 0.02, 1_000


def resources():
    """All resources of all templates of a stage."""
    for file in ("template.yaml", "operations.yaml"):
        yield from yaml_parse((INFRA / file).read_text())["Resources"].values()


def count(kind):
    return sum(resource["Type"] == kind for resource in resources())


def polled_queues():
    """Queues that a function is mapped to."""
    functions = (r["Properties"] for r in resources() if r["Type"] == "AWS::Serverless::Function")
    return sum(event["Type"] == "SQS" for function in functions for event in function.get("Events", {}).values())


def watched_metrics():
    """Metrics that alarms look at; each is charged."""
    alarms = (r["Properties"] for r in resources() if r["Type"] == "AWS::CloudWatch::Alarm")
    return sum(sum("MetricStat" in metric for metric in alarm.get("Metrics", [])) or 1 for alarm in alarms)


def idle():
    """Items of an idle month: what, how many, its price, and how many are free for ever in an account."""
    parameters = yaml_parse((INFRA / "template.yaml").read_text())["Parameters"]
    ticks = MINUTES
    looks = MINUTES / 10
    gb_seconds = (ticks + looks) * TICK_SECONDS * 0.25
    yield "secrets", count("AWS::SecretsManager::Secret"), SECRET, 0
    yield "requests of Lambda at idle queues", polled_queues() * POLLS, QUEUE_REQUEST, MILLION
    yield "metrics that alarms watch", watched_metrics(), ALARM_METRIC, 10
    yield "metrics of our own (lateness)", 1, METRIC, 10
    yield "dashboards", count("AWS::CloudWatch::Dashboard"), DASHBOARD, 3
    yield "calls of the schedules", ticks + looks, SCHEDULE, 14 * MILLION
    yield "calls of tick and sweep", ticks + looks, CALL, MILLION
    yield "GB-seconds of tick and sweep", gb_seconds, ARM_GB_SECOND, 400_000
    # An eventually consistent read of one key is half a unit.
    yield "reads of the index of due people", ticks * parameters["Shards"]["Default"] / 2, READ, 0
    yield "GB of logs", (ticks + looks) * TICK_LOG / 1e9, LOG_GB, 5
    keys = count("AWS::KMS::Key")
    yield "keys of one's own", keys, 1.00, 0


def bill():
    """Prints an idle month; gives its price after the allowances."""
    total = rest = 0.0
    print(f"{'an idle month':<42}{'quantity':>14}{'list':>9}{'after free':>12}")
    for what, quantity, price, free in idle():
        listed, paid = quantity * price, max(0, quantity - free) * price
        print(f"{what:<42}{quantity:>14,.0f}{listed:>9.2f}{paid:>12.2f}")
        total, rest = total + listed, rest + paid
    print(f"{'together':<56}{total:>9.2f}{rest:>12.2f}   (limit {LIMIT:.2f})")
    return rest


def main():
    rest = bill()
    if len(sys.argv) > 1:
        mails(json.loads(Path(sys.argv[1]).read_text()))
    if rest > LIMIT:
        raise SystemExit(f"an idle stage costs ${rest:.2f}; the limit is ${LIMIT:.2f}")


def mails(requests):
    """Prints what a million mails cost by the requests that were counted."""
    n = requests["mails"]
    items = [
        ("mails (SES, a la carte)", MILLION, 0.10 / 1000),
        ("events on the bus, 3 a mail", 3 * MILLION, EVENT),
        ("writes of the table", requests["writes"] / n * MILLION, WRITE),
        ("reads of the table", requests["reads"] / n * MILLION, READ),
    ]
    print(f"\n{'a million mails':<42}{'quantity':>14}{'list':>9}")
    for what, quantity, price in items:
        print(f"{what:<42}{quantity:>14,.0f}{quantity * price:>9.2f}")


main()
