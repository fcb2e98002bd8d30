"""People: natural persons and their mandates, for the services of their instance only."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from intercoop_contracts.attribution import OWN, AnyId
from intercoop_contracts.bounds import MAX_EMAIL, VISIBLE, Day, Name
from intercoop_contracts.personal import Personal
from intercoop_contracts.streams import Audience, Stream, View

MAX_PERSON_NAME: Final = 100
MAX_MANDATES: Final = 100
MAX_CONTACT_POINTS: Final = 20

PersonName = Annotated[Name, Field(max_length=MAX_PERSON_NAME)]
ContactValue = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_EMAIL, pattern=VISIBLE)
]
"""An e-mail address or a telephone number."""


class Role(StrEnum):
    """What a person does in an organisation; `staff` and `operator` in the instance's own alone."""

    ASSOCIATE = "associate"
    EMPLOYEE = "employee"
    ELECTED = "elected"
    MANAGER = "manager"
    ADVISER = "adviser"
    BOARD = "board"
    STAFF = "staff"
    OPERATOR = "operator"


class MandateView(View):
    """A dated role; `until` is exclusive."""

    organisation_id: AnyId
    role: Role
    since: Day
    until: Day | None = None


class ContactKind(StrEnum):
    EMAIL = "email"
    PHONE = "phone"


class ContactPointView(View):
    kind: ContactKind
    value: Personal[ContactValue]


class Language(StrEnum):
    FR = "fr"
    EN = "en"


class PersonView(View):
    """A natural person, for the services of the same instance only."""

    given_name: Personal[PersonName]
    family_name: Personal[PersonName]
    language: Language = Language.FR
    mandates: tuple[MandateView, ...] = Field(default=(), max_length=MAX_MANDATES)
    contact_points: tuple[ContactPointView, ...] = Field(default=(), max_length=MAX_CONTACT_POINTS)
    is_sample: bool = Field(default=False, description="Made up, to try the network out")


PEOPLE = Stream(
    name="people",
    audience=Audience.PRIVATE,
    view=PersonView,
    event_types=("person-registered", "person-changed", "person-erased"),
    publisher="directory",
    key=OWN,
)
