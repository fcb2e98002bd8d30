"""A network's co-operatives, drawn by seed: as they usually are, and at the bounds of every field."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

from intercoop_chassis.subscribers import Change
from intercoop_contracts.directory import (
    ORGANISATIONS,
    CommuneView,
    LinkKind,
    LinkView,
    OrganisationView,
    Statute,
)

UNIONS = ("auvergne", "ouest", "rhone-alpes", "nord-est", "idf", "sud-est", "aquitaine")
TRADES = (
    *("menuiserie", "atelier", "imprimerie", "boulangerie", "charpente", "conseil", "formation"),
    *("couverture", "textile", "transport", "nettoyage", "jardin", "librairie", "serrurerie"),
)
PLACES = (
    ("31555", "Toulouse", "31", 43.60, 1.44),
    ("15014", "Aurillac", "15", 44.93, 2.44),
    ("69123", "Lyon", "69", 45.76, 4.84),
    ("75056", "Paris", "75", 48.86, 2.35),
    ("44109", "Nantes", "44", 47.22, -1.55),
    ("67482", "Strasbourg", "67", 48.57, 7.75),
)
LETTERS = "abcdefghijklmnopqrstuvwxyzéèàçœ"
SAID_AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Cooperatives:
    """Draws the same again from the same seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def usual(self, count: int) -> Iterator[Change[OrganisationView]]:
        for _ in range(count):
            union = self._chance.choice(UNIONS)
            first, second = self._chance.sample(TRADES, 2)
            yield self._said(
                union,
                OrganisationView(
                    name=f"{first.title()} de {self._word(7)} et {second}",
                    siren=f"{self._chance.randrange(10**8, 10**9)}",
                    statute=self._chance.choice(list(Statute)),
                    trade=f"{self._chance.randrange(10, 97)}.{self._chance.randrange(10, 100)}Z",
                    commune=self._commune(),
                    expertise=("locaux", "reprise", first),
                    links=(LinkView(kind=LinkKind.UNION, owner=union, since=date(2012, 3, 1)),),
                ),
            )

    def at_the_bounds(self, count: int) -> Iterator[Change[OrganisationView]]:
        """One owner's: every text as long as it may be, all at one place, a usual word in each."""
        links = tuple(
            LinkView(
                kind=LinkKind.UNION,
                owner=f"{number:02d}".ljust(63, "a"),
                since=date(1900 + number, 1, 1),
                until=date(1901 + number, 1, 1),
            )
            for number in range(50)
        )
        for _ in range(count):
            yield self._said(
                "excess",
                OrganisationView(
                    name=f"Menuiserie {self._text(189)}",
                    acronym=self._text(50),
                    siren=f"{self._chance.randrange(10**8, 10**9)}",
                    trade="43.32A",
                    commune=CommuneView(
                        code="31555", name="Toulouse", departement="31", lat=43.6, lon=1.44
                    ),
                    expertise=tuple(self._text(80) for _ in range(50)),
                    links=links,
                ),
            )

    def _said(self, owner: str, view: OrganisationView) -> Change[OrganisationView]:
        return Change(
            stream=ORGANISATIONS,
            owner=owner,
            subject=str(UUID(int=self._chance.getrandbits(128), version=4)),
            version=1,
            occurred_at=SAID_AT,
            event_type="organisation-registered",
            before=None,
            after=view,
            is_news=True,
        )

    def _commune(self) -> CommuneView:
        code, name, departement, lat, lon = self._chance.choice(PLACES)
        return CommuneView(
            code=code,
            name=name,
            departement=departement,
            lat=round(lat + self._chance.uniform(-1.5, 1.5), 5),
            lon=round(lon + self._chance.uniform(-1.5, 1.5), 5),
        )

    def _word(self, length: int) -> str:
        return "".join(self._chance.choices(LETTERS, k=length))

    def _text(self, length: int) -> str:
        words = " ".join(self._word(self._chance.randint(3, 9)) for _ in range(length // 4 + 1))
        return words[:length].rstrip().ljust(length, "x")
