"""The doctor's checks around the service: process, disk."""

import shutil
from collections.abc import Sequence
from typing import Final

import httpx

from intercoop_chassis.findings import Finding, Level
from intercoop_chassis.operating.doctor import Patient
from intercoop_chassis.refusals import Sentence
from intercoop_chassis.unanswered import UNANSWERED

_FULL: Final = 0.98
_NEARLY_FULL: Final = 0.90
_ANYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  what a setting may say


async def process(patient: Patient) -> Sequence[Finding]:
    """A process of this service answers, and its own health."""
    settings = patient.settings
    host = _ANYWHERE.get(settings.http_host, settings.http_host)
    address = httpx.URL(scheme="http", host=host, port=settings.http_port, path="/health/ready")
    try:
        async with httpx.AsyncClient(trust_env=False) as client:
            reports = (await client.get(address)).json()["checks"]
        wrong = [
            f"{report['name']}: {report['reason']}" for report in reports if not report["well"]
        ]
    except (*UNANSWERED, ValueError, LookupError, TypeError) as error:
        return [_nobody(f"{host}:{settings.http_port}", type(error).__name__)]
    if not wrong:
        return [Finding("process", Level.OK, Sentence("il est prêt", "it is ready"))]
    said = Sentence(f"pas prêt : {'; '.join(wrong)}", f"not ready: {'; '.join(wrong)}")
    remedy = Sentence(
        "Réparez ce qui est nommé : il reprend de lui-même",
        "Mend what is named: it goes on by itself",
    )
    return [Finding("process", Level.FAIL, said, remedy)]


def _nobody(where: str, name: str) -> Finding:
    said = Sentence(f"aucun ne répond à {where} ({name})", f"none answers at {where} ({name})")
    remedy = Sentence(
        "Démarrez le service ; s'il tourne ailleurs, donnez ici ses INTERCOOP_HTTP_HOST et "
        "INTERCOOP_HTTP_PORT",
        "Start the service; if it runs elsewhere, set its INTERCOOP_HTTP_HOST and "
        "INTERCOOP_HTTP_PORT here",
    )
    return Finding("process", Level.WARN, said, remedy)


async def disk(_: Patient) -> Sequence[Finding]:
    """The disk of this process; the database's and the broker's are theirs to watch."""
    used = shutil.disk_usage(".")
    share = 1 - used.free / used.total
    said = Sentence(
        f"plein à {share:.0%} (celui d'ici ; ceux de la base et de Kafka ne sont pas vus)",
        f"{share:.0%} full (the one here; those of the database and of Kafka are not seen)",
    )
    if share < _NEARLY_FULL:
        return [Finding("disk", Level.OK, said)]
    remedy = Sentence("Faites de la place", "Make room")
    return [Finding("disk", Level.FAIL if share > _FULL else Level.WARN, said, remedy)]
