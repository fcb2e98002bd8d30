"""What people wait for in the directory, with 20 callers at once: for programs and in pages."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from statistics import median, quantiles
from typing import Final
from uuid import UUID, uuid4

import asyncpg
import httpx

from bench.cooperatives import Cooperatives
from bench.directory_servers import bare_directory, directory_api
from bench.http_reads import Reads, read_each
from bench.measured_servers import Figures, MeasuredServers
from bench.page_questions import BARE, BY_BROWSERS, BY_PROGRAMS, FIRST, FOLLOWING, UNCHANGED
from bench.roles import alone, in_process, role_in_process
from bench.sizes import Sizes
from intercoop_chassis.auth.cookies import SessionCookie
from intercoop_chassis.auth.issuing import instance_name
from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.postgres.migrate import migrate
from intercoop_chassis.subscribers import Change
from intercoop_contracts.directory import OrganisationView
from intercoop_directory.communes.handlers import shipped
from intercoop_directory.main import SERVICE
from intercoop_directory.organisations import projections
from intercoop_directory.organisations.handlers import load_communes
from intercoop_local.platform.ports import accepts, free_port
from testkit.accounts import account, account_arrives
from testkit.issuer import Issuer, public_pem
from testkit.page_weight import weigh

CALLERS: Final = 20
CHUNK: Final = 200
OWNER: Final = "midi-pyrenees"
PERSON: Final = UUID(int=1, version=4)
"""Whose session the browsers have."""
BROWSER: Final = ("Accept: text/html", "Accept-Encoding: gzip", "Accept-Language: fr")
READING_S: Final = 1.0
TYPING_S: Final = 0.15
PAUSES: Final[Mapping[str, float]] = {
    "page": READING_S,
    "list": READING_S,
    "suggestions": TYPING_S,
    "options": TYPING_S,
}
"""What people do between two answers: they read a page, or type another letter."""
_NAME: Final = instance_name("bench", OWNER)


async def pages(servers: MeasuredServers, sizes: Sizes) -> Figures:
    """A directory as it usually is, and one of which half is one owner's, at all bounds."""
    count, half = sizes.cooperatives, sizes.cooperatives // 2
    usual = await _served(servers, sizes, (count, 0), "pages")
    return usual | await _served(servers, sizes, (half, count - half), "pages_crowded")


async def _served(
    servers: MeasuredServers, sizes: Sizes, counts: tuple[int, int], what: str
) -> Figures:
    """The figures of a directory with so many usual organisations, and so many at the bounds."""
    name, written = await _filled(servers, *counts)
    issuer = Issuer()
    try:
        with _serving(servers, name, issuer) as served:
            figures = await _asked(served, issuer, sizes.asked_s)
            figures |= await _weighed(served)
    finally:
        issuer.close()
    await servers.forget(name)
    return {_named(what, figure): value for figure, value in (figures | written).items()}


def _named(what: str, figure: str) -> str:
    return figure.replace("pages", what, 1)


async def _filled(servers: MeasuredServers, usual: int, bounds: int) -> tuple[str, Figures]:
    """A database with these organisations, and the milliseconds in which one was written."""
    name = f"bench_{uuid4().hex[:12]}"
    connection = await asyncpg.connect(servers.postgres)
    await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()
    await migrate(servers.dsn(name), SERVICE.migration_sets)
    db = Database(servers.dsn(name), home=AtHome(OWNER))
    drawn = Cooperatives(20261130)
    written = {"pages_write_ms_usual": await _written(db, list(drawn.usual(usual)))}
    if bounds:
        took = await _written(db, list(drawn.at_the_bounds(bounds)))
        written["pages_write_ms_bounds"] = took
    await account_arrives(OWNER, PERSON, account(OWNER), [db])
    await db.command(lambda tx: load_communes(shipped("communes.csv"), tx))
    async with db.transaction() as tx:
        await tx.execute("ANALYZE known_organisations, communes")
    await db.close()
    return name, written


async def _written(db: Database, changes: Sequence[Change[OrganisationView]]) -> float:
    took, rest = 0.0, iter(changes)
    while chunk := list(islice(rest, CHUNK)):
        began = time.perf_counter()
        async with db.transaction() as tx:
            await projections.remember(chunk, tx)
        took += time.perf_counter() - began
    return took * 1000 / len(changes)


@dataclass(frozen=True, slots=True)
class Served:
    """Where the directory and the bare endpoint answer, and whose CPU that takes (`pids`)."""

    port: int
    bare_port: int
    pids: Mapping[str, int]
    cookie: str

    def program(self, addresses: tuple[str, ...], token: str, *, bare: bool = False) -> Reads:
        port = self.bare_port if bare else self.port
        return Reads(port, addresses, (f"Authorization: Bearer {token}",))

    def browser(self, addresses: tuple[str, ...], *, again: bool = False) -> Reads:
        return Reads(self.port, addresses, (f"Cookie: {self.cookie}", *BROWSER), again)


@contextmanager
def _serving(servers: MeasuredServers, database: str, issuer: Issuer) -> Iterator[Served]:
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
    session = _token(issuer, sub=str(PERSON), auth_time=int(time.time()))
    with (
        in_process(role_in_process, directory_api, settings.model_dump()) as api,
        in_process(role_in_process, bare_directory, *bare),
    ):
        pids = {"api": api.pid or 0, "postgresql": servers.pids["postgresql"]}
        yield Served(port, bare_port, pids, f"{SessionCookie.of(settings).name}={session}")


def _token(issuer: Issuer, **claims: object) -> str:
    return issuer.token(owner=OWNER, roles=["member"], iss=_NAME, aud=_NAME, **claims)


async def _asked(served: Served, issuer: Issuer, seconds: float) -> Figures:
    for port in (served.port, served.bare_port):
        while not accepts(port):
            await asyncio.sleep(0.05)
    token = _token(issuer)
    reads = {what: served.program(each, token) for what, each in BY_PROGRAMS.items()}
    reads |= {what: served.browser(each) for what, each in BY_BROWSERS.items()}
    reads["unchanged"] = served.browser(UNCHANGED, again=True)
    reads["bare"] = served.program(BARE, token, bare=True)
    for what, pause_s in PAUSES.items():
        reads[f"people_{what}"] = replace(reads[what], pause_s=pause_s)
    named = {f"pages_{what}": each for what, each in reads.items()}
    figures: Figures = {}
    seen = await alone(read_each, named, CALLERS, seconds, served.pids)
    for what, (took, cpu) in seen.items():
        figures[f"{what}_p50_ms"] = median(took) * 1000
        figures[f"{what}_p95_ms"] = quantiles(took, n=20)[-1] * 1000
        if what != "pages_bare" and "people" not in what:
            figures |= cpu
    return figures


async def _weighed(served: Served) -> Figures:
    """Bytes and requests of a first page and of one that follows it."""
    cookie = {"Cookie": served.cookie, "Accept": "text/html", "Accept-Language": "fr"}
    address = f"http://127.0.0.1:{served.port}"
    async with httpx.AsyncClient(base_url=address, headers=cookie) as browser:
        first, following = await weigh(browser, FIRST), await weigh(browser, FOLLOWING)
    return {
        "pages_first_bytes": first.first,
        "pages_following_bytes": following.page,
        "pages_script_bytes": first.scripts,
        "pages_requests": first.requests,
    }
