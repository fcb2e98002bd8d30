"""Folding a poll: of each subject only the newest version is decoded and applied."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intercoop_chassis.kafka.records import KafkaRecord
from intercoop_chassis.wire.reading import Reader
from intercoop_chassis.wire.records import Admission, Admitted, Poison, StateEvent
from intercoop_contracts.streams import Key


@dataclass(frozen=True, slots=True)
class FoldedPoll:
    """One state for each subject of a poll: decoded, or poison; `records` holds all of them."""

    events: Sequence[StateEvent]
    poison: Sequence[Poison]
    records: Mapping[Key, KafkaRecord]


def fold(admission: Admission, reader: Reader) -> FoldedPoll:
    """Keep the newest admitted version of each subject, and decode those."""
    newest: dict[Key, Admitted] = {}
    for admitted in admission.admitted:
        key = admitted.key
        known = newest.get(key)
        if known is None or known.envelope.sequence < admitted.envelope.sequence:
            newest[key] = admitted
    events: list[StateEvent] = []
    poisoned: list[Poison] = []
    for envelope, record in newest.values():
        match reader.decode(record, envelope):
            case StateEvent() as event:
                events.append(event)
            case Poison() as poison:
                poisoned.append(poison)
    records = {key: admitted.record for key, admitted in newest.items()}
    return FoldedPoll(events, poisoned, records)
