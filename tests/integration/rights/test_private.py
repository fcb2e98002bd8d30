"""What is private to others is, for whoever guesses its id, as if it had never been."""

import json
from datetime import UTC, datetime

import pytest

from intercoop_contracts.directory import ORGANISATIONS, PEOPLE
from intercoop_contracts.events import REGISTRATIONS
from intercoop_local.services import load_services
from testkit.advice_service import cooperative
from testkit.events_service import meeting_body
from testkit.ids import new_id
from testkit.in_memory_network import StateEventConsumer, newest_states, state_event
from testkit.notifications_service import person_view, registration_view
from testkit.served_instance import OWNER, ROUTES, send_request

BY_NAME = {one.name: one for one in load_services()}


class Neighbours:
    """People of one instance, each of a co-operative of their own: one, what they have and asked of
    a helper, and another.
    """

    def __init__(self, instance):
        self.instance = instance
        self.person, self.other, self.helper = new_id(OWNER), new_id(OWNER), new_id(OWNER)
        self.theirs, self.others, self.asked = new_id(OWNER), new_id(OWNER), new_id(OWNER)
        self.owned = {}

    @property
    def themselves(self):
        return self.person, self.theirs

    @property
    def helping(self):
        return self.helper, self.asked

    def client(self, person, organisation):
        return self.instance.as_a(
            "member", "elected", sub=str(person), organisations=[str(organisation)]
        )

    def consumer(self, name):
        return StateEventConsumer(BY_NAME[name], OWNER, self.instance.dbs[name])

    async def move_in(self):
        for name in ("events", "advice", "notifications"):
            await self.consumer(name).receive([])
        known = {"Le Fournil": self.theirs, "La Scierie": self.others, "Le Lac": self.asked}
        for name, organisation in known.items():
            event = state_event(ORGANISATIONS, OWNER, organisation, cooperative(name))
            for service in ("events", "advice"):
                await self.consumer(service).receive([event])
        await self.registers()
        await self.asks()
        person = state_event(PEOPLE, OWNER, self.person, person_view())
        told = state_event(REGISTRATIONS, OWNER, new_id(OWNER), registration_view(self.person))
        await self.consumer("notifications").receive([person])
        await self.consumer("notifications").receive([told])
        async with self.client(self.person, self.theirs) as me:
            notices = await self.made(me, "GET", "/notifications/api/notices")
        self.owned["notice_id"] = notices["items"][0]["id"]

    async def made(self, client, method, path, body=None):
        answer = await send_request(client, method, path, **({"json": body} if body else {}))
        assert answer.status < 300, answer.text
        return json.loads(answer.text)

    async def registers(self):
        async with self.instance.as_a("staff") as staff:
            body = meeting_body(datetime.now(UTC))
            meeting = await self.made(staff, "POST", "/events/api/meetings", body)
            person = {"given_name": "Jeanne", "family_name": "Barret"}
            known = await self.made(staff, "POST", "/directory/api/people", person)
        self.owned |= {"meeting_id": meeting["id"], "person_id": known["id"]}
        body = {"meeting_id": meeting["id"], "organisation_id": str(self.theirs)}
        async with self.client(self.person, self.theirs) as me:
            registration = await self.made(me, "POST", "/events/api/registrations", body)
            await self.made(me, "POST", "/events/api/calendars/mine")
        self.owned["registration_id"] = registration["id"]

    async def asks(self):
        body = {"organisation_id": str(self.theirs), "title": "Nous cherchons des locaux"}
        async with self.client(self.person, self.theirs) as me:
            request = await self.made(me, "POST", "/advice/api/requests", body)
            path = f"/advice/api/requests/{request['id']}/invitations"
            invited = await self.made(me, "POST", path, {"organisations": [str(self.asked)]})
        [invitation] = invited["invitations"]
        self.owned |= {"request_id": request["id"], "invitation_id": invitation["id"]}
        db = self.instance.dbs["advice"]
        await self.consumer("advice").receive(await newest_states(BY_NAME["advice"], db))


@pytest.fixture(scope="module")
async def neighbours(instance):
    neighbours = Neighbours(instance)
    await neighbours.move_in()
    return neighbours


BODIES = {
    "offer": {"text": "Venez voir."},
    "close": {"what_helped": "Un hangar"},
    "invitations": {"organisations": [str(new_id(OWNER))]},
}
OF_ONE = [
    one
    for one in ROUTES
    if any(
        f"{{{name}" in one.path
        for name in ("registration_id", "request_id", "invitation_id", "notice_id")
    )
]


def addressed(path, ids):
    """The route's address with these ids."""
    for name, value in ids.items():
        path = path.replace(f"{{{name}:uuid}}", str(value))
    assert "{" not in path
    return path


async def said(client, route, ids):
    """All that the answer says, but for what differs between any two."""
    body = BODIES.get(route.path.rpartition("/")[2])
    path = addressed(route.path, ids)
    answer = await send_request(client, route.method, path, **({"json": body} if body else {}))
    shown = json.loads(answer.text)
    shown.pop("trace_id", None)
    headers = {name for name in answer.headers if name != "date"}
    return answer.status, shown, headers


@pytest.mark.parametrize("route", OF_ONE, ids=lambda one: f"{one.method} {one.path}")
async def test_what_is_anothers_cannot_be_told_from_what_is_not(neighbours, route):
    nothing = {name: new_id(OWNER) for name in neighbours.owned}
    instance = neighbours.instance
    async with (
        neighbours.client(neighbours.other, neighbours.others) as other,
        instance.as_a("operator") as operator,
    ):
        for client in (other, operator):
            guessed = await said(client, route, neighbours.owned)
            made_up = await said(client, route, nothing)
            assert guessed == made_up
            assert guessed[0] == 404


async def test_whose_it_is_sees_it(neighbours):
    seen = {
        "/events/api/registrations/{registration_id:uuid}": neighbours.themselves,
        "/advice/api/requests/{request_id:uuid}": neighbours.themselves,
        "/advice/api/invitations/{invitation_id:uuid}": neighbours.helping,
    }
    for path, who in seen.items():
        async with neighbours.client(*who) as me:
            answer = await send_request(me, "GET", addressed(path, neighbours.owned))
        assert answer.status == 200, answer.text


LISTS = (
    "/events/api/registrations", "/advice/api/requests", "/advice/api/invitations",
    "/notifications/api/notices",
)  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
async def test_a_list_holds_ones_own_and_nothing_of_others(neighbours, path):
    whose = neighbours.helping if path.endswith("invitations") else neighbours.themselves
    async with (
        neighbours.client(*whose) as me,
        neighbours.client(neighbours.other, neighbours.others) as other,
        neighbours.instance.as_a("operator") as operator,
    ):
        assert json.loads((await send_request(me, "GET", path)).text)["items"]
        for client in (other, operator):
            answer = await send_request(client, "GET", path)
            assert json.loads(answer.text)["items"] == []
        asked_for = f"?person={neighbours.person}&meeting={neighbours.owned['meeting_id']}"
        answer = await send_request(other, "GET", path + asked_for)
        assert json.loads(answer.text)["items"] == []


async def test_nobody_acts_in_the_name_of_anothers_co_operative(neighbours):
    organisation = str(neighbours.theirs)
    meeting = neighbours.owned["meeting_id"]
    async with neighbours.client(neighbours.other, neighbours.others) as other:
        for path, body in (
            ("/advice/api/requests", {"organisation_id": organisation, "title": "Des locaux"}),
            ("/events/api/registrations", {"meeting_id": meeting, "organisation_id": organisation}),
        ):
            assert (await send_request(other, "POST", path, json=body)).status == 403


async def test_a_declined_invitation_is_gone_for_the_people_who_declined_it(neighbours):
    path = "/advice/api/invitations/{invitation_id:uuid}"
    mine = addressed(path, neighbours.owned)
    async with neighbours.client(*neighbours.helping) as asked_one:
        assert (await send_request(asked_one, "POST", f"{mine}/decline")).status == 200
        gone = await send_request(asked_one, "GET", mine)
        none = await send_request(
            asked_one, "GET", addressed(path, {"invitation_id": new_id(OWNER)})
        )
        listed = json.loads((await send_request(asked_one, "GET", "/advice/api/invitations")).text)
    assert json.loads(gone.text)["detail"] == json.loads(none.text)["detail"]
    assert (gone.status, none.status) == (404, 404)
    assert neighbours.owned["invitation_id"] not in {one["id"] for one in listed["items"]}
    async with neighbours.client(neighbours.person, neighbours.theirs) as asker:
        request = addressed("/advice/api/requests/{request_id:uuid}", neighbours.owned)
        shown = json.loads((await send_request(asker, "GET", request)).text)
    assert {one["state"] for one in shown["invitations"]} == {"asked"}, "never heard of"


async def test_of_people_nothing_is_said_to_members_whether_they_exist_or_not(neighbours):
    async with neighbours.client(neighbours.other, neighbours.others) as other:
        known = await send_request(
            other, "GET", f"/directory/api/people/{neighbours.owned['person_id']}"
        )
        unknown = await send_request(other, "GET", f"/directory/api/people/{new_id(OWNER)}")
    texts = [json.loads(one.text) | {"trace_id": ""} for one in (known, unknown)]
    assert texts[0] == texts[1]
    assert known.status == 403
