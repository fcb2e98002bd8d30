"""The command over HTTP while the pipeline carries it: ours, and bare FastAPI's in turns."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from bench.commands import CALLERS, WARM_UP_S
from bench.cpu import Meter
from bench.http_bare import http_bare
from bench.http_load import Target, ask
from bench.measured_servers import Figures, MeasuredServers
from bench.pair import Pair
from bench.payload import view
from bench.roles import alone, in_process, role_in_process, running
from bench.service import PATH
from bench.sizes import Sizes
from intercoop_chassis.auth.issuing import instance_name
from intercoop_local.platform.ports import accepts, free_port
from testkit.issuer import Issuer, public_pem

TURNS = 4
"""Of each of the two in a round; every second time the other one begins."""

Endpoints = dict[str, tuple[int, int]]
"""Port and process id, by name."""


async def http_commands(servers: MeasuredServers, sizes: Sizes) -> Figures:
    """Uvicorn, a signed token, 16 connections that are kept; the same of both, by one client.

    They share the database, so that relay and worker carry whatever either commits.
    """
    pair = await Pair.new(servers)
    await pair.fill(1)
    issuer = Issuer()
    try:
        with pair.relay(), pair.worker(), _both(pair, issuer) as endpoints:
            await pair.projected(1)
            name = _name(pair)
            token = issuer.token(owner=pair.publisher, iss=name, aud=name)
            answered, figures = await _in_turns(endpoints, token, sizes.asked_s / TURNS)
            await pair.projected(answered + 1)
    finally:
        issuer.close()
    await pair.forget()
    return figures


@contextmanager
def _both(pair: Pair, issuer: Issuer) -> Iterator[Endpoints]:
    servers, port, bare_port = pair.servers, free_port(), free_port()
    settings = servers.settings(
        pair.publisher,
        pair.publisher_db,
        pair.follower,
        signing_keys_file=issuer.keys_file,
        http_port=port,
        http_rate=0,  # one person asks all the time here, and is not to be slowed down
    )
    key = public_pem(issuer.key)
    bare = servers.dsn(pair.publisher_db), pair.publisher, _name(pair), key, bare_port
    with (
        running("api", settings) as ours,
        in_process(role_in_process, http_bare, *bare) as theirs,
    ):
        yield {"commands": (port, ours.pid or 0), "bare": (bare_port, theirs.pid or 0)}


def _name(pair: Pair) -> str:
    """How the instance that is asked calls itself."""
    return instance_name("bench", pair.publisher)


async def _in_turns(endpoints: Endpoints, token: str, seconds: float) -> tuple[int, Figures]:
    """How many commands were answered in all, and the figures: the medians of the turns."""
    for port, _ in endpoints.values():
        while not accepts(port):
            await asyncio.sleep(0.05)
    answered, rates, cpu = 0, {name: [] for name in endpoints}, {name: [] for name in endpoints}
    for turn in range(TURNS):
        for name in (*endpoints,) if turn % 2 == 0 else (*endpoints,)[::-1]:
            port, pid = endpoints[name]
            target = Target(port, PATH, token, view(0).model_dump_json())
            meter = Meter({"api": pid})
            total, per_s = await alone(ask, target, CALLERS, WARM_UP_S, seconds)
            cpu[name].append(meter.per_event("http", total)["cpu_us_http_api"])
            rates[name].append(per_s)
            answered += total
    return answered, {f"http_{name}_per_s": median(of) for name, of in rates.items()} | {
        f"cpu_us_http_{name}": median(of) for name, of in cpu.items()
    }
