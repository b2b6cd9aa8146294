"""Every alarm has its page."""

import re

from conftest import INFRA
from samtranslator.yaml_helper import yaml_parse

ROOT = INFRA.parent


def test_every_alarm_has_its_page_and_every_page_its_alarm():
    alarms = [one["Properties"] for one in yaml_parse((INFRA / "operations.yaml").read_text())["Resources"].values() if one["Type"] == "AWS::CloudWatch::Alarm"]
    names = {alarm["AlarmName"]["Fn::Sub"].removeprefix("rekindle-${Stage}-"): alarm for alarm in alarms}
    assert set(names) == {path.stem for path in (ROOT / "docs/runbook").glob("*.md")}
    page = (ROOT / "docs/operations.md").read_text()
    for name, alarm in names.items():
        assert alarm["AlarmDescription"].endswith(f"See docs/runbook/{name}.md."), name
        assert f"(runbook/{name}.md)" in page, name
        assert re.search(rf"`rekindle-STAGE-{name}`", (ROOT / f"docs/runbook/{name}.md").read_text()), name
