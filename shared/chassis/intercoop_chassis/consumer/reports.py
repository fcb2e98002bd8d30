"""What is counted and logged of a poll: records that are refused, and changes that are applied."""

from collections.abc import Sequence
from datetime import UTC, datetime

import structlog

from intercoop_chassis import telemetry
from intercoop_chassis.tracing import Trace
from intercoop_chassis.wire.records import RefusedRecord, StateEvent

_TRACES_A_LINE = 10

log = structlog.get_logger()


def report_refused(service: str, refused: Sequence[RefusedRecord]) -> None:
    """Count and log each record that nobody should have written."""
    for record in refused:
        telemetry.REFUSED.labels(service, record.reason).inc()
        log.warning(
            "record_refused",
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            reason=record.reason,
            detail=record.detail,
        )


def report_applied(service: str, events: Sequence[StateEvent], changes: int) -> None:
    """Count and log a committed chunk of so many changes, with the traces that led to it."""
    if not changes:
        return
    oldest = min(event.envelope.time for event in events)
    telemetry.CHUNK.labels(service).observe(changes)
    telemetry.FRESHNESS.labels(service).observe(
        max(0.0, (datetime.now(UTC) - oldest).total_seconds())
    )
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
