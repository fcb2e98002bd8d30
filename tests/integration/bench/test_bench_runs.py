"""The parts of `make bench` run, at sizes at which their figures mean nothing."""

from math import isfinite

import pytest

from bench.commands import commands
from bench.http_commands import http_commands
from bench.measured_servers import MeasuredServers
from bench.pages import pages
from bench.replaying import replays
from bench.road import road
from bench.sealing import sealing
from bench.seats import decisions
from bench.sizes import TINY

ASKED = (
    *("list", "facets", "counted", "suggestions", "bare"),
    *("page", "options", "part", "unchanged"),
    *("people_page", "people_list", "people_suggestions", "people_options"),
)
PAGES = {
    *(
        f"{directory}_{what}_{part}_ms"
        for directory in ("pages", "pages_crowded")
        for what in ASKED
        for part in ("p50", "p95")
    ),
    *("pages_write_ms_usual", "pages_crowded_write_ms_bounds"),
    *("pages_first_bytes", "pages_following_bytes", "pages_script_bytes"),
}


@pytest.mark.parametrize(
    ("measure", "figures", "processes"),
    [
        (road, {"road_events_per_s"}, {"cpu_us_road_relay", "cpu_us_road_worker"}),
        (
            commands,
            {"commands_per_s", "commands_behind_s"},
            {"cpu_us_command_api", "cpu_us_command_relay", "cpu_us_command_worker"},
        ),
        (http_commands, {"http_commands_per_s", "http_bare_per_s"}, set()),
        (
            sealing,
            {"shared_road_events_per_s", "sealed_road_events_per_s", "sealed_bytes"}
            | {f"{work}_{kind}_us" for work in ("write", "read") for kind in ("shared", "sealed")},
            {"cpu_us_sealed_road_relay", "cpu_us_sealed_road_worker"},
        ),
        (replays, {"replay_events_per_s"}, set()),
        (decisions, {"seat_decision_ms_5", "seat_decision_ms_5000"}, set()),
        (
            pages,
            PAGES,
            {"cpu_us_pages_page_api", "cpu_us_pages_list_postgresql"},
        ),
    ],
    ids=["road", "commands", "http", "sealed", "replays", "seats", "pages"],
)
async def test_a_part_of_the_bench_measures_what_was_done(platform, measure, figures, processes):
    seen = await measure(MeasuredServers.of(platform), TINY)

    assert figures | processes <= seen.keys()
    assert {name: figure for name, figure in seen.items() if not isfinite(figure)} == {}
    assert seen.pop("commands_behind_s", 0) >= 0
    assert {name for name in (figures | processes) & seen.keys() if seen[name] <= 0} == set()
