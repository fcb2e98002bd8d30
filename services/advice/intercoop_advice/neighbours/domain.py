"""Which co-operatives are asked best, and why: points for what speaks for each, with reasons."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from intercoop_advice.cooperatives.domain import Cooperative
from intercoop_advice.wording import fold_tags
from intercoop_chassis.refusals import Sentence
from intercoop_chassis.spelling import key
from intercoop_contracts.advice import AdviceRequestView

NEAR: Final = 40.0
"""Points of a co-operative at the door."""

HALF_AT_KM: Final = 25.0
SAME_EPCI: Final = 15.0
SAME_TRADE: Final = 20.0
RELATED_TRADE: Final = 10.0
OFFERS_ONE: Final = 25.0
OFFERS_MORE: Final = 10.0
MOST_FOR_OFFERS: Final = 45.0
OFFERS_NAMED: Final = 5
ASKED_ONCE: Final = 6.0
MOST_FOR_ASKED: Final = 30.0
ASKED_COUNTED: Final = 20
"""How often a co-operative was asked is counted so far, and no further."""

LATELY_DAYS: Final = 90

_DIVISION: Final = 2
"""The first digits of a NAF code are its division: `43` of `43.32A`."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request says of the help it looks for, made ready to be compared."""

    epci: str | None
    trade: str | None
    tags: frozenset[str]
    words: frozenset[str]
    """The words of its title."""

    @classmethod
    def by(cls, request: AdviceRequestView) -> "Wanted":
        return cls(
            epci=request.commune.epci if request.commune else None,
            trade=request.trade,
            tags=frozenset(fold_tags(request.expertise)),
            words=frozenset(key(request.title).split()),
        )

    def wants(self, tag: str) -> bool:
        """Whether the request asks for this expertise, or its title names it."""
        alike = key(tag)
        return alike in self.tags or (alike != "" and self.words.issuperset(alike.split()))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A co-operative that might be asked; `asked_lately` counts another owner once."""

    cooperative: Cooperative
    distance_km: float | None
    asked_lately: int


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for a co-operative, or against it."""

    code: str
    points: float
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A candidate in its place, with what brought it there."""

    candidate: Candidate
    reasons: tuple[Reason, ...]

    @property
    def points(self) -> float:
        return round(sum(reason.points for reason in self.reasons), 1)


def rank(wanted: Wanted, candidates: Collection[Candidate], limit: int) -> Sequence[Neighbour]:
    """The best first, at most `limit`; of two alike the nearer, then by name, then by id."""
    neighbours = [
        Neighbour(candidate, tuple(reasons_for(wanted, candidate))) for candidate in candidates
    ]
    return sorted(neighbours, key=_place)[:limit]


def division(trade: str | None) -> str | None:
    return trade[:_DIVISION] if trade else None


def _place(neighbour: Neighbour) -> tuple[float, float, str, UUID]:
    candidate = neighbour.candidate
    distance = candidate.distance_km
    name = key(candidate.cooperative.view.name)
    far = float("inf") if distance is None else distance
    return -neighbour.points, far, name, candidate.cooperative.id


def reasons_for(wanted: Wanted, candidate: Candidate) -> Iterator[Reason]:
    """What speaks for asking one, and what against it."""
    for reason in _RULES:
        found = reason(wanted, candidate)
        if found:
            yield found


def _near(_: Wanted, candidate: Candidate) -> Reason | None:
    if candidate.distance_km is None:
        return None
    points = NEAR / (1 + candidate.distance_km / HALF_AT_KM)
    km = round(candidate.distance_km)
    sentence = (
        Sentence(f"à {km} km", f"{km} km away")
        if km
        else Sentence("à moins d'un kilomètre", "less than a kilometre away")
    )
    return Reason("distance", points, sentence)


def _same_epci(wanted: Wanted, candidate: Candidate) -> Reason | None:
    commune = candidate.cooperative.view.commune
    if wanted.epci is None or commune is None or commune.epci != wanted.epci:
        return None
    return Reason(
        "same-epci", SAME_EPCI, Sentence("même intercommunalité", "same inter-communal body")
    )


def _same_trade(wanted: Wanted, candidate: Candidate) -> Reason | None:
    trade = candidate.cooperative.view.trade
    if wanted.trade is None or division(trade) != division(wanted.trade):
        return None
    if trade == wanted.trade:
        return Reason("same-trade", SAME_TRADE, Sentence("même métier", "same trade"))
    return Reason("related-trade", RELATED_TRADE, Sentence("métier proche", "related trade"))


def _offers(wanted: Wanted, candidate: Candidate) -> Reason | None:
    tags = [tag for tag in candidate.cooperative.view.expertise if wanted.wants(tag)]
    if not tags:
        return None
    points = min(OFFERS_ONE + OFFERS_MORE * (len(tags) - 1), MOST_FOR_OFFERS)
    named = ", ".join(tags[:OFFERS_NAMED])
    return Reason("offers", points, Sentence(f"propose : {named}", f"offers: {named}"))


def _asked_lately(_: Wanted, candidate: Candidate) -> Reason | None:
    times = candidate.asked_lately
    if not times:
        return None
    points = -min(ASKED_ONCE * times, MOST_FOR_ASKED)
    return Reason("asked-lately", points, _asked_so_often(times))


def _asked_so_often(times: int) -> Sentence:
    more, en_more = (" ou plus", " or more") if times == ASKED_COUNTED else ("", "")
    so_often = f": {times}{en_more} times" if times > 1 else ""
    return Sentence(
        f"déjà sollicitée {times} fois{more} depuis {LATELY_DAYS} jours",
        f"asked already in the last {LATELY_DAYS} days{so_often}",
    )


_RULES: Final[Sequence[Callable[[Wanted, Candidate], Reason | None]]] = (
    _near,
    _same_epci,
    _same_trade,
    _offers,
    _asked_lately,
)
