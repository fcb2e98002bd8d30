"""The API's description as a document, and as a page that needs nothing from elsewhere.

The page is Swagger UI, as its makers built it (`swagger_ui/`), with a start and a ground of ours.
"""

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from intercoop_chassis.auth import ANYONE
from intercoop_chassis.http.docs.files import answer_file
from intercoop_chassis.http.openapi import Description

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def docs_routes(description: Description, services: Sequence[str]) -> APIRouter:
    """`/openapi.json` and `/docs` of the whole process, and the same under each `/<name>/api`."""
    router = APIRouter(include_in_schema=False, dependencies=[ANYONE])
    _add(router, description, "", "Intercoop")
    for name in services:
        _add(router, description, f"/{name}/api", f"Intercoop {name}")
    return router


def _add(router: APIRouter, description: Description, prefix: str, title: str) -> None:
    @router.get(f"{prefix}/openapi.json", summary="The description")
    def openapi() -> Response:
        return JSONResponse(description.document(f"{prefix}/", title))

    @router.get(f"{prefix}/docs", summary="A page that shows it")
    def page(request: Request) -> Response:
        answer = answer_file("page.html", request.headers)
        answer.headers["Content-Security-Policy"] = _POLICY
        return answer

    @router.get(f"{prefix}/docs/{{name}}", summary="A part of that page")
    def part(name: str, request: Request) -> Response:
        return answer_file(name, request.headers)
