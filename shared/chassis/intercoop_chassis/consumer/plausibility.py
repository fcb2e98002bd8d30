"""Plausibility: a version that jumps too far would block its subject for good, and is refused."""

from functools import partial

from intercoop_chassis.consumer.advancing import seen_versions
from intercoop_chassis.consumer.backoff import Backoff
from intercoop_chassis.wire.records import Admission, Admitted, RefusedRecord
from intercoop_contracts.envelope import IMPLAUSIBLE_JUMP


async def refuse_implausible(admission: Admission, backoff: Backoff) -> Admission:
    """Refuse versions that are more than a million above the highest that was seen."""
    suspects = {admitted.key for admitted in admission.admitted if _is_suspect(admitted)}
    if not suspects:
        return admission
    seen = await backoff.read(partial(seen_versions, suspects))
    plausible: list[Admitted] = []
    refused = list(admission.refused)
    for admitted in admission.admitted:
        known = seen.get(admitted.key, 0)
        if _is_suspect(admitted) and admitted.envelope.sequence - known > IMPLAUSIBLE_JUMP:
            refused.append(RefusedRecord.of(admitted.record, "version", f"jumps from {known}"))
        else:
            plausible.append(admitted)
    return Admission(plausible, refused)


def _is_suspect(admitted: Admitted) -> bool:
    return admitted.envelope.sequence > IMPLAUSIBLE_JUMP
