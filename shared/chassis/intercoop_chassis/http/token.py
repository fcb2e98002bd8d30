"""`POST /token`: a token for a program that proves who it is (RFC 6749 §4.4)."""

from base64 import b64decode
from binascii import Error as Base64Error
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, unquote_plus

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.responses import Response

from intercoop_chassis.auth import ANYONE
from intercoop_chassis.auth.issuing import LIFETIME
from intercoop_chassis.auth.programs import Programs
from intercoop_chassis.errors import UnavailableError
from intercoop_chassis.http.body import takes

_MOST_BYTES: Final = 16 * 1024
_MOST_FIELDS: Final = 20
_FORM: Final = "application/x-www-form-urlencoded"
_GRANT: Final = "client_credentials"

_Responses = dict[int | str, dict[str, Any]]  # Any: OpenAPI, as FastAPI types it


class TokenAnswer(BaseModel):
    """RFC 6749 §5.1."""

    access_token: str = Field(examples=["eyJhbGciOiJFUzI1NiIs…"])
    token_type: str = Field(examples=["Bearer"])
    expires_in: int = Field(description="Seconds", examples=[int(LIFETIME.total_seconds())])


class TokenRefusal(BaseModel):
    """RFC 6749 §5.2, as libraries for OAuth read it: no problem details here."""

    error: str = Field(examples=["invalid_client"])
    error_description: str = Field(examples=["No program has this name and secret"])


class _RefusedError(Exception):
    """The request is refused with a code of RFC 6749 §5.2."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.answer = TokenRefusal(error=error, error_description=description)


class _Client(NamedTuple):
    """What a program says of itself."""

    name: str
    secret: str


_SCHEMA: Final = {
    "type": "object",
    "required": ["grant_type"],
    "properties": {
        "grant_type": {"type": "string", "enum": [_GRANT]},
        "client_id": {"type": "string", "examples": ["accounting"]},
        "client_secret": {"type": "string", "format": "password"},
    },
}
_RESPONSES: Final[_Responses] = {
    400: {"model": TokenRefusal, "description": "The request is not as RFC 6749 has it"},
    401: {"model": TokenRefusal, "description": "No program has this name and secret"},
}


def token_routes(programs: Programs | None) -> APIRouter:
    """The route by which the programs of this instance get their tokens, if it can issue any."""
    router = APIRouter(tags=["sign-in"])

    @router.post(
        "/token",
        summary="A token for a program, valid for an hour",
        description="Name and secret by HTTP Basic, or as `client_id` and `client_secret`.",
        dependencies=[ANYONE, takes(_MOST_BYTES)],
        response_model=TokenAnswer,
        responses=_RESPONSES,
        openapi_extra={"requestBody": {"required": True, "content": {_FORM: {"schema": _SCHEMA}}}},
    )
    async def token(request: Request) -> Response:
        body = await request.body()
        if programs is None:
            raise UnavailableError(
                "This process has no keys to sign tokens with: have its operator set "
                "INTERCOOP_SIGNING_KEYS_FILE"
            )
        try:
            client = _client(request, _form(request, body))
            issued = programs.token(*client)
            if issued is None:
                raise _RefusedError("invalid_client", "No program has this name and secret")  # noqa: TRY301  one answer for all
        except _RefusedError as error:
            return _refusal(error.answer)
        return _answer(issued)

    return router


def _answer(token: str) -> Response:
    seconds = int(LIFETIME.total_seconds())
    answer = TokenAnswer(access_token=token, token_type="Bearer", expires_in=seconds)  # noqa: S106  a kind
    return JSONResponse(answer.model_dump(), headers={"Pragma": "no-cache"})


def _refusal(answer: TokenRefusal) -> Response:
    if answer.error != "invalid_client":
        return JSONResponse(answer.model_dump(), 400)
    return JSONResponse(answer.model_dump(), 401, {"WWW-Authenticate": 'Basic realm="token"'})


def _form(request: Request, body: bytes) -> dict[str, str]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM:
        raise _RefusedError("invalid_request", f"Send a body of the type {_FORM}")
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
        )
    except ValueError as error:  # UnicodeDecodeError is one
        raise _RefusedError("invalid_request", "The body is not a form in UTF-8") from error
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise _RefusedError("invalid_request", "Send each parameter once")
    _check_grant(fields)
    return fields


def _check_grant(fields: dict[str, str]) -> None:
    if not fields.get("grant_type"):
        raise _RefusedError("invalid_request", f"Send grant_type={_GRANT}")
    if fields["grant_type"] != _GRANT:
        raise _RefusedError("unsupported_grant_type", f"Send grant_type={_GRANT}")
    if fields.get("scope"):
        raise _RefusedError("invalid_scope", "Leave scope out: a program has its roles")


def _client(request: Request, fields: dict[str, str]) -> _Client:
    """By the header, or by the form, and not by both (RFC 6749 §2.3.1)."""
    sent = request.headers.getlist("authorization")
    by_form = "client_secret" in fields
    if len(sent) + by_form > 1:
        raise _RefusedError("invalid_request", "Say once who you are, by header or in the form")
    if not sent:
        return _Client(fields.get("client_id", ""), fields.get("client_secret", ""))
    scheme, _, credentials = sent[0].partition(" ")
    if scheme.lower() != "basic":
        raise _RefusedError("invalid_client", "Send Authorization: Basic, or client_secret")
    return _basic(credentials.strip())


def _basic(credentials: str) -> _Client:
    try:
        name, colon, secret = b64decode(credentials, validate=True).decode().partition(":")
        if colon:
            return _Client(
                unquote_plus(name, errors="strict"), unquote_plus(secret, errors="strict")
            )
    except (Base64Error, ValueError) as error:
        raise _RefusedError("invalid_client", "Authorization: Basic cannot be read") from error
    raise _RefusedError("invalid_client", "Authorization: Basic cannot be read")
