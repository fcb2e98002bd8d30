"""The doctor's check of limits: owners with more than one may have here."""

from collections.abc import Sequence
from typing import Final

from intercoop_chassis.findings import Finding, Level
from intercoop_chassis.operating.doctor import Patient
from intercoop_chassis.operating.limits import TopicUsage, beyond_limits
from intercoop_chassis.refusals import Sentence
from intercoop_chassis.settings import Settings

_WITHIN: Final = Sentence("aucune instance ne dépasse les siennes", "no owner is beyond its own")


async def limits(patient: Patient) -> Sequence[Finding]:
    """What of others is beyond their limits, topic by topic."""
    if not patient.service.subscribers:
        return []
    async with patient.db.read() as tx:
        beyond = await beyond_limits(patient.settings.owner, tx)
    if not beyond:
        return [Finding("limits", Level.OK, _WITHIN)]
    return [_finding(each, patient.settings) for each in beyond]


def _finding(usage: TopicUsage, settings: Settings) -> Finding:
    skipped, missing = "", ""
    if usage.skipped and usage.since:
        since = f"{usage.since:%Y-%m-%d %H:%MZ}"
        skipped = f", {usage.skipped} seulement comptées depuis le {since}"
        missing = f", {usage.skipped} were only counted since {since}"
    said = Sentence(
        f"{usage.owner}, {usage.stream} : {usage.living} fiches pour {settings.limit_entities}, "
        f"{usage.bytes} octets pour {settings.limit_bytes} ; {usage.excess} attendent{skipped}",
        f"{usage.owner}, {usage.stream}: {usage.living} entities of {settings.limit_entities}, "
        f"{usage.bytes} bytes of {settings.limit_bytes}; {usage.excess} wait{missing}",
    )
    remedy = Sentence(
        "Demandez à son opérateur si c'est voulu ; si oui, relevez INTERCOOP_LIMIT_ENTITIES, "
        "INTERCOOP_LIMIT_BYTES ou INTERCOOP_LIMIT_PARKED_BYTES et redémarrez",
        "Ask its operator whether that is meant; if so, raise INTERCOOP_LIMIT_ENTITIES, "
        "INTERCOOP_LIMIT_BYTES or INTERCOOP_LIMIT_PARKED_BYTES and start again",
    )
    return Finding("limits", Level.WARN, said, remedy)
