"""The alert rules speak of metrics and labels that there are."""

import re
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY

import intercoop_chassis.jobs.attempts
import intercoop_chassis.telemetry  # noqa: F401  what they import is counted

RULES = Path(__file__).parents[3] / "deploy" / "monitoring" / "alerts.yml"
[GROUP] = yaml.safe_load(RULES.read_text())["groups"]
LABELS = {
    name: set(metric._labelnames)
    for metric, names in REGISTRY._collector_to_names.items()
    if hasattr(metric, "_labelnames")
    for name in names
}


UP = 'up{job="intercoop"} == 0'
"""Whether a process answers at all, Prometheus measures itself."""

OURS = [rule for rule in GROUP["rules"] if rule["expr"] != UP]


@pytest.mark.parametrize("rule", OURS, ids=lambda rule: rule["alert"])
def test_a_rule_speaks_of_what_there_is(rule):
    expression = rule["expr"]
    metrics = set(re.findall(r"\bintercoop_\w+", expression))
    assert metrics
    assert metrics <= LABELS.keys()
    labels = set.intersection(*(LABELS[metric] for metric in metrics))
    used = set(re.findall(r"(\w+)=~?\"", expression))
    by = re.search(r"by \(([^)]*)\)", expression)
    kept = set(by[1].split(", ")) if by else labels | {"instance"}
    used |= kept - {"instance"}
    shown = set(re.findall(r"\$labels\.(\w+)", str(rule["annotations"])))
    assert used <= labels
    assert shown <= kept


def test_every_rule_says_how_bad_it_is_and_what_to_do():
    for rule in GROUP["rules"]:
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert {"summary", "description"} <= rule["annotations"].keys()
