"""What taking an import back does: which organisations go or become what they were, which stay."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from intercoop_directory.organisations.domain.organisation import (
    Organisation,
    OrganisationRecord,
    change,
)


@dataclass(frozen=True, slots=True)
class Left:
    """An organisation as the import has left it; `before` is None for one that it has made."""

    organisation_id: UUID
    name: str
    version: int
    before: OrganisationRecord | None


class Why(StrEnum):
    """Why an organisation stays as it is."""

    CHANGED = "changed"
    """Somebody has changed it since."""

    GONE = "gone"
    """It is no longer there."""

    HAS_PEOPLE = "has-people"
    """Somebody holds a mandate in it."""

    SIREN = "siren"
    """What it was before has a SIREN that is another organisation's now."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An organisation that stays as it is, and why."""

    left: Left
    why: Why


@dataclass(frozen=True, slots=True)
class Restored:
    """An organisation that becomes what it was; `now` is as the import has left it."""

    now: Organisation
    after: Organisation


@dataclass(frozen=True, slots=True)
class UndoPlan:
    withdrawn: tuple[Organisation, ...]
    restored: tuple[Restored, ...]
    kept: tuple[Kept, ...]

    @property
    def undone(self) -> int:
        """How many organisations it changes anything of."""
        return len(self.withdrawn) + len(self.restored)


def plan_undo(
    lefts: Sequence[Left], known: Mapping[UUID, Organisation], with_people: Collection[UUID]
) -> UndoPlan:
    """Take back what nobody has built on; `with_people` are organisations with mandates in them."""
    whys = {left.organisation_id: _why_not(left, known, with_people) for left in lefts}
    while blocked := list(_without_siren(lefts, whys, known)):
        whys |= dict.fromkeys(blocked, Why.SIREN)
    kept = tuple(Kept(left, why) for left in lefts if (why := whys[left.organisation_id]))
    going = [left for left in lefts if whys[left.organisation_id] is None]
    return UndoPlan(
        withdrawn=tuple(known[left.organisation_id] for left in going if left.before is None),
        restored=tuple(_restored(going, known)),
        kept=kept,
    )


def _without_siren(
    lefts: Sequence[Left], whys: Mapping[UUID, Why | None], known: Mapping[UUID, Organisation]
) -> Iterator[UUID]:
    """Those whose SIREN of before is that of an organisation which stays as it is."""
    going = {found for found, why in whys.items() if why is None}
    taken = {one.record.siren for one in known.values() if one.id not in going}
    for left in lefts:
        siren = left.before.siren if left.before else None
        if left.organisation_id in going and siren is not None and siren in taken:
            yield left.organisation_id


def _restored(lefts: Sequence[Left], known: Mapping[UUID, Organisation]) -> Iterator[Restored]:
    for left in lefts:
        if left.before is not None:
            now = known[left.organisation_id]
            yield Restored(now, change(now, left.before))


def _why_not(
    left: Left, known: Mapping[UUID, Organisation], with_people: Collection[UUID]
) -> Why | None:
    now = known.get(left.organisation_id)
    if now is None:
        return Why.GONE
    if now.version != left.version:
        return Why.CHANGED
    if left.before is None and left.organisation_id in with_people:
        return Why.HAS_PEOPLE
    return None
