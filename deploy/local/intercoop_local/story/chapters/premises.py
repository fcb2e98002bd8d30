"""A co-operative in Aurillac looks for premises, and neighbours in two unions answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from intercoop_local.story.caller import Json
from intercoop_local.story.people import Person
from intercoop_local.story.telling import ACCEPTANCE, HOME, NEIGHBOUR, Chapter, Story
from intercoop_local.story.topics import everything_in_topics

TITLE: Final = "Nous cherchons des locaux"
HELPED: Final = "Un hangar à partager, près de la gare"

INVITED: Final = "advice-invited"
INTRODUCED: Final = "advice-introduced"
"""Kinds of notices."""


@dataclass(frozen=True, slots=True)
class Town:
    owner: str
    name: str
    code: str
    postcode: str


AURILLAC: Final = Town(NEIGHBOUR, "Aurillac", "15014", "15000")
AROUND: Final = (
    Town(NEIGHBOUR, "Saint-Flour", "15187", "15100"),
    Town(NEIGHBOUR, "Mauriac", "15120", "15200"),
    Town(HOME, "Figeac", "46102", "46100"),
    Town(HOME, "Decazeville", "12089", "12300"),
)


async def premises(story: Story) -> None:
    """The whole chapter; each part stands on the one before."""
    asker = await _cooperative(story, AURILLAC)
    helpers = [await _cooperative(story, town) for town in AROUND]
    request = await _asks(story, asker, helpers)
    invitations = await _invites(story, asker, request, helpers)
    offering = [helpers[0], helpers[2]]
    await _answers(story, invitations, offering, declining=helpers[3])
    await _accepts(story, asker, request, [invitations[one.organisation] for one in offering])
    await _introduced(story, asker, offering)
    await _closed(story, asker, request)
    await _the_decline_is_nobodys(story, asker, request, invitations[helpers[3].organisation])
    by_owner = [one.owner for one in offering]
    story.summary |= {
        "offers": len(offering),
        "offers_from_other_union": sum(owner != asker.owner for owner in by_owner),
    }


async def _cooperative(story: Story, town: Town) -> Person:
    """A co-operative in a town, and the manager who speaks for it."""
    staff = story.stage.callers[town.owner]
    made = await staff.post(
        "directory/organisations",
        {
            "name": f"Atelier de {town.name}",
            "statute": "scop",
            "form": "SARL",
            "trade": "43.32A",
            "commune": {"code": town.code, "postcode": town.postcode},
            "contact": {"email": f"contact@atelier-{town.code}.example"},
            "expertise": ["locaux"],
            "links": [{"kind": "union", "owner": town.owner, "since": "2012-03-01"}],
        },
    )
    return await story.stage.register(town.owner, f"Gérance {town.name}", made["id"], "manager")


async def _asks(story: Story, asker: Person, helpers: Sequence[Person]) -> str:
    """The request, and neighbours with their reasons, in both unions."""
    body = {
        "organisation_id": asker.organisation,
        "title": TITLE,
        "text": "200 m², près d'Aurillac, dès le printemps.",
        "expertise": ["locaux"],
    }
    made = await story.eventually(
        asker, "its request is taken", lambda: asker.post("advice/requests", body, key="premises")
    )
    story.seen.step(asker.owner, f"« {TITLE} » (Aurillac)")
    wanted = {one.organisation for one in helpers}
    found: list[Json] = []

    async def look() -> bool:
        found[:] = (await asker.get(f"advice/requests/{made['id']}/neighbours", limit=8))["items"]
        return wanted <= {one["organisation_id"] for one in found}

    await story.seen.effect(asker.owner, "is shown neighbours of both unions", look)
    for one in found:
        reasons = ", ".join(reason["fr"] for reason in one["reasons"])
        story.seen.step(asker.owner, f"  {one['name']} ({one['owner']}): {reasons}")
    reasoned = all(one["reasons"] for one in found)
    story.seen.require(asker.owner, "each neighbour with its reasons", holds=reasoned)
    return str(made["id"])


async def _invites(
    story: Story, asker: Person, request: str, helpers: Sequence[Person]
) -> dict[str, str]:
    """Ask four of them; returns the invitations by organisation."""
    path = f"advice/requests/{request}"
    organisations = [one.organisation for one in helpers]
    await asker.post(f"{path}/invitations", {"organisations": organisations}, key="invite")
    story.seen.step(asker.owner, f"asks {len(helpers)} of them")
    for helper in helpers:
        await story.is_told(helper, INVITED, TITLE, "a neighbour is told that it is asked")
    invitations = (await asker.get(path))["invitations"]
    return {one["organisation_id"]: one["id"] for one in invitations}


async def _answers(
    story: Story, invitations: dict[str, str], offering: Sequence[Person], *, declining: Person
) -> None:
    """One offers in each union, one declines, one keeps silent."""
    for helper in offering:
        path = f"advice/invitations/{invitations[helper.organisation]}/offer"
        await helper.post(path, {"text": "Nous avons de la place."}, key=path)
        story.seen.step(helper.owner, "a neighbour offers help")
    path = f"advice/invitations/{invitations[declining.organisation]}/decline"
    await declining.post(path, key=path)
    story.seen.step(declining.owner, "another one declines")


async def _accepts(story: Story, asker: Person, request: str, offered: Sequence[str]) -> None:
    """Wait for both offers, and accept both."""
    path = f"advice/requests/{request}"

    async def look() -> bool:
        shown = (await asker.get(path))["invitations"]
        return {one["id"] for one in shown if one["state"] == "offered"} == set(offered)

    await story.seen.effect(asker.owner, "reads both offers", look)

    async def ask() -> None:
        for invitation in offered:
            await asker.post(f"{path}/offers/{invitation}/accept", key=f"accept {invitation}")

    await story.command(ACCEPTANCE, asker.owner, ask)
    story.seen.step(asker.owner, "accepts both")


async def _introduced(story: Story, asker: Person, helpers: Sequence[Person]) -> None:
    """Both sides are told, once, and each is given the other's public contact."""
    for helper in helpers:
        await story.is_told(helper, INTRODUCED, TITLE, "a helper is introduced to the asker")
    await story.is_told(asker, INTRODUCED, TITLE, "the asker is introduced to its helpers")
    for person in (asker, *helpers):
        told = (await person.told(TITLE))[INTRODUCED]
        allowed = {1, 2} if person is asker else {1}
        story.seen.require(person.owner, f"was introduced ({told})", holds=told in allowed)


async def _closed(story: Story, asker: Person, request: str) -> None:
    path = f"advice/requests/{request}/close"
    await asker.post(path, {"what_helped": HELPED}, key="close")

    async def look() -> bool:
        items = (await story.stage.callers[HOME].get("advice/network-requests"))["items"]
        return any(one["what_helped"] == HELPED for one in items)

    await story.seen.effect(HOME, "reads what helped", look)


async def _the_decline_is_nobodys(story: Story, asker: Person, request: str, declined: str) -> None:
    """Only staff of the co-operative's own union see who declined; no topic knows."""
    shown = (await asker.get(f"advice/requests/{request}"))["invitations"]
    states = {one["id"]: one["state"] for one in shown}
    story.seen.require(asker.owner, "does not see who declined", holds=states[declined] == "asked")
    own = await story.stage.callers[HOME].get(f"advice/invitations/{declined}")
    story.seen.require(HOME, "its staff do", holds=own["state"] == "declined")
    texts = await everything_in_topics(story.stage.stack.operators_arguments())
    said = [text for text in texts if "declin" in text.lower()]
    asked = any(request in text for text in texts)
    holds = asked and not said
    story.seen.require("Apache Kafka", f"no word of it in {len(texts)} messages", holds=holds)


CHAPTERS: Sequence[Chapter] = (premises,)
