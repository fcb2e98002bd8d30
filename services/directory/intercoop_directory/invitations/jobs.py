"""What comes by time: mails with links, and invitations that are forgotten two months after."""

import secrets
from datetime import timedelta
from typing import Final
from uuid import UUID

from intercoop_chassis.jobs import Job, Jobs
from intercoop_chassis.mail import Letter, outgoing
from intercoop_chassis.pages.presentation import owner_name
from intercoop_chassis.postgres import Transaction
from intercoop_directory.invitations import store
from intercoop_directory.invitations.domain import SECRET_BYTES
from intercoop_directory.invitations.handlers import MAIL, compose
from intercoop_directory.settings import DirectorySettings

JOBS: Final = Jobs()


@outgoing(JOBS, MAIL, needs=("public_url",))
async def write_invitation(job: Job, tx: Transaction) -> Letter:
    settings = tx.settings_as(DirectorySettings)
    head = (await owner_name(settings, tx), (settings.public_url or "").rstrip("/"))
    secret = secrets.token_urlsafe(SECRET_BYTES)
    return await compose(UUID(job.payload["invitation"]), secret, head, tx)


@JOBS.sweep("invitations", timedelta(hours=6))
async def forget_invitations(_: Job, limit: int, tx: Transaction) -> int:
    return await store.purge(limit, tx)
