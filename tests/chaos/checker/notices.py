"""What people were told: nothing twice, nothing of history, and nothing that was kept from them."""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final

from chaos.checker.findings import Findings
from chaos.checker.states import rows
from chaos.hostile import HOSTILE
from chaos.testbed import Testbed
from intercoop_contracts.advice import PEER_ADVICE
from intercoop_contracts.events import REGISTRATIONS
from intercoop_contracts.ids import is_subject_of
from intercoop_local.story.caller import Json

NOTICES: Final = "SELECT stream, subject, version, person_id::text, kind, facts FROM notices"
HISTORY: Final = """
SELECT notices.stream, notices.subject, notices.version, replica.occurred_at, subscriptions.since
FROM notices
JOIN replica ON replica.subject = notices.subject AND replica.applied = notices.version
            AND regexp_replace(replica.topic, '[.][^.]+', '') = notices.stream
JOIN subscriptions ON subscriptions.stream = notices.stream
WHERE replica.occurred_at < subscriptions.since
"""
NEWS: Final = """
SELECT subject, value FROM replica, subscriptions
WHERE topic = $1 AND stream = $2 AND occurred_at > since
"""
REGISTERED: Final = {
    "seated": "registration-seated",
    "waiting": "registration-waiting",
    "refused": "registration-refused",
    "lapsed": "registration-lapsed",
    "cancelled": "registration-cancelled",
}
HELPING: Final = {
    "invited": "advice-invited",
    "introduced": "advice-introduced",
    "not-taken": "advice-not-taken",
}
MOVED: Final = "meeting-moved"
_ABOUT: Final = " : "
"""In a mail's subject, in French, after what has happened."""


@dataclass(frozen=True, slots=True)
class Told:
    """A notice: who heard what of which version; `about` are those of whom it tells, by id."""

    stream: str
    subject: str
    person: str
    version: int
    kind: str
    about: tuple[str, ...] = ()


async def check_notices(testbed: Testbed, findings: Findings) -> None:
    for owner in testbed.owners:
        found = await rows(testbed, owner, "notifications", NOTICES)
        told = [
            Told(*row[:2], row[3], row[2], row[4], _about(row["facts"]))
            for row in found
            if not _is_hostiles(row["subject"])
        ]
        for words in told_twice(told):
            findings.add("notices_twice", f"{owner}: {words}")
        for words in not_told(await _to_be_told(testbed, owner), told):
            findings.add("notices_lost", f"{owner}: {words}")
        for row in await rows(testbed, owner, "notifications", HISTORY):
            findings.add("history_told", f"{owner}: {tuple(row)}")
    _check_mails(testbed, findings)


def told_twice(told: Iterable[Told]) -> Iterator[str]:
    """The same thing in two notices to one person, whichever versions they tell of.

    Nobody comes into a state that they have not left; nobody is told twice of the same helper.
    """
    ordered = sorted(told, key=lambda one: (one.stream, one.subject, one.person, one.version))
    for _, group in groupby(ordered, key=lambda one: (one.stream, one.subject, one.person)):
        of_one = list(group)
        if of_one[0].stream == REGISTRATIONS.id:
            again = (pair for pair in pairwise(of_one) if pair[0].kind == pair[1].kind != MOVED)
        else:
            again = (
                (one, other)
                for at, one in enumerate(of_one)
                for other in of_one[at + 1 :]
                if one.kind == other.kind and set(one.about) & set(other.about)
            )
        yield from (f"{one} and again {other}" for one, other in again)


def not_told(wanted: Iterable[tuple[str, str]], told: Iterable[Told]) -> Iterator[str]:
    """What is as it is since this service follows, and nobody was told: (subject, kind)."""
    known = {(one.subject, one.kind) for one in told}
    yield from (f"nobody was told of {one}" for one in wanted if one not in known)


async def _to_be_told(testbed: Testbed, owner: str) -> list[tuple[str, str]]:
    """(subject, kind) of what somebody of this owner has to have heard of, by how things ended.

    Nothing but what is told changes the last state of these, so that its time is that of the news.
    """
    registered = await _last(testbed, owner, REGISTRATIONS.topic(owner), REGISTRATIONS.id)
    advised = await _last(testbed, owner, PEER_ADVICE.topic(owner), PEER_ADVICE.id)
    return [
        *(
            (subject, REGISTERED[view["state"]])
            for subject, view in registered
            if view.get("state") in REGISTERED
        ),
        *(
            (subject, HELPING[view["state"]])
            for subject, view in advised
            if view.get("side") == "helper" and view["state"] in HELPING and view["tell"]
            if not _is_hostiles(subject)
        ),
    ]


async def _last(testbed: Testbed, owner: str, topic: str, stream: str) -> list[tuple[str, Json]]:
    found = await rows(testbed, owner, "notifications", NEWS, topic, stream)
    return [(row["subject"], json.loads(row["value"])) for row in found]


def _is_hostiles(subject: str) -> bool:
    """Whether it is about a hostile owner's request: what that one says, it may say again."""
    return is_subject_of(subject.partition("/")[0], HOSTILE)


def _about(facts: str) -> tuple[str, ...]:
    return tuple(one["organisation_id"] for one in json.loads(facts).get("about", ()))


def _check_mails(testbed: Testbed, findings: Findings) -> None:
    mails = ((one.message_id, one.to, one.subject) for one in testbed.stack.mail.summaries())
    for words in used_twice(mails, testbed.told_again):
        findings.add("notices_twice", words)


def used_twice(
    mails: Iterable[tuple[str, tuple[str, ...], str]], told_again: Collection[str]
) -> Iterator[str]:
    """A mail's identity that was used for two: (Message-ID, recipients, subject) of each.

    An owner whose notices went back to an earlier day tells them again under the same identity,
    and in other words where changes that came apart come as one now. It is still about the same.
    """
    different: dict[str, set[tuple[str, ...]]] = {}
    for message_id, to, subject in mails:
        owner = message_id.partition("@")[2].partition(".")[0]
        said = subject.rpartition(_ABOUT)[2] if owner in told_again else subject
        different.setdefault(message_id, set()).add((*to, said))
    yield from (f"mail {one}: {several}" for one, several in different.items() if len(several) > 1)
