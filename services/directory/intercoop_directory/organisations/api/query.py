"""What somebody types to search: its bounds, and the words in it."""

from typing import Annotated, TypeAlias

from pydantic import StringConstraints

from intercoop_chassis.errors import InvalidError
from intercoop_chassis.http.texts import SEEN, VISIBLE
from intercoop_chassis.postgres import Transaction
from intercoop_directory.organisations.domain.siren import spelt_as_searched
from intercoop_directory.organisations.store.asked import AskedWords, asked_words

Searched: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=VISIBLE), SEEN
]


async def words_of(query: str, tx: Transaction) -> AskedWords:
    """What must be found. Raises `InvalidError` where there is no letter and no digit."""
    words = await asked_words(spelt_as_searched(query), tx)
    if words is None:
        raise InvalidError("q", "has no letter and no digit", "Write a part of a name or a place")
    return words
