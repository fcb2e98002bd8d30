"""What travels around a view: a CloudEvents 1.0 envelope in Kafka's binary mode."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from intercoop_contracts.bounds import FIRST_MOMENT, LAST_MOMENT

CONTENT_TYPE = b"application/json"
SEALED_CONTENT_TYPE = b"application/vnd.intercoop.sealed"
SEALED_TYPE = "sealed"
"""What `ce_type` says of every message of a private stream: the true one is sealed in its value."""

SPEC_VERSION = b"1.0"
TYPE_PREFIX = "intercoop."
MAX_ATTRIBUTE = 500
"""Characters of an attribute: more does not fit an index."""

IMPLAUSIBLE_JUMP = 1_000_000
"""A version that is further above what a reader knows is not taken: it would block its subject."""

_PREFIX = "ce_"
_TRACE = "traceparent"
_MAX_TRACE = 200
"""Bytes: a longer one is none (W3C Trace Context, §3.2: 55 in version 00)."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class EnvelopeError(ValueError):
    """A message's headers are not an envelope of this network; the text says which one and why."""


class Envelope(NamedTuple):
    """CloudEvents attributes of one state event (CloudEvents 1.0, Kafka protocol binding, §3.2).

    `id` is a UUID (version 7) as text, taken as it comes; `sequence` is the entity's version, a
    whole number from 1 that rises with each change.
    """

    id: str
    source: str
    type: str
    time: datetime
    subject: str
    sequence: int
    dataschema: str
    correlation_id: str | None = None
    causation_id: str | None = None
    traceparent: str | None = None

    def headers(self, content_type: bytes = CONTENT_TYPE) -> list[tuple[str, bytes]]:
        """Kafka headers: attributes prefixed `ce_`, and `content-type` of the value."""
        headers = [
            ("ce_specversion", SPEC_VERSION),
            ("ce_id", self.id.encode()),
            ("ce_source", self.source.encode()),
            ("ce_type", f"{TYPE_PREFIX}{self.type}".encode()),
            ("ce_time", self.time.isoformat().encode()),
            ("ce_subject", self.subject.encode()),
            ("ce_sequence", b"%d" % self.sequence),
            ("ce_dataschema", self.dataschema.encode()),
            ("content-type", content_type),
        ]
        if self.correlation_id:
            headers.append(("ce_correlationid", self.correlation_id.encode()))
        if self.causation_id:
            headers.append(("ce_causationid", self.causation_id.encode()))
        if self.traceparent:
            headers.append(("traceparent", self.traceparent.encode()))
        return headers


def source_of(network: str, owner: str, service: str) -> str:
    """The `ce_source` of a service: `/<network>/<owner>/<service>`."""
    return f"/{network}/{owner}/{service}"


def read_envelope(headers: Iterable[tuple[str, bytes | None]]) -> Envelope:
    """Read an envelope from Kafka headers. Raises `EnvelopeError` naming what is wrong."""
    texts = _attributes(headers)
    try:
        return Envelope(
            id=_needed(texts, "ce_id"),
            source=_needed(texts, "ce_source"),
            type=_needed(texts, "ce_type").removeprefix(TYPE_PREFIX),
            time=_aware(_needed(texts, "ce_time")),
            subject=_needed(texts, "ce_subject"),
            sequence=_version(_needed(texts, "ce_sequence")),
            dataschema=_optional(texts, "ce_dataschema") or "",
            correlation_id=_optional(texts, "ce_correlationid"),
            causation_id=_optional(texts, "ce_causationid"),
            traceparent=texts.get(_TRACE),
        )
    except EnvelopeError:
        raise
    except ValueError as error:
        raise EnvelopeError(f"a header cannot be read: {error}") from error


def _attributes(headers: Iterable[tuple[str, bytes | None]]) -> dict[str, str | None]:
    """Every attribute as text, and the trace; other headers are somebody else's."""
    found: dict[str, str | None] = {}
    for name, value in headers:
        if name.startswith(_PREFIX):
            if name in found:
                raise EnvelopeError(f"header {name} comes twice")
            found[name] = None if value is None else _text(name, value)
        elif name == _TRACE and value is not None and len(value) <= _MAX_TRACE:
            found[name] = value.decode(errors="replace")
    return found


def _text(name: str, value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise EnvelopeError(f"header {name} is not UTF-8") from error


def _needed(texts: Mapping[str, str | None], name: str) -> str:
    value = _optional(texts, name)
    if not value:
        raise EnvelopeError(f"header {name} is missing")
    return value


def _optional(texts: Mapping[str, str | None], name: str) -> str | None:
    value = texts.get(name)
    if value and (len(value) > MAX_ATTRIBUTE or _has_control(value)):
        raise EnvelopeError(f"header {name} is too long or has control characters")
    return value


def _has_control(text: str) -> bool:
    """Most texts are printable: only others are looked at closely."""
    return not text.isprintable() and _CONTROL.search(text) is not None


def _aware(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise EnvelopeError("header ce_time has no time zone")
    if not FIRST_MOMENT <= time <= LAST_MOMENT:
        raise EnvelopeError("header ce_time is outside the years of this network")
    return time if time.tzinfo is UTC else time.astimezone(UTC)


def _version(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) < 2**63:
        raise EnvelopeError("header ce_sequence is not a version (a whole number from 1)")
    return int(text)
