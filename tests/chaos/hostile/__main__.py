"""The process of the hostile owner: it writes until it is told to stop, and says what it wrote.

With `--ordinary` it writes as much, as an owner would that minds its own business.
"""

import asyncio
import json
import signal

import click
import uvloop

from chaos.hostile.writing import be_hostile, be_ordinary


@click.command()
@click.option("--bootstrap", required=True)
@click.option("--network", required=True)
@click.option("--seed", required=True)
@click.option("--ordinary", is_flag=True)
@click.argument("addressees", nargs=-1)
def hostile(
    bootstrap: str, network: str, seed: str, addressees: tuple[str, ...], *, ordinary: bool
) -> None:
    async def until_stopped() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, stop.set)
        began = loop.time()
        if ordinary:
            written = await be_ordinary(bootstrap, network, seed, stop)
        else:
            written = await be_hostile(bootstrap, network, seed, addressees, stop)
        said = {
            "records": dict(sorted(written.records.items())),
            "bytes": written.size,
            "seconds": round(loop.time() - began, 1),
        }
        click.echo(json.dumps(said))

    uvloop.run(until_stopped())


if __name__ == "__main__":
    hostile()
