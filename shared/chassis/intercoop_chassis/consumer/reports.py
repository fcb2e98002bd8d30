"""What is counted and logged of a poll: records that are refused, and changes that are applied."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog

from intercoop_chassis import telemetry
from intercoop_chassis.tracing import Trace
from intercoop_chassis.wire.records import RefusedRecord, StateEvent

_TRACES_A_LINE = 10
_LINES = 50
"""Refused records of a poll that are logged one by one, of each topic and reason."""
_A_DAY = timedelta(days=1)
"""What is older is read again, or says a time of its own making: no measure of this instance."""

log = structlog.get_logger()


def report_refused(service: str, refused: Sequence[RefusedRecord]) -> None:
    """Count each record that nobody should have written, and log it, be there not too many."""
    lines: Counter[tuple[str, str]] = Counter()
    for record in refused:
        lines[record.topic, record.reason] += 1
        if lines[record.topic, record.reason] > _LINES:
            continue
        log.warning(
            "record_refused",
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            reason=record.reason,
            detail=record.detail,
        )
    for (topic, reason), number in lines.items():
        telemetry.REFUSED.labels(service, reason).inc(number)
        if number > _LINES:
            log.warning("records_refused", topic=topic, reason=reason, more=number - _LINES)


def report_applied(service: str, events: Sequence[StateEvent], changes: int) -> None:
    """Count and log a committed chunk of so many changes, with the traces that led to it."""
    if not changes:
        return
    telemetry.CHUNK.labels(service).observe(changes)
    now = datetime.now(UTC)
    since = now - _A_DAY
    oldest = min(
        (each.envelope.time for each in events if each.envelope.time > since), default=None
    )
    if oldest:
        telemetry.FRESHNESS.labels(service).observe(max(0.0, (now - oldest).total_seconds()))
    for stream_id in {event.stream.id for event in events}:
        count = sum(event.stream.id == stream_id for event in events)
        telemetry.APPLIED.labels(service, stream_id).inc(count)
    log.info(
        "changes_applied",
        changes=changes,
        subjects=[event.envelope.subject for event in events[:_TRACES_A_LINE]],
        traces=_trace_ids(events[:_TRACES_A_LINE]),
    )


def _trace_ids(events: Sequence[StateEvent]) -> list[str]:
    traces = (Trace.parse(event.envelope.traceparent) for event in events)
    return [trace.trace_id for trace in traces if trace]
