"""Two people in two unions take the last seat of a workshop of a third in the same moment."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from intercoop_local.story.people import Person
from intercoop_local.story.telling import HOME, NEIGHBOUR, THIRD, Chapter, Story

TIMES: Final = 20


async def last_seat(story: Story) -> None:
    """Twenty times over: one gets the seat each time, and the other waits."""
    rivals = [
        next(one for one in story.stage.people if one.owner == owner) for owner in (HOME, NEIGHBOUR)
    ]
    workshops = [await _announced(story, number) for number in range(1, TIMES + 1)]
    for owner in (HOME, NEIGHBOUR):
        await story.reads(owner, f"events/meetings/{workshops[-1]}", "reads of the last workshop")
    one_each = 0
    for number, workshop in enumerate(workshops, start=1):
        one_each += await _race(story, rivals, workshop, number)
    story.summary["last_seat"] = one_each
    holds = one_each == TIMES
    story.seen.require(THIRD, f"one seat, one winner, {one_each} times of {TIMES}", holds=holds)


async def _race(story: Story, rivals: Sequence[Person], workshop: str, number: int) -> bool:
    """Both ask at once; whether one got the seat and the other waits."""
    await asyncio.gather(*(one.register(workshop, f"{workshop} {one.id}") for one in rivals))
    states: list[str] = []

    async def answered() -> bool:
        states[:] = sorted([(await one.registration(workshop))["state"] for one in rivals])
        return "asked" not in states

    await story.seen.effect(THIRD, f"answers both who want the last seat ({number})", answered)
    return states == ["seated", "waiting"]


async def _announced(story: Story, number: int) -> str:
    starts = (datetime.now(UTC) + timedelta(days=20 + number)).replace(microsecond=0)
    made = await story.stage.callers[THIRD].post(
        "events/meetings",
        {
            "title": f"Atelier n° {number}",
            "format": "workshop",
            "place": {"commune": "Limoges", "departement": "87", "lat": 45.83, "lon": 1.26},
            "starts": starts.isoformat(),
            "ends": (starts + timedelta(hours=2)).isoformat(),
            "seats": 1,
        },
    )
    return str(made["id"])


CHAPTERS: Sequence[Chapter] = (last_seat,)
