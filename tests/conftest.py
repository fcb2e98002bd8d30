"""What every test may ask for."""

import asyncio
import logging
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from intercoop_local.platform import ports
from testkit import child_processes, jvm_cache
from testkit.platform import Platform
from testkit.servers import Servers

_UNIT = Path(__file__).parent / "unit"
_LOCKS = "tests/integration/locks/"
_LONG = (
    "tests/e2e/test_story.py",
    "tests/e2e/",
    "tests/browser/",
    _LOCKS,
    "tests/integration/chassis/",
    "tests/integration/",
)
_PLATFORM = pytest.StashKey[Platform]()
_SERVED = pytest.StashKey[tuple[Platform, Servers]]()

settings.register_profile(
    "repeated",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
"""The same examples in each run, as fast as the machine allows: a busy one fails no test."""
settings.register_profile("random", settings.get_profile("repeated"), derandomize=False)
"""Other examples for each `--hypothesis-seed`."""


@pytest.fixture(scope="session")
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    """The run's PostgreSQL and Apache Kafka, and servers of this worker's own."""
    platform = Platform(shared=getattr(request.config, "workerinput", {}).get("servers"))
    request.config.stash[_PLATFORM] = platform
    yield platform
    platform.close()


@pytest.fixture(scope="module", autouse=True)
def _no_database_left(pytestconfig: pytest.Config) -> Iterator[None]:
    """A thousand of them would take ten gigabytes."""
    yield
    if platform := pytestconfig.stash.get(_PLATFORM, None):
        asyncio.run(platform.drop_databases())


@pytest.fixture
def seed() -> int:
    """What `chance` begins with; a test with several is parametrised."""
    return 1


@pytest.fixture
def chance(seed: int, pytestconfig: pytest.Config) -> random.Random:
    """The same choices in each run, and others for each `--hypothesis-seed`."""
    drawn = pytestconfig.getoption("hypothesis_seed")
    return random.Random(seed if drawn is None else f"{drawn}/{seed}")


@pytest.fixture(scope="session", autouse=True)
def _quiet_log() -> None:
    """What a test's services say below a warning would drown what a failure says."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


@pytest.fixture(autouse=True)
def _no_process_left() -> Iterator[None]:
    """A test that fails leaves no process behind, that would take the machine's time."""
    yield
    child_processes.kill_all()


@pytest.fixture(autouse=True)
def _fresh_log_context() -> Iterator[None]:
    """A test leaves nothing in the log's context."""
    yield
    structlog.contextvars.clear_contextvars()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Unit tests talk to nobody; what takes long begins first."""
    for item in items:
        if _UNIT in item.path.parents:
            item.add_marker(pytest.mark.disable_socket)
    items.sort(key=lambda item: _rank(item.nodeid))


def _rank(nodeid: str) -> int:
    return next((n for n, each in enumerate(_LONG) if nodeid.startswith(each)), len(_LONG))


class OneByOne(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist ships no types
    """Long tests are handed out one by one, quick ones by file, so that all workers end together.

    A file whose tests share a fixture stays whole too, and all that list what is on a locked broker.
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(_LOCKS):
            return _LOCKS
        path = nodeid.partition("::")[0]
        is_whole = _rank(nodeid) == len(_LONG) or _shares_fixtures(self.config.rootpath / path)
        return path if is_whole else nodeid


@cache
def _shares_fixtures(path: Path) -> bool:
    return 'scope="module"' in path.read_text(encoding="utf-8")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneByOne:
    config.option.loadscopereorder = False
    return OneByOne(config, log)


def pytest_configure(config: pytest.Config) -> None:
    """Choose what is drawn. A worker ends with its controller, and has ports that no other has."""
    repeats = config.getoption("hypothesis_seed") is None
    settings.load_profile("repeated" if repeats else "random")
    jvm_cache.use()
    if worker := getattr(config, "workerinput", None):
        child_processes.end_with_starter()
        number = int(worker["workerid"].removeprefix("gw"))
        ports._TO_GIVE = ports._TO_GIVE[number % worker["workercount"] :: worker["workercount"]]


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say how to draw the same once more."""
    if seed := config.getoption("hypothesis_seed"):
        terminalreporter.write_line(f"drawn at random: RANDOM={seed} draws the same again")


def pytest_configure_node(node: Any) -> None:
    """Workers use the servers of their controller."""
    stash = node.config.stash
    if _SERVED not in stash:
        jvm_cache.make_if_missing()
        platform = Platform()
        stash[_SERVED] = platform, platform.share()
    _, servers = stash[_SERVED]
    node.workerinput["servers"] = servers.address


def pytest_unconfigure(config: pytest.Config) -> None:
    if _SERVED in config.stash:
        platform, servers = config.stash[_SERVED]
        servers.close()
        platform.close()
