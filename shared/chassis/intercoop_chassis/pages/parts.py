"""Boards, and the parts of services that stand on them.

`GET /<service>/parts/<name>` answers a part. On a board those of services in the same process are
there at once, others come when the page is shown; one that does not answer in three seconds, or
fails, costs its own place only, where it says so with a link to the whole.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.pages.menu import is_shown
from intercoop_chassis.pages.rendering import answer
from intercoop_chassis.pages.site import Render, Site, site_of
from intercoop_contracts.pages import SLOTS, Slot

PATIENCE_S: Final = 3.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Place:
    """A slot on a board, with its part; None where that has not come, or comes from elsewhere."""

    slot: Slot
    content: Markup | None
    is_here: bool


def add_part(router: APIRouter, name: str, render: Render, right: object) -> None:
    """Have a page router answer `/parts/<name>` to whoever has this right (`Depends(member)`)."""

    async def part(request: Request) -> Response:
        return answer(request, await render(request, request.state.context))

    part.render = render  # type: ignore[attr-defined]  # `parts_of` finds it
    router.add_api_route(
        f"/parts/{name}",
        part,
        methods=["GET"],
        summary="A part of a board",
        dependencies=[right],  # type: ignore[list-item]  # Depends
    )


def parts_of(router: APIRouter) -> dict[str, Render]:
    """The parts that a router answers, by address."""
    found = {}
    for route in router.routes:
        render = getattr(getattr(route, "endpoint", None), "render", None)
        if render is not None:
            found[str(getattr(route, "path", ""))] = render
    return found


async def places(request: Request, board: str) -> Sequence[Place]:
    """What stands on a board for this visitor, in the order in which it is declared."""
    site, who = site_of(request), request.state.who
    known = who if isinstance(who, Identity) else None
    owner = site.context.settings.owner
    slots = [slot for slot in SLOTS if slot.board == board and is_shown(slot.viewer, known, owner)]
    return await asyncio.gather(*(_place(slot, request, site) for slot in slots))


async def _place(slot: Slot, request: Request, site: Site) -> Place:
    render, context = site.parts.get(slot.part), site.contexts.get(slot.service or "")
    if render is None or context is None:
        return Place(slot, None, is_here=False)
    try:
        async with asyncio.timeout(PATIENCE_S):
            return Place(slot, await render(request, context), is_here=True)
    except Exception as error:  # noqa: BLE001  whatever it is, the rest of the board stands
        log.warning("part_not_shown", part=slot.part, error=type(error).__name__)
        return Place(slot, None, is_here=True)
