import pytest

from intercoop_chassis.http.throttle import BURST_S, Throttle, TooManyRequestsError


class HandClock:
    seconds = 50.0

    def __call__(self) -> float:
        return self.seconds


def taken(throttle: Throttle, caller: str, most: int = 10_000) -> int:
    """How often the caller may come before being refused."""
    for number in range(most):
        try:
            throttle.count(caller)
        except TooManyRequestsError:
            return number
    return most


def test_a_caller_may_come_a_while_at_once_and_then_at_the_rate() -> None:
    clock = HandClock()
    throttle = Throttle(4, clock=clock)

    assert taken(throttle, "jeanne") == 4 * BURST_S
    clock.seconds += 1.001
    assert taken(throttle, "jeanne") == 4
    assert taken(throttle, "paul") == 4 * BURST_S


def test_to_be_refused_does_not_make_one_wait_longer() -> None:
    clock = HandClock()
    throttle = Throttle(1, clock=clock)
    taken(throttle, "jeanne")
    for _ in range(100):
        with pytest.raises(TooManyRequestsError) as caught:
            throttle.count("jeanne")
        assert caught.value.retry_after_s == 1

    clock.seconds += 1.001

    throttle.count("jeanne")


def test_without_a_rate_nobody_is_counted() -> None:
    assert taken(Throttle(0), "jeanne") == 10_000


def test_strangers_without_end_are_not_remembered_without_end() -> None:
    throttle = Throttle(1, clock=HandClock())

    for number in range(30_000):
        throttle.count(str(number))

    assert len(throttle._busy_until) == 10_000
