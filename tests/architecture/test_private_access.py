"""What aiokafka and FastStream keep private is touched in one room, where each touch has a test."""

import ast
from pathlib import Path

import pytest

CHASSIS = Path(__file__).parents[2] / "shared/chassis/intercoop_chassis"
PATCHES = CHASSIS / "kafka/patches"
DOCUMENTED = {
    "aiokafka": {"aiokafka", "aiokafka.admin", "aiokafka.errors"},
    "faststream": {"faststream", "faststream.kafka", "faststream.security"},
}


def modules(text):
    """Every module that a file imports from."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def breaches(text):
    """Modules that the libraries do not document, and looks behind an underscore.

    ruff finds those looks (SLF001), unless a line says that it should not.
    """
    undocumented = [
        module
        for module in modules(text)
        if module not in DOCUMENTED.get(module.partition(".")[0], {module})
    ]
    return undocumented + [line for line in text.splitlines() if "SLF001" in line]


def test_nothing_else_in_the_chassis_touches_what_is_private():
    files = [path for path in CHASSIS.rglob("*.py") if PATCHES not in path.parents]
    assert len(files) > 100
    found = {str(path): breaches(path.read_text(encoding="utf-8")) for path in files}
    assert {path: breach for path, breach in found.items() if breach} == {}


def test_each_room_of_patches_has_its_tests():
    rooms = {path.stem for path in PATCHES.glob("*.py")} - {"__init__"}
    tests = CHASSIS.parents[2] / "tests/integration/chassis/patches"
    tested = {path.stem.removeprefix("test_") for path in tests.glob("test_*.py")}
    assert rooms == tested


@pytest.mark.parametrize(
    "text",
    [
        "from aiokafka.conn import create_conn",
        "import aiokafka.client",
        "from faststream._internal.utils.path import Address",
        "producer._sender  # noqa: SLF001",
    ],
)
def test_a_breach_is_seen(text):
    assert breaches(text)
