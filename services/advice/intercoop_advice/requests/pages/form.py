"""The form of a question, and in whose name it is asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

from pydantic import BeforeValidator, ConfigDict, Field

from intercoop_advice.access import is_staff
from intercoop_advice.cooperatives.domain import Cooperative
from intercoop_advice.cooperatives.projections import own_like, own_named
from intercoop_advice.requests.domain.request import RequestDraft
from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.context import Context
from intercoop_chassis.http.texts import Body, LongText, Name, Tag
from intercoop_chassis.pages import Fault
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.pages.words import Words
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.spelling import key
from intercoop_contracts.advice.requests import MAX_TAGS

NOBODY: Final = N_("Say which co-operative asks.")
NO_SUCH: Final = N_("No co-operative of this instance has this name: write a part of it.")
WHICH: Final = N_("Several co-operatives may be meant: choose one below, or write the whole name.")
_MOST: Final = 8
_SEPARATOR: Final = re.compile(r"[,;|\n]")


def _tags(typed: object) -> object:
    if not isinstance(typed, str):
        return typed
    return tuple(tag for part in _SEPARATOR.split(typed) if (tag := part.strip()))


class QuestionForm(Body):
    """What the form sends, but who asks. Words that are wanted have commas between them."""

    model_config = ConfigDict(extra="ignore")

    title: Name
    text: LongText = ""
    expertise: Annotated[tuple[Tag, ...], BeforeValidator(_tags), Field(max_length=MAX_TAGS)] = ()

    def draft(self) -> RequestDraft:
        return RequestDraft(self.title, self.text, self.expertise)


@dataclass(frozen=True, slots=True)
class Askers:
    """Those in whose name somebody may ask; staff type the name of any of this instance."""

    own: Sequence[Cooperative]
    may_ask_for_all: bool


async def askers(who: Identity, context: Context, tx: Transaction) -> Askers:
    return Askers(await own_named(who.organisations, tx), is_staff(who, context))


@dataclass(frozen=True, slots=True)
class Asker:
    """Who is meant, or why nobody is, with those to choose from."""

    id: UUID | None = None
    fault: Fault | None = None
    choices: Sequence[Cooperative] = ()


async def asker_meant(
    typed: dict[str, str], possible: Askers, said: Words, tx: Transaction
) -> Asker:
    """The co-operative that a form names: chosen among one's own, or typed by staff."""
    own = {str(each.id): each.id for each in possible.own}
    chosen = typed.get("organisation", "")
    if possible.may_ask_for_all:
        return await _typed(typed.get("asker", "").strip(), chosen, said, tx)
    if chosen in own:
        return Asker(own[chosen])
    if len(own) == 1 and not chosen:
        return Asker(next(iter(own.values())))
    return Asker(fault=Fault("organisation", said.gettext(NOBODY)))


async def _typed(text: str, chosen: str, said: Words, tx: Transaction) -> Asker:
    """The words count; what was chosen counts only where they leave it open."""
    if not text:
        return Asker(fault=Fault("asker", said.gettext(NOBODY)))
    found = await own_like(text, _MOST, tx)
    exact = [each for each in found if key(each.view.name) == key(text)]
    meant = exact or found
    if len(meant) == 1:
        return Asker(meant[0].id)
    if match := next((each for each in meant if str(each.id) == chosen), None):
        return Asker(match.id)
    return Asker(fault=Fault("asker", said.gettext(WHICH if meant else NO_SUCH)), choices=meant)
