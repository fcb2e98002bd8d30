"""People of this instance: for its staff only."""

from collections.abc import Awaitable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import ConfigDict, Field

from intercoop_chassis.context import Context
from intercoop_chassis.http import Answer, ExpectedVersion, Once, Page, Paging, etag, service_router
from intercoop_chassis.http.etag import ETAG_HEADER
from intercoop_chassis.http.request_context import RequestContext, granted
from intercoop_chassis.http.texts import Body, Day, Text
from intercoop_chassis.refusals import Refused
from intercoop_contracts.directory import ContactKind, Language, PersonView, Role
from intercoop_contracts.directory.people import MAX_CONTACT_POINTS, MAX_MANDATES, PersonName
from intercoop_directory.access import PeopleKeeper
from intercoop_directory.people import handlers
from intercoop_directory.people.domain import (
    ContactPoint,
    Mandate,
    Person,
    PersonRecord,
    person_view,
)
from intercoop_directory.people.store import PersonPosition, get, list_people

router = service_router("directory")


def routes(_: Context) -> APIRouter:
    return router


class MandateBody(Body):
    """A role from `since` up to, but not on, `until`."""

    organisation_id: UUID
    role: Role
    since: Day
    until: Day | None = None


class ContactPointBody(Body):
    kind: ContactKind
    value: Text = Field(examples=["camille@example.org"])


class PersonBody(Body):
    """Everything that is said of a person. It never leaves the instance in the clear."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "given_name": "Camille",
                    "family_name": "Exemple",
                    "language": "fr",
                    "contact_points": [{"kind": "email", "value": "camille@example.org"}],
                }
            ]
        }
    )

    given_name: PersonName
    family_name: PersonName
    language: Language = Language.FR
    mandates: list[MandateBody] = Field(default=[], max_length=MAX_MANDATES)
    contact_points: list[ContactPointBody] = Field(default=[], max_length=MAX_CONTACT_POINTS)
    is_sample: bool = Field(
        default=False, strict=True, description="Made up: said at first, and kept from then on"
    )

    def record(self) -> PersonRecord:
        return PersonRecord(
            given_name=self.given_name,
            family_name=self.family_name,
            language=self.language,
            mandates=tuple(
                Mandate(mandate.organisation_id, mandate.role, mandate.since, mandate.until)
                for mandate in self.mandates
            ),
            contact_points=tuple(
                ContactPoint(point.kind, point.value) for point in self.contact_points
            ),
            is_sample=self.is_sample,
        )


class PersonAnswer(PersonView):
    """A person of this instance."""

    id: UUID

    @classmethod
    def of(cls, person: Person) -> "PersonAnswer":
        return cls.model_construct(**dict(person_view(person.record)), id=person.id)


async def _granted_person(outcome: Awaitable[Person | Refused]) -> Person:
    return granted(await outcome)


@router.post(
    "/people",
    status_code=201,
    response_model=PersonAnswer,
    responses={201: {"headers": ETAG_HEADER}},
    summary="Register a person",
)
async def register(
    body: PersonBody, _: PeopleKeeper, once: Once, request: Request, context: RequestContext
) -> Response:
    """Staff of this instance only."""

    def answer(person: Person) -> Answer:
        location = f"{request.url.path}/{person.id}"
        headers = {"ETag": etag(person.version), "Location": location}
        return Answer(PersonAnswer.of(person), headers=headers)

    return await once.run(
        context.db,
        lambda tx: _granted_person(handlers.register_person(body.record(), tx.new_id(), tx)),
        answer,
    )


@router.get("/people", summary="List the people of this instance by name")
async def index(
    _: PeopleKeeper,
    page: Paging,
    context: RequestContext,
    organisation: Annotated[
        UUID | None, Query(description="Those who hold or held a mandate in it")
    ] = None,
) -> Page[PersonAnswer]:
    """Staff of this instance only."""
    async with context.db.read() as tx:
        found = await list_people(organisation, page.after(PersonPosition), page.fetch, tx)
    shown = page.of(found, lambda pair: pair[0])
    return Page(items=[PersonAnswer.of(pair[1]) for pair in shown.items], next=shown.next)


@router.get(
    "/people/{person_id:uuid}", responses={200: {"headers": ETAG_HEADER}}, summary="Read a person"
)
async def show(
    person_id: UUID, _: PeopleKeeper, response: Response, context: RequestContext
) -> PersonAnswer:
    """Staff of this instance only."""
    async with context.db.read() as tx:
        person = await get(person_id, tx)
    if person is None:
        raise handlers.no_such_person()
    response.headers["ETag"] = etag(person.version)
    return PersonAnswer.of(person)


@router.put(
    "/people/{person_id:uuid}",
    responses={200: {"headers": ETAG_HEADER}},
    summary="Replace what is said of a person",
)
async def change(
    person_id: UUID,
    body: PersonBody,
    _: PeopleKeeper,
    expected: ExpectedVersion,
    response: Response,
    context: RequestContext,
) -> PersonAnswer:
    """Staff of this instance only. A field that is left out is emptied."""
    person = await context.db.command(
        lambda tx: _granted_person(handlers.amend_person(person_id, expected, body.record(), tx))
    )
    response.headers["ETag"] = etag(person.version)
    return PersonAnswer.of(person)
