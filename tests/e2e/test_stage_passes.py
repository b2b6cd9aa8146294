"""A pass over more people than one invocation takes: it goes from invocation to invocation by its own queue, as Lambda lets
`sweep` alone (and `send`) do, and comes to its end."""

import json

from cloud import PREFIX

# Items of the table that nobody's person is; a pass reads 500 items a page.
FILLER = 1_600
# As long as a page may take at most: an invocation begins no second one.
ONE_PAGE = 60


def test_a_pass_goes_on_where_an_invocation_ends(cloud):
    table = cloud.client("dynamodb")
    for first in range(0, FILLER, 25):
        items = [{"PutRequest": {"Item": {"pk": {"S": f"FILLER#{n}"}, "sk": {"S": "F"}}}} for n in range(first, first + 25)]
        table.batch_write_item(RequestItems={PREFIX: items})
    functions = cloud.client("lambda")
    timeout = functions.get_function_configuration(FunctionName=f"{PREFIX}-sweep")["Timeout"]
    functions.update_function_configuration(FunctionName=f"{PREFIX}-sweep", Timeout=ONE_PAGE)
    request = {"pass": "audit-of-many", "kind": "audit", "since": "2026-01-01T00:00:00Z"}
    cloud.client("sqs").send_message(QueueUrl=cloud.queue("sweep"), MessageBody=json.dumps(request))

    def where():
        key = {"pk": {"S": "PASS"}, "sk": {"S": request["pass"]}}
        found = table.get_item(TableName=PREFIX, Key=key, ConsistentRead=True).get("Item", {})
        return found if "finished" in found else None

    done = cloud.until("the pass is through", where)
    functions.update_function_configuration(FunctionName=f"{PREFIX}-sweep", Timeout=timeout)
    assert int(done["seen"]["N"]) > 5, done
    with cloud.seen.lock:
        handed_on = sum(count for call, count in cloud.seen.calls.items() if (call.function, call.action, call.resource) == ("sweep", "sqs:SendMessage", f"{PREFIX}-sweep"))
    # Its first message waits for ten seconds; after that, each page was an invocation of its own.
    assert handed_on >= FILLER // 500, handed_on
