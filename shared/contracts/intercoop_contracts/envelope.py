"""What travels around a view: a CloudEvents 1.0 envelope in Kafka's binary mode."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

CONTENT_TYPE = b"application/json"
SPEC_VERSION = b"1.0"
TYPE_PREFIX = "intercoop."
MAX_ATTRIBUTE = 500
"""Characters of an attribute: more does not fit an index."""


class EnvelopeError(ValueError):
    """A message's headers are not an envelope of this network; the text says which one and why."""


@dataclass(frozen=True, slots=True)
class Envelope:
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

    def headers(self) -> list[tuple[str, bytes]]:
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
            ("content-type", CONTENT_TYPE),
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
    texts = _texts(headers)
    try:
        return Envelope(
            id=_needed(texts, "ce_id"),
            source=_needed(texts, "ce_source"),
            type=_needed(texts, "ce_type").removeprefix(TYPE_PREFIX),
            time=_aware(_needed(texts, "ce_time")),
            subject=_needed(texts, "ce_subject"),
            sequence=_version(_needed(texts, "ce_sequence")),
            dataschema=texts.get("ce_dataschema", ""),
            correlation_id=texts.get("ce_correlationid"),
            causation_id=texts.get("ce_causationid"),
            traceparent=texts.get("traceparent"),
        )
    except EnvelopeError:
        raise
    except ValueError as error:
        raise EnvelopeError(f"a header cannot be read: {error}") from error


def _texts(headers: Iterable[tuple[str, bytes | None]]) -> dict[str, str]:
    texts = {}
    for name, value in headers:
        if value is None:
            continue
        try:
            texts[name] = value.decode()
        except UnicodeDecodeError as error:
            if name.startswith("ce_"):
                raise EnvelopeError(f"header {name} is not UTF-8") from error
    return texts


def _needed(texts: Mapping[str, str], name: str) -> str:
    value = texts.get(name)
    if not value:
        raise EnvelopeError(f"header {name} is missing")
    if len(value) > MAX_ATTRIBUTE or "\0" in value:
        raise EnvelopeError(f"header {name} is too long or no text")
    return value


def _aware(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise EnvelopeError("header ce_time has no time zone")
    try:
        return time.astimezone(UTC)
    except OverflowError as error:
        raise EnvelopeError("header ce_time is outside the calendar") from error


def _version(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) < 2**63:
        raise EnvelopeError("header ce_sequence is not a version (a whole number from 1)")
    return int(text)
