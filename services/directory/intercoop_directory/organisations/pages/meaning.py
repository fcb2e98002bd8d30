"""What the words in a form mean: the commune and the trade, or which ones may be meant."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from intercoop_chassis.pages import Fault
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.pages.words import Words
from intercoop_chassis.postgres import Transaction
from intercoop_directory.communes.domain import PlaceName
from intercoop_directory.communes.handlers import Unclear, place_meant
from intercoop_directory.organisations.handlers import OrganisationDraft
from intercoop_directory.organisations.pages.form import Typed
from intercoop_directory.trades.domain import is_whole, written_trade
from intercoop_directory.trades.handlers import nomenclature

_MOST: Final = 8
WHICH_COMMUNE: Final = N_("Several communes may be meant: choose one below, or write another name.")
NO_COMMUNE: Final = N_(
    "No commune has this name: write it with its département, such as Saint-Denis (93)."
)
WHICH_TRADE: Final = N_("Several trades may be meant: choose one below, or write its code.")
NO_TRADE: Final = N_("This is neither a NAF code nor a word of one: write it like 43.32A.")


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
    trades: Sequence[Option] = ()


async def draft_of(
    typed: Typed, said: Words, tx: Transaction, *, is_sample: bool
) -> OrganisationDraft | Unmeant:
    """What the form says, to be decided about, as far as it can be read."""
    model = typed.readable
    place = await place_meant(model.commune, model.chosen_commune, tx) if model.commune else None
    trade, trades, trade_fault = _trade(model.trade, model.chosen_trade, said)
    faults = [trade_fault] if trade_fault else []
    if isinstance(place, Unclear):
        text = WHICH_COMMUNE if place.candidates else NO_COMMUNE
        communes = [
            Option(each.code, f"{each.name} ({each.departement})") for each in place.candidates
        ]
        return Unmeant((*faults, Fault("commune", said.gettext(text))), communes, trades)
    if faults:
        return Unmeant(tuple(faults), (), trades)
    record = replace(model.record(typed.links, is_sample=is_sample), trade=trade)
    where = PlaceName(place.code, postcode=place.postcode) if place else None
    return OrganisationDraft(record, where)


def _trade(
    text: str | None, chosen: str | None, said: Words
) -> tuple[str | None, Sequence[Option], Fault | None]:
    """The code that is meant; else what may be, and what to correct."""
    if text is None:
        return None, (), None
    meant = nomenclature().meant(written_trade(text))
    if isinstance(meant, str) and is_whole(meant):
        return meant, (), None
    found = nomenclature().codes_like(written_trade(text), _MOST)
    if chosen in {trade.code for trade in found}:
        return chosen, (), None
    options = [Option(trade.code, f"{trade.code} {trade.label}") for trade in found]
    return None, options, Fault("trade", said.gettext(WHICH_TRADE if options else NO_TRADE))
