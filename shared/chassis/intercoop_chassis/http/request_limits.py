"""Limits to a request's address and headers, which the server would gather without end."""

from typing import ClassVar, Final

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from intercoop_chassis.errors import IntercoopError

MAX_ADDRESS_BYTES: Final = 16 * 1024
MAX_HEADERS_BYTES: Final = 32 * 1024

_CUT_BYTES: Final = 64 * 1024
_CUT: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
)
_CUT_TEXT: Final = b"The address and the headers may have up to 48 KiB together: send less"


class AddressTooLongError(IntercoopError):
    """The path and the query have too many bytes."""

    code: ClassVar[str] = "address-too-long"
    status: ClassVar[int] = 414


class HeadersTooLargeError(IntercoopError):
    """All headers together have too many bytes."""

    code: ClassVar[str] = "headers-too-large"
    status: ClassVar[int] = 431


def check_request_limits(scope: Scope) -> None:
    """Raise `AddressTooLongError` or `HeadersTooLargeError` for a request that brings too much."""
    if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > MAX_ADDRESS_BYTES:
        raise AddressTooLongError(
            "The address may have up to 16 KiB: ask for less at once, or shorten what is searched"
        )
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADERS_BYTES:
        raise HeadersTooLargeError(
            "The headers may have up to 32 KiB together: leave out what is not needed, e.g. cookies"
        )


class BoundedProtocol(HttpToolsProtocol):
    """Closes a connection with 431 whose request line and headers never end."""

    _reads_head = True
    _read = 0

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._reads_head:
            return
        self._read += len(data)
        if self._read > _CUT_BYTES and not self.transport.is_closing():
            self.transport.write(_CUT % (len(_CUT_TEXT), _CUT_TEXT))
            self.transport.close()

    def on_message_begin(self) -> None:
        self._reads_head, self._read = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._reads_head = False
        super().on_headers_complete()
