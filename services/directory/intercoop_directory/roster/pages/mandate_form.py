"""A mandate as a form sends it: the organisation in words, the role, the days."""

from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from intercoop_chassis.http.texts import Body, Text
from intercoop_chassis.pages import Fault
from intercoop_chassis.pages.forms import TEXTS
from intercoop_chassis.pages.inputs import Day
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.pages.words import Words
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.directory import Role
from intercoop_directory.organisations.store.meant import organisation_meant
from intercoop_directory.people.domain import Mandate
from intercoop_directory.roster.pages.rendering import GIVEN

WHICH: Final = N_("Several organisations may be meant: choose one below, or write its SIREN.")
NONE_SO: Final = N_("No organisation is called so: write its name as the directory has it.")


def _of_a_cooperative(role: Role) -> Role:
    if role not in GIVEN:
        raise PydanticCustomError("enum", "is given on the team's page")
    return role


class MandateForm(Body):
    """The fields of one mandate."""

    model_config = ConfigDict(extra="ignore")

    organisation: Text | None = None
    chosen: UUID | None = Field(default=None, alias="organisation.id")
    role: Annotated[Role, AfterValidator(_of_a_cooperative)] | None = None
    since: Day | None = None
    until: Day | None = None

    @property
    def is_there(self) -> bool:
        """Whether anybody meant to give one: a day alone is nothing."""
        return self.organisation is not None or self.role is not None


@dataclass(frozen=True, slots=True)
class Option:
    """One of the organisations that may be meant: the value to send, and what people read."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Unmeant:
    """What is missing or means nothing, with what to choose from."""

    faults: tuple[Fault, ...]
    organisations: tuple[Option, ...] = ()


async def mandate_of(form: MandateForm, said: Words, tx: Transaction) -> Mandate | Unmeant:
    """The mandate that a form says, where it says all of one."""
    faults: list[Fault] = []
    options: tuple[Option, ...] = ()
    meant = None
    if form.organisation is not None:
        found = await organisation_meant(form.organisation, form.chosen, tx)
        if isinstance(found, UUID):
            meant = found
        else:
            options = tuple(
                Option(str(one.id), " · ".join(filter(None, (one.text, one.siren, one.owner))))
                for one in found
            )
            faults.append(Fault("organisation", said.gettext(WHICH if options else NONE_SO)))
    missing = {"organisation": form.organisation, "role": form.role, "since": form.since}
    faults += [
        Fault(name, said.gettext(TEXTS["missing"])) for name, value in missing.items() if not value
    ]
    if faults or meant is None or form.role is None or form.since is None:
        return Unmeant(tuple(faults), options)
    return Mandate(meant, form.role, form.since, form.until)
