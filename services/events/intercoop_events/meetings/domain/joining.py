"""Two people changed one meeting: what one of them changed is joined, what both did contradicts."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

from intercoop_contracts.events import PlaceView
from intercoop_events.meetings.domain.meeting import Meeting, MeetingDraft

_Parts: TypeAlias = Mapping[str, Any]  # Any: a field may be of any type
"""What is said, by the names under which a form sends it: `title`, `commune`, `venue`."""


@dataclass(frozen=True, slots=True)
class Contradicted:
    """The draft as far as the two agree, `saved` where they do not, and in which fields."""

    draft: MeetingDraft
    fields: tuple[str, ...]


def draft_of(meeting: Meeting) -> MeetingDraft:
    """What is said of a meeting, as its staff would say it again."""
    view = meeting.view
    return MeetingDraft(
        title=view.title,
        format=view.format,
        place=view.place,
        starts=view.starts,
        ends=view.ends,
        seats=meeting.seats,
        description=view.description,
        host=view.host,
        is_sample=view.is_sample,
        open_to_everybody=view.open_to_everybody,
    )


def join(
    read: MeetingDraft, saved: MeetingDraft, sent: MeetingDraft
) -> MeetingDraft | Contradicted:
    """Both changes to what both have read, or where they contradict each other.

    `saved` is what somebody else has made of it meanwhile, `sent` what is to be saved now.
    """
    before, theirs, ours = _parts(read), _parts(saved), _parts(sent)
    joined = {name: ours[name] if theirs[name] == before[name] else theirs[name] for name in before}
    contradictions = tuple(
        name
        for name in before
        if ours[name] not in (before[name], theirs[name]) and theirs[name] != before[name]
    )
    draft = _draft(joined)
    return Contradicted(draft, contradictions) if contradictions else draft


def _parts(draft: MeetingDraft) -> _Parts:
    parts = {field.name: getattr(draft, field.name) for field in fields(draft)}
    place = parts.pop("place")
    return {**parts, "venue": place.venue, "commune": place.model_copy(update={"venue": None})}


def _draft(parts: _Parts) -> MeetingDraft:
    place: PlaceView = parts["commune"].model_copy(update={"venue": parts["venue"]})
    named = {name: value for name, value in parts.items() if name not in {"venue", "commune"}}
    return MeetingDraft(**named, place=place)
