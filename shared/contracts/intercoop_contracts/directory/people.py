"""People: natural persons and their mandates, for the services of their instance only."""

from datetime import date
from enum import StrEnum

from intercoop_contracts.attribution import OWN, AnyId
from intercoop_contracts.personal import Personal
from intercoop_contracts.streams import Audience, Stream, View


class Role(StrEnum):
    """What a person does in an organisation."""

    ASSOCIATE = "associate"
    EMPLOYEE = "employee"
    ELECTED = "elected"
    MANAGER = "manager"
    ADVISER = "adviser"
    BOARD = "board"


class MandateView(View):
    """A dated role; `until` is exclusive."""

    organisation_id: AnyId
    role: Role
    since: date
    until: date | None = None


class ContactKind(StrEnum):
    EMAIL = "email"
    PHONE = "phone"


class ContactPointView(View):
    kind: ContactKind
    value: Personal[str]


class Language(StrEnum):
    FR = "fr"
    EN = "en"


class PersonView(View):
    """A natural person, for the services of the same instance only."""

    given_name: Personal[str]
    family_name: Personal[str]
    language: Language = Language.FR
    mandates: tuple[MandateView, ...] = ()
    contact_points: tuple[ContactPointView, ...] = ()


PEOPLE = Stream(
    name="people",
    audience=Audience.PRIVATE,
    view=PersonView,
    event_types=("person-registered", "person-changed", "person-erased"),
    publisher="directory",
    key=OWN,
)
