"""One local network and one Chromium for a whole run; where no Chromium is, nothing runs, loudly."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from testkit.chromium.people import People
from testkit.chromium.server import NOT_RUN, program
from testkit.chromium.stage import Stage, set_up

_HERE = Path(__file__).parent
_LINE = "*" * 79
_ENDS = pytest.StashKey[ExitStack]()
_STAGE = pytest.StashKey[Stage]()


def pytest_configure(config: pytest.Config) -> None:
    """Say that nothing runs; among other tests that is a failure, alone it is none."""
    if program() is None:
        is_alone = all(Path(one).resolve().is_relative_to(_HERE) for one in config.args)
        pytest.exit(f"\n\n{_LINE}\n{NOT_RUN}\n{_LINE}\n", returncode=0 if is_alone else 1)


def pytest_configure_node(node: Any) -> None:
    """Workers look at the network of their controller, with its browser."""
    node.workerinput["stage"] = _stage(node.config).as_text()


def pytest_unconfigure(config: pytest.Config) -> None:
    if _ENDS in config.stash:
        config.stash[_ENDS].close()


def _stage(config: pytest.Config) -> Stage:
    """The stage of this process, set up when it is first asked for."""
    if _STAGE not in config.stash:
        config.stash[_ENDS] = ExitStack()
        config.stash[_STAGE] = config.stash[_ENDS].enter_context(set_up())
    return config.stash[_STAGE]


@pytest.fixture(scope="session")
def stage(request: pytest.FixtureRequest) -> Stage:
    """The instance that is looked at, and what it knows."""
    told = getattr(request.config, "workerinput", {}).get("stage")
    return Stage.from_text(told) if told else _stage(request.config)


@pytest.fixture(scope="session")
def _browser(stage: Stage) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.connect(stage.browser)


@pytest.fixture(scope="session")
def people(stage: Stage, _browser: Browser) -> People:
    """Everybody, each in a browser of their own."""
    return People(stage, _browser)
