from datetime import date
from uuid import UUID

import pytest

from intercoop_chassis.refusals import Refused
from intercoop_contracts.directory import ContactKind, PersonView, Role
from intercoop_directory.people.domain import (
    ContactPoint,
    Mandate,
    Person,
    PersonRecord,
    change_person,
    examine_person,
    person_record_of,
    person_view,
    unknown_organisations,
)

HERE, THERE = UUID(int=1), UUID(int=2)
MANAGER = Mandate(HERE, Role.MANAGER, date(2014, 1, 1))


def test_a_person_is_tidied_and_survives_being_told() -> None:
    record = examine_person(
        PersonRecord(
            " Camille ",
            "Exemple  Durand",
            mandates=(MANAGER, Mandate(THERE, Role.BOARD, date(2010, 1, 1))),
            contact_points=(ContactPoint(ContactKind.EMAIL, " c@example.org "),),
        )
    )

    assert isinstance(record, PersonRecord)
    assert (record.given_name, record.family_name) == ("Camille", "Exemple Durand")
    assert [one.organisation_id for one in record.mandates] == [THERE, HERE]
    told = PersonView.model_validate_json(person_view(record).model_dump_json())
    assert person_record_of(told) == record


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"given_name": " "}, "given_name"),
        ({"family_name": "x" * 101}, "family_name"),
        ({"mandates": (MANAGER, MANAGER)}, "mandates"),
        ({"mandates": (Mandate(HERE, Role.MANAGER, date(1, 1, 1)),)}, "mandates.0.since"),
        (
            {"mandates": (Mandate(HERE, Role.BOARD, date(2014, 1, 1), date(2014, 1, 1)),)},
            "mandates.0.until",
        ),
        ({"contact_points": (ContactPoint(ContactKind.PHONE, "x"),)}, "contact_points.0.value"),
    ],
)
def test_a_wrong_value_is_refused_by_its_field(changes: dict[str, object], field: str) -> None:
    outcome = examine_person(
        PersonRecord(**{"given_name": "Camille", "family_name": "Exemple", **changes})  # type: ignore[arg-type]  each case has its own fields
    )

    assert isinstance(outcome, Refused)
    assert [one.field for one in outcome.refusals] == [field]


def test_a_role_may_be_held_again_after_it_ended() -> None:
    first = Mandate(HERE, Role.MANAGER, date(2010, 1, 1), date(2014, 1, 1))

    assert not isinstance(
        examine_person(PersonRecord("C", "E", mandates=(first, MANAGER))), Refused
    )


def test_mandates_in_unknown_organisations_are_refused() -> None:
    record = PersonRecord(
        "C", "E", mandates=(MANAGER, Mandate(THERE, Role.BOARD, date(2014, 1, 1)))
    )

    [refusal] = unknown_organisations(record, frozenset({HERE}))

    assert refusal.field == "mandates.1.organisation_id"


def test_a_change_raises_the_version_by_one_and_none_leaves_it() -> None:
    before = Person(HERE, 1, PersonRecord("C", "E"))

    assert change_person(before, PersonRecord("C", "E")) is before
    assert change_person(before, PersonRecord("C", "F")).version == 2
