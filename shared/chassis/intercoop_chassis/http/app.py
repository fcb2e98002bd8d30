"""Assembles the HTTP application of a process from the services that it runs."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ExceptionHandler

from intercoop_chassis.auth.sessions import NameOf
from intercoop_chassis.context import Context
from intercoop_chassis.errors import IntercoopError
from intercoop_chassis.health import Health
from intercoop_chassis.http.admission import AdmissionMiddleware
from intercoop_chassis.http.answering import answer_either
from intercoop_chassis.http.body import DEFAULT_MAX_BYTES
from intercoop_chassis.http.client_address import forwarded
from intercoop_chassis.http.compression import CompressionMiddleware
from intercoop_chassis.http.docs import docs_routes
from intercoop_chassis.http.head import HeadMiddleware
from intercoop_chassis.http.health import database_check, health_routes
from intercoop_chassis.http.observability import ObservabilityMiddleware
from intercoop_chassis.http.openapi import Description
from intercoop_chassis.http.rights import Admissions
from intercoop_chassis.http.routers import check_routes, side_by_side
from intercoop_chassis.http.sign_in import sign_in_of
from intercoop_chassis.http.throttle import Throttle
from intercoop_chassis.http.token import token_routes
from intercoop_chassis.pages.assets import asset_routes
from intercoop_chassis.pages.colours import colour_routes
from intercoop_chassis.pages.instance_pages import instance_pages
from intercoop_chassis.pages.parts import parts_of
from intercoop_chassis.pages.routers import check_page_routes
from intercoop_chassis.pages.site import Site
from intercoop_chassis.settings import Settings

_ANSWERED = (IntercoopError, RequestValidationError, HTTPException)


@dataclass(frozen=True, slots=True)
class Mounted:
    """A service of this process; its routes, if it has any, are served under `/<name>/api`.

    Its `pages` are served under `/<name>`, where it has routes; `name_of` says what people are
    called, where it knows.
    """

    name: str
    routes: APIRouter | None
    context: Context
    pages: APIRouter = field(default_factory=APIRouter)
    name_of: NameOf | None = None


def create_app(
    mounted: Sequence[Mounted], health: Health, *, max_body_bytes: int = DEFAULT_MAX_BYTES
) -> FastAPI:
    """The application that serves all `mounted` services of one instance, at least one.

    Beside them: `/health/live`, `/health/ready`, `/metrics`, `/token`, `/openapi.json` and `/docs`,
    and each service's own `/<name>/api/openapi.json` and `/<name>/api/docs`; and the instance's own
    pages. Every error is a problem (RFC 9457), or a page where a page was asked for, but those of
    `/token`. Raises `UndeclaredError` for a route that does not say who may call it, `ValueError`
    for one that no `service_router` or `page_router` of its service has made, and
    `UnusableFileError` for a file of keys or programs.
    """
    naming = next((service.name_of for service in mounted if service.name_of), None)
    sign_in = sign_in_of({service.name: service.context for service in mounted}, naming)
    app = FastAPI(
        openapi_url=None,
        redirect_slashes=False,
        exception_handlers=dict.fromkeys(_ANSWERED, answer_either),
        middleware=_middleware(mounted, max_body_bytes),
    )
    app.state.authority = sign_in.authority
    app.state.sessions = sign_in.sessions
    app.state.site = _site(mounted)
    checks = {f"{service.name}.database": database_check(service.context.db) for service in mounted}
    served = {service.name: service.routes for service in mounted if service.routes is not None}
    for name, routes in served.items():
        check_routes(name, routes)
    description = Description(app)
    own = [health_routes(health, checks), token_routes(sign_in.programs)]
    routers = [
        *[*own, *served.values(), docs_routes(description, [*served])],
        *_pages([service for service in mounted if service.routes is not None]),
    ]
    app.router.routes.extend(side_by_side(routers).routes)
    app.add_exception_handler(405, _wrong_method(description))
    app.state.admissions = Admissions(app)
    return app


def _site(mounted: Sequence[Mounted]) -> Site:
    parts = [parts_of(service.pages) for service in mounted]
    contexts = {service.name: service.context for service in mounted}
    named = {address: part for some in parts for address, part in some.items()}
    return Site(contexts, named)


def _pages(served: Sequence[Mounted]) -> list[APIRouter]:
    """The pages of these services, and those that every process with a service has."""
    for service in served:
        check_page_routes(service.name, service.pages)
    pages = [service.pages for service in served]
    colours = [colour_routes(service.name) for service in served]
    assets = [asset_routes(service.name) for service in served]
    return [*pages, *colours, *assets, instance_pages()] if served else []


def _middleware(mounted: Sequence[Mounted], max_body_bytes: int) -> list[Middleware]:
    """What every request passes before its route, the outermost first."""
    settings = mounted[0].context.settings
    contexts = {service.name: service.context for service in mounted}
    throttle = Throttle(settings.http_rate)
    return [
        *forwarded(settings.trusted_proxies or ()),
        Middleware(ObservabilityMiddleware, contexts, https=_is_https(settings)),
        Middleware(HeadMiddleware),
        Middleware(CompressionMiddleware),
        Middleware(AdmissionMiddleware, throttle, max_body_bytes),
    ]


def _is_https(settings: Settings) -> bool:
    return (settings.public_url or "").startswith("https://")


def _wrong_method(description: Description) -> ExceptionHandler:
    """The framework knows one route's methods; `Allow` has to list those of the address."""

    async def answer(request: Request, error: Exception) -> Response:
        response = await answer_either(request, error)
        response.headers["Allow"] = ", ".join(description.methods(request.url.path)) or "GET, HEAD"
        return response

    return answer
