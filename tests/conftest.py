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
from testkit.servers import Servers

_UNIT = Path(__file__).parent / "unit"
_E2E = "tests/e2e/"
_SERVED = pytest.StashKey[tuple[Platform, Servers]]()

settings.register_profile("unhurried", deadline=None)
"""Examples are found as fast as the machine allows: a busy one fails no test."""
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    """The run's PostgreSQL and Apache Kafka, and servers of this worker's own."""
    platform = Platform(shared=getattr(request.config, "workerinput", {}).get("servers"))
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


def pytest_configure_node(node: Any) -> None:
    """Workers use the servers of their controller."""
    stash = node.config.stash
    if _SERVED not in stash:
        platform = Platform()
        stash[_SERVED] = platform, platform.share()
    _, servers = stash[_SERVED]
    node.workerinput["servers"] = servers.address


def pytest_unconfigure(config: pytest.Config) -> None:
    if _SERVED in config.stash:
        platform, servers = config.stash[_SERVED]
        servers.close()
        platform.close()
