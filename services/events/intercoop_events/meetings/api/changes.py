"""Meetings of this instance: scheduled, changed, moved, cancelled."""

from typing import Final
from uuid import UUID

from fastapi import Request, Response
from pydantic import Field

from intercoop_chassis.auth import Staff
from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.http import (
    ETAG_HEADER,
    Answer,
    ExpectedVersion,
    Once,
    RequestContext,
    etag,
    granted,
    service_router,
)
from intercoop_chassis.http.texts import Body, Text
from intercoop_chassis.postgres import Transaction
from intercoop_events.meetings.api.answer import MeetingAnswer
from intercoop_events.meetings.api.body import MeetingBody
from intercoop_events.meetings.domain.known_meeting import KnownMeeting
from intercoop_events.meetings.domain.meeting import Meeting
from intercoop_events.meetings.handlers import schedule as handlers
from intercoop_events.meetings.handlers.hosts import host
from intercoop_events.meetings.store import known as read

NO_MEETING: Final = "No meeting of this instance has this id: list them to find the right one"

router = service_router("events")


class CancelBody(Body):
    because: Text = Field("", description="Shown to everybody", examples=["La salle est fermée"])


@router.post(
    "/meetings",
    status_code=201,
    response_model=MeetingAnswer,
    responses={201: {"headers": ETAG_HEADER}},
    summary="Schedule a meeting",
)
async def schedule(
    body: MeetingBody, _: Staff, once: Once, request: Request, context: RequestContext
) -> Response:
    """Staff of this instance only. The whole network sees it."""

    async def work(tx: Transaction) -> KnownMeeting:
        draft = body.draft(await host(body.host, tx))
        made = granted(await handlers.schedule(draft, tx.new_id(), tx, now=context.clock()))
        return await _known(made, tx)

    def answer(made: KnownMeeting) -> Answer:
        location = f"{request.url.path}/{made.id}"
        headers = {"ETag": etag(made.version or 1), "Location": location}
        return Answer(MeetingAnswer.of(made), headers=headers)

    return await once.run(context.db, work, answer)


@router.put(
    "/meetings/{meeting_id:uuid}",
    response_model=MeetingAnswer,
    responses={200: {"headers": ETAG_HEADER}},
    summary="Change or move a meeting",
)
async def change(
    meeting_id: UUID,
    body: MeetingBody,
    _: Staff,
    expected: ExpectedVersion,
    once: Once,
    context: RequestContext,
) -> Response:
    """Staff of this instance only. A field that is left out is emptied.

    More seats go to those who wait. Seats that are taken are not taken away. Everybody who is
    registered hears of another date or place.
    """

    async def work(tx: Transaction) -> KnownMeeting:
        draft = body.draft(await host(body.host, tx))
        after = granted(await handlers.amend(meeting_id, expected, draft, tx, now=context.clock()))
        return await _known(after, tx)

    return await once.run(context.db, work, _shown)


@router.post(
    "/meetings/{meeting_id:uuid}/cancel",
    response_model=MeetingAnswer,
    responses={200: {"headers": ETAG_HEADER}},
    summary="Cancel a meeting for good",
)
async def cancel(
    meeting_id: UUID, body: CancelBody, _: Staff, once: Once, context: RequestContext
) -> Response:
    """Staff of this instance only. Everybody who is registered hears of it."""

    async def work(tx: Transaction) -> KnownMeeting:
        return await _known(await handlers.cancel(meeting_id, body.because, tx), tx)

    return await once.run(context.db, work, _shown)


def _shown(known: KnownMeeting) -> Answer:
    headers = {"ETag": etag(known.version or 1)}
    return Answer(MeetingAnswer.of(known), status=200, headers=headers)


async def _known(meeting: Meeting, tx: Transaction) -> KnownMeeting:
    """The meeting as it is read."""
    known = await read.get(meeting.id, tx)
    if known is None:
        raise NotFoundError(NO_MEETING)
    return known
