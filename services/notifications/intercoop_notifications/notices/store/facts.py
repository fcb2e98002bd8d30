"""Facts as they stand in a row."""

from typing import Final

from pydantic import TypeAdapter

from intercoop_notifications.notices.domain.notice import (
    AdviceFacts,
    Facts,
    MeetingFacts,
    NoticeKind,
)
from intercoop_notifications.preferences.domain import Topic

_MEETING: Final = TypeAdapter(MeetingFacts)
_ADVICE: Final = TypeAdapter(AdviceFacts)


def written(facts: Facts) -> str:
    """As JSON."""
    match facts:
        case MeetingFacts():
            return _MEETING.dump_json(facts).decode()
        case AdviceFacts():
            return _ADVICE.dump_json(facts).decode()


def read(kind: NoticeKind, text: str) -> Facts:
    if kind.topic is Topic.ADVICE:
        return read_advice(text)
    return _MEETING.validate_json(text)


def read_advice(text: str) -> AdviceFacts:
    return _ADVICE.validate_json(text)
