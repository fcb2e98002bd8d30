"""What an owner says of itself: who it is, its colours, and whom to ask."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from intercoop_chassis.colours import Ground, is_readable, least_contrast, nearest_readable
from intercoop_chassis.refusals import Refusal, Refused, Sentence
from intercoop_chassis.spelling import tidy
from intercoop_contracts.bounds import LINES, MAX_LINE, MAX_TEXT, VISIBLE
from intercoop_contracts.directory import ColoursView, PresentationView
from intercoop_contracts.directory.presentations import MAX_OWNER_NAME

_COLOUR: Final = re.compile("#?([0-9a-f]{6}|[0-9a-f]{3})")
_SHORT: Final = 3


@dataclass(frozen=True, slots=True)
class Colours:
    """The owner's colour (`#rrggbb`) on light paper, and on dark."""

    light: str
    dark: str


@dataclass(frozen=True, slots=True)
class Presentation:
    """What the owner says of itself. `logo` is the name of its picture, `<digest>.png`."""

    name: str
    version: int = 0
    colours: Colours | None = None
    logo: str | None = None
    help_contact: str = ""
    privacy_contact: str = ""
    legal_notice: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """The name and the colours as somebody typed them; without one on dark, it is found."""

    name: str
    light: str = ""
    dark: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Whom people ask, and the legal notice, as somebody typed them."""

    help_contact: str
    privacy_contact: str
    legal_notice: str


def with_identity(presentation: Presentation, identity: Identity) -> Presentation | Refused:
    """With another name and colours; or everything in them that is wrong."""
    name = tidy(identity.name)
    refusals = [*_name_refusals(name)]
    colours = _colours(identity) if identity.light.strip() else _no_colours(identity)
    if isinstance(colours, Refused):
        refusals += colours.refusals
    if refusals or isinstance(colours, Refused):
        return Refused(tuple(refusals))
    return replace(presentation, name=name, colours=colours)


def with_notice(presentation: Presentation, notice: Notice) -> Presentation | Refused:
    """With other contacts and another legal notice; or everything in them that is wrong."""
    text = "\n".join(line.rstrip() for line in notice.legal_notice.splitlines()).strip()
    changed = replace(
        presentation,
        help_contact=tidy(notice.help_contact),
        privacy_contact=tidy(notice.privacy_contact),
        legal_notice=text,
    )
    refusals = tuple(_notice_refusals(changed))
    return Refused(refusals) if refusals else changed


def presentation_view(
    presentation: Presentation, logo_address: str, *, is_set_up: bool
) -> PresentationView:
    """As the other services are told of it; `logo_address` is empty without a logo."""
    colours = presentation.colours
    return PresentationView(
        name=presentation.name,
        colours=ColoursView(light=colours.light, dark=colours.dark) if colours else None,
        logo=logo_address,
        help_contact=presentation.help_contact,
        privacy_contact=presentation.privacy_contact,
        legal_notice=presentation.legal_notice,
        is_set_up=is_set_up,
    )


def _name_refusals(name: str) -> Iterator[Refusal]:
    if not name or len(name) > MAX_OWNER_NAME or not re.match(VISIBLE, name):
        yield Refusal(
            "name",
            Sentence(
                f"Il faut de 1 à {MAX_OWNER_NAME} caractères",
                f"This has not 1 to {MAX_OWNER_NAME} characters",
            ),
            Sentence(
                "Écrivez le nom comme vos adhérents le disent",
                "Write the name as your members say it",
            ),
        )


def _no_colours(identity: Identity) -> Refused | None:
    """A colour on dark alone is half of what is needed."""
    if not identity.dark.strip():
        return None
    reason = Sentence("Il manque la couleur sur fond clair", "The colour on light is missing")
    remedy = Sentence("Donnez-la aussi, ou videz les deux", "Give it too, or empty both")
    return Refused((Refusal("light", reason, remedy),))


def _colours(identity: Identity) -> Colours | Refused:
    light = _colour(identity.light)
    if light is None:
        return Refused((_no_colour("light"),))
    dark = _colour(identity.dark) if identity.dark.strip() else nearest_readable(light, Ground.DARK)
    if dark is None:
        return Refused((*_unreadable("light", light, Ground.LIGHT), _no_colour("dark")))
    refusals = (
        *_unreadable("light", light, Ground.LIGHT),
        *_unreadable("dark", dark, Ground.DARK),
    )
    return Refused(refusals) if refusals else Colours(light, dark)


def _colour(typed: str) -> str | None:
    """`#0b6b63` of what was typed: without the `#`, in capitals, or in three digits."""
    found = _COLOUR.fullmatch(tidy(typed).lower())
    if found is None:
        return None
    digits = found[1]
    return "#" + ("".join(2 * digit for digit in digits) if len(digits) == _SHORT else digits)


def _no_colour(field: str) -> Refusal:
    return Refusal(
        field,
        Sentence("Ce n'est pas une couleur", "This is no colour"),
        Sentence(
            "Écrivez-la en six chiffres hexadécimaux, comme #0b6b63",
            "Write it in six hexadecimal digits, like #0b6b63",
        ),
    )


def _unreadable(field: str, colour: str, ground: Ground) -> Iterator[Refusal]:
    if is_readable(colour, ground):
        return
    has, near = f"{least_contrast(colour, ground):.1f}", nearest_readable(colour, ground)
    where_fr, where_en = _WHERE[ground]
    yield Refusal(
        field,
        Sentence(
            f"{colour} se lit mal sur fond {where_fr}\u00a0: son contraste est de "
            f"{has.replace('.', ',')}, il en faut 4,5",
            f"{colour} is hard to read on {where_en}: its contrast is {has}, 4.5 is needed",
        ),
        Sentence(
            f"La plus proche qui se lit bien est {near}",
            f"The nearest that reads well is {near}",
        ),
    )


_WHERE: Final = {Ground.LIGHT: ("clair", "light"), Ground.DARK: ("sombre", "dark")}


def _notice_refusals(presentation: Presentation) -> Iterator[Refusal]:
    for field in ("help_contact", "privacy_contact"):
        text: str = getattr(presentation, field)
        if len(text) > MAX_LINE or not re.match(VISIBLE, text):
            yield _too_long(field, MAX_LINE)
    text = presentation.legal_notice
    if len(text) > MAX_TEXT or not re.match(LINES, text):
        yield _too_long("legal_notice", MAX_TEXT)


def _too_long(field: str, most: int) -> Refusal:
    return Refusal(
        field,
        Sentence(
            f"Ce texte a plus de {most} caractères, ou des caractères invisibles",
            f"This text has more than {most} characters, or some that nobody sees",
        ),
        Sentence("Raccourcissez-le, ou tapez-le à nouveau", "Shorten it, or type it again"),
    )
