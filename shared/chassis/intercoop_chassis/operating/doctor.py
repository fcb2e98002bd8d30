"""The doctor: what is wrong with a service, in plain words, and what to do."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from intercoop_chassis.findings import Finding, Level
from intercoop_chassis.postgres import Database
from intercoop_chassis.refusals import Sentence
from intercoop_chassis.service import Service
from intercoop_chassis.settings import Settings

PATIENCE_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Patient:
    """The service that is looked at."""

    service: Service
    settings: Settings
    db: Database


Check = Callable[[Patient], Awaitable[Sequence[Finding]]]


async def examine(patient: Patient, checks: dict[str, Check]) -> list[Finding]:
    """Make all checks side by side, each for five seconds at most."""
    made = await asyncio.gather(*(_made(name, check, patient) for name, check in checks.items()))
    return [finding for findings in made for finding in findings]


async def _made(name: str, check: Check, patient: Patient) -> Sequence[Finding]:
    try:
        return await asyncio.wait_for(check(patient), PATIENCE_S)
    except TimeoutError:
        return [Finding(name, Level.FAIL, _SILENT, _REACH)]
    except Exception as error:  # noqa: BLE001  whatever it is, it is what the operator asks for
        kind = type(error).__name__
        words = Sentence(f"ne peut pas être vérifié ({kind})", f"cannot be looked at ({kind})")
        return [Finding(name, Level.FAIL, words, _REACH)]


_SILENT: Final = Sentence("n'a pas répondu en 5 s", "did not answer within 5 s")
_REACH: Final = Sentence(
    "Vérifiez qu'il tourne et que ce processus l'atteint (adresse, pare-feu, mot de passe)",
    "See that it runs and that this process reaches it (address, firewall, password)",
)
