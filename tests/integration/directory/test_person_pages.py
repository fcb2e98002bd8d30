"""A person's record, written down and changed by staff; mandates given and ended."""

from datetime import UTC, datetime, timedelta

import pytest

from testkit.people_pages import HOSTILE, OURS, PEOPLE, fields, mandate, opened, said, somebody
from testkit.registered_people import organisation, registered, signed_in

NEW = f"{PEOPLE}/new"


@pytest.fixture
async def nadia(home):
    """A browser of staff."""
    async with home.browser(roles=["staff"]) as browser:
        browser.base_url = "https://directory.test"
        browser.headers.update(OURS)
        yield browser


@pytest.fixture
async def atelier(staff):
    return await organisation(staff, "Atelier du Canal")


@pytest.fixture
async def zoe(staff, atelier):
    body = somebody("Zoé", "Étienne", mandate(atelier), email="zoe@coop.example")
    return await registered(staff, body)


async def read(staff, person_id):
    return (await staff.get(f"/people/{person_id}")).json()


async def test_somebody_is_written_down_with_a_first_mandate(nadia, staff, atelier):
    form = await opened(nadia, f"{NEW}?organisation={atelier}", NEW)
    assert form["organisation"] == "Atelier du Canal"
    written = {
        **form, "given_name": " Ana ", "family_name": "Núñez", "role": "manager",
        "since": "1/3/2020", "contact_points.0.value": "ana@coop.example",
        "contact_points.1.value": "05 61 00 00 00",
    }  # fmt: skip
    answers = [await nadia.post(NEW, data=written) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    (address,) = {answer.headers["location"] for answer in answers}  # sent twice, done once
    text = said(await nadia.get(address))
    for one in ("Ana Núñez est dans la liste.", "ana@coop.example", "05 61 00 00 00",
                "Gérant·e , Atelier du Canal depuis le 1er mars 2020", "sans compte"):  # fmt: skip
        assert one in text, one
    assert len((await staff.get("/people")).json()["items"]) == 1


async def test_all_that_is_to_be_corrected_is_said_and_what_was_typed_stays(nadia, staff):
    form = await opened(nadia, NEW)
    wrong = {
        **form, "given_name": "", "family_name": "x" * 101, "organisation": "Nulle part",
        "since": "31/2/2020", "contact_points.1.value": "06", "contact_points.0.value": "a@b",
    }  # fmt: skip
    answer = await nadia.post(NEW, data=wrong)
    assert answer.status_code == 422
    assert "<title>À corriger\u00a0: Ajouter une personne" in answer.text
    said(answer)
    for field in ("given_name", "family_name", "contact_points.0.value", "contact_points.1.value",
                  "since"):  # fmt: skip
        assert f'href="#{field}"' in answer.text, field
        assert f'id="{field}-fault"' in answer.text, field
    again = fields(answer, NEW)
    assert {**again, "once": ""} == {**wrong, "once": "", "contact_points.2.value": "",
        "contact_points.3.value": "", "contact_points.2.kind": "email",
        "contact_points.3.kind": "phone"}  # fmt: skip
    assert (await staff.get("/people")).json()["items"] == []


async def test_an_organisation_that_may_be_several_is_asked_about_and_chosen(nadia, staff, atelier):
    other = await organisation(staff, "Atelier du Canal")
    form = await opened(nadia, NEW)
    written = {
        **form,
        "given_name": "Ana",
        "family_name": "Núñez",
        "organisation": "atelier du canal",
    }
    asked = await nadia.post(NEW, data={**written, "role": "associate"})
    assert asked.status_code == 422
    assert "Quelle structure est-ce ?" in said(asked)
    chosen = {**fields(asked, NEW), "organisation.id": other}
    answer = await nadia.post(NEW, data=chosen)
    person = answer.headers["location"].rpartition("/")[2]
    assert [one["organisation_id"] for one in (await read(staff, person))["mandates"]] == [other]


async def test_a_record_is_changed_and_mandates_stay(nadia, staff, zoe, atelier):
    address = f"{PEOPLE}/{zoe}/edit"
    form = await opened(nadia, address)
    changed = {**form, "family_name": "Étienne-Roux", "language": "en",
               "contact_points.0.value": "", "contact_points.2.value": "0561000000"}  # fmt: skip
    assert (await nadia.post(address, data=changed)).status_code == 303
    assert "Enregistré." in said(await nadia.get(f"{PEOPLE}/{zoe}"))
    now = await read(staff, zoe)
    assert (now["family_name"], now["language"]) == ("Étienne-Roux", "en")
    assert now["contact_points"] == [{"kind": "phone", "value": "0561000000"}]
    assert [one["organisation_id"] for one in now["mandates"]] == [atelier]
    again = await opened(nadia, address)
    assert (await nadia.post(address, data=again)).status_code == 303
    assert "Il n’y avait rien à changer." in said(await nadia.get(f"{PEOPLE}/{zoe}"))


async def test_what_two_people_changed_apart_is_joined(nadia, staff, zoe, atelier):
    address = f"{PEOPLE}/{zoe}/edit"
    mine, theirs = await opened(nadia, address), await opened(nadia, address)
    await nadia.post(address, data={**theirs, "language": "en"})
    await nadia.post(f"{PEOPLE}/{zoe}/mandates/new", data={
        "organisation": "Atelier du Canal", "role": "elected", "since": "1/1/2020"})  # fmt: skip
    answer = await nadia.post(address, data={**mine, "given_name": "Zoë"})
    assert answer.status_code == 303
    assert "avec ce que quelqu’un d’autre a changé" in said(await nadia.get(f"{PEOPLE}/{zoe}"))
    now = await read(staff, zoe)
    assert (now["given_name"], now["language"], len(now["mandates"])) == ("Zoë", "en", 2)


async def test_where_two_contradict_each_other_one_chooses_and_nothing_is_lost(nadia, staff, zoe):
    address = f"{PEOPLE}/{zoe}/edit"
    mine, theirs = await opened(nadia, address), await opened(nadia, address)
    point = "contact_points.0.value"
    await nadia.post(address, data={**theirs, "given_name": "Elle", point: "elle@coop.example"})
    asked = await nadia.post(
        address, data={**mine, "given_name": HOSTILE, "language": "en", point: "moi@coop.example"}
    )
    assert asked.status_code == 409
    text = said(asked)
    for one in (
        "Choisissez ce qui reste",
        HOSTILE,
        "Elle",
        "elle@coop.example",
        "moi@coop.example",
    ):
        assert one in text, one
    chosen = fields(asked, address)
    assert chosen["given_name"] == HOSTILE
    points = '[{"kind":"email","value":"elle@coop.example"}]'
    done = await nadia.post(address, data={**chosen, "contact_points": points})
    assert done.status_code == 303, said(done)
    now = await read(staff, zoe)
    assert (now["given_name"], now["language"]) == (HOSTILE, "en")
    assert now["contact_points"] == [{"kind": "email", "value": "elle@coop.example"}]


@pytest.mark.parametrize("changed", [{"was": "x"}, {"version": ""}, {"was": '{"given_name": 3}'}])
async def test_a_form_that_is_not_ours_is_a_page_that_says_so(nadia, zoe, changed):
    address = f"{PEOPLE}/{zoe}/edit"
    form = await opened(nadia, address)
    assert (await nadia.post(address, data={**form, **changed})).status_code == 422


async def test_a_mandate_is_given_once_and_not_twice_for_the_same_days(nadia, staff, zoe, atelier):
    address = f"{PEOPLE}/{zoe}/mandates/new"
    form = await opened(nadia, address)
    given = {**form, "organisation": "Atelier du Canal", "role": "board", "since": "1/2/2021"}
    for _ in range(2):
        assert (await nadia.post(address, data=given)).status_code == 303
    assert len((await read(staff, zoe))["mandates"]) == 2
    again = await nadia.post(address, data={**given, "once": "another"})
    assert again.status_code == 422
    assert "deux fois le même mandat" in said(again)
    backwards = await nadia.post(address, data={**given, "role": "elected", "until": "1/1/2020"})
    assert 'href="#until"' in backwards.text
    nothing = await nadia.post(address, data={"since": "1/1/2020"})
    assert nothing.status_code == 422
    for field in ("organisation", "role"):
        assert f'href="#{field}"' in nothing.text
    for role in ("staff", "operator", "adviser", "nonsense"):
        refused = await nadia.post(address, data={**given, "role": role})
        assert refused.status_code == 422


async def test_a_mandate_ends_on_a_day_and_one_that_never_began_is_taken_away(
    nadia, staff, zoe, atelier
):
    address = f"{PEOPLE}/{zoe}/mandates/end?organisation={atelier}&role=manager&since=2014-01-01"
    record = await nadia.get(f"{PEOPLE}/{zoe}")
    assert f'href="{address.replace("&", "&amp;")}"' in record.text
    form = await opened(nadia, address)
    assert (await nadia.post(address, data={**form, "day": "1/6/2020"})).status_code == 303
    text = said(await nadia.get(f"{PEOPLE}/{zoe}"))
    assert "du 1er janvier 2014 au 1er juin 2020" in text
    late = await nadia.post(address, data={**form, "once": "x", "day": "1/7/2020"})
    assert late.status_code == 422
    wrong = await nadia.post(address, data={"day": "demain"})
    assert wrong.status_code == 422
    assert 'href="#day"' in wrong.text
    assert (await nadia.post(address, data={"day": "1/1/2014"})).status_code == 303
    assert (await read(staff, zoe))["mandates"] == []
    assert (await nadia.get(address)).status_code == 404


async def test_a_role_of_the_team_ends_on_the_teams_page(home, nadia, staff):
    given = {"given_name": "Karim", "family_name": "Exemple", "address": "karim@coop.example"}
    today = (datetime.now(UTC).date() - timedelta(days=2)).isoformat()
    await nadia.post("/directory/team/give", data={**given, "role": "staff", "since": today})
    (karim,) = (await staff.get("/people")).json()["items"]
    team = f"/directory/team/{karim['id']}/end?role=staff"
    assert f'href="{team}"' in (await nadia.get(f"{PEOPLE}/{karim['id']}")).text
    own = karim["mandates"][0]["organisation_id"]
    address = f"{PEOPLE}/{karim['id']}/mandates/end?organisation={own}&role=staff&since={today}"
    answer = await nadia.post(address, data={"day": today})
    assert (answer.status_code, answer.headers["location"]) == (303, team)
    assert (await read(staff, karim["id"]))["mandates"][0]["until"] is None


async def test_sessions_are_counted_and_ended(home, nadia, zoe):
    for _ in range(2):
        await signed_in(home, zoe)
    assert "compte ouvert 2 sessions en cours." in said(await nadia.get(f"{PEOPLE}/{zoe}"))
    assert (await nadia.post(f"{PEOPLE}/{zoe}/sessions/end")).status_code == 303
    assert "0 session en cours." in said(await nadia.get(f"{PEOPLE}/{zoe}"))
