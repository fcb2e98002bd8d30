"""`/directory/setup/mail`: a mail to oneself, and what the mail server says of it."""

from dataclasses import dataclass
from secrets import token_hex
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from intercoop_chassis.auth import Operator
from intercoop_chassis.context import Context
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import Flash, done, page_router
from intercoop_chassis.pages.menu import N_
from intercoop_contracts.directory import ContactKind, Language
from intercoop_directory.people import store as people
from intercoop_directory.settings import DirectorySettings
from intercoop_directory.setup.domain.steps import Step
from intercoop_directory.setup.handlers.trial_mail import Taken, send_trial, trial_mail
from intercoop_directory.setup.pages.progress import address_of, set_up, step_page

_BAD_GATEWAY: Final = 502

router = page_router("directory")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who gets the mail: nobody but who asks for it."""

    address: str
    language: Language


@router.get("/setup/mail", summary="Setting up: a trial mail")
async def show(request: Request, who: Operator, context: RequestContext) -> Response:
    values = await _values(who.subject, context)
    return step_page(request, Step.MAIL, await set_up(context), values)


@router.post("/setup/mail", summary="Setting up: send oneself a mail")
async def send(request: Request, who: Operator, context: RequestContext) -> Response:
    so_far, reader = await set_up(context), await _reader(who.subject, context)
    if reader is None:
        return done(request, address_of(Step.MAIL))
    letter = trial_mail(reader.address, reader.language, so_far.presentation.name)
    settings = context.settings_as(DirectorySettings)
    sent = await send_trial(letter, settings, context.clock(), name=f"trial.{token_hex(16)}")
    if isinstance(sent, Taken):
        flash = Flash(
            text=N_(
                "The mail has left for %(address)s. Look into your mailbox. "
                "Answer of the mail server: “%(answer)s”."
            ),
            values={"address": reader.address, "answer": sent.answer[:200]},
        )
        return done(request, address_of(Step.MAIL), flash)
    values = {**await _values(who.subject, context), "reason": sent.reason}
    return step_page(request, Step.MAIL, so_far, values, status=_BAD_GATEWAY)


async def _values(person_id: UUID, context: Context) -> dict[str, Any]:  # Any: a template's values
    settings, reader = context.settings_as(DirectorySettings), await _reader(person_id, context)
    return {
        "reader": reader,
        "is_ready": bool(settings.smtp and settings.mail_from and settings.public_url),
        "sender": settings.mail_from,
        "reason": "",
    }


async def _reader(person_id: UUID, context: Context) -> Reader | None:
    async with context.db.read() as tx:
        person = await people.get(person_id, tx)
    if person is None:
        return None
    points = person.record.contact_points
    addresses = (point.value for point in points if point.kind is ContactKind.EMAIL)
    address = next(addresses, None)
    return Reader(address, person.record.language) if address else None
