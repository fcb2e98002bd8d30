"""For staff: what nobody could be told."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from intercoop_chassis.auth import Staff
from intercoop_chassis.http import Page, Paging, RequestContext, service_router
from intercoop_contracts.directory import Role
from intercoop_notifications.notices.domain.notice import NoticeKind
from intercoop_notifications.notices.store import undelivered
from intercoop_notifications.notices.store.undelivered import Undelivered, UndeliveredPosition

router = service_router("notifications")


class UndeliveredAnswer(BaseModel):
    """News for people of a co-operative in which nobody holds one of these mandates yet."""

    id: UUID
    kind: NoticeKind
    request_id: UUID
    organisation_id: UUID
    title: str = Field(description="Of the request", examples=["Nous cherchons des locaux"])
    roles: list[Role]
    created_at: datetime
    deadline: datetime

    @classmethod
    def of(cls, waiting: Undelivered) -> Self:
        return cls(
            id=waiting.id,
            kind=waiting.kind,
            request_id=waiting.facts.request_id,
            organisation_id=waiting.organisation_id,
            title=waiting.facts.title,
            roles=list(waiting.roles),
            created_at=waiting.created_at,
            deadline=waiting.deadline,
        )


@router.get("/undelivered", summary="List the news that nobody could be told")
async def list_undelivered(
    _: Staff, page: Paging, context: RequestContext
) -> Page[UndeliveredAnswer]:
    """Staff of this instance only. It is told as soon as somebody is given such a mandate."""
    async with context.db.read() as tx:
        after = page.after(UndeliveredPosition)
        found = await undelivered.list_undelivered(context.clock(), after, page.fetch, tx)
    shown = page.of(found, lambda waiting: UndeliveredPosition(waiting.id))
    return Page(items=[UndeliveredAnswer.of(waiting) for waiting in shown.items], next=shown.next)
