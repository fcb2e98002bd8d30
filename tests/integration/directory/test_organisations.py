import asyncio

import httpx

from intercoop_contracts.directory import ORGANISATIONS
from testkit.directory_service import DirectoryService

ATELIER = {
    "name": "Atelier du  Canal ",
    "siren": "552 032 534",
    "statute": "scop",
    "form": "SARL",
    "trade": "4332a",
    "headcount": 12,
    "commune": {"code": "31555", "postcode": "31000"},
    "contact": {"email": "contact@atelier.example", "website": "atelier.example"},
    "expertise": ["locaux", "apprentissage"],
    "links": [{"kind": "union", "owner": "midi-pyrenees", "since": "2012-03-01"}],
    "joined": "2012-03-01",
}


async def made(staff: httpx.AsyncClient, **changes: object) -> httpx.Response:
    answer = await staff.post("/organisations", json={**ATELIER, **changes})
    assert answer.status_code == 201, answer.text
    return answer


async def test_what_is_registered_is_tidied_placed_and_published(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    answer = await made(staff)

    shown = answer.json()
    assert shown["name"] == "Atelier du Canal"
    assert (shown["siren"], shown["trade"]) == ("552032534", "43.32A")
    assert shown["commune"]["name"] == "Toulouse"
    assert shown["commune"]["epci"] == "243100518"
    assert shown["contact"]["website"] == "https://atelier.example"
    assert (shown["owner"], shown["union"]) == ("midi-pyrenees", "midi-pyrenees")
    assert answer.headers["etag"] == '"1"'
    [change] = await home.published()
    assert change.subject == shown["id"]
    assert change.event_type in ORGANISATIONS.event_types


async def test_an_organisation_is_read_as_its_owner_said_it(
    home: DirectoryService, staff: httpx.AsyncClient, member: httpx.AsyncClient
) -> None:
    shown = (await made(staff)).json()

    answer = await member.get(f"/organisations/{shown['id']}")

    [change] = await home.published()
    assert answer.json() == {**shown, "as_of": answer.json()["as_of"]}
    assert answer.json()["as_of"] == change.occurred_at.isoformat().replace("+00:00", "Z")
    assert answer.headers["etag"] == '"1"'


async def test_what_get_answers_can_be_changed_and_sent_back(staff: httpx.AsyncClient) -> None:
    address = (await made(staff)).headers["location"]
    read = await staff.get(f"http://directory.test{address}")

    answer = await staff.put(
        f"http://directory.test{address}",
        json={**read.json(), "name": "Atelier du Pont"},
        headers={"If-Match": read.headers["etag"]},
    )

    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        **read.json(),
        "name": "Atelier du Pont",
        "as_of": answer.json()["as_of"],
    }
    assert answer.headers["etag"] == '"2"'


async def test_a_change_that_changes_nothing_publishes_nothing(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    shown = (await made(staff)).json()
    before = await home.versions()

    answer = await staff.put(
        f"/organisations/{shown['id']}", json=ATELIER, headers={"If-Match": '"1"'}
    )

    assert answer.headers["etag"] == '"1"'
    assert await home.versions() == before


async def test_of_two_changes_to_one_version_one_wins(staff: httpx.AsyncClient) -> None:
    shown = (await made(staff)).json()

    answers = await asyncio.gather(
        *(
            staff.put(
                f"/organisations/{shown['id']}",
                json={**ATELIER, "name": name},
                headers={"If-Match": '"1"'},
            )
            for name in ("Un", "Deux", "Trois")
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]


async def test_who_comes_too_late_hears_which_fields_contradict(staff: httpx.AsyncClient) -> None:
    address = f"/organisations/{(await made(staff)).json()['id']}"
    theirs = {**ATELIER, "headcount": 15}
    assert (await staff.put(address, json=theirs, headers={"If-Match": '"1"'})).status_code == 200

    late = await staff.put(
        address,
        json={**ATELIER, "headcount": None, "acronym": "ADC"},
        headers={"If-Match": '"1"'},
    )

    assert (late.status_code, late.json()["code"]) == (412, "stale-version")
    told = {one["field"]: one["message"] for one in late.json()["errors"]}
    assert told == {
        "headcount": 'Is "15" now, and empty was sent',
        "acronym": 'Is empty now, and "ADC" was sent',
    }
    assert all(one["remedy"] for one in late.json()["errors"])


async def test_every_wrong_value_is_named_at_once_with_its_remedy(
    staff: httpx.AsyncClient,
) -> None:
    wrong = {
        **ATELIER,
        "siren": "552032535",
        "trade": "toys",
        "commune": {"code": "99999"},
        "contact": {"email": "nobody"},
        "left": "2001-01-01",
    }

    answer = await staff.post("/organisations", json=wrong)

    assert answer.status_code == 422
    errors = {error["field"]: error for error in answer.json()["errors"]}
    assert set(errors) == {"siren", "trade", "commune.code", "contact.email", "left"}
    assert "check digit" in errors["siren"]["message"]
    assert all(error["remedy"] for error in errors.values())


async def test_a_siren_is_registered_once(staff: httpx.AsyncClient) -> None:
    first = (await made(staff)).json()

    again = await staff.post("/organisations", json={**ATELIER, "name": "Autre"})

    assert again.status_code == 409
    assert first["id"] in again.json()["detail"]


async def test_of_two_who_register_a_siren_at_once_one_is_refused(
    staff: httpx.AsyncClient,
) -> None:
    answers = await asyncio.gather(*(staff.post("/organisations", json=ATELIER) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_a_siren_that_another_owner_publishes_is_refused_with_its_name(
    home: DirectoryService, neighbour: DirectoryService, staff: httpx.AsyncClient
) -> None:
    async with neighbour.client() as theirs:
        await made(theirs)
    await home.hears(await neighbour.published())

    answer = await staff.post("/organisations", json=ATELIER)

    assert answer.status_code == 409
    assert "auvergne" in answer.json()["detail"]


async def test_an_organisation_that_left_another_union_may_be_registered(
    home: DirectoryService, neighbour: DirectoryService, staff: httpx.AsyncClient
) -> None:
    async with neighbour.client() as theirs:
        await made(theirs, left="2016-01-01")
    await home.hears(await neighbour.published())

    shown = (await made(staff)).json()

    assert shown["siren_conflict_with"] == []


async def test_two_owners_that_registered_a_siren_at_once_both_see_the_conflict(
    home: DirectoryService, neighbour: DirectoryService, staff: httpx.AsyncClient
) -> None:
    async with neighbour.client() as theirs:
        there = (await made(theirs)).json()
        here = (await made(staff)).json()
        await home.hears(await neighbour.published())
        await neighbour.hears(await home.published())

        assert (await staff.get(f"/organisations/{here['id']}")).json()["siren_conflict_with"] == [
            "auvergne"
        ]
        assert (await theirs.get(f"/organisations/{there['id']}")).json()[
            "siren_conflict_with"
        ] == ["midi-pyrenees"]
        listed = (await staff.get("/organisations")).json()["items"]
    assert {one["owner"]: one["siren_conflict_with"] for one in listed} == {
        "auvergne": ["midi-pyrenees"],
        "midi-pyrenees": ["auvergne"],
    }


async def test_anothers_organisation_is_read_here_and_changed_only_there(
    home: DirectoryService, neighbour: DirectoryService, staff: httpx.AsyncClient
) -> None:
    async with neighbour.client() as theirs:
        there = (await made(theirs)).json()
        told = (await theirs.get(f"/organisations/{there['id']}")).json()
    await home.hears(await neighbour.published())

    here = await staff.get(f"/organisations/{there['id']}")
    refused = await staff.put(
        f"/organisations/{there['id']}", json=ATELIER, headers={"If-Match": '"1"'}
    )

    assert here.json() == told
    assert "etag" not in here.headers
    assert refused.status_code == 409
    assert "auvergne" in refused.json()["detail"]


async def test_only_staff_of_this_instance_write(home: DirectoryService) -> None:
    for roles in (["member", "elected"], ["operator"]):
        async with home.client(roles=roles) as client:
            answer = await client.post("/organisations", json=ATELIER)
            assert answer.status_code == 403
            assert (await client.get("/organisations")).status_code == 200


async def test_a_repeated_registration_with_its_key_has_one_effect(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    headers = {"Idempotency-Key": "one"}

    first = await staff.post("/organisations", json=ATELIER, headers=headers)
    again = await staff.post("/organisations", json=ATELIER, headers=headers)

    assert (again.status_code, again.json()) == (201, first.json())
    assert len(await home.published()) == 1


async def test_memberships_are_shown_as_of_a_day(staff: httpx.AsyncClient) -> None:
    links = [
        {"kind": "union", "owner": "auvergne", "since": "2010-01-01", "until": "2015-01-01"},
        {"kind": "union", "owner": "midi-pyrenees", "since": "2015-01-01"},
        {"kind": "federation", "owner": "scop-btp", "since": "2014-01-01"},
    ]
    address = f"/organisations/{(await made(staff, links=links)).json()['id']}"

    async def on(day: str) -> tuple[str | None, list[str]]:
        shown = (await staff.get(address, params={"on": day})).json()
        return shown["union"], shown["federations"]

    assert await on("2009-12-31") == (None, [])
    assert await on("2014-12-31") == ("auvergne", ["scop-btp"])
    assert await on("2015-01-01") == ("midi-pyrenees", ["scop-btp"])


async def test_two_unions_at_a_time_are_refused(staff: httpx.AsyncClient) -> None:
    links = [
        {"kind": "union", "owner": "auvergne", "since": "2010-01-01"},
        {"kind": "union", "owner": "midi-pyrenees", "since": "2015-01-01"},
    ]

    answer = await staff.post("/organisations", json={**ATELIER, "links": links})

    assert answer.status_code == 422
    assert "two unions" in answer.json()["errors"][0]["message"]
