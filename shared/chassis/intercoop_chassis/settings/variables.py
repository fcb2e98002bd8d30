"""The variables in which a service's settings stand, and the source that reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from intercoop_chassis.settings.errors import SettingsError

PREFIX: Final = "INTERCOOP_"
FILE: Final = "_FILE"


def prefix_of(service: str) -> str:
    """The beginning of the variables that are for this service alone."""
    return f"{PREFIX}{service.upper().replace('-', '_')}_"


@dataclass(frozen=True, slots=True)
class Variables:
    """An environment as one service reads it: its own variables come before the common ones."""

    service: str
    environ: Mapping[str, str]

    def name_of(self, setting: str) -> str:
        """The variable that holds the setting, or the common one where none does."""
        found = self._found(setting)
        return found[0] if found else PREFIX + setting.upper()

    def read(self, setting: str) -> str | None:
        """The setting's text. Raises `SettingsError` for a double or an unreadable one."""
        found = self._found(setting)
        if not found:
            return None
        if len(found) > 1:
            raise SettingsError(f"{' and '.join(found)} are both set: keep one")
        name = found[0]
        value = self.environ[name]
        return value if name.endswith(setting.upper()) else _content(name, Path(value))

    def _found(self, setting: str) -> list[str]:
        for prefix in (prefix_of(self.service), PREFIX):
            name = prefix + setting.upper()
            found = [variable for variable in (name, name + FILE) if self.environ.get(variable)]
            if found:
                return found
        return []


class VariablesSource(PydanticBaseSettingsSource):
    """Gives pydantic-settings the texts of variables, and of the files that `…_FILE` names.

    A setting that cannot be read is left out and kept in `faults`, so that all are said at once.
    """

    def __init__(self, settings_cls: type[BaseSettings], variables: Variables) -> None:
        super().__init__(settings_cls)
        self._variables = variables
        self.faults: dict[str, str] = {}

    def get_field_value(
        self,
        field: FieldInfo,  # noqa: ARG002  pydantic-settings' signature
        field_name: str,
    ) -> tuple[str | None, str, bool]:
        """The text, its key in the model, and that it is no JSON."""
        return self._variables.read(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:  # Any: pydantic-settings' signature
        texts = _Unshown()
        for name, field in self.settings_cls.model_fields.items():
            try:
                text, key, _ = self.get_field_value(field, name)
            except SettingsError as error:
                self.faults[name] = str(error)
            else:
                texts |= {} if text is None else {key: text}
        return texts

    def fault(self, setting: str, words: str) -> str:
        """A sentence about a setting that is wrong: its variable, what it is, an example."""
        about = self.settings_cls.model_fields[setting]
        example = f"{PREFIX}{setting.upper()}={(about.examples or [''])[0]}"
        name = self._variables.name_of(setting)
        return f"{name} {words} ({about.description}, e.g. {example})"


class _Unshown(dict[str, str]):
    """Texts, secrets among them; pydantic-settings logs the `repr` of what a source gives.

    It does so where PYDANTIC_SETTINGS_DEBUG is set.
    """

    def __repr__(self) -> str:
        return repr(sorted(self))


def _content(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise SettingsError(f"{name}: {path} cannot be read ({reason}): correct it") from error
