"""What the frame shows beside a page: how much is new for its reader, and the network's state."""

import asyncio
from dataclasses import dataclass
from typing import Final

import structlog
from markupsafe import Markup
from starlette.requests import Request

from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.pages.guard import READS, is_for_a_part
from intercoop_chassis.pages.network import Network
from intercoop_chassis.pages.site import site_of
from intercoop_contracts.pages import BELL

PATIENCE_S: Final = 2.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`bell` is None where another process has it, or it does not answer: the stream brings it."""

    bell: Markup | None = None
    network: Network | None = None


NOTHING: Final = Surroundings()


async def look_around(request: Request) -> Surroundings:
    """What goes around the page that is asked for; nothing around a part, or what is sent.

    Whatever fails here costs its own place, never the page.
    """
    known = isinstance(request.state.who, Identity)
    if not known or request.method not in READS or is_for_a_part(request):
        return NOTHING
    site = site_of(request)
    try:
        async with asyncio.timeout(PATIENCE_S):
            return Surroundings(await _bell(request), await site.network.look(site.context.db))
    except Exception as error:  # noqa: BLE001  whatever it is, the page stands
        log.warning("surroundings_not_shown", error=type(error).__name__)
        return NOTHING


async def _bell(request: Request) -> Markup | None:
    site = site_of(request)
    render, context = site.parts.get(BELL.part), site.contexts.get(BELL.service or "")
    return await render(request, context) if render and context else None


def surroundings_of(request: Request) -> Surroundings:
    """What was seen when the page was asked for; nothing where no route has looked."""
    seen: Surroundings = getattr(request.state, "surroundings", NOTHING)
    return seen
