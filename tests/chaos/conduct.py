"""One seed: load, faults in the order the seed draws, healing, and the check."""

import asyncio
import random
import shutil
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from math import inf
from pathlib import Path
from statistics import median
from typing import Any, Final, TypeAlias
from uuid import UUID

from chaos.checker import KINDS, Findings, check
from chaos.comparing import UNHURRIED, Comparison, compare
from chaos.faults import FAULTS, Fault
from chaos.hostile import HOSTILE, TAKES_PART
from chaos.hostile.process import HostileOwner
from chaos.load import Load
from chaos.probe import GIVE_UP_S, Probe
from chaos.tempo import Tempo
from chaos.testbed import OWNERS, Testbed
from intercoop_local.platform.jars import fetch
from testkit.platform import JARS

_CALM_S: Final = 3.0

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked for: seconds of faults, which, how fast commands come, the broker's nodes."""

    duration: float
    faults: Sequence[str]
    tempo: Tempo
    nodes: int
    plant: str | None = None
    owners: Sequence[str] = OWNERS
    short: bool = False
    """Whether a seed ends with its duration, though not every fault fits in."""
    commits: int = 0
    """How many there have to be before a seed ends, however long it takes."""
    settle_s: float = 90.0
    """How long everybody has to know everything, once all is healed."""

    @property
    def strikes(self) -> Sequence[str]:
        """The faults that are drawn."""
        return [name for name in self.faults if name != TAKES_PART]

    @property
    def hostile(self) -> bool:
        """Whether a hostile owner takes part."""
        return TAKES_PART in self.faults


@dataclass(frozen=True, slots=True)
class Struck:
    """A fault that happened: when it began and was healed, in seconds, and what was done."""

    name: str
    began: float
    healed: float
    what: str


@dataclass(slots=True)
class Run:
    """What came of one seed."""

    seed: str
    struck: list[Struck] = field(default_factory=list)
    recoveries: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    probes: list[tuple[float, float]] = field(default_factory=list)
    comparison: Comparison | None = None
    findings: Findings = field(default_factory=Findings)
    hostile: dict[str, Any] = field(default_factory=dict)  # Any: JSON
    ledger: dict[str, Any] = field(default_factory=dict)  # Any: JSON


Drawn: TypeAlias = tuple[Fault, str, float]
"""A fault, a seed of its own, and the pause before it, in seconds."""


def drawing(seed: str, plan: Plan) -> Iterator[Drawn]:
    """Faults in order, without end: each that was asked for once, then any."""
    chance = random.Random(seed)
    names = list(plan.strikes)
    chance.shuffle(names)
    for number in count() if names else ():
        fault = FAULTS[names.pop() if names else chance.choice(plan.strikes)]
        yield fault, f"{seed} {number}", chance.uniform(0.5, 3)


def drawn(seed: str, plan: Plan, commits: Callable[[], float] = lambda: inf) -> Iterator[Drawn]:
    """Those that strike: until the duration is full, and there are as many commits as wanted.

    Each that was asked for at least once; of a short plan, those that fit in.
    """
    spent, least = 0.0, 0 if plan.short else len(plan.strikes)
    for number, (fault, own_seed, pause) in enumerate(drawing(seed, plan)):
        if number >= least and spent >= plan.duration and commits() >= plan.commits:
            return
        yield fault, own_seed, pause
        spent += fault.seconds + pause


async def conduct(seed: str, plan: Plan, say: Say) -> Run:
    """Play one seed from an empty folder; everything is stopped at the end.

    What it wrote is deleted, unless something was found that nobody planted, or it could not be
    played.
    """
    folder = Path(tempfile.mkdtemp(prefix="intercoop-chaos-"))
    folder.chmod(0o755)
    (folder / "jars").symlink_to(fetch(JARS))
    testbed = Testbed(folder, nodes=plan.nodes, commanding=plan.owners, plant=plan.plant)
    run, over = Run(seed), False
    try:
        await testbed.open()
        await _played(run, testbed, plan, say)
        over = True
        return run
    finally:
        await testbed.close()
        if not over or (run.findings.found and not plan.plant):
            say(f"logs and data stay in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


async def _played(run: Run, testbed: Testbed, plan: Plan, say: Say) -> None:
    load = Load(testbed, run.seed, plan.tempo)
    await load.prepare()
    began = time.monotonic()
    patience_s = plan.settle_s if plan.plant else GIVE_UP_S  # a planted fault may lose the change
    probe = Probe(testbed, UUID(load.probed), began, patience_s)
    stop = asyncio.Event()
    tasks = [asyncio.create_task(load.run()), asyncio.create_task(probe.run(stop))]
    try:
        await asyncio.sleep(_CALM_S)
        async with _hostile_owner(run, testbed, plan, probe, say):
            for fault, own_seed, pause in drawn(run.seed, plan, lambda: load.said.commits):
                await asyncio.sleep(pause)
                await _strike(run, fault, random.Random(own_seed), testbed, probe, say)
                _look_at(tasks)
            if not plan.strikes:
                await asyncio.sleep(plan.duration)
                _look_at(tasks)
            await testbed.healed()
            await asyncio.sleep(_CALM_S)
    finally:
        load.stop()
        stop.set()
        await asyncio.gather(*tasks)
    say("all is healed; the checker compares")
    run.findings = await check(testbed, load.said, settle_s=plan.settle_s)
    run.probes = probe.seen
    for words in testbed.supervisor.died:
        run.findings.add("died", words)
    for words in run.comparison.slowed if run.comparison else ():
        run.findings.add("slowed", words)
    seconds = time.monotonic() - began
    run.ledger = _ledger(run, testbed, load, probe, seconds, await testbed.effects())
    await load.close()


def _look_at(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Raise what has ended one of them."""
    for task in tasks:
        if task.done():
            task.result()


@asynccontextmanager
async def _hostile_owner(
    run: Run, testbed: Testbed, plan: Plan, probe: Probe, say: Say
) -> AsyncIterator[None]:
    """One that takes part meanwhile, if it is asked for; before, it is seen whom it slows."""
    if not plan.hostile:
        yield
        return
    hostile = HostileOwner(testbed, run.seed)
    try:
        began = time.monotonic() - probe.began
        if plan.plant:
            await hostile.begin()
        else:
            with plan.tempo.unhurried(UNHURRIED):
                run.comparison = await compare(probe, hostile, say)
        yield
        await hostile.end()
        run.hostile = hostile.written
        ended = time.monotonic() - probe.began
        run.struck.append(Struck(TAKES_PART, began, ended, f"{HOSTILE} writes {hostile.in_words}"))
    finally:
        hostile.kill()


async def _strike(
    run: Run, fault: Fault, chance: random.Random, testbed: Testbed, probe: Probe, say: Say
) -> None:
    began = time.monotonic() - probe.began
    what = await fault.strike(testbed, chance)
    healed = time.monotonic() - probe.began
    await probe.once()  # after whatever the probe waits for from before
    recovery = time.monotonic() - probe.began - healed
    run.struck.append(Struck(fault.name, began, healed, what))
    run.recoveries[fault.name].append(recovery)
    say(f"{healed:6.1f} s  {fault.name:18} {what}; a change is everywhere after {recovery:.2f} s")


def _ledger(
    run: Run, testbed: Testbed, load: Load, probe: Probe, seconds: float, effects: int
) -> dict[str, Any]:
    struck = Counter(one.name for one in run.struck)
    return {
        "seed": run.seed,
        "seconds": round(seconds, 1),
        "owners": len(testbed.owners),
        "commits": load.said.commits,
        "effects": effects,
        "refusals": load.said.refused,
        "meetings": len(load.said.meetings),
        "faults": dict(sorted(struck.items())),
        **{kind: run.findings.count(kind) for kind in KINDS},
        "freshness_s": probe.figures(),
        "hostile": run.hostile | (run.comparison.figures if run.comparison else {}),
        "recovery_s": {
            name: {"median": round(median(taken), 2), "worst": round(max(taken), 2)}
            for name, taken in sorted(run.recoveries.items())
        },
    }
