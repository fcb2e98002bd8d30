"""JSON that requests bring: of its media type, in UTF-8, each key once; else 415 or 422.

FastAPI takes the last of two equal keys, lets `NaN` pass, calls what Python's parser does not take
malformed, and hands a body of another media type on as bytes, of which it says untrue things.
"""

import json
from collections.abc import Callable, Coroutine, Iterable
from email.message import Message
from typing import Any, Final, NoReturn

from fastapi.params import Form
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from intercoop_chassis.errors import InvalidError, UnsupportedMediaTypeError
from intercoop_chassis.http.problems import TurnedAwayError

Json = Any  # Any: JSON
Handler = Callable[[Request], Coroutine[Any, Any, Response]]  # Any: a coroutine's own

_SHOWN: Final = 100
"""Letters of what a caller wrote that are said again."""


class JsonRoute(APIRoute):
    """A route whose body, if it takes one that is no form, is JSON as this module reads it."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()
        if self.body_field is None or isinstance(self.body_field.field_info, Form):
            return handle

        async def handle_json(request: Request) -> Response:
            bringing = _JsonRequest(request.scope, request.receive)
            await bringing.check_media_type()
            return await handle(bringing)

        return handle_json


class _JsonRequest(Request):
    async def check_media_type(self) -> None:
        """Raise `UnsupportedMediaTypeError`, once it is known that the sender may send a body."""
        try:
            has_body = bool(await self.body())
        except ClientDisconnect as error:
            raise HTTPException(400, "the connection ended before the body did") from error
        if has_body:
            _check_media_type(self.headers.get("content-type"))

    async def json(self) -> Json:
        try:
            return parse_json(await self.body())
        except InvalidError as error:
            raise TurnedAwayError(error) from error


def parse_json(data: bytes) -> Json:
    """What JSON says. Raises `InvalidError`, and `JSONDecodeError` with the place of the fault."""
    try:
        return json.loads(data, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except _RepeatedKeyError:
        _refuse_repeated(data)
    except UnicodeDecodeError as error:
        raise InvalidError(
            "body",
            f"is not UTF-8 (byte {error.start + 1})",
            "JSON is UTF-8, whatever charset the Content-Type names (RFC 8259): send it so",
        ) from error
    except RecursionError as error:
        raise InvalidError(
            "body", "holds brackets within brackets too deeply", "Send it as /docs shows it"
        ) from error
    except json.JSONDecodeError:
        raise
    except ValueError as error:  # more digits than Python makes a number of
        raise InvalidError(
            "body", "holds a number of too many digits", "Send a smaller number"
        ) from error


def _check_media_type(sent: str | None) -> None:
    if sent is None:
        raise UnsupportedMediaTypeError("The body has no Content-Type: send application/json")
    message = Message()
    message["content-type"] = sent
    kind = message.get_content_type()
    if kind != "application/json" and not (
        kind.startswith("application/") and kind.endswith("+json")
    ):
        raise UnsupportedMediaTypeError(
            f"This address takes JSON, and the Content-Type says {sent[:_SHOWN]}: send JSON, and "
            "say application/json"
        )


class _RepeatedKeyError(Exception):
    pass


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise _RepeatedKeyError
    return made


def _refuse_constant(name: str) -> NoReturn:
    raise InvalidError("body", f"holds {name}, which is no JSON", "Send a number, or null")


class _Pairs(tuple[tuple[str, Json], ...]):
    """An object with every key as often as it was sent."""

    __slots__ = ()


def _refuse_repeated(data: bytes) -> NoReturn:
    path = _repeated(json.loads(data, object_pairs_hook=_Pairs))
    raise InvalidError(
        ".".join(map(_shown, path)), "is there twice in one object", "Send each key once"
    )


def _repeated(value: Json) -> tuple[str, ...]:
    """The path to a key that its object has twice."""
    waiting: list[tuple[tuple[str, ...], Json]] = [((), value)]
    while waiting:
        path, value = waiting.pop()
        seen: set[str] = set()
        for key, item in _parts(value):
            if key in seen:
                return (*path, key)
            seen.add(key)
            waiting.append(((*path, key), item))
    return ("body",)


def _parts(value: Json) -> Iterable[tuple[str, Json]]:
    if isinstance(value, _Pairs):
        return value
    return (
        ((str(place), item) for place, item in enumerate(value)) if isinstance(value, list) else ()
    )


def _shown(key: str) -> str:
    return key.encode("utf-8", "backslashreplace").decode()[:_SHOWN] or '""'
