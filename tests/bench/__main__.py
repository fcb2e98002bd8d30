"""`make bench`: every figure in one run, a table, and one JSON object as the last line."""

import asyncio
import json
import logging
from statistics import median

import structlog

from bench.bare import bare_send, one_per_message
from bench.freshness import freshness
from bench.ours import relay_and_consumer, road
from bench.place import Place
from testkit.platform import Platform

ROUNDS = 3
EVENTS = 30_000
SINGLES = 2_000
STEADY_S = 8.0
TARGETS = {
    "road_events_per_s": "≥ 12000",
    "relay_to_bare_send": "≥ 0.7",
    "consumer_to_one_per_message": "≥ 15",
    "fresh_p50_ms_200": "≤ 35",
    "fresh_p99_ms_200": "≤ 100",
    "fresh_p50_ms_1000": "≤ 35",
    "fresh_p99_ms_1000": "≤ 100",
}

Figures = dict[str, float]


async def one_round(place: Place) -> Figures:
    """Each figure once, baselines beside ours."""
    bare = await bare_send(place, EVENTS)
    relayed, consumed = await relay_and_consumer(place, EVENTS)
    single = await one_per_message(place, SINGLES)
    whole = await road(place, EVENTS)
    calm = await freshness(place, 200, STEADY_S)
    busy = await freshness(place, 1000, STEADY_S)
    return {
        "road_events_per_s": whole,
        "relay_events_per_s": relayed,
        "bare_send_per_s": bare,
        "relay_to_bare_send": relayed / bare,
        "consumer_events_per_s": consumed,
        "one_per_message_per_s": single,
        "consumer_to_one_per_message": consumed / single,
        "fresh_p50_ms_200": calm.p50,
        "fresh_p99_ms_200": calm.p99,
        "fresh_p50_ms_1000": busy.p50,
        "fresh_p99_ms_1000": busy.p99,
    }


def show(rounds: list[Figures]) -> Figures:
    """Print the table; returns the medians."""
    print(f"\n{'figure':30}{'median':>10}{'least':>10}{'most':>10}  target")
    medians = {}
    for name in rounds[0]:
        values = [one[name] for one in rounds]
        medians[name] = round(median(values), 2)
        row = f"{name:30}{median(values):>10.1f}{min(values):>10.1f}{max(values):>10.1f}"
        print(f"{row}  {TARGETS.get(name, '')}")
    return medians


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    rounds = []
    platform = Platform(durable=True)
    try:
        place = Place(platform.kafka.bootstrap, platform.postgres.dsn())
        for number in range(1, ROUNDS + 1):
            print(f"round {number} of {ROUNDS} …", flush=True)
            rounds.append(asyncio.run(one_round(place)))
    finally:
        platform.close()
    print(json.dumps(show(rounds)))


if __name__ == "__main__":
    main()
