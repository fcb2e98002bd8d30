"""What a person wants to get by mail."""

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from intercoop_chassis.http import RequestContext, service_router
from intercoop_chassis.http.texts import Body
from intercoop_notifications.access import Myself
from intercoop_notifications.preferences import handlers, store
from intercoop_notifications.preferences.domain import Topic

router = service_router("notifications")


class TopicBody(Body):
    model_config = ConfigDict(strict=True)

    mail: bool = Field(description="Whether you get mails about it")


class PreferencesBody(Body):
    """By topic; notices in the application always come."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"meetings": {"mail": True}, "advice": {"mail": False}}]}
    )

    meetings: TopicBody
    advice: TopicBody

    @property
    def mails(self) -> dict[Topic, bool]:
        return {Topic.MEETINGS: self.meetings.mail, Topic.ADVICE: self.advice.mail}


class TopicAnswer(BaseModel):
    mail: bool


class PreferencesAnswer(BaseModel):
    """By topic; on where you never said anything."""

    meetings: TopicAnswer
    advice: TopicAnswer

    @classmethod
    def of(cls, mails: Mapping[Topic, bool]) -> Self:
        return cls(
            meetings=TopicAnswer(mail=mails[Topic.MEETINGS]),
            advice=TopicAnswer(mail=mails[Topic.ADVICE]),
        )


@router.get("/preferences", summary="Read what you get by mail")
async def show(me: Myself, context: RequestContext) -> PreferencesAnswer:
    async with context.db.read() as tx:
        return PreferencesAnswer.of(await store.mails_of(me, tx))


@router.put("/preferences", summary="Say what you want to get by mail")
async def change(body: PreferencesBody, me: Myself, context: RequestContext) -> PreferencesAnswer:
    """Mails that wait to leave are asked again when they do."""
    await context.db.command(lambda tx: handlers.choose(me, body.mails, tx))
    return PreferencesAnswer.of(body.mails)
