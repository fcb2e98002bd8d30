"""Figures of the instance: members and jobs by territory, for staff and the board."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from intercoop_chassis.subscribers import Change
from intercoop_contracts.directory import ORGANISATIONS, OrganisationView
from testkit.forms_of_pages import Reader

OURS = {"kind": "union", "owner": "midi-pyrenees", "since": "2009-01-01"}
GONE = {**OURS, "until": "2020-01-01"}
HERE = [
    {"name": "Atelier du Canal", "headcount": 14, "commune": {"code": "31555"}, "joined": "2009-01-01", "links": [OURS]},
    {"name": "Bois de Foix", "headcount": 3, "commune": {"code": "09122"}, "joined": "2009-01-01", "links": [OURS]},
    {"name": "Nouvelle de Foix", "headcount": 2, "commune": {"code": "09122"}, "joined": f"{datetime.now(UTC).date()}"},
    {"name": "Partie", "headcount": 50, "commune": {"code": "09122"}, "joined": "2009-01-01", "left": "2020-01-01", "links": [GONE]},
]  # fmt: skip


@pytest.fixture
async def nadia(home, staff):
    """Staff of a union with three members, and one that left long ago."""
    for organisation in HERE:
        answer = await staff.post("/organisations", json=organisation)
        assert answer.status_code == 201, answer.text
    async with home.browser(roles=["staff"]) as browser:
        yield Reader(browser)


async def test_members_and_jobs_are_counted_by_departement_and_lead_to_their_list(nadia):
    shown = await nadia.opens("/steering")
    assert "Membres 3 Emplois 19" in shown.words
    assert "Ariège (09) 2 5 1" in shown.words
    assert "Haute-Garonne (31) 1 14 0" in shown.words
    (ariege,) = [link for link in shown.links if "departement=09" in link]
    assert "owner=midi-pyrenees" in ariege
    found = await nadia.opens(ariege.replace("&amp;", "&"))
    assert "Bois de Foix" in found.text
    assert "Atelier du Canal" not in found.text


async def test_who_left_within_a_year_is_counted_and_is_no_member(nadia, staff):
    today = f"{datetime.now(UTC).date()}"
    gone = {**HERE[1], "name": "Partie hier", "left": today, "links": [{**OURS, "until": today}]}
    assert (await staff.post("/organisations", json=gone)).status_code == 201
    shown = await nadia.opens("/steering")
    assert "Membres 3" in shown.words
    assert shown.words.count("Sorties depuis le") == 1
    assert re.search(r"Sorties depuis le [^A-Z]* 1 Membres et emplois", shown.words)


async def test_without_members_of_its_own_it_is_each_union_with_as_of(home):
    view = OrganisationView(
        name="Imprimerie", headcount=9,
        links=({"kind": "union", "owner": "auvergne", "since": "2009-01-01"},),
    )  # fmt: skip
    await home.hears(
        [
            Change(
                stream=ORGANISATIONS, owner="auvergne", subject=str(uuid4()), version=1,
                occurred_at=datetime(2026, 3, 12, tzinfo=UTC), event_type="organisation-registered",
                before=None, after=view, is_news=True,
            )
        ]
    )  # fmt: skip
    async with home.browser(roles=["elected", "steering"]) as browser:
        shown = await Reader(browser).opens("/steering")
    assert "auvergne 1 9 12 mars 2026" in shown.words


async def test_members_are_not_shown_the_figures_and_have_no_entry_for_them(home):
    async with home.browser() as browser:
        assert 'href="/steering"' not in (await Reader(browser).opens("/")).text
        await Reader(browser).opens("/steering", 403)
        await Reader(browser).opens("/my-day", 403)
