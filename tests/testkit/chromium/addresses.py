"""Every page that is looked at: its route, as the application declares it, and its addresses."""

from typing import Final

from intercoop_chassis.auth import Right
from testkit.chromium.people import STRANGER
from testkit.chromium.states import STATES, Looked
from testkit.served_instance import PAGES

OPEN: Final = {Right.ANYONE, Right.LINK}
EVERYBODY: Final = {
    STRANGER: OPEN,
    "employee": {*OPEN, Right.MEMBER},
    "manager": {*OPEN, Right.MEMBER},
    "elected": {*OPEN, Right.MEMBER, Right.STEERING},
    "staff": {*OPEN, Right.MEMBER, Right.STEERING, Right.STAFF},
    "operator": {*OPEN, Right.MEMBER, Right.OPERATOR},
}
"""Who looks, and which rights each has."""

ROUTES: Final = {
    one.path: one.right
    for one in PAGES
    if one.method == "GET" and "/assets/" not in one.path and "/parts/" not in one.path
}
"""The application's own list of whole pages."""

_MEETING: Final = "/events/meetings/{meeting_id:uuid}"
_INVITATION: Final = "/advice/invitations/{invitation_id:uuid}"
_REQUEST: Final = "/advice/requests/{request_id:uuid}"
_OFFER: Final = f"{_REQUEST}/offers/{{invitation_id:uuid}}"
OF_ITS_PEOPLE: Final[dict[str, tuple[str, ...]]] = {
    _INVITATION: ("/advice/invitations/{asked}", "/advice/invitations/{offered}"),
    f"{_INVITATION}/decline": ("/advice/invitations/{asked}/decline",),
    f"{_INVITATION}/withdraw": ("/advice/invitations/{offered}/withdraw",),
    f"{_REQUEST}/neighbours": (
        "/advice/requests/{request}/neighbours",
        "/advice/requests/{request}/neighbours?km=all",
    ),
    "/events/registrations/{registration_id:uuid}/withdraw": (
        "/events/registrations/{registration}/withdraw",
    ),
    f"{_REQUEST}/close": ("/advice/requests/{request}/close",),
    f"{_OFFER}/accept": ("/advice/requests/{request}/offers/{offer}/accept",),
    f"{_OFFER}/not-taken": ("/advice/requests/{request}/offers/{offer}/not-taken",),
}
"""The same of what only staff and the manager see, as it is about her or her co-operative."""

ADDRESSES: Final[dict[str, tuple[str, ...]]] = {
    "/": ("/",),
    "/my-day": ("/my-day",),
    "/steering": ("/steering",),
    "/me": ("/me",),
    "/help": ("/help",),
    "/accessibility": ("/accessibility",),
    "/legal": ("/legal",),
    "/privacy": ("/privacy",),
    "/directory/sign-in": ("/directory/sign-in?next=/me",),
    "/directory/sign-in/code": ("/directory/sign-in/code",),
    "/directory/sign-in/refused": tuple(
        f"/directory/sign-in/refused?why={why}"
        for why in ("not-allowed", "not-verified", "begin-again", "declined", "away")
    ),
    "/directory/invitations/{secret}": ("{invitation}",),
    "/directory/sessions": ("/directory/sessions",),
    "/directory/name": ("/directory/name?next=/me",),
    "/notifications": ("/notifications", "/notifications?unread=true"),
    "/notifications/preferences": ("/notifications/preferences",),
    "/notifications/mails": (
        "/notifications/mails",
        *(f"/notifications/mails?state={state}" for state in ("pending", "failed", "done")),
    ),
    "/notifications/undelivered": ("/notifications/undelivered",),
    "/notifications/stop/{token}": ("{stop}",),
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
    "/directory/team/give": (
        "/directory/team/give",
        "/directory/team/give?q=benali",
        "/directory/team/give?person={person}",
    ),
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
    "/directory/imports": ("/directory/imports",),
    "/directory/imports/{import_id:uuid}/columns": ("{opened}/columns",),
    "/directory/imports/{import_id:uuid}/preview": (
        "{seen}/preview",
        "{seen}/preview?tab=created",
        "{seen}/preview?tab=changed",
    ),
    "/directory/imports/{import_id:uuid}/rows/{number}": ("{seen}/rows/4",),
    "/directory/imports/{import_id:uuid}/apply": ("{applied}/apply",),
    "/directory/imports/{import_id:uuid}/undo": ("{applied}/undo",),
    "/directory/organisations/new": ("/directory/organisations/new",),
    "/directory/organisations/{organisation_id:uuid}/edit": (
        "/directory/organisations/{organisation}/edit",
    ),
    "/events/meetings": (
        "/events/meetings",
        "/events/meetings?q=visite&format=visit",
        "/events/meetings?q=nowhere&near=Toulouse",
        "/events/meetings?near=nowhere",
        "/events/meetings?view=month",
        "/events/meetings?past=true",
    ),
    _MEETING: (
        "/events/meetings/{meeting}",
        "/events/meetings/{elsewhere}",
        "/events/meetings/{cancelled}",
    ),
    "/events/meetings/new": ("/events/meetings/new?format=training",),
    f"{_MEETING}/edit": ("/events/meetings/{meeting}/edit",),
    f"{_MEETING}/cancel": ("/events/meetings/{meeting}/cancel",),
    f"{_MEETING}/guests": (
        "/events/meetings/{meeting}/guests",
        "/events/meetings/{cancelled}/guests",
    ),
    f"{_MEETING}/guests/new": (
        "/events/meetings/{meeting}/guests/new",
        "/events/meetings/{meeting}/guests/new?q=ricard",
        "/events/meetings/{meeting}/guests/new?q=nowhere",
    ),
    "/events/registrations": ("/events/registrations",),
    "/events/public": ("/events/public",),
    "/events/public/{organiser}": ("/events/public/auvergne",),
    "/directory/people": (
        "/directory/people",
        "/directory/people?state=active&role=manager",
        "/directory/people?state=none&every=true",
        "/directory/people?q=nobody",
        "/directory/people?of=nowhere",
    ),
    "/directory/people/new": ("/directory/people/new?organisation={organisation}",),
    "/directory/people/invite": (
        "/directory/people/invite",
        "/directory/people/invite?p0={person}&p1={newcomer}&p2={manager}",
    ),
    "/directory/people/{person_id:uuid}": (
        "/directory/people/{person}",
        "/directory/people/{newcomer}",
    ),
    **{
        f"/directory/people/{{person_id:uuid}}/{page}": (f"/directory/people/{{manager}}/{page}",)
        for page in ("edit", "erase", "mandates/new")
    },
    "/directory/people/{person_id:uuid}/mandates/end": (
        "/directory/people/{manager}/mandates/end?{mandate}",
    ),
    "/directory/mine": ("/directory/mine",),
    "/search": ("/search", "/search?q=bois", "/search?q=nowhere"),
    "/advice/requests": (
        "/advice/requests",
        "/advice/requests?tab=us&earlier=true",
        "/advice/requests?tab=ours",
        "/advice/requests?tab=all",
        "/advice/requests?tab=all&q=locaux",
        "/advice/requests?tab=all&q=nowhere",
    ),
    "/advice/requests/{request_id:uuid}": (
        "/advice/requests/{request}",
        "/advice/requests/{answered}",
        "/advice/requests/{others}",
    ),
    "/advice/requests/new": ("/advice/requests/new",),
    **dict.fromkeys(OF_ITS_PEOPLE, ()),
}
"""Route → the addresses under which its page is looked at, each in another state."""

NO_PAGE: Final[dict[str, str]] = {
    "/sign-in": "leads to the service that signs people in",
    "/directory/sign-in/provider": "leads to the provider",
    "/directory/sign-in/provider/return": "leads on, or to the page of who is refused",
    "/directory/organisations/export.csv": "a file",
    "/directory/imports/sample.csv": "a file",
    "/directory/imports/{import_id:uuid}/refused.csv": "a file",
    "/directory/people/export.csv": "a file",
    "/directory/siren/{siren}": "leads to the record",
    "/events/meetings/{meeting_id:uuid}/guests.csv": "a file",
    "/notifications/live": "a stream",
}
"""Route → why nothing is to be seen there: it leads elsewhere, or answers a file."""


def people_with(right: Right) -> tuple[str, ...]:
    return tuple(who for who, rights in EVERYBODY.items() if right in rights)


ERRORS: Final = (
    Looked("/no/such/page", 404, (STRANGER, "manager")),
    Looked("/directory/team", 403, ("manager", "operator")),
    Looked("/directory/invitations/of-nobody", 404, (STRANGER,)),
    Looked("/notifications/stop/of-nobody", 404, (STRANGER,)),
    Looked("/me/language", 405, (STRANGER, "manager")),
    Looked("/directory/organisations?statute=nonsense", 422, ("manager",)),
)

WHOLE: Final = tuple(
    Looked(address, 200, people_with(right))
    for route, right in ROUTES.items()
    for address in ADDRESSES.get(route, ())
)
ITS_PEOPLES: Final = tuple(
    Looked(address, 200, ("manager", "staff"))
    for addresses in OF_ITS_PEOPLE.values()
    for address in addresses
)
LOOKED: Final = (*WHOLE, *ITS_PEOPLES, *ERRORS, *STATES)
