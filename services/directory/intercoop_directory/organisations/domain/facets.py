"""How many organisations there are of each kind that a list can be narrowed to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Facet:
    """A value to narrow a list to, and how many it leaves."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Of a list: how many it has, and by what it can be narrowed, the most frequent first.

    `owners` and `unions` are slugs, `departements` numbers, `sectors` divisions of the NAF (two
    digits), `sizes` least headcounts, the smallest first. Each counts what agrees with
    all other filters, so that one can be taken instead of another.
    """

    total: int
    owners: tuple[Facet, ...] = ()
    unions: tuple[Facet, ...] = ()
    statutes: tuple[Facet, ...] = ()
    departements: tuple[Facet, ...] = ()
    sectors: tuple[Facet, ...] = ()
    sizes: tuple[Facet, ...] = ()
