"""Pages of the list that people read: what agrees with a question, in the order they choose."""

from collections.abc import Mapping
from enum import StrEnum
from itertools import product
from typing import Final

from intercoop_chassis.postgres import Transaction
from intercoop_directory.organisations.domain.known import KnownOrganisation
from intercoop_directory.organisations.store.asked import Matching, Question, matching
from intercoop_directory.organisations.store.known import LIST, known_of
from intercoop_directory.organisations.store.search import (
    FIRST,
    RANKS,
    SHORT_LIST,
    FoundPosition,
    at,
    page_of,
    position,
    short,
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


class Rows(StrEnum):
    """How much of each organisation is read."""

    WHOLE = "whole"
    SHORT = "short"


def _statement(
    rows: Rows, found: Matching, order: Order, *, placed: bool, crowded: bool
) -> Statement:
    rank = _rank(found, order, placed=placed)
    page = page_of(found, placed=placed, crowded=crowded, backward=False, rank=rank)
    return whole(page) if rows is Rows.WHOLE else short(page)


_FLAGS: Final = (False, True)
_LISTING: Final[Mapping[tuple[Rows, Matching, Order, bool, bool], Statement]] = {
    (rows, found, order, placed, crowded): _statement(
        rows, found, order, placed=placed, crowded=crowded
    )
    for rows, found, order, placed, crowded in product(Rows, Matching, Order, _FLAGS, _FLAGS)
}
_BY_INDEX: Final = {Rows.WHOLE: LIST, Rows.SHORT: SHORT_LIST}

Listed = list[tuple[FoundPosition, KnownOrganisation]]


async def list_page(
    question: Question, order: Order, after: FoundPosition | None, fetch: int, tx: Transaction
) -> Listed:
    """Up to `fetch` of those that agree, after a position; fewer where they are large."""
    return await _listed(question, order, at(after or FIRST, fetch), Rows.WHOLE, tx)


async def list_rows(
    question: Question, order: Order, after: FoundPosition | None, fetch: int, tx: Transaction
) -> Listed:
    """The same, each with as much as a row of a list shows: no links, contact and rivals."""
    return await _listed(question, order, at(after or FIRST, fetch), Rows.SHORT, tx)


async def _listed(
    question: Question, order: Order, place: Mapping[str, object], rows: Rows, tx: Transaction
) -> Listed:
    placed = question.around is not None
    found, crowded = await matching(question, tx)
    is_whole_list = found is Matching.ANY and not placed  # which an index has in order
    statement = _BY_INDEX[rows] if is_whole_list else _LISTING[rows, found, order, placed, crowded]
    read = await tx.fetch(statement.sql, *statement.arguments({**question.values, **place}))
    return [(position(row), known_of(row)) for row in read]
