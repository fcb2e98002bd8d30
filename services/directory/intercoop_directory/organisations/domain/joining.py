"""Two people changed one record: what one of them changed is joined, what both did contradicts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any, Final, TypeAlias

from intercoop_directory.communes.domain import Place
from intercoop_directory.contact import Contact
from intercoop_directory.organisations.domain.links import Link
from intercoop_directory.organisations.domain.organisation import OrganisationRecord

_Parts: TypeAlias = Mapping[str, Any]  # Any: a field may be of any type
"""A record's values by the names under which they are sent: `name`, `commune`, `contact.email`."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A field that is `saved` for one and `sent` by the other: texts, empty for nothing."""

    field: str
    saved: str
    sent: str


@dataclass(frozen=True, slots=True)
class Contradicted:
    """The record as far as the two agree, `saved` where they do not, and where that is."""

    record: OrganisationRecord
    contradictions: tuple[Contradiction, ...]


def join(
    read: OrganisationRecord, saved: OrganisationRecord, sent: OrganisationRecord
) -> OrganisationRecord | Contradicted:
    """Both changes to what both have read, or where they contradict each other.

    `saved` is what somebody else has made of it meanwhile, `sent` what is to be saved now.
    """
    before, theirs, ours = _parts(read), _parts(saved), _parts(sent)
    joined = {name: ours[name] if theirs[name] == before[name] else theirs[name] for name in before}
    contradictions = tuple(
        Contradiction(name, text_of(theirs[name]), text_of(ours[name]))
        for name in before
        if ours[name] not in (before[name], theirs[name]) and theirs[name] != before[name]
    )
    record = _record(joined)
    return Contradicted(record, contradictions) if contradictions else record


def differences(saved: OrganisationRecord, sent: OrganisationRecord) -> tuple[Contradiction, ...]:
    """Every field in which they differ: what contradicts, where nobody knows what was read."""
    theirs, ours = _parts(saved), _parts(sent)
    return tuple(
        Contradiction(name, text_of(theirs[name]), text_of(ours[name]))
        for name in theirs
        if theirs[name] != ours[name]
    )


def text_of(value: object) -> str:
    """A value as it is shown beside another; empty where there is none."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(map(text_of, value))
    return next((text(value) for kind, text in _TEXTS if isinstance(value, kind)), str(value))


def _text_of_place(place: Place) -> str:
    return " ".join(part for part in (place.code, place.postcode, place.name) if part)


def _text_of_link(link: Link) -> str:
    until = f" to {link.until}" if link.until else ""
    return f"{link.kind.value} {link.owner} from {link.since}{until}"


_TEXTS: Final[Sequence[tuple[type, Callable[[Any], str]]]] = (
    (bool, lambda value: "true" if value else "false"),
    (Enum, lambda value: str(value.value)),
    (Place, _text_of_place),
    (Link, _text_of_link),
)


def _parts(record: OrganisationRecord) -> _Parts:
    parts = {field.name: getattr(record, field.name) for field in fields(record)}
    contact, place = parts.pop("contact"), parts.pop("place")
    return {
        **parts,
        "commune": place,
        **{f"contact.{field.name}": getattr(contact, field.name) for field in fields(contact)},
    }


def _record(parts: _Parts) -> OrganisationRecord:
    contact = Contact(**{field.name: parts[f"contact.{field.name}"] for field in fields(Contact)})
    named = {field.name: parts.get(field.name) for field in fields(OrganisationRecord)}
    return OrganisationRecord(**{**named, "contact": contact, "place": parts["commune"]})
