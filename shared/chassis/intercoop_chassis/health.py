"""What is not well in a process, in words; nothing means ready."""

from collections.abc import Mapping

from intercoop_chassis import telemetry


class Health:
    """Named conditions of a process, each well or not with its reason."""

    def __init__(self) -> None:
        self._problems: dict[str, str] = {}
        self._notes: dict[str, str] = {}
        self._measured: dict[str, bool] = {}

    def well(self, name: str) -> None:
        self._problems.pop(name, None)
        self._measure(name, is_well=True)

    def unwell(self, name: str, reason: str) -> None:
        self._problems[name] = reason
        self._measure(name, is_well=False)

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

    def _measure(self, name: str, *, is_well: bool) -> None:
        """Parts say that they are well after every poll: only what changes is measured."""
        if self._measured.get(name) is not is_well:
            self._measured[name] = is_well
            telemetry.READY.labels(name).set(is_well)
