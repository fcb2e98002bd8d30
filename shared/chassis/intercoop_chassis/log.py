"""Logging: lines of JSON for machines, readable ones on a terminal; ids, never names of people."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from contextlib import AbstractContextManager
from typing import Any, Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from intercoop_chassis.settings import Settings
from intercoop_chassis.tracing import current_correlation, current_trace

_NOISY: Final = {"httpx": logging.WARNING, "httpcore": logging.WARNING, "aiokafka": logging.WARNING}

get_logger = structlog.get_logger


def configure_logging(settings: Settings) -> None:
    """Send every line of this process to stderr, as `log_format` and `log_level` say.

    Each carries `owner`, the `service` of `service_logs`, and the `trace_id` and `correlation_id`
    under way. The standard library's loggers (uvicorn, FastStream, aiokafka) go the same way.
    """
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    shared = _processors(settings.owner)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=_rendering(settings.log_format)
        )
    )
    _route_standard_library(handler, level)


def service_logs(service: str) -> AbstractContextManager[Mapping[str, Any]]:
    """Lines written in this block, and in tasks it starts, carry the service's name."""
    return structlog.contextvars.bound_contextvars(service=service)
