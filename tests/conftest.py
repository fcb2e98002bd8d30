"""What every test may ask for."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from testkit.platform import Platform

_UNIT = Path(__file__).parent / "unit"
_E2E = "tests/e2e/"

settings.register_profile("unhurried", deadline=None)
"""Examples are found as fast as the machine allows: a busy one fails no test."""
settings.load_profile("unhurried")


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Unit tests talk to nobody."""
    for item in items:
        if _UNIT in item.path.parents:
            item.add_marker(pytest.mark.disable_socket)


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist ships no types
    """A file's tests share a worker; so do all of e2e, which share the network's usual ports."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return _E2E if path.startswith(_E2E) else path


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)
