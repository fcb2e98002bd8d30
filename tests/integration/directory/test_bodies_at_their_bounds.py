"""What staff may write of organisations and people is no wider than what others take of them."""

import csv
import io

import pytest

from intercoop_contracts.directory import ORGANISATIONS
from intercoop_directory.imports.domain.columns import COLUMNS
from intercoop_directory.main import SERVICE
from intercoop_directory.organisations.api.body import OrganisationBody
from intercoop_directory.people.api import PersonBody
from testkit.extremes import FILLERS, bodies_at_the_bounds
from testkit.in_memory_network import newest_states

AURILLAC = {"code": "15014"}


async def post_all(staff, path, bodies):
    """How many were taken; what was not is refused with the field and a remedy."""
    taken = 0
    for where, body in bodies:
        answer = await staff.post(path, json=body)
        assert answer.status_code in {201, 409, 422}, (where, answer.text)
        taken += answer.status_code == 201
        if answer.status_code == 422:
            assert all(error["field"] and error["remedy"] for error in answer.json()["errors"])
    return taken


async def test_every_organisation_that_is_taken_can_be_read_by_others(home, staff):
    bodies = bodies_at_the_bounds(OrganisationBody, commune=AURILLAC)
    taken = await post_all(staff, "/organisations", bodies)
    published = [event.after for event in await newest_states(SERVICE, home.db)]
    assert len(published) == taken > 60
    assert max(len(view.name) for view in published) == 200
    assert max(len(view.expertise) for view in published) == 1, "many equal tags are one"


async def test_every_person_that_is_taken_can_be_read_within_the_instance(home, staff):
    answer = await staff.post("/organisations", json={"name": "Atelier du Canal"})
    organisation = answer.json()["id"]
    bodies = bodies_at_the_bounds(PersonBody)
    for _, body in bodies:
        for mandate in body.get("mandates", []):
            mandate["organisation_id"] = organisation
    taken = await post_all(staff, "/people", bodies)
    people = [event.after for event in await newest_states(SERVICE, home.db)
              if event.stream.name == "people"]  # fmt: skip
    assert len(people) == taken > 20
    assert max(len(view.given_name) for view in people) == 100


@pytest.mark.parametrize("until", ["2200-01-01", "9999-12-31"])
async def test_a_mandate_ends_within_the_years_of_the_network(staff, until):
    mandate = {"organisation_id": "01938f1e-0000-7000-8000-00000000000a", "role": "manager"}
    body = {"given_name": "Camille", "family_name": "Exemple",
            "mandates": [{**mandate, "since": "2015-01-01", "until": until}]}  # fmt: skip
    answer = await staff.post("/people", json=body)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], error["remedy"]) == ("mandates.0.until", "Send 2199-12-31 or less")


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("email", "x" * 64 + "@" + "x" * 187 + ".fr"),
        ("phone", "0" + "." * 60 + "123"),
        ("website", "x.fr/" + "x" * 290),
    ],
)
async def test_a_contact_is_no_longer_than_others_take(staff, field, text):
    answer = await staff.post("/organisations", json={"name": "Atelier", "contact": {field: text}})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == f"contact.{field}"
    assert error["remedy"]


async def test_every_imported_row_can_be_read_by_others_or_is_refused_in_words(home, staff):
    headings = {column.field: column.heading for column in COLUMNS}
    kept_out = {"id", "owner", "name", "siret", "siren", "kind", "statute", "form", "is_cae",
                "is_sample"}  # fmt: skip
    texts = [filler * many for filler in FILLERS for many in (1, 50, 300, 5000)]
    texts += ["1799-12-31", "31/12/2199", "01/01/2200", "999999999", "1000000", "00.00A", "0" * 60]
    texts += [f"x{'.' * 20}@x.fr", "0" + "." * 60 + "123", "x" * 64 + "@" + "x" * 186 + ".fr"]
    rows = [{headings["name"]: text} for text in texts]
    rows += [
        {headings["name"]: f"Atelier {number} de {field}", headings[field]: text}
        for field in headings.keys() - kept_out
        for number, text in enumerate(texts)
    ]
    file = io.StringIO()
    writer = csv.DictWriter(file, list(headings.values()), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    answer = await staff.post(
        "/organisations/import", files={"file": ("all.csv", file.getvalue().encode(), "text/csv")}
    )
    assert answer.status_code == 200, answer.text
    done = answer.json()
    assert all(error["column"] and error["reason"] and error["remedy"] for error in done["errors"])
    published = await newest_states(SERVICE, home.db)
    assert len(published) == done["created"] > 60
    assert {event.stream.id for event in published} == {ORGANISATIONS.id}
