"""What a read of the network's organisations is narrowed to, in SQL."""

from dataclasses import dataclass
from datetime import date
from typing import Final

NARROWED: Final = """
($owner::text IS NULL OR owner = $owner)
AND ($kind::text IS NULL OR kind = $kind)
AND ($departement::text IS NULL OR departement = ANY (string_to_array($departement, ' ')))
AND ($statute::text IS NULL OR statute = $statute)
AND ($headcount_from::int IS NULL OR headcount >= $headcount_from)
AND ($trade::text IS NULL OR starts_with(trade, $trade))
AND ($expertise::text IS NULL OR tags @> ARRAY[left(search_key($expertise), 160)])
AND ($member_of::text IS NULL OR is_member_on(memberships, $member_of, $on_day::text))
"""
"""A condition on rows of `known_organisations`. Its parameters are `OrganisationFilters.values`."""

PLANNED_ANEW: Final = "SELECT set_config('plan_cache_mode', 'force_custom_plan', true)"
"""For a transaction whose filters are mostly absent: a plan for all of them would use no index."""


@dataclass(frozen=True, slots=True)
class OrganisationFilters:
    """What a read is narrowed to; None leaves it open. `on` dates the membership.

    `departement` may be several numbers, with blanks between them.
    """

    on: date
    owner: str | None = None
    kind: str | None = None
    departement: str | None = None
    statute: str | None = None
    trade: str | None = None
    expertise: str | None = None
    member_of: str | None = None
    headcount_from: int | None = None

    @property
    def values(self) -> dict[str, object]:
        return {
            "owner": self.owner,
            "kind": self.kind,
            "departement": self.departement,
            "statute": self.statute,
            "trade": self.trade,
            "expertise": self.expertise,
            "member_of": self.member_of,
            "headcount_from": self.headcount_from,
            "on_day": self.on.isoformat(),
        }
