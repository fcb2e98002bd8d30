"""A visit with twelve seats that fills from two unions, and is moved while notices are off."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from intercoop_local.story.caller import Json
from intercoop_local.story.people import Person
from intercoop_local.story.telling import (
    HOME,
    MOVE,
    NEIGHBOUR,
    REGISTRATION,
    WITHDRAWAL,
    Chapter,
    Story,
)

TITLE: Final = "Rencontre du jeudi : visite de l'atelier"
SEATS: Final = 12
OF_HOME: Final = 9
OF_NEIGHBOUR: Final = 6

SEATED: Final = "registration-seated"
WAITING: Final = "registration-waiting"
MOVED: Final = "meeting-moved"
"""Kinds of notices."""


class Visit:
    """The visit, and who registered."""

    def __init__(self, story: Story, meeting: str) -> None:
        self.story = story
        self.seen = story.seen
        self.meeting = meeting
        self.path = f"events/meetings/{meeting}"
        self.people: list[Person] = []

    async def counts(self, owner: str, seated: int, waiting: int) -> None:
        """Wait until an instance shows so many seated and waiting."""
        wanted = {"seats": SEATS, "seated": seated, "waiting": waiting}

        async def look() -> bool:
            meeting = await self.story.stage.callers[owner].get(self.path)
            return bool(meeting["seats"] == wanted)

        await self.seen.effect(owner, f"shows {seated} seated and {waiting} waiting", look)

    async def guests(self) -> list[Json]:
        """Who comes and who waits, in the organiser's words and order."""
        items: list[Json] = (await self.story.stage.callers[HOME].get(f"{self.path}/guests"))[
            "items"
        ]
        return items


async def visit(story: Story) -> None:
    """The whole chapter; each part stands on the one before."""
    one = await _announced(story)
    await _it_fills(one)
    gone, promoted = await _a_seat_given_back(one)
    await _moved_while_notices_are_off(one, gone)
    await _judge(one, gone, promoted)


async def _announced(story: Story) -> Visit:
    staff = story.stage.callers[HOME]
    known = [one for one in await staff.every("directory/organisations") if one["owner"] == HOME]
    host = known[0]["id"]
    starts = (datetime.now(UTC) + timedelta(days=14)).replace(microsecond=0)
    body = {
        "title": TITLE,
        "format": "visit",
        "host": host,
        "starts": starts.isoformat(),
        "ends": (starts + timedelta(hours=3)).isoformat(),
        "seats": SEATS,
    }
    meeting = await story.eventually(
        staff,
        f"announces « {TITLE} », {SEATS} seats",
        lambda: staff.post("events/meetings", body, key="the visit"),
    )
    one = Visit(story, meeting["id"])
    await story.reads(NEIGHBOUR, one.path, "reads the announcement")
    return one


async def _it_fills(one: Visit) -> None:
    """Nine at once from the organiser's union, then six at once from another."""
    one.people = [
        *await _people(one.story, HOME, OF_HOME),
        *await _people(one.story, NEIGHBOUR, OF_NEIGHBOUR),
    ]
    await asyncio.gather(*(_registers(one, person) for person in one.people[:OF_HOME]))
    one.seen.step(HOME, f"{OF_HOME} register at once")
    guests = one.people[OF_HOME:]

    async def ask() -> None:
        await asyncio.gather(*(_registers(one, person) for person in guests))

    await one.story.command(REGISTRATION, NEIGHBOUR, ask)
    one.seen.step(NEIGHBOUR, f"{OF_NEIGHBOUR} register at once")
    for owner in (HOME, NEIGHBOUR):
        await one.counts(owner, SEATS, 3)
    await _answered(one, guests)
    waiting = [guest for guest in await one.guests() if guest["state"] == "waiting"]
    homes = {guest["home"] for guest in waiting}
    one.seen.require(NEIGHBOUR, "the three who wait are its own", holds=homes == {NEIGHBOUR})


async def _answered(one: Visit, guests: Sequence[Person]) -> None:
    """Wait until every guest reads the organiser's answer at home."""

    async def look() -> bool:
        states = [(await guest.registration(one.meeting))["state"] for guest in guests]
        return sorted(states) == ["seated"] * 3 + ["waiting"] * 3

    await one.seen.effect(NEIGHBOUR, "its guests read who is seated and who waits", look)


async def _a_seat_given_back(one: Visit) -> tuple[Person, Person]:
    """Somebody withdraws, and the first who waits is promoted and told, once."""
    first = next(guest for guest in await one.guests() if guest["state"] == "waiting")
    registered = {(await one_of.registration(one.meeting))["id"]: one_of for one_of in one.people}
    promoted, gone = registered[first["seat_code"]], one.people[0]
    registration = (await gone.registration(one.meeting))["id"]

    async def ask() -> Json:
        path = f"events/registrations/{registration}/withdraw"
        return await gone.post(path, key=f"withdraw {registration}")

    await one.story.command(WITHDRAWAL, HOME, ask)
    one.seen.step(HOME, "somebody who had a seat gives it back")
    await one.story.is_told(promoted, SEATED, TITLE, "the first who waited is told: a seat")
    for owner in (HOME, NEIGHBOUR):
        await one.counts(owner, SEATS, 2)
    return gone, promoted


async def _moved_while_notices_are_off(one: Visit, gone: Person) -> None:
    neighbour = one.story.stage.instance(NEIGHBOUR)
    neighbour.stop("notifications")
    one.seen.step(NEIGHBOUR, "its notifications are stopped")
    staff = one.story.stage.callers[HOME]
    meeting, etag = await staff.version(one.path)
    later = datetime.fromisoformat(meeting["starts"]) + timedelta(days=7)
    body = {name: meeting[name] for name in ("title", "format", "host", "place", "description")}
    body |= {
        "starts": later.isoformat(),
        "ends": (later + timedelta(hours=3)).isoformat(),
        "seats": SEATS,
    }

    async def ask() -> Json:
        return await staff.put(one.path, body, etag, key="move the visit")

    await one.story.command(MOVE, HOME, ask)
    one.seen.step(HOME, "moves the visit by a week")
    await one.story.stage.join(NEIGHBOUR)
    one.seen.step(NEIGHBOUR, "its notifications are started again")
    for person in one.people:
        if person is not gone:
            await one.story.is_told(person, MOVED, TITLE, "somebody registered is told of the move")


async def _judge(one: Visit, gone: Person, promoted: Person) -> None:
    """Everybody was told everything that concerns them, and nothing twice."""
    await one.story.is_told(gone, SEATED, TITLE, "who withdrew was told of the seat, at the time")
    seated = {guest["seat_code"] for guest in await one.guests() if guest["state"] == "seated"}
    twice = never = 0
    for person in one.people:
        told = await person.told(TITLE)
        mails = person.mailed(TITLE)
        wanted = _wanted(person, gone, promoted, await person.registration(one.meeting))
        twice += sum(count > 1 for count in (*told.values(), *mails.values()))
        never += len(wanted - told.keys()) + max(0, len(wanted) - mails.total())
        one.seen.require(person.owner, f"was told {sorted(told)}", holds=told.keys() == wanted)
    meeting = await one.story.stage.callers[NEIGHBOUR].get(one.path)
    one.story.summary |= {
        "seated": meeting["seats"]["seated"],
        "waiting": meeting["seats"]["waiting"],
        "promoted": len(seated & {(await promoted.registration(one.meeting))["id"]}),
        "told_twice": twice,
        "told_never": never,
    }
    holds = (twice, never) == (0, 0)
    one.seen.require("all", "nobody was told twice, nobody was left out", holds=holds)


def _wanted(person: Person, gone: Person, promoted: Person, registration: Json) -> set[str]:
    if person is gone:
        return {SEATED}
    if person is promoted:
        return {WAITING, SEATED, MOVED}
    return {SEATED if registration["state"] == "seated" else WAITING, MOVED}


async def _people(story: Story, owner: str, count: int) -> list[Person]:
    """Register people of an owner's co-operatives, each with a mandate and an address."""
    staff = story.stage.callers[owner]
    known = await staff.every("directory/organisations")
    homes = sorted(one["id"] for one in known if one["owner"] == owner)[:count]
    names = (f"Personne {number}" for number in range(1, count + 1))
    return [
        await story.stage.register(owner, name, organisation, "associate")
        for name, organisation in zip(names, homes, strict=True)
    ]


async def _registers(one: Visit, person: Person) -> None:
    await one.story.granted(lambda: person.register(one.meeting, key=f"{person.id} comes"))


CHAPTERS: Sequence[Chapter] = (visit,)
