"""What somebody types to search: its bounds, the words in it, or a SIREN however it is written."""

from typing import Annotated, Final, TypeAlias

from pydantic import StringConstraints

from intercoop_chassis.errors import InvalidError
from intercoop_chassis.http.texts import SEEN, VISIBLE
from intercoop_chassis.postgres import Transaction
from intercoop_directory.organisations.domain.siren import tidy_siren
from intercoop_directory.organisations.store.asked import AskedWords, asked_words

_SIREN_DIGITS: Final = 9
_LEAST_DIGITS: Final = 3

Searched: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=VISIBLE), SEEN
]


def typed_siren(query: str) -> str | None:
    """The digits of a SIREN, or of its beginning, without blanks; None for anything else."""
    digits = tidy_siren(query)
    is_siren = digits.isdecimal() and _LEAST_DIGITS <= len(digits) <= _SIREN_DIGITS
    return digits if is_siren else None


async def words_of(query: str, tx: Transaction) -> AskedWords:
    """What must be found. Raises `InvalidError` where there is no letter and no digit."""
    siren = typed_siren(query)
    is_whole = siren is not None and len(siren) == _SIREN_DIGITS
    words = await asked_words(siren if siren and is_whole else query, tx)
    if words is None:
        raise InvalidError("q", "has no letter and no digit", "Write a part of a name or a place")
    return words
