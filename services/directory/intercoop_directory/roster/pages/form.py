"""The form of a person: what was typed, read; and a record as the fields show it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from pydantic import ConfigDict, TypeAdapter, ValidationError

from intercoop_chassis.http.texts import Body, Text
from intercoop_chassis.pages import Fault, Form, bind
from intercoop_chassis.pages.words import Words
from intercoop_chassis.refusals import Refusal, Refused
from intercoop_contracts.directory import ContactKind, Language
from intercoop_contracts.directory.people import MAX_CONTACT_POINTS, PersonName
from intercoop_directory.people.domain import ContactPoint, PersonRecord

POINTS: Final = "contact_points"
_FIELDS: Final = ("kind", "value")
_SPARE: Final = (ContactKind.EMAIL, ContactKind.PHONE)
_UNNAMED: Final = "…"
_WRITTEN: Final = TypeAdapter(list[ContactPoint])


class PersonForm(Body):
    """What the form sends, but the rows of contact points, and the mandate of somebody new."""

    model_config = ConfigDict(extra="ignore")

    given_name: PersonName
    family_name: PersonName
    language: Language = Language.FR


class PointForm(Body):
    """A row of the contact points."""

    model_config = ConfigDict(extra="ignore")

    kind: ContactKind
    value: Text


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that was sent: its fields, what of it can be read, and each point with its row."""

    form: Form[PersonForm]
    readable: PersonForm
    points: tuple[tuple[int, ContactPoint], ...]

    def record(self, before: PersonRecord | None = None) -> PersonRecord:
        """What it says of somebody; mandates, and whether they are made up, are as they were."""
        return PersonRecord(
            self.readable.given_name,
            self.readable.family_name,
            self.readable.language,
            mandates=before.mandates if before else (),
            contact_points=tuple(point for _, point in self.points),
            is_sample=before.is_sample if before else False,
        )

    def at_its_fields(self, refused: Refused) -> Refused:
        """Refusals of a record at the fields of the form: its rows may have gaps."""
        return Refused(tuple(self._at_its_field(one) for one in refused.refusals))

    def _at_its_field(self, refusal: Refusal) -> Refusal:
        name, _, rest = refusal.field.partition(".")
        place, _, field = rest.partition(".")
        if not place:
            return refusal
        if name == POINTS:
            return replace(refusal, field=f"{POINTS}.{self.points[int(place)][0]}.{field}")
        return replace(refusal, field={"organisation_id": "organisation"}.get(field, field))


def read_form(sent: Mapping[str, str], said: Words) -> Typed:
    """What was typed, with everything that cannot be read at its field."""
    typed = _spread(sent)
    form = bind(PersonForm, typed, said)
    rows = {at: bind(PointForm, row, said) for at, row in _rows(typed)}
    faults = [*form.faults]
    for at, row in rows.items():
        faults += [Fault(f"{POINTS}.{at}.{fault.field}", fault.text) for fault in row.faults]
    points = tuple(
        (at, ContactPoint(row.model.kind, row.model.value)) for at, row in rows.items() if row.model
    )
    readable = form.model or _readable(form, said)
    return Typed(form.with_faults(*faults) if faults else form, readable, points)


def typed_of(record: PersonRecord) -> dict[str, str]:
    """The fields as they show a record; the form made of them says the same."""
    return {
        "given_name": record.given_name,
        "family_name": record.family_name,
        "language": record.language.value,
        **_typed_points(record.contact_points),
    }


def point_rows(typed: Mapping[str, str]) -> list[tuple[int, str]]:
    """The rows to show, each with its kind: those that are filled, and two to spare."""
    filled = [(at, row["kind"]) for at, row in _rows(typed)]
    following = max((at for at, _ in filled), default=-1) + 1
    spare = [(following + nth, kind.value) for nth, kind in enumerate(_SPARE)]
    return [*filled, *(row for row in spare if row[0] < MAX_CONTACT_POINTS)]


def joined_points(record: PersonRecord) -> str:
    """All contact points as one value, which a form takes in place of their rows."""
    return _WRITTEN.dump_json(list(record.contact_points)).decode()


def points_written(text: str) -> list[ContactPoint]:
    """The contact points that one value holds."""
    return _WRITTEN.validate_json(text)


def _readable(form: Form[PersonForm], said: Words) -> PersonForm:
    """What is left without the fields that cannot be read, so that all faults are told at once."""
    wrong = {fault.field for fault in form.faults}
    rest = {name: text for name, text in form.typed.items() if name not in wrong and text.strip()}
    unnamed = {"given_name": _UNNAMED, "family_name": _UNNAMED}
    return bind(PersonForm, {**unnamed, **rest}, said).model or PersonForm(**unnamed)


def _spread(sent: Mapping[str, str]) -> dict[str, str]:
    """What was sent, where the contact points may be one value: a choice between two of them."""
    written = sent.get(POINTS)
    if written is None:
        return dict(sent)
    others = {name: text for name, text in sent.items() if not name.startswith(POINTS)}
    try:
        return others | _typed_points(tuple(points_written(written)))
    except ValidationError:
        return others


def _typed_points(points: tuple[ContactPoint, ...]) -> dict[str, str]:
    typed: dict[str, str] = {}
    for at, point in enumerate(points):
        typed |= {f"{POINTS}.{at}.kind": point.kind.value, f"{POINTS}.{at}.value": point.value}
    return typed


def _rows(typed: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each contact point that anything is typed of; its kind alone is nothing."""
    for at in range(MAX_CONTACT_POINTS):
        row = {field: typed.get(f"{POINTS}.{at}.{field}", "") for field in _FIELDS}
        if row["value"].strip():
            yield at, row
