"""The parts of `make bench` run, at sizes at which their figures mean nothing."""

import pytest

from bench.commands import commands
from bench.http_commands import http_commands
from bench.place import Place
from bench.replaying import replays
from bench.road import road
from bench.sizes import TINY


@pytest.mark.parametrize(
    ("measure", "figures"),
    [
        (road, ["road_events_per_s", "cpu_us_road_worker"]),
        (commands, ["commands_per_s", "commands_behind_s"]),
        (http_commands, ["http_commands_per_s", "http_bare_per_s"]),
        (replays, ["replay_events_per_s"]),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
async def test_a_part_of_the_bench_runs(platform, measure, figures):
    seen = await measure(Place.of(platform), TINY)
    assert set(figures) <= set(seen)
    assert all(seen[name] >= 0 for name in figures)
