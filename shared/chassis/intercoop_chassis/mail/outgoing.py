"""Mails that leave as deliveries of a service's own: at once after a commit, without the broker."""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Final

from intercoop_chassis.context import Context
from intercoop_chassis.jobs import Job, Jobs
from intercoop_chassis.jobs.registry import OnFinished
from intercoop_chassis.mail.letters import Letter, Sender, message_of
from intercoop_chassis.mail.settings import MailSettings
from intercoop_chassis.mail.smtp import SmtpServer
from intercoop_chassis.postgres import Transaction

NEEDS: Final = ("smtp", "mail_from")
"""The settings without which no mail leaves."""

Compose = Callable[[Job, Transaction], Awaitable[Letter]]


def outgoing(
    jobs: Jobs, kind: str, *, needs: tuple[str, ...] = (), on_finished: OnFinished | None = None
) -> Callable[[Compose], Compose]:
    """Have jobs of this kind leave as mails; `needs` and `on_finished` are as in `Jobs.delivery`.

        JOBS: Final = Jobs()

        @outgoing(JOBS, "sign-in-mail", needs=("public_url",))
        async def compose(job: Job, tx: Transaction) -> Letter: ...

        await enqueue(tx, f"sign-in-mail:{id}", "sign-in-mail", {"sign_in": id}, deadline=expires)

    The mail is composed in a transaction of its own, which commits before the mail leaves: what it
    says need not be kept anywhere, and a secret in it can be made there, of which a hash is stored.
    It is composed anew for each try, and `compose` may be called twice for one. It raises
    `RejectedError` where nobody is to get the mail any more, and `NotNowError` where it is to be
    tried again. After the job's deadline no try begins. A job without its settings waits.
    """

    def register(compose: Compose) -> Compose:
        async def deliver(job: Job, context: Context) -> None:
            settings = context.settings_as(MailSettings)
            sender, server = Sender.of(settings), SmtpServer.of(settings)
            letter = await context.db.command(lambda tx: compose(job, tx))
            name = f"{kind}.{_digest(job.key)}"
            await server.send(message_of(letter, sender, context.clock(), name=name))

        jobs.delivery(kind, needs=(*NEEDS, *needs), on_finished=on_finished)(deliver)
        return compose

    return register


def _digest(key: str) -> str:
    """A job's key as a Message-ID can have it, which tells nobody what it was made of."""
    return sha256(key.encode()).hexdigest()[:32]
