"""The pages of an instance that are no service's: home, help, notices, and one's own choices."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from intercoop_chassis.auth import ANYONE, Caller
from intercoop_chassis.pages.cookies import forget_cookie, set_cookie
from intercoop_chassis.pages.flash import Flash, done
from intercoop_chassis.pages.forms import bind, typed_in
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.pages.negotiate import KEYS, KEYS_OFF, LANGUAGE, THEME, Language, Theme
from intercoop_chassis.pages.parts import places
from intercoop_chassis.pages.paths import local_path
from intercoop_chassis.pages.rendering import CHASSIS_TEMPLATES, Templates
from intercoop_chassis.pages.routers import instance_router
from intercoop_chassis.pages.sign_in import add_sign_in
from intercoop_chassis.pages.site import site_of

STATIC: Final = ("help", "accessibility", "legal", "privacy")
_TEMPLATES: Final = Templates(CHASSIS_TEMPLATES)
_SAVED: Final = Flash(text=N_("Saved."))


class LanguageChoice(BaseModel):
    """What the form of the language sends; `back` is the page that it stood on."""

    language: Language
    back: str = "/"


class ThemeChoice(BaseModel):
    """What the form of the theme sends; without a theme the device decides."""

    theme: Theme | None = None
    back: str = "/"


class KeysChoice(BaseModel):
    """What the form of the shortcuts sends."""

    keys: Literal["on", "off"]


def instance_pages() -> APIRouter:
    """`/`, `/me`, signing in and out, and the pages that anyone may read."""
    router = instance_router()
    router.add_api_route("/", home, methods=["GET"], summary="Home")
    router.add_api_route(
        "/me", me, methods=["GET"], summary="One's own choices", dependencies=[ANYONE]
    )
    choices = {"language": choose_language, "theme": choose_theme, "keys": choose_keys}
    for name, choose in choices.items():
        router.add_api_route(
            f"/me/{name}", choose, methods=["POST"], summary="Choose it", dependencies=[ANYONE]
        )
    add_sign_in(router)
    for name in STATIC:
        _add_static(router, name)
    return router


async def home(request: Request, _: Caller) -> Response:
    return _TEMPLATES.page(request, "home.html", {"places": await places(request, "/")})


async def me(request: Request, back: Annotated[str, Query(max_length=2000)] = "/") -> Response:
    return _TEMPLATES.page(request, "me.html", {"back": local_path(back)})


async def choose_language(request: Request) -> Response:
    form = bind(LanguageChoice, await typed_in(request), _TEMPLATES.words(request))
    if form.model is None:
        return _TEMPLATES.page(request, "me.html", {"back": "/"}, status=422)
    response = done(request, form.model.back, _SAVED)
    settings = site_of(request).context.settings
    set_cookie(response, settings, LANGUAGE, form.model.language)
    return response


async def choose_theme(request: Request) -> Response:
    form = bind(ThemeChoice, await typed_in(request), _TEMPLATES.words(request))
    if form.model is None:
        return _TEMPLATES.page(request, "me.html", {"back": "/"}, status=422)
    response = done(request, form.model.back, _SAVED)
    settings = site_of(request).context.settings
    if form.model.theme is None:
        forget_cookie(response, settings, THEME)
    else:
        set_cookie(response, settings, THEME, form.model.theme)
    return response


async def choose_keys(request: Request) -> Response:
    form = bind(KeysChoice, await typed_in(request), _TEMPLATES.words(request))
    if form.model is None:
        return _TEMPLATES.page(request, "me.html", {"back": "/"}, status=422)
    response = done(request, "/me", _SAVED)
    settings = site_of(request).context.settings
    if form.model.keys == KEYS_OFF:
        set_cookie(response, settings, KEYS, KEYS_OFF)
    else:
        forget_cookie(response, settings, KEYS)
    return response


def _add_static(router: APIRouter, name: str) -> None:
    async def page(request: Request) -> Response:
        settings = site_of(request).context.settings
        return _TEMPLATES.page(request, f"{name}.html", {"source_url": settings.source_url})

    router.add_api_route(
        f"/{name}", page, methods=["GET"], summary=name.capitalize(), dependencies=[ANYONE]
    )
