"""What a read of the network's organisations is narrowed to, as query parameters."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, Query
from pydantic import BeforeValidator, StringConstraints

from intercoop_chassis.http import RequestContext, gathered, today
from intercoop_chassis.http.texts import SEEN, VISIBLE, Day, Slug
from intercoop_contracts.bounds import MAX_COUNT, MAX_TAG, DepartementCode
from intercoop_contracts.directory import Kind, Statute
from intercoop_directory.communes.domain import departement_number
from intercoop_directory.organisations.store.filters import OrganisationFilters
from intercoop_directory.trades.api import TradeFilter

_Departement = Annotated[DepartementCode, BeforeValidator(departement_number)]
_Expertise = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_TAG, pattern=VISIBLE), SEEN
]


@dataclass(frozen=True, slots=True)
class OrganisationFilterQuery:
    owner: Annotated[Slug | None, Query(description="Whose they are")] = None
    kind: Annotated[Kind | None, Query()] = None
    departement: Annotated[
        _Departement | None,
        Query(description="By number, as in INSEE codes, or by name", examples=["31"]),
    ] = None
    statute: Annotated[Statute | None, Query()] = None
    trade: Annotated[
        TradeFilter | None,
        Query(
            description="NAF code, its beginning, or words of a label that mean one trade",
            examples=["43.3"],
        ),
    ] = None
    expertise: Annotated[
        _Expertise | None, Query(description="Accents and punctuation are forgiven")
    ] = None
    member_of: Annotated[
        Slug | None, Query(description="The union or federation they are in on that day")
    ] = None
    headcount_from: Annotated[
        int | None, Query(ge=0, le=MAX_COUNT, description="So many employees or more")
    ] = None
    on: Annotated[Day | None, Query(description="The day of the memberships; today")] = None

    def filters(self, day: date) -> OrganisationFilters:
        return OrganisationFilters(
            on=self.on or day,
            owner=self.owner,
            kind=self.kind,
            departement=self.departement,
            statute=self.statute,
            trade=self.trade,
            expertise=self.expertise,
            member_of=self.member_of,
            headcount_from=self.headcount_from,
        )


async def _filters(
    query: Annotated[OrganisationFilterQuery, gathered(OrganisationFilterQuery)],
    context: RequestContext,
) -> OrganisationFilters:
    return query.filters(today(context))


Filtered = Annotated[OrganisationFilters, Depends(_filters)]
"""The filters of a request; memberships are those of today unless it says another day."""
