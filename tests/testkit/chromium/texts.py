"""The words on a page: all of its own language, as the catalogues have them."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.pofile import read_po

from testkit.chromium.visit import Visit

_CHECKOUT: Final = Path(__file__).parents[3]
_PLACE: Final = re.compile(r"%\(\w+\)[sd]")
_NUMBER: Final = re.compile(r"%\(\w+\)d|%\(shown\)s")
_LETTERS: Final = 4
"""A text of fewer letters, what it names apart, says nothing of its language."""

STRANGE: Final = {
    "fr": re.compile(
        r"\b(the|and|of|your|with|this|that|from|you|are|is|not|it|which)\b", re.IGNORECASE
    ),
    "en": re.compile(
        r"\b(vous|votre|vos|nous|est|sont|cette|avec|dans|leur|qui|aux)\b", re.IGNORECASE
    ),
}
"""Words that the other language needs for a sentence, and names of organisations do not."""

_TEXTS: Final = """() => {
  const own = document.documentElement.lang, found = [document.title];
  const isOwn = (one) => one.closest("[lang]").lang === own &&
    !one.closest("script, style, textarea, [dir=auto]");
  const all = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (all.nextNode()) if (isOwn(all.currentNode.parentElement)) found.push(all.currentNode.data);
  for (const one of document.querySelectorAll("*")) if (isOwn(one))
    for (const name of ["aria-label", "title", "placeholder", "alt", "data-say"])
      if (one.getAttribute(name)) found.push(one.getAttribute(name));
  return found.map((text) => text.replace(/\\s+/g, " ").trim()).filter((text) => text);
}"""


def foreign_texts(visit: Visit, language: str) -> Iterator[str]:
    """Texts on the page that is open which are in the other language, or that it is.

    What somebody wrote, in whatever language, says so by `dir="auto"`.
    """
    if (said := visit.page.locator("html").get_attribute("lang")) != language:
        yield f"the page says that it is in {said}"
    for text in visit.page.evaluate(_TEXTS):
        if any(pattern.fullmatch(text) for pattern in _of_the_other(language)):
            yield f"of the other language's catalogue: {text}"
        elif found := STRANGE[language].search(text):
            yield f"{found[0]!r} in: {text}"


@cache
def _of_the_other(language: str) -> tuple[re.Pattern[str], ...]:
    """Every text of the catalogues that the other language alone has."""
    own, others = set(), set()
    for english, french in _catalogued():
        here, other = (french, english) if language == "fr" else (english, french)
        own |= here
        others |= other
    return tuple(_pattern(text) for text in sorted(others - own) if _says_something(text))


def _catalogued() -> Iterator[tuple[set[str], set[str]]]:
    """Each text of the catalogues in English and in French, with its plurals."""
    for path in _CHECKOUT.glob("s*/**/locale/fr.po"):
        with path.open("rb") as file:
            messages = read_po(file, locale="fr")
        for message in messages:
            if message.id:
                yield _forms(message.id), _forms(message.string)


def _forms(written: str | list[str] | tuple[str, ...]) -> set[str]:
    forms = [written] if isinstance(written, str) else written
    return {" ".join(one.split()) for one in forms}


def _says_something(text: str) -> bool:
    return sum(letter.isalpha() for letter in _PLACE.sub("", text)) >= _LETTERS


def _pattern(text: str) -> re.Pattern[str]:
    around, places = _PLACE.split(text), _PLACE.findall(text)
    filled = (r"[\d\s]+" if _NUMBER.fullmatch(one) else ".+" for one in places)
    parts = (f"{re.escape(said)}{hole}" for said, hole in zip(around, filled, strict=False))
    return re.compile("".join(parts) + re.escape(around[-1]))
