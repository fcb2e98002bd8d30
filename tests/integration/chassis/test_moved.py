"""What was moved, changed or made up on a private stream is not applied, and silences nobody."""

import asyncio
from dataclasses import replace

import pytest
from cryptography.fernet import Fernet

from intercoop_chassis.operating.parked import discard
from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.wire.obstacle import ObstacleKind
from intercoop_chassis.wire.sealing import Keyring
from testkit.brokerless_consumer import BrokerlessConsumer
from testkit.poison import PoisonTarget, good
from testkit.things.service import things_service
from testkit.things.streams import SECRETS, SecretView

OWNER = "follower"
TOPIC = SECRETS.topic(OWNER)
OLD_KEY, KEY = (Fernet.generate_key().decode() for _ in range(2))
TARGET = PoisonTarget("test", "maker", OWNER, Keyring([KEY]))
OLD_TARGET = replace(TARGET, keyring=Keyring([OLD_KEY]))
FAR = 900_000
ERASED = b'{"ended": {"reason": "erased", "erased": true}}'
TOLD = "SELECT version, is_news, name_after FROM told WHERE subject = $1 ORDER BY id"
KNOWN = "SELECT subject, applied, seen, value FROM replica WHERE applied > 0 ORDER BY subject"
PARKED = "SELECT version, kind FROM parked WHERE subject = $1"
RETRY_NOW = "UPDATE parked SET next_try_at = now()"


class Follower:
    """A service that reads the secrets of its instance, and what it did with them."""

    def __init__(self, db, service):
        self.db = db
        self.service = service
        self.given(KEY)

    def given(self, *keys):
        """A restart with these keys."""
        self._consumer = BrokerlessConsumer(self.service, OWNER, self.db, keyring=Keyring(keys))

    async def hears(self, *raws):
        await self._consumer.settle()
        await self._consumer.receive(*raws)

    async def retries(self):
        await self._consumer.settle()
        await self._consumer.execute(RETRY_NOW)
        await self._consumer.retries.all_due(asyncio.Event())

    async def told(self, subject):
        rows = await self._consumer.fetch(TOLD, subject)
        return [(row["version"], row["is_news"], row["name_after"]) for row in rows]

    async def known(self):
        return await self._consumer.fetch(KNOWN)

    async def parked(self, subject):
        rows = await self._consumer.fetch(PARKED, subject)
        return [(row["version"], ObstacleKind(row["kind"])) for row in rows]


class Moody:
    """A reaction that fails while its mood is bad."""

    bad = False

    async def __call__(self, _change, _tx):
        if self.bad:
            raise ValueError("not in the mood")


@pytest.fixture
def moody():
    return Moody()


@pytest.fixture
async def follower(platform, moody):
    service = things_service()
    service.subscribers.each(SECRETS)(moody)
    db = Database(await platform.database(service), home=AtHome(OWNER))
    one = Follower(db, service)
    await one.hears()
    yield one
    await db.close()


def secret(who, subject, version=1, target=TARGET):
    """What the relay would send."""
    raw = good(target, SECRETS, subject=subject, version=version)
    return target.sealed(raw, SecretView(who=who).model_dump_json().encode())


def numbered(raw, version):
    """The same value at another version, as whoever has no key would write it."""
    return raw.header("ce_sequence", b"%d" % version)


def in_the_clear(who, subject, version=1):
    return secret(who, subject, version).valued(SecretView(who=who).model_dump_json().encode())


def from_another_stream():
    raw = secret("Eve", "mine", 2)
    elsewhere = replace(raw, topic=TOPIC.replace("secrets", "others"))
    return raw.valued(TARGET.sealed(elsewhere, b'{"who": "Eve"}').value)


def field_by_field():
    """As an earlier version of the software did, and with a key that is here."""
    who = Fernet(KEY).encrypt(b"Eve").decode()
    return in_the_clear(who, "mine", 2)


UNOPENABLE, UNSEALED = ObstacleKind.UNOPENABLE, ObstacleKind.UNSEALED
SPOILT = {
    "of another subject": (numbered(secret("Eve", "other"), 2).about("mine"), UNOPENABLE),
    "of another version": (numbered(secret("Ada", "mine"), 2), UNOPENABLE),
    "of another stream": (from_another_stream(), UNOPENABLE),
    "changed": (
        secret("Eve", "mine", 2).valued(secret("Eve", "mine", 2).value[:-1] + b"."),
        UNOPENABLE,
    ),
    "in the clear": (in_the_clear("Eve", "mine", 2), UNSEALED),
    "an end in the clear": (numbered(secret("Eve", "mine"), 2).valued(ERASED), UNSEALED),
    "null": (numbered(secret("Eve", "mine"), 2).valued(None), UNSEALED),
    "field by field": (field_by_field(), UNSEALED),
}


@pytest.mark.parametrize(("spoilt", "kind"), SPOILT.values(), ids=SPOILT)
async def test_what_no_key_vouches_for_is_not_applied_and_the_owner_s_next_is(
    follower, spoilt, kind
):
    await follower.hears(secret("Ada", "mine"), secret("Bob", "other"))
    known = await follower.known()

    await follower.hears(spoilt)

    assert await follower.known() == known
    assert await follower.parked("mine") == [(2, kind)]
    assert await follower.told("mine") == [(1, True, "Ada")]

    await follower.hears(secret("Ada L.", "mine", 2))

    assert await follower.told("mine") == [(1, True, "Ada"), (2, True, "Ada L.")]
    assert await follower.parked("mine") == []


async def test_a_retry_does_not_apply_it_either(follower):
    await follower.hears(secret("Ada", "mine"))
    await follower.hears(numbered(secret("Eve", "other"), 2).about("mine"))

    await follower.retries()

    assert await follower.told("mine") == [(1, True, "Ada")]
    assert await follower.parked("mine") == [(2, ObstacleKind.UNOPENABLE)]


@pytest.mark.parametrize("first", [True, False], ids=["first", "last"])
@pytest.mark.parametrize("version", [2, FAR])
async def test_in_one_poll_the_newest_that_opens_counts_whatever_a_forgery_claims(
    follower, version, first
):
    await follower.hears(secret("Ada", "mine"))
    forged, true = in_the_clear("Eve", "mine", version), secret("Ada L.", "mine", 2)

    await follower.hears(*((forged, true) if first else (true, forged)))

    assert await follower.told("mine") == [(1, True, "Ada"), (2, True, "Ada L.")]


async def test_a_version_that_was_made_up_holds_up_none_of_the_owner_s(follower):
    await follower.hears(in_the_clear("Eve", "mine", FAR))

    await follower.hears(secret("Ada", "mine"))
    await follower.hears(secret("Ada L.", "mine", 2))

    assert await follower.told("mine") == [(1, True, "Ada"), (2, True, "Ada L.")]
    assert await follower.parked("mine") == [(FAR, ObstacleKind.UNSEALED)]

    async with follower.db.transaction() as tx:
        await discard(TOPIC, "mine", "forged", "Ada", tx)
    await follower.hears(secret("Ada Lovelace", "mine", 3), in_the_clear("Eve", "mine", FAR))

    assert (await follower.told("mine"))[-1] == (3, True, "Ada Lovelace")
    assert await follower.parked("mine") == []


async def test_a_forgery_does_not_displace_a_change_that_waits(follower, moody):
    moody.bad = True
    await follower.hears(secret("Ada", "mine"))
    assert await follower.parked("mine") == [(1, ObstacleKind.SUBSCRIBER_FAILED)]

    await follower.hears(in_the_clear("Eve", "mine", 2))
    await follower.hears(secret("Eve", "mine", 3, OLD_TARGET))

    assert await follower.parked("mine") == [(1, ObstacleKind.SUBSCRIBER_FAILED)]
    moody.bad = False
    await follower.retries()
    assert await follower.told("mine") == [(1, True, "Ada")]


@pytest.mark.parametrize("together", [True, False], ids=["one poll", "two polls"])
async def test_what_lacks_its_key_waits_for_it_whatever_a_forgery_claims(follower, together):
    lacking = secret("Ada", "mine", 2, OLD_TARGET)
    forged = in_the_clear("Eve", "mine", FAR)

    for poll in ([forged, lacking],) if together else ([forged], [lacking], [forged]):
        await follower.hears(*poll)
    assert await follower.parked("mine") == [(2, ObstacleKind.MISSING_KEY)]
    follower.given(KEY, OLD_KEY)
    await follower.retries()

    assert await follower.told("mine") == [(2, True, "Ada")]
    assert await follower.parked("mine") == []


async def test_beside_what_lacks_its_key_an_older_state_that_opens_counts(follower):
    await follower.hears(secret("Ada", "mine"), secret("Ada L.", "mine", 2, OLD_TARGET))

    assert await follower.told("mine") == [(1, True, "Ada")]
    assert await follower.parked("mine") == [(2, ObstacleKind.MISSING_KEY)]
    follower.given(KEY, OLD_KEY)
    await follower.retries()
    assert await follower.told("mine") == [(1, True, "Ada"), (2, True, "Ada L.")]


async def test_of_several_that_lack_their_key_the_newest_waits(follower):
    for version in (2, 3, 1):
        await follower.hears(secret(f"Ada {version}", "mine", version, OLD_TARGET))

    assert await follower.parked("mine") == [(3, ObstacleKind.MISSING_KEY)]


async def test_what_an_earlier_version_sealed_is_healed_by_a_copy_of_the_same_version(follower):
    """Its owner runs `republish`: the same version and time, sealed whole."""
    true = secret("Ada", "mine", 7)
    earlier = true.valued(
        SecretView(who=Fernet(KEY).encrypt(b"Ada").decode()).model_dump_json().encode()
    )
    await follower.hears(earlier)
    assert await follower.parked("mine") == [(7, ObstacleKind.UNSEALED)]

    await follower.hears(true)

    assert await follower.told("mine") == [(7, True, "Ada")]
    assert await follower.parked("mine") == []
