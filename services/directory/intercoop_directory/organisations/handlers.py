"""Registers and changes this instance's organisations, and moves them with their communes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from intercoop_chassis.errors import ConflictError, Difference
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refusal, Refused
from intercoop_chassis.versions import Expected, check_version
from intercoop_contracts.directory import ORGANISATIONS
from intercoop_contracts.streams import End, Ended
from intercoop_directory.communes.domain import Place, PlaceName
from intercoop_directory.communes.handlers import gazetteer, replace_communes
from intercoop_directory.communes.store import gazetteer_of
from intercoop_directory.organisations import projections
from intercoop_directory.organisations.domain.joining import Contradicted, differences, join
from intercoop_directory.organisations.domain.organisation import (
    Organisation,
    OrganisationRecord,
    change,
    event_type,
    examine,
)
from intercoop_directory.organisations.domain.views import organisation_view
from intercoop_directory.organisations.store import own

WITHDRAWN: Final = Ended(ended=End(reason="withdrawn"))


@dataclass(frozen=True, slots=True)
class OrganisationDraft:
    """What somebody says of an organisation: the record as they wrote it, and where it is."""

    record: OrganisationRecord
    place: PlaceName | None = None


@dataclass(frozen=True, slots=True)
class Outdated:
    """Somebody else was quicker: what is there now, what was sent, and where they contradict."""

    saved: Organisation
    sent: OrganisationRecord
    contradicted: Contradicted


@dataclass(frozen=True, slots=True)
class Saved:
    """What is said of it now, after a change that may have changed nothing.

    It `is_joined` where somebody else had changed it since it was read.
    """

    organisation: Organisation
    is_changed: bool
    is_joined: bool


class SirenTakenError(ConflictError):
    """A SIREN is another organisation's: `holder` is the owner that publishes it, if not this."""

    def __init__(self, detail: str, holder: str | None = None) -> None:
        super().__init__(detail)
        self.holder = holder


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many communes there are, how many rows were new, and how many organisations moved."""

    communes: int
    changed: int
    refreshed: int


async def register(
    draft: OrganisationDraft, organisation_id: UUID, tx: Transaction
) -> Organisation | Refused:
    """Register an organisation; raises `SirenTakenError` for a SIREN that is taken."""
    record = await _examined(draft, tx)
    if isinstance(record, Refused):
        return record
    await _take_siren(record.siren, organisation_id, tx)
    organisation = Organisation(organisation_id, 1, record)
    await own.insert([organisation], tx)
    publish(organisation, None, tx)
    return organisation


async def amend(
    organisation_id: UUID, expected: Expected, draft: OrganisationDraft, tx: Transaction
) -> Organisation | Refused | None:
    """Replace what is said of an organisation, if it is still of a version that is `expected`.

    None when this instance has none with this id. Raises `StaleVersionError`, with the fields that
    differ, and `SirenTakenError`.
    """
    record = await _examined(draft, tx)
    siren = None if isinstance(record, Refused) else record.siren
    await own.lock_siren(siren, tx)
    before = await own.lock(organisation_id, tx)
    if before is None:
        return None
    if isinstance(record, Refused):
        check_version(before.version, expected)
        return record
    check_version(before.version, expected, _differences(before.record, record))
    return await _save(before, record, tx)


async def amend_joining(
    read: Organisation, draft: OrganisationDraft, tx: Transaction
) -> Saved | Refused | Outdated | None:
    """Replace what is said of an organisation, joined with what others have said since `read`.

    `read` is the organisation as it was read. None when this instance has none with its id.
    Raises `SirenTakenError`.
    """
    sent = await _examined(draft, tx)
    if isinstance(sent, Refused):
        return sent
    await own.lock_siren(sent.siren, tx)
    before = await own.lock(read.id, tx)
    if before is None:
        return None
    is_joined = before.version != read.version
    joined = join(read.record, before.record, sent) if is_joined else sent
    if isinstance(joined, Contradicted):
        return Outdated(before, sent, joined)
    record = examine(joined)
    if isinstance(record, Refused):
        return record
    after = await _save(before, record, tx)
    return Saved(after, is_changed=after is not before, is_joined=is_joined)


async def undo(organisation_id: UUID, version: int, tx: Transaction) -> Organisation | None:
    """Say again what was said before the change that made this version; that is a change, too.

    None when this instance has none with this id. Raises `ConflictError` when it has changed
    since, and `SirenTakenError`.
    """
    kept = await own.previous(organisation_id, tx)
    await own.lock_siren(kept.record.siren if kept else None, tx)
    now = await own.lock(organisation_id, tx)
    if now is None:
        return None
    before = await own.previous(organisation_id, tx)
    if before is None or now.version != version or before.version != version - 1:
        raise ConflictError("It has changed since: look at it, and edit what is not right")
    return await _save(now, before.record, tx)


async def _save(before: Organisation, record: OrganisationRecord, tx: Transaction) -> Organisation:
    if record.siren != before.record.siren:
        await _take_siren(record.siren, before.id, tx)
    after = change(before, record)
    if after is not before:
        await own.keep_previous(before, tx)
        await own.update([after], tx)
        publish(after, before.record, tx)
    return after


def _differences(saved: OrganisationRecord, sent: OrganisationRecord) -> list[Difference]:
    return [Difference(one.field, one.saved, one.sent) for one in differences(saved, sent)]


async def load_communes(text: str, tx: Transaction) -> Loaded:
    """Make the communes those of a CSV text; organisations in them follow, and are published.

    It is read within the transaction, which may take a while on a busy machine. Raises
    `InvalidError` when the text is not as agreed.
    """
    await tx.take_your_time()
    replaced = await replace_communes(text, tx)
    refreshed = await _refresh(tx) if replaced.changed else 0
    return Loaded(replaced.communes, replaced.changed, refreshed)


async def withdraw(organisations: Sequence[Organisation], tx: Transaction) -> None:
    """Take organisations back that should not have been registered; whoever follows forgets them.

    Lock them before.
    """
    await own.remove([organisation.id for organisation in organisations], tx)
    for organisation in organisations:
        tx.publish(ORGANISATIONS, organisation.id, WITHDRAWN, event_type="organisation-left")


def publish(organisation: Organisation, before: OrganisationRecord | None, tx: Transaction) -> None:
    tx.publish(
        ORGANISATIONS,
        organisation.id,
        organisation_view(organisation.record),
        event_type=event_type(before, organisation.record),
    )


async def _examined(draft: OrganisationDraft, tx: Transaction) -> OrganisationRecord | Refused:
    if draft.place is None:
        return examine(draft.record)
    place = (await gazetteer([draft.place], tx)).resolve(draft.place)
    match place:
        case Place():
            return examine(replace(draft.record, place=place))
        case Refusal():
            return _both(place, examine(draft.record))


def _both(place: Refusal, record: OrganisationRecord | Refused) -> Refused:
    others = record.refusals if isinstance(record, Refused) else ()
    return Refused((place, *others))


async def _take_siren(siren: str | None, organisation_id: UUID, tx: Transaction) -> None:
    await own.lock_siren(siren, tx)
    if siren is None:
        return
    here = await own.id_of_siren(siren, tx)
    if here not in {None, organisation_id}:
        raise SirenTakenError(
            f"The SIREN {siren} is already that of organisation {here} here: change that one"
        )
    holder = (await projections.holders_of([siren], tx)).get(siren)
    if holder:
        raise SirenTakenError(
            f"The SIREN {siren} is already published by {holder}: "
            f"agree with {holder} on who keeps this organisation",
            holder,
        )


async def _refresh(tx: Transaction) -> int:
    """Organisations whose commune was renamed, merged or moved say so from now on."""
    placed = [
        (organisation, organisation.record.place)
        for organisation in await own.lock_all(tx)
        if organisation.record.place
    ]
    known = await gazetteer_of([PlaceName(place.code) for _, place in placed], tx)
    moved = []
    for before, place in placed:
        after = _moved(before, known.resolve(PlaceName(place.code, postcode=place.postcode)))
        if after is not before:
            moved.append((before, after))
    await own.update([after for _, after in moved], tx)
    for before, after in moved:
        publish(after, before.record, tx)
    return len(moved)


def _moved(organisation: Organisation, place: Place | Refusal) -> Organisation:
    match place:
        case Place():
            return change(organisation, replace(organisation.record, place=place))
        case Refusal():
            return organisation
