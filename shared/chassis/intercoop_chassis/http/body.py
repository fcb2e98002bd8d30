"""Request bodies: authorised before the first byte is read, and bounded in size."""

from dataclasses import dataclass
from typing import Final

from fastapi import Depends
from fastapi.params import Depends as Dependency
from starlette.requests import Request
from starlette.types import Message, Receive, Scope

from intercoop_chassis.auth.rights import Right, check_right
from intercoop_chassis.errors import (
    IntercoopError,
    PayloadTooLargeError,
    UnsupportedMediaTypeError,
)
from intercoop_chassis.http.problems import TurnedAwayError

DEFAULT_MAX_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Takes:
    """What `takes` declares."""

    max_bytes: int

    async def __call__(self) -> None:
        """Only says how much the route takes; `Admissions` reads it."""


def takes(max_bytes: int) -> Dependency:
    """For a route that takes more or less than others: `dependencies=[takes(10 * 1024 * 1024)]`."""
    dependency: Dependency = Depends(Takes(max_bytes))
    return dependency


class BoundedBody:
    """The body of one request, as its route's right and limit allow.

    FastAPI reads and parses a body before it resolves the dependencies that authorise the caller.
    It reads through `receive`, so `receive` checks the right and the length first.
    """

    def __init__(self, scope: Scope, receive: Receive, max_bytes: int) -> None:
        self._scope = scope
        self._receive = receive
        self._max_bytes = max_bytes
        self._begun = False
        self._total = 0

    async def receive(self) -> Message:
        if not self._begun:
            self._begin()
        message = await self._receive()
        self._total += len(message.get("body", b""))
        self._check_size(self._total)
        return message

    def _begin(self) -> None:
        self._begun = True
        request = Request(self._scope)
        admission = request.app.state.admissions.of(self._scope.get("route"))
        if admission is not None:
            self._check_sender(admission.right, request)
            self._max_bytes = admission.max_bytes or self._max_bytes
        self._check_coding(request.headers.get("content-encoding", ""))
        declared = request.headers.get("content-length", "")
        if declared.isdecimal():
            self._check_size(int(declared))

    def _check_sender(self, right: Right, request: Request) -> None:
        try:
            check_right(right, request.state.who, request.app.state.authority.owner)
        except IntercoopError as error:
            raise TurnedAwayError(error) from error

    def _check_coding(self, coding: str) -> None:
        if coding.strip().lower() not in {"", "identity"}:
            said = "Compressed bodies are not taken: send it without Content-Encoding, as it is"
            raise TurnedAwayError(UnsupportedMediaTypeError(said))

    def _check_size(self, size: int) -> None:
        if size > self._max_bytes:
            megabytes = self._max_bytes / (1024 * 1024)
            said = f"The body may have up to {megabytes:.3g} MiB: send less at once"
            raise TurnedAwayError(PayloadTooLargeError(said))
