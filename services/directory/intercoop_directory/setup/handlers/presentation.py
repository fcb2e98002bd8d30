"""Changes what the owner says of itself, and tells the other services of the instance."""

from dataclasses import dataclass, replace
from typing import Final

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refusal, Refused, Sentence
from intercoop_chassis.versions import ANY_VERSION
from intercoop_contracts.directory import PRESENTATIONS
from intercoop_directory.organisations import handlers as organisations
from intercoop_directory.organisations.handlers import OrganisationDraft
from intercoop_directory.organisations.store import own
from intercoop_directory.setup.domain.logo import Logo
from intercoop_directory.setup.domain.presentation import (
    Identity,
    Notice,
    Presentation,
    presentation_view,
    with_identity,
    with_notice,
)
from intercoop_directory.setup.domain.steps import Step, next_step
from intercoop_directory.setup.store import presentation as store, steps
from intercoop_directory.standings.handlers import make_own_organisation

LOGO: Final = "/directory/assets/logo/"
"""Where a logo is answered, by its name."""


@dataclass(frozen=True, slots=True)
class SetUp:
    """How far the first run has come; `presentation` is by the settings before anything is said."""

    presentation: Presentation
    passed: frozenset[Step]

    @property
    def next(self) -> Step | None:
        return next_step(self.passed)


async def current(otherwise: str, tx: Transaction) -> SetUp:
    """How far it is; `otherwise` is the owner's name where nobody has saved one."""
    saved = await store.get(tx) or Presentation(otherwise)
    return SetUp(saved, await steps.passed(tx))


async def save_identity(
    identity: Identity, version: int, otherwise: str, tx: Transaction
) -> Presentation | Refused:
    """Change the name and the colours, if nobody else has changed anything since `version`.

    What stands there already is no change: a form that is sent twice is taken twice.
    """
    await store.lock(tx)
    before = await store.get(tx) or Presentation(otherwise)
    decided = with_identity(before, identity)
    if isinstance(decided, Refused):
        return decided
    if before.version != version and decided != before:
        return _changed_meanwhile("name")
    saved = await _change(before, decided, tx)
    await steps.add(Step.IDENTITY, tx)
    await _rename_own_organisation(saved.name, tx)
    await _publish(saved, tx)
    return saved


async def save_notice(
    notice: Notice, version: int, otherwise: str, tx: Transaction
) -> Presentation | Refused:
    """Change contacts and the legal notice, as `save_identity` does."""
    await store.lock(tx)
    before = await store.get(tx) or Presentation(otherwise)
    decided = with_notice(before, notice)
    if isinstance(decided, Refused):
        return decided
    if before.version != version and decided != before:
        return _changed_meanwhile("help_contact")
    saved = await _change(before, decided, tx)
    await steps.add(Step.NOTICE, tx)
    await _publish(saved, tx)
    return saved


async def save_logo(logo: Logo | None, otherwise: str, tx: Transaction) -> Presentation:
    """Have another logo, or none; the one before is forgotten."""
    await store.lock(tx)
    before = await store.get(tx) or Presentation(otherwise)
    if logo is not None:
        await store.add_logo(logo, tx)
    name = logo.name if logo else None
    saved = await _change(before, replace(before, logo=name), tx)
    await store.forget_logos(name, tx)
    await _publish(saved, tx)
    return saved


async def pass_step(step: Step, otherwise: str, tx: Transaction) -> None:
    """Note that somebody went through a step; after the last, the instance is set up."""
    await store.lock(tx)
    await steps.add(step, tx)
    saved = await store.get(tx)
    if saved is None:
        saved = Presentation(otherwise, version=1)
        await store.save(saved, tx)
    await _publish(saved, tx)


async def _change(before: Presentation, decided: Presentation, tx: Transaction) -> Presentation:
    if decided == before and before.version:
        return before
    after = replace(decided, version=before.version + 1)
    await store.save(after, tx)
    return after


async def _publish(presentation: Presentation, tx: Transaction) -> None:
    subject = await make_own_organisation(presentation.name, tx)
    address = f"{LOGO}{presentation.logo}" if presentation.logo else ""
    is_set_up = next_step(await steps.passed(tx)) is None
    view = presentation_view(presentation, address, is_set_up=is_set_up)
    tx.publish(PRESENTATIONS, subject, view, event_type="presentation-changed")


async def _rename_own_organisation(name: str, tx: Transaction) -> None:
    """The union is in the directory by its slug as long as nobody has said how it is called."""
    organisation_id = await make_own_organisation(name, tx)
    held = await own.lock(organisation_id, tx)
    if held is None or held.record.name != tx.owner:
        return
    draft = OrganisationDraft(replace(held.record, name=name))
    await organisations.amend(organisation_id, ANY_VERSION, draft, tx)


def _changed_meanwhile(field: str) -> Refused:
    return Refused(
        (
            Refusal(
                field,
                Sentence(
                    "Quelqu'un a enregistré cette page pendant que vous écriviez",
                    "Somebody saved this page while you were writing",
                ),
                Sentence(
                    "Relisez ce qui est écrit ici, puis enregistrez de nouveau pour le garder",
                    "Read what stands here again, then save it again to keep it",
                ),
            ),
        )
    )
