import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from pydantic import SecretStr

from intercoop_chassis.log import configure_logging, service_logs
from intercoop_chassis.settings import Settings
from intercoop_chassis.tracing import bind_trace


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()  # noqa: TID251  what is configured here
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def configure(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, **settings: Any) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    configure_logging(
        Settings(
            network="n",
            owner="ouest",
            database=SecretStr("postgresql://localhost/x"),
            kafka="localhost:9092",
            **settings,
        )
    )


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_away_from_a_terminal_a_line_is_json_with_its_context(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream = io.StringIO()
    configure(monkeypatch, stream)

    with service_logs("directory"), bind_trace(None, correlation="c") as trace:
        structlog.get_logger().info("event_parked", attempt=2)

    (line,) = lines(stream)
    assert line["event"] == "event_parked"
    assert line["attempt"] == 2
    assert line["level"] == "info"
    assert line["timestamp"].endswith("Z")
    assert (line["service"], line["owner"]) == ("directory", "ouest")
    assert (line["trace_id"], line["correlation_id"]) == (trace.trace_id, "c")


def test_a_logger_made_before_the_configuration_obeys_it(monkeypatch: pytest.MonkeyPatch) -> None:
    log = structlog.get_logger()
    stream = io.StringIO()
    configure(monkeypatch, stream, log_level="warning")

    log.info("unimportant")
    log.warning("important")

    assert [line["event"] for line in lines(stream)] == ["important"]


@pytest.mark.parametrize("name", ["uvicorn.error", "faststream", "aiokafka.consumer", "other"])
def test_lines_of_libraries_go_the_same_way(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    stream = io.StringIO()
    configure(monkeypatch, stream)

    logging.getLogger(name).warning("%s is gone", "broker")  # noqa: TID251  as libraries log

    (line,) = lines(stream)
    assert line["event"] == "broker is gone"
    assert (line["logger"], line["owner"]) == (name, "ouest")


def test_a_traceback_shows_no_values(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    configure(monkeypatch, stream)

    def fail(somebody: str) -> int:
        return 1 // (len(somebody) - 6)

    try:
        fail("Jeanne")
    except ZeroDivisionError:
        structlog.get_logger().exception("failed")

    (line,) = lines(stream)
    assert line["exception"][0]["exc_type"] == "ZeroDivisionError"
    assert "Jeanne" not in stream.getvalue()


def test_on_a_terminal_a_line_is_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    configure(monkeypatch, stream)

    structlog.get_logger().info("relay_leads", cluster="abc")

    assert "relay_leads" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


def test_the_format_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal, pipe = Terminal(), io.StringIO()

    configure(monkeypatch, terminal, log_format="json")
    structlog.get_logger().info("one")
    configure(monkeypatch, pipe, log_format="text")
    structlog.get_logger().info("two")

    assert lines(terminal)[0]["event"] == "one"
    assert "two" in pipe.getvalue()
    assert not pipe.getvalue().startswith("{")
