"""Directories to try things in, each test with its own databases."""

from collections.abc import AsyncIterator

import httpx
import pytest

from intercoop_directory.main import SERVICE
from testkit.directory_service import DirectoryService, some_communes
from testkit.issuer import Issuer
from testkit.platform import Platform


@pytest.fixture
async def home(platform: Platform, issuer: Issuer) -> AsyncIterator[DirectoryService]:
    """The directory of Midi-Pyrénées, communes loaded."""
    dsn = await platform.database(SERVICE, fill=some_communes)
    directory = DirectoryService("midi-pyrenees", dsn, issuer)
    yield directory
    await directory.db.close()


@pytest.fixture
async def neighbour(platform: Platform, issuer: Issuer) -> AsyncIterator[DirectoryService]:
    """The directory of Auvergne, communes loaded."""
    dsn = await platform.database(SERVICE, fill=some_communes)
    directory = DirectoryService("auvergne", dsn, issuer)
    yield directory
    await directory.db.close()


@pytest.fixture
async def staff(home: DirectoryService) -> AsyncIterator[httpx.AsyncClient]:
    async with home.client() as client:
        yield client


@pytest.fixture
async def member(home: DirectoryService) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody of another union, without any right here but to read."""
    async with home.client(owner="auvergne", roles=["member"]) as client:
        yield client
