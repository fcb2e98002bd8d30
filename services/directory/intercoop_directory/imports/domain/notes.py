"""What comes of rows, as it is kept and shown: what is wrong with cells, what changes."""

from collections.abc import Iterable, Mapping
from typing import Any, assert_never

from intercoop_directory.imports.domain.kept import Came, RowNote
from intercoop_directory.imports.domain.plan import (
    Changed,
    Created,
    Outcome,
    RefusedRow,
    Unchanged,
)
from intercoop_directory.imports.domain.rows import MAX_SHOWN, RowError
from intercoop_directory.organisations.domain.joining import differences
from intercoop_directory.organisations.domain.organisation import Organisation, OrganisationRecord
from intercoop_directory.organisations.domain.views import organisation_view

Json = Mapping[str, Any]  # Any: JSON


def note_of(outcome: Outcome) -> RowNote:
    """What comes of a row that is only looked at."""
    number = outcome.wish.line.number
    match outcome:
        case RefusedRow():
            faults = [fault_of(error) for error in outcome.errors]
            return RowNote(number, Came.REFUSED, outcome.wish.name[:MAX_SHOWN], faults)
        case Created():
            return RowNote(number, Came.CREATED, outcome.after.record.name, ())
        case Unchanged():
            return RowNote(number, Came.UNCHANGED, outcome.after.record.name, ())
        case Changed():
            changes = list(changes_of(outcome.before.record, outcome.after.record))
            return RowNote(number, Came.CHANGED, outcome.after.record.name, changes)
        case never:
            assert_never(never)


def done_of(outcome: Outcome) -> RowNote:
    """What came of a row that was carried out; what is refused stays open."""
    note = note_of(outcome)
    match outcome:
        case RefusedRow():
            return note
        case Changed():
            before = organisation_view(outcome.before.record).model_dump_json()
            return _done(note, outcome.after, before)
        case Created() | Unchanged():
            return _done(note, outcome.after, None)
        case never:
            assert_never(never)


def _done(note: RowNote, after: Organisation, before: str | None) -> RowNote:
    return RowNote(note.number, note.came, note.name, note.details, after.id, after.version, before)


def fault_of(error: RowError) -> Json:
    return {
        "field": error.field,
        "column": error.column[:MAX_SHOWN],
        "value": error.value,
        "reason": {"fr": error.reason.fr, "en": error.reason.en},
        "remedy": {"fr": error.remedy.fr, "en": error.remedy.en},
    }


def changes_of(before: OrganisationRecord, after: OrganisationRecord) -> Iterable[Json]:
    """Each field that changes, with what is said before and after; empty for nothing."""
    for one in differences(before, after):
        said = (one.saved, one.sent)
        if one.field == "links":
            said = (_memberships(before), _memberships(after))
        old, new = (text[:MAX_SHOWN] for text in said)
        yield {"field": one.field, "before": old, "after": new}


def _memberships(record: OrganisationRecord) -> str:
    return ", ".join(f"{link.owner} ({link.since})" for link in record.links)
