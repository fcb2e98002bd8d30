"""One's own co-operative, and the names of its people: for them alone, and for staff."""

from uuid import UUID

import pytest

from testkit.people_pages import HOSTILE, MINE, OURS, mandate, said, somebody
from testkit.registered_people import browser_of, erased, organisation, registered

RECORD = "/directory/organisations"


@pytest.fixture
async def ours(staff):
    body = {
        "name": "Atelier du Canal",
        "siren": "000123455",
        "expertise": ["machines", HOSTILE],
        "contact": {"email": "contact@atelier.example"},
    }
    return (await staff.post("/organisations", json=body)).json()["id"]


@pytest.fixture
async def theirs(staff):
    return await organisation(staff, "Bois et Cie")


@pytest.fixture
async def people(staff, ours, theirs):
    """Ids by given name: Lucie and Samir are ours, Paul is theirs, Ana of both, Léa has left us."""
    bodies = (
        somebody("Lucie", HOSTILE, mandate(ours), email="lucie@atelier.example"),
        somebody("Samir", "Employé", mandate(ours, "employee")),
        somebody("Paul", "Ricard", mandate(theirs)),
        somebody("Ana", "Deux", mandate(ours, "associate"), mandate(theirs, "board")),
        somebody("Léa", "Partie", mandate(ours, until="2016-01-01"), mandate(theirs, "employee")),
    )
    return {body["given_name"]: await registered(staff, body) for body in bodies}


async def test_one_reads_the_record_its_people_and_what_is_offered(home, people, ours):
    async with await browser_of(home, people["Samir"]) as samir:
        answer = await samir.get(MINE)
    text = said(answer)
    for one in ("Atelier du Canal", "000 123 455", "contact@atelier.example", "machines",
                f"Lucie {HOSTILE}", "Samir Employé", "Ana Deux", "Associé·e, depuis le"):  # fmt: skip
        assert one in text, one
    for other in ("Paul", "Ricard", "Léa", "lucie@atelier.example"):
        assert other not in text, other
    assert f'href="{RECORD}/{ours}"' in answer.text
    assert "/directory/people" not in answer.text


async def test_whoever_has_several_chooses_and_sees_one_at_a_time(home, people, ours, theirs):
    async with await browser_of(home, people["Ana"]) as ana:
        asked = await ana.get(MINE)
        one, other = await ana.get(f"{MINE}?of={ours}"), await ana.get(f"{MINE}?of={theirs}")
    text = said(asked)
    assert "Laquelle voulez-vous voir ?" in text
    for each in (ours, theirs):
        assert f'href="{MINE}?of={each}"' in asked.text
    assert "Lucie" not in text + said(other)
    assert "Paul Ricard" in said(other)
    assert "Paul Ricard" not in said(one)


async def test_of_another_co_operative_nobody_learns_a_name(home, people, ours, theirs):
    """Neither its members, nor whoever has left it, nor an operator."""
    for name in ("Paul", "Léa"):
        async with await browser_of(home, people[name]) as one:
            answers = [await one.get(f"{MINE}?of={ours}"), await one.get(f"{RECORD}/{ours}")]
            unknown = await one.get(f"{MINE}?of={people['Paul']}")
        assert [answer.status_code for answer in answers] == [404, 200]
        assert unknown.status_code == 404
        for answer in answers:
            assert "Samir" not in answer.text
    async with home.browser(roles=["operator"]) as operator:
        assert "Samir" not in (await operator.get(f"{RECORD}/{ours}")).text


async def test_the_record_names_people_to_staff_and_to_its_own(home, people, ours, theirs):
    async with home.browser(roles=["staff"]) as staff:
        answer = await staff.get(f"{RECORD}/{ours}")
        empty = await staff.get(f"{RECORD}/{theirs}?on=2001-01-01")
        before = await staff.get(f"{RECORD}/{ours}?on=2015-01-01")
    for name in ("Lucie", "Samir", "Ana"):
        assert f'href="/directory/people/{people[name]}"' in answer.text
    assert "Léa" not in said(answer)
    assert "Léa Partie Gérant·e" in said(before)
    assert "Personne n’a de mandat ici ce jour-là." in said(empty)
    async with await browser_of(home, people["Samir"]) as samir:
        own = await samir.get(f"{RECORD}/{ours}")
        other = await samir.get(f"{RECORD}/{theirs}")
    assert "Samir Employé Salarié·e" in said(own)
    assert "/directory/people" not in own.text
    assert "Paul" not in other.text
    assert other.headers["cache-control"] == "private, no-cache"


async def test_it_is_said_whom_to_ask_for_a_change(home, staff, people):
    async with await browser_of(home, people["Samir"]) as samir:
        before = said(await samir.get(MINE))
        nadia = {"given_name": "Nadia", "family_name": "B", "address": "n@union.example"}
        async with home.browser(roles=["staff"]) as browser:
            gift = {**nadia, "role": "staff", "since": "2020-01-01"}
            await browser.post("/directory/team/give", data=gift, headers=OURS)
        (union,) = (await staff.get("/organisations?kind=union")).json()["items"]
        body = {"name": "Union", "kind": "union", "contact": {"email": "contact@union.example"}}
        changed = await staff.put(
            f"/organisations/{union['id']}", json=body, headers={"If-Match": '"1"'}
        )
        assert changed.status_code == 200, changed.text
        after = await samir.get(MINE)
    assert "Demandez-le à l’équipe" in before
    subject = "La%20fiche%20de%20Atelier%20du%20Canal"
    assert f'href="mailto:contact%40union.example?subject={subject}"' in after.text


async def test_the_menu_leads_there_whoever_has_one(home, staff, people):
    """Staff have a mandate in the instance's own organisation, which is none of a co-operative."""
    async with home.browser(roles=["staff"]) as browser:
        nadia = {"given_name": "Nadia", "family_name": "B", "address": "n@union.example"}
        gift = {**nadia, "role": "staff", "since": "2020-01-01"}
        await browser.post("/directory/team/give", data=gift, headers=OURS)
    listed = (await staff.get("/people")).json()["items"]
    (nadia,) = [UUID(one["id"]) for one in listed if one["given_name"] == "Nadia"]
    async with (
        await browser_of(home, people["Samir"]) as samir,
        await browser_of(home, nadia) as of_the_team,
    ):
        member, team = await samir.get("/help"), await of_the_team.get("/help")
        nowhere = await of_the_team.get(MINE)
    assert f'href="{MINE}"' in member.text
    assert "/directory/people" not in member.text
    assert f'href="{MINE}"' not in team.text
    assert 'href="/directory/people"' in team.text
    assert "Aucune coopérative à vous ici" in said(nowhere)


async def test_whoever_is_erased_is_on_no_page(home, people, ours):
    async with await browser_of(home, people["Samir"]) as samir:
        assert "Ana" in said(await samir.get(MINE))
        await erased(home, people["Ana"])
        assert "Ana" not in said(await samir.get(MINE))
