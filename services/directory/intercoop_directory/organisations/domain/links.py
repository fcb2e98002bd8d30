"""Dated memberships: of one union at a time, and of any number of federations."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from intercoop_chassis.refusals import Refusal, Sentence
from intercoop_contracts.bounds import MAX_SLUG, OWNER_PATTERN
from intercoop_contracts.directory import LinkKind
from intercoop_contracts.directory.organisations import MAX_LINKS


@dataclass(frozen=True, slots=True)
class Link:
    """A membership from `since` up to, but not on, `until`; `owner` is the other side's slug."""

    kind: LinkKind
    owner: str
    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)

    def meets(self, other: "Link") -> bool:
        """Whether there is a day on which both hold."""
        return self.holds_on(other.since) or other.holds_on(self.since)


@dataclass(frozen=True, slots=True)
class Affiliation:
    """To whom an organisation belongs on one day."""

    union: str | None
    federations: tuple[str, ...]


def affiliation_on(links: Iterable[Link], day: date) -> Affiliation:
    held = [link for link in links if link.holds_on(day)]
    unions = [link.owner for link in held if link.kind is LinkKind.UNION]
    federations = sorted(link.owner for link in held if link.kind is LinkKind.FEDERATION)
    return Affiliation(unions[0] if unions else None, tuple(federations))


def union_link_on(links: Iterable[Link], day: date) -> Link | None:
    """The membership in a union on that day, with since when it is so."""
    held = (link for link in links if link.kind is LinkKind.UNION and link.holds_on(day))
    return next(held, None)


def with_link(links: tuple[Link, ...], new: Link) -> tuple[Link, ...]:
    """The links once `new` holds: it ends the union before it; one that holds already stays."""
    if any(link.kind is new.kind and link.owner == new.owner and link.meets(new) for link in links):
        return links
    if new.kind is LinkKind.FEDERATION:
        return in_order((*links, new))
    return in_order((*(_ended_by(link, new) for link in links), new))


def _ended_by(link: Link, new: Link) -> Link:
    outlived = link.kind is LinkKind.UNION and link.holds_on(new.since) and link.since < new.since
    return replace(link, until=new.since) if outlived else link


def in_order(links: Iterable[Link]) -> tuple[Link, ...]:
    """Oldest first."""
    return tuple(sorted(links, key=lambda link: (link.since, link.kind, link.owner)))


def link_refusals(links: tuple[Link, ...]) -> Iterator[Refusal]:
    if len(links) > MAX_LINKS:
        yield Refusal(
            "links",
            Sentence(f"a plus de {MAX_LINKS} liens", f"has more than {MAX_LINKS} links"),
            Sentence("Gardez ceux qui comptent", "Keep those that matter"),
        )
    for place, link in enumerate(links):
        yield from _refusals_of(place, link)
    for link, other in combinations(links, 2):
        yield from _overlap(link, other)


def _refusals_of(place: int, link: Link) -> Iterator[Refusal]:
    if len(link.owner) > MAX_SLUG or not re.fullmatch(OWNER_PATTERN, link.owner):
        yield Refusal(
            f"links.{place}.owner",
            Sentence("n'est pas le nom court d'une instance", "is no instance's short name"),
            Sentence("Écrivez-le comme midi-pyrenees", "Write it like midi-pyrenees"),
        )
    if link.until is not None and link.until <= link.since:
        yield Refusal(
            f"links.{place}.until",
            Sentence("n'est pas après le début du lien", "is not after the link's beginning"),
            Sentence("Corrigez l'une des deux dates", "Correct one of the two dates"),
        )


def _overlap(link: Link, other: Link) -> Iterator[Refusal]:
    if link.kind is not other.kind or not link.meets(other):
        return
    if link.kind is LinkKind.UNION:
        yield Refusal(
            "links",
            Sentence(
                f"place la structure dans deux unions à la fois ({link.owner}, {other.owner})",
                f"puts the organisation in two unions at a time ({link.owner}, {other.owner})",
            ),
            Sentence(
                "Mettez fin au premier lien le jour où le second commence",
                "End the first link on the day when the second begins",
            ),
        )
    elif link.owner == other.owner:
        yield Refusal(
            "links",
            Sentence(f"contient {link.owner} deux fois", f"holds {link.owner} twice at a time"),
            Sentence("Gardez un seul lien par période", "Keep one link for a period"),
        )
