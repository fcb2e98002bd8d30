"""Files that forms send: whole in memory, so that a route's limit of a body is theirs too."""

from typing import Final

from starlette.datastructures import UploadFile
from starlette.requests import Request

from intercoop_chassis.errors import UnsupportedMediaTypeError

_FORM: Final = "multipart/form-data"
_MOST_FIELDS: Final = 20


async def sent_file(request: Request, field: str) -> bytes:
    """The content of a form's file; nothing where none was chosen.

    Raises `UnsupportedMediaTypeError` for what is no form with files.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise UnsupportedMediaTypeError("This address takes a form with a file: use its page")
    async with request.form(max_files=1, max_fields=_MOST_FIELDS) as form:
        part = form.get(field)
        return await part.read() if isinstance(part, UploadFile) else b""
