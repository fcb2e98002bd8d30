"""Errors answered to whoever asked: to programs as problems (RFC 9457), to people as pages."""

from http import HTTPStatus
from typing import ClassVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from intercoop_chassis.errors import UnavailableError
from intercoop_chassis.http.problems import answer_error
from intercoop_chassis.pages.errors import error_page, wants_page
from intercoop_chassis.pages.paths import service_of
from intercoop_chassis.pages.site import site_of
from intercoop_contracts.pages import SERVICES


class ServiceUnansweredError(UnavailableError):
    """What is asked for is of a service that this process has not: its own does not answer."""

    code: ClassVar[str] = "service-unanswered"


async def answer_either(request: Request, error: Exception) -> Response:
    """The problem of an exception; the page that says it where a page was asked for."""
    problem = await answer_error(request, _unanswered(request, error) or error)
    return error_page(request, problem) if wants_page(request) else problem


def _unanswered(request: Request, error: Exception) -> ServiceUnansweredError | None:
    """Where another process would have answered: a proxy that reaches it does not ask here."""
    if not isinstance(error, HTTPException) or error.status_code != HTTPStatus.NOT_FOUND:
        return None
    service = service_of(request.url.path)
    if service not in SERVICES or service in site_of(request).contexts:
        return None
    return ServiceUnansweredError(
        f"The service {service} does not answer at the moment: try again in a few seconds"
    )
