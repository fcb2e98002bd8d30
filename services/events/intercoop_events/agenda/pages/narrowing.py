"""What the agenda can be narrowed by, what is on, and where to look when nothing is found."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from intercoop_chassis.postgres import Transaction
from intercoop_contracts.events import Format
from intercoop_events.agenda.pages.asked import RADII_KM, Asked
from intercoop_events.meetings.store.known import MeetingFilter, Tally, count_meetings

_MOST: Final = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a filter, how many meetings have it, and the agenda with it, or without if on."""

    value: str
    name: str
    count: int
    href: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Narrowing:
    """One filter; `field` is its parameter."""

    field: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class WayOut:
    """A change of what is asked that finds something; `field` is the parameter that changes."""

    field: str
    value: str
    count: int
    href: str


def narrowings(
    asked: Asked,
    tallies: Sequence[Tally],
    owners: Mapping[str, str],
    formats: Mapping[str, str],
) -> list[Narrowing]:
    """Organisers by name, and formats; each counts what the other filter leaves."""
    by_owner = _sums(tallies, "owner", format_=asked.format)
    by_format = _sums(tallies, "format", owner=asked.owner)
    named = sorted(by_owner, key=lambda owner: owners.get(owner, owner))
    kinds = [one.value for one in Format]
    return [
        Narrowing("format", tuple(_choices(asked, "format", kinds, by_format, formats))),
        Narrowing("owner", tuple(_choices(asked, "owner", named, by_owner, owners))),
    ]


def total(asked: Asked, tallies: Sequence[Tally]) -> int:
    """How many meetings there are of what is asked."""
    return sum(
        tally.number
        for tally in tallies
        if asked.owner in {None, tally.owner} and asked.format in {None, tally.format}
    )


async def ways_out(asked: Asked, filters: MeetingFilter, tx: Transaction) -> list[WayOut]:
    """Up to three, those that find least first: they are nearest to what was asked."""
    found = []
    for field, value, href, changed in _changes(asked, filters):
        count = await count_meetings(changed, tx)
        if count:
            found.append(WayOut(field, value, count, href))
    return sorted(found, key=lambda way: way.count)[:_MOST]


def active(asked: Asked, names: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    """The filters that are on: what each is called, and the agenda without it."""
    found = []
    for field in ("format", "owner"):
        value = getattr(asked, field)
        if value is not None:
            name = names[field].get(str(value), str(value))
            found.append((name, asked.address(**{field: None})))
    return found


def _sums(
    tallies: Sequence[Tally], field: str, *, owner: str | None = None, format_: str | None = None
) -> dict[str, int]:
    sums: dict[str, int] = {}
    for tally in tallies:
        if owner in {None, tally.owner} and format_ in {None, tally.format}:
            value = getattr(tally, field)
            sums[value] = sums.get(value, 0) + tally.number
    return sums


def _choices(
    asked: Asked,
    field: str,
    values: Sequence[str],
    counts: Mapping[str, int],
    names: Mapping[str, str],
) -> Iterator[Choice]:
    chosen = getattr(asked, field)
    for value in values:
        is_on = value == chosen
        if counts.get(value) or is_on:
            href = asked.address(**{field: None if is_on else value})
            yield Choice(value, names.get(value, value), counts.get(value, 0), href, is_on)


def _changes(asked: Asked, filters: MeetingFilter) -> Iterator[tuple[str, str, str, MeetingFilter]]:
    if asked.owner is not None:
        without = replace(filters, owner=None)
        yield "owner", asked.owner, asked.address(owner=None), without
    if asked.format is not None:
        without = replace(filters, format=None)
        yield "format", asked.format.value, asked.address(format=None), without
    if filters.words is not None:
        yield "q", asked.q, asked.address(q=None), replace(filters, words=None)
    if filters.around is not None:
        wider = next((km for km in RADII_KM if km >= 2 * asked.km), None)
        if wider is not None:
            around = replace(filters.around, radius_km=wider)
            yield "km", str(wider), asked.address(km=wider), replace(filters, around=around)
        anywhere = asked.address(near=None, km=None)
        yield "near", asked.near, anywhere, replace(filters, around=None)
