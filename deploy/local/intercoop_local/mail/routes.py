"""Mails over the console."""

from datetime import datetime

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from intercoop_local.mail.box import Mailbox
from intercoop_local.mail.reading import Mail, Part
from intercoop_local.platform.errors import PlatformError


class MailLine(BaseModel):
    """A mail in a list; `to` are the addresses it was delivered to."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    to: list[str]
    sender: str = Field(serialization_alias="from")
    subject: str
    date: datetime | None
    message_id: str


class PartPage(BaseModel):
    """A part of a mail; only of texts the content is given."""

    content_type: str
    file_name: str | None
    size: int
    text: str | None


class MailPage(MailLine):
    """A mail, whole: headers in their order, the text, its HTML twin, and every part."""

    headers: list[tuple[str, str]]
    text: str
    html: str
    parts: list[PartPage]


def mail_routes(box: Mailbox) -> APIRouter:
    """`/mail`, newest first, of one address with `?to=`; `/mail/newest`; and `/mail/{id}`."""
    router = APIRouter(prefix="/mail")

    @router.get("")
    async def mails(to: str | None = None) -> list[MailLine]:
        return [MailLine.model_validate(one) for one in reversed(box.summaries(to))]

    @router.get("/newest")
    async def newest() -> MailPage:
        if not (kept := box.summaries()):
            raise HTTPException(404, "No mail has come yet.")
        return _page(box.read(kept[-1].id))

    @router.get("/{number}")
    async def mail(number: int) -> MailPage:
        try:
            return _page(box.read(number))
        except PlatformError as error:
            raise HTTPException(404, str(error)) from error

    return router


def _page(mail: Mail) -> MailPage:
    line = MailLine.model_validate(mail)
    return MailPage(
        **dict(line),
        headers=list(mail.headers),
        text=mail.text,
        html=mail.html,
        parts=[_part(one) for one in mail.parts],
    )


def _part(part: Part) -> PartPage:
    return PartPage(
        content_type=part.content_type,
        file_name=part.file_name,
        size=len(part.content),
        text=part.text if part.content_type.startswith("text/") else None,
    )
