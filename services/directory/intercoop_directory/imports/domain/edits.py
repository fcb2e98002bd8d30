"""What the cells of each column do to a record.

Most set what they say. A cell that shows what a spreadsheet makes of the known value leaves it.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TypeVar

from intercoop_chassis.refusals import Refusal, Sentence
from intercoop_directory.imports.domain.values import absent, cells, dates, numbers, words
from intercoop_directory.imports.domain.values.faults import ROUNDED, CellFault
from intercoop_directory.organisations.domain.organisation import OrganisationRecord

T = TypeVar("T")

Edit = Callable[[OrganisationRecord], OrganisationRecord | Refusal]
ReadEdit = Callable[[str], Edit | CellFault]


def sets(
    read: Callable[[str], T | CellFault], put: Callable[[OrganisationRecord, T], OrganisationRecord]
) -> ReadEdit:
    def read_edit(cell: str) -> Edit | CellFault:
        value = read(cell)
        if isinstance(value, CellFault):
            return value
        return lambda record: put(record, value)

    return read_edit


def text(cell: str) -> str:
    return cell


def name(cell: str) -> Edit:
    return lambda record: _no_name("name", cell, record.name) or replace(record, name=cell)


def acronym(cell: str) -> Edit:
    return lambda record: _no_name("acronym", cell, record.acronym) or replace(record, acronym=cell)


def _no_name(field: str, cell: str, known: str | None) -> Refusal | None:
    """A word that means no value, or a formula's error, is a name only where it is known as one."""
    fault = absent.no_text(field, cell)
    return fault.of(field) if fault and known != cell else None


def expertise(cell: str) -> Edit:
    def edit(record: OrganisationRecord) -> OrganisationRecord | Refusal:
        tags = cells.tags(cell)
        if absent.is_error(cell) and record.expertise != tags:
            return absent.ERROR.of("expertise")
        return replace(record, expertise=tags)

    return edit


def siren(cell: str) -> Edit:
    """What a spreadsheet makes of the known SIREN leaves it."""

    def edit(record: OrganisationRecord) -> OrganisationRecord | Refusal:
        if numbers.may_show(record.siren, cell):
            return record
        if numbers.is_power(numbers.typed(cell)):
            return ROUNDED.of("siren")
        return replace(record, siren=numbers.siren(cell))

    return edit


def headcount(cell: str) -> Edit:
    """What a spreadsheet makes of the known headcount leaves it."""

    def edit(record: OrganisationRecord) -> OrganisationRecord | Refusal:
        count = numbers.whole_number(cell)
        if not isinstance(count, CellFault):
            return replace(record, headcount=count)
        is_known = record.headcount is not None and numbers.may_show(str(record.headcount), cell)
        return record if is_known else count.of("headcount")

    return edit


def phone(cell: str) -> Edit:
    """What a spreadsheet makes of the known number leaves it."""

    def edit(record: OrganisationRecord) -> OrganisationRecord | Refusal:
        if numbers.may_show(record.contact.phone, cell):
            return record
        number = numbers.phone(cell)
        if isinstance(number, CellFault):
            return number.of("contact.phone")
        return replace(record, contact=replace(record.contact, phone=number))

    return edit


def a_day(field: str, known: Callable[[OrganisationRecord], date | None]) -> ReadEdit:
    """A day that is the known one with its month first is one of two."""

    def read_edit(cell: str) -> Edit | CellFault:
        day = dates.day(cell)
        if isinstance(day, CellFault):
            return day
        return partial(edit, cell, day)

    def edit(cell: str, day: date, record: OrganisationRecord) -> OrganisationRecord | Refusal:
        before = known(record)
        if dates.is_zero(cell) and before != day:
            return dates.A_ZERO.of(field)
        if dates.has_two_readings(cell) and before == date(day.year, day.day, day.month) != day:
            return dates.TWO_DAYS.of(field)
        return replace(record, joined=day) if field == "joined" else replace(record, left=day)

    return read_edit


def legal(remedy: Sentence) -> ReadEdit:
    """`Scop SARL` in either column says both; `remedy` is what a cell that says neither lacks."""

    def read_edit(cell: str) -> Edit | CellFault:
        said = words.legal(cell, remedy)
        if isinstance(said, CellFault):
            return said

        def edit(record: OrganisationRecord) -> OrganisationRecord:
            if said.statute:
                record = replace(record, statute=said.statute)
            return replace(record, form=said.form) if said.form else record

        return edit

    return read_edit
