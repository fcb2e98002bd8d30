"""From a state event to the change that subscribers are called with."""

from intercoop_chassis.subscribers import AnyChange, Cause, Change
from intercoop_chassis.wire.records import StateEvent
from intercoop_contracts.streams import Ended, View


def has_effects(event: StateEvent, before: View | Ended | None) -> bool:
    """Whether subscribers are called with it: an end that names no owner needs a view before it.

    Such a stream's subject is an id of somebody whom only the view names.
    """
    if not isinstance(event.after, Ended) or not event.stream.needs_a_beginning:
        return True
    return isinstance(before, View)


def change_of(event: StateEvent, before: View | Ended | None, *, is_news: bool) -> AnyChange:
    """The change that a state event is to a service that knew `before`."""
    envelope = event.envelope
    return Change(
        event.stream,
        event.owner,
        envelope.subject,
        envelope.sequence,
        envelope.time,
        envelope.type,
        before,
        event.after,
        is_news,
        Cause(envelope.id, envelope.correlation_id, envelope.traceparent),
    )
