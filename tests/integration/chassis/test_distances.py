"""Great-circle distances in SQL, between any two positions that a contract takes, and others."""

from math import asin, cos, radians, sin, sqrt
from random import Random

import pytest

from intercoop_chassis.postgres import AtHome, Database
from testkit.things.service import things_service

KM = "SELECT distance_km($1, $2, $3, $4)"
SUBNORMAL = 5e-324


@pytest.fixture
async def db(platform):
    db = Database(await platform.database(things_service()), home=AtHome("ouest"))
    yield db
    await db.close()


def haversine(from_lat, from_lon, to_lat, to_lon):
    across = sin(radians(to_lat - from_lat) / 2) ** 2
    along = sin(radians(to_lon - from_lon) / 2) ** 2
    half = across + cos(radians(from_lat)) * cos(radians(to_lat)) * along
    return 2 * 6371.0088 * asin(sqrt(min(1, half)))


async def test_any_two_positions_are_as_far_apart_as_they_are(db):
    chance = Random(7)
    pairs = [(chance.uniform(-90, 90), chance.uniform(-180, 180)) * 2 for _ in range(20)] + [
        (chance.uniform(-90, 90), chance.uniform(-180, 180), chance.uniform(-90, 90), 0.0)
        for _ in range(200)
    ]
    pairs += [(90, 0, -90, 180), (0, -180, 0, 180), (0, 0, 0, 180), (43.6, 1.44, 43.6, 1.44)]
    async with db.read() as tx:
        for pair in pairs:
            found = await tx.fetchval(KM, *map(float, pair))
            assert found == pytest.approx(haversine(*pair), abs=1e-6), pair


@pytest.mark.parametrize("tiny", [SUBNORMAL, -SUBNORMAL, 1e-300, -1e-160, 1e-12])
async def test_what_is_nearly_zero_is_zero(db, tiny):
    async with db.read() as tx:
        for pair in ((tiny, tiny, 0.0, 0.0), (tiny, 1.0, 45.0, tiny), (tiny, tiny, -tiny, tiny)):
            zero = [0.0 if each == abs(tiny) or each == -abs(tiny) else each for each in pair]
            assert await tx.fetchval(KM, *pair) == pytest.approx(haversine(*zero), abs=1e-6)


@pytest.mark.parametrize("unknown", range(4))
async def test_of_what_is_not_known_the_distance_is_not_known(db, unknown):
    position = [43.6, 1.44, 44.9, 2.4]
    position[unknown] = None
    async with db.read() as tx:
        assert await tx.fetchval(KM, *position) is None
