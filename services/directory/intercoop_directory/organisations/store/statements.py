"""Statements whose parameters have names, so that several can be made of the same parts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

_NAMED: Final = re.compile(r"\$([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with `$1` … as PostgreSQL takes it, and the names of what they stand for."""

    sql: str
    names: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Self:
        """The statement in which each `$name` is numbered, by where it first stands."""
        names = tuple(dict.fromkeys(_NAMED.findall(text)))
        return cls(_NAMED.sub(lambda found: f"${names.index(found[1]) + 1}", text), names)

    def arguments(self, values: Mapping[str, object]) -> list[object]:
        """Its arguments in order. Raises `KeyError` for one that `values` lacks."""
        return [values[name] for name in self.names]
