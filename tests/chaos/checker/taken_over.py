"""What is whose: nothing of honest owners is shown, decided or told in the hostile owner's words."""

import asyncio
import json
from collections.abc import Awaitable, Iterator, Mapping
from typing import Final
from uuid import UUID

from chaos.checker.findings import Findings
from chaos.checker.states import States, rows
from chaos.hostile import HOSTILE, MARK
from chaos.testbed import Testbed
from intercoop_contracts.advice import PEER_ADVICE
from intercoop_contracts.directory import ORGANISATIONS
from intercoop_contracts.events import MEETINGS
from intercoop_contracts.ids import is_subject_of
from intercoop_contracts.streams import parse_topic
from intercoop_local.story.caller import Json, Staff
from intercoop_local.story.seen import NotSeenError

KEPT: Final[Mapping[str, str]] = {
    "directory": "SELECT 'organisation' AS what, owner, id FROM network_organisations",
    "events": """
        SELECT 'meeting' AS what, owner, id FROM known_meetings
        UNION ALL SELECT 'seats of meeting', owner, meeting_id FROM known_seats
        UNION ALL SELECT 'seat of', asker, registration_id FROM seats
    """,
    "advice": """
        SELECT 'organisation' AS what, owner, id FROM known_organisations
        UNION ALL SELECT 'request', owner, id FROM known_requests
        UNION ALL SELECT 'invitation', owner, id FROM network_invitations
        UNION ALL SELECT 'received invitation', owner, id FROM received_invitations
        UNION ALL SELECT 'request of', owner, request_id FROM received_invitations
    """,
}
"""By service: what it keeps of others, each with whose it is said to be."""

GRANTED: Final = "SELECT registration_id, verdict FROM seats"
REGISTERED: Final = """
SELECT id, organiser, state FROM registrations WHERE state IN ('seated', 'waiting', 'refused')
"""
FACTS: Final = "SELECT facts FROM notices"
_ASKED_AT_ONCE: Final = 4
_SHOWN: Final = {ORGANISATIONS.name: "directory/organisations", MEETINGS.name: "events/meetings"}
_WORDS: Final = ("name", "title", "description", "contact")


async def check_taken_over(
    testbed: Testbed, published: Mapping[str, States], findings: Findings
) -> None:
    """By what services keep, say and show; only owners without a mark in their words are honest."""
    for words in (
        *await _kept_of_others(testbed),
        *await _decided_by_others(testbed),
        *said_in_hostile_words(published),
        *await _told(testbed),
        *await _shown(testbed, published),
    ):
        findings.add("taken_over", words)


async def _kept_of_others(testbed: Testbed) -> list[str]:
    return [
        f"{service} of {owner}: {row['what']} {row['id']} is said to be of {row['owner']}"
        for owner in testbed.owners
        for service, sql in KEPT.items()
        for row in await rows(testbed, owner, service, sql)
        if not is_subject_of(str(row["id"]), row["owner"])
    ]


async def _decided_by_others(testbed: Testbed) -> list[str]:
    """Registrations whose state is not what their organiser has answered."""
    granted = {
        owner: {
            row["registration_id"]: row["verdict"]
            for row in await rows(testbed, owner, "events", GRANTED)
        }
        for owner in testbed.owners
    }
    return [
        f"registration {row['id']} of {owner} is {row['state']}, {row['organiser']} says {verdict}"
        for owner in testbed.owners
        for row in await rows(testbed, owner, "events", REGISTERED)
        if (verdict := granted.get(row["organiser"], {}).get(row["id"])) != row["state"]
    ]


def said_in_hostile_words(published: Mapping[str, States]) -> Iterator[str]:
    """What honest owners publish in the hostile owner's words, though it is not of its entities."""
    for owner, states in published.items():
        for (topic, subject), (version, view) in states.items():
            if _has_hostile_words(topic, view):
                yield f"{owner} says of {subject} in {topic}, version {version}: {view}"


def told_in_hostile_words(facts: Json) -> bool:
    """Whether a notice has the hostile owner's words about a meeting or a request of others."""
    subject = facts.get("request_id") or facts.get("meeting_id")
    if MARK in facts["title"] and not _is_hostiles(subject):
        return True
    return any(map(_is_marked_stranger, (*facts.get("about", ()), *facts.get("offers", ()))))


def shown_otherwise(owner: str, view: Json, shown: Json | None) -> str | None:
    """How what is shown of an entity differs from what its owner says; None when it does not."""
    if shown is None:
        return "is not shown"
    if shown["owner"] != owner:
        return f"is shown as {shown['owner']}'s"
    different = [name for name in _WORDS if name in view and shown.get(name) != view[name]]
    return f"is shown with another {different[0]}" if different else None


async def _told(testbed: Testbed) -> list[str]:
    return [
        f"notifications of {owner}: {row['facts']}"
        for owner in testbed.owners
        for row in await rows(testbed, owner, "notifications", FACTS)
        if told_in_hostile_words(json.loads(row["facts"]))
    ]


async def _shown(testbed: Testbed, published: Mapping[str, States]) -> list[str]:
    """What every instance answers by HTTP about organisations, meetings, and help."""
    turns = asyncio.Semaphore(_ASKED_AT_ONCE)
    callers = {owner: testbed.staff(owner) for owner in testbed.owners}

    async def in_turn(asking: Awaitable[str | None]) -> str | None:
        async with turns:
            return await asking

    try:
        asked = [
            in_turn(_shown_by(caller, stream, subject, owner, view))
            for owner, states in published.items()
            for (topic, subject), (_, view) in states.items()
            if (stream := _stream(topic)) in _SHOWN and "ended" not in view
            for caller in callers.values()
        ]
        found = [words for words in await asyncio.gather(*asked) if words]
        return [*found, *[words for one in callers.values() for words in await _advised(one)]]
    finally:
        for caller in callers.values():
            await caller.close()


async def _shown_by(caller: Staff, stream: str, subject: str, owner: str, view: Json) -> str | None:
    path = f"{_SHOWN[stream]}/{subject}"
    try:
        wrong = shown_otherwise(owner, view, await caller.find(path))
    except NotSeenError as refused:
        wrong = str(refused)
    return f"{path} of {owner} {wrong} at {caller.owner}" if wrong else None


async def _advised(caller: Staff) -> list[str]:
    """Requests of its own, with offers to them, and invitations by honest ones, in hostile words."""
    requests = await caller.every("advice/requests")
    received = await caller.every("advice/invitations")
    invited = [one for one in received if not _is_hostiles(one["id"])]
    return [
        f"{caller.owner} shows {one['id']}: {one}"
        for one in (*requests, *invited)
        if MARK in json.dumps(one, ensure_ascii=False)
    ]


def _has_hostile_words(topic: str, view: Json) -> bool:
    if _stream(topic) == PEER_ADVICE.name and "ended" not in view:
        if _is_hostiles(view["request_id"]):
            return False
        return MARK in view["title"] or any(map(_is_marked_stranger, view["counterparts"]))
    return MARK in json.dumps(view, ensure_ascii=False)


def _is_marked_stranger(counterpart: Json) -> bool:
    words = json.dumps(counterpart, ensure_ascii=False)
    return MARK in words and not _is_hostiles(counterpart["organisation_id"])


def _is_hostiles(entity: str | None) -> bool:
    return entity is not None and is_subject_of(str(UUID(entity)), HOSTILE)


def _stream(topic: str) -> str:
    name = parse_topic(topic)
    return name.name if name else ""
