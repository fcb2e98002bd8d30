from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from intercoop_chassis.refusals import Refused
from intercoop_contracts.directory import Form, Kind, LinkKind, OrganisationView, Statute
from intercoop_directory.communes.domain import Place
from intercoop_directory.contact import Contact
from intercoop_directory.organisations.domain.links import Link
from intercoop_directory.organisations.domain.organisation import (
    Organisation,
    OrganisationRecord,
    change,
    event_type,
    examine,
)
from intercoop_directory.organisations.domain.views import organisation_view, record_of

ID = UUID("01920f5e-5a6b-7c3d-8e9f-0a1b2c3d4e5f")


def refused_fields(record: OrganisationRecord) -> set[str]:
    outcome = examine(record)
    return {one.field for one in outcome.refusals} if isinstance(outcome, Refused) else set()


def test_a_record_is_tidied() -> None:
    tidied = examine(
        OrganisationRecord(
            name="  Atelier   du Canal ",
            acronym=" ",
            siren="552 032 534",
            trade="43 32a",
            contact=Contact(" a@b.coop ", "05 61  00 00 00", "atelier.coop"),
            expertise=(" locaux", "locaux", ""),
        )
    )

    assert tidied == OrganisationRecord(
        name="Atelier du Canal",
        siren="552032534",
        trade="43.32A",
        contact=Contact("a@b.coop", "05 61 00 00 00", "https://atelier.coop"),
        expertise=("locaux",),
    )


def test_a_siren_that_no_firm_has_marks_a_sample() -> None:
    outcome = examine(OrganisationRecord(name="Exemple", siren="000123455"))

    assert isinstance(outcome, OrganisationRecord)
    assert outcome.is_sample


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (OrganisationRecord(name=" "), "name"),
        (OrganisationRecord(name="x" * 201), "name"),
        (OrganisationRecord(name="x\x00"), "name"),
        (OrganisationRecord(name="x", acronym="x" * 51), "acronym"),
        (OrganisationRecord(name="x", siren="1"), "siren"),
        (OrganisationRecord(name="x", trade="menuiserie"), "trade"),
        (OrganisationRecord(name="x", headcount=-1), "headcount"),
        (OrganisationRecord(name="x", kind=Kind.PROJECT, statute=Statute.SCOP), "statute"),
        (OrganisationRecord(name="x", kind=Kind.UNION, form=Form.SA), "form"),
        (OrganisationRecord(name="x", kind=Kind.FEDERATION, is_cae=True), "is_cae"),
        (OrganisationRecord(name="x", contact=Contact(email="a@b")), "contact.email"),
        (OrganisationRecord(name="x", contact=Contact(email="a b@c.fr")), "contact.email"),
        (OrganisationRecord(name="x", contact=Contact(phone="call me")), "contact.phone"),
        (
            OrganisationRecord(name="x", contact=Contact(website="javascript:alert(1)")),
            "contact.website",
        ),
        (
            OrganisationRecord(name="x", contact=Contact(website="https://a b.fr")),
            "contact.website",
        ),
        (OrganisationRecord(name="x", expertise=("a;b",)), "expertise"),
        (OrganisationRecord(name="x", expertise=tuple(map(str, range(51)))), "expertise"),
        (OrganisationRecord(name="x", joined=date(1, 1, 1)), "joined"),
        (OrganisationRecord(name="x", joined=date(2015, 1, 1), left=date(2014, 1, 1)), "left"),
        (
            OrganisationRecord(name="x", place=Place("31555", "Toulouse", "31", "3100")),
            "commune.postcode",
        ),
    ],
)
def test_a_wrong_value_is_refused_by_its_field(record: OrganisationRecord, field: str) -> None:
    assert refused_fields(record) == {field}


def test_everything_that_is_wrong_is_said_at_once_in_both_languages() -> None:
    outcome = examine(OrganisationRecord(name="", siren="1", trade="x", headcount=-1))

    assert isinstance(outcome, Refused)
    assert len(outcome.refusals) == 4
    assert all(one.reason.fr and one.reason.en and one.remedy.fr for one in outcome.refusals)


def test_a_change_raises_the_version_by_one_and_none_leaves_it() -> None:
    before = Organisation(ID, 3, OrganisationRecord(name="Un"))

    assert change(before, OrganisationRecord(name="Un")) is before
    assert change(before, OrganisationRecord(name="Deux")) == Organisation(
        ID, 4, OrganisationRecord(name="Deux")
    )


def test_what_happened_is_told_by_its_name() -> None:
    record = OrganisationRecord(name="Un")
    left = replace(record, left=date(2016, 1, 1))

    assert event_type(None, record) == "organisation-registered"
    assert event_type(record, left) == "organisation-left"
    assert event_type(left, replace(left, name="Deux")) == "organisation-changed"


TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
RECORDS = st.builds(
    OrganisationRecord,
    name=TEXTS,
    acronym=st.none() | TEXTS,
    siren=st.sampled_from([None, "552032534", "000123455"]),
    statute=st.sampled_from(Statute),
    form=st.none() | st.sampled_from(Form),
    headcount=st.none() | st.integers(0, 1000),
    place=st.none()
    | st.just(Place("31555", "Toulouse", "31", "31000", "243100518", 43.59611, 1.43196)),
    expertise=st.lists(TEXTS, max_size=3).map(tuple),
    links=st.lists(
        st.builds(Link, st.just(LinkKind.FEDERATION), st.just("f"), st.dates()), max_size=2
    ).map(tuple),
    joined=st.none() | st.dates(),
    is_sample=st.booleans(),
)


@given(RECORDS)
def test_a_tidied_record_is_tidy_and_survives_being_told(record: OrganisationRecord) -> None:
    tidied = examine(record)
    if isinstance(tidied, Refused):
        return

    assert examine(tidied) == tidied
    told = OrganisationView.model_validate_json(organisation_view(tidied).model_dump_json())
    assert record_of(told) == tidied
