"""Pages of the list that people read: what agrees with a question, in the order they choose."""

from collections.abc import Mapping
from enum import StrEnum
from itertools import product
from typing import Final

from intercoop_chassis.postgres import Transaction
from intercoop_directory.organisations.domain.known import KnownOrganisation
from intercoop_directory.organisations.store.asked import Matching, Question, matching
from intercoop_directory.organisations.store.known import ListPosition, known_of, list_known
from intercoop_directory.organisations.store.search import (
    FIRST,
    RANKS,
    FoundPosition,
    at,
    page_of,
    position,
    whole,
)
from intercoop_directory.organisations.store.statements import Statement


class Order(StrEnum):
    """What comes first: the best match, the nearest, or by name where there is no ground for it."""

    BEST = "best"
    DISTANCE = "distance"
    NAME = "name"


_BY_NAME: Final = "0::float8"


def _rank(found: Matching, order: Order, *, placed: bool) -> str:
    if order is Order.DISTANCE and placed:
        return RANKS[found, True]
    if order is Order.BEST and found is not Matching.ANY:
        return RANKS[found, False]
    return _BY_NAME


def _statement(found: Matching, order: Order, *, placed: bool, crowded: bool) -> Statement:
    rank = _rank(found, order, placed=placed)
    return whole(page_of(found, placed=placed, crowded=crowded, backward=False, rank=rank))


_LISTING: Final[Mapping[tuple[Matching, Order, bool, bool], Statement]] = {
    (found, order, placed, crowded): _statement(found, order, placed=placed, crowded=crowded)
    for found, order, placed, crowded in product(Matching, Order, (False, True), (False, True))
}


async def list_page(
    question: Question, order: Order, after: FoundPosition | None, fetch: int, tx: Transaction
) -> list[tuple[FoundPosition, KnownOrganisation]]:
    """Up to `fetch` of those that agree, after a position; fewer where they are large."""
    placed = question.around is not None
    if question.words is None and not placed:
        return await _by_name(question, after, fetch, tx)
    found, crowded = await matching(question, tx)
    statement = _LISTING[found, order, placed, crowded]
    asked = {**question.values, **at(after or FIRST, fetch)}
    rows = await tx.fetch(statement.sql, *statement.arguments(asked))
    return [(position(row), known_of(row)) for row in rows]


async def _by_name(
    question: Question, after: FoundPosition | None, fetch: int, tx: Transaction
) -> list[tuple[FoundPosition, KnownOrganisation]]:
    """The whole list, which an index has in order."""
    place = ListPosition(after.sort_name, after.owner, after.id) if after else None
    listed = await list_known(question.filters, place, fetch, tx)
    return [(FoundPosition(0, *place), known) for place, known in listed]
