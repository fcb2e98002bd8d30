"""What a map is made of: things that are counted at places, and things of a list that have one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from intercoop_chassis.maps.projection import Point, is_metropolitan, on_map


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees, WGS 84."""

    lat: float
    lon: float

    @property
    def point(self) -> Point | None:
        """Where the map shows it; None overseas and abroad."""
        return on_map(self.lat, self.lon) if is_metropolitan(self.lat, self.lon) else None


@dataclass(frozen=True, slots=True)
class Counted:
    """So many at a place. `key` is what links are made of, `label` what people read."""

    key: str
    label: str
    count: int
    position: Position | None = None
    is_own: bool = False

    @property
    def point(self) -> Point | None:
        return self.position.point if self.position else None


@dataclass(frozen=True, slots=True)
class Listed:
    """What stands in a list under a number that the map shows again."""

    number: int
    key: str
    label: str
    position: Position | None = None
    is_own: bool = False

    @property
    def point(self) -> Point | None:
        return self.position.point if self.position else None


@dataclass(frozen=True, slots=True)
class Town:
    """A town by which people find their way; it is named where there is room."""

    name: str
    position: Position


CountedLink: TypeAlias = Callable[[Sequence[Counted]], str]
"""The address of a list of those; of several where circles were joined."""

ListedLink: TypeAlias = Callable[[Sequence[Listed]], str]
"""The address of these in the list; of several where pins were joined."""
