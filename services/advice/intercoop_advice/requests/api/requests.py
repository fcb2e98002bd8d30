"""Requests of this instance's co-operatives: asked, read, closed, and whom they ask."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request as HttpRequest, Response
from pydantic import ConfigDict, Field, JsonValue

from intercoop_advice.access import check_may_ask, requests_shown_to, their_request
from intercoop_advice.requests import handlers
from intercoop_advice.requests.api.answers import RequestAnswer, answered
from intercoop_advice.requests.domain.request import Request, RequestDraft
from intercoop_advice.requests.store.own import ListedRequest, RequestPosition, list_requests
from intercoop_chassis.auth import Caller
from intercoop_chassis.http import (
    Answer,
    Once,
    Page,
    Paging,
    RequestContext,
    granted,
    service_router,
)
from intercoop_chassis.http.texts import Body, LongText, Name, Tag
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.advice import RequestState
from intercoop_contracts.advice.requests import MAX_INVITATIONS, MAX_TAGS

_EXAMPLE: dict[str, JsonValue] = {
    "organisation_id": "01938f1e-0000-7000-8000-00000000000a",
    "title": "Nous cherchons des locaux",
    "text": "200 m², près d'Aurillac, dès le printemps.",
    "expertise": ["locaux"],
}
_INVITED: dict[str, JsonValue] = {"organisations": ["01938f1e-0000-7000-8000-00000000000b"]}
_HELPED: dict[str, JsonValue] = {
    "what_helped": "Un hangar à partager, près de la gare",
    "helped_by": ["01938f1e-0000-7000-8000-0000000000c1"],
}

router = service_router("advice")


class RequestBody(Body):
    """What a co-operative asks. The whole network reads it: write nothing about a person."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    organisation_id: UUID = Field(description="The co-operative that asks")
    title: Name
    text: LongText = ""
    expertise: list[Tag] = Field(
        default=[], max_length=MAX_TAGS, description="What you hope to find"
    )

    def draft(self) -> RequestDraft:
        return RequestDraft(self.title, self.text, tuple(self.expertise))


class InvitationsBody(Body):
    """Whom to ask. Who was asked already is not asked again."""

    model_config = ConfigDict(json_schema_extra={"examples": [_INVITED]})

    organisations: list[UUID] = Field(min_length=1, max_length=MAX_INVITATIONS)


class CloseBody(Body):
    """What helped. The words are read by everybody, who helped stays with you."""

    model_config = ConfigDict(json_schema_extra={"examples": [_HELPED]})

    what_helped: LongText = Field(min_length=1, description="It may be `nothing`")
    helped_by: list[UUID] = Field(
        default=[], max_length=MAX_INVITATIONS, description="Ids of invitations"
    )


@router.post(
    "/requests", status_code=201, response_model=RequestAnswer, summary="Ask other co-operatives"
)
async def ask(
    body: RequestBody, who: Caller, once: Once, request: HttpRequest, context: RequestContext
) -> Response:
    """In the name of a co-operative of your own; staff for any of this instance.

    Nobody is told before you choose whom to ask.
    """
    check_may_ask(who, body.organisation_id, context)

    async def work(tx: Transaction) -> Request:
        made = await handlers.ask(
            body.draft(), body.organisation_id, tx.new_id(), tx, now=context.clock()
        )
        return granted(made)

    def answer(made: Request) -> Answer:
        headers = {"Location": f"{request.url.path}/{made.id}"}
        return Answer(RequestAnswer.of(made), headers=headers)

    return await once.run(context.db, work, answer)


@router.get("/requests", summary="List your co-operatives' requests, the newest first")
async def index(
    who: Caller,
    page: Paging,
    context: RequestContext,
    state: Annotated[RequestState | None, Query()] = None,
) -> Page[RequestAnswer]:
    """Staff see those of every co-operative of this instance."""
    wanted = requests_shown_to(who, state, context)
    async with context.db.read() as tx:
        found = await list_requests(wanted, page.after(RequestPosition), page.fetch, tx)
    shown = page.of(found, _position, lambda listed: listed.bytes)
    return Page(items=[RequestAnswer.of(listed.request) for listed in shown.items], next=shown.next)


def _position(listed: ListedRequest) -> RequestPosition:
    return RequestPosition(listed.request.id)


@router.get("/requests/{request_id:uuid}", summary="Read a request, with whom it asks")
async def show(request_id: UUID, who: Caller, context: RequestContext) -> RequestAnswer:
    """Your co-operatives' own; staff read everybody's of this instance."""
    async with context.db.read() as tx:
        return RequestAnswer.of(await their_request(request_id, who, context, tx))


@router.post(
    "/requests/{request_id:uuid}/invitations",
    response_model=RequestAnswer,
    summary="Choose whom to ask",
)
async def invite(
    request_id: UUID, body: InvitationsBody, who: Caller, once: Once, context: RequestContext
) -> Response:
    """The asker's people, and staff. At most 30 co-operatives a request, in one step or several."""

    async def work(tx: Transaction) -> Request:
        await their_request(request_id, who, context, tx)
        after = await handlers.invite(request_id, body.organisations, tx, now=context.clock())
        return granted(after)

    return await once.run(context.db, work, answered)


@router.post(
    "/requests/{request_id:uuid}/close",
    response_model=RequestAnswer,
    summary="Close a request, and say what helped",
)
async def close(
    request_id: UUID, body: CloseBody, who: Caller, once: Once, context: RequestContext
) -> Response:
    """The asker's people, and staff. Offers that wait for an answer are not taken."""

    async def work(tx: Transaction) -> Request:
        await their_request(request_id, who, context, tx)
        return granted(await handlers.close(request_id, body.what_helped, body.helped_by, tx))

    return await once.run(context.db, work, answered)
