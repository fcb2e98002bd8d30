"""Errors as pages: what happened, what still works, what to do, and the trace id in small."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from intercoop_chassis.pages.guard import is_for_a_part
from intercoop_chassis.pages.menu import N_
from intercoop_chassis.pages.paths import is_page_path
from intercoop_chassis.pages.rendering import CHASSIS_TEMPLATES, Templates, answer
from intercoop_chassis.pages.routers import PageRoute
from intercoop_chassis.tracing import current_trace
from intercoop_contracts.pages import SIGN_IN_PAGE

_KEPT: Final = ("retry-after", "allow", "clear-site-data")
_TEMPLATES: Final = Templates(CHASSIS_TEMPLATES)


@dataclass(frozen=True, slots=True)
class Told:
    """A kind of error: what happened, and what one can do."""

    happened: str
    remedy: str


TEXTS: Final = {
    401: Told(
        N_("Nobody is signed in any more."),
        N_("Sign in, then send it again: nothing was done."),
    ),
    403: Told(
        N_("This page is not open to you."),
        N_("If you need it, ask the staff of your union: they decide who may see what."),
    ),
    404: Told(
        N_("There is no such page, or it is not yours."),
        N_("Check the address, or look for what you need from the home page."),
    ),
    405: Told(
        N_("This address only takes a form."),
        N_("Go back to the page that the form is on."),
    ),
    409: Told(
        N_("This contradicts what is there meanwhile."),
        N_("Go back, load the page again and see what has changed."),
    ),
    410: Told(
        N_("What was here has been erased."),
        N_("It cannot be brought back. The rest is where it was."),
    ),
    413: Told(
        N_("This is more than can be sent at once."),
        N_("Go back and send a smaller file or a shorter text."),
    ),
    422: Told(
        N_("Something in this address or form cannot be read."),
        N_("Go back and correct it, or start again from the home page."),
    ),
    429: Told(
        N_("You ask faster than we can answer."),
        N_("Wait a few seconds and load the page again."),
    ),
    500: Told(
        N_("Something went wrong on our side. Nothing is lost."),
        N_("Try again in a moment. If it happens again, give your union the code below."),
    ),
    503: Told(
        N_("This part of Intercoop does not answer at the moment."),
        N_("The other pages still work. Try this one again in a minute."),
    ),
}
NO_SIGN_IN: Final = Told(
    N_("Signing in does not work at the moment."),
    N_("Whoever is signed in stays so, and the other pages still work. Try again in a minute."),
)
_UNAVAILABLE: Final = 503


def wants_page(request: Request) -> bool:
    """Whether an error is answered as a page: on a page's route; on none, to a browser."""
    route = request.scope.get("route")
    if route is not None:
        return isinstance(route, PageRoute)
    takes_pages = "text/html" in request.headers.get("accept", "")
    return is_page_path(request.url.path) and takes_pages


def error_page(request: Request, problem: Response) -> Response:
    """The page for what a program would be told in this problem; a part's script gets a part."""
    trace = current_trace()
    values = {
        "status": problem.status_code,
        "told": _told(request, problem.status_code),
        "trace_id": trace.trace_id if trace else "",
    }
    if is_for_a_part(request):
        part = _TEMPLATES.markup(request, "errors/part.html", values)
        response = answer(request, part, problem.status_code)
    else:
        response = _TEMPLATES.page(request, "errors/page.html", values, status=problem.status_code)
    response.headers["Cache-Control"] = "no-store"
    response.headers.update(
        {name: problem.headers[name] for name in _KEPT if name in problem.headers}
    )
    return response


def _told(request: Request, status: int) -> Told:
    if status == _UNAVAILABLE and request.url.path.startswith(SIGN_IN_PAGE):
        return NO_SIGN_IN
    return TEXTS.get(status) or TEXTS[500 if status >= 500 else 422]  # noqa: PLR2004
