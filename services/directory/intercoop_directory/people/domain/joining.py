"""Two people changed one record: what one of them changed is joined, what both did contradicts."""

from dataclasses import dataclass, fields, replace
from typing import Any

from intercoop_directory.people.domain import PersonRecord


@dataclass(frozen=True, slots=True)
class Contradicted:
    """The record as far as the two agree, what is saved where they do not, and in which fields."""

    record: PersonRecord
    fields: tuple[str, ...]


def join(
    read: PersonRecord, saved: PersonRecord, sent: PersonRecord
) -> PersonRecord | Contradicted:
    """Both changes to what both have read, or where they contradict each other.

    `saved` is what somebody else has made of it meanwhile, `sent` what is to be saved now.
    """
    ours: dict[str, Any] = {}  # Any: a field may be of any type
    contradicted = []
    for name in (field.name for field in fields(PersonRecord)):
        before, theirs, mine = (getattr(one, name) for one in (read, saved, sent))
        if theirs == before:
            ours[name] = mine
        elif mine not in (before, theirs):
            contradicted.append(name)
    joined = replace(saved, **ours)
    return Contradicted(joined, tuple(contradicted)) if contradicted else joined
