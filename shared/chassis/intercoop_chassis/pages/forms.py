"""Forms: what was typed becomes a model, or comes back with what to correct at each field.

The rules are pydantic's, as for the API; the texts are one catalogue, by pydantic's type of error.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from intercoop_chassis.errors import InvalidError, UnsupportedMediaTypeError
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.pages.negotiate import Language
from intercoop_chassis.pages.typography import typographic
from intercoop_chassis.pages.words import Words
from intercoop_chassis.refusals import Refused, Sentence

M = TypeVar("M", bound=BaseModel)

_FORM: Final = "application/x-www-form-urlencoded"
_MOST_FIELDS: Final = 300

TEXTS: Final = {
    "missing": N_("This is needed: fill it in."),
    "number": N_("This is no number: write it in digits, such as 1250.50."),
    "int_from_float": N_("This is no whole number: write it without decimals."),
    "int_parsing": N_("This is no whole number: write it without decimals."),
    "day": N_("This is no date: write it as day, month and year, such as 3/12/2026."),
    "no_such_day": N_("This day is not in the calendar: check the day and the month."),
    "hour": N_("This is no time: write it such as 14:30."),
    "string_too_short": N_("This is too short: write at least %(min_length)s characters."),
    "string_too_long": N_("This is too long: write at most %(max_length)s characters."),
    "greater_than": N_("This is too little: write more than %(gt)s."),
    "greater_than_equal": N_("This is too little: write %(ge)s or more."),
    "less_than": N_("This is too much: write less than %(lt)s."),
    "less_than_equal": N_("This is too much: write %(le)s or less."),
    "enum": N_("This is none of the choices: take one of the list."),
    "literal_error": N_("This is none of the choices: take one of the list."),
    "string_pattern_mismatch": N_("This is not written as it has to be: see the example."),
    "bool_parsing": N_("This is none of the choices: take one of the list."),
    "extra_forbidden": N_("This page has changed meanwhile: load it again."),
}
OTHERWISE: Final = N_("This does not fit here: correct it.")


@dataclass(frozen=True, slots=True)
class Fault:
    """What to correct in a field, as people read it: what is wrong, then what would be right."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Form(Generic[M]):
    """What was typed, by field, and what is wrong with it. `model` is there when nothing is."""

    typed: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    model: M | None = None

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self.typed.get(name, "")

    def fault(self, name: str) -> str:
        """What to correct there; nothing where nothing is."""
        return next((fault.text for fault in self.faults if fault.field == name), "")

    def with_faults(self, *faults: Fault) -> "Form[M]":
        """The form with these, in the place of what was wrong with it before."""
        return Form(self.typed, faults)

    def refused(self, refused: Refused, said: Words) -> "Form[M]":
        """The form with why a decision refused it."""
        faults = (
            Fault(one.field, _sentence(one.reason, one.remedy, said)) for one in refused.refusals
        )
        return Form(self.typed, tuple(faults))


async def typed_in(request: Request) -> dict[str, str]:
    """The fields of a form that was sent. Raises `InvalidError` where one is there twice."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise UnsupportedMediaTypeError("This address takes forms: send it from its page")
    async with request.form(max_fields=_MOST_FIELDS) as form:
        pairs = [(name, text) for name, text in form.multi_items() if isinstance(text, str)]
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise InvalidError("form", "has a field twice", "Send each field once")
    return fields


def bind(model: type[M], typed: Mapping[str, str], said: Words) -> Form[M]:
    """The form of this model filled with what was typed; a field left empty is absent."""
    filled = {name: text for name, text in typed.items() if text.strip()}
    try:
        return Form(typed, model=model.model_validate(filled))
    except ValidationError as error:
        faults = _faults(error.errors(include_url=False), said)
        return Form(typed, tuple(faults))


def _faults(errors: Iterable[Mapping[str, Any]], said: Words) -> Iterable[Fault]:  # Any: pydantic's
    """One for each field, in the order of the model."""
    first: dict[str, Fault] = {}
    for error in errors:
        name = str(error["loc"][0]) if error["loc"] else ""
        first.setdefault(name, Fault(name, _text(error, said.gettext)))
    return first.values()


def _text(error: Mapping[str, Any], gettext: Callable[[str], str]) -> str:  # Any: pydantic's
    return gettext(TEXTS.get(error["type"], OTHERWISE)) % (error.get("ctx") or {})


def _sentence(reason: Sentence, remedy: Sentence, said: Words) -> str:
    """A reason says of its field what is wrong; one with a capital says it by itself."""
    if said.language is Language.FR:
        return typographic(f"{_said_of('Ce champ', reason.fr)}. {remedy.fr}.")
    return f"{_said_of('This field', reason.en)}. {remedy.en}."


def _said_of(field: str, reason: str) -> str:
    return reason if reason[:1].isupper() else f"{field} {reason}"
