"""An owner's colour on light paper and on dark: its contrast, its shades, and what is readable."""

from collections.abc import Iterator
from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

NEEDED: Final = 4.5
"""The contrast of a text with what it stands on (WCAG 2.2, 1.4.3)."""

_STEP: Final = 1 / 255
_KNEE: Final = 0.04045

Rgb: TypeAlias = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class _Side:
    """What a colour stands on, where it is mixed for soft ground, and what stands on it."""

    grounds: tuple[str, ...]
    ink: str
    soft_on: str
    soft_share: float


class Ground(Enum):
    """Light paper, or dark: the colours of `frame.css` on which an owner's colour is read."""

    LIGHT = _Side(("#ffffff", "#f6f7f5", "#f0f4f2"), "#ffffff", "#ffffff", 0.11)
    DARK = _Side(("#182120", "#101615", "#1f2a28"), "#08211e", "#101615", 0.2)


@dataclass(frozen=True, slots=True)
class Shades:
    """A colour with what is made of it: soft ground beneath it, and a button under the pointer."""

    colour: str
    soft: str
    pressed: str


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (`#rrggbb`), from 1 to 21 (WCAG 2.2, contrast ratio)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def least_contrast(colour: str, ground: Ground) -> float:
    """The least contrast that a colour has with what it stands on there, or what stands on it."""
    side = ground.value
    beside = (*side.grounds, side.ink, _soft(colour, ground))
    return min(contrast(colour, other) for other in beside)


def is_readable(colour: str, ground: Ground) -> bool:
    return least_contrast(colour, ground) >= NEEDED


def nearest_readable(colour: str, ground: Ground) -> str:
    """The colour, or the next of its hue that is readable: darker on light, lighter on dark."""
    return next(near for near in _towards_readable(colour, ground) if is_readable(near, ground))


def shades_of(colour: str, ground: Ground) -> Shades:
    towards = "#000000" if ground is Ground.LIGHT else "#ffffff"
    return Shades(colour, _soft(colour, ground), _mixed(towards, colour, 0.2))


def ink_on(ground: Ground) -> str:
    """What is written on a button of the colour."""
    return ground.value.ink


def _towards_readable(colour: str, ground: Ground) -> Iterator[str]:
    """From the colour to black, or to white, by the steps of a byte."""
    hue, light, saturation = rgb_to_hls(*_parts(colour))
    yield colour
    step = -_STEP if ground is Ground.LIGHT else _STEP
    for number in range(1, 256):
        shifted = min(max(light + number * step, 0.0), 1.0)
        yield _written(hls_to_rgb(hue, shifted, saturation))


def _soft(colour: str, ground: Ground) -> str:
    return _mixed(colour, ground.value.soft_on, ground.value.soft_share)


def _mixed(one: str, other: str, share: float) -> str:
    """`one` to this share, the rest of the `other`."""
    pairs = zip(_parts(one), _parts(other), strict=True)
    red, green, blue = (share * first + (1 - share) * second for first, second in pairs)
    return _written((red, green, blue))


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= _KNEE else ((part + 0.055) / 1.055) ** 2.4


def _parts(colour: str) -> Rgb:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _written(parts: Rgb) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in parts)
