"""The test service, assembled: a projection of others' things, and a reaction that counts."""

from collections.abc import Sequence
from pathlib import Path

from intercoop_chassis.errors import NotYetError
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.replica import look_up
from intercoop_chassis.service import Service
from intercoop_chassis.subscribers import Change, Subscribers
from intercoop_chassis.tracing import current_correlation
from intercoop_contracts.streams import Ended, Stream, View
from testkit.things.streams import PARTS, SECRETS, THINGS, SecretView, ThingView

PROJECT = """
INSERT INTO known_things (owner, subject, version, name)
SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[])
ON CONFLICT (owner, subject) DO UPDATE SET version = EXCLUDED.version, name = EXCLUDED.name
"""
FORGET = "DELETE FROM known_things WHERE owner = $1"
TELL = """
INSERT INTO told (stream, subject, version, is_news, name_before, name_after, correlation)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
MOOD = "SELECT value FROM mood WHERE name = $1"


class MoodError(Exception):
    """The reaction was told to fail."""


async def forget(owner: str, tx: Transaction) -> None:
    await tx.execute(FORGET, owner)


async def project(changes: Sequence[Change[ThingView]], tx: Transaction) -> None:
    await tx.execute(
        PROJECT,
        [change.owner for change in changes],
        [change.subject for change in changes],
        [change.version for change in changes],
        [_name(change.after) for change in changes],
    )


async def count(change: Change[ThingView], tx: Transaction) -> None:
    """Tell once; fails while the mood of the thing's behaviour says so."""
    if isinstance(change.after, ThingView):
        await _behave(change.after, tx)
    await tx.execute(
        TELL,
        change.stream.name,
        change.subject,
        change.version,
        change.is_news,
        _name(change.before),
        _name(change.after),
        current_correlation(),
    )


async def count_secret(change: Change[SecretView], tx: Transaction) -> None:
    after = change.after
    who = after.who if isinstance(after, SecretView) else None
    await tx.execute(
        TELL, "secrets", change.subject, change.version, change.is_news, None, who, None
    )


async def _behave(view: ThingView, tx: Transaction) -> None:
    if view.needs and await look_up(PARTS, view.needs, tx) is None:
        raise NotYetError(PARTS, view.needs)
    if view.behave == "clumsy":
        await tx.execute("SELECT $1::int", "no number")
    if view.behave != "well" and await tx.fetchval(MOOD, view.behave) != "well":
        raise MoodError(view.behave)


def _name(state: View | Ended | None) -> str | None:
    return state.name if isinstance(state, ThingView) else None


def things_service(*, reactions: bool = True, things: Stream[ThingView] = THINGS) -> Service:
    """The test service; without reactions it only projects, in large chunks."""
    subscribers = Subscribers()
    subscribers.project(things, forget=forget)(project)
    if reactions:
        subscribers.each(things)(count)
        subscribers.read(PARTS)
        subscribers.each(SECRETS)(count_secret)
    return Service(
        name="things",
        migrations=Path(__file__).parent / "migrations",
        publishes=[things, PARTS, SECRETS],
        subscribers=subscribers,
    )
