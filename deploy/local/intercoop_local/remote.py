"""Orders to a running local network, from another terminal."""

import json
from pathlib import Path
from typing import Any

import click
import httpx

from intercoop_local.home import Home
from intercoop_local.report import Report

Json = dict[str, Any]  # Any: JSON as the console gives it


def order(
    home: Home, method: str, path: str, parameters: dict[str, str | None] | None = None
) -> httpx.Response:
    """Ask the console. Ends in a sentence when nothing runs, or when it refuses."""
    try:
        running = json.loads(_running(home).read_text())
        answer = httpx.request(
            method,
            f"{running['console']}{path}",
            params={name: one for name, one in (parameters or {}).items() if one is not None},
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


def _running(home: Home) -> Path:
    """Where it stands what runs: in the home, or in that of its empty instance."""
    empty = home.path / "empty" / home.running.name
    return empty if empty.exists() and not home.running.exists() else home.running


def show_status(report: Report) -> None:
    """Say how everything is, a line each."""
    click.echo(
        f"Apache Kafka: {_runs(runs=report.kafka)}; PostgreSQL: {_runs(runs=report.postgres)}"
    )
    for one in report.processes:
        state = "ready" if one.ready else _runs(runs=one.running)
        click.echo(f"{one.name:40}{state:10}{one.url}")
        for problem in one.problems:
            click.echo(f"    {problem}")


def show_mails(mails: list[Json]) -> None:
    """A line each: number, date, to whom, subject."""
    if not mails:
        click.echo("No mails.")
    for one in mails:
        to = ", ".join(one["to"])
        click.echo(_plain(f"{one['id']:6}  {one['date'] or '':25}  {to:32}  {one['subject']}"))


def show_mail(mail: Json) -> None:
    """Its headers, its text, and which other parts it has."""
    for name, value in mail["headers"]:
        click.echo(_plain(f"{name}: {value}"))
    click.echo("\n" + _plain(mail["text"]))
    for part in mail["parts"]:
        named = f" {part['file_name']}" if part["file_name"] else ""
        click.echo(_plain(f"[{part['content_type']}{named}, {part['size']} bytes]"))


def _runs(*, runs: bool) -> str:
    return "runs" if runs else "stopped"


def _plain(text: str) -> str:
    """What a terminal shows and does not obey."""
    return "".join(one if one.isprintable() or one in "\n\t" else "\ufffd" for one in text)
