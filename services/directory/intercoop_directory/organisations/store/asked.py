"""What is asked of the network's organisations: words, a place, filters; which rows agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.square_degrees import cells_around
from intercoop_directory.organisations.store.filters import (
    NARROWED,
    PLANNED_ANEW,
    OrganisationFilters,
)
from intercoop_directory.organisations.store.statements import Statement

TYPO_TOLERANCE: Final = 0.45
"""The share of a word's letter groups that must be right; lower forgives more."""

MOST_WORDS: Final = 8
SMALL_WORDS: Final = frozenset(
    [
        *("a", "and", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les"),
        *("of", "sa", "sarl", "sas", "scic", "scop", "societe", "the", "un", "une"),
    ]
)
"""Beside others they make a name better, and are not needed: people leave them out, or add them."""

LONGEST_WORD: Final = 40
"""So many letters of a word are indexed (`lexemes_of`)."""

FEW: Final = 10
"""Where fewer have the words as they are typed, those that are like them are found, too."""

RANKED: Final = 500
"""So many are ranked. Where more are found, `SHARE` of each owner are: nobody crowds others out."""

SHARE: Final = 50

COMPARED: Final = 400
"""So many that have a word like the longest one asked are compared with the others."""

ASKED: Final = """
SELECT left(search_key($2), 400) AS asked,
    set_config('pg_trgm.word_similarity_threshold', $1, true),
    set_config('plan_cache_mode', 'force_custom_plan', true),
    set_config('enable_seqscan', 'off', true)
"""

WRITTEN: Final = "lexemes_of(words) @@ $beginnings::text::tsquery"
ALIKE: Final = f"""(home, owner, id) IN (
    SELECT home, owner, id FROM known_organisations WHERE {WRITTEN}
    UNION
    SELECT home, owner, id FROM (
        SELECT home, owner, id, words FROM known_organisations
        WHERE $longest::text <% forgiving_of(words) LIMIT {COMPARED}
    ) AS alike
    WHERE NOT EXISTS (
        SELECT FROM unnest($others::text[]) AS word
        WHERE translate(' ' || words, E'\\n', ' ') NOT LIKE '% ' || word || '%'
            AND NOT word <% forgiving_of(words)
    )
)"""  # noqa: S608  parts of the code's own
IS_WRITTEN: Final = f"""(home, owner, id) IN (
    SELECT home, owner, id FROM known_organisations WHERE {WRITTEN}
)"""  # noqa: S608
"""The same as `WRITTEN` where few are: they are found once, and no row is taken apart again."""
CHORD: Final = "(place <-> sphere_point($lat::float8, $lon::float8))"
"""How far away, straight through a globe of radius 1: in the order of the distance, and cheaper."""
AROUND: Final = f"""
cell_of(place) = ANY ($cells::int[])
AND {CHORD} <= chord_of_km($radius_km)
AND ($without::uuid IS NULL OR id <> $without)
"""
COUNTED: Final = Statement.of(f"""
SELECT
    (SELECT count(*) FROM (
        SELECT FROM known_organisations WHERE {WRITTEN} LIMIT {FEW}
    ) AS written) AS written,
    (SELECT count(*) FROM (
        SELECT FROM known_organisations WHERE {NARROWED} AND {WRITTEN} LIMIT {RANKED + 1}
    ) AS narrowed) AS narrowed
""")  # noqa: S608  parts of the code's own


class Matching(StrEnum):
    """How rows agree with the words that are asked."""

    ANY = "any"
    WRITTEN = "written"
    ALIKE = "alike"


CONDITIONS: Final[Mapping[Matching, str]] = {
    Matching.ANY: "true",
    Matching.WRITTEN: WRITTEN,
    Matching.ALIKE: ALIKE,
}


@dataclass(frozen=True, slots=True)
class Around:
    """A circle on the globe (WGS 84, great-circle); `without` leaves out what is at its centre."""

    lat: float
    lon: float
    radius_km: float
    without: UUID | None = None

    @property
    def values(self) -> dict[str, object]:
        return {
            "lat": self.lat,
            "lon": self.lon,
            "radius_km": self.radius_km,
            "without": self.without,
            "cells": cells_around(self.lat, self.lon, self.radius_km),
        }


@dataclass(frozen=True, slots=True)
class AskedWords:
    """The words of a query by their keys, at most eight, and those of them that count."""

    words: tuple[str, ...]

    @property
    def needed(self) -> tuple[str, ...]:
        return tuple(word for word in self.words if word not in SMALL_WORDS) or self.words

    @property
    def values(self) -> dict[str, object]:
        longest = max(self.needed, key=len)
        return {
            "asked": " ".join(self.words),
            "words": list(self.words),
            "needed": list(self.needed),
            "longest": longest,
            "others": [word for word in self.needed if word != longest],
            "beginnings": beginnings(self.needed),
        }


@dataclass(frozen=True, slots=True)
class Question:
    """Organisations that agree with all of it. Words are asked by `asked_words`."""

    filters: OrganisationFilters
    words: AskedWords | None = None
    around: Around | None = None

    @property
    def values(self) -> dict[str, object]:
        words = self.words.values if self.words else {}
        around = self.around.values if self.around else {}
        return {**self.filters.values, **words, **around}


def beginnings(words: tuple[str, ...]) -> str:
    """A tsquery for rows in which each word begins one. Keys have nothing that needs escaping."""
    return " & ".join(f"'{word[:LONGEST_WORD]}':*" for word in words)


async def asked_words(query: str, tx: Transaction) -> AskedWords | None:
    """The words of a query as they are searched; None when it has no letter and no digit.

    Sets how much the transaction forgives, and lets it plan each statement for its own arguments.
    """
    row = await tx.fetchrow(ASKED, str(TYPO_TOLERANCE), query)
    words = tuple(dict.fromkeys(row["asked"].split()))[:MOST_WORDS] if row else ()
    return AskedWords(words) if words else None


async def matching(question: Question, tx: Transaction) -> tuple[Matching, bool]:
    """How rows are to agree with the words, and whether more may do so than are ranked."""
    if question.words is None:
        await tx.execute(PLANNED_ANEW)
        return Matching.ANY, False
    return await tx.recent(("matching", question), lambda: _matching(question, tx))


async def _matching(question: Question, tx: Transaction) -> tuple[Matching, bool]:
    row = await tx.fetchrow(COUNTED.sql, *COUNTED.arguments(question.values))
    written, narrowed = (row["written"], row["narrowed"]) if row else (0, 0)
    if written < FEW:
        return Matching.ALIKE, True
    return Matching.WRITTEN, narrowed > RANKED
