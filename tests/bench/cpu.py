"""CPU seconds of the processes that take part, read from /proc."""

import os
from collections.abc import Mapping
from pathlib import Path

from bench.measured_servers import Figures

TICKS = os.sysconf("SC_CLK_TCK")


def seconds_of(pid: int) -> float:
    """What this process, its children, and those of them that ended have used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    used = sum(int(field) for field in fields[11:15]) / TICKS
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return used + sum(_own(Path(f"/proc/{child}/stat")) for child in children)


def _own(stat: Path) -> float:
    try:
        fields = stat.read_text().rpartition(")")[2].split()
    except OSError:  # it ended just now, and is counted as an ended one from now on
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


class Meter:
    """CPU used by named processes from the moment it is made."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._pids = pids
        self._before = {name: seconds_of(pid) for name, pid in pids.items()}

    def per_event(self, part: str, events: float) -> Figures:
        """Microseconds of CPU an event, by process: `cpu_us_<part>_<process>`."""
        return {
            f"cpu_us_{part}_{name}": (seconds_of(pid) - self._before[name]) / events * 1e6
            for name, pid in self._pids.items()
        }
