"""What is not well in a process, in words; nothing means ready."""

from collections.abc import Mapping


class Health:
    """Named conditions of a process, each well or not with its reason."""

    def __init__(self) -> None:
        self._problems: dict[str, str] = {}
        self._notes: dict[str, str] = {}

    def well(self, name: str) -> None:
        self._problems.pop(name, None)

    def unwell(self, name: str, reason: str) -> None:
        self._problems[name] = reason

    def note(self, name: str, remark: str) -> None:
        """Say something that an operator should know and that leaves the process ready."""
        self._notes[name] = remark

    def forget(self, name: str) -> None:
        """Take a remark back."""
        self._notes.pop(name, None)

    @property
    def notes(self) -> Mapping[str, str]:
        """Remarks by name, e.g. `{"notifications.mail": "waits for settings: INTERCOOP_SMTP"}`."""
        return dict(self._notes)

    @property
    def problems(self) -> Mapping[str, str]:
        """Reasons by name, e.g. `{"directory.worker": "the broker cannot be reached"}`."""
        return dict(self._problems)
