"""What comes by time: invitations that waited are shown; and what the doctor says of the others."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from intercoop_advice.invitations import handlers
from intercoop_advice.invitations.domain.waiting import Because
from intercoop_advice.invitations.store import withheld
from intercoop_advice.invitations.store.withheld import Excess
from intercoop_advice.settings import AdviceSettings
from intercoop_chassis.context import Context
from intercoop_chassis.findings import Finding, Level
from intercoop_chassis.jobs import Job, Jobs
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Sentence

WHAT: Final = "invitations"
COUNTED: Final = 10_000
_SETTINGS: Final = {
    Because.A_REQUEST: "INTERCOOP_LIMIT_INVITATIONS_A_REQUEST",
    Because.OPEN_REQUESTS: "INTERCOOP_LIMIT_OPEN_REQUESTS",
    Because.OPEN_INVITATIONS: "INTERCOOP_LIMIT_OPEN_INVITATIONS",
    Because.DAILY: "INTERCOOP_LIMIT_DAILY_INVITATIONS",
}

JOBS: Final = Jobs()


@JOBS.every("withheld-invitations", timedelta(minutes=5))
async def show_withheld(_: Job, tx: Transaction) -> bool:
    """A day has passed, others were closed, or a limit was raised: a few in each transaction."""
    return await handlers.show_withheld(tx.settings_as(AdviceSettings).limits, tx)


async def withheld_invitations(context: Context) -> Sequence[Finding]:
    """Which owners ask more than the limits let through."""
    async with context.db.read() as tx:
        excess = await withheld.by_owner(COUNTED, tx)
    if not excess:
        return [Finding(WHAT, Level.OK, Sentence("aucune n'attend", "none waits"))]
    return [_finding(each) for each in excess]


def _finding(excess: Excess) -> Finding:
    setting = _SETTINGS.get(excess.because)
    if setting is None:
        return _about_strangers(excess)
    said = Sentence(
        f"{excess.owner} : {excess.waiting} attendent au-delà de {setting}",
        f"{excess.owner}: {excess.waiting} wait above {setting}",
    )
    remedy = Sentence(
        f"Demandez à {excess.owner} ce qui se passe, ou relevez ce réglage",
        f"Ask {excess.owner} what happens there, or raise that setting",
    )
    return Finding(WHAT, Level.WARN, said, remedy)


def _about_strangers(excess: Excess) -> Finding:
    said = Sentence(
        f"{excess.owner} : {excess.waiting} s'adressent à des coopératives inconnues ici",
        f"{excess.owner}: {excess.waiting} ask co-operatives that are not known here",
    )
    remedy = Sentence(
        "Rien, si votre annuaire est complet : elles attendent sans rien coûter",
        "Nothing, if your directory is complete: they wait and cost nothing",
    )
    return Finding(WHAT, Level.WARN, said, remedy)
