"""The style with an owner's colours, whose address says all that is in it."""

import re
from typing import Final

from fastapi import APIRouter, Response

from intercoop_chassis.auth.rights import ANYONE
from intercoop_chassis.colours import Ground, Shades, shades_of
from intercoop_chassis.errors import NotFoundError

_COLOUR: Final = re.compile("[0-9a-f]{6}")
_CACHE: Final = "public, max-age=31536000, immutable"
_STYLE: Final = (
    ":root{{--brand:light-dark({light.colour},{dark.colour});"
    "--brand-soft:light-dark({light.soft},{dark.soft});"
    "--tblr-primary-darken:light-dark({light.pressed},{dark.pressed})}}\n"
)


def colour_routes(service: str) -> APIRouter:
    """`/<service>/assets/colours/<light>-<dark>.css`: any two colours, in six digits each."""
    router = APIRouter(include_in_schema=False, dependencies=[ANYONE], tags=[service])

    @router.get(f"/{service}/assets/colours/{{light}}-{{dark}}.css", summary="An owner's colours")
    async def colours(light: str, dark: str) -> Response:
        if not (_COLOUR.fullmatch(light) and _COLOUR.fullmatch(dark)):
            raise NotFoundError("A colour has six hexadecimal digits: load the page again")
        style = _style(shades_of(f"#{light}", Ground.LIGHT), shades_of(f"#{dark}", Ground.DARK))
        headers = {"Cache-Control": _CACHE}
        return Response(style, media_type="text/css; charset=utf-8", headers=headers)

    return router


def _style(light: Shades, dark: Shades) -> str:
    return _STYLE.format(light=light, dark=dark)
