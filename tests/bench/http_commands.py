"""The command over HTTP while the pipeline carries it."""

import asyncio

from bench.commands import CALLERS, WARM_UP_S
from bench.http_load import Target, ask
from bench.pair import Pair
from bench.payload import view
from bench.place import Figures, Place
from bench.roles import alone, running
from bench.service import PATH
from bench.sizes import Sizes
from intercoop_local.platform.ports import accepts, free_port
from testkit.issuer import Issuer


async def http_commands(place: Place, sizes: Sizes) -> Figures:
    """The same command over HTTP: uvicorn, a signed token, 16 connections that are kept."""
    pair = await Pair.new(place)
    await pair.fill(1)
    issuer = Issuer()
    port = free_port()
    others = {
        "issuer": issuer.url,
        "jwks": issuer.jwks,
        "http_port": port,
        "http_rate": 0,  # one person asks all the time here, and is not to be slowed down
    }
    settings = place.settings(pair.publisher, pair.publisher_db, pair.follower, **others)
    token = issuer.token(owner=pair.publisher)
    try:
        with pair.relay(), pair.worker(), running("api", settings):
            await pair.projected(1)
            while not accepts(port):
                await asyncio.sleep(0.05)
            target = Target(port, PATH, token, view(0).model_dump_json())
            asked = await alone(ask, target, CALLERS, WARM_UP_S, sizes.asked_s)
            await pair.projected(asked[0] + 1)
    finally:
        issuer.close()
    await pair.forget()
    return {"http_commands_per_s": asked[1]}
