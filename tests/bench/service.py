"""The test service with a command of its own, and one that keeps the same things in private."""

from dataclasses import replace
from typing import Final

from fastapi import APIRouter, Response
from pydantic import BaseModel

from bench.payload import KEPT, THINGS
from intercoop_chassis.auth import Staff
from intercoop_chassis.context import Context
from intercoop_chassis.http import Answer, Once, RequestContext, service_router
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.service import Service
from testkit.things.service import things_service
from testkit.things.streams import ThingView

KEEP: Final = "INSERT INTO known_things (owner, subject, version, name) VALUES ($1, $2, 1, $3)"
PATH: Final = "/things/api/things"

router = service_router("things")


class Made(BaseModel):
    id: str


async def make_thing(view: ThingView, tx: Transaction) -> str:
    """The handler: a row of the service's own, and the state event; returns the thing's id."""
    subject = str(tx.new_id())
    await tx.execute(KEEP, tx.owner, subject, view.name)
    tx.publish(THINGS, subject, view, event_type="thing-made")
    return subject


@router.post("/things", status_code=201, response_model=Made)
async def make(body: ThingView, _: Staff, once: Once, context: RequestContext) -> Response:
    return await once.run(
        context.db, lambda tx: make_thing(body, tx), lambda made: Answer(Made(id=made))
    )


def _routes(_: Context) -> APIRouter:
    return router


def bench_service() -> Service:
    """It projects and does not react, so that the worker takes large chunks."""
    return replace(things_service(reactions=False, things=THINGS), routes=[_routes])


def sealing_service() -> Service:
    """It publishes and projects the same things on a private stream."""
    return things_service(reactions=False, things=KEPT)
