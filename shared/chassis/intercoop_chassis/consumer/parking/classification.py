"""Classification of errors: which obstacle each is to the change that it was raised for."""

from intercoop_chassis.consumer.backoff import StubbornError
from intercoop_chassis.consumer.limits.quotas import ExcessError
from intercoop_chassis.errors import NotYetError
from intercoop_chassis.postgres import is_transient
from intercoop_chassis.wire.decoding import UndecodableError
from intercoop_chassis.wire.obstacle import Obstacle, ObstacleKind, storable
from intercoop_contracts.envelope import MAX_ATTRIBUTE


def obstacle_of(error: Exception) -> Obstacle:
    """Say why a change cannot be applied. Raises the error again when it is transient.

    An entity that cannot exist is not waited for: asking for it is a subscriber's failure.
    """
    if is_transient(error):
        raise error
    match error:
        case UndecodableError():
            return error.obstacle
        case NotYetError() if _can_arrive(error.waits_for):
            return Obstacle(ObstacleKind.NOT_YET, str(error), waits_for=error.waits_for)
        case ExcessError():
            return Obstacle(ObstacleKind.EXCESS, str(error))
        case StubbornError():
            return Obstacle(ObstacleKind.STUBBORN, error.reason, str(error.failure))
        case _:
            return Obstacle(ObstacleKind.SUBSCRIBER_FAILED, type(error).__name__, str(error))


def _can_arrive(waits_for: str) -> bool:
    subject = waits_for.partition("/")[2]
    return len(subject) <= MAX_ATTRIBUTE and storable(subject) == subject
