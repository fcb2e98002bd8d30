"""The endpoints of the sample API."""

from typing import Annotated, NamedTuple
from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response, UploadFile
from pydantic import BaseModel, Field, StringConstraints

from intercoop_chassis.auth import ANYONE, Caller, Operator, Staff
from intercoop_chassis.context import Context
from intercoop_chassis.errors import ConflictError, NotFoundError
from intercoop_chassis.http import (
    Answer,
    ExpectedVersion,
    Once,
    Page,
    Paging,
    etag,
    service_router,
)
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.tracing import current_correlation, current_traceparent
from intercoop_chassis.versions import Expected, check_version

INSERT = "INSERT INTO shelf (id, name, version) VALUES ($1, $2, 1) RETURNING *"
READ = "SELECT * FROM shelf WHERE id = $1"
LOCK = "SELECT * FROM shelf WHERE id = $1 FOR UPDATE"
CHANGE = "UPDATE shelf SET name = $2, version = version + 1 WHERE id = $1 RETURNING *"
LIST = """
SELECT * FROM shelf WHERE $1::text IS NULL OR (name, id) > ($1, $2) ORDER BY name, id LIMIT $3
"""


class ThingBody(BaseModel):
    name: Annotated[str, StringConstraints(min_length=1, max_length=50)] = Field(examples=["Saw"])


class Thing(BaseModel):
    id: UUID
    name: str
    version: int


class Position(NamedTuple):
    name: str
    id: UUID


async def make(name: str, tx: Transaction) -> Thing:
    if name == "forbidden":
        raise ConflictError("This name is taken: choose another")
    row = await tx.fetchrow(INSERT, uuid4(), name)
    assert row is not None
    return Thing(**row)


async def change(thing_id: UUID, name: str, expected: Expected, tx: Transaction) -> Thing:
    check_version((await find(LOCK, thing_id, tx)).version, expected)
    row = await tx.fetchrow(CHANGE, thing_id, name)
    assert row is not None
    return Thing(**row)


async def find(sql: str, thing_id: UUID, tx: Transaction) -> Thing:
    row = await tx.fetchrow(sql, thing_id)
    if row is None:
        raise NotFoundError("No thing has this id: list them to find the right one")
    return Thing(**row)


def created(thing: Thing) -> Answer:
    return Answer(thing, headers={"ETag": etag(thing.version)})


def sample_routes(context: Context) -> APIRouter:
    """All endpoints of the service; the table `shelf` has to be there."""
    router, db = service_router("shelf"), context.db

    @router.post("/things", status_code=201, response_model=Thing)
    async def register(body: ThingBody, _: Staff, once: Once) -> Response:
        return await once.run(db, lambda tx: make(body.name, tx), created)

    @router.get("/things")
    async def index(page: Paging, _: Caller) -> Page[Thing]:
        after = page.after(Position) or (None, None)
        async with db.read() as tx:
            rows = await tx.fetch(LIST, *after, page.fetch)
        return page.of([Thing(**row) for row in rows], lambda item: Position(item.name, item.id))

    @router.get("/things/{thing_id}")
    async def show(thing_id: UUID, _: Caller, response: Response) -> Thing:
        async with db.read() as tx:
            thing = await find(READ, thing_id, tx)
        response.headers["ETag"] = etag(thing.version)
        return thing

    @router.put("/things/{thing_id}")
    async def replace(
        thing_id: UUID, body: ThingBody, _: Staff, expected: ExpectedVersion
    ) -> Thing:
        return await db.command(lambda tx: change(thing_id, body.name, expected, tx))

    @router.post("/imports", status_code=201, response_model=Thing)
    async def bring(file: UploadFile, _: Staff, once: Once) -> Response:
        name = (await file.read()).decode()
        return await once.run(db, lambda tx: make(name, tx), created)

    _add_odd_ones(router)
    return router


def _add_odd_ones(router: APIRouter) -> None:
    @router.get("/trace", include_in_schema=False, dependencies=[ANYONE])
    async def trace() -> dict[str, str | None]:
        return {"traceparent": current_traceparent(), "correlation": current_correlation()}

    @router.get("/fault", include_in_schema=False, dependencies=[ANYONE])
    async def fault() -> None:
        raise KeyError("a name nobody may read")

    @router.post("/operation", include_in_schema=False)
    async def operate(_: Operator) -> None:
        return None

    @router.post("/body", include_in_schema=False, dependencies=[ANYONE])
    async def length(request: Request) -> int:
        return len(await request.body())
