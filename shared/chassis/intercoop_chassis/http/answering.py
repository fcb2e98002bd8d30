"""Errors answered to whoever asked: to programs as problems (RFC 9457), to people as pages."""

from starlette.requests import Request
from starlette.responses import Response

from intercoop_chassis.http.problems import answer_error
from intercoop_chassis.pages.errors import error_page, wants_page


async def answer_either(request: Request, error: Exception) -> Response:
    """The problem of an exception; the page that says it where a page was asked for."""
    problem = await answer_error(request, error)
    return error_page(request, problem) if wants_page(request) else problem
