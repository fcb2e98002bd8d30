"""Where a measured process spends its CPU: py-spy looks at its stack a few hundred times a second.

`PROFILE=1` samples every process of ours while it is measured. What such a run says of speed is for
nothing else: looking takes time too.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

_FOLDER = "INTERCOOP_BENCH_PROFILES"
"""Processes that are measured find it in their environment."""
_WORTH_A_LINE = 0.02
_OURS_WORTH_A_LINE = 0.15
_OURS = "intercoop_"
_ROOTS = re.compile(r".*(site-packages/|lib/python3\.\d+/|(?=intercoop_\w+/))")


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


def until_written(pid: int) -> None:
    """Wait until what was seen of a process that was killed is there; for five seconds."""
    give_up = time.monotonic() + 5
    while is_asked() and time.monotonic() < give_up:
        if any(Path(os.environ[_FOLDER]).glob(f"*-{pid}.stacks")):
            return
        time.sleep(0.1)


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
    """Two tables for each kind of process that was sampled: by package, and by function."""
    stacks: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.stacks")):
        stacks.setdefault(path.stem.rpartition("-")[0], []).extend(path.read_text().splitlines())
    if not stacks:
        return "Nothing was sampled: the system does not let this user look at other processes.\n"
    return "\n".join(
        f"### {name}\n\n{packages(lines)}\n\n{functions(lines)}\n" for name, lines in stacks.items()
    )


def packages(lines: Iterable[str]) -> str:
    """The packages in whose own code the samples were taken; the event loop counts as asyncio."""
    taken: Counter[str] = Counter()
    for frames, samples in map(_sampled, lines):
        taken[_package(frames[-1])] += samples
    total = taken.total()
    rows = [
        f"| {name} | {samples / total:.1%} |"
        for name, samples in taken.most_common()
        if samples / total >= _WORTH_A_LINE
    ]
    return "\n".join([f"| {total:,} samples in | share |", "|---|---:|", *rows])


def functions(lines: Iterable[str]) -> str:
    """Functions by their own share, and by the share of all they call."""
    own: Counter[str] = Counter()
    below: Counter[str] = Counter()
    for frames, samples in map(_sampled, lines):
        own[frames[-1]] += samples
        below.update(dict.fromkeys(frames, samples))
    total = own.total()
    rows = [
        f"| `{name}` | {own[name] / total:.1%} | {below[name] / total:.1%} |"
        for name, _ in sorted(below.items(), key=lambda one: (-own[one[0]], -one[1]))
        if own[name] / total >= _WORTH_A_LINE
        or (_OURS in name and below[name] / total >= _OURS_WORTH_A_LINE)
    ]
    return "\n".join(["| function | itself | with what it calls |", "|---|---:|---:|", *rows])


def _sampled(line: str) -> tuple[list[str], int]:
    """A line is `outermost (file:line);…;innermost (file:line) samples`."""
    stack, _, samples = line.rpartition(" ")
    return [_short(frame) for frame in stack.split(";")], int(samples)


def _short(frame: str) -> str:
    """`run (/…/site-packages/aiokafka/client.py:12)` as `aiokafka/client.py run`."""
    function, _, place = frame.rpartition(" (")
    path = place.rpartition(":")[0] or place.rstrip(")")
    return f"{_ROOTS.sub('', path)} {function}"


def _package(short: str) -> str:
    first = short.lstrip().partition("/")[0] or "unknown"
    return "ours" if first.startswith(_OURS) else first
