"""Classification of errors: which obstacle each is to the change that caused it."""

from intercoop_chassis.consumer.backoff import StubbornError
from intercoop_chassis.errors import NotYetError
from intercoop_chassis.obstacle import Obstacle
from intercoop_chassis.postgres import is_transient


def obstacle_of(error: Exception) -> Obstacle:
    """Say why a change cannot be applied. Raises the error again when it is transient."""
    if is_transient(error):
        raise error
    if isinstance(error, NotYetError):
        return Obstacle(str(error), error.waits_for)
    if isinstance(error, StubbornError):
        return Obstacle(str(error))
    return Obstacle(f"{type(error).__name__}: {error}")
