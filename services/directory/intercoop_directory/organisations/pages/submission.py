"""A form of an organisation that was sent: decided once, or shown again to be corrected."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, Self, TypeVar

from starlette.responses import Response

from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.pages import Done, Fault, once, typed_in
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_directory.organisations.domain.organisation import examine
from intercoop_directory.organisations.handlers import OrganisationDraft, SirenTakenError
from intercoop_directory.organisations.pages.form import Typed, read_form
from intercoop_directory.organisations.pages.form_page import FormPage, Wrong
from intercoop_directory.organisations.pages.meaning import draft_of

T = TypeVar("T")

TAKEN_ELSEWHERE: Final = N_("%(owner)s already publishes this SIREN. Agree on who keeps it.")
TAKEN_HERE: Final = N_(
    "Another organisation here already has this SIREN: look for it, and edit it."
)


@dataclass(frozen=True, slots=True)
class Submission:
    """Who sent it, as it came and as it was read, and the page that it stands on."""

    page: FormPage
    who: Identity
    sent: Mapping[str, str]
    typed: Typed

    @classmethod
    async def of(cls, page: FormPage, who: Identity) -> Self:
        """The form that a request brings."""
        sent = await typed_in(page.request)
        return cls(page, who, sent, read_form(sent, page.said))

    async def decide_once(
        self, decide: Callable[[Transaction], Awaitable[Done | Wrong | T]]
    ) -> Done | Wrong | T:
        """What is decided, in a transaction; the second time what was done the first time."""

        async def work(tx: Transaction) -> Done | Wrong | T:
            return await once(tx, self.who, self.sent, lambda: decide(tx))

        try:
            return await self.page.context.db.command(work)
        except SirenTakenError as taken:
            return await self._taken(taken)

    async def draft(self, tx: Transaction, *, is_sample: bool) -> OrganisationDraft | Wrong:
        """What it says, where all of it can be read and means something; else all that is wrong."""
        typed, said = self.typed, self.page.said
        draft = await draft_of(typed, said, tx, is_sample=is_sample)
        if isinstance(draft, OrganisationDraft) and not typed.form.faults:
            return draft
        record = examine(typed.readable.record(typed.links, is_sample=is_sample))
        refused = typed.form.refused(record, said).faults if isinstance(record, Refused) else ()
        if isinstance(draft, OrganisationDraft):
            return Wrong(typed.form.with_faults(*typed.form.faults, *refused))
        faults = (*typed.form.faults, *draft.faults, *refused)
        return Wrong(typed.form.with_faults(*faults), draft.communes, draft.trades)

    def refused(self, refused: Refused) -> Wrong:
        """The form with why a decision refused it."""
        return Wrong(self.typed.form.refused(refused, self.page.said))

    async def again(self, wrong: Wrong) -> Response:
        """The page with what was typed, and what to correct."""
        return await self.page.again(self.sent, wrong)

    async def _taken(self, taken: SirenTakenError) -> Wrong:
        text = self.page.said.gettext(TAKEN_ELSEWHERE if taken.holder else TAKEN_HERE)
        owners = await self.page.owners([taken.holder] if taken.holder else [])
        said = text % {"owner": owners.get(taken.holder or "", "")} if taken.holder else text
        return Wrong(self.typed.form.with_faults(Fault("siren", said)))
