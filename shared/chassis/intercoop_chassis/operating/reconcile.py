"""Reconcile: a database that was restored from a backup, with what the network knows of it."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence, Sized
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from uuid_utils.compat import uuid7

from intercoop_chassis.kafka.cluster import Cluster
from intercoop_chassis.postgres import (
    TAKE_YOUR_TIME,
    Connection,
    affected_rows,
    bounded_transaction,
)
from intercoop_chassis.relay.ahead import Findings, Newer, OwnTopics, look_ahead
from intercoop_chassis.relay.election import guarded_connection, try_lock
from intercoop_chassis.relay.keepalive import kept_alive
from intercoop_chassis.relay.messages import Messages
from intercoop_chassis.relay.watermarks import read_watermarks, write_watermarks
from intercoop_chassis.settings import Settings
from intercoop_contracts.streams import End, Ended, View

RAISE = """
WITH raised AS (
    UPDATE published SET
        version = greatest(published.version, found.version) + 1,
        event_id = found.event_id, occurred_at = $5,
        correlation_id = NULL, causation_id = NULL, traceparent = NULL
    FROM unnest($1::text[], $2::text[], $3::bigint[], $4::uuid[])
        AS found (topic, subject, version, event_id)
    WHERE (published.topic, published.subject) = (found.topic, found.subject)
    RETURNING published.topic, published.subject
)
INSERT INTO outbox (topic, subject) SELECT topic, subject FROM raised
"""
STATE = """
INSERT INTO published (topic, subject, version, event_id, event_type, occurred_at, value, erased)
SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::uuid[], $5::text[],
                     $6::timestamptz[], $7::text[], $8::boolean[])
"""
ADOPT = STATE + "ON CONFLICT DO NOTHING"
STAY_ERASED = (
    STATE
    + """ON CONFLICT (topic, subject) DO UPDATE SET
    version = EXCLUDED.version, event_id = EXCLUDED.event_id, event_type = EXCLUDED.event_type,
    occurred_at = EXCLUDED.occurred_at, value = EXCLUDED.value, erased = true,
    correlation_id = NULL, causation_id = NULL, traceparent = NULL
"""
)
POINT = "INSERT INTO outbox (topic, subject) SELECT * FROM unnest($1::text[], $2::text[])"

_LEAD_S: Final = 30.0
_REASON: Final = "lost-with-its-database"


class Missing(StrEnum):
    """What becomes of entities that others know and this database does not."""

    KEEP = "keep"
    END = "end"


class CannotReconcileError(Exception):
    """It cannot be done now; the text says why, and what to do. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Entities that others know in a newer state, as erased, and those that only others know."""

    older: Sequence[Newer]
    erased: Sequence[Newer]
    missing: Sequence[Newer]

    @property
    def sealed(self) -> Sequence[Newer]:
        """Those that only others know, and that cannot be opened here."""
        return [newer for newer in self.missing if newer.event is None]


async def compare(settings: Settings, service: str, messages: Messages) -> Difference:
    """What the topics know that this database does not. Changes nothing."""
    async with (
        guarded_connection(settings, f"{service}.reconcile") as connection,
        Cluster(settings) as cluster,
    ):
        _, found = await _found(settings, messages, cluster, connection)
        return _difference(found)


async def reconcile(
    settings: Settings, service: str, messages: Messages, missing: Missing
) -> Difference:
    """Raise the versions of this database above what others know, so that they follow it again.

    An entity that is older here is published again as it is here. One that is missing here stays
    as others know it (`keep`), or ends for everybody (`end`). What was erased stays erased for
    others. One transaction; returns what it was about. Raises `CannotReconcileError`.
    """
    async with _alone(settings, service) as connection, Cluster(settings) as cluster:
        identity, found = await _found(settings, messages, cluster, connection)
        difference = _difference(found)
        if difference.sealed and missing is Missing.KEEP:
            sealed = difference.sealed[0]
            raise CannotReconcileError(
                f"{len(difference.sealed)} entities cannot be kept, because no key here opens them "
                f"(first: {sealed.topic} {sealed.envelope.subject}). Bring back the key file "
                "(INTERCOOP_SEALING_KEYS_FILE), or let them end with --missing end. "
                "Nothing was changed."
            )
        async with bounded_transaction(connection):
            await connection.execute(TAKE_YOUR_TIME)
            await _raise(difference.older, connection)
            await _adopt(difference.erased, connection, STAY_ERASED)
            await (_adopt if missing is Missing.KEEP else _end)(difference.missing, connection)
            watermarks = await read_watermarks(identity, connection)
            whole = {
                partition: end
                for partition, end in found.end_offsets.items()
                if end >= watermarks.get(partition, 0)
            }
            await write_watermarks(identity, whole, connection)  # the relay fills what was cut
    return difference


@asynccontextmanager
async def _alone(settings: Settings, service: str) -> AsyncIterator[Connection]:
    """A connection that leads in the relay's place. Raises `CannotReconcileError`."""
    async with guarded_connection(settings, f"{service}.reconcile") as connection:
        give_up = time.monotonic() + _LEAD_S
        while not await try_lock(connection):
            if time.monotonic() > give_up:
                raise CannotReconcileError(
                    "the relay of this service leads and finds nothing to reconcile; if you know "
                    "better, stop its processes first. Nothing was changed."
                )
            await asyncio.sleep(0.05)
        yield connection


async def _found(
    settings: Settings, messages: Messages, cluster: Cluster, connection: Connection
) -> tuple[str, Findings]:
    async with kept_alive(connection):
        identity = await cluster.identify()
        partitions = await cluster.partitions(messages.topics)
    watermarks = await read_watermarks(identity, connection)
    reader = messages.reader(settings.network)
    return identity, await look_ahead(
        settings, reader, OwnTopics(partitions, watermarks), connection
    )


def _difference(found: Findings) -> Difference:
    newer = list(found.newer.values())
    return Difference(
        older=[record for record in newer if record.published and not _is_erased(record)],
        erased=[record for record in newer if record.published and _is_erased(record)],
        missing=[record for record in newer if not record.published],
    )


async def _raise(older: Sequence[Newer], connection: Connection) -> None:
    await connection.execute(
        RAISE,
        [record.topic for record in older],
        [record.envelope.subject for record in older],
        [record.envelope.sequence for record in older],
        [uuid7() for _ in older],
        datetime.now(UTC),
    )


async def _adopt(missing: Sequence[Newer], connection: Connection, sql: str = ADOPT) -> None:
    events = [record.event for record in missing if record.event]
    tag = await connection.execute(
        sql,
        [event.topic for event in events],
        [event.envelope.subject for event in events],
        [event.envelope.sequence for event in events],
        [UUID(event.envelope.id) for event in events],
        [event.envelope.type for event in events],
        [event.envelope.time for event in events],
        [event.text for event in events],
        [_says_erased(event.after) for event in events],
    )
    _expect_all(tag, events)


def _expect_all(tag: str, entities: Sized) -> None:
    """Somebody may have made one of them here while the topics were read."""
    if affected_rows(tag) != len(entities):
        raise CannotReconcileError(
            "entities that were missing are there now: the service is at work on them. "
            "Nothing was changed: run it again."
        )


async def _end(missing: Sequence[Newer], connection: Connection) -> None:
    """What has ended already stays as it is."""
    await _adopt([record for record in missing if _has_ended(record)], connection)
    ending = [record for record in missing if not _has_ended(record)]
    value = Ended(ended=End(reason=_REASON)).model_dump_json()
    topics = [record.topic for record in ending]
    subjects = [record.envelope.subject for record in ending]
    tag = await connection.execute(
        ADOPT,
        topics,
        subjects,
        [record.envelope.sequence + 1 for record in ending],
        [uuid7() for _ in ending],
        [record.envelope.type for record in ending],
        [datetime.now(UTC)] * len(ending),
        [value] * len(ending),
        [False] * len(ending),
    )
    _expect_all(tag, ending)
    await connection.execute(POINT, topics, subjects)


def _is_erased(newer: Newer) -> bool:
    return newer.event is not None and _says_erased(newer.event.after)


def _says_erased(view: View | Ended) -> bool:
    return isinstance(view, Ended) and view.ended.erased


def _has_ended(newer: Newer) -> bool:
    return newer.event is not None and isinstance(newer.event.after, Ended)
