"""Files that forms send: whole in memory, so that a route's limit of a body is theirs too."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import UploadFile
from starlette.requests import Request

from intercoop_chassis.errors import UnsupportedMediaTypeError

_FORM: Final = "multipart/form-data"
_MOST_FIELDS: Final = 20


@dataclass(frozen=True, slots=True)
class SentFile:
    """A form's file with the name that the browser gives it, and the form's other fields.

    Where no file was chosen, both are empty.
    """

    name: str
    content: bytes
    fields: Mapping[str, str]


async def sent_file(request: Request, field: str) -> bytes:
    """The content of a form's file; nothing where none was chosen.

    Raises `UnsupportedMediaTypeError` for what is no form with files.
    """
    return (await sent_with_fields(request, field)).content


async def sent_with_fields(request: Request, field: str) -> SentFile:
    """A form's file, and what else the form says. Raises `UnsupportedMediaTypeError` as above."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise UnsupportedMediaTypeError("This address takes a form with a file: use its page")
    async with request.form(max_files=1, max_fields=_MOST_FIELDS) as form:
        part = form.get(field)
        fields = {name: text for name, text in form.items() if isinstance(text, str)}
        if not isinstance(part, UploadFile):
            return SentFile("", b"", fields)
        return SentFile(part.filename or "", await part.read(), fields)
