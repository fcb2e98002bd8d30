"""A notice as its person reads it."""

from datetime import datetime
from typing import Self, assert_never
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from intercoop_contracts.directory import Language
from intercoop_notifications.notices.domain.notice import (
    AdviceFacts,
    Facts,
    MeetingFacts,
    Notice,
    NoticeKind,
)
from intercoop_notifications.notices.templates import worded
from intercoop_notifications.preferences.domain import Topic


class NoticeLink(BaseModel):
    """What a notice is about: a registration for a meeting, or a request for advice."""

    organiser: str | None = None
    meeting_id: UUID | None = None
    registration_id: UUID | None = None
    request_id: UUID | None = None
    organisation_id: UUID | None = Field(None, description="Your co-operative, in the request")

    @classmethod
    def of(cls, facts: Facts) -> Self:
        match facts:
            case MeetingFacts():
                return cls(
                    organiser=facts.organiser,
                    meeting_id=facts.meeting_id,
                    registration_id=facts.registration_id,
                )
            case AdviceFacts():
                return cls(request_id=facts.request_id, organisation_id=facts.organisation_id)
            case never:
                assert_never(never)


class NoticeAnswer(BaseModel):
    """A notice in its person's language. `text` may have several lines, the others have one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01938f1e-0000-7000-8000-0000000000c1",
                    "kind": "registration-seated",
                    "topic": "meetings",
                    "language": "fr",
                    "title": "Vous avez une place : Visite de l'atelier",
                    "text": "Votre inscription à « Visite de l'atelier » est confirmée.\n"
                    "Quand : jeudi 3 décembre 2026 à 14 h 00 (jusqu’à 17 h 00)\n"
                    "Où : Atelier du Canal, Toulouse",
                    "why": "Vous recevez ce message parce que vous vous êtes inscrit·e à "
                    "« Visite de l'atelier ».",
                    "link": {
                        "organiser": "midi-pyrenees",
                        "meeting_id": "01938f1e-0000-7000-8000-0000000000aa",
                        "registration_id": "01938f1e-0000-7000-8000-0000000000ab",
                        "request_id": None,
                        "organisation_id": None,
                    },
                    "created_at": "2026-11-02T09:00:00Z",
                    "read_at": None,
                }
            ]
        }
    )

    id: UUID
    kind: NoticeKind
    topic: Topic
    language: Language
    title: str
    text: str
    why: str = Field(description="Why it came")
    link: NoticeLink
    created_at: datetime
    read_at: datetime | None

    @classmethod
    def of(cls, notice: Notice, language: Language) -> Self:
        said = worded(notice.kind, notice.facts, language)
        return cls(
            id=notice.id,
            kind=notice.kind,
            topic=notice.kind.topic,
            language=language,
            title=said.title,
            text=said.text,
            why=said.why,
            link=NoticeLink.of(notice.facts),
            created_at=notice.created_at,
            read_at=notice.read_at,
        )
