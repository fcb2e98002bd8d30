"""Each package is a wheel by itself, and what its code reads at run time travels in it."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PACKAGES = {
    "shared/contracts": "intercoop_contracts",
    "shared/chassis": "intercoop_chassis",
    "services/directory": "intercoop_directory",
    "services/events": "intercoop_events",
    "services/advice": "intercoop_advice",
    "services/notifications": "intercoop_notifications",
    "deploy/network": "intercoop_network",
    "deploy/local": "intercoop_local",
}


def belonging(folder):
    """The files of a folder that belong to the repository, committed or not yet."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", folder],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [name for name in listed.split("\0") if name and (CHECKOUT / name).exists()]


def wheel(folder, out):
    """Build a package as it is, with what is installed here and nothing from elsewhere."""
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)],
        cwd=CHECKOUT / folder,
        capture_output=True,
        text=True,
        env={"PATH": "/nowhere", "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl")
    return built


def test_every_package_of_the_workspace_is_built_here():
    projects = {str(Path(one).parent) for one in belonging(".") if one.endswith("/pyproject.toml")}
    assert projects == set(PACKAGES)


@pytest.mark.parametrize(("folder", "package"), PACKAGES.items(), ids=PACKAGES.values())
def test_a_wheel_holds_every_file_of_its_package(tmp_path, folder, package):
    inside = f"{folder}/{package}/"
    files = {one.removeprefix(f"{folder}/") for one in belonging(inside)}
    with zipfile.ZipFile(wheel(folder, tmp_path)) as built:
        names = set(built.namelist())
    assert {one for one in names if one.startswith(f"{package}/")} == files
    assert {one.split("/")[0] for one in names - files} == {f"{package}-0.1.0.dist-info"}


@pytest.mark.parametrize(
    "file",
    [
        "shared/chassis/intercoop_chassis/migrations/0001_pipeline.sql",
        "services/directory/intercoop_directory/migrations/0001_communes.sql",
        "services/directory/intercoop_directory/data/communes.csv",
        "deploy/local/intercoop_local/platform/jars.lock",
    ],
)
def test_what_is_read_at_run_time_belongs_to_the_repository(file):
    """Kept out of it by .gitignore, a file would be missing in a fresh clone and its wheels."""
    assert belonging(file) == [file]
