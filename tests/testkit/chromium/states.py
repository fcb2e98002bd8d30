"""Pages that no address shows by itself: forms that come back, and what follows one."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from testkit.chromium.people import CROWD, STRANGER

Typed = Mapping[str, str]
"""What is typed into a form, by the names of its fields."""


class Looked(NamedTuple):
    """An address, the status that its page has to have, and who looks at it.

    With `forms`, the page is the one that follows when they are sent one after the other; `state`
    says what it is then.
    """

    address: str
    status: int
    people: tuple[str, ...]
    forms: tuple[Typed, ...] = ()
    state: str = ""

    def __str__(self) -> str:
        return f"{self.address} {self.state}".rstrip()


_SIGN_IN: Final = "/directory/sign-in?next=/me"
_ASKING: Final = {"address": "camille@example.coop"}
_WRONG: Final = {"code": "AAAA-AAAA"}
_TRIES: Final = 5

STATES: Final = (
    Looked(_SIGN_IN, 422, (STRANGER,), ({"address": "camille@coop"},), "no address"),
    Looked(_SIGN_IN, 200, (STRANGER,), (_ASKING,), "waiting for the code"),
    Looked(_SIGN_IN, 422, (STRANGER,), (_ASKING, _WRONG), "wrong code"),
    Looked(_SIGN_IN, 422, (STRANGER,), (_ASKING, *[_WRONG] * _TRIES), "no try left"),
    Looked(_SIGN_IN, 429, (CROWD,), (_ASKING,), "too many"),
    Looked("/directory/setup/identity", 422, ("operator",), ({"light": "jaune"},), "a fault"),
    Looked("/directory/team/give", 422, ("staff",), ({"given_name": "Ines"},), "faults"),
    Looked("/advice/requests/new", 422, ("manager",), ({"title": ""},), "no subject"),
    Looked("/advice/requests/new", 200, ("manager",), ({"title": "Un broyeur"},), "asked before"),
    Looked("/events/meetings/new", 422, ("staff",), ({"title": ""},), "faults"),
    Looked("/directory/people/new", 422, ("staff",), ({"given_name": "", "since": "x"},), "faults"),
    Looked("/directory/people/{manager}/erase", 422, ("staff",), ({},), "no reason"),
    Looked("/directory/organisations/new", 422, ("staff",), ({"name": ""},), "faults"),
)
