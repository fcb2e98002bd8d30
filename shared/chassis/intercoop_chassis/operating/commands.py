"""`parked`: an operator's commands for dead letters."""

import getpass
import json
import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Protocol, TypeVar

import click
from pydantic_core import to_json

from intercoop_chassis.consumer.parking.parked import retry_all
from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.operating import parked
from intercoop_chassis.operating.contents import Reading, content_of
from intercoop_chassis.operating.language import said
from intercoop_chassis.operating.parked import Waiting
from intercoop_chassis.operating.plain import in_plain_words
from intercoop_chassis.postgres import Database, Transaction
from intercoop_chassis.refusals import Sentence
from intercoop_chassis.service import Service
from intercoop_chassis.settings import Settings
from intercoop_chassis.wire.sealing import keyring_at

T = TypeVar("T")

_MOST: Final = 10_000
_NOTHING: Final = Sentence("Rien n'attend.", "Nothing waits.")
_ALL_ELSE: Final = Sentence(
    "Tout le reste continue : chaque ligne est une seule fiche.",
    "All else goes on: each line is one entity.",
)
_TRIED: Final = Sentence("Sera réessayée dans les secondes qui viennent.", "Tried within seconds.")
_GONE: Final = Sentence(
    "Écartée ; la prochaine modification de son propriétaire sera appliquée.",
    "Discarded; what its owner publishes next is applied.",
)


class WithDatabase(Protocol):
    """Runs work with a service's database, as `intercoop_chassis.cli` does."""

    def __call__(
        self,
        service: str,
        work: Callable[[Database], Awaitable[T]],
        kind: type[Settings],
        /,
    ) -> T: ...


def parked_commands(
    service: Service, with_database: WithDatabase, settings_for: Callable[[Service], Settings]
) -> click.Group:
    """`parked list | show | retry | discard | audit`."""

    def run(work: Callable[[Transaction], Awaitable[T]]) -> T:
        try:
            return with_database(service.name, lambda db: db.command(work), service.settings)
        except NotFoundError as error:
            raise click.ClickException(str(error)) from error

    group = click.Group("parked", help="Changes of others that wait, and what to do with them.")
    commands = _Commands(service, run, settings_for)
    for make in (commands.list, commands.show, commands.retry, commands.discard, commands.audit):
        group.add_command(make())
    return group


class _Commands:
    def __init__(
        self,
        service: Service,
        run: Callable[[Callable[[Transaction], Awaitable[Any]]], Any],
        settings_for: Callable[[Service], Settings],
    ) -> None:
        self._service = service
        self._run = run
        self._settings_for = settings_for

    def list(self) -> click.Command:
        @click.command("list")
        @click.option("--topic", help="Of this topic only.")
        @click.option("--json", "as_json", is_flag=True, help="For programs.")
        def command(*, topic: str | None, as_json: bool) -> None:
            """What waits, the oldest first, and why, in plain words."""
            found = self._run(lambda tx: parked.list_parked(None, _MOST, tx, topic=topic))
            echo(_as_json(found) if as_json else _as_text(found))

        return command

    def show(self) -> click.Command:
        @click.command("show")
        @click.argument("topic")
        @click.argument("subject")
        @click.option("--unmask", is_flag=True, help="Personal fields too; that is kept.")
        @click.option("--by", default=getpass.getuser, help="Who you are, for the audit.")
        def command(topic: str, subject: str, *, unmask: bool, by: str) -> None:
            """One of them with its message; personal fields are masked."""
            look = (
                (lambda tx: parked.unmask(topic, subject, by, tx))
                if unmask
                else (lambda tx: parked.find_parked(topic, subject, tx))
            )
            waiting = self._run(look)
            echo(_as_text([waiting]))
            if unmask:
                echo(f"  ({waiting.whole_reason})")
            content = content_of(waiting, self._reading(), whole=unmask)
            for name, text in content.headers.items():
                echo(f"  {name}: {text}")
            echo(json.dumps(content.value, indent=2, ensure_ascii=False))

        return command

    def _reading(self) -> Reading:
        keys = self._settings_for(self._service).sealing_keys_file
        return Reading(self._service.subscribers, keyring_at(keys))

    def retry(self) -> click.Command:
        @click.command("retry")
        @click.argument("topic", required=False)
        @click.argument("subject", required=False)
        @click.option("--all", "everything", is_flag=True, help="Whatever waits.")
        @click.option("--by", default=getpass.getuser, help="Who you are, for the audit.")
        def command(topic: str | None, subject: str | None, by: str, *, everything: bool) -> None:
            """Let a running worker try it again within seconds."""
            if everything == bool(topic and subject):
                raise click.UsageError("Say TOPIC and SUBJECT, or --all")
            if everything:
                self._run(retry_all)
            else:
                self._run(lambda tx: parked.retry(topic or "", subject or "", by, tx))
            click.echo(said(_TRIED))

        return command

    def discard(self) -> click.Command:
        @click.command("discard")
        @click.argument("topic")
        @click.argument("subject")
        @click.option("--reason", required=True, help="Why; it stays in the audit.")
        @click.option("--by", default=getpass.getuser, help="Who you are, for the audit.")
        def command(topic: str, subject: str, reason: str, by: str) -> None:
            """Give this version up for good."""
            if not reason.strip():
                raise click.BadParameter("say why: it stays in the audit", param_hint="--reason")
            self._run(lambda tx: parked.discard(topic, subject, reason.strip(), by, tx))
            click.echo(said(_GONE))

        return command

    def audit(self) -> click.Command:
        @click.command("audit")
        def command() -> None:
            """Who retried, discarded or looked at what, the newest first."""
            for act in self._run(lambda tx: parked.list_audit(None, _MOST, tx)):
                at = act.at.strftime("%Y-%m-%d %H:%M:%SZ")
                echo(f"{at} {act.who} {act.what} {act.topic} {act.subject}: {act.reason}")

        return command


def echo(text: str) -> None:
    """Print text of foreign origin without terminal escape sequences."""
    click.echo(
        "".join(character if character == "\n" else _visible(character) for character in text)
    )


def _visible(character: str) -> str:
    hidden = unicodedata.category(character).startswith("C")
    return character.encode("unicode_escape").decode() if hidden else character


def _as_text(found: Sequence[Waiting]) -> str:
    if not found:
        return said(_NOTHING)
    lines = [said(_ALL_ELSE), ""] if len(found) > 1 else []
    for waiting in found:
        plain = in_plain_words(waiting.kind)
        since = _ago(datetime.now(UTC) - waiting.parked_at)
        lines += [
            f"{waiting.topic} {waiting.subject}",
            f"  {said(plain.happened)}.",
            f"  → {said(plain.remedy)}.",
            f"  v{waiting.version} · {waiting.owner} · {since} · {waiting.attempts} x · "
            + (f"{waiting.next_try_at:%H:%M:%SZ}" if waiting.next_try_at else "-")
            + (f" · {waiting.waits_for}" if waiting.waits_for else ""),
            f"  ({waiting.reason})",
        ]
    return "\n".join(lines)


def _ago(age: Any) -> str:  # noqa: ANN401  a timedelta
    minutes = int(age.total_seconds() // 60)
    days, hours = divmod(minutes // 60, 24)
    return f"{days} d {hours} h" if days else f"{hours} h {minutes % 60} min"


def _as_json(found: Sequence[Waiting]) -> str:
    return to_json(
        [
            {
                "topic": waiting.topic,
                "subject": waiting.subject,
                "owner": waiting.owner,
                "version": waiting.version,
                "since": waiting.parked_at,
                "attempts": waiting.attempts,
                "next_try": waiting.next_try_at,
                "waits_for": waiting.waits_for,
                "happened": said(in_plain_words(waiting.kind).happened),
                "remedy": said(in_plain_words(waiting.kind).remedy),
                "reason": waiting.reason,
            }
            for waiting in found
        ],
        indent=2,
    ).decode()
