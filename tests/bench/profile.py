"""Where a measured process spends its CPU: py-spy looks at its stack a few hundred times a second.

`PROFILE=1` samples every process of ours while it is measured. What such a run says of speed is for
nothing else: looking takes time too.
"""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

_FOLDER = "INTERCOOP_BENCH_PROFILES"
"""Processes that are measured find it in their environment."""
_WORTH_A_LINE = 0.02
_OURS_WORTH_A_LINE = 0.15
_OURS = "intercoop_"


def sample_into(folder: Path) -> None:
    """From now on, sample the processes that are started."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.stacks"):
        old.unlink()
    os.environ[_FOLDER] = str(folder)


def is_asked() -> bool:
    return _FOLDER in os.environ


@contextmanager
def sampled(name: str) -> Iterator[None]:
    """Sample this process while the block lasts, or until it is killed, if it was asked for."""
    if not is_asked():
        yield
        return
    sampler = _sampler(name, os.getpid(), "250")
    try:
        yield
    finally:
        sampler.send_signal(signal.SIGINT)
        sampler.wait(10)


def sample(name: str, pid: int, seconds: int) -> None:
    """Sample a process that does little, so that even that is seen."""
    _sampler(name, pid, "1000", "--duration", str(seconds)).wait(seconds + 10)


def _sampler(name: str, pid: int, a_second: str, *more: str) -> subprocess.Popen[bytes]:
    out = Path(os.environ[_FOLDER]) / f"{name}-{pid}.stacks"
    program = str(Path(sys.executable).parent / "py-spy")
    looks = [program, "record", "--pid", str(pid), "--rate", a_second, "--function", *more]
    return subprocess.Popen(
        [*looks, "--nonblocking", "--format", "raw", "--output", str(out)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def report(folder: Path) -> str:
    """A table for each kind of process that was sampled: shares of its samples by function."""
    stacks: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.stacks")):
        stacks.setdefault(path.stem.rpartition("-")[0], []).extend(path.read_text().splitlines())
    return "\n".join(f"### {name}\n\n{table(lines)}" for name, lines in stacks.items())


def table(lines: Iterable[str]) -> str:
    """Functions by their own share, and by the share of all they call.

    A line is `outermost (file:line);…;innermost (file:line) samples`.
    """
    own: Counter[str] = Counter()
    below: Counter[str] = Counter()
    for line in lines:
        stack, _, samples = line.rpartition(" ")
        frames = [_short(frame) for frame in stack.split(";")]
        own[frames[-1]] += int(samples)
        below.update(dict.fromkeys(frames, int(samples)))
    total = max(1, own.total())
    rows = [
        f"| `{name}` | {own[name] / total:.1%} | {below[name] / total:.1%} |"
        for name, _ in sorted(below.items(), key=lambda one: (-own[one[0]], -one[1]))
        if own[name] / total >= _WORTH_A_LINE
        or (_OURS in name and below[name] / total >= _OURS_WORTH_A_LINE)
    ]
    head = ["| function | itself | with what it calls |", "|---|---:|---:|"]
    return "\n".join([*head, *rows, f"\n{total:,} samples.\n"])


def _short(frame: str) -> str:
    """`run (/…/site-packages/aiokafka/client.py:12)` as `aiokafka/client.py run`."""
    function, _, place = frame.rpartition(" (")
    path = place.rpartition(":")[0] or place.rstrip(")")
    for root in ("site-packages/", "lib/python3.11/", "shared/chassis/", "shared/contracts/"):
        path = path.rpartition(root)[2]
    return f"{path} {function}"
