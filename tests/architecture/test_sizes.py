"""Files and functions stay small enough to be read at once."""

import ast
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
LINES_OF_A_FILE = 300
LINES_OF_A_FUNCTION = 40
LINES_OF_A_MAIN = 30

Function = ast.FunctionDef | ast.AsyncFunctionDef


def code():
    """Every Python file that belongs to the repository, committed or not yet."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = [CHECKOUT / name for name in listed.split("\0") if name]
    return sorted(path for path in paths if path.exists())


def functions(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, Function)]


def length(function):
    """Lines from the first decorator to the end."""
    first = min([function.lineno, *(one.lineno for one in function.decorator_list)])
    return function.end_lineno - first + 1


def too_long(path):
    """What is too long in a file, and how long it is."""
    lines = len(path.read_text(encoding="utf-8").splitlines())
    limit = LINES_OF_A_MAIN if path.name == "main.py" else LINES_OF_A_FILE
    if lines > limit:
        yield str(path), lines
    for function in functions(path):
        if length(function) > LINES_OF_A_FUNCTION:
            yield f"{path}:{function.lineno} {function.name}", length(function)


def test_files_functions_and_mains_are_short():
    """A longer file becomes a folder of the same name; a longer function does more than one thing."""
    paths = code()
    assert len(paths) > 100
    assert dict(one for path in paths for one in too_long(path)) == {}


@pytest.mark.parametrize(
    ("name", "text", "seen"),
    [
        ("long.py", "pass\n" * 301, [301]),
        ("main.py", "pass\n" * 31, [31]),
        ("code.py", "@one\ndef two():\n" + "    pass\n" * 39, [41]),
        ("code.py", "async def one():\n" + "    pass\n" * 40, [41]),
        ("code.py", "@one\ndef two():\n" + "    pass\n" * 38, []),
    ],
)
def test_what_is_too_long_is_seen(tmp_path, name, text, seen):
    path = tmp_path / name
    path.write_text(text)
    assert [lines for _, lines in too_long(path)] == seen
