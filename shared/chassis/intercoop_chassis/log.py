"""Logging: lines of JSON for machines, readable ones on a terminal; ids, never names of people."""

import logging
import sys
from contextlib import AbstractContextManager
from typing import Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from intercoop_chassis.settings import Settings
from intercoop_chassis.tracing import current_correlation, current_trace

_OTHERS: Final = ("aiokafka", "faststream", "httpcore", "httpx", "uvicorn")

get_logger = structlog.get_logger


def configure_logging(settings: Settings) -> None:
    """Send every line of this process to stderr, as `log_format` and `log_level` say.

    Each carries `owner`, the `service` of `service_logs`, and the `trace_id` and `correlation_id`
    under way. The standard library's loggers (uvicorn, FastStream, aiokafka) go the same way.
    """
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    before = _before_rendering(settings.owner)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*before, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(as_json=_wants_json(settings.log_format)),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.captureWarnings(capture=True)
    for name in _OTHERS:
        other = logging.getLogger(name)  # noqa: TID251  the library's own
        other.handlers.clear()
        other.propagate = True
        other.setLevel(max(level, logging.WARNING))


def service_logs(service: str) -> AbstractContextManager[None]:
    """Lines written in this block, and in tasks that it starts, carry the service's name."""
    return structlog.contextvars.bound_contextvars(service=service)


def _before_rendering(owner: str) -> list[Processor]:
    def add_owner(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
        line.setdefault("owner", owner)
        return line

    return [
        structlog.contextvars.merge_contextvars,
        add_owner,
        _add_trace,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _add_trace(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    trace, correlation = current_trace(), current_correlation()
    if trace:
        line.setdefault("trace_id", trace.trace_id)
    if correlation:
        line.setdefault("correlation_id", correlation)
    return line


def _wants_json(log_format: str) -> bool:
    return log_format == "json" or (log_format == "auto" and not sys.stderr.isatty())


def _rendering(*, as_json: bool) -> list[Processor]:
    """Tracebacks without the values of variables, which may be personal."""
    if as_json:
        frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        return [
            structlog.processors.ExceptionRenderer(frames),
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ]
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
