"""Presentations: what an owner says of itself on the pages of its instance; of no person."""

from typing import Annotated, Final

from pydantic import Field, StringConstraints

from intercoop_contracts.attribution import OWN
from intercoop_contracts.bounds import COLOUR, VISIBLE, LongText, Text
from intercoop_contracts.streams import Audience, Stream, View

MAX_OWNER_NAME: Final = 80
"""It stands in the head of every page."""

OwnerName = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_OWNER_NAME, pattern=VISIBLE)
]
Colour = Annotated[str, StringConstraints(max_length=7, pattern=COLOUR)]
"""`#0b6b63`."""


class ColoursView(View):
    """An owner's colour as texts and buttons have it on light paper, and on dark."""

    light: Colour
    dark: Colour


class PresentationView(View):
    """Name, colours, logo, whom to ask, and the legal notice; none of it is about a person.

    `logo` is its address within the instance. Contacts are an e-mail address or a few words, empty
    where nobody has said one yet.
    """

    name: OwnerName
    colours: ColoursView | None = None
    logo: Text = ""
    help_contact: Text = ""
    privacy_contact: Text = ""
    legal_notice: LongText = ""
    is_set_up: bool = Field(default=False, description="Whether the first run was gone through")


PRESENTATIONS = Stream(
    name="presentations",
    audience=Audience.PRIVATE,
    view=PresentationView,
    event_types=("presentation-changed",),
    publisher="directory",
    key=OWN,
)
"""The subject is the id of the instance's own organisation: there is one for each owner."""
