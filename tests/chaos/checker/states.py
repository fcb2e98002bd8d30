"""Replicas against what was published, in every database."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any, Final

import asyncpg

from chaos.checker.findings import Findings
from chaos.hostile import is_hostile
from chaos.testbed import Testbed
from intercoop_chassis.wire.obstacle import ObstacleKind
from intercoop_contracts.catalogue import READS, STREAMS, AnyStream
from intercoop_contracts.streams import Audience

PUBLISHED: Final = "SELECT topic, subject, version, value FROM published"
KNOWN: Final = "SELECT topic, subject, applied AS version, value FROM replica WHERE applied > 0"
WENT_BACK: Final = "SELECT topic, subject, from_version, to_version FROM watched"
PARKED: Final = "SELECT topic, subject, kind, reason, error_text FROM parked"
SKIPPED: Final = """
SELECT topic, sum(skipped)::int AS changes FROM usage
WHERE split_part(topic, '.', 2) = ANY ($1::text[]) GROUP BY topic HAVING sum(skipped) > 0
"""
WAITING: Final = "SELECT topic, subject, refused FROM outbox"
JOINED: Final = b'"event": "partitions_assigned"'
"""What a process logs each time when its share of a group's partitions is given out anew."""
ON_THE_WAY: Final = """
SELECT (SELECT count(*) FROM outbox) AS waiting, (SELECT sum(applied) FROM replica) AS applied,
       (SELECT sum(version) FROM published) AS published
"""

ADDRESSEES: Final = {
    "shared.seat-requests.v1": "organiser",
    "shared.seat-answers.v1": "asker",
    "shared.offers.v1": "asker",
    "shared.offer-answers.v1": "helper",
}
"""Where views name whom they are for: others do not keep them."""

_LOOK_S: Final = 1.0
QUIET_S: Final = 4.0
"""Longer than it takes a group's members to hear that they have to join again."""

State = tuple[int, Any]
States = dict[tuple[str, str], State]


async def rows(
    testbed: Testbed, owner: str, service: str, sql: str, *arguments: object
) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(testbed.dsn(owner, service))
    try:
        return await connection.fetch(sql, *arguments)
    finally:
        await connection.close()


async def published_by(testbed: Testbed, owner: str) -> States:
    services = {stream.publisher for stream in STREAMS}
    every = [row for service in services for row in await rows(testbed, owner, service, PUBLISHED)]
    return _states(every)


def _states(found: Iterable[asyncpg.Record]) -> States:
    return {
        (row["topic"], row["subject"]): (row["version"], json.loads(row["value"])) for row in found
    }


def reads(service: str, owner: str, publisher: str, stream: AnyStream) -> bool:
    """Whether an owner's service follows this publisher's stream."""
    if stream not in READS[service]:
        return False
    if stream.audience is Audience.PRIVATE:
        return owner == publisher
    return owner != publisher or stream.publisher != service


async def quiet(testbed: Testbed, *, within_s: float) -> bool:
    """Wait until nothing is on its way: no pointer waits, nothing becomes known, nobody joins.

    Whether that came to be.
    """
    loop = asyncio.get_running_loop()
    give_up = loop.time() + within_s
    before: object = None
    since = loop.time()
    while loop.time() < give_up:
        waiting, now = await _on_the_way(testbed)
        if waiting or now != before:
            before, since = now, loop.time()
        elif loop.time() - since > QUIET_S:
            return True
        await asyncio.sleep(_LOOK_S)
    return False


async def _on_the_way(testbed: Testbed) -> tuple[int, object]:
    waiting, marks = 0, []
    for owner in testbed.owners:
        for service in READS:
            (row,) = await rows(testbed, owner, service, ON_THE_WAY)
            waiting += row["waiting"]
            marks.append((row["applied"], row["published"]))
    return waiting, (marks, [one.log.read_bytes().count(JOINED) for one in testbed.every_process])


async def check_followers(
    testbed: Testbed, published: dict[str, States], findings: Findings
) -> None:
    """Every follower knows the newest version and view of everything, and nothing else.

    What a hostile owner says of its own may be known, or wait for whatever reason.
    """
    for owner in testbed.owners:
        for service in READS:
            where = f"{service} of {owner}"
            known = _states(await rows(testbed, owner, service, KNOWN))
            wanted = _wanted(owner, service, published, known)
            _compare(where, known, wanted, findings)
            for key in known.keys() - wanted.keys() - testbed.poisoned:
                if not is_hostile(key[0]):
                    findings.add("doubled", f"{where}: {key} is known and nobody published it")
            await _left_over(testbed, owner, service, findings)


def _wanted(owner: str, service: str, published: dict[str, States], known: States) -> States:
    """What should be known; of what is addressed to others, only what is known already."""
    return {
        (stream.topic(publisher), subject): state
        for publisher in published
        for stream in STREAMS
        if reads(service, owner, publisher, stream)
        for (topic, subject), state in published[publisher].items()
        if topic == stream.topic(publisher)
        and ((topic, subject) in known or _is_for(owner, stream, state))
    }


def _is_for(owner: str, stream: AnyStream, state: State) -> bool:
    addressee = ADDRESSEES.get(stream.id)
    return addressee is None or state[1].get(addressee) == owner


def _compare(where: str, known: States, wanted: States, findings: Findings) -> None:
    for key, (version, value) in wanted.items():
        has = known.get(key, (0, None))
        if has[0] < version:
            findings.add("lost", f"{where}: {key} is at {has[0]}, its owner at {version}")
        elif has != (version, value):
            findings.add("doubled", f"{where}: {key} is {has}, its owner's is {version} {value}")


async def _left_over(testbed: Testbed, owner: str, service: str, findings: Findings) -> None:
    where = f"{service} of {owner}"
    for row in await rows(testbed, owner, service, WENT_BACK):
        findings.add("went_back", f"{where}: {tuple(row)}")
    for row in await rows(testbed, owner, service, PARKED):
        key = (row["topic"], row["subject"])
        is_moved = key in testbed.moved and row["kind"] == ObstacleKind.UNOPENABLE
        if key not in testbed.poisoned and not is_moved and not is_hostile(row["topic"]):
            findings.add("parked_without_cause", f"{where}: {tuple(row)}")
    for row in await rows(testbed, owner, service, SKIPPED, list(testbed.owners)):
        findings.add("beyond_limits", f"{where}: {tuple(row)}")
    for row in await rows(testbed, owner, service, WAITING):
        findings.add("outbox_left", f"{where}: {tuple(row)}")
