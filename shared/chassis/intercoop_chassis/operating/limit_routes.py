"""What owners have here beside their limits over HTTP, for whoever operates the instance."""

from datetime import datetime
from typing import Self

from fastapi import APIRouter
from pydantic import BaseModel, Field

from intercoop_chassis.auth import Operator
from intercoop_chassis.http import Page, Paging, RequestContext
from intercoop_chassis.operating.limits import TopicUsage, list_usage
from intercoop_chassis.settings import Settings

router = APIRouter()


class UsageLine(BaseModel):
    """What one topic of another owner has here, beside its limits."""

    topic: str
    stream: str
    owner: str = Field(description="Whose entities they are")
    entities: int = Field(description="Applied and not ended")
    entities_limit: int
    bytes: int = Field(description="Applied values, and 256 for each")
    bytes_limit: int
    parked_bytes: int = Field(description="What waits, of this topic")
    parked_bytes_limit: int = Field(description="What may wait of all topics of the owner")
    excess: int = Field(description="Changes that wait for room, counted up to 10,000")
    skipped: int = Field(description="Changes that were counted and not kept")
    incomplete_since: datetime | None = Field(description="Since changes were not kept")

    @classmethod
    def of(cls, usage: TopicUsage, settings: Settings) -> Self:
        return cls(
            topic=usage.topic,
            stream=usage.stream,
            owner=usage.owner,
            entities=usage.living,
            entities_limit=settings.limit_entities,
            bytes=usage.bytes,
            bytes_limit=settings.limit_bytes,
            parked_bytes=usage.parked,
            parked_bytes_limit=settings.limit_parked_bytes,
            excess=usage.excess,
            skipped=usage.skipped,
            incomplete_since=usage.since if usage.skipped else None,
        )


@router.get("/limits", summary="List what other owners have here, beside their limits")
async def limits(_: Operator, page: Paging, context: RequestContext) -> Page[UsageLine]:
    """What is new beyond a limit waits; changes of what is known go on."""
    async with context.db.read() as tx:
        found = await list_usage(page.after(str), page.fetch, context.settings.owner, tx)
    shown = page.of(found, lambda usage: usage.topic)
    lines = [UsageLine.of(usage, context.settings) for usage in shown.items]
    return Page(items=lines, next=shown.next)
