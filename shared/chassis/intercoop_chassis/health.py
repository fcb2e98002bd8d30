"""What is not well in a process, in words; empty means ready."""

from collections.abc import Mapping


class Health:
    """Named conditions of a process, each well or not with its reason."""

    def __init__(self) -> None:
        self._problems: dict[str, str] = {}

    def well(self, name: str) -> None:
        self._problems.pop(name, None)

    def unwell(self, name: str, reason: str) -> None:
        self._problems[name] = reason

    @property
    def problems(self) -> Mapping[str, str]:
        """Reasons by name, e.g. `{"directory.worker": "the broker cannot be reached"}`."""
        return dict(self._problems)
