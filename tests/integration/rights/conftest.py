"""One instance with every service, for all tests of rights."""

from collections.abc import AsyncIterator

import pytest

from testkit.issuer import Issuer
from testkit.platform import Platform
from testkit.whole import Whole, served


@pytest.fixture(scope="session")
async def whole(platform: Platform, issuer: Issuer) -> AsyncIterator[Whole]:
    async with served(platform, issuer) as whole:
        yield whole
