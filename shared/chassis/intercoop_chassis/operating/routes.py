"""Parked changes over HTTP, for whoever operates the instance."""

from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from intercoop_chassis.auth import Operator
from intercoop_chassis.http import (
    Answer,
    Once,
    Page,
    Paging,
    RequestContext,
    problem_response,
    service_router,
)
from intercoop_chassis.http.texts import VISIBLE, Body
from intercoop_chassis.operating import limit_routes, parked
from intercoop_chassis.operating.contents import Content, Reading, content_of
from intercoop_chassis.operating.parked import Act, Audited, AuditPosition, ParkedPosition, Waiting
from intercoop_chassis.operating.plain import in_plain_words
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Sentence
from intercoop_chassis.service import Service
from intercoop_chassis.wire.sealing import Keyring

router = APIRouter()
"""Of any service; each has its own, which know what it reads."""


class Entity(BaseModel):
    """Which of them: a topic and the entity's id, as the list gives them."""

    topic: str = Field(max_length=300, pattern=VISIBLE, examples=["shared.ouest.meetings.v1"])
    subject: str = Field(max_length=500, pattern=VISIBLE)


Which = Annotated[Entity, Query()]
Reason = Annotated[
    str, StringConstraints(min_length=1, max_length=1000, pattern=VISIBLE, strip_whitespace=True)
]


class Words(BaseModel):
    """A sentence in both languages."""

    fr: str
    en: str

    @classmethod
    def of(cls, sentence: Sentence) -> Self:
        return cls(fr=sentence.fr, en=sentence.en)


class ParkedLine(BaseModel):
    """A change of another's entity that waits to be applied."""

    topic: str
    subject: str = Field(description="The entity's id")
    stream: str
    owner: str = Field(description="Whose entity it is")
    version: int
    since: datetime
    attempts: int
    next_try: datetime | None = Field(description="Null where it waits for room, and for no time")
    waits_for: str | None = Field(description="The stream and id that it needs")
    happened: Words
    remedy: Words
    reason: str = Field(
        description="The technical reason; what an error says is left out until it is unmasked"
    )

    @classmethod
    def of(cls, waiting: Waiting) -> Self:
        plain = in_plain_words(waiting.kind)
        return cls(
            topic=waiting.topic,
            subject=waiting.subject,
            stream=waiting.stream,
            owner=waiting.owner,
            version=waiting.version,
            since=waiting.parked_at,
            attempts=waiting.attempts,
            next_try=waiting.next_try_at,
            waits_for=waiting.waits_for,
            happened=Words.of(plain.happened),
            remedy=Words.of(plain.remedy),
            reason=waiting.reason,
        )


class ParkedPage(ParkedLine):
    """The same with the message: what is personal, or not known to be public, is masked."""

    is_news: bool = Field(description="Whether people hear of it once it is applied")
    headers: dict[str, str]
    content: Any = Field(description="JSON, or a text where it is none, or cannot be opened")


class DiscardBody(Body):
    """Why a parked change is given up; it stays in the audit."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "The other union has deleted this test entry"}]}
    )

    reason: Reason


class AuditLine(BaseModel):
    """What an operator did."""

    at: datetime
    who: str
    what: Act
    topic: str
    subject: str
    version: int
    reason: str

    @classmethod
    def of(cls, act: Audited) -> Self:
        return cls.model_validate(act, from_attributes=True)


async def _reading(request: Request) -> Reading:
    reading: Reading = request.state.reading
    return reading


Reads = Annotated[Reading, Depends(_reading)]


def operator_routes(service: Service, keyring: Keyring | None) -> APIRouter:
    """The operator's routes of a service that reads streams."""
    reading = Reading(service.subscribers, keyring)

    async def give(request: Request) -> None:
        request.state.reading = reading

    own = service_router(service.name)
    for route in (*router.routes, *limit_routes.router.routes):
        if isinstance(route, APIRoute):
            own.add_api_route(
                f"/operator{route.path}",
                route.endpoint,
                methods=list(route.methods or ()),
                dependencies=[Depends(give)],
                status_code=route.status_code,
                response_model=route.response_model,
                responses=route.responses,
                summary=route.summary,
            )
    return own


@router.get("/parked", summary="List changes that wait, the oldest first")
async def index(
    _: Operator,
    page: Paging,
    context: RequestContext,
    topic: Annotated[str | None, Query(max_length=300, pattern=VISIBLE)] = None,
) -> Page[ParkedLine]:
    """What waits is one entity each; changes of all others go on."""
    async with context.db.read() as tx:
        after = page.after(ParkedPosition)
        found = await parked.list_parked(after, page.fetch, tx, topic=topic)
    shown = page.of(found, lambda waiting: waiting.position)
    return Page(items=[ParkedLine.of(waiting) for waiting in shown.items], next=shown.next)


@router.get(
    "/parked/one",
    responses={404: problem_response("It is not parked, or not any more")},
    summary="Read a change that waits, personal fields masked",
)
async def show(_: Operator, context: RequestContext, reads: Reads, which: Which) -> ParkedPage:
    """It is opened where it is sealed; what is not declared as public is masked."""
    async with context.db.read() as tx:
        found = await parked.find_parked(which.topic, which.subject, tx)
    return _page(found, content_of(found, reads, whole=False))


@router.post("/parked/one/unmask", summary="Read a change that waits whole; that you did is kept")
async def unmask(who: Operator, context: RequestContext, reads: Reads, which: Which) -> ParkedPage:
    """A POST, because it leaves a row in the audit.

    It takes no Idempotency-Key: with one the answer would be kept, personal fields and all.
    """
    found = await context.db.command(
        lambda tx: parked.unmask(which.topic, which.subject, str(who.subject), tx)
    )
    content = content_of(found, reads, whole=True)
    return _page(found, content).model_copy(update={"reason": found.whole_reason})


@router.post(
    "/parked/one/retry",
    status_code=200,
    response_model=ParkedLine,
    summary="Try a change that waits again within seconds",
)
async def retry(who: Operator, context: RequestContext, once: Once, which: Which) -> Response:
    """A running worker does it."""

    async def work(tx: Transaction) -> Waiting:
        return await parked.retry(which.topic, which.subject, str(who.subject), tx)

    return await once.run(context.db, work, _line)


@router.post(
    "/parked/one/discard",
    status_code=200,
    response_model=ParkedLine,
    summary="Give a change that waits up, for a reason",
)
async def discard(
    body: DiscardBody, who: Operator, context: RequestContext, once: Once, which: Which
) -> Response:
    """Not taken again in this version; what its owner publishes next is."""

    async def work(tx: Transaction) -> Waiting:
        return await parked.discard(which.topic, which.subject, body.reason, str(who.subject), tx)

    return await once.run(context.db, work, _line)


@router.get("/audit", summary="List what operators did, the newest first")
async def audit(_: Operator, page: Paging, context: RequestContext) -> Page[AuditLine]:
    """Nothing is ever deleted from it."""
    async with context.db.read() as tx:
        found = await parked.list_audit(page.after(AuditPosition), page.fetch, tx)
    shown = page.of(found, lambda act: AuditPosition(act.seq))
    return Page(items=[AuditLine.of(act) for act in shown.items], next=shown.next)


def _line(waiting: Waiting) -> Answer:
    return Answer(ParkedLine.of(waiting), status=200)


def _page(waiting: Waiting, content: Content) -> ParkedPage:
    line = ParkedLine.of(waiting).model_dump()
    return ParkedPage(
        **line, is_news=waiting.is_news, headers=dict(content.headers), content=content.value
    )
