"""Folding a poll: of each subject only the newest version is decoded and applied.

Where no key vouches for the newest, the newest that a key opens is applied besides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intercoop_chassis.consumer.vouching import judged
from intercoop_chassis.kafka.records import KafkaRecord
from intercoop_chassis.wire.reading import Reader
from intercoop_chassis.wire.records import Admission, Admitted, Poison, StateEvent
from intercoop_contracts.streams import Key


@dataclass(frozen=True, slots=True)
class FoldedPoll:
    """One state for each subject of a poll: decoded, or poison; `records` holds those of events.

    A subject may have an event and a record that was not opened.
    """

    events: Sequence[StateEvent]
    poison: Sequence[Poison]
    records: Mapping[Key, KafkaRecord]


def fold(admission: Admission, reader: Reader) -> FoldedPoll:
    """Keep the newest admitted version of each subject, and decode those."""
    newest = _newest(admission.admitted)
    outcomes = [reader.decode(record, envelope) for envelope, record in newest.values()]
    events = [outcome for outcome in outcomes if isinstance(outcome, StateEvent)]
    records = {key: admitted.record for key, admitted in newest.items()}
    if len(events) == len(outcomes):
        return FoldedPoll(events, (), records)
    poisoned = [outcome for outcome in outcomes if isinstance(outcome, Poison)]
    unopened = [poison for poison in poisoned if poison.is_unvouched]
    waiting = [poison for poison in poisoned if not poison.is_unvouched]
    for poison, event, record in judged(unopened, admission.admitted, reader):
        waiting.append(poison)
        if event and record:
            events.append(event)
            records[event.key] = record
    return FoldedPoll(events, waiting, records)


def _newest(admitted: Sequence[Admitted]) -> dict[Key, Admitted]:
    newest: dict[Key, Admitted] = {}
    for each in admitted:
        key = each.key
        known = newest.get(key)
        if known is None or known.envelope.sequence < each.envelope.sequence:
            newest[key] = each
    return newest
