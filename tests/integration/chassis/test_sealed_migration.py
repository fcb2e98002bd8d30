"""What waited for a key before private values were sealed whole holds nothing up any more."""

from uuid import uuid4

import asyncpg
from cryptography.fernet import Fernet

from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.postgres.migrate import migrate
from intercoop_chassis.service import CHASSIS_MIGRATIONS
from intercoop_chassis.wire.sealing import Keyring
from testkit.brokerless_consumer import BrokerlessConsumer
from testkit.older_version import migrations_before
from testkit.poison import PoisonTarget, good
from testkit.things.service import things_service
from testkit.things.streams import SECRETS

OWNER = "follower"
TOPIC = SECRETS.topic(OWNER)
WAITS = """
WITH known AS (INSERT INTO replica (topic, subject, seen, parked) VALUES ($1, $2, 3, 3))
INSERT INTO parked (topic, subject, version, headers, value, is_news, next_try_at,
                    kind, reason, missing_key, error_text)
VALUES ($1, $2, 3, '[]', '{"who": "0a1b2c3d.gAAAAA"}', true, 'infinity', $3, 'sealed', $4, $5)
"""
MARKS = "SELECT subject, parked FROM replica ORDER BY subject"


async def test_what_waited_for_a_key_is_healed_by_a_copy_of_its_version(platform, tmp_path):
    dsn = await platform.postgres.ensure_database(f"t{uuid4().hex[:16]}", "secret")
    service = things_service()
    await migrate(
        dsn, [migrations_before(CHASSIS_MIGRATIONS, "0013", tmp_path), service.migration_sets[1]]
    )
    connection = await asyncpg.connect(dsn)
    for subject, *why in (
        ("a", "missing-key", "0a1b2c3d", None),
        ("b", "unopenable", None, None),
        ("c", "subscriber-failed", None, "moody"),
    ):
        await connection.execute(WAITS, TOPIC, subject, *why)
    await connection.close()
    await migrate(dsn, service.migration_sets)

    keyring = Keyring([Fernet.generate_key().decode()])
    target = PoisonTarget("test", "maker", OWNER, keyring)
    db = Database(dsn, home=AtHome(OWNER))
    consumer = BrokerlessConsumer(service, OWNER, db, keyring=keyring)
    await consumer.settle()
    marks = [tuple(row.values()) for row in await consumer.fetch(MARKS)]
    await consumer.receive(*(good(target, SECRETS, subject=one, version=3) for one in "abc"))
    left = await consumer.fetch("SELECT subject FROM parked")
    await db.close()

    assert marks == [("a", -3), ("b", -3), ("c", 3)]
    assert [row["subject"] for row in left] == ["c"]
