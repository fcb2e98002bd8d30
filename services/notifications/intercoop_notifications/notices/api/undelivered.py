"""For staff: what nobody could be told."""

from datetime import datetime
from typing import Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from intercoop_chassis.auth import Staff
from intercoop_chassis.http import Here, Page, Paging
from intercoop_contracts.directory import Role
from intercoop_notifications.notices.domain.notice import Kind
from intercoop_notifications.notices.store import undelivered
from intercoop_notifications.notices.store.undelivered import Undelivered, UndeliveredPosition

router = APIRouter()


class UndeliveredAnswer(BaseModel):
    """News for people of a co-operative in which nobody holds one of these mandates yet."""

    id: UUID
    kind: Kind
    request_id: UUID
    organisation_id: UUID
    title: str = Field(description="Of the request", examples=["Nous cherchons des locaux"])
    roles: list[Role]
    created_at: datetime
    deadline: datetime

    @classmethod
    def of(cls, one: Undelivered) -> Self:
        return cls(
            id=one.id,
            kind=one.kind,
            request_id=one.facts.request_id,
            organisation_id=one.organisation_id,
            title=one.facts.title,
            roles=list(one.roles),
            created_at=one.created_at,
            deadline=one.deadline,
        )


@router.get("/undelivered", summary="List the news that nobody could be told")
async def list_undelivered(_: Staff, page: Paging, here: Here) -> Page[UndeliveredAnswer]:
    """Staff of this instance only. It is told as soon as somebody is given such a mandate."""
    async with here.db.read() as tx:
        after = page.after(UndeliveredPosition)
        found = await undelivered.list_undelivered(here.clock(), after, page.fetch, tx)
    shown = page.of(found, lambda one: UndeliveredPosition(one.id))
    return Page(items=[UndeliveredAnswer.of(one) for one in shown.items], next=shown.next)
