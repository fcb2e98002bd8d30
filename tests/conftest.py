"""What every test may ask for."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from testkit.platform import Platform

_UNIT = Path(__file__).parent / "unit"
_E2E = Path(__file__).parent / "e2e"


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    """This worker's PostgreSQL and Apache Kafka."""
    platform = Platform()
    yield platform
    platform.close()


@pytest.fixture(scope="session", autouse=True)
def _quiet_log() -> None:
    """What a test's services say below a warning would drown what a failure says."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


@pytest.fixture(autouse=True)
def _fresh_log_context() -> Iterator[None]:
    """A test leaves nothing in the log's context."""
    yield
    structlog.contextvars.clear_contextvars()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Unit tests talk to nobody. A file's tests share a worker, and all of e2e, with its ports."""
    if _UNIT in item.path.parents:
        item.add_marker(pytest.mark.disable_socket)
    together = _E2E if _E2E in item.path.parents else item.path
    item.add_marker(pytest.mark.xdist_group(str(together)))
