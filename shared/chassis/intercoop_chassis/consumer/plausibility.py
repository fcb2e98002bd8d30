"""Plausibility: a version that jumps too far would block its subject for good, and is refused."""

from functools import partial

from intercoop_chassis.consumer.advancing import seen_versions
from intercoop_chassis.consumer.backoff import Backoff
from intercoop_chassis.postgres import Database
from intercoop_chassis.wire.records import Admission, Admitted, RefusedRecord
from intercoop_contracts.envelope import IMPLAUSIBLE_JUMP


async def refuse_implausible(admission: Admission, db: Database, backoff: Backoff) -> Admission:
    """Refuse versions that are more than a million above the highest that was seen."""
    if not any(map(_is_suspect, admission.admitted)):
        return admission
    plausible: list[Admitted] = []
    refused = list(admission.refused)
    for admitted in admission.admitted:
        seen = await backoff.retry(partial(_seen, admitted, db)) if _is_suspect(admitted) else 0
        if admitted.envelope.sequence - seen > IMPLAUSIBLE_JUMP:
            refused.append(RefusedRecord.of(admitted.record, "version", f"jumps from {seen}"))
        else:
            plausible.append(admitted)
    return Admission(plausible, refused)


def _is_suspect(admitted: Admitted) -> bool:
    return admitted.envelope.sequence > IMPLAUSIBLE_JUMP


async def _seen(admitted: Admitted, db: Database) -> int:
    topic, subject = admitted.key
    async with db.read() as tx:
        return (await seen_versions(topic, [subject], tx)).get(subject, 0)
