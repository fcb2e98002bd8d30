"""Loads a service's settings, or says everything that is wrong with them at once."""

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from pydantic import ValidationError

from intercoop_chassis.settings.errors import SettingsError
from intercoop_chassis.settings.model import ABSENT, Settings
from intercoop_chassis.settings.unknown import unknown_variables
from intercoop_chassis.settings.variables import Variables, VariablesSource

S = TypeVar("S", bound=Settings)


def load_settings(service: str, settings: type[S]) -> S:
    """The settings of `service` from this process's environment; see `load_settings_from`."""
    return load_settings_from(service, settings, os.environ)


def load_settings_from(service: str, settings: type[S], environ: Mapping[str, str]) -> S:
    """The settings of `service`, which are of this class, from `environ`.

    A setting is the first of `INTERCOOP_<SERVICE>_<NAME>` and `INTERCOOP_<NAME>` that is there and
    not empty; with `_FILE` at the end it names a file that holds the value. Settings of other
    services may stand in the same environment. Raises `SettingsError`, which names everything that
    is wrong at once.
    """
    variables = Variables(service, environ)
    source = VariablesSource(settings, variables)
    unknown = unknown_variables(variables, settings)
    try:
        loaded = settings(_build_sources=((source,), {}))
    except ValidationError as error:
        wrong = _faults(error, source)
        raise _correction(service, [*unknown, *source.faults.values(), *wrong]) from None
    if unknown or source.faults:
        raise _correction(service, [*unknown, *source.faults.values()])
    return loaded


def _correction(service: str, faults: Iterable[str]) -> SettingsError:
    listed = "\n".join(f"  {fault}" for fault in dict.fromkeys(faults))
    return SettingsError(f"The settings of {service} need correction:\n{listed}")


def _faults(error: ValidationError, source: VariablesSource) -> Iterator[str]:
    """What is wrong with the texts; one that could not be read has been said already."""
    for details in error.errors(include_input=False, include_url=False):
        setting = str(details["loc"][0])
        if setting not in source.faults:
            yield source.fault(setting, _words(details["type"], details["msg"]))


def _words(kind: str, message: str) -> str:
    if kind == "missing":
        return "is missing"
    if kind == ABSENT:
        return message
    return f"is wrong: {message.replace('Input should be', 'has to be')}"
