"""The doctor's checks of what is sealed: the keys that are here, and what they do not open."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from intercoop_chassis.findings import Finding, Level
from intercoop_chassis.operating.doctor import Patient
from intercoop_chassis.refusals import Sentence
from intercoop_chassis.wire.sealing import Keyring, SealError, keyring_at

MISSED: Final = """
SELECT missing_key AS id, count(*) AS waiting FROM parked
WHERE missing_key IS NOT NULL GROUP BY missing_key ORDER BY missing_key
"""
UNTRUE: Final = "SELECT count(*) FROM parked WHERE kind IN ('unopenable', 'unsealed')"


async def keys(patient: Patient) -> Sequence[Finding]:
    """Whether what private streams carry can be sealed and opened."""
    streams = [*patient.service.publishes, *patient.service.subscribers.streams]
    if not any(stream.is_sealed for stream in streams):
        return []
    path = patient.settings.sealing_keys_file
    if path is None:
        said = Sentence("aucun fichier de clés n'est réglé", "no key file is set")
        remedy = Sentence("Réglez INTERCOOP_SEALING_KEYS_FILE", "Set INTERCOOP_SEALING_KEYS_FILE")
        return [Finding("sealing keys", Level.FAIL, said, remedy)]
    Keyring.from_file(path)
    return [Finding("sealing keys", Level.OK, Sentence("elles sont là", "they are there"))]


async def unopened(patient: Patient) -> Sequence[Finding]:
    """Changes of private streams that wait because they do not open."""
    here = _ids_here(patient.settings.sealing_keys_file)
    async with patient.db.read() as tx:
        missed = {row["id"]: row["waiting"] for row in await tx.fetch(MISSED)}
        untrue = await tx.fetchval(UNTRUE)
    found = {key: waiting for key, waiting in missed.items() if key in here}
    lost = {key: waiting for key, waiting in missed.items() if key not in found}
    findings = [_lost(lost)] if lost else []
    findings += [_found(found, patient.service.name)] if found else []
    return [*findings, _untrue(untrue, patient.service.name)] if untrue else findings


def _ids_here(path: Path | None) -> frozenset[str]:
    """A file that cannot be used is what `keys` tells of."""
    try:
        keyring = keyring_at(path)
    except SealError:
        return frozenset()
    return keyring.ids if keyring else frozenset()


def _lost(missing: Mapping[str, int]) -> Finding:
    which = _listed(missing)
    said = Sentence(f"des clés manquent : {which}", f"keys are missing: {which}")
    remedy = Sentence(
        "Ajoutez-les sous les autres au fichier des clés, redémarrez, puis retry",
        "Add them below the others to the key file, start again, then retry",
    )
    return Finding("sealed", Level.FAIL, said, remedy)


def _found(here: Mapping[str, int], service: str) -> Finding:
    which = _listed(here)
    said = Sentence(
        f"des modifications attendent une clé qui est là maintenant : {which}",
        f"changes wait for a key that is here now: {which}",
    )
    command = f"intercoop-{service} retry"
    remedy = Sentence(f"Redémarrez, puis lancez {command}", f"Start again, then run {command}")
    return Finding("sealed", Level.WARN, said, remedy)


def _untrue(count: int, service: str) -> Finding:
    said = Sentence(
        f"modifiées ou déplacées après avoir été scellées, ou pas scellées : {count}",
        f"changed or moved after they were sealed, or not sealed: {count}",
    )
    command = f"intercoop-{service} parked list"
    remedy = Sentence(
        f"Voyez lesquelles ({command}), et qui d'autre peut écrire sur ces topics",
        f"See which ({command}), and who else can write to these topics",
    )
    return Finding("sealed", Level.WARN, said, remedy)


def _listed(keys: Mapping[str, int]) -> str:
    return ", ".join(f"{key} ({waiting})" for key, waiting in keys.items())
