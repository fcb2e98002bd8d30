"""The checker: what every owner said against what everybody knows, entity by entity."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import asyncpg
import httpx

from chaos.intruders import COPY
from chaos.load import Said
from chaos.place import OWNERS, Place
from intercoop_contracts.catalogue import READS, STREAMS, AnyStream
from intercoop_contracts.streams import Audience
from testkit.topics import read_all

WATCH: Final = """
CREATE TABLE IF NOT EXISTS watched (topic text, subject text, from_version bigint, to_version bigint);
CREATE OR REPLACE FUNCTION watch_versions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO watched VALUES (OLD.topic, OLD.subject, OLD.applied, NEW.applied);
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER watch_versions BEFORE UPDATE ON replica
FOR EACH ROW WHEN (NEW.applied < OLD.applied) EXECUTE FUNCTION watch_versions();
"""
"""A follower that goes back to an older version is caught in the act."""

PUBLISHED: Final = "SELECT topic, subject, version, value FROM published"
KNOWN: Final = "SELECT topic, subject, applied AS version, value FROM replica WHERE applied > 0"
_SETTLE_S: Final = 90.0

State = tuple[int, Any]
States = dict[tuple[str, str], State]


@dataclass(slots=True)
class Findings:
    """Violations in words, by kind."""

    found: dict[str, list[str]] = field(default_factory=dict)

    def add(self, kind: str, what: str) -> None:
        self.found.setdefault(kind, []).append(what)

    def count(self, kind: str) -> int:
        return len(self.found.get(kind, ()))


KINDS: Final = (
    "lost",
    "doubled",
    "went_back",
    "topic_behind",
    "parked_without_cause",
    "outbox_left",
    "promise_broken",
    "seats_too_many",
    "disagreements",
    "notices_twice",
)


async def watch(place: Place) -> None:
    """Have every follower's database remember when a version goes back."""
    for owner in OWNERS:
        for service in READS:
            connection = await asyncpg.connect(place.dsn(owner, service))
            await connection.execute(WATCH)
            await connection.close()


async def check(place: Place, said: Said) -> Findings:
    """Wait until all is quiet, then compare everything."""
    loop = asyncio.get_running_loop()
    give_up = loop.time() + _SETTLE_S
    while True:
        await _quiet(place)
        findings = Findings()
        published = {owner: await _published(place, owner) for owner in OWNERS}
        for owner in OWNERS:
            for service in READS:
                await _follower(place, owner, service, published, findings)
        if not findings.count("lost") or loop.time() > give_up:
            break
    await _topics(place, published, findings)
    _promises(published, said, findings)
    await _seats(place, said, findings)
    await _notices(place, findings)
    return findings


async def rows(place: Place, owner: str, service: str, sql: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(place.dsn(owner, service))
    try:
        return await connection.fetch(sql)
    finally:
        await connection.close()


async def _published(place: Place, owner: str) -> States:
    services = {stream.publisher for stream in STREAMS}
    every = [row for service in services for row in await rows(place, owner, service, PUBLISHED)]
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


async def _quiet(place: Place) -> None:
    """Wait until nothing is on its way: no pointer waits, and what is known does not change."""
    loop = asyncio.get_running_loop()
    give_up = loop.time() + _SETTLE_S
    before: object = None
    while loop.time() < give_up:
        waiting, now = await _on_the_way(place)
        if not waiting and now == before:
            return
        before = now
        await asyncio.sleep(2.0)


async def _on_the_way(place: Place) -> tuple[int, object]:
    waiting, marks = 0, []
    for owner in OWNERS:
        for service in READS:
            (row,) = await rows(
                place,
                owner,
                service,
                "SELECT (SELECT count(*) FROM outbox) AS waiting,"
                " (SELECT sum(applied) FROM replica) AS applied,"
                " (SELECT sum(version) FROM published) AS published",
            )
            waiting += row["waiting"]
            marks.append((row["applied"], row["published"]))
    return waiting, marks


async def _follower(
    place: Place, owner: str, service: str, published: dict[str, States], findings: Findings
) -> None:
    where = f"{service} of {owner}"
    known = _states(await rows(place, owner, service, KNOWN))
    wanted = {
        (stream.topic(publisher), subject): state
        for publisher in OWNERS
        for stream in STREAMS
        if reads(service, owner, publisher, stream)
        for (topic, subject), state in published[publisher].items()
        if topic == stream.topic(publisher)
    }
    for key, (version, value) in wanted.items():
        has = known.get(key, (0, None))
        if has[0] < version:
            findings.add("lost", f"{where}: {key} is at {has[0]}, its owner at {version}")
        elif has != (version, value):
            findings.add("doubled", f"{where}: {key} is {has}, its owner's is {version} {value}")
    for key in known.keys() - wanted.keys() - place.poisoned:
        findings.add("doubled", f"{where}: {key} is known and nobody published it")
    for row in await rows(place, owner, service, "SELECT * FROM watched"):
        findings.add("went_back", f"{where}: {tuple(row)}")
    for row in await rows(place, owner, service, "SELECT topic, subject, reason FROM parked"):
        if (row["topic"], row["subject"]) not in place.poisoned:
            findings.add("parked_without_cause", f"{where}: {tuple(row)}")
    for row in await rows(place, owner, service, "SELECT topic, subject, refused FROM outbox"):
        findings.add("outbox_left", f"{where}: {tuple(row)}")


async def _topics(place: Place, published: dict[str, States], findings: Findings) -> None:
    """The last record of each subject is its newest version, and none came out of order."""
    for owner in OWNERS:
        topics = sorted({topic for topic, _ in published[owner]})
        last: dict[tuple[str, str], int] = {}
        for record in await read_all(place.kafka.bootstrap, *topics):
            headers = dict(record.headers)
            key = (record.topic, (record.key or b"").decode(errors="replace"))
            if COPY in record.headers or key in place.poisoned or "ce_sequence" not in headers:
                continue
            version = int(headers["ce_sequence"])
            if version < last.get(key, 0):
                findings.add("topic_behind", f"{key}: {version} comes after {last[key]}")
            last[key] = version
        for key, (version, _) in published[owner].items():
            if last.get(key) != version:
                findings.add("topic_behind", f"{key}: ends at {last.get(key)}, not at {version}")


def _promises(published: dict[str, States], said: Said, findings: Findings) -> None:
    """What was answered is there: an organisation's counter never ends below it."""
    counts = {
        UUID(subject): value["headcount"]
        for states in published.values()
        for (topic, subject), (_, value) in states.items()
        if topic.endswith(".organisations.v1") and "headcount" in value
    }
    for organisation, reached in said.reached.items():
        if (counts.get(organisation) or 0) < reached:
            what = f"{organisation}: answered {reached}, is {counts.get(organisation)}"
            findings.add("promise_broken", what)


async def _seats(place: Place, said: Said, findings: Findings) -> None:
    """No meeting has more people than seats, and every instance tells the same."""
    callers = {owner: place.staff(owner) for owner in OWNERS}
    try:
        for _, meeting in said.meetings:
            shown = {}
            for owner, caller in callers.items():
                found = await caller.find(f"events/meetings/{meeting}")
                shown[owner] = found["seats"] if found else None
            told = list(shown.values())
            if any(one != told[0] or one is None for one in told):
                findings.add("disagreements", f"meeting {meeting}: {shown}")
            for seats in filter(None, told):
                if seats["seated"] > seats["seats"]:
                    findings.add("seats_too_many", f"meeting {meeting}: {seats}")
        await _guests(callers, said, findings)
    except httpx.HTTPError as error:
        findings.add("disagreements", f"an instance did not answer: {error!r}")
    finally:
        for caller in callers.values():
            await caller.close()


async def _guests(callers: dict[str, Any], said: Said, findings: Findings) -> None:
    for owner, meeting in said.meetings:
        shown = await callers[owner].get(f"events/meetings/{meeting}")
        guests = (await callers[owner].get(f"events/meetings/{meeting}/guests"))["items"]
        seated = sum(guest["state"] == "seated" for guest in guests)
        if seated > shown["seats"]["seats"]:
            findings.add("seats_too_many", f"meeting {meeting}: {seated} guests are seated")


async def _notices(place: Place, findings: Findings) -> None:
    """Nobody is told the same twice: in the application, or by two different mails."""
    sql = "SELECT stream, subject, version, person_id FROM notices"
    for owner in OWNERS:
        told = Counter(map(tuple, await rows(place, owner, "notifications", sql)))
        for what, times in told.items():
            if times > 1:
                findings.add("notices_twice", f"{owner}: {what} {times} times")
    senders: dict[str, set[tuple[str, ...]]] = {}
    for mail in place.stack.mail.summaries():
        senders.setdefault(mail.message_id, set()).add((*mail.to, mail.subject))
    for message_id, different in senders.items():
        if len(different) > 1:
            findings.add("notices_twice", f"mail {message_id}: {different}")
