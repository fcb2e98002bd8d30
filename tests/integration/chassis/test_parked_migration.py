"""Changes that were parked when a reason was a sentence alone are explained by its kind."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from intercoop_chassis.consumer.parking.missing_keys import tell_missing_keys
from intercoop_chassis.health import Health
from intercoop_chassis.operating.parked import Waiting, list_parked
from intercoop_chassis.operating.plain import in_plain_words
from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.postgres.migrate import migrate
from intercoop_chassis.service import CHASSIS_MIGRATIONS
from intercoop_chassis.wire.obstacle import ObstacleKind
from testkit.older_version import migrations_before
from testkit.platform import Platform

TOPIC = "shared.maker.things.v1"
KEY = "0a1b2c3d"
SEEN = "INSERT INTO replica (topic, subject, seen, parked) VALUES ($1, $2, 1, 1)"
KEPT = """
INSERT INTO parked (topic, subject, version, headers, value, is_news, reason, waits_for, attempts,
                    next_try_at)
VALUES ($1, $2, 1, '[]', '{}', true, $3, $4, 3, now() + interval '1 hour')
"""
EXPLAINED = """
UPDATE parked SET kind = $1, error_text = $2, waits_for = $3, missing_key = $4
WHERE subject = 'null'
"""


@dataclass(frozen=True)
class Sentence:
    """What an earlier version wrote, and what it showed of it before it was unmasked."""

    kind: ObstacleKind
    reason: str
    shown: str
    waits_for: str | None = None


def _ours(kind: ObstacleKind, reason: str) -> Sentence:
    return Sentence(kind, reason, shown=reason)


def _failed(reason: str, shown: str) -> Sentence:
    return Sentence(ObstacleKind.SUBSCRIBER_FAILED, reason, shown)


SINCE = {
    ObstacleKind.FOREIGN_ID,
    ObstacleKind.EXCESS,
    ObstacleKind.SET_ASIDE,
    ObstacleKind.UNSEALED,
}
"""Kinds that no sentence was ever written for."""
WRITTEN = {
    "null": _ours(ObstacleKind.EMPTY, "the value is null; an entity that ended says so"),
    "large": _ours(ObstacleKind.TOO_LARGE, "the view has 600001 bytes: too many"),
    "no JSON": _ours(ObstacleKind.UNREADABLE, "the view cannot be read: value: json_invalid"),
    "schema": _ours(
        ObstacleKind.UNREADABLE, "the view cannot be read: name: string_type; behave: missing"
    ),
    "no UTF-8": _ours(ObstacleKind.UNREADABLE, "the view cannot be read: UnicodeDecodeError"),
    "no key": _ours(
        ObstacleKind.MISSING_KEY,
        f"sealed with the key {KEY}, which the key file lacks: add it below the others, "
        "start again and retry",
    ),
    "no key either": _ours(
        ObstacleKind.MISSING_KEY,
        f"sealed with the key {KEY}, which the key file lacks: add it below the others, "
        "start again and retry",
    ),
    "no key ring": _ours(
        ObstacleKind.UNOPENABLE,
        "a sealed field cannot be opened: no key ring is set: INTERCOOP_SEALING_KEYS_FILE",
    ),
    "unnamed key": _ours(
        ObstacleKind.UNOPENABLE,
        "a sealed field cannot be opened: no key of the ring has sealed it: add the older key to "
        "the key file",
    ),
    "no text": _ours(
        ObstacleKind.UNOPENABLE,
        "a sealed field cannot be opened: a personal field holds something else than a text",
    ),
    "not read": _ours(ObstacleKind.UNSUBSCRIBED, "this service does not read this stream"),
    "early": Sentence(
        ObstacleKind.NOT_YET,
        "waits for shared.parts.v1 a:b",
        shown="waits for shared.parts.v1 a:b",
        waits_for="shared.parts.v1/a:b",
    ),
    "error": _failed("ValueError: Ada Lovelace", "ValueError"),
    "error with colons": _failed("KeyError: 'a: b: Ada'", "KeyError"),
    "error of many lines": _failed("PostgresError: Ada\nDETAIL:  Lovelace", "PostgresError"),
    "error without words": _failed("AssertionError: ", "AssertionError"),
    "error that quotes a sentence": _failed(f"RuntimeError: sealed with the key {KEY}, which", "RuntimeError"),
    "error that quotes another": _failed(
        "RuntimeError: it fails again and again while the database answers: Ada", "RuntimeError"
    ),
    "cut": _failed(f"ValueError: {'x' * 1988}", "ValueError"),
    "stubborn": Sentence(
        ObstacleKind.STUBBORN,
        "DeadlockDetectedError again and again while the database answers: Ada: Lovelace",
        shown="DeadlockDetectedError again and again while the database answers",
    ),
}  # fmt: skip
IMPOSSIBLE = "waits for shared.parts.v1 Ada: Lovelace"
"""Written without an entity to wait for: one with such an id cannot exist."""


@pytest.fixture
async def db(platform: Platform, tmp_path: Path) -> AsyncIterator[Database]:
    """A database of the version before, with a parked change for each sentence, migrated."""
    dsn = await platform.postgres.ensure_database(f"t{uuid4().hex[:16]}", "secret")
    await migrate(dsn, [migrations_before(CHASSIS_MIGRATIONS, "0009", tmp_path)])
    connection = await asyncpg.connect(dsn)
    for subject, sentence in WRITTEN.items():
        await connection.execute(SEEN, TOPIC, subject)
        await connection.execute(KEPT, TOPIC, subject, sentence.reason, sentence.waits_for)
    await connection.execute(SEEN, TOPIC, "impossible")
    await connection.execute(KEPT, TOPIC, "impossible", IMPOSSIBLE, None)
    await connection.close()
    await migrate(dsn, [CHASSIS_MIGRATIONS])
    db = Database(dsn, home=AtHome("follower"))
    yield db
    await db.close()


async def parked(db: Database) -> dict[str, Waiting]:
    async with db.read() as tx:
        return {waiting.subject: waiting for waiting in await list_parked(None, 100, tx)}


async def test_each_sentence_becomes_its_kind_and_reads_as_before(db: Database) -> None:
    found = await parked(db)

    assert found.keys() == {*WRITTEN, "impossible"}
    for subject, sentence in WRITTEN.items():
        waiting = found[subject]
        assert waiting.kind is sentence.kind, subject
        assert (waiting.reason, waiting.whole_reason) == (sentence.shown, sentence.reason), subject
        assert (waiting.waits_for, waiting.attempts) == (sentence.waits_for, 3), subject
    assert {sentence.kind for sentence in WRITTEN.values()} == set(ObstacleKind) - SINCE


async def test_one_that_asked_for_what_cannot_exist_is_a_failure_and_quotes_no_id(
    db: Database,
) -> None:
    waiting = (await parked(db))["impossible"]

    assert (waiting.kind, waiting.reason) == (ObstacleKind.SUBSCRIBER_FAILED, "NotYetError")
    assert waiting.whole_reason == f"NotYetError: {IMPOSSIBLE}"
    assert "the fault is on our side" in in_plain_words(waiting.kind).happened.en


async def test_keys_that_were_missing_are_still_named_with_what_waits_for_each(
    db: Database,
) -> None:
    health = Health()

    async with db.read() as tx:
        await tell_missing_keys("things", health, tx)

    assert f"{KEY} (waiting: 2)" in health.notes["things.sealing"]


async def explain(db: Database, kind: str, *columns: str | None) -> None:
    await db.command(lambda tx: tx.execute(EXPLAINED, kind, *columns))


@pytest.mark.parametrize("kind", ObstacleKind)
async def test_the_table_takes_each_kind_with_what_belongs_to_it_alone(
    db: Database, kind: ObstacleKind
) -> None:
    quotes_an_error = kind in {ObstacleKind.SUBSCRIBER_FAILED, ObstacleKind.STUBBORN}
    right = (
        "Ada" if quotes_an_error else None,
        "shared.parts.v1/a" if kind is ObstacleKind.NOT_YET else None,
        KEY if kind is ObstacleKind.MISSING_KEY else None,
    )

    await explain(db, kind, *right)

    for column, value in enumerate(right):
        wrong = [*right]
        wrong[column] = "too much" if value is None else None
        with pytest.raises(asyncpg.CheckViolationError):
            await explain(db, kind, *wrong)


async def test_the_table_takes_no_kind_that_is_unknown(db: Database) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await explain(db, "other", None, None, None)
