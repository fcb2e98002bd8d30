"""Where nothing is found: what to take away or to widen, and how many there would be then."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from intercoop_chassis.postgres import Transaction
from intercoop_directory.organisations.pages.asked import RADII_KM, Asked
from intercoop_directory.organisations.store.asked import Question
from intercoop_directory.organisations.store.facets import count_by_facet

_MOST: Final = 3
_FILTERS: Final = {
    "owner": "owner",
    "statute": "statute",
    "departement": "departement",
    "trade": "trade",
    "size": "headcount_from",
}


@dataclass(frozen=True, slots=True)
class WayOut:
    """A change of the question that finds something; `field` is the parameter that changes."""

    field: str
    value: str
    count: int
    href: str


async def ways_out(asked: Asked, question: Question, tx: Transaction) -> list[WayOut]:
    """Up to three, those that find least first: they are nearest to what was asked."""
    found = []
    for field, value, href, changed in _changes(asked, question):
        count = (await count_by_facet(changed, tx)).total
        if count:
            found.append(WayOut(field, value, count, href))
    return sorted(found, key=lambda way: way.count)[:_MOST]


def _changes(asked: Asked, question: Question) -> Iterator[tuple[str, str, str, Question]]:
    for field, name in _FILTERS.items():
        value = getattr(asked, field)
        if value is not None:
            nothing: dict[str, Any] = {name: None}  # Any: whatever the filter is
            changed = replace(question, filters=replace(question.filters, **nothing))
            yield field, str(value), asked.address(**{field: None}), changed
    if question.words is not None:
        yield "q", asked.q, asked.address(q=None), replace(question, words=None)
    if question.around is not None:
        wider = next((km for km in RADII_KM if km >= 2 * asked.km), None)
        if wider is not None:
            around = replace(question.around, radius_km=wider)
            yield "km", str(wider), asked.address(km=wider), replace(question, around=around)
        anywhere = asked.address(near=None, commune=None, km=None)
        yield "near", asked.near, anywhere, replace(question, around=None)
