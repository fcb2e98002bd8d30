"""An organisation: what is said of it, which of that is refused, and how it changes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from intercoop_chassis.refusals import Refusal, Refused, Sentence
from intercoop_chassis.spelling import has_controls, tidy, tidy_or_none
from intercoop_contracts.bounds import (
    FIRST_DAY,
    LAST_DAY,
    MAX_COUNT,
    MAX_NAME,
    MAX_TAG,
    NAF,
    POSTCODE,
)
from intercoop_contracts.directory import Form, Kind, Statute
from intercoop_contracts.directory.organisations import MAX_ACRONYM, MAX_TAGS
from intercoop_directory.communes.domain import Place
from intercoop_directory.contact import NO_CONTACT, Contact, contact_refusals, tidy_contact
from intercoop_directory.organisations.domain.links import Link, in_order, link_refusals
from intercoop_directory.organisations.domain.siren import SAMPLE_PREFIX, siren_refusal, tidy_siren

_LOOSE_TRADE: Final = re.compile(r"(\d{2})\.?(\d{2})([A-Z])", re.ASCII)
_TAG_SEPARATOR: Final = re.compile("[,;|]")


@dataclass(frozen=True, slots=True)
class OrganisationRecord:
    """Everything that is said of an organisation. It is public, and never about a person."""

    name: str
    acronym: str | None = None
    siren: str | None = None
    kind: Kind = Kind.COOPERATIVE
    statute: Statute = Statute.OTHER
    form: Form | None = None
    is_cae: bool = False
    trade: str | None = None
    headcount: int | None = None
    place: Place | None = None
    contact: Contact = NO_CONTACT
    expertise: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    joined: date | None = None
    left: date | None = None
    is_sample: bool = False


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation of this instance; `version` rises by one with each change."""

    id: UUID
    version: int
    record: OrganisationRecord


def examine(record: OrganisationRecord) -> OrganisationRecord | Refused:
    """The record tidied; or everything in it that is wrong."""
    tidied = _tidied(record)
    refusals = tuple(_refusals(tidied))
    return Refused(refusals) if refusals else replace(tidied, links=in_order(tidied.links))


def change(organisation: Organisation, record: OrganisationRecord) -> Organisation:
    """The organisation with what is said of it now; the very same when nothing changes."""
    if organisation.record == record:
        return organisation
    return replace(organisation, version=organisation.version + 1, record=record)


def event_type(before: OrganisationRecord | None, after: OrganisationRecord) -> str:
    if before is None:
        return "organisation-registered"
    if after.left is not None and before.left is None:
        return "organisation-left"
    return "organisation-changed"


def _tidied(record: OrganisationRecord) -> OrganisationRecord:
    siren = tidy_siren(record.siren) if record.siren else None
    return replace(
        record,
        name=tidy(record.name),
        acronym=tidy_or_none(record.acronym),
        siren=siren or None,
        trade=_tidy_trade(record.trade),
        contact=tidy_contact(record.contact),
        expertise=tuple(dict.fromkeys(tag for raw in record.expertise if (tag := tidy(raw)))),
        is_sample=record.is_sample or (siren or "").startswith(SAMPLE_PREFIX),
    )


def _tidy_trade(trade: str | None) -> str | None:
    text = "".join((trade or "").upper().split())
    found = _LOOSE_TRADE.fullmatch(text)
    return f"{found[1]}.{found[2]}{found[3]}" if found else text or None


def _refusals(record: OrganisationRecord) -> Iterator[Refusal]:
    yield from _name_refusals(record)
    if record.siren and (refusal := siren_refusal(record.siren)):
        yield refusal
    yield from _activity_refusals(record)
    yield from _kind_refusals(record)
    yield from contact_refusals(record.contact)
    yield from _expertise_refusals(record)
    yield from _postcode_refusals(record)
    yield from link_refusals(record.links)
    yield from _date_refusals(record)


def _name_refusals(record: OrganisationRecord) -> Iterator[Refusal]:
    if not record.name:
        yield Refusal(
            "name",
            Sentence("est vide", "is empty"),
            Sentence("Donnez la raison sociale", "Give the organisation's name"),
        )
    for field, text, limit in (
        ("name", record.name, MAX_NAME),
        ("acronym", record.acronym or "", MAX_ACRONYM),
    ):
        yield from _text_refusals(field, text, limit)


def _text_refusals(field: str, text: str, limit: int) -> Iterator[Refusal]:
    if len(text) > limit:
        yield Refusal(
            field,
            Sentence(f"dépasse {limit} caractères", f"is longer than {limit} characters"),
            Sentence("Raccourcissez-le", "Shorten it"),
        )
    if has_controls(text):
        yield Refusal(
            field,
            Sentence("contient des caractères invisibles", "holds control characters"),
            Sentence("Saisissez-le de nouveau", "Type it again"),
        )


def _activity_refusals(record: OrganisationRecord) -> Iterator[Refusal]:
    if record.trade and not re.fullmatch(NAF, record.trade):
        yield Refusal(
            "trade",
            Sentence("n'est pas un code NAF", "is no NAF code"),
            Sentence("Écrivez-le comme 43.32A", "Write it like 43.32A"),
        )
    if record.headcount is not None and not 0 <= record.headcount <= MAX_COUNT:
        yield Refusal(
            "headcount",
            Sentence("n'est pas un effectif vraisemblable", "is no plausible headcount"),
            Sentence("Donnez un nombre entier de personnes", "Give a whole number of people"),
        )


def _kind_refusals(record: OrganisationRecord) -> Iterator[Refusal]:
    if record.kind is Kind.COOPERATIVE:
        return
    wrong = {
        "statute": record.statute is not Statute.OTHER,
        "form": record.form is not None,
        "is_cae": record.is_cae,
    }
    for field in (name for name, is_wrong in wrong.items() if is_wrong):
        yield Refusal(
            field,
            Sentence(
                "n'a de sens que pour une coopérative, et la structure n'en est pas une",
                "only has a meaning for a co-operative, which this organisation is not",
            ),
            Sentence(
                "Retirez-le, ou corrigez la nature de la structure", "Remove it or correct kind"
            ),
        )


def _expertise_refusals(record: OrganisationRecord) -> Iterator[Refusal]:
    if len(record.expertise) > MAX_TAGS:
        yield Refusal(
            "expertise",
            Sentence(f"a plus de {MAX_TAGS} mots", f"has more than {MAX_TAGS} tags"),
            Sentence("Gardez les plus utiles", "Keep the most useful ones"),
        )
    for tag in record.expertise:
        yield from _text_refusals("expertise", tag, MAX_TAG)
        if _TAG_SEPARATOR.search(tag):
            yield Refusal(
                "expertise",
                Sentence("contient un séparateur (, ; |)", "holds a separator (, ; |)"),
                Sentence("Donnez plusieurs mots séparés", "Give several tags"),
            )


def _postcode_refusals(record: OrganisationRecord) -> Iterator[Refusal]:
    postcode = record.place.postcode if record.place else None
    if postcode and not re.fullmatch(POSTCODE, postcode):
        yield Refusal(
            "commune.postcode",
            Sentence("n'est pas un code postal", "is no post code"),
            Sentence("Écrivez cinq chiffres, par exemple 31000", "Write five digits, as in 31000"),
        )


def _date_refusals(record: OrganisationRecord) -> Iterator[Refusal]:
    days = {"joined": record.joined, "left": record.left}
    for place, link in enumerate(record.links):
        days |= {f"links.{place}.since": link.since, f"links.{place}.until": link.until}
    for field, day in days.items():
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            yield Refusal(
                field,
                Sentence("est trop loin d'aujourd'hui", "is too far from today"),
                Sentence(
                    f"Donnez une date de {FIRST_DAY.year} à {LAST_DAY.year}",
                    f"Give a date from {FIRST_DAY.year} to {LAST_DAY.year}",
                ),
            )
    if record.joined and record.left and record.left < record.joined:
        yield Refusal(
            "left",
            Sentence("est avant la date d'adhésion", "is before the day of joining"),
            Sentence("Corrigez l'une des deux dates", "Correct one of the two dates"),
        )
