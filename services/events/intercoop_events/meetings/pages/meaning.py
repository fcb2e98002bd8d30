"""What the words in a meeting's form mean: its host and its commune, or which ones may be meant."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from intercoop_chassis.pages import Fault
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.pages.words import Words
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.spelling import key
from intercoop_contracts.events import MeetingView, PlaceView
from intercoop_events.meetings.domain.meeting import MeetingDraft
from intercoop_events.meetings.pages.form import MeetingForm, keeping_seconds
from intercoop_events.organisations import store as organisations
from intercoop_events.organisations.domain import Organisation, Place, Unclear, read_place

WHICH_COMMUNE: Final = N_("Several communes may be meant: choose one below.")
NO_PLACE: Final = N_("Name the commune, or a host whose commune is in the directory.")
WHICH_HOST: Final = N_("Several organisations may be meant: choose one below.")
NO_HOST: Final = N_("No organisation of the directory has this name: check it, or leave it empty.")


@dataclass(frozen=True, slots=True)
class Option:
    """One of those that may be meant: the value to send, and what people read."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Unmeant:
    """The fields whose words mean nothing by themselves, with what to choose from."""

    faults: tuple[Fault, ...]
    communes: Sequence[Option] = ()
    hosts: Sequence[Option] = ()


async def draft_meant(
    model: MeetingForm, was: MeetingView | None, said: Words, tx: Transaction
) -> MeetingDraft | Unmeant:
    """What the form says, to be decided about.

    A commune left as it `was` keeps its position, and an hour its seconds.
    """
    host, hosts = await _host(model, tx)
    place, communes = await _place(model, host, was.place if was else None, tx)
    faults = []
    if model.host and host is None:
        faults.append(Fault("host", said.gettext(WHICH_HOST if hosts else NO_HOST)))
    if place is None:
        faults.append(Fault("commune", said.gettext(WHICH_COMMUNE if communes else NO_PLACE)))
    if place is None or faults:
        return Unmeant(tuple(faults), communes, hosts)
    draft = model.draft(place, host.id if host else None)
    return keeping_seconds(draft, was) if was else draft


async def _host(
    model: MeetingForm, tx: Transaction
) -> tuple[Organisation | None, Sequence[Option]]:
    """The organisation that is meant; else those that may be."""
    if not model.host:
        return None, ()
    chosen = await _chosen(model.chosen_host, tx)
    if chosen and key(chosen.view.name) == key(model.host):
        return chosen, ()
    found = await organisations.called(model.host, tx)
    if len(found) == 1:
        return found[0], ()
    found = found or await organisations.find(model.host, tx)
    if chosen and chosen.id in {each.id for each in found}:
        return chosen, ()
    return None, [Option(str(each.id), _told_apart(each)) for each in found]


async def _chosen(id_: UUID | None, tx: Transaction) -> Organisation | None:
    return (await organisations.get_all([id_], tx)).get(id_) if id_ else None


async def _place(
    model: MeetingForm, host: Organisation | None, was: PlaceView | None, tx: Transaction
) -> tuple[PlaceView | None, Sequence[Option]]:
    """Where it is; else the communes that may be meant."""
    if not model.commune:
        return _of_host(model, host), ()
    if was and key(Place(was.commune, was.departement).written) == key(model.commune):
        return was.model_copy(update={"venue": model.venue}), ()
    meant = await organisations.place_meant(model.commune, tx)
    if isinstance(meant, Unclear) and meant.candidates:
        chosen = [each for each in meant.candidates if each.written == model.chosen_commune]
        if not chosen:
            return None, [Option(each.written, each.written) for each in meant.candidates]
        meant = chosen[0]
    known = read_place(model.commune) if isinstance(meant, Unclear) else meant
    return _view(known, model.venue), ()


def _of_host(model: MeetingForm, host: Organisation | None) -> PlaceView | None:
    commune = host.view.commune if host else None
    if host is None or commune is None:
        return None
    place = Place(commune.name, commune.departement, commune.lat, commune.lon)
    return _view(place, model.venue or host.view.name)


def _view(place: Place, venue: str | None) -> PlaceView:
    return PlaceView(
        venue=venue,
        commune=place.commune,
        departement=place.departement,
        lat=place.lat,
        lon=place.lon,
    )


def _told_apart(organisation: Organisation) -> str:
    commune = organisation.view.commune
    where = f", {commune.name} ({commune.departement})" if commune else ""
    return f"{organisation.view.name}{where}"
