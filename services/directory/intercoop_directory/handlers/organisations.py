"""Registers and changes this instance's organisations."""

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from intercoop_chassis.errors import ConflictError, NotFoundError
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refusal, Refused
from intercoop_chassis.versions import check_version
from intercoop_contracts.directory import ORGANISATIONS
from intercoop_directory import projections
from intercoop_directory.domain.communes import Place, PlaceName
from intercoop_directory.domain.organisations import (
    Organisation,
    Record,
    change,
    event_type,
    examine,
)
from intercoop_directory.domain.views import organisation_view
from intercoop_directory.handlers.communes import gazetteer
from intercoop_directory.store import known, organisations

_NOT_HERE: Final = "No organisation has this id: list or search them to find the right one"


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody says of an organisation: the record as they wrote it, and where it is."""

    record: Record
    place: PlaceName | None = None


async def register(draft: Draft, organisation_id: UUID, tx: Transaction) -> Organisation | Refused:
    """Register an organisation; raises `ConflictError` for a SIREN that is taken."""
    record = await _examined(draft, tx)
    if isinstance(record, Refused):
        return record
    await _take_siren(record.siren, organisation_id, tx)
    organisation = Organisation(organisation_id, 1, record)
    await organisations.insert([organisation], tx)
    publish(organisation, None, tx)
    return organisation


async def amend(
    organisation_id: UUID, expected: int, draft: Draft, tx: Transaction
) -> Organisation | Refused:
    """Replace what is said of an organisation, if it is still as it was at version `expected`.

    Raises `NotFoundError`, `StaleVersionError`, and `ConflictError` for one of another owner or a
    SIREN that is taken.
    """
    record = await _examined(draft, tx)
    siren = None if isinstance(record, Refused) else record.siren
    await organisations.lock_siren(siren, tx)
    before = await organisations.lock(organisation_id, tx)
    if before is None:
        raise await _why_not_here(organisation_id, tx)
    check_version(before.version, expected)
    if isinstance(record, Refused):
        return record
    if record.siren != before.record.siren:
        await _take_siren(record.siren, organisation_id, tx)
    after = change(before, record)
    if after is not before:
        await organisations.update([after], tx)
        publish(after, before.record, tx)
    return after


def publish(organisation: Organisation, before: Record | None, tx: Transaction) -> None:
    tx.publish(
        ORGANISATIONS,
        organisation.id,
        organisation_view(organisation.record),
        event_type=event_type(before, organisation.record),
    )


async def _examined(draft: Draft, tx: Transaction) -> Record | Refused:
    if draft.place is None:
        return examine(draft.record)
    place = (await gazetteer([draft.place], tx)).resolve(draft.place)
    match place:
        case Place():
            return examine(replace(draft.record, place=place))
        case Refusal():
            return _both(place, examine(draft.record))


def _both(place: Refusal, record: Record | Refused) -> Refused:
    others = record.refusals if isinstance(record, Refused) else ()
    return Refused((place, *others))


async def _take_siren(siren: str | None, organisation_id: UUID, tx: Transaction) -> None:
    await organisations.lock_siren(siren, tx)
    if siren is None:
        return
    here = await organisations.id_of_siren(siren, tx)
    if here not in {None, organisation_id}:
        raise ConflictError(
            f"The SIREN {siren} is already that of organisation {here} here: change that one"
        )
    holder = (await projections.holders_of([siren], tx)).get(siren)
    if holder:
        raise ConflictError(
            f"The SIREN {siren} is already published by {holder}: "
            f"agree with {holder} on who keeps this organisation"
        )


async def _why_not_here(organisation_id: UUID, tx: Transaction) -> Exception:
    elsewhere = await known.get_known(organisation_id, tx)
    if elsewhere is None:
        return NotFoundError(_NOT_HERE)
    return ConflictError(f"This organisation is {elsewhere.owner}'s: only there it can be changed")
