"""Variables that look like settings and are none: misspelt, or of a service nobody knows."""

from collections.abc import Iterable
from difflib import get_close_matches
from importlib.metadata import entry_points
from typing import Final

from intercoop_chassis import failpoints
from intercoop_chassis.settings.model import Settings
from intercoop_chassis.settings.variables import FILE, PREFIX, Variables, prefix_of
from intercoop_contracts.catalogue import READS

SETTINGS_GROUP: Final = "intercoop.settings"
"""The entry points by which a package names its class of settings, if it has one of its own."""

_ELSEWHERE: Final = frozenset({"INTERCOOP_HOME", failpoints.VARIABLE})
"""Where the local stack keeps its files, and where a test ends a process."""

_TAKEN_BACK: Final = dict.fromkeys(
    ("ISSUER", "AUDIENCE", "JWKS"),
    "each instance signs its own tokens, with the keys of INTERCOOP_SIGNING_KEYS_FILE",
)
"""Settings of versions before, with what is so now."""


def unknown_variables(variables: Variables, settings: type[Settings]) -> list[str]:
    """A sentence for each variable that is no setting, with the nearest name that is one.

    An environment may be for several services: what begins with the name of another one is for
    that one to judge, and the settings of those that are installed here are known without it.
    """
    known = _names([PREFIX, prefix_of(variables.service)], settings) | _ELSEWHERE
    others = tuple(prefix_of(service) for service in READS if service != variables.service)
    strange = [
        name
        for name in sorted(variables.environ)
        if name.startswith(PREFIX) and not name.startswith(others) and name not in known
    ]
    if not strange:
        return []
    known |= _names(others, Settings) | _of_installed_services()
    prefixes = (prefix_of(variables.service), PREFIX)
    return [_sentence(name, prefixes, known) for name in strange if name not in known]


def _sentence(name: str, prefixes: Iterable[str], known: Iterable[str]) -> str:
    for prefix in prefixes:
        now = _TAKEN_BACK.get(name.removeprefix(prefix).removesuffix(FILE))
        if now:
            return f"{name} is a setting no more: remove it, {now}"
    return f"{name} is not a setting: {_remedy(name, known)}"


def _remedy(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, sorted(known), n=1)
    return f"did you mean {close[0]}?" if close else "remove it"


def _of_installed_services() -> frozenset[str]:
    """Looked up when something is unknown, and not before: metadata of all packages is read."""
    classes: list[type[Settings]] = [point.load() for point in entry_points(group=SETTINGS_GROUP)]
    return frozenset[str]().union(*(_names([PREFIX], settings) for settings in classes))


def _names(prefixes: Iterable[str], settings: type[Settings]) -> frozenset[str]:
    names = {prefix + field.upper() for prefix in prefixes for field in settings.model_fields}
    return frozenset(names | {name + FILE for name in names})
