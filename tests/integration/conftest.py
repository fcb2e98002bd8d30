"""What every service's tests may ask for."""

from collections.abc import Iterator

import pytest

from testkit import short_timeouts
from testkit.issuer import Issuer


@pytest.fixture(scope="session", autouse=True)
def _hurry() -> None:
    short_timeouts.shorten_metadata_age()


@pytest.fixture(scope="session")
def issuer() -> Iterator[Issuer]:
    """The run's issuer of tokens."""
    issuer = Issuer()
    yield issuer
    issuer.close()
