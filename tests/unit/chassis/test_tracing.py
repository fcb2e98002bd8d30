import pytest

from intercoop_chassis.tracing import (
    Trace,
    bind_trace,
    current_cause,
    current_correlation,
    current_trace,
    current_traceparent,
)

HEADER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def test_a_traceparent_is_read_and_written_unchanged() -> None:
    trace = Trace.parse(HEADER)

    assert trace == Trace("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", "01")
    assert str(trace) == HEADER


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "nonsense",
        HEADER.upper(),
        HEADER.replace("00-", "ff-", 1),
        HEADER.replace("4bf92f3577b34da6a3ce929d0e0e4736", "0" * 32),
        HEADER.replace("00f067aa0ba902b7", "0" * 16),
        HEADER[:-1],
    ],
)
def test_a_malformed_traceparent_is_none(header: str | None) -> None:
    assert Trace.parse(header) is None


def test_a_child_stays_in_the_trace_at_a_place_of_its_own() -> None:
    parent = Trace.new()
    child = parent.child()

    assert child.trace_id == parent.trace_id
    assert child.span_id != parent.span_id


def test_inside_the_block_everything_is_bound_and_afterwards_nothing() -> None:
    with bind_trace(HEADER, correlation="c", cause="e") as trace:
        assert current_trace() is trace
        assert current_traceparent() == str(trace)
        assert trace.trace_id == "4bf92f3577b34da6a3ce929d0e0e4736"
        assert (current_correlation(), current_cause()) == ("c", "e")

    assert (current_trace(), current_correlation(), current_cause()) == (None, None, None)


def test_without_a_readable_parent_a_trace_begins_and_names_the_correlation() -> None:
    with bind_trace("nonsense") as trace:
        assert current_correlation() == trace.trace_id
