"""Staff have a mail tried again."""

from typing import Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from intercoop_chassis.auth import Staff
from intercoop_chassis.errors import ConflictError
from intercoop_chassis.http import RequestContext
from intercoop_chassis.pages import Done, Flash, done, once, page_router, typed_in
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.postgres import Transaction
from intercoop_notifications.mails import handlers
from intercoop_notifications.mails.pages.shown import LIST

_TRIED: Final = Flash(text=N_("It is tried again now."))
_ENDED: Final = Flash(text=N_("Nothing to try: it has left by now, or it is too late for it."))

router = page_router("notifications")


@router.post("/mails/{mail_id:uuid}/retry", summary="Try a mail again")
async def retry(mail_id: UUID, request: Request, who: Staff, context: RequestContext) -> Response:
    sent = {**await typed_in(request), "of": str(mail_id)}

    async def work(tx: Transaction) -> Done:
        return await once(tx, who, sent, lambda: _tried(mail_id, tx))

    try:
        outcome = await context.db.command(work)
    except ConflictError:
        return done(request, LIST, _ENDED)
    return done(request, outcome.address, outcome.flash)


async def _tried(mail_id: UUID, tx: Transaction) -> Done:
    await handlers.retry(mail_id, tx)
    return Done(address=LIST, flash=_TRIED)
