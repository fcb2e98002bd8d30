"""`make chaos`: commands under faults drawn by seed, then a checker; exits 0 only if all is well."""

import asyncio
import json
import logging
import sys
from pathlib import Path

import click
import structlog
import uvloop

from chaos.conduct import Plan, Run, conduct, drawn
from chaos.disk import can_mount
from chaos.faults import FAULTS
from chaos.hostile import TAKES_PART
from chaos.ledgers import summed
from chaos.page import write_page
from chaos.planted import PLANTED
from chaos.tempo import Tempo
from chaos.testbed import OWNERS
from testkit import jvm_cache

SHOWN = 5
TWO = 2
"""As many owners as it takes to find a fault of our own."""
AT_ONCE = 2
"""How many faults of our own are looked for at once."""


@click.command()
@click.option("--seeds", default="1", show_default=True, help="Separated by commas.")
@click.option("--duration", default=60.0, show_default=True, help="Seconds of faults, per seed.")
@click.option("--faults", default="all", show_default=True, help="Names, separated by commas.")
@click.option("--rate", default=300.0, show_default=True, help="Commits a second below HTTP.")
@click.option("--calm", default=1.0, show_default=True, help="How long people pause, to usual.")
@click.option("--nodes", default=3, show_default=True, type=click.Choice([1, 3]))
@click.option("--short", is_flag=True, help="Each seed ends with its duration, fit in what may.")
@click.option("--commits", default=0, help="Each seed goes on until there are as many.")
@click.option("--planted", help="Faults of our own, to be found: names, or `all`.")
@click.option("--page", type=click.Path(path_type=Path), help="Where to write the page.")
@click.option("--ledger", type=click.Path(path_type=Path), help="Where to add a line per seed.")
def chaos(
    seeds: str,
    duration: float,
    faults: str,
    rate: float,
    calm: float,
    nodes: int,
    short: bool,  # noqa: FBT001  an option
    commits: int,
    planted: str | None,
    page: Path | None,
    ledger: Path | None,
) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    jvm_cache.use()
    if planted:
        names = list(PLANTED) if planted == "all" else planted.split(",")
        caught = uvloop.run(_all_caught(names, seeds.partition(",")[0], Tempo(rate, calm)))
        sys.exit(0 if caught else 1)
    chosen = _chosen(faults, nodes)
    plan = Plan(duration, chosen, Tempo(rate, calm), nodes, short=short, commits=commits)
    runs = [_run(seed.strip(), plan, ledger) for seed in seeds.split(",")]
    if page:
        write_page(page, runs)
        click.echo(f"A page to read: {page}")
    total = summed([run.ledger for run in runs], plan.faults)
    click.echo(json.dumps(total))
    sys.exit(0 if total["well"] else 1)


async def _all_caught(names: list[str], seed: str, tempo: Tempo) -> bool:
    """Whether each is found; a build waits much and works little, so that two are run at once."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def in_turn(name: str) -> bool:
        async with turns:
            return await _caught(name, seed, tempo)

    return all(await asyncio.gather(*map(in_turn, names)))


async def _caught(name: str, seed: str, tempo: Tempo) -> bool:
    """Whether the checker finds a build that is broken on purpose, as what it is."""
    plant = PLANTED[name]
    plan = Plan(plant.seconds, plant.faults, tempo, 1, name, OWNERS[:TWO], settle_s=15)
    run = await conduct(seed, plan, lambda _: None)
    found = {kind: len(words) for kind, words in run.findings.found.items()}
    caught = bool(plant.found_as & found.keys())
    click.echo(json.dumps({"planted": name, "caught": caught, "found": found}))
    return caught


def _chosen(faults: str, nodes: int) -> list[str]:
    possible = [
        name
        for name, fault in FAULTS.items()
        if fault.nodes <= nodes and (can_mount() or not fault.as_root)
    ]
    possible.append(TAKES_PART)
    if faults == "all":
        if left_out := [name for name in FAULTS if name not in possible]:
            click.echo(f"left out: {', '.join(left_out)} (they need three nodes, or to be root)")
        return possible
    names = [name.strip() for name in faults.split(",")]
    unknown = sorted(set(names) - set(possible))
    if unknown:
        raise click.ClickException(
            f"no such faults with {nodes} nodes: {', '.join(unknown)}; there are: "
            f"{', '.join(possible)}"
        )
    return names


def _run(seed: str, plan: Plan, ledger: Path | None) -> Run:
    order = list(drawn(seed, plan))
    seconds = sum(fault.seconds + pause for fault, _, pause in order)
    more = f", and more until there are {plan.commits} commits" if plan.commits else ""
    click.echo(f"seed {seed}: {len(order)} faults in about {seconds:.0f} s{more}")
    if seconds > plan.duration * 1.5:
        click.echo(f"  longer than {plan.duration:.0f} s, or not every fault asked for fits in")
    run = uvloop.run(conduct(seed, plan, click.echo))
    if ledger:
        with ledger.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(run.ledger) + "\n")
    for kind, found in run.findings.found.items():
        click.echo(f"  {kind}: {len(found)}", err=True)
        for one in found[:SHOWN]:
            click.echo(f"    {one}", err=True)
    if run.findings.found:
        again = f"--seeds {seed} --duration {plan.duration:.0f} --faults {','.join(plan.faults)}"
        short = " --short" if plan.short else ""
        more = f" --commits {plan.commits}" if plan.commits else ""
        click.echo(f"  again: python -m chaos {again} --nodes {plan.nodes}{short}{more}", err=True)
    return run


if __name__ == "__main__":
    chaos()
