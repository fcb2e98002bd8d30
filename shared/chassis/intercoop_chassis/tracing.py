"""What joins a request to its effects: W3C trace context, correlation and causation ids."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Self

_TRACEPARENT = re.compile(
    "(?!ff)[0-9a-f]{2}-(?P<trace>(?!0{32})[0-9a-f]{32})-(?P<span>(?!0{16})[0-9a-f]{16})"
    "-(?P<flags>[0-9a-f]{2})(?:-.*)?"
)


@dataclass(frozen=True, slots=True)
class Trace:
    """A position in a trace (W3C Trace Context, `traceparent` header)."""

    trace_id: str
    span_id: str
    flags: str = "01"

    @classmethod
    def new(cls) -> Self:
        return cls(secrets.token_hex(16), secrets.token_hex(8))

    @classmethod
    def parse(cls, header: str | None) -> Self | None:
        """Read a `traceparent` header; None when it is absent or malformed."""
        found = _TRACEPARENT.fullmatch(header) if header else None
        return cls(found["trace"], found["span"], found["flags"]) if found else None

    def child(self) -> "Trace":
        return Trace(self.trace_id, secrets.token_hex(8), self.flags)

    def __str__(self) -> str:
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}"


_trace: ContextVar[Trace | None] = ContextVar("trace", default=None)
_correlation: ContextVar[str | None] = ContextVar("correlation", default=None)
_cause: ContextVar[str | None] = ContextVar("cause", default=None)


def current_trace() -> Trace | None:
    return _trace.get()


def current_traceparent() -> str | None:
    trace = _trace.get()
    return str(trace) if trace else None


def current_correlation() -> str | None:
    """The id that a request and everything it caused have in common."""
    return _correlation.get()


def current_cause() -> str | None:
    """The id of the state event whose effect is happening now; None at an edge."""
    return _cause.get()


@contextmanager
def bind_trace(
    traceparent: str | None, *, correlation: str | None = None, cause: str | None = None
) -> Iterator[Trace]:
    """Work inside a trace: a child of `traceparent`, or a new one when that cannot be read."""
    parent = Trace.parse(traceparent)
    trace = parent.child() if parent else Trace.new()
    tokens = (
        _trace.set(trace),
        _correlation.set(correlation or trace.trace_id),
        _cause.set(cause),
    )
    try:
        yield trace
    finally:
        _trace.reset(tokens[0])
        _correlation.reset(tokens[1])
        _cause.reset(tokens[2])
