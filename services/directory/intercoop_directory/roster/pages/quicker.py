"""Somebody else was quicker: what contradicts stands side by side, and nothing typed is lost."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from intercoop_chassis.pages import new_once
from intercoop_directory.people.domain import PersonRecord
from intercoop_directory.people.handlers import Outdated
from intercoop_directory.roster.pages.form import POINTS, joined_points, points_written, typed_of
from intercoop_directory.roster.pages.form_page import FormPage, carried
from intercoop_directory.roster.pages.rendering import page as rendered

_CONFLICT: Final = 409


@dataclass(frozen=True, slots=True)
class Choice:
    """A field that both have changed: what each has written, as the form sends it."""

    field: str
    label: str
    mine: str
    theirs: str


def quicker_page(page: FormPage, outdated: Outdated) -> Response:
    """The page that asks, for each field that both have changed, which text stays.

    It sends the same form as the edit page: what nobody contradicts is in it already.
    """
    mine, theirs = _values(outdated.sent), _values(outdated.saved.record)
    contested = outdated.contradicted.fields
    agreed = {
        name: text
        for name, text in typed_of(outdated.contradicted.record).items()
        if name.partition(".")[0] not in contested
    }
    values: dict[str, Any] = {  # Any: a template's values
        "choices": [
            Choice(field, page.label(field), mine[field], theirs[field]) for field in contested
        ],
        "points_of": points_written,
        "kept": {**agreed, **carried(outdated.saved), "once": new_once()},
        "name": outdated.saved.record.full_name,
        "here": page.here,
        "back": page.back,
    }
    return rendered(page.request, "quicker.html", values, status=_CONFLICT)


def _values(record: PersonRecord) -> dict[str, str]:
    return {**typed_of(record), POINTS: joined_points(record)}
