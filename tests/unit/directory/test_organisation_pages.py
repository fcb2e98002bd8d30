"""What pages of organisations are made of: addresses, the form and its way back, joins as texts."""

from datetime import date

import pytest

from intercoop_chassis.pages.negotiate import Language
from intercoop_chassis.pages.words import words
from intercoop_contracts.directory import Form, Kind, LinkKind, Statute
from intercoop_directory.communes.domain import Place
from intercoop_directory.contact import Contact
from intercoop_directory.organisations.domain.distance import distance_km
from intercoop_directory.organisations.domain.links import Link
from intercoop_directory.organisations.domain.organisation import OrganisationRecord
from intercoop_directory.organisations.pages.asked import LIST, Asked, Extent, View
from intercoop_directory.organisations.pages.form import (
    joined_links,
    link_rows,
    read_form,
    typed_of,
)
from intercoop_directory.organisations.store.listing import Order
from intercoop_directory.trades.domain import written_trade

FR = words(Language.FR)
LINKS = (
    Link(LinkKind.UNION, "auvergne", date(2001, 1, 1), date(2009, 1, 1)),
    Link(LinkKind.UNION, "midi-pyrenees", date(2009, 1, 1)),
)
RECORD = OrganisationRecord(
    "Atelier du Canal",
    acronym="AC",
    siren="000123455",
    kind=Kind.COOPERATIVE,
    statute=Statute.SCOP,
    form=Form.SARL,
    is_cae=True,
    headcount=14,
    contact=Contact("a@b.example", "05 61 00 00 00", "https://b.example"),
    expertise=("machines", "locaux"),
    links=LINKS,
    joined=date(2009, 1, 1),
)


def test_an_address_says_what_is_not_usual_and_a_change_of_it_keeps_the_rest():
    asked = Asked(q="bois", near="Toulouse (31)", km=150, size=5, sort=Order.NAME)
    assert Asked().address() == LIST
    assert asked.address(size=None) == f"{LIST}?q=bois&near=Toulouse+%2831%29&km=150&sort=name"
    assert asked.address(extent=Extent.FRANCE).endswith("&size=5&sort=name&extent=france")
    assert asked.export().startswith(f"{LIST}/export.csv?q=bois&")


@pytest.mark.parametrize("asked", [Asked(km=150), Asked(view=View.MAP), Asked(sort=Order.NAME)])
def test_what_leaves_nothing_out_is_no_filter(asked):
    assert not asked.is_narrowed
    assert Asked(q="bois").is_narrowed


def test_the_form_of_a_record_says_what_the_record_says():
    typed = read_form(typed_of(RECORD), FR)
    assert typed.form.faults == ()
    assert typed.form.model.record(typed.links, is_sample=False) == RECORD
    assert link_rows(typed_of(RECORD)) == [0, 1, 2]


def test_the_commune_of_a_form_is_what_people_write():
    place = Place("31555", "Toulouse", "31", postcode="31000")
    typed = typed_of(OrganisationRecord("x", place=place))
    assert (typed["commune"], typed["commune.code"]) == ("31000 Toulouse (31)", "31555")


def test_memberships_may_come_as_one_value_in_place_of_their_rows():
    sent = {**typed_of(RECORD), "links": joined_links(LINKS[1:])}
    assert read_form(sent, FR).links == LINKS[1:]
    assert read_form({"name": "x", "links": "nonsense"}, FR).links == ()


def test_all_that_cannot_be_read_is_told_at_once_and_the_rest_is_read():
    sent = {**typed_of(RECORD), "headcount": "many", "joined": "x", "links.1.since": "x"}
    typed = read_form(sent, FR)
    assert [one.field for one in typed.form.faults] == ["headcount", "joined", "links.1.since"]
    assert typed.readable.siren == "000123455"
    assert typed.links == LINKS[:1]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("43.32A Travaux de menuiserie bois et PVC", "43.32A"),
        ("4332a x", "43.32A"),
        ("menuiserie bois", "menuiserie bois"),
        ("43 bois", "43 bois"),
    ],
)
def test_a_trade_is_read_as_its_field_offers_it(text, meant):
    assert written_trade(text) == meant


def test_a_distance_is_that_of_a_great_circle():
    toulouse, aurillac = (43.6045, 1.4440), (44.9285, 2.4433)
    assert distance_km(toulouse, toulouse) == 0
    assert 165 < distance_km(toulouse, aurillac) < 168


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Toulouse", "de Toulouse"), ("Albi", "d\u2019Albi"), ("Évreux", "d\u2019Évreux"),
        ("Le Mans", "du Mans"), ("Les Ulis", "des Ulis"), ("La Rochelle", "de La Rochelle"),
        ("Yvetot", "d\u2019Yvetot"),
    ],
)  # fmt: skip
def test_a_place_is_said_with_its_elision_and_its_article(name, said):
    assert FR.of(name) == said
    assert words(Language.EN).of(name) == f"of {name}"
