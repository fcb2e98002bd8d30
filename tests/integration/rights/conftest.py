"""One instance with every service, for all tests of rights."""

from collections.abc import AsyncIterator

import pytest

from testkit.everybody import Tokens, tokens_of_everybody
from testkit.issuer import Issuer
from testkit.platform import Platform
from testkit.served_instance import ServedInstance, serve_instance


@pytest.fixture(scope="session")
async def instance(platform: Platform, issuer: Issuer) -> AsyncIterator[ServedInstance]:
    async with serve_instance(platform, issuer) as instance:
        platform.keep_databases()
        yield instance


@pytest.fixture(scope="session")
async def tokens(instance: ServedInstance) -> Tokens:
    """A token of everybody who may come, by who they are."""
    return await tokens_of_everybody(instance)
