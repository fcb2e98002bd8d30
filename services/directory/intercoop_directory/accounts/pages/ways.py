"""The page that one signs in on, made of the ways to sign in that are offered there."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from fastapi import Request
from starlette.responses import Response

from intercoop_chassis.context import Context
from intercoop_chassis.pages import Templates, local_path

Fill = Callable[[Request, Context], Awaitable[Mapping[str, Any] | None]]  # Any: a template's values
"""What a way's part of the page shows; None where the way is not offered to whoever asks."""

TEMPLATES: Final = Templates(
    Path(__file__).parents[1] / "templates", Path(__file__).parents[2] / "locale"
)


@dataclass(frozen=True, slots=True)
class Way:
    """A way to sign in: its part of the page, which finds what `fill` gives as `way.shown`."""

    template: str
    fill: Fill


@dataclass(frozen=True, slots=True)
class Offered:
    """A way that is offered, with what its part shows."""

    template: str
    shown: Mapping[str, Any]  # Any: a template's values


async def sign_in_page(
    request: Request, context: Context, ways: Sequence[Way], *, onward: str, status: int = 200
) -> Response:
    """The page with each way that is offered; `onward` is the page that one came for."""
    filled = [(way, await way.fill(request, context)) for way in ways]
    offered = [Offered(way.template, shown) for way, shown in filled if shown is not None]
    values = {"ways": offered, "onward": local_path(onward)}
    return TEMPLATES.page(request, "sign_in/page.html", values, status=status)
