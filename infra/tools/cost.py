"""What a stage costs when nothing happens, computed from the template, item by item; and what a million mails cost.

Prices are those of us-east-1 in US dollars. The bill of an idle stage has two columns: the list price, and what is left after
the allowances that every AWS account has free for ever (which all stages of an account share). What a mail asks for is
counted by `make bench`, which writes it into docs/cost.md.
"""

from pathlib import Path

from samtranslator.yaml_helper import yaml_parse

INFRA = Path(__file__).resolve().parents[1]
COUNTED = INFRA.parent / "docs" / "cost.md"
LIMIT = 3.50
MINUTES = 30 * 24 * 60
MILLION = 1_000_000
# Prices: of a month, or of one.
SECRET, ALARM_METRIC, METRIC, DASHBOARD = 0.40, 0.10, 0.30, 3.00
QUEUE_REQUEST, READ, CALL, SCHEDULE = (price / MILLION for price in (0.40, 0.125, 0.20, 1.00))
# A million mails, a la carte.
SES = 100.00
ARM_GB_SECOND, LOG_GB = 0.0000133334, 0.50
# Lambda looks into an idle queue by five connections of 20 s each.
POLLS = 5 * 3 * MINUTES
# Measured of a tick: it runs for about 20 ms and writes about 1 KB of log, its metric and Lambda's own lines included.
TICK_SECONDS, TICK_LOG = 0.02, 1_000


def resources():
    """All resources of all templates of a stage."""
    for file in ("data.yaml", "template.yaml", "operations.yaml"):
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
    mails(COUNTED.read_text())
    if rest > LIMIT:
        raise SystemExit(f"an idle stage costs ${rest:.2f}; the limit is ${LIMIT:.2f}")


def mails(page):
    """Prints what a million mails cost, as `make bench` has counted it from the requests of real journeys."""
    table = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if line.startswith("| ")]
    rows = [row for row in table if len(row) == 6 and row[3].replace(".", "").isdigit()]
    assert rows and rows[-1][0] == "together", "docs/cost.md has no counted table: run `make bench`"
    print(f"\n{'a million mails, in batches of':<42}{'ten':>14}{'one':>9}")
    for what, price, _, ten, _, one in rows[:-1]:
        print(f"{what + ', ' + price:<42}{float(ten):>14.2f}{float(one):>9.2f}")
    ten, one = float(rows[-1][3]), float(rows[-1][5])
    print(f"{'together':<42}{ten:>14.2f}{one:>9.2f}")
    print(f"{'with SES, $100':<42}{ten + SES:>14.2f}{one + SES:>9.2f}")


main()
