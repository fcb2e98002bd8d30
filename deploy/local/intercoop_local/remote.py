"""Orders to a running local network, from another terminal."""

import json

import click
import httpx

from intercoop_local.console import Report
from intercoop_local.home import Home


def order(home: Home, method: str, path: str) -> httpx.Response:
    """Ask the console. Ends in a sentence when nothing runs, or when it refuses."""
    try:
        running = json.loads(home.running.read_text())
        answer = httpx.request(
            method,
            f"{running['console']}{path}",
            headers={"X-Intercoop-Word": running["word"]},
            timeout=120,
        )
    except (OSError, httpx.HTTPError) as error:
        raise click.ClickException(
            f"No network runs in {home.path}. Start it with: make up"
        ) from error
    if answer.is_error:
        raise click.ClickException(answer.json()["detail"])
    return answer


def show_status(report: Report) -> None:
    """Say how everything is, a line each."""
    click.echo(
        f"Apache Kafka: {_runs(runs=report.kafka)}; PostgreSQL: {_runs(runs=report.postgres)}"
    )
    for one in report.instances:
        state = "ready" if one.ready else _runs(runs=one.running)
        click.echo(f"{one.owner:32}{state:10}{one.url}")
        for problem in one.problems:
            click.echo(f"    {problem}")


def _runs(*, runs: bool) -> str:
    return "runs" if runs else "stopped"
