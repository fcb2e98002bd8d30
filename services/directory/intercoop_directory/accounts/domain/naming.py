"""Whether it is known what somebody is called: the settings let people in by an address alone."""

from typing import Final

from intercoop_directory.people.domain import PersonRecord

UNNAMED: Final = "(à compléter)"
"""The family name of whoever came in by the settings, until they say theirs."""


def is_named(record: PersonRecord) -> bool:
    return record.family_name != UNNAMED


def name_of(record: PersonRecord) -> str:
    """What somebody is called; empty where nobody has said it."""
    return record.full_name if is_named(record) else ""
