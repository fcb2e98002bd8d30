"""One instance with every service, for all tests of rights."""

from collections.abc import AsyncIterator

import pytest

from testkit.issuer import Issuer
from testkit.platform import Platform
from testkit.served_instance import ServedInstance, serve_instance


@pytest.fixture(scope="session")
async def instance(platform: Platform, issuer: Issuer) -> AsyncIterator[ServedInstance]:
    async with serve_instance(platform, issuer) as instance:
        platform.keep_databases()
        yield instance
