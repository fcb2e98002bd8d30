"""What is said once after something was done: it travels in a cookie to the next page (30 s)."""

import binascii
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from intercoop_chassis.pages.cookies import cookie_name, forget_cookie, set_cookie
from intercoop_chassis.pages.paths import local_path
from intercoop_chassis.pages.site import site_of
from intercoop_chassis.pages.words import Words

_PURPOSE: Final = "flash"
_HOLE: Final = re.compile(r"%\((\w+)\)s")
_LIFE_S: Final = 30
_MOST: Final = 1_500


class Flash(BaseModel):
    """A source text with its values. Where it can be undone, `undo` is what to post to."""

    model_config = ConfigDict(frozen=True)

    text: str = Field(max_length=300)
    values: dict[str, str] = {}
    undo: str | None = None

    def said(self, words: Words) -> str:
        """The text in a language; nothing where the values are not those that it takes.

        Whoever sends the cookie may have made it up: nothing of it is taken for a format.
        """
        try:
            return _HOLE.sub(lambda hole: self.values[hole[1]], words.gettext(self.text))
        except KeyError:
            return ""


def done(request: Request, address: str, flash: Flash | None = None) -> Response:
    """The answer after a POST: go to this page of ours, where the flash is shown."""
    response = RedirectResponse(local_path(address), 303)
    if flash is not None:
        text = urlsafe_b64encode(flash.model_dump_json(exclude_none=True).encode()).decode()
        settings = site_of(request).context.settings
        set_cookie(response, settings, _PURPOSE, text, max_age_s=_LIFE_S)
    return response


def flash_of(request: Request) -> Flash | None:
    """What the page has to say; nothing where the cookie is not as it was set."""
    text = request.cookies.get(cookie_name(site_of(request).context.settings, _PURPOSE), "")
    if not text or len(text) > _MOST:
        return None
    try:
        flash = Flash.model_validate(json.loads(urlsafe_b64decode(text)))
    except (binascii.Error, ValueError, ValidationError, RecursionError):
        return None
    return flash.model_copy(update={"undo": local_path(flash.undo) if flash.undo else None})


def forget_flash(request: Request, response: Response) -> None:
    """It has been said."""
    forget_cookie(response, site_of(request).context.settings, _PURPOSE)
