"""What the whole network's co-operatives ask, and what helped those who asked before."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import Query

from intercoop_advice.requests.api.answers import PublishedAnswer
from intercoop_advice.requests.store.published import (
    BoardFilter,
    BoardPosition,
    PublishedRequest,
    list_published,
)
from intercoop_chassis.auth import Caller
from intercoop_chassis.http import Page, Paging, RequestContext, service_router
from intercoop_contracts.advice import RequestState

LATELY: Final = timedelta(days=180)

router = service_router("advice")


@router.get("/network-requests", summary="List everybody's requests, the newest first")
async def index(
    _: Caller,
    page: Paging,
    context: RequestContext,
    state: Annotated[RequestState | None, Query()] = None,
) -> Page[PublishedAnswer]:
    """The open ones, and those closed in the last 180 days; never whom they ask."""
    wanted = BoardFilter(context.clock() - LATELY, state)
    async with context.db.read() as tx:
        found = await list_published(wanted, page.after(BoardPosition), page.fetch, tx)
    shown = page.of(found, _position, lambda request: request.bytes)
    return Page(items=[PublishedAnswer.of(request) for request in shown.items], next=shown.next)


def _position(request: PublishedRequest) -> BoardPosition:
    return BoardPosition(request.id, request.owner)
