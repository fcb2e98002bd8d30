"""What asking over HTTP raises where nobody answers."""

from typing import Final

import httpx

UNANSWERED: Final = (httpx.HTTPError, AttributeError)
"""Nobody there, too late, or hung up.

A server that hangs up right after it has accepted is an `AttributeError` under uvloop: anyio asks
the closed connection for its socket, and there is none any more.
"""
