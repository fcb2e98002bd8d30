"""How many of the network's organisations a list has, by owner and by statute."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from intercoop_chassis.postgres import Transaction
from intercoop_directory.organisations.store.known import SMALL_WORDS, OrganisationFilters

COUNTS: Final = """
SELECT owner, statute, count(*) AS number
FROM chosen($1, $2, $3, $4, $5, $6, $7, $8)
WHERE $9::text[] IS NULL
    OR ((words LIKE '%' || $10 || '%' OR $10 <% words) AND all_found($9, words))
GROUP BY owner, statute
"""


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts as a list shows them: of each facet with all filters but its own, and of the list."""

    total: int
    owners: tuple[tuple[str, int], ...]
    statutes: tuple[tuple[str, int], ...]


async def count_known(
    words: Sequence[str], filters: OrganisationFilters, tx: Transaction
) -> Facets:
    """The counts for these filters and `asked_words`; without words, for the whole list."""
    needed = [word for word in words if word not in SMALL_WORDS] or list(words)
    arguments = replace(filters, owner=None, statute=None).arguments
    longest = max(needed, key=len, default=None)
    rows = await tx.fetch(COUNTS, *arguments, needed or None, longest)
    counted = [(row["owner"], row["statute"], row["number"]) for row in rows]
    return _facets(counted, filters)


def _facets(counted: Sequence[tuple[str, str, int]], filters: OrganisationFilters) -> Facets:
    owners, statutes, total = Counter[str](), Counter[str](), 0
    for owner, statute, number in counted:
        is_of_owner = filters.owner in {None, owner}
        is_of_statute = filters.statute in {None, statute}
        owners[owner] += number if is_of_statute else 0
        statutes[statute] += number if is_of_owner else 0
        total += number if is_of_owner and is_of_statute else 0
    return Facets(total, _shown(owners), _shown(statutes))


def _shown(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    """The most frequent first, those of one number by name; none that counts nothing."""
    shown = [(name, number) for name, number in counts.items() if number]
    return tuple(sorted(shown, key=lambda pair: (-pair[1], pair[0])))
