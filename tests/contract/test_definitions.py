"""A stream that breaks the rules cannot be defined."""

import pytest

from intercoop_contracts.attribution import ANYBODYS
from intercoop_contracts.personal import Personal, personal_paths
from intercoop_contracts.streams import Audience, Stream, StreamDefinitionError, View


class Contact(View):
    address: Personal[str]


class Guest(View):
    name: Personal[str] | None = None
    contacts: tuple[Contact, ...] = ()
    code: str = ""


class Plain(View):
    code: str = ""


class Reserved(View):
    ended: bool


def define(view, audience=Audience.SHARED, name="guests"):
    return Stream(name, audience, view, ("guest-came",), publisher="events", key=ANYBODYS)


def test_personal_fields_are_found_wherever_they_are():
    assert personal_paths(Guest) == {("name",), ("contacts", "*", "address")}


def test_a_shared_stream_with_a_personal_field_is_refused_with_its_name():
    with pytest.raises(StreamDefinitionError, match=r"contacts\.\*\.address, name"):
        define(Guest)
    assert define(Guest, Audience.PRIVATE).topic("ouest") == "private.ouest.guests.v1"


def test_the_reserved_name_is_refused():
    with pytest.raises(StreamDefinitionError, match="ended"):
        define(Reserved)


@pytest.mark.parametrize("name", ["Guests", "guests_", "guests.more", "", "guests-2"])
def test_a_malformed_name_is_refused(name):
    with pytest.raises(StreamDefinitionError, match="kebab"):
        define(Contact, Audience.PRIVATE, name)


def test_a_private_stream_is_sealed_whatever_its_view_holds():
    assert define(Plain, Audience.PRIVATE).is_sealed
    assert define(Guest, Audience.PRIVATE).is_sealed
    assert not define(Plain).is_sealed
