"""A way to sign in: a mail brings a code, which the browser that asked for it takes.

What is answered is the same whatever address is entered. Reading a page changes nothing: programs
that look through mails follow their links. The link has its code after the `#`, which browsers send
to nobody; the page's script puts it into the field.
"""

import asyncio
from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import Request
from pydantic import BaseModel, StringConstraints
from starlette.responses import RedirectResponse, Response

from intercoop_chassis.auth import ANYONE
from intercoop_chassis.context import Context
from intercoop_chassis.errors import InvalidError, NotFoundError
from intercoop_chassis.http import RequestContext
from intercoop_chassis.http.client_address import stranger
from intercoop_chassis.pages import Fault, Form, bind, local_path, page_router, typed_in
from intercoop_chassis.pages.menu import N_
from intercoop_directory.accounts.domain.codes import code_hash, secret_hash, tidy_code
from intercoop_directory.accounts.domain.mail_link import TRIES, VALID_FOR
from intercoop_directory.accounts.gateways.networks import network_hash
from intercoop_directory.accounts.handlers.grants import grants_of
from intercoop_directory.accounts.handlers.mail_link import (
    CODE_PAGE,
    Asker,
    TooManySignInsError,
    WrongCode,
    ask,
    enter,
)
from intercoop_directory.accounts.handlers.signing_in import NotAllowed, SignedIn
from intercoop_directory.accounts.pages.held_secrets import HeldSecret, SecretCookie
from intercoop_directory.accounts.pages.opening import device, open_browser_session
from intercoop_directory.accounts.pages.refused import NOT_ALLOWED, TOO_MANY, refused_page
from intercoop_directory.accounts.pages.ways import TEMPLATES, Way
from intercoop_directory.accounts.store import sign_ins
from intercoop_directory.settings import DirectorySettings

_NO_ADDRESS: Final = N_("This is no e-mail address: write it such as camille@example.coop.")

_COOKIE: Final = SecretCookie("code", VALID_FOR)
router = page_router("directory")


class AddressTyped(BaseModel):
    """What the form sends: one's address, and the page that one came for."""

    address: Annotated[str, StringConstraints(max_length=320)]
    next: str = "/"


class CodeTyped(BaseModel):
    """What the form of the code sends."""

    code: Annotated[str, StringConstraints(max_length=100)]


async def fill(_: Request, context: Context) -> dict[str, Any] | None:  # Any: values
    """Offered where mails can leave, and can say where the instance is."""
    return {"form": Form()} if _is_offered(context) else None


MAIL_LINK: Final = Way("sign_in/mail.html", fill)


@router.post("/sign-in/mail", summary="Ask for a code by mail", dependencies=[ANYONE])
async def ask_for_code(request: Request, context: RequestContext) -> Response:
    if not _is_offered(context):
        raise NotFoundError("This instance sends no codes: see how one signs in at /sign-in")
    form = bind(AddressTyped, await typed_in(request), TEMPLATES.words(request))
    if form.model is None:
        return _address_page(request, form)
    settings = context.settings_as(DirectorySettings)
    browser = _asking_browser(request, form.model.next)
    asker = Asker(secret_hash(browser.secret), _network(request, settings))
    address, grants = form.model.address, grants_of(settings)
    try:
        await context.db.command(lambda tx: ask(address, asker, grants, tx))
    except InvalidError:
        fault = Fault("address", TEMPLATES.words(request).gettext(_NO_ADDRESS))
        return _address_page(request, Form(form.typed, (fault,)))
    except TooManySignInsError:
        return refused_page(request, TOO_MANY, onward=browser.onward)
    response = RedirectResponse(CODE_PAGE, 303)
    _COOKIE.give(request, response, browser)
    return response


@router.get("/sign-in/code", summary="Type the code of a mail", dependencies=[ANYONE])
async def show_code(request: Request) -> Response:
    return _code_page(request, Form())


@router.post("/sign-in/code", summary="Sign in by the code", dependencies=[ANYONE])
async def take_code(request: Request, context: RequestContext) -> Response:
    form = bind(CodeTyped, await typed_in(request), TEMPLATES.words(request))
    browser = _COOKIE.read(request)
    if browser is None or form.model is None:
        return _code_page(request, form, status=422)
    secret = secret_hash(browser.secret)
    digest = await _digest(form.model.code, secret, context)
    said, grants = device(request), grants_of(context.settings_as(DirectorySettings))
    outcome = await context.db.command(lambda tx: enter(secret, digest, said, grants, tx))
    if isinstance(outcome, WrongCode):
        return _wrong_code_page(request, form, outcome)
    response = _entered(request, outcome, browser.onward)
    _COOKIE.forget(request, response)
    return response


def _entered(request: Request, outcome: SignedIn | NotAllowed, onward: str) -> Response:
    match outcome:
        case SignedIn():
            return open_browser_session(request, outcome, onward)
        case NotAllowed():
            return refused_page(request, NOT_ALLOWED, onward=onward)


def _asking_browser(request: Request, onward: str) -> HeldSecret:
    """With the secret that it has, if it has one: codes of earlier mails stay good."""
    known = _COOKIE.read(request)
    return replace(known, onward=local_path(onward)) if known else HeldSecret.new(onward)


async def _digest(typed: str, browser: bytes, context: Context) -> bytes | None:
    """The hash of what was typed, where it may be a code and the browser waits for one at all.

    It takes ten milliseconds and 8 MiB on purpose, beside what else is answered meanwhile.
    """
    code = tidy_code(typed)
    async with context.db.read() as tx:
        waits = await sign_ins.is_waiting(browser, context.clock(), tx)
    return await asyncio.to_thread(code_hash, code, browser) if code and waits else None


def _wrong_code_page(request: Request, form: Form[CodeTyped], wrong: WrongCode) -> Response:
    words = TEMPLATES.words(request)
    if wrong.tries_left:
        text = words.ngettext(
            "This is not the code of your mail. You can try %(num)d more time.",
            "This is not the code of your mail. You can try %(num)d more times.",
            wrong.tries_left,
        ) % {"num": wrong.tries_left}
    else:
        text = words.gettext("No code can be used here any more. Ask for another one.")
    refused: Form[CodeTyped] = Form(form.typed, (Fault("code", text),))
    return _code_page(request, refused, status=422)


def _code_page(request: Request, form: Form[CodeTyped], *, status: int = 200) -> Response:
    browser = _COOKIE.read(request)
    values = {
        "form": form,
        "asked": browser is not None,
        "onward": browser.onward if browser else "/",
        "tries": TRIES,
        "minutes": int(VALID_FOR.total_seconds() / 60),
    }
    return TEMPLATES.page(request, "sign_in/code.html", values, status=status)


def _address_page(request: Request, form: Form[AddressTyped]) -> Response:
    values = {"form": form, "onward": local_path(form.value("next"))}
    return TEMPLATES.page(request, "sign_in/address.html", values, status=422)


def _network(request: Request, settings: DirectorySettings) -> bytes:
    if settings.signing_keys_file is None:
        raise NotFoundError("This instance signs nobody in: its operator has set no keys")
    return network_hash(stranger(request.scope.get("client")), settings.signing_keys_file)


def _is_offered(context: Context) -> bool:
    settings = context.settings_as(DirectorySettings)
    needed = (settings.smtp, settings.mail_from, settings.public_url, settings.signing_keys_file)
    return all(needed)
