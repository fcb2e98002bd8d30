"""Mails by state; without one asked for, those that are worth a look: stuck ones, and given up."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from intercoop_chassis.auth import Staff
from intercoop_chassis.http import PageRequest, RequestContext, gathered
from intercoop_chassis.http.pagination import MAX_CURSOR
from intercoop_chassis.jobs import Entry, EntryFilter, EntryPosition, State, list_entries
from intercoop_chassis.pages import address, new_once, page_router
from intercoop_chassis.postgres import Transaction
from intercoop_notifications.mails import handlers
from intercoop_notifications.mails.pages.shown import LIST, STATES, TEMPLATES, shown
from intercoop_notifications.notices.domain.mail_job import MAIL

AT_A_LOOK: Final = 20
"""Of each state, where none is asked for."""

router = page_router("notifications")


@dataclass(frozen=True, slots=True)
class Asked:
    """The list's address, read."""

    state: Annotated[State | None, Query()] = None
    limit: Annotated[int, Query(ge=1, le=100)] = AT_A_LOOK
    cursor: Annotated[str | None, Query(max_length=MAX_CURSOR)] = None

    @property
    def page(self) -> PageRequest:
        return PageRequest(self.limit, self.cursor)


@router.get("/mails", summary="Mails that wait, bounce or have left")
async def index(
    request: Request, _: Staff, asked: Annotated[Asked, gathered(Asked)], context: RequestContext
) -> Response:
    hindrance = handlers.hindrance(context.settings)
    async with context.db.read() as tx:
        entries, cursor = await _found(asked, hindrance, tx)
        mails = await shown(entries, hindrance, tx)
    values: dict[str, Any] = {  # Any: a template's values
        "mails": mails,
        "asked": asked,
        "states": [
            (state, name, address(LIST, {"state": state})) for state, name in STATES.items()
        ],
        "first": address(LIST, {"state": asked.state}),
        "next": address(LIST, {"state": asked.state, "cursor": cursor}) if cursor else "",
        "now": context.clock(),
        "once": new_once(),
        "here": LIST,
    }
    return TEMPLATES.page(request, "mails/list.html", values, no_store=True)


async def _found(
    asked: Asked, hindrance: str | None, tx: Transaction
) -> tuple[list[Entry], str | None]:
    if asked.state is None:
        return await to_look_at(hindrance, AT_A_LOOK, tx), None
    page = asked.page
    after = page.after(EntryPosition)
    found = await list_entries(MAIL, EntryFilter(asked.state), after, page.fetch, tx)
    best = page.of(found, lambda entry: EntryPosition(entry.due_at, entry.key))
    return best.items, best.next


async def to_look_at(hindrance: str | None, at_most: int, tx: Transaction) -> list[Entry]:
    """The newest that were given up, and the newest that wait though they were tried."""
    stuck = EntryFilter(stuck=True, all_are_hindered=bool(hindrance))
    return [
        *await list_entries(MAIL, EntryFilter(State.FAILED), None, at_most, tx),
        *await list_entries(MAIL, stuck, None, at_most, tx),
    ]
