"""What travels around a view: a CloudEvents 1.0 envelope in Kafka's binary mode."""

import re
from collections.abc import Iterable, Mapping, Sequence
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
_READ = (
    *("ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "ce_sequence"),
    *("ce_dataschema", "ce_correlationid", "ce_causationid"),
)
_NEEDED = 6
"""So many of them have to be there."""
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


def read_envelope(headers: Sequence[tuple[str, bytes | None]]) -> Envelope:
    """Read an envelope from Kafka headers. Raises `EnvelopeError` naming what is wrong."""
    found = dict(headers)
    texts = _plain_texts(found, headers) or _texts(headers)
    id_, source, type_, time, subject, sequence, dataschema, correlation_id, causation_id = texts
    return Envelope(
        id_,
        source,
        type_.removeprefix(TYPE_PREFIX),
        _aware(time),
        subject,
        _version(sequence),
        dataschema,
        correlation_id or None,
        causation_id or None,
        _trace(headers) if _TRACE in found else None,
    )


def _plain_texts(
    found: Mapping[str, bytes | None], headers: Sequence[tuple[str, bytes | None]]
) -> Sequence[str] | None:
    """The attributes in the order of `_READ`, where they are short and plain, as almost all are.

    They are looked at together; where anything is out of the ordinary, None.
    """
    try:
        together = b" ".join([found.get(name) or b"" for name in _READ]).decode()
    except UnicodeDecodeError:
        return None
    texts = together.split(" ")
    is_plain = len(together) <= MAX_ATTRIBUTE and together.isprintable()
    is_whole = len(found) == len(headers) and len(texts) == len(_READ) and "" not in texts[:_NEEDED]
    return texts if is_plain and is_whole else None


def _texts(headers: Iterable[tuple[str, bytes | None]]) -> Sequence[str]:
    """The attributes in the order of `_READ`, each looked at by itself; empty if it is missing."""
    found: dict[str, bytes | None] = {}
    for name, value in headers:
        if name.startswith(_PREFIX):
            if name in found:
                raise EnvelopeError(f"header {name} comes twice")
            found[name] = value
    for name in _READ[:_NEEDED]:
        if not found.get(name):
            raise EnvelopeError(f"header {name} is missing")
    return [_text(name, found.get(name) or b"") for name in _READ]


def _text(name: str, value: bytes) -> str:
    try:
        text = value.decode()
    except UnicodeDecodeError as error:
        raise EnvelopeError(f"header {name} is not UTF-8") from error
    if len(text) > MAX_ATTRIBUTE or _has_control(text):
        raise EnvelopeError(f"header {name} is too long or has control characters")
    return text


def _trace(headers: Iterable[tuple[str, bytes | None]]) -> str | None:
    for name, value in headers:
        if name == _TRACE and value is not None and len(value) <= _MAX_TRACE:
            return value.decode(errors="replace")
    return None


def _has_control(text: str) -> bool:
    """Most texts are printable: only others are looked at closely."""
    return not text.isprintable() and _CONTROL.search(text) is not None


def _aware(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise EnvelopeError("header ce_time is not a time (ISO 8601)") from error
    if time.tzinfo is None:
        raise EnvelopeError("header ce_time has no time zone")
    if not FIRST_MOMENT <= time <= LAST_MOMENT:
        raise EnvelopeError("header ce_time is outside the years of this network")
    return time if time.tzinfo is UTC else time.astimezone(UTC)


def _version(text: str) -> int:
    version = int(text) if text.isascii() and text.isdigit() else 0
    if not 0 < version < 2**63:
        raise EnvelopeError("header ce_sequence is not a version (a whole number from 1)")
    return version
