"""No file of the product imports, by whichever way round, a file that imports it."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
ROOTS = (
    "shared/contracts",
    "shared/chassis",
    "services/directory",
    "services/events",
    "services/advice",
    "services/notifications",
    "deploy/network",
    "deploy/local",
)

Graph = dict[str, set[str]]


def modules(roots: Sequence[Path]) -> dict[str, Path]:
    """Every module by its dotted name; a package is its `__init__`."""
    found = {}
    for root in roots:
        for path in sorted(root.glob("intercoop_*/**/*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(path: Path) -> Iterator[str]:
    """What a file names in its imports, also in those that only a type checker reads."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield f"{node.module}.{alias.name}"


def graph(known: Mapping[str, Path]) -> Graph:
    """Who imports whom: `from package import name` is the module `name`, or the package itself."""
    found: Graph = {}
    for module, path in known.items():
        found[module] = {
            name if name in known else name.rpartition(".")[0] for name in imported(path)
        } & (known.keys() - {module})
    return found


def circle(found: Graph) -> list[str]:
    """One circle by its modules, or none."""
    try:
        TopologicalSorter(found).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_there_is_no_circle():
    known = modules([CHECKOUT / root for root in ROOTS])
    assert len(known) > 300
    assert circle(graph(known)) == []


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"a": "import intercoop_x.b", "b": "import intercoop_x.a"}, True),
        ({"a": "from intercoop_x import b", "b": "from intercoop_x.a import A"}, True),
        (
            {
                "a": "from intercoop_x.b import B",
                "b": "if TYPE_CHECKING:\n    import intercoop_x.a",
            },
            True,
        ),
        ({"a": "def f():\n    import intercoop_x.b", "b": "import intercoop_x.a"}, True),
        ({"__init__": "import intercoop_x.a", "a": "from intercoop_x import NAME"}, True),
        ({"a": "import intercoop_x.b", "b": "import os"}, False),
    ],
)
def test_a_circle_is_seen_however_it_is_imported(tmp_path, files, found):
    package = tmp_path / "intercoop_x"
    package.mkdir()
    for name, text in files.items():
        (package / f"{name}.py").write_text(text)
    assert bool(circle(graph(modules([tmp_path])))) == found
