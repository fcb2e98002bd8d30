"""Made-up people whom anybody at an instance for trying out may be, without a password.

They are people of the directory like others, with mandates. An instance has them by a file that
names them, and only where people reach it on its own machine.
"""

from pathlib import Path
from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from intercoop_chassis.auth.cookies import is_loopback_host, is_on_loopback
from intercoop_chassis.auth.files import UnusableFileError, text_of
from intercoop_chassis.settings import Settings
from intercoop_contracts.directory import Language

_Words = Annotated[str, Field(min_length=1, max_length=200)]


class Persona(BaseModel):
    """A made-up person, and what is said after their name in each language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    person: UUID
    about: dict[Language, _Words] = {}


_FILE: Final = TypeAdapter(Annotated[tuple[Persona, ...], Field(max_length=20)])


def personas_of(settings: Settings) -> tuple[Persona, ...]:
    """The personas of an instance's file (a JSON array); without one, none.

    Raises `UnusableFileError`, also where others than this machine's people reach the instance.
    """
    path = settings.personas_file
    if path is None:
        return ()
    if not (is_on_loopback(settings) and is_loopback_host(settings.http_host)):
        raise UnusableFileError(
            f"{path} lets anybody sign in as anybody: INTERCOOP_PERSONAS_FILE is for an instance "
            "whose INTERCOOP_PUBLIC_URL and INTERCOOP_HTTP_HOST are on this machine (127.0.0.1); "
            "take it out"
        )
    try:
        return _FILE.validate_json(text_of(path))
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"])) or "the file"
        raise UnusableFileError(f"{path} needs correction: {where}: {fault['msg']}") from error


def written_personas(path: Path, personas: tuple[Persona, ...]) -> Path:
    """Write the file that `personas_of` reads; returns where it is."""
    path.write_bytes(_FILE.dump_json(personas, indent=1))
    return path
