"""Who the owners of a network are, as its file says."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from intercoop_local.platform.errors import PlatformError

NETWORKS = Path(__file__).parents[2] / "networks"
DEFAULT_FILE = NETWORKS / "cgscop-2016.toml"
DEFAULT_OWNERS = ("cgscop", "midi-pyrenees", "auvergne")


@dataclass(frozen=True, slots=True)
class Owner:
    """An owner: slug, `confederation`, `union` or `federation`, name, and its départements."""

    slug: str
    kind: str
    name: str
    departements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Network:
    """A network and its owners by slug, in the order of the file."""

    name: str
    owners: dict[str, Owner]

    def choose(self, wanted: str | None) -> list[Owner]:
        """The owners that `NETWORK=` names: slugs separated by commas, `all`, or the usual three.

        Raises `PlatformError` that lists the known ones.
        """
        if wanted == "all":
            return list(self.owners.values())
        slugs = [one.strip() for one in (wanted or ",".join(DEFAULT_OWNERS)).split(",")]
        return [self.owner(slug) for slug in dict.fromkeys(slugs) if slug]

    def owner(self, slug: str) -> Owner:
        if slug not in self.owners:
            raise PlatformError(
                f"{slug!r} is not an owner of the network {self.name}. "
                f"Its owners are: {', '.join(self.owners)}."
            )
        return self.owners[slug]

    def number(self, slug: str) -> int:
        """Each owner's own number, from 1, for ports and made-up SIREN."""
        return list(self.owners).index(slug) + 1


def read_network(path: Path = DEFAULT_FILE) -> Network:
    """Read a network file. Raises `PlatformError` when it is not one."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        owners = [
            Owner(one["slug"], one["kind"], one["name"], tuple(one.get("departements", ())))
            for one in content["owner"]
        ]
        return Network(content["name"], {owner.slug: owner for owner in owners})
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise PlatformError(f"{path} is not a network file: {error!r}") from error
