"""The organisation that somebody means by what they typed, or those that may be meant."""

import re
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.spelling import key
from intercoop_directory.organisations.domain.siren import typed_siren
from intercoop_directory.organisations.domain.suggestion import Suggestion
from intercoop_directory.organisations.store.suggestions import suggest

_MOST: Final = 8
_DEPARTEMENT: Final = re.compile(r"\s*\([0-9][0-9AB][0-9]?\)\s*$")


async def organisation_meant(
    typed: str, chosen: UUID | None, tx: Transaction
) -> UUID | list[Suggestion]:
    """The one that is called so, alone or with its commune, or has this SIREN.

    `chosen` is one of those that may be meant, once somebody was asked which one; it counts for
    nothing where the text means one, or others.
    """
    siren = typed_siren(typed)
    found = await suggest(siren or _DEPARTEMENT.sub("", typed), _MOST, tx)
    exact = [one.id for one in found if _is_called(one, typed) or (siren and one.siren == siren)]
    if len(set(exact)) == 1:
        return exact[0]
    return chosen if chosen in {one.id for one in found} else found


def _is_called(one: Suggestion, typed: str) -> bool:
    said = key(typed)
    return bool(said) and said in {key(one.text), key(one.name), key(one.acronym or "")}
