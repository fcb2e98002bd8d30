"""The lists that are locked are what the packages declare."""

import re
import tomllib
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
BUILDING = {"hatchling", "editables"}


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
    assert listed("run") == declared("shared/contracts", "shared/chassis", "services/directory")


def test_local_adds_what_the_local_stack_declares_and_what_builds_the_workspace():
    added = listed("local")
    building = {one for one in added if package(one) in BUILDING}
    assert added - building == declared("deploy/local")
    assert {package(one) for one in building} == BUILDING


@pytest.mark.parametrize(("smaller", "larger"), [("run", "local"), ("local", "dev")])
def test_a_larger_set_holds_the_smaller_one_in_the_same_versions(smaller, larger):
    within = locked(larger)
    differing = {
        name: (version, within.get(name))
        for name, version in locked(smaller).items()
        if within.get(name) != version
    }
    assert differing == {}


@pytest.mark.parametrize("name", ["bootstrap", "run", "local", "dev"])
def test_everything_listed_is_locked(name):
    assert {package(one) for one in listed(name)} <= locked(name).keys()
