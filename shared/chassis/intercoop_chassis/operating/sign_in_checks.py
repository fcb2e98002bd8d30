"""The doctor's checks of sign-in: keys that sign tokens, programs that may ask for them."""

from collections.abc import Sequence
from typing import Final

from intercoop_chassis.auth.files import UnusableFileError
from intercoop_chassis.auth.programs import read_programs
from intercoop_chassis.auth.signing_keys import read_signing_keys
from intercoop_chassis.findings import Finding, Level
from intercoop_chassis.operating.doctor import Patient
from intercoop_chassis.refusals import Sentence

_KEYS: Final = "signing keys"
_PROGRAMS: Final = "programs"


async def keys(patient: Patient) -> Sequence[Finding]:
    """Whether tokens can be signed and checked."""
    path = patient.settings.signing_keys_file
    if path is None:
        said = Sentence("aucun fichier de clés n'est réglé", "no key file is set")
        remedy = Sentence(
            "Réglez INTERCOOP_SIGNING_KEYS_FILE : sans elles, le rôle api ne démarre pas",
            "Set INTERCOOP_SIGNING_KEYS_FILE: without them the role api does not start",
        )
        return [Finding(_KEYS, Level.WARN, said, remedy)]
    try:
        found = [*read_signing_keys(path)]
    except UnusableFileError as error:
        return [_unusable(_KEYS, error)]
    said = Sentence(
        f"{found[0][:8]} signe, {len(found) - 1} plus anciennes sont acceptées",
        f"{found[0][:8]} signs, {len(found) - 1} older ones are accepted",
    )
    return [Finding(_KEYS, Level.OK, said)]


async def programs(patient: Patient) -> Sequence[Finding]:
    """Whether the programs that may ask for tokens can be read, where there are any."""
    path = patient.settings.programs_file
    if path is None:
        return []
    try:
        count = len(read_programs(path))
    except UnusableFileError as error:
        return [_unusable(_PROGRAMS, error)]
    said = Sentence(f"connus : {count}", f"known: {count}")
    return [Finding(_PROGRAMS, Level.OK, said)]


def _unusable(what: str, error: UnusableFileError) -> Finding:
    said = Sentence(f"inutilisable : {error}", str(error))
    remedy = Sentence(
        "Corrigez le fichier ; un processus en marche garde ce qu'il a lu",
        "Correct the file; a running process keeps what it has read",
    )
    return Finding(what, Level.FAIL, said, remedy)
