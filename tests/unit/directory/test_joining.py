"""Two people changed one record: what only one of them changed is joined, the rest is given back."""

from dataclasses import fields, replace
from datetime import date

import pytest

from intercoop_contracts.directory import Form, Kind, LinkKind, Statute
from intercoop_directory.communes.domain import Place
from intercoop_directory.contact import Contact
from intercoop_directory.organisations.domain.joining import (
    Contradicted,
    Contradiction,
    differences,
    join,
)
from intercoop_directory.organisations.domain.links import Link
from intercoop_directory.organisations.domain.organisation import OrganisationRecord

READ = OrganisationRecord(
    name="Atelier du Canal",
    headcount=12,
    contact=Contact("contact@atelier.coop", "05 61 00 00 00", None),
    expertise=("locaux",),
)
TOULOUSE = Place(code="31555", name="Toulouse", departement="31", postcode="31000")
OTHER = OrganisationRecord(
    name="Atelier de la Garonne",
    acronym="ADG",
    siren="552032534",
    kind=Kind.PROJECT,
    statute=Statute.SCOP,
    form=Form.SARL,
    is_cae=True,
    trade="43.32A",
    headcount=14,
    place=TOULOUSE,
    contact=Contact("autre@atelier.coop", "05 61 00 00 01", "https://atelier.coop"),
    expertise=("locaux", "machines"),
    links=(Link(LinkKind.UNION, "midi-pyrenees", date(2012, 3, 1)),),
    joined=date(2012, 3, 1),
    left=date(2026, 1, 1),
    is_sample=True,
)


def test_what_each_has_changed_is_joined() -> None:
    saved = replace(READ, headcount=14, contact=replace(READ.contact, phone="05 61 99 99 99"))
    sent = replace(READ, name="L'Atelier du Canal", contact=replace(READ.contact, website="x.coop"))

    joined = join(READ, saved, sent)

    assert joined == replace(
        READ,
        name="L'Atelier du Canal",
        headcount=14,
        contact=Contact("contact@atelier.coop", "05 61 99 99 99", "x.coop"),
    )


def test_what_both_made_the_same_is_joined() -> None:
    both = replace(READ, headcount=14)

    assert join(READ, both, both) == both


def test_what_both_made_something_else_is_given_back_with_both_texts() -> None:
    saved = replace(READ, headcount=14, trade="43.32A")
    sent = replace(READ, headcount=None, acronym="ADC")

    outcome = join(READ, saved, sent)

    assert outcome == Contradicted(
        replace(READ, headcount=14, trade="43.32A", acronym="ADC"),
        (Contradiction("headcount", "14", ""),),
    )


@pytest.mark.parametrize("name", [field.name for field in fields(OrganisationRecord)])
def test_no_field_is_forgotten(name: str) -> None:
    changed = replace(READ, **{name: getattr(OTHER, name)})

    assert changed != READ
    assert join(READ, changed, READ) == changed
    assert join(READ, READ, changed) == changed
    assert differences(READ, changed) != ()


def test_differences_are_told_in_texts_that_people_know() -> None:
    told = {one.field: (one.saved, one.sent) for one in differences(READ, OTHER)}

    assert told["commune"] == ("", "31555 31000 Toulouse")
    assert told["expertise"] == ("locaux", "locaux, machines")
    assert told["links"] == ("", "union midi-pyrenees from 2012-03-01")
    assert told["contact.phone"] == ("05 61 00 00 00", "05 61 00 00 01")
    assert told["is_cae"] == ("false", "true")
    assert told["statute"] == ("other", "scop")
    assert told["left"] == ("", "2026-01-01")


def test_what_is_equal_does_not_differ() -> None:
    assert differences(OTHER, OTHER) == ()
