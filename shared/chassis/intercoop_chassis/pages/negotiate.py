"""How a page is shown: language, colours and keys as was chosen, or else as the browser asks."""

from enum import StrEnum
from functools import lru_cache
from typing import Final

from babel import negotiate_locale
from starlette.requests import Request

from intercoop_chassis.pages.cookies import cookie_name
from intercoop_chassis.settings import Settings


class Language(StrEnum):
    """A language that pages are in."""

    FR = "fr"
    EN = "en"


class Theme(StrEnum):
    """Colours that somebody chose; without a choice the device decides, by CSS alone."""

    LIGHT = "light"
    DARK = "dark"


LANGUAGE: Final = "language"
THEME: Final = "theme"
KEYS: Final = "keys"
KEYS_OFF: Final = "off"


def language_of(request: Request, settings: Settings) -> Language:
    """The language chosen before, else the best of `Accept-Language`, else French."""
    chosen = request.cookies.get(cookie_name(settings, LANGUAGE), "")
    if chosen in set(Language):
        return Language(chosen)
    return _best(request.headers.get("accept-language", "")[:_MOST_LETTERS])


def theme_of(request: Request, settings: Settings) -> Theme | None:
    """The theme chosen before."""
    chosen = request.cookies.get(cookie_name(settings, THEME), "")
    return Theme(chosen) if chosen in set(Theme) else None


def keys_are_on(request: Request, settings: Settings) -> bool:
    """Whether single letters are shortcuts: until somebody has turned them off (WCAG 2.1.4)."""
    return request.cookies.get(cookie_name(settings, KEYS)) != KEYS_OFF


@lru_cache(maxsize=1_000)
def _best(header: str) -> Language:
    """Browsers say the same in each request."""
    found = negotiate_locale(_wanted(header), list(Language))
    return Language(found) if found else Language.FR


def _wanted(header: str) -> list[str]:
    """The languages of `Accept-Language` (RFC 9110, 12.5.4), those wanted most first."""
    ranges = [_weighed(part) for part in header.split(",")[:_MOST_RANGES]]
    ranges.sort(key=lambda pair: -pair[1])
    return [tag.partition("-")[0].lower() for tag, weight in ranges if tag and weight > 0]


_MOST_RANGES: Final = 20
_MOST_LETTERS: Final = 500


def _weighed(part: str) -> tuple[str, float]:
    tag, _, weight = part.partition(";q=")
    try:
        return tag.strip(), float(weight or 1)
    except ValueError:
        return tag.strip(), 0.0
