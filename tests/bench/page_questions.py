"""What is asked of the directory in turns, by programs and by browsers."""

from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from bench.cooperatives import TRADES

API: Final = "/directory/api/organisations"
LIST: Final = "/directory/organisations"
TYPED: Final = ("menuizerie toulouse", "atelier et librairie", "charpante", "serrurerie lyon")
COMMUNES: Final = ("toulouse", "saint-flour", "le mans", "montpelier")


def _asking(path: str, **query: str | float) -> str:
    return f"{path}?{urlencode(query)}"


def _letter_by_letter(path: str, words: tuple[str, ...], least: int) -> tuple[str, ...]:
    return tuple(
        _asking(path, q=word[:length]) for word in words for length in range(least, len(word) + 1)
    )


BY_PROGRAMS: Final[dict[str, tuple[str, ...]]] = {
    "list": (
        _asking(API, limit=20, departement="15"),
        _asking(API, limit=20, member_of="auvergne", statute="scop"),
        _asking(f"{API}/nearest", limit=20, lat=44.9, lon=2.4, radius_km=150),
        *(_asking(f"{API}/search", limit=20, q=trade) for trade in TRADES),
        *(_asking(f"{API}/search", limit=20, q=typed) for typed in TYPED),
    ),
    "facets": (
        f"{API}/facets",
        _asking(f"{API}/facets", departement="31", statute="scop"),
        *(_asking(f"{API}/facets", q=trade) for trade in TRADES),
    ),
    "counted": tuple(
        _asking(f"{API}/facets", on=(date(2016, 1, 1) + timedelta(days=day)).isoformat())
        for day in range(3_000)
    ),
    "suggestions": _letter_by_letter(f"{API}/suggestions", TRADES, 1),
}
BARE: Final = tuple(_asking("/names", q=trade[:4]) for trade in TRADES)
BY_BROWSERS: Final[dict[str, tuple[str, ...]]] = {
    "page": (
        LIST,
        _asking(LIST, statute="scop"),
        _asking(LIST, departement="15"),
        _asking(LIST, near="Toulouse (31)", km=150),
        *(_asking(LIST, q=trade) for trade in TRADES),
        *(_asking(LIST, q=trade, near="Aurillac (15)", km=250) for trade in TRADES[:4]),
        *(_asking(LIST, q=typed) for typed in TYPED),
    ),
    "options": (
        *_letter_by_letter("/directory/parts/communes", COMMUNES, 2),
        *_letter_by_letter("/directory/parts/trades", TRADES[:4], 2),
    ),
    "part": ("/directory/parts/size",),
}
UNCHANGED: Final = BY_BROWSERS["part"]
"""Asked again with the ETag of the answer before."""

FIRST: Final = LIST
FOLLOWING: Final = _asking(LIST, q="menuiserie")
"""A list of which nearly every row is at the bounds of all its fields."""
