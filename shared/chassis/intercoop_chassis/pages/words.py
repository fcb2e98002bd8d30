"""The words of pages: texts by gettext, and numbers, days and lists as each language writes them.

Source texts are English; the other languages are `locale/<language>.po` of the chassis and of each
service, read at start by Babel. French is written with its non-breaking blanks, so nothing is
added to a text when it is shown.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from babel.core import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from intercoop_chassis.clock import PARIS, day_in_france
from intercoop_chassis.pages.negotiate import Language
from intercoop_chassis.spelling import key

CHASSIS_LOCALE: Final = Path(__file__).parent / "locale"
_APOSTROPHE: Final = "\u2019"
_ELIDED: Final = frozenset("aeiouy")
_CONTRACTED: Final = {"Le": "du", "Les": "des"}
_NBSP: Final = "\u00a0"
_LONG: Final = {Language.FR: "d MMMM y", Language.EN: "d MMMM y"}

Texts = dict[str, tuple[str, ...]]
"""Source text → its translation, or its singular and plural."""


class Words:
    """One language: its texts, and how it writes what is no text."""

    def __init__(self, language: Language, texts: Texts) -> None:
        self.language = language
        self._texts = texts
        self._locale = Locale.parse(language)

    def gettext(self, text: str) -> str:
        """The text in this language; in the source's where there is none."""
        return self._texts.get(text, (text,))[0]

    def ngettext(self, one: str, many: str, count: int) -> str:
        """The text for so many; French counts 0 and 1 as one, English 1 alone."""
        forms = self._texts.get(one, (one, many))
        return forms[0 if self._locale.plural_form(count) == "one" else -1]

    def number(self, value: float) -> str:
        """`2 913`, `14,5`."""
        return _decimal(value, self._locale)

    def grouped(self, digits: str) -> str:
        """A SIREN, or a number of that kind, in groups of three that stay on one line."""
        return _NBSP.join(digits[start : start + 3] for start in range(0, len(digits), 3))

    def km(self, value: float) -> str:
        """A distance in whole kilometres: `48 km`."""
        return f"{self.number(round(value))}{_NBSP}km"

    def day(self, value: date) -> str:
        """`3 mars 2026`; in French the first of a month is the `1er`."""
        written = format_date(_local(value), _LONG[self.language], locale=self._locale)
        is_first = self.language is Language.FR and written.startswith("1 ")
        return f"1er{written[1:]}" if is_first else written

    def weekday(self, value: date) -> str:
        """`jeudi 3 décembre`."""
        return self._with("EEEE d MMMM", value)

    def weekday_and_year(self, value: date) -> str:
        """`jeudi 3 décembre 2026`."""
        return self._with("EEEE d MMMM y", value)

    def weekday_name(self, value: date) -> str:
        """`jeudi`."""
        return format_date(_local(value), "EEEE", locale=self._locale)

    def month(self, value: date) -> str:
        """`décembre 2026`."""
        return format_date(_local(value), "MMMM y", locale=self._locale)

    def span(self, starts: datetime, ends: datetime) -> str:
        """`jeudi 3 décembre 2026, de 14 h 00 à 17 h 00`; over several days, both of them."""
        first, last = self.weekday_and_year(starts), self.weekday_and_year(ends)
        is_french = self.language is Language.FR
        if first == last:
            hours = (self.hour(starts), self.hour(ends))
            return f"{first}, " + ("de {} à {}" if is_french else "{} to {}").format(*hours)
        moments = (first, self.hour(starts), last, self.hour(ends))
        pattern = "du {} à {} au {} à {}" if is_french else "{} at {} to {} at {}"
        return pattern.format(*moments)

    def hour(self, value: datetime) -> str:
        """The time in France: `14 h 05`, `14:05`."""
        local = value.astimezone(PARIS)
        if self.language is Language.FR:
            return f"{local.hour}{_NBSP}h{_NBSP}{local.minute:02}"
        return f"{local.hour}:{local.minute:02}"

    def moment(self, value: datetime, now: datetime) -> str:
        """The time where that is today's, else with its day: `le 30 novembre à 14 h 05`."""
        if _local(value) == _local(now):
            return self.hour(value)
        day = format_date(_local(value), "d MMMM", locale=self._locale)
        if self.language is Language.FR:
            day = f"1er{day[1:]}" if day.startswith("1 ") else day
            return f"le {day} à {self.hour(value)}"
        return f"{day}, {self.hour(value)}"

    def _with(self, pattern: str, value: date) -> str:
        written = format_date(_local(value), pattern, locale=self._locale)
        if self.language is not Language.FR:
            return written
        return re.sub(r"\b1 (?=[a-zéû])", "1er ", written, count=1)

    def of(self, name: str) -> str:
        """`of Toulouse`; in French contracted where it has to be: `du Mans`, `des Ulis`."""
        if self.language is not Language.FR:
            return f"of {name}"
        article, _, rest = name.partition(" ")
        if rest and article in _CONTRACTED:
            return f"{_CONTRACTED[article]} {rest}"
        is_elided = key(name)[:1] in _ELIDED
        return f"d{_APOSTROPHE}{name}" if is_elided else f"de {name}"

    def listed(self, items: Iterable[str]) -> str:
        """`a, b et c`."""
        return format_list(list(items), locale=self._locale)


@lru_cache(maxsize=10_000)
def _decimal(value: float, locale: Locale) -> str:
    """A list says the same few hundred numbers again and again."""
    return format_decimal(value, locale=locale)


@cache
def words(language: Language, locales: tuple[Path, ...] = ()) -> Words:
    """The words of a language: the chassis' own, and those in these folders."""
    texts: Texts = {}
    for folder in (CHASSIS_LOCALE, *locales):
        if language is not Language.EN:
            texts |= read_texts(folder / f"{language}.po")
    return Words(language, texts)


def read_texts(path: Path) -> Texts:
    """The texts of a catalogue (gettext's .po)."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.stem)
    return {
        message.id if isinstance(message.id, str) else message.id[0]: _forms(message.string)
        for message in catalogue
        if message.id and message.string
    }


def _forms(written: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (written,) if isinstance(written, str) else tuple(written)


def _local(value: date) -> date:
    return day_in_france(value) if isinstance(value, datetime) else value
