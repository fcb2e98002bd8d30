"""The form of an organisation: what was typed, read; and a record as the fields show it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from intercoop_chassis.http.texts import Body, Name, Slug, Text
from intercoop_chassis.pages import Fault, Form, bind
from intercoop_chassis.pages.inputs import Day, Digits, Whole
from intercoop_chassis.pages.words import Words
from intercoop_contracts.bounds import MAX_COUNT, CommuneCode, NafCode
from intercoop_contracts.directory import Form as LegalForm, Kind, LinkKind, Statute
from intercoop_contracts.directory.organisations import MAX_LINKS, Acronym
from intercoop_directory.communes.domain import written_place
from intercoop_directory.contact import Contact
from intercoop_directory.organisations.domain.links import Link
from intercoop_directory.organisations.domain.organisation import OrganisationRecord

_SEPARATOR: Final = re.compile(r"[,;|\n]")
_LINK_FIELDS: Final = ("kind", "owner", "since", "until")
_SPARE_ROWS: Final = 1
_UNNAMED: Final = "…"


def _tags(typed: object) -> object:
    if not isinstance(typed, str):
        return typed
    return tuple(tag for part in _SEPARATOR.split(typed) if (tag := part.strip()))


Tags = Annotated[tuple[str, ...], BeforeValidator(_tags)]
"""Words with commas or line ends between them."""


class OrganisationForm(Body):
    """What the form sends, but memberships. The commune is a name, the trade a code or words."""

    model_config = ConfigDict(extra="ignore")

    name: Name
    acronym: Acronym | None = None
    kind: Kind = Kind.COOPERATIVE
    statute: Statute = Statute.OTHER
    form: LegalForm | None = None
    is_cae: bool = False
    siren: Digits | None = None
    trade: Text | None = None
    chosen_trade: NafCode | None = Field(default=None, alias="trade.code")
    headcount: Annotated[Whole, Field(ge=0, le=MAX_COUNT)] | None = None
    expertise: Tags = ()
    commune: Text | None = None
    chosen_commune: CommuneCode | None = Field(default=None, alias="commune.code")
    email: Text | None = Field(default=None, alias="contact.email")
    phone: Text | None = Field(default=None, alias="contact.phone")
    website: Text | None = Field(default=None, alias="contact.website")
    joined: Day | None = None
    left: Day | None = None

    def record(self, links: tuple[Link, ...], *, is_sample: bool) -> OrganisationRecord:
        """What is said, but where it is: commune and trade are looked up by whoever decides."""
        return OrganisationRecord(
            name=self.name,
            acronym=self.acronym,
            siren=self.siren,
            kind=self.kind,
            statute=self.statute,
            form=self.form,
            is_cae=self.is_cae,
            headcount=self.headcount,
            contact=Contact(self.email, self.phone, self.website),
            expertise=self.expertise,
            links=links,
            joined=self.joined,
            left=self.left,
            is_sample=is_sample,
        )


class LinkForm(Body):
    """A row of the memberships."""

    model_config = ConfigDict(extra="ignore")

    kind: LinkKind
    owner: Slug
    since: Day
    until: Day | None = None

    def link(self) -> Link:
        return Link(self.kind, self.owner, self.since, self.until)


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that was sent: its fields, and what of it can be read, memberships apart."""

    form: Form[OrganisationForm]
    readable: OrganisationForm
    links: tuple[Link, ...]


def read_form(sent: Mapping[str, str], said: Words) -> Typed:
    """What was typed, with everything that cannot be read at its field."""
    typed = _spread(sent)
    form = bind(OrganisationForm, typed, said)
    rows = {at: bind(LinkForm, row, said) for at, row in _rows(typed)}
    faults = [*form.faults]
    for at, row in rows.items():
        faults += [Fault(f"links.{at}.{fault.field}", fault.text) for fault in row.faults]
    links = tuple(row.model.link() for row in rows.values() if row.model)
    return Typed(
        form.with_faults(*faults) if faults else form, form.model or _readable(form, said), links
    )


def _readable(form: Form[OrganisationForm], said: Words) -> OrganisationForm:
    """What is left without the fields that cannot be read, so that all faults are told at once."""
    wrong = {fault.field for fault in form.faults}
    rest = {name: text for name, text in form.typed.items() if name not in wrong}
    bound = bind(OrganisationForm, {"name": _UNNAMED, **rest}, said)
    return bound.model or OrganisationForm(name=_UNNAMED)


def typed_of(record: OrganisationRecord) -> dict[str, str]:
    """The fields as they show a record; the form made of them says the same."""
    return {
        "name": record.name,
        "acronym": record.acronym or "",
        "kind": record.kind,
        "statute": record.statute,
        "form": record.form or "",
        "is_cae": "true" if record.is_cae else "",
        "siren": record.siren or "",
        "trade": record.trade or "",
        "headcount": "" if record.headcount is None else str(record.headcount),
        "expertise": ", ".join(record.expertise),
        "commune": written_place(record.place) if record.place else "",
        "commune.code": record.place.code if record.place else "",
        "contact.email": record.contact.email or "",
        "contact.phone": record.contact.phone or "",
        "contact.website": record.contact.website or "",
        "joined": _iso(record.joined),
        "left": _iso(record.left),
        **_typed_links(record.links),
    }


def link_rows(typed: Mapping[str, str]) -> list[int]:
    """The places of the rows to show: those that are filled, and a spare one."""
    filled = [at for at, _ in _rows(typed)]
    following = max(filled, default=-1) + 1
    return [*filled, *range(following, min(following + _SPARE_ROWS, MAX_LINKS))]


def joined_links(links: tuple[Link, ...]) -> str:
    """All memberships as one value, which a form takes in place of their rows."""
    return _WRITTEN.dump_json(list(links)).decode()


_WRITTEN: Final = TypeAdapter(list[Link])


def links_written(text: str) -> list[Link]:
    """The memberships that one value holds."""
    return _WRITTEN.validate_json(text)


def _spread(sent: Mapping[str, str]) -> dict[str, str]:
    """What was sent, where the memberships may be one value: a choice between two of them."""
    written = sent.get("links")
    if written is None:
        return dict(sent)
    others = {name: text for name, text in sent.items() if not name.startswith("links")}
    try:
        return others | _typed_links(tuple(_WRITTEN.validate_json(written)))
    except ValidationError:
        return others


def _typed_links(links: tuple[Link, ...]) -> dict[str, str]:
    typed: dict[str, str] = {}
    for at, link in enumerate(links):
        values = (link.kind.value, link.owner, _iso(link.since), _iso(link.until))
        named = zip(_LINK_FIELDS, values, strict=True)
        typed |= {f"links.{at}.{field}": value for field, value in named}
    return typed


def _rows(typed: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each membership that anything is typed of; its kind alone is nothing."""
    for at in range(MAX_LINKS):
        row = {field: typed.get(f"links.{at}.{field}", "") for field in _LINK_FIELDS}
        if any(row[field].strip() for field in _LINK_FIELDS[1:]):
            yield at, row


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
