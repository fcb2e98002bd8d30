"""Organisations of this instance: register one, replace what is said of it."""

from uuid import UUID

from fastapi import Request, Response

from intercoop_chassis.http import (
    ETAG_HEADER,
    Answer,
    ExpectedVersion,
    Once,
    RequestContext,
    etag,
    granted,
    service_router,
    today,
)
from intercoop_chassis.postgres import Transaction
from intercoop_directory.access import OrganisationEditor, why_not_home
from intercoop_directory.organisations import handlers
from intercoop_directory.organisations.api.answer import OrganisationAnswer
from intercoop_directory.organisations.api.body import OrganisationBody
from intercoop_directory.organisations.api.reading import known_organisation
from intercoop_directory.organisations.domain.known import KnownOrganisation

router = service_router("directory")


@router.post(
    "/organisations",
    status_code=201,
    response_model=OrganisationAnswer,
    responses={201: {"headers": ETAG_HEADER}},
    summary="Register an organisation",
)
async def register(
    body: OrganisationBody,
    _: OrganisationEditor,
    once: Once,
    request: Request,
    context: RequestContext,
) -> Response:
    """Staff of this instance only. A SIREN that another owner publishes is refused (409)."""

    async def work(tx: Transaction) -> KnownOrganisation:
        registered = granted(await handlers.register(body.draft(), tx.new_id(), tx))
        return await known_organisation(registered.id, tx)

    def answer(registered: KnownOrganisation) -> Answer:
        location = f"{request.url.path}/{registered.id}"
        headers = {"ETag": etag(registered.version or 1), "Location": location}
        return Answer(OrganisationAnswer.of(registered, today(context)), headers=headers)

    return await once.run(context.db, work, answer)


@router.put(
    "/organisations/{organisation_id:uuid}",
    responses={200: {"headers": ETAG_HEADER}},
    summary="Replace what is said of an organisation",
)
async def change(
    organisation_id: UUID,
    body: OrganisationBody,
    _: OrganisationEditor,
    expected: ExpectedVersion,
    response: Response,
    context: RequestContext,
) -> OrganisationAnswer:
    """Staff of this instance only. A field that is left out is emptied.

    What GET shows and nobody sets (`id`, `owner`, `as_of` …) is ignored: its answer can be sent
    back.
    """

    async def work(tx: Transaction) -> KnownOrganisation:
        amended = await handlers.amend(organisation_id, expected, body.draft(), tx)
        if amended is None:
            raise await why_not_home(organisation_id, tx)
        granted(amended)
        return await known_organisation(organisation_id, tx)

    known = await context.db.command(work)
    response.headers["ETag"] = etag(known.version or 1)
    return OrganisationAnswer.of(known, today(context))
