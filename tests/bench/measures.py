"""What `make bench` measures, by part, in the order of a round: baselines between ours."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from bench.commands import commands
from bench.freshness import freshnesses
from bench.http_commands import http_commands
from bench.kafka_limits import bare_consumer, bare_producers
from bench.measured_servers import Figures, MeasuredServers
from bench.pages import pages
from bench.plain import one_per_message
from bench.postgres_limits import bare_rows
from bench.replaying import replays
from bench.road import relay_and_consumer, road
from bench.sealing import sealing
from bench.seats import decisions
from bench.sizes import Sizes

Measure = Callable[[MeasuredServers, Sizes], Awaitable[Figures]]


@dataclass(frozen=True, slots=True)
class Unit:
    """A measurement, and the part of the bench that `ONLY` names."""

    part: str
    measure: Measure


async def outbox_relays(servers: MeasuredServers, sizes: Sizes) -> Figures:
    """The peer's package is there for `make bench` alone."""
    from bench import outbox_peer

    return await outbox_peer.outbox_relays(servers, sizes)


async def outbox_road(servers: MeasuredServers, sizes: Sizes) -> Figures:
    from bench import outbox_peer

    return await outbox_peer.outbox_road(servers, sizes)


ROUND = (
    Unit("limits", bare_producers),
    Unit("road", relay_and_consumer),
    Unit("limits", bare_consumer),
    Unit("road", road),
    Unit("peers", outbox_road),
    Unit("commands", commands),
    Unit("limits", bare_rows),
    Unit("replay", replays),
    Unit("peers", one_per_message),
    Unit("freshness", freshnesses),
    Unit("peers", outbox_relays),
    Unit("sealed", sealing),
    Unit("http", http_commands),
    Unit("seats", decisions),
    Unit("pages", pages),
)
ONCE = ("history", "network")
"""Parts that take minutes and are measured once."""
PARTS = (*dict.fromkeys(unit.part for unit in ROUND), *ONCE)
RATIOS = {
    "pages_suggestions_to_bare": ("pages_suggestions_p50_ms", "pages_bare_p50_ms"),
    "http_to_bare": ("http_commands_per_s", "http_bare_per_s"),
    "relay_to_bare_send": ("relay_events_per_s", "bare_send_per_s"),
    "relay_to_bare_batch_tx": ("relay_events_per_s", "bare_batch_tx_per_s"),
    "consumer_to_bare_consume": ("consumer_events_per_s", "bare_consume_per_s"),
    "consumer_to_bare_unnest": ("consumer_events_per_s", "bare_unnest_per_s"),
    "consumer_to_one_per_message": ("consumer_events_per_s", "one_per_message_per_s"),
    "sealed_to_shared_road": ("sealed_road_events_per_s", "shared_road_events_per_s"),
    "replay_to_bare_unnest": ("replay_events_per_s", "bare_unnest_per_s"),
    "road_to_faststream_outbox": ("road_events_per_s", "faststream_outbox_road_per_s"),
    "road_to_faststream_outbox_fastest": (
        "road_events_per_s",
        "faststream_outbox_fastest_road_per_s",
    ),
}


def units_of(parts: Collection[str], number: int) -> list[Unit]:
    """A round's measurements; each second round runs backwards, so that a drift evens out."""
    chosen = [unit for unit in ROUND if unit.part in parts]
    return chosen if number % 2 else chosen[::-1]


def with_ratios(figures: Figures) -> Figures:
    """A round's figures and those ratios of which both sides were measured in it."""
    ratios = {
        name: figures[ours] / figures[theirs]
        for name, (ours, theirs) in RATIOS.items()
        if ours in figures and theirs in figures
    }
    return figures | ratios
