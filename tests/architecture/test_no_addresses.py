"""The repository names no place to fetch from, and no machine it was made on."""

import re
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]

# Written in pieces, so that this file does not contain what it looks for.
HOSTS = (
    r"pypi\." + "org",
    "python" + r"hosted\.org",
    r"repo1?\.maven" + r"\.",
    "maven" + r"-central|maven\.apache" + r"\.org/maven2",
    "registry" + r"\.npmjs",
    r"proxy\.golang" + r"\.org",
    r"download[s]?\." + "postgresql",
    "raw" + r"\.githubusercontent",
)
MACHINE = (
    "/" + "work/",
    "/" + "root/",
    "/" + r"home/[a-z]",
    "/" + "Users/",
    r"\.\./" + "shared",
)
OPTIONS = (
    "--index" + "-url",
    "--extra-index" + "-url",
    "--find" + "-links",
    "--trusted" + "-host",
)
MAKERS = (
    r"\bthis " + r"session\b",
    r"\bhelper " + r"(session|agent)",
    r"\bas (instructed|" + r"requested) (by|in)\b",
    r"\b[Ii]ssue " + r"#?\d",
    "Co-authored" + "-by",
)


def tracked():
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [CHECKOUT / name for name in listed.split("\0") if name]


def found(patterns):
    """Each file and line that matches one of these."""
    wanted = re.compile("|".join(patterns))
    seen = []
    for path in tracked():
        if path.is_file():
            for number, line in enumerate(_lines(path), start=1):
                if match := wanted.search(line):
                    seen.append(f"{path.relative_to(CHECKOUT)}:{number}: {match[0]}")
    return seen


def _lines(path):
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


@pytest.mark.parametrize(
    "patterns",
    [HOSTS, MACHINE, OPTIONS, MAKERS],
    ids=["registries", "machines", "options", "makers"],
)
def test_no_file_names_a_place_of_its_makers(patterns):
    assert found(patterns) == []


def test_there_is_no_lock_that_holds_addresses():
    """uv's own lock and pip's settings name the index they were made with."""
    assert not {path.name for path in tracked()} & {"uv" + ".lock", "pip.conf", "uv.toml"}


@pytest.mark.parametrize("name", ["bootstrap", "run", "network", "local", "dev", "bench"])
def test_locked_requirements_are_versions_and_hashes_and_nothing_else(name):
    allowed = re.compile(
        r"(#.*| +#.*|[a-z0-9][a-z0-9._-]*(\[[a-z0-9,-]+\])?==\S+( ; .*)? \\"
        r"| +--hash=sha256:[0-9a-f]{64}( \\)?)"
    )
    lines = _lines(CHECKOUT / "requirements" / f"{name}.txt")
    assert [line for line in lines if not allowed.fullmatch(line)] == []
    assert not [line for line in lines if line.lstrip().startswith("#") and "/" in line]
