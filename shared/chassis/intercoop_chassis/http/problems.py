"""Problem details (RFC 9457): what every answer that is not a success looks like."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import structlog
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from intercoop_chassis.errors import (
    Difference,
    IntercoopError,
    InvalidError,
    StaleVersionError,
    UnauthenticatedError,
    UnavailableError,
)
from intercoop_chassis.http.throttle import TooManyRequestsError
from intercoop_chassis.postgres import is_transient, is_unstorable
from intercoop_chassis.tracing import current_trace

MEDIA_TYPE: Final = "application/problem+json"
_MAX_SHOWN: Final = 300
RETRY_AFTER_S: Final = 2

log = structlog.get_logger()


class FieldProblem(BaseModel):
    """One wrong value: where, what is wrong, and what would be right."""

    field: str = Field(description="Dotted path of the value", examples=["commune.code"])
    message: str = Field(examples=["String should have 5 characters"])
    remedy: str = Field(examples=["Send the INSEE code of the commune, e.g. 31555"])


class Problem(BaseModel):
    """What went wrong and what to do about it. `code` never changes; texts may."""

    type: str = Field(examples=["urn:intercoop:problem:not-found"])
    title: str = Field(examples=["Not found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["No organisation has this id: list them to find the right one"])
    code: str = Field(examples=["not-found"])
    trace_id: str | None = Field(default=None, description="Find the request in the logs by it")
    errors: list[FieldProblem] = []


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: Iterable[FieldProblem] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem as an answer. `code` is kebab case and part of the API."""
    trace = current_trace()
    body = Problem(
        type=f"urn:intercoop:problem:{code}",
        title=code.replace("-", " ").capitalize(),
        status=status,
        detail=detail,
        code=code,
        trace_id=trace.trace_id if trace else None,
        errors=list(errors),
    )
    text = body.model_dump_json(exclude_none=True)
    return Response(text, status, headers=headers, media_type=MEDIA_TYPE)


class TurnedAwayError(HTTPException):
    """A body is refused. FastAPI's parsers let an HTTPException pass, and call others malformed."""

    def __init__(self, reason: IntercoopError) -> None:
        super().__init__(reason.status, reason.detail)
        self.reason = reason


async def answer_error(request: Request, error: Exception) -> Response:
    """The problem of an exception; an unforeseen one is logged, and answered without details."""
    match error:
        case IntercoopError():
            return problem(
                error.status,
                error.code,
                error.detail,
                errors=_fields_of(error),
                headers=_headers(error),
            )
        case RequestValidationError():
            return _invalid_request(error)
        case TurnedAwayError():
            return await answer_error(request, error.reason)
        case HTTPException():
            return _plain(error)
        case _:
            return _unforeseen(error)


def _fields_of(error: IntercoopError) -> list[FieldProblem]:
    match error:
        case InvalidError():
            return [FieldProblem(field=error.field, message=error.message, remedy=error.remedy)]
        case StaleVersionError():
            return [_differing(difference) for difference in error.differences]
        case _:
            return []


def _differing(difference: Difference) -> FieldProblem:
    saved, sent = (_shown(text) for text in (difference.saved, difference.sent))
    return FieldProblem(
        field=difference.field,
        message=f"Is {saved} now, and {sent} was sent",
        remedy="Send one of the two with the ETag of what is there now",
    )


def _shown(text: str) -> str:
    if not text:
        return "empty"
    return f'"{text}"' if len(text) <= _MAX_SHOWN else f'"{text[:_MAX_SHOWN]}…"'


def _headers(error: IntercoopError) -> dict[str, str]:
    if isinstance(error, UnauthenticatedError):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, UnavailableError):
        return {"Retry-After": str(RETRY_AFTER_S)}
    if isinstance(error, TooManyRequestsError):
        return {"Retry-After": str(error.retry_after_s)}
    return {}


def _invalid_request(error: RequestValidationError) -> Response:
    found = list(error.errors())
    wrong = [_field_problem(error) for error in found[:_MAX_ERRORS]]
    names = ", ".join(dict.fromkeys(fault.field for fault in wrong))
    more = f" and {len(found) - _MAX_ERRORS} more" if len(found) > _MAX_ERRORS else ""
    detail = f"Not valid: {names}{more}. See errors."
    return problem(422, InvalidError.code, detail, errors=wrong)


_UNREADABLE: Final = 400
_PLAIN: Final = {
    404: ("not-found", "There is nothing at this address: the page /docs lists what there is"),
    405: ("method-not-allowed", "This address takes only the methods in the header Allow"),
}


def _plain(error: HTTPException) -> Response:
    """Problems of the framework's own: no route, wrong method, unreadable body."""
    status = error.status_code
    if status == _UNREADABLE:
        why = str(error.detail).rstrip(".")
        detail = f"The body cannot be read as its Content-Type says: {why}. Correct it, or that"
        return problem(status, "bad-request", detail, headers=error.headers)
    code, detail = _PLAIN.get(status, (f"http-{status}", str(error.detail)))
    return problem(status, code, detail, headers=error.headers)


def _unforeseen(error: Exception) -> Response:
    if is_transient(error):
        log.warning("database_unavailable", error=repr(error)[:200])
        detail = "The database cannot be used at the moment: try again in a few seconds"
        headers = {"Retry-After": str(RETRY_AFTER_S)}
        return problem(503, "database-unavailable", detail, headers=headers)
    if is_unstorable(error):
        detail = "A text holds a character that cannot be stored (U+0000): leave it out"
        return problem(422, "unstorable-text", detail)
    log.error("request_failed", exc_info=error)
    detail = "A fault of the service, not of the request. The operator finds it by the trace_id"
    return problem(500, "internal-error", detail)


_REMEDIES: Final = {
    "missing": "Add it: it is required",
    "extra_forbidden": "Leave it out: there is no such field",
    "string_too_short": "Send a text of this length or longer",
    "string_too_long": "Send a shorter text",
    "string_pattern_mismatch": "Write it like the pattern {pattern}",
    "greater_than": "Send more than {gt}",
    "greater_than_equal": "Send {ge} or more",
    "less_than": "Send less than {lt}",
    "less_than_equal": "Send {le} or less",
    "enum": "Send one of {expected}",
    "literal_error": "Send one of {expected}",
}
_DEFAULT_REMEDY: Final = "Correct it as the message says; the page /docs shows examples"
_MAX_ERRORS: Final = 20
_MAX_NAME: Final = 100
_PLACES: Final = frozenset({"body", "query", "path", "header", "cookie"})


def _field_problem(error: Mapping[str, Any]) -> FieldProblem:  # Any: pydantic's error dict
    if error["type"] == "json_invalid":
        reason = error["ctx"]["error"]
        message = f"Not JSON: {reason} at character {error['loc'][-1]}"
        return FieldProblem(field="body", message=message, remedy="Send well-formed JSON")
    path = [str(part)[:_MAX_NAME] for part in error["loc"]]
    if len(path) > 1 and path[0] in _PLACES:
        path = path[1:]
    return FieldProblem(field=".".join(path), message=error["msg"], remedy=_remedy(error))


def _remedy(error: Mapping[str, Any]) -> str:
    """A validator's own: `PydanticCustomError(type, message, {"remedy": …})`."""
    context = error.get("ctx") or {}
    if "remedy" in context:
        return str(context["remedy"])
    return _REMEDIES.get(error["type"], _DEFAULT_REMEDY).format_map(context)
