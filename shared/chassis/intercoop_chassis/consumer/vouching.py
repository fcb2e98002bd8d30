"""Vouching: whoever can write to a private topic makes up versions; only a key vouches for one.

Beside a record that was not opened, the newest of its subject that a key opens counts, so that
nobody silences a subject.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple, Optional

from intercoop_chassis.kafka.records import KafkaRecord
from intercoop_chassis.wire.reading import Reader
from intercoop_chassis.wire.records import Admitted, Poison, StateEvent
from intercoop_contracts.streams import Key


class Judged(NamedTuple):
    """What of a subject's records has to wait, and what may be applied, with its record."""

    poison: Poison
    event: StateEvent | None = None
    record: Optional[KafkaRecord] = None  # noqa: UP045  aiokafka's class has no types


def judged(
    unopened: Collection[Poison], admitted: Sequence[Admitted], reader: Reader
) -> Iterator[Judged]:
    """Look behind the newest records of some subjects, which were not opened, in their poll.

    What waits is, of each subject, the newest that a key opens and that cannot be read; else the
    newest that lacks its key, which may be found again; else the newest.
    """
    older: dict[Key, list[Admitted]] = {poison.key: [] for poison in unopened}
    for each in admitted if older else ():
        if each.key in older:
            older[each.key].append(each)
    for poison in unopened:
        newest_first = sorted(older[poison.key], key=_version, reverse=True)
        yield _judged(poison, newest_first, reader)


def _judged(newest: Poison, newest_first: Sequence[Admitted], reader: Reader) -> Judged:
    waiting = newest
    for envelope, record in newest_first:
        if record is newest.record:
            continue
        outcome = reader.decode(record, envelope)
        if isinstance(outcome, StateEvent):
            return Judged(waiting, outcome, record)
        if not outcome.is_unvouched:
            return Judged(outcome)
        if outcome.lacks_key and not waiting.lacks_key:
            waiting = outcome
    return Judged(waiting)


def _version(admitted: Admitted) -> int:
    return admitted.envelope.sequence
