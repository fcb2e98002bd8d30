"""What people wait for in the directory: list, facets and suggestions, with 20 callers at once."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from statistics import median, quantiles
from typing import Final
from urllib.parse import urlencode
from uuid import uuid4

import asyncpg

from bench.cooperatives import TRADES, Cooperatives
from bench.directory_servers import bare_directory, directory_api
from bench.http_reads import Reads, read
from bench.measured_servers import Figures, MeasuredServers
from bench.roles import alone, in_process, role_in_process
from bench.sizes import Sizes
from intercoop_chassis.auth.issuing import instance_name
from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.postgres.migrate import migrate
from intercoop_chassis.subscribers import Change
from intercoop_contracts.directory import OrganisationView
from intercoop_directory.main import SERVICE
from intercoop_directory.organisations import projections
from intercoop_local.platform.ports import accepts, free_port
from testkit.issuer import Issuer, public_pem

CALLERS: Final = 20
CHUNK: Final = 200
OWNER: Final = "midi-pyrenees"
_NAME: Final = instance_name("bench", OWNER)
API: Final = "/directory/api/organisations"
TYPED: Final = ("menuizerie toulouse", "atelier et librairie", "charpante", "serrurerie lyon")

QUESTIONS: Final[dict[str, list[str]]] = {
    "list": [
        f"{API}?{urlencode({'limit': 20, 'departement': '15'})}",
        f"{API}?{urlencode({'limit': 20, 'member_of': 'auvergne', 'statute': 'scop'})}",
        f"{API}/nearest?{urlencode({'limit': 20, 'lat': 44.9, 'lon': 2.4, 'radius_km': 150})}",
        *(f"{API}/search?{urlencode({'limit': 20, 'q': trade})}" for trade in TRADES),
        *(f"{API}/search?{urlencode({'limit': 20, 'q': typed})}" for typed in TYPED),
    ],
    "facets": [
        f"{API}/facets",
        f"{API}/facets?{urlencode({'departement': '31', 'statute': 'scop'})}",
        *(f"{API}/facets?{urlencode({'q': trade})}" for trade in TRADES),
    ],
    "suggestions": [
        f"{API}/suggestions?{urlencode({'q': trade[:length]})}"
        for trade in TRADES
        for length in range(1, len(trade) + 1)
    ],
    "bare": [f"/names?{urlencode({'q': trade[:4]})}" for trade in TRADES],
}
"""What is asked in turns; each caller begins at another place."""


async def pages(servers: MeasuredServers, sizes: Sizes) -> Figures:
    """A directory of which half is one owner's, at the bounds of every field."""
    name = await _filled(servers, sizes.cooperatives)
    written = name[1]
    issuer = Issuer()
    try:
        with _serving(servers, name[0], issuer) as ports:
            token = issuer.token(owner=OWNER, roles=["member"], iss=_NAME, aud=_NAME)
            figures = await _asked(ports, token, sizes.asked_s)
    finally:
        issuer.close()
    await servers.forget(name[0])
    return figures | written


async def _filled(servers: MeasuredServers, count: int) -> tuple[str, Figures]:
    """A database with so many organisations, and the milliseconds in which one was written."""
    name = f"bench_{uuid4().hex[:12]}"
    connection = await asyncpg.connect(servers.postgres)
    await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()
    await migrate(servers.dsn(name), SERVICE.migration_sets)
    db = Database(servers.dsn(name), home=AtHome(OWNER))
    drawn = Cooperatives(20261130)
    half = count // 2
    usual = await _written(db, list(drawn.usual(half)))
    bounds = await _written(db, list(drawn.at_the_bounds(count - half)))
    async with db.transaction() as tx:
        await tx.execute("ANALYZE known_organisations")
    await db.close()
    return name, {"pages_write_ms_usual": usual, "pages_write_ms_bounds": bounds}


async def _written(db: Database, changes: Sequence[Change[OrganisationView]]) -> float:
    took, rest = 0.0, iter(changes)
    while chunk := list(islice(rest, CHUNK)):
        began = time.perf_counter()
        async with db.transaction() as tx:
            await projections.remember(chunk, tx)
        took += time.perf_counter() - began
    return took * 1000 / len(changes)


@contextmanager
def _serving(servers: MeasuredServers, database: str, issuer: Issuer) -> Iterator[dict[str, int]]:
    port, bare_port = free_port(), free_port()
    settings = servers.settings(
        OWNER,
        database,
        OWNER,
        signing_keys_file=issuer.keys_file,
        http_port=port,
        http_rate=0,  # one person asks all the time here, and is not to be slowed down
    )
    bare = servers.dsn(database), _NAME, public_pem(issuer.key), bare_port
    with (
        in_process(role_in_process, directory_api, settings.model_dump()),
        in_process(role_in_process, bare_directory, *bare),
    ):
        yield {"directory": port, "bare": bare_port}


async def _asked(ports: dict[str, int], token: str, seconds: float) -> Figures:
    for port in ports.values():
        while not accepts(port):
            await asyncio.sleep(0.05)
    figures: Figures = {}
    for what, addresses in QUESTIONS.items():
        port = ports["bare" if what == "bare" else "directory"]
        took = await alone(read, Reads(port, tuple(addresses), token), CALLERS, seconds)
        figures[f"pages_{what}_p50_ms"] = median(took) * 1000
        figures[f"pages_{what}_p95_ms"] = quantiles(took, n=20)[-1] * 1000
    return figures
