"""For staff: which mails wait or failed, and why."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from intercoop_chassis.auth import Staff
from intercoop_chassis.context import Context
from intercoop_chassis.http import Answer, Once, Page, Paging, RequestContext, service_router
from intercoop_chassis.jobs import Entry, EntryFilter, EntryPosition, State, list_entries
from intercoop_notifications.mails import handlers
from intercoop_notifications.notices.domain.mail_job import MAIL, MailJob
from intercoop_notifications.notices.domain.notice import NoticeKind

router = service_router("notifications")


def routes(_: Context) -> APIRouter:
    return router


class MailAnswer(BaseModel):
    """A mail on its way or at its end. `id` is that of its notice; no address is shown."""

    id: UUID
    kind: NoticeKind
    person_id: UUID
    state: State
    attempts: int
    last_error: str | None = Field(
        description="What hinders it, or hindered it last",
        examples=["the person has no e-mail address in the directory"],
    )
    created_at: datetime
    deadline: datetime = Field(description="It is not sent after that")
    next_try_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, entry: Entry, hindrance: str | None) -> Self:
        waits = entry.state is State.PENDING
        job = MailJob.read(entry.payload)
        return cls(
            id=job.notice_id,
            kind=job.notice_kind,
            person_id=job.person_id,
            state=entry.state,
            attempts=entry.attempts,
            last_error=(hindrance if waits and hindrance else entry.last_error),
            created_at=entry.due_at,
            deadline=entry.deadline,
            next_try_at=entry.next_try_at if waits else None,
            finished_at=entry.finished_at,
        )


@router.get("/mails", summary="List the mails, the newest first")
async def list_mails(
    _: Staff,
    page: Paging,
    context: RequestContext,
    state: Annotated[State | None, Query(description="Only those in this state")] = None,
    stuck: Annotated[bool, Query(description="Only what waits though it was tried")] = False,  # noqa: FBT002  a query
) -> Page[MailAnswer]:
    """Staff of this instance only. What ended more than 30 days ago is forgotten."""
    hindrance = handlers.hindrance(context.settings)
    wanted = EntryFilter(state, stuck=stuck, all_are_hindered=bool(hindrance))
    async with context.db.read() as tx:
        after = page.after(EntryPosition)
        found = await list_entries(MAIL, wanted, after, page.fetch, tx)
    shown = page.of(found, lambda entry: EntryPosition(entry.due_at, entry.key))
    items = [MailAnswer.of(entry, hindrance) for entry in shown.items]
    return Page(items=items, next=shown.next)


@router.post("/mails/{mail_id:uuid}/retry", response_model=MailAnswer, summary="Try a mail now")
async def retry(mail_id: UUID, _: Staff, once: Once, context: RequestContext) -> Response:
    """Staff of this instance only: one that waits, or that was refused for good (409 otherwise)."""

    def answer(entry: Entry) -> Answer:
        return Answer(MailAnswer.of(entry, handlers.hindrance(context.settings)), status=200)

    return await once.run(context.db, lambda tx: handlers.retry(mail_id, tx), answer)
