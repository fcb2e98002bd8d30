"""What comes by time: mails with codes, what is forgotten, accounts that are missing."""

import secrets
from datetime import timedelta
from typing import Final
from uuid import UUID

from intercoop_chassis.jobs import Job, Jobs
from intercoop_chassis.mail import Letter, outgoing
from intercoop_chassis.pages.presentation import owner_name
from intercoop_chassis.postgres import Transaction
from intercoop_directory.accounts.domain.codes import CODE_BYTES
from intercoop_directory.accounts.domain.mails import Letterhead
from intercoop_directory.accounts.handlers.backfill import publish_missing_accounts
from intercoop_directory.accounts.handlers.grants import grants_of
from intercoop_directory.accounts.handlers.mail_link import CODE_PAGE, MAIL, compose
from intercoop_directory.accounts.store import sign_ins
from intercoop_directory.settings import DirectorySettings
from intercoop_directory.standings import store as sessions

JOBS: Final = Jobs()


@outgoing(JOBS, MAIL, needs=("public_url",))
async def write_sign_in_mail(job: Job, tx: Transaction) -> Letter:
    settings = tx.settings_as(DirectorySettings)
    page = f"{(settings.public_url or '').rstrip('/')}{CODE_PAGE}"
    head = Letterhead(await owner_name(settings, tx), page)
    chance, sign_in_id = secrets.token_bytes(CODE_BYTES), UUID(job.payload["sign_in"])
    return await compose(sign_in_id, chance, head, grants_of(settings), tx)


@JOBS.sweep("sign-ins", timedelta(hours=1))
async def forget_sign_ins(_: Job, limit: int, tx: Transaction) -> int:
    return await sign_ins.purge(limit, tx)


@JOBS.sweep("sessions", timedelta(hours=6))
async def forget_sessions(_: Job, limit: int, tx: Transaction) -> int:
    return await sessions.purge(limit, tx)


@JOBS.sweep("missing-accounts", timedelta(hours=1), at_once=200)
async def publish_accounts(_: Job, limit: int, tx: Transaction) -> int:
    """At the first start after an upgrade, and then each hour."""
    return await publish_missing_accounts(limit, tx)
