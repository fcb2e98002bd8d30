"""The lists that are locked are what the packages declare."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
BUILDING = {"hatchling", "editables"}
RUNNING = [
    "shared/contracts",
    "shared/chassis",
    "services/directory",
    "services/events",
    "services/advice",
    "services/notifications",
]
PACKAGES = [*RUNNING, "deploy/network", "deploy/local"]
WITHIN = {"pydantic-core": "pydantic", "starlette": "fastapi"}  # a library's own inner library


def declared(*folders):
    """The requirements of these packages, without the workspace's own."""
    wanted = set()
    for folder in folders:
        project = tomllib.loads((CHECKOUT / folder / "pyproject.toml").read_text())["project"]
        wanted.update(one for one in project["dependencies"] if not one.startswith("intercoop-"))
    return wanted


def listed(name):
    lines = (CHECKOUT / "requirements" / f"{name}.in").read_text().splitlines()
    return {line for line in lines if line and not line.startswith(("#", "-r "))}


def locked(name):
    """Package → version."""
    lines = (CHECKOUT / "requirements" / f"{name}.txt").read_text().splitlines()
    pins = (re.match(r"([a-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", line) for line in lines)
    return {pin[1]: pin[2] for pin in pins if pin}


def package(requirement):
    return re.match(r"[A-Za-z0-9._-]+", requirement)[0].lower().replace("_", "-")


def test_run_is_what_the_services_declare():
    assert listed("run") == declared(*RUNNING)


def test_network_is_what_the_operators_package_declares():
    assert listed("network") == declared("shared/contracts", "deploy/network")


def test_local_adds_what_the_local_stack_declares_and_what_builds_the_workspace():
    added = listed("local")
    building = {one for one in added if package(one) in BUILDING}
    elsewhere = {package(one) for one in listed("run") | listed("network")}
    needed = {one for one in declared("deploy/local") if package(one) not in elsewhere}
    assert added - building == needed
    assert {package(one) for one in building} == BUILDING


@pytest.mark.parametrize(
    ("smaller", "larger"),
    [
        ("run", "local"),
        ("network", "local"),
        ("local", "dev"),
        ("dev", "browser"),
        ("browser", "bench"),
    ],
)
def test_a_larger_set_holds_the_smaller_one_in_the_same_versions(smaller, larger):
    within = locked(larger)
    differing = {
        name: (version, within.get(name))
        for name, version in locked(smaller).items()
        if within.get(name) != version
    }
    assert differing == {}


@pytest.mark.parametrize(
    "name", ["bootstrap", "run", "network", "local", "dev", "browser", "bench"]
)
def test_everything_listed_is_locked(name):
    assert {package(one) for one in listed(name)} <= locked(name).keys()


def imported(folder):
    """The distributions that a package imports from outside the standard library and itself."""
    providers = packages_distributions()
    (home,) = (CHECKOUT / folder).glob("intercoop_*/")
    modules = {name for path in home.rglob("*.py") for name in _modules(path)}
    modules -= sys.stdlib_module_names | {home.name}
    # The workspace is installed by links, and links are not listed among the providers.
    distributions = {package(one) for name in modules for one in providers.get(name, [name])}
    return {WITHIN.get(one, one) for one in distributions}


def _modules(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name.split(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module.split(".")[0]


@pytest.mark.parametrize("folder", PACKAGES)
def test_a_package_declares_what_it_imports(folder):
    project = tomllib.loads((CHECKOUT / folder / "pyproject.toml").read_text())["project"]
    declared_here = {package(one) for one in project["dependencies"]}
    assert imported(folder) <= declared_here
