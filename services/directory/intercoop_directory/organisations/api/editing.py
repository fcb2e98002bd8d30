"""Organisations of this instance: register, read one, change."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from uuid_utils.compat import uuid7

from intercoop_chassis.auth import Caller, Staff
from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.http import ETAG_HEADER, Answer, ExpectedVersion, Once, etag
from intercoop_chassis.http.here import Here, granted, today
from intercoop_chassis.http.texts import Day
from intercoop_chassis.postgres import Transaction
from intercoop_directory.organisations import handlers
from intercoop_directory.organisations.api.answer import OrganisationAnswer
from intercoop_directory.organisations.api.body import OrganisationBody
from intercoop_directory.organisations.domain.known import KnownOrganisation
from intercoop_directory.organisations.store.known import get_known

router = APIRouter()


@router.post(
    "/organisations",
    status_code=201,
    response_model=OrganisationAnswer,
    responses={201: {"headers": ETAG_HEADER}},
    summary="Register an organisation",
)
async def register(
    body: OrganisationBody, _: Staff, once: Once, request: Request, here: Here
) -> Response:
    """Staff of this instance only. A SIREN that another owner publishes is refused (409)."""

    async def work(tx: Transaction) -> KnownOrganisation:
        made = granted(await handlers.register(body.draft(), uuid7(), tx))
        return replace(await _known(made.id, tx), as_of=here.clock())

    def answer(made: KnownOrganisation) -> Answer:
        location = f"{request.url.path}/{made.id}"
        headers = {"ETag": etag(made.version or 1), "Location": location}
        return Answer(OrganisationAnswer.of(made, today(here)), headers=headers)

    return await once.run(here.db, work, answer)


@router.get(
    "/organisations/{organisation_id:uuid}",
    responses={200: {"headers": ETAG_HEADER}},
    summary="Read an organisation, whoever owns it",
)
async def get(
    organisation_id: UUID,
    _: Caller,
    response: Response,
    here: Here,
    on: Annotated[Day | None, Query(description="The day of the memberships; today")] = None,
) -> OrganisationAnswer:
    """Answers while every other instance is down. One of this instance has an ETag."""
    async with here.db.read() as tx:
        known = await _known(organisation_id, tx)
    if known.version is not None:
        response.headers["ETag"] = etag(known.version)
    return OrganisationAnswer.of(known, on or today(here))


@router.put(
    "/organisations/{organisation_id:uuid}",
    responses={200: {"headers": ETAG_HEADER}},
    summary="Replace what is said of an organisation",
)
async def change(
    organisation_id: UUID,
    body: OrganisationBody,
    _: Staff,
    expected: ExpectedVersion,
    response: Response,
    here: Here,
) -> OrganisationAnswer:
    """Staff of this instance only. A field that is left out is emptied.

    What GET shows and nobody sets (`id`, `owner`, `as_of` …) is ignored: its answer can be sent
    back.
    """

    async def work(tx: Transaction) -> KnownOrganisation:
        after = granted(await handlers.amend(organisation_id, expected, body.draft(), tx))
        known = await _known(organisation_id, tx)
        return known if after.version == expected else replace(known, as_of=here.clock())

    known = await here.db.command(work)
    response.headers["ETag"] = etag(known.version or expected)
    return OrganisationAnswer.of(known, today(here))


async def _known(organisation_id: UUID, tx: Transaction) -> KnownOrganisation:
    known = await get_known(organisation_id, tx)
    if known is None:
        raise NotFoundError("No organisation has this id: list or search them to find it")
    return known
