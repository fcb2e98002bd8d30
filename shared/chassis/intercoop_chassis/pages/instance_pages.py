"""The pages of an instance that are no service's: home, help, notices, and one's own choices."""

from typing import Final, Literal

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from intercoop_chassis.auth import ANYONE, Caller, Staff, Steering
from intercoop_chassis.pages.cookies import forget_cookie, set_cookie
from intercoop_chassis.pages.flash import Flash, done
from intercoop_chassis.pages.forms import bind, typed_in
from intercoop_chassis.pages.guard import SIGN_IN
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.pages.negotiate import KEYS, KEYS_OFF, LANGUAGE, THEME, Language, Theme
from intercoop_chassis.pages.parts import places
from intercoop_chassis.pages.paths import address, local_path
from intercoop_chassis.pages.rendering import CHASSIS_TEMPLATES, Templates
from intercoop_chassis.pages.routers import instance_router
from intercoop_chassis.pages.search import SEARCH, search
from intercoop_chassis.pages.site import site_of
from intercoop_contracts.pages import MY_DAY, SIGN_IN_PAGE, STEERING

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
    """`/`, `/me`, the way to the sign-in, and the pages that anyone may read."""
    router = instance_router()
    router.add_api_route("/", home, methods=["GET"], summary="Home")
    router.add_api_route(MY_DAY, my_day, methods=["GET"], summary="What waits for staff")
    router.add_api_route(STEERING, steering, methods=["GET"], summary="The instance's figures")
    router.add_api_route(SEARCH, search, methods=["GET"], summary="Search every service")
    router.add_api_route(
        "/me", me, methods=["GET"], summary="One's own choices", dependencies=[ANYONE]
    )
    for path, choose, summary in (
        ("/me/language", choose_language, "Choose the language"),
        ("/me/theme", choose_theme, "Choose the appearance"),
        ("/me/keys", choose_keys, "Choose whether there are shortcuts"),
    ):
        router.add_api_route(path, choose, methods=["POST"], summary=summary, dependencies=[ANYONE])
    router.add_api_route(
        SIGN_IN, to_sign_in, methods=["GET"], summary="To the sign-in", dependencies=[ANYONE]
    )
    for name in STATIC:
        _add_static(router, name)
    return router


async def home(request: Request, _: Caller) -> Response:
    return _TEMPLATES.page(request, "home.html", {"places": await places(request, "/")})


async def my_day(request: Request, _: Staff) -> Response:
    return _TEMPLATES.page(request, "my_day.html", {"places": await places(request, MY_DAY)})


async def steering(request: Request, _: Steering) -> Response:
    return _TEMPLATES.page(request, "steering.html", {"places": await places(request, STEERING)})


async def me(request: Request, back: str = "/") -> Response:
    return await _me(request, local_path(back))


async def to_sign_in(next: str = "/") -> Response:  # noqa: A002  its name in addresses
    return RedirectResponse(address(SIGN_IN_PAGE, {"next": local_path(next)}), 303)


async def choose_language(request: Request) -> Response:
    form = bind(LanguageChoice, await typed_in(request), _TEMPLATES.words(request))
    if form.model is None:
        return await _me(request, "/", status=422)
    response = done(request, form.model.back, _SAVED)
    settings = site_of(request).context.settings
    set_cookie(response, settings, LANGUAGE, form.model.language)
    return response


async def choose_theme(request: Request) -> Response:
    form = bind(ThemeChoice, await typed_in(request), _TEMPLATES.words(request))
    if form.model is None:
        return await _me(request, "/", status=422)
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
        return await _me(request, "/", status=422)
    response = done(request, "/me", _SAVED)
    settings = site_of(request).context.settings
    if form.model.keys == KEYS_OFF:
        set_cookie(response, settings, KEYS, KEYS_OFF)
    else:
        forget_cookie(response, settings, KEYS)
    return response


async def _me(request: Request, back: str, *, status: int = 200) -> Response:
    values = {"back": back, "places": await places(request, "/me")}
    return _TEMPLATES.page(request, "me.html", values, status=status)


def _add_static(router: APIRouter, name: str) -> None:
    async def page(request: Request) -> Response:
        settings = site_of(request).context.settings
        return _TEMPLATES.page(request, f"{name}.html", {"source_url": settings.source_url})

    router.add_api_route(
        f"/{name}", page, methods=["GET"], summary=name.capitalize(), dependencies=[ANYONE]
    )
