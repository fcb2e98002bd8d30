"""Every page that is looked at: its route, as the application declares it, and its addresses."""

from typing import Final, NamedTuple

from intercoop_chassis.auth import Right
from testkit.chromium.people import STRANGER
from testkit.served_instance import PAGES

OPEN: Final = {Right.ANYONE, Right.LINK}
EVERYBODY: Final = {
    STRANGER: OPEN,
    "employee": {*OPEN, Right.MEMBER},
    "manager": {*OPEN, Right.MEMBER},
    "elected": {*OPEN, Right.MEMBER},
    "staff": {*OPEN, Right.MEMBER, Right.STAFF},
    "operator": {*OPEN, Right.MEMBER, Right.OPERATOR},
}
"""Who looks, and which rights each has."""

ROUTES: Final = {
    one.path: one.right
    for one in PAGES
    if one.method == "GET" and "/assets/" not in one.path and "/parts/" not in one.path
}
"""The application's own list of whole pages."""

ADDRESSES: Final[dict[str, tuple[str, ...]]] = {
    "/": ("/",),
    "/me": ("/me",),
    "/help": ("/help",),
    "/accessibility": ("/accessibility",),
    "/legal": ("/legal",),
    "/privacy": ("/privacy",),
    "/directory/sign-in": ("/directory/sign-in?next=/me",),
    "/directory/sessions": ("/directory/sessions",),
    "/notifications": ("/notifications",),
    "/directory/setup": ("/directory/setup",),
    **{
        f"/directory/setup/{step}": (f"/directory/setup/{step}",)
        for step in ("identity", "notice", "mail", "team", "follows", "data")
    },
    **{
        path: (path,)
        for team in ("/directory/team", "/directory/setup/team/members")
        for path in (team, f"{team}/give")
    },
    **{
        f"{team}/{{person_id:uuid}}/end": (f"{team}/{{person}}/end?role=staff",)
        for team in ("/directory/team", "/directory/setup/team/members")
    },
    "/directory/organisations": (
        "/directory/organisations",
        "/directory/organisations?q=bois&statute=scop",
        "/directory/organisations?q=nowhere",
        "/directory/organisations?near=Toulouse&km=150",
    ),
    "/directory/organisations/{organisation_id:uuid}": (
        "/directory/organisations/{organisation}",
        "/directory/organisations/{neighbour}?on=1999-01-01",
    ),
}
"""Route → the addresses under which its page is looked at, each in another state."""

NO_PAGE: Final[dict[str, str]] = {
    "/sign-in": "leads to the service that signs people in",
    "/directory/organisations/export.csv": "a file",
    "/notifications/live": "a stream",
    "/directory/invitations/{secret}": "its link is in a mail, once",
}
"""Route → why nothing is to be seen there: it leads elsewhere, or answers a file."""


class Looked(NamedTuple):
    """An address, the status that its page has to have, and who looks at it."""

    address: str
    status: int
    people: tuple[str, ...]

    def __str__(self) -> str:
        return self.address


def people_with(right: Right) -> tuple[str, ...]:
    return tuple(who for who, rights in EVERYBODY.items() if right in rights)


ERRORS: Final = (
    Looked("/no/such/page", 404, (STRANGER, "manager")),
    Looked("/me/language", 405, (STRANGER, "manager")),
    Looked("/directory/organisations?statute=nonsense", 422, ("manager",)),
)

WHOLE: Final = tuple(
    Looked(address, 200, people_with(right))
    for route, right in ROUTES.items()
    for address in ADDRESSES.get(route, ())
)
LOOKED: Final = (*WHOLE, *ERRORS)
