"""An assignment's phases: nothing is applied that does not follow on the stored offsets."""

import pytest

from intercoop_chassis.consumer.phases import Event, Phase

APPLIES = Phase.FOLLOWING


def after(*events, phase=Phase.UNSETTLED):
    for event in events:
        phase = phase.after(event)
    return phase


def test_a_new_member_applies_what_it_polls_once_it_has_sought():
    joined = after(Event.REVOKED, Event.ASSIGNED)
    assert joined is Phase.UNSETTLED
    assert after(Event.POLLED, phase=joined) is Phase.UNSETTLED
    assert after(Event.SOUGHT, Event.POLLED, phase=joined) is APPLIES
    assert after(Event.POLLED, phase=APPLIES) is APPLIES


def test_a_poll_that_returned_before_a_seek_is_not_applied():
    assert after(Event.SOUGHT, phase=APPLIES) is Phase.SOUGHT
    assert after(Event.SOUGHT, Event.POLLED, phase=APPLIES) is APPLIES


@pytest.mark.parametrize("phase", [Phase.UNSETTLED, Phase.SOUGHT, Phase.FOLLOWING])
def test_after_a_failure_it_seeks_before_it_applies(phase):
    failed = after(Event.FAILED, phase=phase)
    assert not failed.is_settled
    assert after(Event.POLLED, phase=failed) is not APPLIES


@pytest.mark.parametrize("event", [Event.SOUGHT, Event.POLLED, Event.FAILED, Event.REVOKED])
def test_a_rebalance_ends_with_an_assignment_and_with_nothing_else(event):
    assert after(Event.REVOKED, event, phase=APPLIES) is Phase.REBALANCING
    assert after(Event.REVOKED, event, Event.ASSIGNED, phase=APPLIES) is Phase.UNSETTLED


@pytest.mark.parametrize("event", Event)
@pytest.mark.parametrize("phase", Phase)
def test_a_restored_database_ends_the_session_whatever_happens(phase, event):
    assert after(Event.RESTORED, event, phase=phase) is Phase.RESTORED


def test_only_where_it_has_sought_is_it_settled():
    assert {phase for phase in Phase if phase.is_settled} == {Phase.SOUGHT, Phase.FOLLOWING}
