"""What `make bench` says of what it measured."""

import json

import pytest

from bench.__main__ import parts
from bench.measures import ROUND, units_of, with_ratios
from bench.page import filled
from bench.report import TARGETS, Report
from bench.sizes import Sizes

HISTORY = [
    {"rows": 0.0, "us_per_event": 50.0, "p50_ms": 10.0},
    {"rows": 1000.0, "us_per_event": 55.0, "p50_ms": 11.0},
]


def verdict(name, text):
    (line,) = [line for line in text.splitlines() if line.startswith(name)]
    return line.split("  ")[-1]


def test_a_figure_is_the_median_of_its_rounds_with_the_least_and_the_most():
    report = Report([{"road_events_per_s": value} for value in (30.0, 10.0, 20.0)])
    (row,) = report.rows()
    assert (row.median, row.least, row.most) == (20.0, 10.0, 30.0)
    assert report.medians() == {"road_events_per_s": 20.0}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("road_events_per_s", 20_000.0, "met"),
        ("road_events_per_s", 19_999.0, "missed"),
        ("fresh_p50_ms_1000", 15.0, "met"),
        ("fresh_p50_ms_1000", 15.1, "missed"),
    ],
)
def test_each_target_is_met_or_missed(name, value, said):
    assert verdict(name, Report([{name: value}]).verdicts()) == said


def test_a_target_whose_part_did_not_run_is_said_to_be_unmeasured():
    text = Report([{"road_events_per_s": 1.0}]).verdicts()
    assert len(text.splitlines()) == len(TARGETS)
    assert verdict("idle_17_cores", text) == "not measured"


def test_ratios_stand_where_both_sides_were_measured_in_the_round():
    assert with_ratios({"relay_events_per_s": 9.0, "bare_send_per_s": 10.0}) == {
        "relay_events_per_s": 9.0,
        "bare_send_per_s": 10.0,
        "relay_to_bare_send": 0.9,
    }
    assert with_ratios({"relay_events_per_s": 9.0}) == {"relay_events_per_s": 9.0}
    http = with_ratios({"http_commands_per_s": 900.0, "http_bare_per_s": 1200.0})
    assert http["http_to_bare"] == 0.75


@pytest.mark.parametrize(("ratio", "said"), [(0.6, "met"), (0.59, "missed")])
def test_a_command_over_http_has_a_target_beside_the_bare_one(ratio, said):
    assert verdict("http_to_bare", Report([{"http_to_bare": ratio}]).verdicts()) == said


def test_every_second_round_runs_backwards_and_only_what_was_asked_for():
    everything = {unit.part for unit in ROUND}
    assert units_of(everything, 2) == units_of(everything, 1)[::-1] == list(ROUND)[::-1]
    assert {unit.part for unit in units_of({"road"}, 1)} == {"road"}


def test_an_unknown_part_is_refused_with_those_there_are():
    with pytest.raises(Exception, match="no part rod; there are limits, road"):
        parts("road,rod")
    assert "history" in parts("")


def test_the_results_are_a_table_a_json_and_a_picture(tmp_path):
    Report([{"road_events_per_s": 21_000.0}], HISTORY, {"cores": 2}).write(tmp_path)
    kept = json.loads((tmp_path / "bench.json").read_text())
    assert kept["medians"] == {"road_events_per_s": 21_000.0}
    assert kept["history"] == HISTORY
    assert "| `road_events_per_s` | 21,000" in (tmp_path / "bench.md").read_text()
    assert (tmp_path / "history.svg").read_text().startswith("<svg")


def test_a_page_gets_the_table_between_its_marks_and_keeps_the_rest():
    page = "before\n<!-- figures -->\nold\n<!-- end of figures -->\nafter\n"
    assert filled(page, "new\n") == (
        "before\n<!-- figures -->\nnew\n<!-- end of figures -->\nafter\n"
    )
    with pytest.raises(SystemExit, match="figures"):
        filled("no marks", "new\n")


def test_the_default_history_is_a_million_rows():
    assert Sizes().history == 1_000_000
